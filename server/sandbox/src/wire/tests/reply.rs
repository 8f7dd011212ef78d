//! What single replies come to.

use super::messages::{columns, diagnostics, message, row};
use super::peer::{Peer, drive};
use crate::Limits;
use crate::wire::{Budget, Reply, connection_to};
use sqlground_model::TransactionState;
use std::io;

/// What a client makes of what a server says.
pub(super) fn reply_to(said: &[impl AsRef<[u8]>], limits: &Limits) -> (io::Result<()>, Reply) {
    let said = said.iter().map(AsRef::as_ref).collect::<Vec<_>>().concat();
    let mut connection = connection_to(Peer::new(&said, &[1000]));
    let (mut reply, mut budget) = (Reply::default(), Budget::new(limits));
    let answer = connection.simple("", &mut budget, &mut reply);
    (drive(answer, said.len()), reply)
}

/// What a client makes of a whole reply.
#[track_caller]
pub(super) fn whole_reply_to(said: &[impl AsRef<[u8]>], limits: &Limits) -> Reply {
    let mut said = said.iter().map(AsRef::as_ref).collect::<Vec<_>>();
    let ready = message(b'Z', b"T");
    said.push(&ready);
    let (result, reply) = reply_to(&said, limits);
    result.unwrap();
    assert_eq!(reply.transaction, TransactionState::Open);
    reply
}

fn kept(reply: &Reply) -> Vec<Vec<Option<&str>>> {
    let rows = reply.rows.iter();
    rows.map(|row| row.iter().map(Option::as_deref).collect())
        .collect()
}

#[test]
fn values_come_as_they_are() {
    let said = [
        columns(&["x", "y", "z"]),
        row(&[Some("a"), None, Some("")]),
        row(&[Some("é"), Some("\0"), None]),
        message(b'C', b"SELECT 2\0"),
    ];
    let reply = whole_reply_to(&said, &Limits::DISPLAY);
    let expected = [[Some("a"), None, Some("")], [Some("é"), Some("\0"), None]];
    assert_eq!(kept(&reply), expected);
    assert_eq!(reply.tag.as_deref(), Some("SELECT 2"));
    assert!(!reply.is_truncated());
}

#[test]
fn a_long_value_is_cut() {
    let limits = Limits {
        value_bytes: 3,
        ..Limits::DISPLAY
    };
    let said = [
        columns(&["", "", ""]),
        row(&[Some("éé"), Some("abc"), Some("abcd")]),
    ];
    let reply = whole_reply_to(&said, &limits);
    assert_eq!(kept(&reply), [[Some("é…"), Some("abc"), Some("abc…")]]);
    assert!(reply.is_truncated());
}

#[test]
fn lines_of_copy_are_rows() {
    let said = [
        message(b'H', &[0, 0, 0]),
        message(b'd', b"1\t2\n"),
        message(b'd', b"3"),
        message(b'c', b""),
    ];
    let reply = whole_reply_to(&said, &Limits::DISPLAY);
    assert_eq!(kept(&reply), [[Some("1\t2")], [Some("3")]]);
    let binary = [message(b'H', &[1, 0, 0]), message(b'd', b"1\t2\n")];
    let reply = whole_reply_to(&binary, &Limits::DISPLAY);
    assert_eq!(
        (kept(&reply), reply.row_count, reply.binary),
        (vec![], 1, true)
    );
}

#[test]
fn of_two_results_the_last_is_kept_alone() {
    let limits = Limits {
        value_bytes: 1,
        ..Limits::DISPLAY
    };
    let said = [
        columns(&["x"]),
        row(&[Some("too long")]),
        message(b'C', b"SELECT 1\0"),
        message(b'H', &[1, 0, 0]),
        message(b'd', b"binary"),
        columns(&["y", "z"]),
        row(&[Some("1"), None]),
    ];
    let reply = whole_reply_to(&said, &limits);
    assert_eq!(kept(&reply), [[Some("1"), None]]);
    assert_eq!(
        (reply.row_count, reply.binary, reply.is_truncated()),
        (1, false, false)
    );
}

#[test]
fn rows_that_do_not_fit_their_columns_are_errors() {
    let one = || row(&[Some("1")]);
    for said in [
        vec![one()],
        vec![message(b'd', b"1")],
        vec![columns(&["x", "y"]), one()],
        vec![columns(&["x", "y"]), message(b'd', b"1")],
        // More values than bytes, a longer value than bytes, more bytes than values.
        vec![columns(&["x"]), message(b'D', b"\xff\xff")],
        vec![columns(&["x"]), message(b'D', b"\0\x01\0\0\0\x09x")],
        vec![columns(&["x"]), message(b'D', b"\0\x01\0\0\0\x01xy")],
        vec![message(b'T', b"\xff\xff")],
        vec![message(b'T', b"\0\0x")],
        vec![message(b'T', b"\0\x01no end")],
    ] {
        let (result, reply) = reply_to(&said, &Limits::DISPLAY);
        assert_eq!(
            result.unwrap_err().kind(),
            io::ErrorKind::InvalidData,
            "{said:?}"
        );
        assert_eq!(reply.rows.len(), 0, "{said:?}");
    }
}

#[test]
fn lengths_that_are_none_are_errors() {
    let short = [b'C', 0, 0, 0, 3];
    let endless = [b'C', 0xff, 0xff, 0xff, 0xff];
    for said in [&short[..], &endless, b"W\0\0\0\x04", b""] {
        let (result, _) = reply_to(&[said], &Limits::DISPLAY);
        assert!(result.is_err(), "{said:?}");
    }
}

#[test]
fn an_error_that_ends_the_connection_is_kept() {
    let fields = [(b'V', "FATAL"), (b'C', "57P01"), (b'M', "going down")];
    let (result, reply) = reply_to(&[diagnostics(b'E', &fields)], &Limits::DISPLAY);
    assert!(result.is_err());
    assert_eq!(reply.error.unwrap().sqlstate, "57P01");
}

#[test]
fn an_overlong_message_is_passed_over() {
    let said = [
        message(b'N', &vec![b'x'; 3_000_000]),
        message(b'C', b"DO\0"),
    ];
    let reply = whole_reply_to(&said, &Limits::DISPLAY);
    assert_eq!((reply.notices.len(), reply.tag.as_deref()), (1, Some("DO")));
}

#[test]
fn texts_in_another_encoding_lose_a_character_and_not_the_connection() {
    let said = [
        columns(&[b"gr\xf6\xdfe"]),
        message(b'A', b"\0\0\0\x07gr\xf6n\0\xe9\0"),
        diagnostics(b'N', &[(b'M', b"\xe9")]),
    ];
    let reply = whole_reply_to(&said, &Limits::DISPLAY);
    assert_eq!(reply.columns.unwrap()[0].name, "gr\u{fffd}\u{fffd}e");
    let [notification, notice] = &reply.notices[..] else {
        panic!("{:?}", reply.notices);
    };
    assert_eq!(notification.message, "notification on channel gr\u{fffd}n");
    assert_eq!(notification.detail.as_deref(), Some("\u{fffd}"));
    assert_eq!(notice.message, "\u{fffd}");
}

#[test]
fn what_is_no_sqlstate_is_left_out() {
    for (code, expected) in [
        ("42P01", "42P01"),
        ("é2P0", ""),
        ("\u{fffd}", ""),
        ("42", ""),
    ] {
        let reply = whole_reply_to(&[diagnostics(b'E', &[(b'C', code)])], &Limits::DISPLAY);
        assert_eq!(reply.error.unwrap().sqlstate, expected);
    }
}
