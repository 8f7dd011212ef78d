//! Lines with several figures, taken apart into the properties that JSON has for them.

use crate::raw::{Fields, Value};

/// Adds a property. A value that is not as expected is kept as it stands.
pub(super) fn add(key: &str, value: &str, fields: &mut Fields) {
    let added = match key {
        "Sort Method" => sort_method(value, fields),
        "Full-sort Groups" | "Pre-sorted Groups" => sort_groups(key, value, fields),
        "Buckets" | "Batches" | "Planned Partitions" | "Hits" | "Memory Usage" => {
            several(key, value, fields)
        }
        "Storage" => storage(value, fields),
        "Heap Blocks" => pairs(value, fields, |name| match name {
            "exact" => Some("Exact Heap Blocks".to_owned()),
            "lossy" => Some("Lossy Heap Blocks".to_owned()),
            _ => None,
        }),
        "Tuples" => pairs(value, fields, |name| {
            matches!(name, "inserted" | "updated" | "deleted" | "skipped")
                .then(|| format!("Tuples {}", capitalised(name)))
        }),
        "Buffers" => buffers(value, fields),
        "I/O Timings" => io_timings(value, fields),
        "WAL" => pairs(value, fields, |name| match name {
            "records" => Some("WAL Records".to_owned()),
            "fpi" => Some("WAL FPI".to_owned()),
            "bytes" => Some("WAL Bytes".to_owned()),
            "fpi bytes" => Some("WAL FPI Bytes".to_owned()),
            "buffers full" => Some("WAL Buffers Full".to_owned()),
            _ => None,
        }),
        "Memory" => pairs(&without_unit(value), fields, |name| match name {
            "used" => Some("Memory Used".to_owned()),
            "allocated" => Some("Memory Allocated".to_owned()),
            _ => None,
        }),
        _ => None,
    };
    if added.is_none() {
        fields.push(key, value);
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn kilobytes(text: &str) -> Option<&str> {
    let number = text.trim().strip_suffix("kB")?.trim();
    number.parse::<u64>().ok().map(|_| number)
}

fn without_unit(value: &str) -> String {
    value.replace("kB", "")
}

/// `external merge  Disk: 10808kB`.
fn sort_method(value: &str, fields: &mut Fields) -> Option<()> {
    let (method, space) = [" Memory: ", " Disk: "].iter().find_map(|kind| {
        let (method, used) = value.split_once(kind)?;
        let kind = kind.trim().trim_end_matches(':');
        Some((method.trim(), (kind, kilobytes(used)?)))
    })?;
    fields.push("Sort Method", method);
    fields.push("Sort Space Used", space.1);
    fields.push("Sort Space Type", space.0);
    Some(())
}

/// `2  Sort Methods: quicksort, top-N heapsort  Average Memory: 26kB  Peak Memory: 26kB`.
fn sort_groups(key: &str, value: &str, fields: &mut Fields) -> Option<()> {
    let parts = parts("Group Count", value)?;
    let mut group = Vec::new();
    let mut spaces: Vec<(String, Value)> = Vec::new();
    let text = |text: &str| Value::Text(text.to_owned());
    for (name, value) in parts {
        match name {
            "Group Count" => group.push((name.to_owned(), text(value))),
            "Sort Method" | "Sort Methods" => {
                let methods = value.split(", ").map(text).collect();
                group.push(("Sort Methods Used".to_owned(), Value::List(methods)));
            }
            _ => {
                let (measure, kind) = name.split_once(' ')?;
                let used = text(kilobytes(value)?);
                let entry = (format!("{measure} Sort Space Used"), used);
                let space = format!("Sort Space {kind}");
                match spaces.iter_mut().find(|(name, _)| *name == space) {
                    Some((_, Value::Map(entries))) => entries.push(entry),
                    _ => spaces.push((space, Value::Map(vec![entry]))),
                }
            }
        }
    }
    group.extend(spaces);
    fields.0.push((key.to_owned(), Value::Map(group)));
    Some(())
}

/// Takes `1  Memory Usage: 9kB  Disk: 3kB` apart. The key belongs to what stands first.
fn parts<'a>(key: &'a str, value: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    const NAMES: [&str; 14] = [
        "Batches",
        "Memory Usage",
        "Disk Usage",
        "Misses",
        "Evictions",
        "Overflows",
        "Sort Method",
        "Sort Methods",
        "Average Memory",
        "Peak Memory",
        "Average Disk",
        "Peak Disk",
        "Maximum Storage",
        "Memory",
    ];
    let mut parts = Vec::new();
    let mut name = key;
    let mut rest = value;
    loop {
        let next = rest.match_indices(": ").find_map(|(colon, _)| {
            let names = NAMES.iter().filter(|name| {
                rest[..colon]
                    .strip_suffix(**name)
                    .is_some_and(|before| before.ends_with(' '))
            });
            let longest = names.max_by_key(|name| name.len())?;
            Some((colon - longest.len(), *longest))
        });
        let Some((at, found)) = next else {
            parts.push((name, rest.trim()));
            return Some(parts);
        };
        parts.push((name, rest[..at].trim()));
        name = found;
        rest = &rest[at + found.len() + 2..];
    }
}

/// The figures of hash tables and caches.
fn several(key: &str, value: &str, fields: &mut Fields) -> Option<()> {
    let parts = parts(key, value)?;
    let mut read = Fields::default();
    for (name, value) in parts {
        let names = match name {
            "Buckets" => ("Hash Buckets", "Original Hash Buckets"),
            "Batches" if key == "Buckets" => ("Hash Batches", "Original Hash Batches"),
            "Batches" => ("HashAgg Batches", ""),
            "Hits" => ("Cache Hits", ""),
            "Misses" => ("Cache Misses", ""),
            "Evictions" => ("Cache Evictions", ""),
            "Overflows" => ("Cache Overflows", ""),
            "Planned Partitions" => ("Planned Partitions", ""),
            "Memory Usage" => {
                read.push("Peak Memory Usage", kilobytes(value)?);
                continue;
            }
            "Disk Usage" => {
                read.push("Disk Usage", kilobytes(value)?);
                continue;
            }
            _ => return None,
        };
        match value.split_once(" (originally ") {
            Some((now, original)) if !names.1.is_empty() => {
                read.push(names.0, now);
                read.push(names.1, original.strip_suffix(')')?);
            }
            _ => {
                value.parse::<u64>().ok()?;
                read.push(names.0, value);
            }
        }
    }
    fields.0.append(&mut read.0);
    Some(())
}

/// `Memory  Maximum Storage: 17kB`.
fn storage(value: &str, fields: &mut Fields) -> Option<()> {
    let (kind, maximum) = value.split_once(" Maximum Storage: ")?;
    let maximum = kilobytes(maximum)?;
    fields.push("Storage", kind.trim());
    fields.push("Maximum Storage", maximum);
    Some(())
}

/// `exact=10 lossy=5`, each under the name that `key` gives it.
fn pairs(value: &str, fields: &mut Fields, key: impl Fn(&str) -> Option<String>) -> Option<()> {
    let mut read = Fields::default();
    let mut name = String::new();
    for word in value.split_whitespace() {
        if !name.is_empty() {
            name.push(' ');
        }
        let Some((end, number)) = word.split_once('=') else {
            name.push_str(word);
            continue;
        };
        name.push_str(end);
        let number = number.trim_end_matches(',');
        crate::raw::number(number)?;
        read.push(key(&name)?, number);
        name.clear();
    }
    if !name.is_empty() {
        return None;
    }
    fields.0.append(&mut read.0);
    Some(())
}

/// `shared hit=5 read=3, temp written=2`.
fn buffers(value: &str, fields: &mut Fields) -> Option<()> {
    let mut read = Fields::default();
    for group in value.split(',') {
        let (kind, counts) = group.trim().split_once(' ')?;
        if !matches!(kind, "shared" | "local" | "temp") {
            return None;
        }
        pairs(counts, &mut read, |name| {
            matches!(name, "hit" | "read" | "dirtied" | "written")
                .then(|| format!("{} {} Blocks", capitalised(kind), capitalised(name)))
        })?;
    }
    fields.0.append(&mut read.0);
    Some(())
}

/// `read=1.2` up to 14, `shared/local read=1.2, temp write=3` in 15 and 16, `shared read=1.2` since.
fn io_timings(value: &str, fields: &mut Fields) -> Option<()> {
    let mut read = Fields::default();
    for group in value.split(',') {
        let group = group.trim();
        let (kind, times) = match group.split_once(' ') {
            Some((kind @ ("shared" | "local" | "temp"), times)) => {
                (format!("{} ", capitalised(kind)), times)
            }
            Some(("shared/local", times)) => (String::new(), times),
            _ => (String::new(), group),
        };
        pairs(times, &mut read, |name| {
            matches!(name, "read" | "write" | "extend" | "writeback")
                .then(|| format!("{kind}I/O {} Time", capitalised(name)))
        })?;
    }
    fields.0.append(&mut read.0);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, value: &str, expected: &[(&str, &str)]) {
        let mut fields = Fields::default();
        add(key, value, &mut fields);
        let read: Vec<(&str, &str)> = fields
            .iter()
            .map(|(key, value)| (key, value.text().unwrap_or("not a text")))
            .collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn figures_are_taken_apart() {
        check(
            "Sort Method",
            "external merge  Disk: 10808kB",
            &[
                ("Sort Method", "external merge"),
                ("Sort Space Used", "10808"),
                ("Sort Space Type", "Disk"),
            ],
        );
        check(
            "Buckets",
            "65536 (originally 1024)  Batches: 4 (originally 1)  Memory Usage: 3585kB",
            &[
                ("Hash Buckets", "65536"),
                ("Original Hash Buckets", "1024"),
                ("Hash Batches", "4"),
                ("Original Hash Batches", "1"),
                ("Peak Memory Usage", "3585"),
            ],
        );
        check(
            "Batches",
            "5  Memory Usage: 8241kB  Disk Usage: 1234kB",
            &[
                ("HashAgg Batches", "5"),
                ("Peak Memory Usage", "8241"),
                ("Disk Usage", "1234"),
            ],
        );
        check(
            "Buffers",
            "shared hit=5 read=3, local hit=1, temp read=2 written=4",
            &[
                ("Shared Hit Blocks", "5"),
                ("Shared Read Blocks", "3"),
                ("Local Hit Blocks", "1"),
                ("Temp Read Blocks", "2"),
                ("Temp Written Blocks", "4"),
            ],
        );
        check(
            "I/O Timings",
            "shared/local read=1.200, temp write=0.300",
            &[("I/O Read Time", "1.200"), ("Temp I/O Write Time", "0.300")],
        );
        check(
            "WAL",
            "records=1 fpi=2 bytes=3 buffers full=4",
            &[
                ("WAL Records", "1"),
                ("WAL FPI", "2"),
                ("WAL Bytes", "3"),
                ("WAL Buffers Full", "4"),
            ],
        );
    }

    #[test]
    fn what_is_not_as_expected_is_kept() {
        for (key, value) in [
            ("Buffers", "astral hit=5"),
            ("Sort Method", "still in progress"),
            ("WAL", "records=many"),
            ("Batches", "some"),
        ] {
            check(key, value, &[(key, value)]);
        }
    }
}
