//! What a server can say: right, nearly right and wrong.

use bytes::{BufMut, Bytes, BytesMut};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::iter;

pub(super) fn message(tag: u8, body: &[u8]) -> Bytes {
    let mut message = BytesMut::new();
    message.put_u8(tag);
    message.put_u32(u32::try_from(body.len() + 4).unwrap());
    message.put_slice(body);
    message.freeze()
}

pub(super) fn columns(names: &[impl AsRef<[u8]>]) -> Bytes {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(names.len()).unwrap());
    for name in names {
        body.put_slice(name.as_ref());
        body.put_slice(b"\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0");
    }
    message(b'T', &body)
}

pub(super) fn row(values: &[Option<impl AsRef<[u8]>>]) -> Bytes {
    let mut body = BytesMut::new();
    body.put_u16(u16::try_from(values.len()).unwrap());
    for value in values {
        match value {
            None => body.put_i32(-1),
            Some(value) => {
                body.put_i32(i32::try_from(value.as_ref().len()).unwrap());
                body.put_slice(value.as_ref());
            }
        }
    }
    message(b'D', &body)
}

/// An error (`E`) or a notice (`N`).
pub(super) fn diagnostics(tag: u8, fields: &[(u8, impl AsRef<[u8]>)]) -> Bytes {
    let mut body = BytesMut::new();
    for (kind, value) in fields {
        body.put_u8(*kind);
        body.put_slice(value.as_ref());
        body.put_u8(0);
    }
    body.put_u8(0);
    message(tag, &body)
}

/// A message of an authentication.
pub(super) fn authentication(code: u32, data: &[u8]) -> Bytes {
    message(b'R', &[&code.to_be_bytes(), data].concat())
}

fn bytes(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), length.clone()),
        vec(select(&b"a\xc3\xa9"[..]), length)
    ]
}

/// Bytes that a zero does not end early.
fn text() -> impl Strategy<Value = Vec<u8>> {
    bytes(0..12).prop_map(|mut text| {
        text.retain(|&byte| byte != 0);
        text
    })
}

fn fields() -> impl Strategy<Value = Vec<(u8, Vec<u8>)>> {
    let value = prop_oneof![
        text(),
        select(&["FATAL", "42601", "7"][..]).prop_map(Vec::from)
    ];
    vec((select(&b"SVCMDHPpqWx"[..]), value), 0..5)
}

/// Columns and rows that fit them.
fn result() -> impl Strategy<Value = Bytes> {
    let of_width = |width| {
        let rows = vec(vec(option::of(bytes(0..40)), width), 0..5);
        rows.prop_map(move |rows| {
            let rows = rows.iter().map(|values| row(values));
            in_a_row(columns(&vec!["x"; width]), rows)
        })
    };
    (0_usize..4).prop_flat_map(of_width)
}

/// `COPY TO STDOUT` and its lines.
fn copy() -> impl Strategy<Value = Bytes> {
    (any::<bool>(), vec(bytes(0..40), 0..5)).prop_map(|(binary, lines)| {
        let lines = lines.iter().map(|line| message(b'd', line));
        in_a_row(message(b'H', &[u8::from(binary), 0, 0]), lines)
    })
}

fn in_a_row(first: Bytes, others: impl Iterator<Item = Bytes>) -> Bytes {
    let all: Vec<_> = iter::once(first).chain(others).collect();
    all.concat().into()
}

