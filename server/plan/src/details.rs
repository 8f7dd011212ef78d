//! Conditions, keys and counters of a node, named as the text format names them.

use crate::raw::{Fields, Node, Value};

/// The details in the order PostgreSQL prints them. Rows in them are those of one loop.
pub(crate) fn details(node: &Node) -> Vec<(String, String)> {
    let mut details = of_fields(&node.fields);
    for worker in &node.workers {
        if let (Some(number), Some(method)) = (worker.number, sort_method(&worker.fields)) {
            details.push(pair(
                &format!("Worker {number}"),
                format!("Sort Method: {method}"),
            ));
        }
    }
    details
}

/// The properties that have no place of their own, as the text format writes them.
pub(crate) fn of_fields(fields: &Fields) -> Vec<(String, String)> {
    let mut details = Vec::new();
    let is_merge = fields.text("Operation") == Some("Merge");
    for (key, value) in fields.iter() {
        match key {
            "Sort Method" => details.extend(sort_method(fields).map(|text| pair(key, text))),
            "Hash Buckets" | "Hash Batches" => {
                let original = fields.number(&format!("Original {key}"));
                let changed = original.filter(|&original| value.number() != Some(original));
                let now = value.text().unwrap_or_default();
                let text = match changed {
                    Some(original) => format!("{now} (originally {original})"),
                    None => now.to_owned(),
                };
                details.push(pair(key, text));
            }
            "Grouping Sets" => grouping_sets(value, &mut details),
            "Full-sort Groups" | "Pre-sorted Groups" => {
                details.extend(sort_groups(value).map(|text| pair(key, text)));
            }
            "Sampling Method" => {
                details.extend(sampling(fields).map(|text| pair("Sampling", text)));
            }
            "Target Tables" => details.push(pair(key, target_tables(value))),
            "Serialization" => serialization(value, &mut details),
            _ if is_shown_elsewhere(key) => {}
            _ if is_zero(value)
                && (is_told_if_any(key) || is_merge && key.starts_with("Tuples ")) => {}
            _ if is_flag(key) && value.text() == Some("false") => {}
            _ => flat(key, value, &mut details),
        }
    }
    details
}

fn pair(key: &str, text: String) -> (String, String) {
    (key.to_owned(), text)
}

/// What has a field of its own, is part of the label or of another detail, or only counts blocks.
fn is_shown_elsewhere(key: &str) -> bool {
    is_measured(key)
        || matches!(
            key,
            "Schema"
                | "Relation Name"
                | "Alias"
                | "Index Name"
                | "Function Name"
                | "CTE Name"
                | "Table Function Name"
                | "Tuplestore Name"
                | "Strategy"
                | "Partial Mode"
                | "Operation"
                | "Command"
                | "Join Type"
                | "Scan Direction"
                | "Custom Plan Provider"
                | "Inner Unique"
                | "Async Capable"
                | "Output"
                | "Sort Space Used"
                | "Sort Space Type"
                | "Sampling Parameters"
                | "Repeatable Seed"
                | "Original Hash Buckets"
                | "Original Hash Batches"
        )
}

/// Whether the key is a counter that `usage` has.
fn is_measured(key: &str) -> bool {
    let is_block = ["Shared ", "Local ", "Temp "]
        .iter()
        .any(|kind| key.starts_with(kind))
        && (key.ends_with(" Blocks") || key.ends_with(" Time"));
    is_block || (key.starts_with("I/O ") && key.ends_with(" Time")) || key.starts_with("WAL ")
}

/// What the text format leaves out if it is zero.
fn is_told_if_any(key: &str) -> bool {
    key.starts_with("Rows Removed by ")
        || matches!(
            key,
            "Subplans Removed"
                | "Exact Heap Blocks"
                | "Lossy Heap Blocks"
                | "Cache Evictions"
                | "Cache Overflows"
                | "Planned Partitions"
                | "Disk Usage"
        )
}

fn is_zero(value: &Value) -> bool {
    value.number().is_some_and(|number| number <= 0.0)
}

fn is_flag(key: &str) -> bool {
    matches!(key, "Single Copy" | "Disabled" | "Parallel Aware")
}

