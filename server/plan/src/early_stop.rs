//! Which nodes may have been stopped before they gave all their rows.

use crate::readers::Readers;
use crate::tree::{Node, Tree};

/// For each node whether its rows may be fewer, or counted oftener, than it could have given,
/// because of who reads them.
pub(crate) fn stopped_early(tree: &Tree<'_>, readers: &Readers) -> Vec<bool> {
    let mut stopped = vec![false; tree.nodes.len()];
    // CTEs are printed before their readers, so a second pass settles what the first one finds.
    for _ in 0..2 {
        for id in 1..tree.nodes.len() {
            stopped[id] = if tree.nodes[id].is_listed_only() {
                let readers = readers.of(id);
                tree.nodes[id].cte().is_none() || readers.iter().any(|&reader| stopped[reader])
            } else {
                is_stopped_by_parent(tree, id, &stopped)
            };
        }
    }
    stopped
}

fn is_stopped_by_parent(tree: &Tree<'_>, id: usize, stopped: &[bool]) -> bool {
    let node = &tree.nodes[id];
    let Some(parent) = node.parent else {
        return false;
    };
    let above = &tree.nodes[parent];
    let fields = &above.raw.fields;
    let joins_first_match = fields.flag("Inner Unique")
        || matches!(
            fields.text("Join Type"),
            Some("Semi" | "Anti" | "Right Semi" | "Right Anti")
        );
    // EXISTS and ANY stop at the first row.
    let is_probe = node.has_relationship("SubPlan");
    let reads_all = ["Sort", "Hash", "Aggregate", "ModifyTable"]
        .iter()
        .any(|t| above.is(t))
        && above.raw.fields.text("Strategy") != Some("Sorted");
    is_probe
        || (above.is("Limit") && may_be_full(above))
        || above.is("Merge Join")
        || (above.is("Nested Loop") && node.has_relationship("Inner") && joins_first_match)
        || (stopped[parent] && !reads_all)
}

/// Whether a Limit may have got all the rows it wants, in one loop at least: fewer than it expected
/// in all loops together were all there are.
fn may_be_full(limit: &Node<'_>) -> bool {
    match (limit.rows(), limit.raw.plan_rows) {
        (Some(rows), Some(expected)) => rows >= expected || limit.loops() == 0.0,
        _ => true,
    }
}
