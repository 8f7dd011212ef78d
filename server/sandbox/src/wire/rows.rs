//! Rows, read value by value: a row may be longer than all memory.

use super::channel::{Channel, malformed};
use super::reply::{Budget, Reply};
use std::io;

/// Reads a row value by value, and keeps what the limits allow.
pub(super) async fn read_row(
    channel: &mut Channel,
    body: usize,
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<()> {
    channel.skip_header();
    budget.read(body);
    reply.row_count += 1;
    if reply.rows.len() >= budget.limits.rows_kept as usize || budget.value() == 0 {
        return channel.skip(body).await;
    }
    let mut rest = body;
    let mut claim = |bytes: usize| {
        rest = rest
            .checked_sub(bytes)
            .ok_or_else(|| malformed("a row is longer than it says"))?;
        Ok::<_, io::Error>(())
    };
    claim(2)?;
    let values = channel.take(2).await?;
    let values = u16::from_be_bytes([values[0], values[1]]);
    let mut row = Vec::with_capacity(usize::from(values));
    for _ in 0..values {
        claim(4)?;
        let length = channel.take(4).await?;
        let length = i32::from_be_bytes(length[..].try_into().expect("four bytes"));
        let value = match usize::try_from(length) {
            // A negative length is NULL.
            Err(_) => None,
            Ok(length) => {
                claim(length)?;
                Some(read_value(channel, length, budget, reply).await?)
            }
        };
        let size = size_of::<Option<String>>() + value.as_ref().map_or(0, String::len);
        budget.bytes_kept += size as u64;
        row.push(value);
    }
    reply.rows.push(row);
    channel.skip(rest).await
}

/// Reads a line of `COPY TO STDOUT`.
pub(super) async fn read_line(
    channel: &mut Channel,
    body: usize,
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<()> {
    channel.skip_header();
    budget.read(body);
    reply.row_count += 1;
    let full = reply.rows.len() >= budget.limits.rows_kept as usize;
    if full || reply.binary || budget.value() == 0 {
        return channel.skip(body).await;
    }
    let mut line = read_value(channel, body, budget, reply).await?;
    if line.ends_with('\n') {
        line.pop();
    }
    budget.bytes_kept += (size_of::<Option<String>>() + line.len()) as u64;
    reply.rows.push(vec![Some(line)]);
    Ok(())
}

/// Reads a value, of which as much is kept as the budget allows.
async fn read_value(
    channel: &mut Channel,
    length: usize,
    budget: &Budget<'_>,
    reply: &mut Reply,
) -> io::Result<String> {
    let kept = length.min(budget.value());
    let bytes = channel.take(kept).await?;
    channel.skip(length - kept).await?;
    if kept == length {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    reply.values_cut = true;
    Ok(cut(&bytes))
}

/// The beginning of a value, without half a character at its end.
fn cut(bytes: &[u8]) -> String {
    let whole = match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    };
    format!("{}…", String::from_utf8_lossy(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::wire::connection_to;
    use bytes::{BufMut, BytesMut};
    use sqlground_model::TransactionState;
    use tokio::io::AsyncWriteExt;

    fn message(tag: u8, body: &[u8]) -> Vec<u8> {
        let mut message = BytesMut::new();
        message.put_u8(tag);
        message.put_u32(u32::try_from(body.len() + 4).unwrap());
        message.put_slice(body);
        message.to_vec()
    }

    fn row(values: &[Option<&[u8]>]) -> Vec<u8> {
        let mut body = BytesMut::new();
        body.put_u16(u16::try_from(values.len()).unwrap());
        for value in values {
            match value {
                None => body.put_i32(-1),
                Some(value) => {
                    body.put_i32(i32::try_from(value.len()).unwrap());
                    body.put_slice(value);
                }
            }
        }
        message(b'D', &body)
    }

    /// What a client makes of what a server says, `piece` bytes at a time.
    async fn reply_to(sent: &[u8], piece: usize, limits: &Limits) -> (io::Result<()>, Reply) {
        let (client, mut server) = tokio::io::duplex(64 * 1024);
        let mut connection = connection_to(client);
        let pieces: Vec<_> = sent.chunks(piece).map(<[u8]>::to_vec).collect();
        let server = tokio::spawn(async move {
            for piece in pieces {
                server.write_all(&piece).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        let mut reply = Reply::default();
        let result = connection
            .simple("", &mut Budget::new(limits), &mut reply)
            .await;
        drop(connection);
        // A client that gave up leaves the server without a reader.
        let _ = server.await;
        (result, reply)
    }

    #[tokio::test]
    async fn a_reply_is_the_same_however_it_is_cut_into_pieces() {
        let mut sent = row(&[Some(b"a"), None, Some(b"")]);
        sent.extend(row(&[Some("é".as_bytes()), Some(b"\xff"), None]));
        sent.extend(message(b'C', b"SELECT 2\0"));
        sent.extend(message(b'Z', b"T"));
        for piece in 1..sent.len() {
            let (result, reply) = reply_to(&sent, piece, &Limits::DISPLAY).await;
            result.unwrap();
            let owned = |text: &str| Some(text.to_owned());
            assert_eq!(reply.rows[0], [owned("a"), None, owned("")]);
            assert_eq!(reply.rows[1], [owned("é"), owned("\u{fffd}"), None]);
            assert_eq!(reply.tag.as_deref(), Some("SELECT 2"));
            assert_eq!(reply.transaction, TransactionState::Open);
            assert!(!reply.is_truncated());
        }
    }

    #[tokio::test]
    async fn a_value_is_cut_between_characters() {
        let limits = Limits {
            value_bytes: 3,
            ..Limits::DISPLAY
        };
        let mut sent = row(&[Some("éé".as_bytes()), Some(b"abc"), Some(b"abcd")]);
        sent.extend(message(b'Z', b"I"));
        let (_, reply) = reply_to(&sent, 7, &limits).await;
        let kept: Vec<_> = reply.rows[0].iter().flatten().collect();
        assert_eq!(kept, ["é…", "abc", "abc…"]);
        assert!(reply.is_truncated());
    }

    #[tokio::test]
    async fn lengths_that_do_not_fit_are_errors() {
        let liar = message(b'D', &[0, 1, 0, 0, 0, 9, b'x']);
        let short = [b'C', 0, 0, 0, 3];
        let endless = [b'C', 0xff, 0xff, 0xff, 0xff];
        for sent in [&liar[..], &short, &endless, b"W\0\0\0\x04", b""] {
            let (result, _) = reply_to(sent, 64, &Limits::DISPLAY).await;
            assert!(result.is_err(), "{sent:?}");
        }
    }

    #[tokio::test]
    async fn an_error_that_ends_the_connection_is_kept() {
        let sent = message(b'E', b"VFATAL\0C57P01\0Mgoing down\0\0");
        let (result, reply) = reply_to(&sent, 64, &Limits::DISPLAY).await;
        assert!(result.is_err());
        assert_eq!(reply.error.unwrap().sqlstate, "57P01");
    }

    #[tokio::test]
    async fn an_overlong_message_is_passed_over() {
        let mut sent = message(b'N', &vec![b'x'; 3_000_000]);
        sent.extend(message(b'C', b"DO\0"));
        sent.extend(message(b'Z', b"I"));
        let (result, reply) = reply_to(&sent, 50_000, &Limits::DISPLAY).await;
        result.unwrap();
        assert_eq!((reply.notices.len(), reply.tag.as_deref()), (1, Some("DO")));
    }
}
