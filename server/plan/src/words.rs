//! Names, times and numbers in sentences about a plan.

use sqlground_model::{PlanNode, thousands};

/// The node's label with what it reads, for use at the beginning of a sentence.
pub(crate) fn heading(node: &PlanNode) -> String {
    let name = node.relation.as_deref().or(node.alias.as_deref());
    match (name, &node.index) {
        (Some(name), Some(index)) => format!("{} using {index} on {name}", node.label),
        (Some(name), None) => format!("{} on {name}", node.label),
        (None, Some(index)) => format!("{} on {index}", node.label),
        (None, None) => node.label.clone(),
    }
}

/// The table a node reads, or what stands for it.
pub(crate) fn table(node: &PlanNode) -> &str {
    let name = node.relation.as_deref().or(node.alias.as_deref());
    name.unwrap_or("the table")
}

/// The text of a node's detail.
pub(crate) fn detail<'a>(node: &'a PlanNode, key: &str) -> Option<&'a str> {
    let found = node.details.iter().find(|(name, _)| name == key);
    found.map(|(_, text)| text.as_str())
}

/// Milliseconds with as many digits as help.
pub(crate) fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms >= 10_000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 100.0 => format!("{ms:.0} ms"),
        ms if ms >= 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

pub(crate) fn kilobytes(kilobytes: f64) -> String {
    format!("{} kB", count(kilobytes))
}

/// A size for `work_mem` in which so much fits, as one would write it.
pub(crate) fn work_mem(kilobytes: f64) -> String {
    let mut megabytes = 1.0;
    while megabytes * 1024.0 < kilobytes && megabytes < 1e6 {
        megabytes *= 2.0;
    }
    format!("{megabytes:.0}MB")
}

/// A whole number with its thousands set apart.
pub(crate) fn count(number: f64) -> String {
    thousands(&format!("{number:.0}"))
}
