//! Rows, read value by value: a row may be longer than all memory.

use super::channel::{Channel, malformed};
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
    let full = reply.rows.len() >= budget.limits.rows_kept as usize;
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

/// Reads the values of a row, which fill its message.
async fn read_values(
    channel: &mut Channel,
    body: usize,
    budget: &mut Budget<'_>,
    reply: &mut Reply,
) -> io::Result<Row> {
    let mut rest = body;
    let mut claim = |bytes: usize| {
        let left = rest.checked_sub(bytes);
        rest = left.ok_or_else(|| malformed("a row is longer than it says"))?;
        Ok::<_, io::Error>(())
    };
    claim(2)?;
    let values = u16::from_be_bytes(channel.array().await?);
    // Not reserved: the number is only a claim.
    let mut row = Vec::new();
    for _ in 0..values {
        claim(4)?;
        let length = i32::from_be_bytes(channel.array().await?);
        row.push(match usize::try_from(length) {
            // A negative length is NULL.
            Err(_) => {
                budget.keep(size_of::<Option<String>>());
                None
            }
            Ok(length) => {
                claim(length)?;
                Some(read_value(channel, length, budget, reply).await?)
            }
        });
    }
    if rest > 0 {
        return Err(malformed("a row is shorter than it says"));
    }
    row.shrink_to_fit();
    Ok(row)
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