/// Messages of a reply as the protocol has them, though not their order.
fn of_a_reply() -> impl Strategy<Value = Bytes> {
    let two_texts =
        || (text(), text()).prop_map(|(one, two)| [&one[..], &[0], &two, &[0]].concat());
    let command_tags = select(&["SELECT 2\0", "COPY 1\0", "\0"][..]);
    prop_oneof![
        12 => result(),
        4 => copy(),
        4 => fields().prop_map(|fields| diagnostics(b'N', &fields)),
        2 => fields().prop_map(|fields| diagnostics(b'E', &fields)),
        3 => command_tags.prop_map(|tag| message(b'C', tag.as_bytes())),
        2 => two_texts().prop_map(|texts| message(b'A', &[&[0; 4], &texts[..]].concat())),
        2 => two_texts().prop_map(|texts| message(b'S', &texts)),
        2 => select(&b"123nsIc"[..]).prop_map(|tag| message(tag, b"")),
        1 => select(&b"ITE"[..]).prop_map(|state| message(b'Z', &[state])),
        1 => vec(text(), 0..4).prop_map(|names| columns(&names)),
        1 => vec(option::of(bytes(0..40)), 0..4).prop_map(|values| row(&values)),
        1 => bytes(0..40).prop_map(|line| message(b'd', &line)),
        1 => select(&b"GGW"[..]).prop_map(|tag| message(tag, &[0, 0, 0])),
    ]
}

/// Messages of a log-in as the protocol has them.
fn of_a_log_in() -> impl Strategy<Value = Bytes> {
    let server_first = ("[a-z]{0,3}", "[A-Za-z0-9=]{0,4}", "-?[0-9]{0,12}")
        .prop_map(|(nonce, salt, count)| format!("r={nonce},s={salt},i={count}"));
    prop_oneof![
        select(&[0, 0, 3, 7][..]).prop_map(|code| authentication(code, b"")),
        select(&["SCRAM-SHA-256\0\0", "SCRAM-SHA-256-PLUS\0\0", "\0", ""][..])
            .prop_map(|mechanisms| authentication(10, mechanisms.as_bytes())),
        server_first.prop_map(|message| authentication(11, message.as_bytes())),
        bytes(0..20).prop_map(|data| authentication(12, &data)),
        (0_u32..14, bytes(0..20)).prop_map(|(code, data)| authentication(code, &data)),
        vec(any::<u8>(), 0..300).prop_map(|key| message(b'K', &key)),
        Just(message(b'K', &[7; 8])),
        Just(message(b'Z', b"I")),
        fields().prop_map(|fields| diagnostics(b'E', &fields)),
        of_a_reply(),
    ]
}

/// What is wrong with a message: a byte, its length, its end, or everything.
fn spoiled(right: BoxedStrategy<Bytes>) -> impl Strategy<Value = Bytes> {
    let flipped = (right.clone(), any::<Index>(), any::<u8>()).prop_map(|(right, at, byte)| {
        let mut bytes = right.to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.into()
    });
    let lengths = [
        0,
        3,
        4,
        5,
        7,
        20,
        1024 * 1024 + 5,
        i32::MAX as u32,
        u32::MAX,
    ];
    let lying = (right.clone(), select(lengths.to_vec())).prop_map(|(right, length)| {
        let mut bytes = right.to_vec();
        bytes[1..5].copy_from_slice(&length.to_be_bytes());
        bytes.into()
    });
    let broken_off =
        (right, any::<Index>()).prop_map(|(right, end)| right.slice(..end.index(right.len())));
    let unknown = (any::<u8>(), bytes(0..20)).prop_map(|(tag, body)| message(tag, &body));
    prop_oneof![
        flipped,
        lying,
        broken_off,
        unknown,
        bytes(0..20).prop_map(Bytes::from)
    ]
}

fn said(right: &BoxedStrategy<Bytes>) -> impl Strategy<Value = Vec<Bytes>> + use<> {
    let nearly_right = prop_oneof![8 => right.clone(), 1 => spoiled(right.clone())];
    prop_oneof![vec(right.clone(), 0..14), vec(nearly_right, 0..14)]
}

/// What a server may say in place of a reply.
pub(super) fn replies() -> impl Strategy<Value = Vec<Bytes>> {
    said(&of_a_reply().boxed())
}

/// What a server may say in place of a log-in.
pub(super) fn log_ins() -> impl Strategy<Value = Vec<Bytes>> {
    said(&of_a_log_in().boxed())
}

/// The lengths of the pieces that arrive at a time.
pub(super) fn pieces() -> impl Strategy<Value = Vec<usize>> {
    vec(1_usize..30, 1..6)
}
