//! Conditions, keys and counters of a node, named as the text format names them.

use crate::raw::{Fields, Node};
use serde_json::Value;

/// The details in the order PostgreSQL prints them. Rows in them are those of one loop.
pub(crate) fn details(node: &Node) -> Vec<(String, String)> {
    let mut details = Vec::new();
    for (key, value) in node.fields.iter() {
        match key {
            "Sort Method" => details.extend(sort_method(&node.fields).map(|text| pair(key, text))),
            "Hash Buckets" | "Hash Batches" => {
                let original = node.fields.number(&format!("Original {key}"));
                let changed = original.filter(|&original| value.as_f64() != Some(original));
                let text = match changed {
                    Some(original) => format!("{value} (originally {original})"),
                    None => value.to_string(),
                };
                details.push(pair(key, text));
            }
            "Grouping Sets" => grouping_sets(value, &mut details),
            "Full-sort Groups" | "Pre-sorted Groups" => {
                details.extend(sort_groups(value).map(|text| pair(key, text)));
            }
            _ if is_shown_elsewhere(key) => {}
            _ => details.extend(scalar(key, value).map(|text| pair(key, text))),
        }
    }
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

fn pair(key: &str, text: String) -> (String, String) {
    (key.to_owned(), text)
}

/// What has a field of its own, is part of the label or of another detail, or only counts blocks.
fn is_shown_elsewhere(key: &str) -> bool {
    let counters = ["Shared ", "Local ", "Temp ", "WAL ", "I/O "];
    counters.iter().any(|prefix| key.starts_with(prefix))
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
                | "Plan Width"
                | "Actual Startup Time"
                | "Output"
                | "Sort Space Used"
                | "Sort Space Type"
                | "Original Hash Buckets"
                | "Original Hash Batches"
        )
}

/// A value as the text format writes it; none where that format leaves it out.
fn scalar(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(set) => set.then(|| "true".to_owned()),
        Value::Number(number) => {
            let counts_zero = matches!(
                key,
                "Heap Fetches"
                    | "Workers Planned"
                    | "Workers Launched"
                    | "Index Searches"
                    | "Tuples Inserted"
                    | "Conflicting Tuples"
                    | "Cache Hits"
                    | "Cache Misses"
            );
            let is_kilobytes =
                matches!(key, "Peak Memory Usage" | "Disk Usage" | "Maximum Storage");
            (number.as_f64() != Some(0.0) || counts_zero).then(|| {
                if is_kilobytes {
                    format!("{number}kB")
                } else {
                    number.to_string()
                }
            })
        }
        Value::Array(values) => {
            let items: Option<Vec<&str>> = values.iter().map(Value::as_str).collect();
            items
                .filter(|items| !items.is_empty())
                .map(|items| items.join(", "))
        }
        Value::Null | Value::Object(_) => None,
    }
}

fn sort_method(fields: &Fields) -> Option<String> {
    let method = fields.text("Sort Method")?;
    Some(
        match (
            fields.text("Sort Space Type"),
            fields.number("Sort Space Used"),
        ) {
            (Some(space), Some(used)) => format!("{method}  {space}: {used}kB"),
            _ => method.to_owned(),
        },
    )
}

/// One detail for each set: `Group Key`, `Hash Key` or `Sort Key`; the empty set is `()`.
fn grouping_sets(value: &Value, details: &mut Vec<(String, String)>) {
    let columns = |value: &Value| match value.as_array() {
        Some(columns) if columns.is_empty() => "()".to_owned(),
        Some(columns) => columns
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        None => String::new(),
    };
    for set in value.as_array().into_iter().flatten() {
        if let Some(sort) = set.get("Sort Key") {
            details.push(pair("Sort Key", columns(sort)));
        }
        for (keys, name) in [("Group Keys", "Group Key"), ("Hash Keys", "Hash Key")] {
            for key in set
                .get(keys)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                details.push(pair(name, columns(key)));
            }
        }
    }
}

/// The groups an Incremental Sort sorted.
fn sort_groups(value: &Value) -> Option<String> {
    let count = value.get("Group Count")?;
    let methods = value
        .get("Sort Methods Used")
        .and_then(|methods| scalar("", methods))?;
    let peak = |key: &str, name: &str| {
        let peak = value
            .get(key)
            .and_then(|space| space.get("Peak Sort Space Used"));
        peak.map_or_else(String::new, |peak| format!("  Peak {name}: {peak}kB"))
    };
    let memory = peak("Sort Space Memory", "Memory");
    let disk = peak("Sort Space Disk", "Disk");
    Some(format!("{count}  Sort Method: {methods}{memory}{disk}"))
}
