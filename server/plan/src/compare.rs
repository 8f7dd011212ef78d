//! Two plans of the same work, node beside node.
//!
//! Nodes are counterparts if what lies below them reads the same tables and they do the same kind of
//! work on it: a sequential scan and an index scan of one table, two ways of joining the same
//! tables.

mod summary;

use sqlground_model::{ComparedWith, Comparison, NodeChange, NodePair, Plan, PlanNode};
use std::collections::BTreeMap;

/// Plans with more nodes than this are compared by their figures only.
const MOST_NODES: usize = 2_000;

/// Tells how a plan differs from another one.
pub fn compare(plan: &Plan, other: &Plan, with: ComparedWith) -> Comparison {
    let is_small = plan.nodes.len().max(other.nodes.len()) <= MOST_NODES;
    let pairs = if is_small {
        pairs(&plan.nodes, &other.nodes)
    } else {
        Vec::new()
    };
    Comparison {
        with,
        summary: summary::summary(plan, other, &pairs, with),
        other: Plan {
            text: String::new(),
            comparison: None,
            notices: Vec::new(),
            ..other.clone()
        },
        pairs,
    }
}

/// The kinds of work that one node can do in place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work<'a> {
    Scan,
    Join,
    Sort,
    Group,
    /// What keeps rows for the node above.
    Keep,
    Gather,
    Other(&'a str),
}

fn work(node: &PlanNode) -> Work<'_> {
    match node.node_type.as_str() {
        "Seq Scan" | "Index Scan" | "Index Only Scan" | "Bitmap Heap Scan" | "Tid Scan"
        | "Tid Range Scan" | "Sample Scan" | "Foreign Scan" => Work::Scan,
        "Nested Loop" | "Hash Join" | "Merge Join" => Work::Join,
        "Sort" | "Incremental Sort" => Work::Sort,
        "Aggregate" | "Group" | "Unique" => Work::Group,
        "Hash" | "Materialize" | "Memoize" => Work::Keep,
        "Gather" | "Gather Merge" => Work::Gather,
        other => Work::Other(other),
    }
}

fn pairs(nodes: &[PlanNode], others: &[PlanNode]) -> Vec<NodePair> {
    let groups = by_tables(nodes);
    let mut other_groups = by_tables(others);
    let mut partner: Vec<Option<usize>> = vec![None; nodes.len()];
    let mut is_taken = vec![false; others.len()];
    for (tables, ids) in &groups {
        let Some(other_ids) = other_groups.remove(tables) else {
            continue;
        };
        for (id, other) in in_common(ids, &other_ids, |id, other| {
            let (node, twin) = (&nodes[id], &others[other]);
            if work(node) != work(twin)
                || node.subplan_name.is_some() != twin.subplan_name.is_some()
            {
                0
            } else if is_same(node, twin) {
                3
            } else {
                2
            }
        }) {
            partner[id] = Some(other);
            is_taken[other] = true;
        }
    }
    let own = nodes.iter().zip(&partner).map(|(node, partner)| NodePair {
        node: Some(node.id),
        other: partner.map(|other| others[other].id),
        change: match partner {
            None => NodeChange::Added,
            Some(other) if is_same(node, &others[*other]) => NodeChange::Same,
            Some(_) => NodeChange::Replaced,
        },
    });
    let left = others.iter().zip(&is_taken).filter(|(_, taken)| !**taken);
    let removed = left.map(|(other, _)| NodePair {
        node: None,
        other: Some(other.id),
        change: NodeChange::Removed,
    });
    own.chain(removed).collect()
}

/// Whether the same is done in the same way.
fn is_same(node: &PlanNode, other: &PlanNode) -> bool {
    node.label == other.label && node.index == other.index
}

/// The nodes by the tables that are read at or below them, in the order of the plan.
fn by_tables(nodes: &[PlanNode]) -> BTreeMap<Vec<&str>, Vec<usize>> {
    let mut tables: Vec<Vec<&str>> = nodes
        .iter()
        .map(|node| {
            let name = node.alias.as_deref().or(node.relation.as_deref());
            name.into_iter().collect()
        })
        .collect();
    for (id, node) in nodes.iter().enumerate().rev() {
        let parent = node.parent.and_then(|parent| usize::try_from(parent).ok());
        if let Some(parent) = parent.filter(|parent| *parent < id) {
            let below = tables[id].clone();
            tables[parent].extend(below);
        }
    }
    let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    for (id, mut tables) in tables.into_iter().enumerate() {
        tables.sort_unstable();
        // An index is read for the scan above it, whatever that is called.
        groups.entry(tables).or_default().push(id);
    }
    groups
}

/// Pairs two lists in their order so that the pairs' worth is greatest; what is worth 0 is no pair
/// (<https://en.wikipedia.org/wiki/Longest_common_subsequence>).
fn in_common(
    ids: &[usize],
    others: &[usize],
    worth: impl Fn(usize, usize) -> u32,
) -> Vec<(usize, usize)> {
    let width = others.len() + 1;
    let mut best = vec![0_u32; (ids.len() + 1) * width];
    for (i, &id) in ids.iter().enumerate().rev() {
        for (j, &other) in others.iter().enumerate().rev() {
            let skipped = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let here = worth(id, other);
            let paired = if here > 0 {
                here + best[(i + 1) * width + j + 1]
            } else {
                0
            };
            best[i * width + j] = skipped.max(paired);
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < ids.len() && j < others.len() {
        let here = worth(ids[i], others[j]);
        let value = best[i * width + j];
        if here > 0 && value == here + best[(i + 1) * width + j + 1] {
            pairs.push((ids[i], others[j]));
            i += 1;
            j += 1;
        } else if value == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}
