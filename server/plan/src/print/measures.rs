//! What is said below a node's heading: conditions, keys, and figures that share a line.

use crate::details;
use crate::raw::{Fields, Node};
use crate::usage;
use sqlground_model::Usage;

/// Figures that share a line: its parts, each with the property that JSON has for it. The first
/// part that is there stands where the line does.
const SHARED: [&[(&str, &str)]; 6] = [
    &[
        ("Buckets", "Hash Buckets"),
        ("Batches", "Hash Batches"),
        ("Memory Usage", "Peak Memory Usage"),
    ],
    &[
        ("Hits", "Cache Hits"),
        ("Misses", "Cache Misses"),
        ("Evictions", "Cache Evictions"),
        ("Overflows", "Cache Overflows"),
        ("Memory Usage", "Peak Memory Usage"),
    ],
    &[
        ("Planned Partitions", "Planned Partitions"),
        ("Batches", "HashAgg Batches"),
        ("Memory Usage", "Peak Memory Usage"),
        ("Disk Usage", "Disk Usage"),
    ],
    &[
        ("Storage", "Storage"),
        ("Maximum Storage", "Maximum Storage"),
    ],
    &[
        ("exact", "Exact Heap Blocks"),
        ("lossy", "Lossy Heap Blocks"),
    ],
    &[
        ("inserted", "Tuples Inserted"),
        ("updated", "Tuples Updated"),
        ("deleted", "Tuples Deleted"),
        ("skipped", "Tuples Skipped"),
    ],
];

/// The lines below a node's heading, without those of workers.
pub(super) fn lines(node: &Node) -> Vec<String> {
    let mut lines = Vec::new();
    let output = crate::output(&node.fields);
    lines.extend(output.map(|output| format!("Output: {output}")));
    lines.extend(grouped(&details::details(node), &node.fields));
    lines.extend(usage_lines(&node.fields));
    lines
}

/// The lines of a worker, without how it sorted, which is said of the node.
pub(super) fn worker_lines(fields: &Fields) -> Vec<String> {
    let mut details = details::of_fields(fields);
    details.retain(|(key, _)| key != "Sort Method");
    let mut lines = grouped(&details, fields);
    lines.extend(usage_lines(fields));
    lines
}

/// A line for each detail, or for those that share one.
fn grouped(details: &[(String, String)], fields: &Fields) -> Vec<String> {
    let mut lines = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for (key, value) in details {
        if told.contains(&key.as_str()) {
            continue;
        }
        let group = group(key, fields);
        let Some(group) = group else {
            lines.push(format!("{key}: {value}"));
            continue;
        };
        let parts: Vec<(&str, &str)> = group
            .iter()
            .filter_map(|(name, property)| {
                let (_, text) = details.iter().find(|(key, _)| key == property)?;
                Some((*name, text.as_str()))
            })
            .collect();
        told.extend(group.iter().map(|(_, property)| *property));
        lines.push(shared_line(group, &parts));
    }
    lines
}

/// The line that a property belongs to. What memory was used for, other properties tell.
fn group(key: &str, fields: &Fields) -> Option<&'static [(&'static str, &'static str)]> {
    let fits = |group: &&&'static [(&'static str, &'static str)]| {
        let has = |property: &str| fields.get(property).is_some();
        let is_told_by = group.iter().any(|(_, property)| {
            *property != "Peak Memory Usage" && *property != "Disk Usage" && has(property)
        });
        is_told_by && group.iter().any(|(_, property)| *property == key)
    };
    SHARED.iter().find(fits).copied()
}

fn shared_line(group: &[(&str, &str)], parts: &[(&str, &str)]) -> String {
    let pairs = |title: &str| {
        let pairs: Vec<String> = parts
            .iter()
            .map(|(name, text)| format!("{name}={text}"))
            .collect();
        format!("{title}: {}", pairs.join(" "))
    };
    match group[0].0 {
        "exact" => pairs("Heap Blocks"),
        "inserted" => pairs("Tuples"),
        _ => {
            let texts: Vec<String> = parts
                .iter()
                .map(|(name, text)| format!("{name}: {text}"))
                .collect();
            texts.join("  ")
        }
    }
}

/// `Buffers`, `I/O Timings` and `WAL`, as far as something was counted.
pub(super) fn usage_lines(fields: &Fields) -> Vec<String> {
    let Some((usage, _)) = usage::read(fields) else {
        return Vec::new();
    };
    let blocks = [
        (
            "shared",
            counts(&[
                ("hit", usage.shared_hit),
                ("read", usage.shared_read),
                ("dirtied", usage.shared_dirtied),
                ("written", usage.shared_written),
            ]),
        ),
        (
            "local",
            counts(&[
                ("hit", usage.local_hit),
                ("read", usage.local_read),
                ("dirtied", usage.local_dirtied),
                ("written", usage.local_written),
            ]),
        ),
        (
            "temp",
            counts(&[("read", usage.temp_read), ("written", usage.temp_written)]),
        ),
    ];
    let wal = counts(&[
        ("records", usage.wal_records),
        ("fpi", usage.wal_fpi),
        ("bytes", usage.wal_bytes),
        ("buffers full", usage.wal_buffers_full),
    ]);
    let said = [
        ("Buffers", groups(blocks)),
        ("I/O Timings", times(&usage)),
        ("WAL", wal),
    ];
    said.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}: {text}"))
        .collect()
}

/// `hit=5 read=3`, without what is zero.
fn counts(counts: &[(&str, u64)]) -> String {
    let told: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{name}={count}"))
        .collect();
    told.join(" ")
}

fn groups<const N: usize>(groups: [(&str, String); N]) -> String {
    let told: Vec<String> = groups
        .into_iter()
        .filter(|(_, counts)| !counts.is_empty())
        .map(|(name, counts)| format!("{name} {counts}"))
        .collect();
    told.join(", ")
}

fn times(usage: &Usage) -> String {
    let times = |times: [(&str, f64); 2]| {
        let told: Vec<String> = times
            .into_iter()
            .filter(|(_, ms)| *ms > 0.0)
            .map(|(name, ms)| format!("{name}={ms:.3}"))
            .collect();
        told.join(" ")
    };
    groups([
        (
            "shared",
            times([("read", usage.read_ms), ("write", usage.write_ms)]),
        ),
        (
            "temp",
            times([("read", usage.temp_read_ms), ("write", usage.temp_write_ms)]),
        ),
    ])
}
