//! Whatever a server says in place of a reply, the client ends with what the limits allow, and says
//! the same however the bytes arrive.

use super::messages::{columns, diagnostics, message, pieces, replies, row};
use super::peer::{Peer, drive, measure};
use crate::Limits;
use crate::property::check;
use crate::wire::fields::size;
use crate::wire::{Budget, Reply, connection_to};
use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

/// How a reply ended, what is kept of it, and how much memory that took at most.
struct Outcome {
    end: Result<(), String>,
    reply: Reply,
    most_memory: u64,
}

#[derive(Clone, Copy, Debug)]
enum Protocol {
    Simple,
    Extended,
}

fn outcome(said: &[u8], pieces: &[usize], protocol: Protocol, limits: &Limits) -> Outcome {
    let peer = Peer::new(said, pieces);
    let ((end, reply), allocated) = measure(|| {
        let mut connection = connection_to(peer);
        let (mut reply, mut budget) = (Reply::default(), Budget::new(limits));
        let (kept, budget) = (&mut reply, &mut budget);
        let end = match protocol {
            Protocol::Simple => drive(connection.simple("", budget, kept), said.len()),
            Protocol::Extended => drive(connection.single("", budget, kept), said.len()),
        };
        (end.map_err(|error| error.to_string()), reply)
    });
    Outcome {
        end,
        reply,
        most_memory: allocated.bytes_max,
    }
}

fn limits() -> impl Strategy<Value = Limits> {
    let rows_kept = select(&[0, 1, 3, 1_000_000, 1_000_000][..]);
    let bytes_kept = select(&[0, 50, 100, 150, 300, 1_000, 100_000_000][..]);
    let value_bytes = select(&[0, 1, 3, 20, 1_000_000, 1_000_000, 1_000_000][..]);
    let bytes_read = select(&[100, 1_000, u64::MAX, u64::MAX][..]);
    let notices_kept = select(&[0, 1, 3, 1_000_000][..]);
    let rows_fingerprinted = select(&[0, 0, 1, 3, 1_000_000][..]);
    let all = (
        (rows_kept, rows_fingerprinted),
        bytes_kept,
        value_bytes,
        bytes_read,
        notices_kept,
    );
    all.prop_map(
        |((rows_kept, rows_fingerprinted), bytes_kept, value_bytes, bytes_read, notices_kept)| {
            Limits {
                rows_kept,
                rows_fingerprinted,
                bytes_kept,
                value_bytes,
                bytes_read,
                notices_kept,
                ..Limits::DISPLAY
            }
        },
    )
}

/// What holds of every reply.
fn check_limits(reply: &Reply, limits: &Limits) -> TestCaseResult {
    let columns = reply.columns.as_ref().map_or(0, Vec::len);
    prop_assert!(reply.rows.len() <= limits.rows_kept as usize);
    prop_assert!(reply.rows.len() as u64 <= reply.row_count);
    if !reply.fingerprints.is_empty() {
        let most = limits.rows_fingerprinted as usize;
        prop_assert!(reply.fingerprints.len() <= most.max(reply.rows.len()));
        prop_assert!(reply.fingerprints.len() as u64 <= reply.row_count);
        prop_assert!(reply.rows.len() <= reply.fingerprints.len());
    }
    let longest = limits.value_bytes as usize + '…'.len_utf8();
    let mut bytes = 0;
    for row in &reply.rows {
        prop_assert_eq!(row.len(), columns);
        for value in row.iter().flatten() {
            prop_assert!(value.len() <= longest);
            bytes += value.len();
        }
    }
    // The values of the row in which the bytes run out are cut to nothing.
    prop_assert!(bytes <= usize::try_from(limits.bytes_kept).unwrap() + columns * 3);
    prop_assert!(reply.notices.len() <= limits.notices_kept as usize);
    let notices: usize = reply.notices.iter().map(size).sum();
    prop_assert!(notices as u64 <= limits.bytes_kept);
    let sqlstate = reply.error.as_ref().map_or("", |error| &error.sqlstate);
    prop_assert!(sqlstate.is_ascii() && [0, 5].contains(&sqlstate.len()));
    Ok(())
}

