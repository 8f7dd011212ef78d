//! Memory and temporary files of a node.

use crate::raw::{Fields, Node, Value};

/// What the process that used most used at most, in kB; none if nothing is told.
pub(crate) fn memory_kb(node: &Node) -> Option<f64> {
    each(node, |fields| {
        let peaks = ["Full-sort Groups", "Pre-sorted Groups"]
            .iter()
            .filter_map(|groups| peak(fields.get(groups)?, "Sort Space Memory"));
        [
            fields.number("Peak Memory Usage"),
            used(fields, "Memory"),
            stored(fields, "Memory"),
        ]
        .into_iter()
        .flatten()
        .chain(peaks)
        .reduce(f64::max)
    })
    .reduce(f64::max)
}

/// What all processes wrote to temporary files, in kB; none if nothing is told or written.
pub(crate) fn disk_kb(node: &Node) -> Option<f64> {
    let kilobytes = each(node, |fields| {
        let peaks = ["Full-sort Groups", "Pre-sorted Groups"]
            .iter()
            .filter_map(|groups| peak(fields.get(groups)?, "Sort Space Disk"));
        [
            fields.number("Disk Usage"),
            used(fields, "Disk"),
            stored(fields, "Disk"),
        ]
        .into_iter()
        .flatten()
        .chain(peaks)
        .reduce(|a, b| a + b)
    });
    kilobytes
        .reduce(|a, b| a + b)
        .filter(|&kilobytes| kilobytes > 0.0)
}

/// What `measure` gives for the leader and for each worker.
fn each(node: &Node, measure: impl Fn(&Fields) -> Option<f64>) -> impl Iterator<Item = f64> {
    let workers = node.workers.iter().map(|worker| &worker.fields);
    std::iter::once(&node.fields)
        .chain(workers)
        .filter_map(measure)
}

fn used(fields: &Fields, space: &str) -> Option<f64> {
    let is_there = fields.text("Sort Space Type") == Some(space);
    is_there.then(|| fields.number("Sort Space Used")).flatten()
}

fn stored(fields: &Fields, space: &str) -> Option<f64> {
    let is_there = fields.text("Storage") == Some(space);
    is_there.then(|| fields.number("Maximum Storage")).flatten()
}

fn peak(groups: &Value, space: &str) -> Option<f64> {
    groups.get(space)?.get("Peak Sort Space Used")?.number()
}
