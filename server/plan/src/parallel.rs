//! How many processes ran a node, and what that means for its times and row estimates.

use crate::tree::{Node, Tree};

/// What is known of a node's processes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processes {
    /// How many ran the node; 1 outside parallel parts.
    pub(crate) ran: f64,
    /// How many ran its parent and so could have run it.
    pub(crate) offered: f64,
}

/// The processes of every node.
///
/// A Gather's child runs once in every process that takes part, which gives their real number:
/// planned or launched workers may not have come in time, and the leader need not take part.
/// Further down the number can only shrink: a Bitmap Index Scan runs in one process only, a
/// member of a Parallel Append in some.
pub(crate) fn processes(tree: &Tree<'_>) -> Vec<Processes> {
    let mut all: Vec<Processes> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let offered = match node.parent {
            None => 1.0,
            Some(parent) if is_gathered(tree, node) => {
                let gather_loops = tree.nodes[parent].loops().max(1.0);
                (node.loops() / gather_loops).max(1.0)
            }
            Some(parent) => all[parent].ran,
        };
        let ran = offered.min(node.loops().max(1.0));
        let ran = processes_with_loops(node).map_or(ran, |counted| ran.min(counted));
        all.push(Processes { ran, offered });
    }
    all
}

/// Whether the node is what a Gather's processes run.
fn is_gathered(tree: &Tree<'_>, node: &Node<'_>) -> bool {
    node.has_relationship("Outer") && node.parent.is_some_and(|id| tree.nodes[id].is_gather())
}

/// The number of processes that say they ran the node; none unless VERBOSE tells of each worker.
fn processes_with_loops(node: &Node<'_>) -> Option<f64> {
    let workers: Vec<f64> = node
        .raw
        .workers
        .iter()
        .filter_map(|worker| worker.loops)
        .collect();
    if workers.is_empty() {
        return None;
    }
    let leader_loops = node.loops() - workers.iter().sum::<f64>();
    let ran = workers
        .into_iter()
        .chain([leader_loops])
        .filter(|&loops| loops > 0.5);
    Some(ran.map(|_| 1.0).sum::<f64>().max(1.0))
}

/// The rows the planner expected of each node in all loops and processes together.
///
/// Where processes share a node's rows, PostgreSQL prints the estimate for one process, having
/// divided by the *planned* number, in which the leader counts for less than a worker. Elsewhere
/// the estimate is for one loop.
pub(crate) fn plan_rows(tree: &Tree<'_>, leader_participates: Option<bool>) -> Vec<f64> {
    let shared = shared_rows(tree);
    let mut divisors: Vec<Option<f64>> = Vec::with_capacity(tree.nodes.len());
    let mut all = Vec::with_capacity(tree.nodes.len());
    for (id, node) in tree.nodes.iter().enumerate() {
        let divisor = match node.parent {
            Some(parent) if is_gathered(tree, node) => Some(planned_divisor(
                &tree.nodes[parent],
                node,
                leader_participates,
            )),
            Some(parent) if !node.is_listed_only() => divisors[parent],
            _ => None,
        };
        divisors.push(divisor);
        let per_loop = node.raw.plan_rows.unwrap_or(0.0);
        all.push(match divisor {
            Some(divisor) if shared[id] => (per_loop * divisor).round(),
            // A node that never ran keeps the estimate of a single loop.
            _ => per_loop * node.loops().max(1.0),
        });
    }
    all
}

/// Whether the processes share the node's rows, so that each expects a part of them.
fn shared_rows(tree: &Tree<'_>) -> Vec<bool> {
    let mut shared = vec![false; tree.nodes.len()];
    for (id, node) in tree.nodes.iter().enumerate().rev() {
        // Every process forms groups of its own, and the estimate is for one process.
        let regroups = ["Aggregate", "Group", "Unique", "SetOp", "Limit"];
        shared[id] = !regroups.iter().any(|node_type| node.is(node_type))
            && !node.is_gather()
            && (node.raw.parallel_aware
                || node.children.iter().any(|&child| {
                    let passes_rows = ["Outer", "Member", "Subquery"];
                    shared[child]
                        && passes_rows
                            .iter()
                            .any(|name| tree.nodes[child].has_relationship(name))
                }));
    }
    shared
}

/// What the planner divided by (`get_parallel_divisor` in PostgreSQL's costsize.c), times the
/// Gather's loops.
fn planned_divisor(gather: &Node<'_>, child: &Node<'_>, leader_participates: Option<bool>) -> f64 {
    let gather_loops = gather.loops().max(1.0);
    let fields = &gather.raw.fields;
    let workers = fields.number("Workers Planned").unwrap_or(0.0).max(1.0);
    let launched = fields.number("Workers Launched").unwrap_or(0.0);
    if fields.flag("Single Copy") {
        return gather_loops;
    }
    let leader_participates = leader_participates.unwrap_or_else(|| {
        child.loops() == 0.0 || launched == 0.0 || child.loops() > launched * gather_loops
    });
    let leader = if leader_participates {
        (1.0 - 0.3 * workers).max(0.0)
    } else {
        0.0
    };
    (workers + leader) * gather_loops
}