/// What a connection takes without a reply, and how much more a reply takes than its bytes: a row
/// without a value is a message of seven bytes, a notice without a field one of six.
const EMPTY: u64 = 64 * 1024;
const TIMES: u64 = 64;

#[test]
fn any_messages() {
    let protocol = select(&[Protocol::Simple, Protocol::Extended][..]);
    check(
        1_000,
        (replies(), pieces(), protocol, limits()),
        |(said, pieces, protocol, limits)| {
            let said = said.concat();
            let whole = outcome(&said, &[usize::MAX], protocol, &limits);
            let cut = outcome(&said, &pieces, protocol, &limits);
            check_limits(&whole.reply, &limits)?;
            prop_assert_eq!(&whole.end, &cut.end);
            prop_assert_eq!(format!("{:?}", whole.reply), format!("{:?}", cut.reply));
            for memory in [whole.most_memory, cut.most_memory] {
                prop_assert!(
                    memory <= EMPTY + TIMES * said.len() as u64,
                    "{memory} bytes"
                );
            }
            Ok(())
        },
    );
}

#[test]
fn any_bytes() {
    check(
        500,
        (vec(any::<u8>(), 0..200), pieces()),
        |(said, pieces)| {
            let whole = outcome(&said, &[usize::MAX], Protocol::Simple, &Limits::DISPLAY);
            let cut = outcome(&said, &pieces, Protocol::Simple, &Limits::DISPLAY);
            prop_assert_eq!(whole.end, cut.end);
            prop_assert_eq!(format!("{:?}", whole.reply), format!("{:?}", cut.reply));
            prop_assert!(cut.most_memory <= EMPTY + TIMES * said.len() as u64);
            Ok(())
        },
    );
}

#[test]
fn what_is_right_comes_through_whole() {
    let value = || option::of(".{0,20}");
    let rows = (0_usize..5).prop_flat_map(move |columns| vec(vec(value(), columns), 0..8));
    check(300, (rows, pieces()), |(rows, pieces)| {
        let width = rows.first().map_or(0, Vec::len);
        let mut said = columns(&vec!["x"; width]).to_vec();
        for values in &rows {
            said.extend(row(values));
        }
        said.extend(message(b'Z', b"I"));
        let Outcome { end, reply, .. } =
            outcome(&said, &pieces, Protocol::Simple, &Limits::COMPARISON);
        prop_assert_eq!(end, Ok(()));
        prop_assert_eq!(reply.row_count, rows.len() as u64);
        prop_assert_eq!(reply.rows, rows);
        Ok(())
    });
}

/// Messages whose bytes are far more than the limits let be kept.
fn large() -> impl Strategy<Value = Bytes> {
    let size = prop_oneof![
        60_000_usize..70_000,
        900_000_usize..1_100_000,
        3_000_000_usize..4_000_000
    ];
    (size, 0..7_u8, select(&b"x\xff\xc3"[..])).prop_map(|(size, kind, byte)| {
        let text = vec![byte; size];
        match kind {
            0 => [columns(&["x"]), row(&[Some(text)])].concat().into(),
            1 => [message(b'H', &[0, 0, 0]), message(b'd', &text)]
                .concat()
                .into(),
            2 => diagnostics(b'N', &[(b'M', text)]),
            3 => diagnostics(b'E', &[(b'M', text)]),
            4 => columns(&vec![""; size % 60_000]),
            5 => columns(&[text]),
            _ => {
                let nulls = vec![None::<&str>; size % 60_000];
                [columns(&vec![""; nulls.len()]), row(&nulls), row(&nulls)]
                    .concat()
                    .into()
            }
        }
    })
}

#[test]
fn large_messages_take_what_the_limits_allow() {
    /// A message, the columns read from it, and a row more than the limits allow.
    const ONE_OF_EACH: u64 = 12 * 1024 * 1024;
    check(
        25,
        (vec(large(), 1..12), 5_000_usize..2_000_000),
        |(said, piece)| {
            let said = said.concat();
            let limits = Limits::DISPLAY;
            let outcome = outcome(&said, &[piece], Protocol::Simple, &limits);
            check_limits(&outcome.reply, &limits)?;
            let memory = outcome.most_memory;
            prop_assert!(
                memory <= ONE_OF_EACH + 4 * limits.bytes_kept,
                "{memory} bytes"
            );
            Ok(())
        },
    );
}