/// A value as the text format writes it; one detail for each entry of a map, so that nothing that
/// is unknown gets lost.
fn flat(key: &str, value: &Value, details: &mut Vec<(String, String)>) {
    let is_kilobytes = matches!(
        key,
        "Peak Memory Usage" | "Disk Usage" | "Maximum Storage" | "Memory Used" | "Memory Allocated"
    );
    match value {
        // YugabyteDB's have their unit.
        Value::Text(text) if is_kilobytes && text.ends_with(|c: char| c.is_ascii_digit()) => {
            details.push(pair(key, format!("{text}kB")));
        }
        Value::Text(text) => details.push(pair(key, text.clone())),
        Value::List(items) if items.is_empty() => {}
        Value::List(items) => match texts(items) {
            Some(texts) => details.push(pair(key, texts)),
            None => {
                for (item, number) in items.iter().zip(1..) {
                    flat(&format!("{key} {number}"), item, details);
                }
            }
        },
        Value::Map(entries) => {
            for (name, value) in entries {
                flat(&format!("{key}, {name}"), value, details);
            }
        }
    }
}

/// The items with commas between them, if all are texts.
fn texts(items: &[Value]) -> Option<String> {
    let items: Option<Vec<&str>> = items.iter().map(Value::text).collect();
    items.map(|items| items.join(", "))
}

fn sort_method(fields: &Fields) -> Option<String> {
    let method = fields.text("Sort Method")?;
    Some(
        match (
            fields.text("Sort Space Type"),
            fields.text("Sort Space Used"),
        ) {
            (Some(space), Some(used)) => format!("{method}  {space}: {used}kB"),
            _ => method.to_owned(),
        },
    )
}

/// `time=0.010 ms  output=1kB  format=text`, and what it read or wrote, if anything.
fn serialization(value: &Value, details: &mut Vec<(String, String)>) {
    let part = |key: &str, name: &str, unit: &str| {
        let text = value.get(key).and_then(Value::text)?;
        Some(format!("{name}={text}{unit}"))
    };
    let parts = [
        part("Time", "time", " ms"),
        part("Output Volume", "output", "kB"),
        part("Format", "format", ""),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return flat("Serialization", value, details);
    }
    details.push(pair("Serialization", parts.join("  ")));
    for (key, count) in value.entries() {
        if is_measured(key) && !is_zero(count) {
            flat(&format!("Serialization, {key}"), count, details);
        }
    }
}

/// `bernoulli ('10'::real) REPEATABLE ('1'::double precision)`.
fn sampling(fields: &Fields) -> Option<String> {
    let method = fields.text("Sampling Method")?;
    let parameters = match fields.get("Sampling Parameters") {
        Some(Value::List(items)) => texts(items).unwrap_or_default(),
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let seed = fields
        .text("Repeatable Seed")
        .map_or_else(String::new, |seed| format!(" REPEATABLE ({seed})"));
    Some(format!("{method} ({parameters}){seed}"))
}

fn target_tables(value: &Value) -> String {
    let name = |table: &Value| {
        let relation = table.get("Relation Name").and_then(Value::text)?;
        let alias = table.get("Alias").and_then(Value::text);
        Some(match alias.filter(|&alias| alias != relation) {
            Some(alias) => format!("{relation} {alias}"),
            None => relation.to_owned(),
        })
    };
    let names: Vec<String> = value.items().iter().filter_map(name).collect();
    names.join(", ")
}

/// One detail for each set: `Group Key`, `Hash Key` or `Sort Key`; the empty set is `()`.
fn grouping_sets(value: &Value, details: &mut Vec<(String, String)>) {
    let columns = |value: &Value| match value {
        Value::List(columns) if !columns.is_empty() => texts(columns).unwrap_or_default(),
        Value::Text(column) if !column.is_empty() => column.clone(),
        _ => "()".to_owned(),
    };
    for set in value.items() {
        if let Some(sort) = set.get("Sort Key") {
            details.push(pair("Sort Key", columns(sort)));
        }
        for (keys, name) in [("Group Keys", "Group Key"), ("Hash Keys", "Hash Key")] {
            match set.get(keys) {
                Some(Value::List(sets)) => {
                    details.extend(sets.iter().map(|key| pair(name, columns(key))));
                }
                Some(key) => details.push(pair(name, columns(key))),
                None => {}
            }
        }
    }
}

/// The groups an Incremental Sort sorted.
fn sort_groups(value: &Value) -> Option<String> {
    let count = value.get("Group Count")?.text()?;
    let methods = texts(value.get("Sort Methods Used")?.items())?;
    let space = |key: &str, name: &str| {
        let space = value.get(key);
        let part = |word: &str| {
            let used = space?.get(&format!("{word} Sort Space Used"))?.text()?;
            Some(format!("  {word} {name}: {used}kB"))
        };
        [part("Average"), part("Peak")]
            .map(Option::unwrap_or_default)
            .concat()
    };
    let memory = space("Sort Space Memory", "Memory");
    let disk = space("Sort Space Disk", "Disk");
    let noun = if methods.contains(',') {
        "Methods"
    } else {
        "Method"
    };
    Some(format!("{count}  Sort {noun}: {methods}{memory}{disk}"))
}
