//! What each node read and wrote, with what lies below it and alone.

use crate::raw::{Fields, Statement};
use crate::tree::Tree;
use sqlground_model::Usage;

/// The usage of all nodes, by their number.
pub(crate) struct Usages {
    /// Whether blocks were counted.
    pub(crate) has_blocks: bool,
    /// With what lies below.
    pub(crate) total: Vec<Usage>,
    /// Of the node alone. What an `InitPlan` or CTE used is not its reader's own.
    pub(crate) own: Vec<Usage>,
}

/// Reads the counters; none if nothing was counted. `runner` tells which node ran an `InitPlan` or
/// a CTE.
pub(crate) fn usages(
    tree: &Tree<'_>,
    statement: &Statement,
    runner: impl Fn(usize) -> Option<usize>,
) -> Option<Usages> {
    let counters = tree.nodes.iter().map(|node| read(&node.raw.fields));
    // A node without blocks has no line in the text format.
    let total: Vec<Option<(Usage, bool)>> = counters.collect();
    let planned = read(&statement.planning);
    let has_blocks = total.iter().chain([&planned]).flatten().any(|read| read.1);
    if total.iter().all(Option::is_none) {
        return None;
    }
    let total: Vec<Usage> = total
        .into_iter()
        .map(|read| read.unwrap_or_default().0)
        .collect();
    let mut own = total.clone();
    for (id, node) in tree.nodes.iter().enumerate() {
        let above = if node.is_listed_only() {
            runner(id).or(node.parent)
        } else {
            node.parent
        };
        if let Some(above) = above {
            own[above] = without(own[above], total[id]);
        }
    }
    Some(Usages {
        has_blocks,
        total,
        own,
    })
}

/// The counters among the fields, and whether blocks are among them; none if there are none.
pub(crate) fn read(fields: &Fields) -> Option<(Usage, bool)> {
    let mut usage = Usage::default();
    let mut is_counted = false;
    let mut has_blocks = false;
    for (key, value) in fields.iter() {
        let count = match key {
            "Shared Hit Blocks" => &mut usage.shared_hit,
            "Shared Read Blocks" => &mut usage.shared_read,
            "Shared Dirtied Blocks" => &mut usage.shared_dirtied,
            "Shared Written Blocks" => &mut usage.shared_written,
            "Local Hit Blocks" => &mut usage.local_hit,
            "Local Read Blocks" => &mut usage.local_read,
            "Local Dirtied Blocks" => &mut usage.local_dirtied,
            "Local Written Blocks" => &mut usage.local_written,
            "Temp Read Blocks" => &mut usage.temp_read,
            "Temp Written Blocks" => &mut usage.temp_written,
            "WAL Records" => &mut usage.wal_records,
            "WAL FPI" => &mut usage.wal_fpi,
            "WAL Bytes" => &mut usage.wal_bytes,
            "WAL Buffers Full" => &mut usage.wal_buffers_full,
            _ => {
                let time = match key {
                    "I/O Read Time" | "Shared I/O Read Time" | "Local I/O Read Time" => {
                        &mut usage.read_ms
                    }
                    "I/O Write Time" | "Shared I/O Write Time" | "Local I/O Write Time" => {
                        &mut usage.write_ms
                    }
                    "Temp I/O Read Time" => &mut usage.temp_read_ms,
                    "Temp I/O Write Time" => &mut usage.temp_write_ms,
                    _ => continue,
                };
                *time += value.number().unwrap_or(0.0).max(0.0);
                is_counted = true;
                continue;
            }
        };
        *count = value.text().and_then(|text| text.parse().ok()).unwrap_or(0);
        is_counted = true;
        has_blocks |= key.ends_with(" Blocks");
    }
    is_counted.then_some((usage, has_blocks))
}

/// What is left without a part, nothing less than zero.
fn without(all: Usage, part: Usage) -> Usage {
    let ms = |all: f64, part: f64| ((all - part) * 1e6).round().max(0.0) / 1e6;
    Usage {
        shared_hit: all.shared_hit.saturating_sub(part.shared_hit),
        shared_read: all.shared_read.saturating_sub(part.shared_read),
        shared_dirtied: all.shared_dirtied.saturating_sub(part.shared_dirtied),
        shared_written: all.shared_written.saturating_sub(part.shared_written),
        local_hit: all.local_hit.saturating_sub(part.local_hit),
        local_read: all.local_read.saturating_sub(part.local_read),
        local_dirtied: all.local_dirtied.saturating_sub(part.local_dirtied),
        local_written: all.local_written.saturating_sub(part.local_written),
        temp_read: all.temp_read.saturating_sub(part.temp_read),
        temp_written: all.temp_written.saturating_sub(part.temp_written),
        read_ms: ms(all.read_ms, part.read_ms),
        write_ms: ms(all.write_ms, part.write_ms),
        temp_read_ms: ms(all.temp_read_ms, part.temp_read_ms),
        temp_write_ms: ms(all.temp_write_ms, part.temp_write_ms),
        wal_records: all.wal_records.saturating_sub(part.wal_records),
        wal_fpi: all.wal_fpi.saturating_sub(part.wal_fpi),
        wal_bytes: all.wal_bytes.saturating_sub(part.wal_bytes),
        wal_buffers_full: all.wal_buffers_full.saturating_sub(part.wal_buffers_full),
    }
}
