//! Rows, read value by value: a row may be longer than all memory.

use super::channel::{Channel, malformed};
use super::fingerprint::{Fingerprint, is_number};
use super::reply::{Budget, Reply};
use super::text::text;
use postgres_protocol::message::backend::COPY_DATA_TAG;
use std::io;

type Row = Vec<Option<String>>;

/// Reads the next message, a row or a line of `COPY TO STDOUT`, and keeps what the limits allow. A
/// row that is kept has one value for each column.
pub(super) async fn read_row(
    channel: &mut Channel,
    (tag, body): (u8, usize),
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<()> {
    let columns = reply.columns.as_ref().map(Vec::len);
    let columns = columns.ok_or_else(|| malformed("a row comes before its columns"))?;
    channel.skip_header();
    reply.row_count += 1;
    let mut full = reply.rows.len() >= budget.limits.rows_kept as usize;
    if budget.limits.rows_fingerprinted > 0 && tag != COPY_DATA_TAG {
        full |= !reply.fingerprints.is_empty() || !budget.has_room_for(body, columns);
        if full {
            return fingerprint_row(channel, body, budget, reply).await;
        }
    }
    if full || reply.binary || budget.value() == 0 {
        return channel.skip(body).await;
    }
    budget.keep(size_of::<Row>());
    let row = if tag == COPY_DATA_TAG {
        let mut line = read_value(channel, body, budget, reply).await?;
        if line.ends_with('\n') {
            line.pop();
        }
        vec![Some(line)]
    } else {
        read_values(channel, body, budget, reply).await?
    };
    if row.len() != columns {
        return Err(malformed("a row has other columns than its result"));
    }
    reply.rows.push(row);
    Ok(())
}

/// What is left of a row's message.
struct Rest(usize);

impl Rest {
    /// How many values follow; no more than a claim.
    async fn values(&mut self, channel: &mut Channel) -> io::Result<u16> {
        self.claim(2)?;
        Ok(u16::from_be_bytes(channel.array().await?))
    }

    /// The length of the next value; none for NULL.
    async fn length(&mut self, channel: &mut Channel) -> io::Result<Option<usize>> {
        self.claim(4)?;
        let length = i32::from_be_bytes(channel.array().await?);
        // A negative length is NULL.
        let Ok(length) = usize::try_from(length) else {
            return Ok(None);
        };
        self.claim(length)?;
        Ok(Some(length))
    }

    fn claim(&mut self, bytes: usize) -> io::Result<()> {
        let left = self.0.checked_sub(bytes);
        self.0 = left.ok_or_else(|| malformed("a row is longer than it says"))?;
        Ok(())
    }

    fn end(self) -> io::Result<()> {
        match self.0 {
            0 => Ok(()),
            _ => Err(malformed("a row is shorter than it says")),
        }
    }
}

/// Reads the values of a row, which fill its message.
async fn read_values(
    channel: &mut Channel,
    body: usize,
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<Row> {
    let mut rest = Rest(body);
    let values = rest.values(channel).await?;
    // Not reserved: the number is only a claim.
    let mut row = Vec::new();
    for _ in 0..values {
        row.push(match rest.length(channel).await? {
            None => {
                budget.keep(size_of::<Option<String>>());
                None
            }
            Some(length) => Some(read_value(channel, length, budget, reply).await?),
        });
    }
    rest.end()?;
    row.shrink_to_fit();
    Ok(row)
}

/// How many bytes of a value are looked at in one piece.
const PIECE: usize = 64 * 1024;

/// Takes the fingerprint of a row, and of those that were kept before it.
async fn fingerprint_row(
    channel: &mut Channel,
    body: usize,
    budget: &Budget<'_>,
    reply: &mut Reply,
) -> io::Result<()> {
    let fields = reply.columns.as_deref().unwrap_or_default();
    if reply.fingerprints.is_empty() {
        let kept = reply.rows.iter();
        reply.fingerprints = kept.map(|row| Fingerprint::of(row, fields)).collect();
    }
    if reply.fingerprints.len() >= budget.limits.rows_fingerprinted as usize {
        return channel.skip(body).await;
    }
    let mut rest = Rest(body);
    let values = rest.values(channel).await?;
    if usize::from(values) != fields.len() {
        return Err(malformed("a row has other columns than its result"));
    }
    let mut fingerprint = Fingerprint::new();
    for field in fields {
        let Some(mut length) = rest.length(channel).await? else {
            fingerprint.null();
            continue;
        };
        if is_number(field) && length <= PIECE {
            fingerprint.number(&channel.take(length).await?);
            continue;
        }
        fingerprint.begin(length);
        while length > 0 {
            let piece = channel.take(length.min(PIECE)).await?;
            length -= piece.len();
            fingerprint.piece(&piece);
        }
    }
    rest.end()?;
    reply.fingerprints.push(fingerprint.finish());
    Ok(())
}

/// Reads a value, of which as much is kept as the budget allows.
async fn read_value(
    channel: &mut Channel,
    length: usize,
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<String> {
    let room = budget.value();
    let kept = length.min(room);
    let bytes = channel.take(kept).await?;
    channel.skip(length - kept).await?;
    let (value, cut) = text(bytes, kept == length, room);
    reply.values_cut |= cut;
    budget.keep(size_of::<Option<String>>() + value.len());
    Ok(value)
}
