//! What replies may cost.

use super::messages::{columns, diagnostics, message, row};
use super::peer::{Peer, drive, measure};
use super::reply::{reply_to, whole_reply_to};
use crate::Limits;
use crate::wire::fields::LONGEST_FIELD;
use crate::wire::{Budget, Reply, connection_to};
use std::io;
use std::iter::repeat_n;

/// What is announced takes memory only as it comes.
#[test]
fn announcements_take_no_memory() {
    let row = |body: &[u8], length: u32| {
        let mut row = message(b'D', body).to_vec();
        row[1..5].copy_from_slice(&length.to_be_bytes());
        [columns(&["x"]).to_vec(), row].concat()
    };
    for said in [
        row(b"\xff\xff", 0x00ff_ffff),
        row(b"\0\x01\x00\x7f\xff\xff", 0x00ff_ffff),
        message(b'T', b"\xff\xff").to_vec(),
        b"N\0\x0f\xff\xff".to_vec(),
        b"E\x7f\xff\xff\xff".to_vec(),
    ] {
        let (_, allocated) = measure(|| reply_to(&[&said], &Limits::COMPARISON));
        assert!(allocated.bytes_max < 64 * 1024, "{said:?}: {allocated:?}");
    }
}

#[test]
fn a_connection_that_waits_takes_no_memory() {
    let long = "x".repeat(900_000);
    let said = [diagnostics(b'N', &[(b'M', long)]), message(b'Z', b"I")].concat();
    let peer = Peer::new(&said, &[1000]);
    let (_connection, allocated) = measure(|| {
        let mut connection = connection_to(peer);
        let (mut reply, mut budget) = (Reply::default(), Budget::new(&Limits::DISPLAY));
        let end = drive(connection.simple("", &mut budget, &mut reply), said.len());
        end.map(|()| connection).unwrap()
    });
    assert!(allocated.bytes_current < 1000, "{allocated:?}");
}

#[test]
fn everything_that_is_read_counts() {
    let limits = Limits {
        bytes_read: 10_000,
        ..Limits::DISPLAY
    };
    for (message, count) in [
        (message(b'S', b"a\0b\0"), 1_200),
        (message(b'N', &[0; 1]), 1_700),
    ] {
        // There is nobody who could cancel it.
        let (result, reply) = reply_to(&vec![message; count], &limits);
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(reply.too_large);
    }
}

#[test]
fn notices_are_kept_within_bytes_and_each_field_is_cut() {
    let limits = Limits {
        bytes_kept: 200_000,
        ..Limits::DISPLAY
    };
    let long = "é".repeat(LONGEST_FIELD);
    let mut said = vec![columns(&["x"]), row(&[Some("x".repeat(200_000))])];
    said.extend(repeat_n(diagnostics(b'N', &[(b'M', &long)]), 4));
    said.push(diagnostics(b'N', &[(b'M', "short")]));
    let reply = whole_reply_to(&said, &limits);
    let lengths: Vec<_> = reply.notices.iter().map(|n| n.message.len()).collect();
    // A result that takes all its bytes leaves the notices theirs.
    assert!(reply.is_truncated());
    assert_eq!(
        lengths,
        [LONGEST_FIELD + 3, LONGEST_FIELD + 3, LONGEST_FIELD + 3, 5]
    );
    assert_eq!(reply.notices_dropped, 1);
}

#[test]
fn rows_without_a_value_take_their_bytes_too() {
    let limits = Limits {
        bytes_kept: 100,
        ..Limits::DISPLAY
    };
    let mut said = vec![columns(&[] as &[&str])];
    said.extend(repeat_n(row(&[] as &[Option<&str>]), 50));
    let reply = whole_reply_to(&said, &limits);
    assert_eq!((reply.rows.len(), reply.row_count), (5, 50));
}
