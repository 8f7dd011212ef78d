//! Findings about numbers of rows: estimates that were wrong, and rows read in vain.

use super::{count, finding, heading};
use crate::tree::Tree;
use sqlground_model::{Direction, Finding, FindingKind, Plan, PlanNode};

/// Fewer rows than this are never worth a finding.
const WORTH_ROWS: f64 = 1000.0;
/// How far an estimate must be off.
const MISESTIMATE: f64 = 10.0;
/// How many misestimates are told; the rest mostly follow from them.
const TOLD_MISESTIMATES: usize = 3;
/// The share of rows thrown away that makes a finding.
const REMOVED_SHARE: f64 = 0.9;
/// A filter on a node that took less of the time than this is no finding.
const WORTH_SHARE: f64 = 0.05;

/// Nodes whose estimate was off, the worst first.
///
/// An error that a node has from its child is told of the child only, and too few rows are no
/// error where the reader above may have stopped early.
pub(super) fn misestimates(plan: &Plan, tree: &Tree<'_>) -> Vec<Finding> {
    // The worst error in a node or below it, for too low and too high estimates apart.
    let mut worst = vec![Error::default(); plan.nodes.len()];
    let mut wrong: Vec<(f64, &PlanNode)> = Vec::new();
    for (id, node) in plan.nodes.iter().enumerate().rev() {
        let own = error(node);
        let children = tree.nodes[id].children.iter().copied();
        let below = children
            .filter(|&child| !tree.nodes[child].is_listed_only())
            .fold(Error::default(), |below, child| below.max(worst[child]));
        let is_new = |own: f64, below: f64| {
            own >= MISESTIMATE * if below >= MISESTIMATE { below } else { 1.0 }
        };
        if is_new(own.low, below.low) || is_new(own.high, below.high) {
            wrong.push((own.low.max(own.high), node));
        }
        worst[id] = own.max(below);
    }
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
    wrong.truncate(TOLD_MISESTIMATES);
    wrong
        .into_iter()
        .map(|(factor, node)| misestimate(factor, node))
        .collect()
}

/// By what factor an estimate was off, 1 for not at all. At most one of the two is above 1.
#[derive(Clone, Copy)]
struct Error {
    /// More rows came than expected.
    low: f64,
    /// Fewer rows came than expected.
    high: f64,
}

impl Default for Error {
    fn default() -> Self {
        Self {
            low: 1.0,
            high: 1.0,
        }
    }
}

impl Error {
    fn max(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }
}

fn misestimate(factor: f64, node: &PlanNode) -> Finding {
    let rows = node.rows.unwrap_or(0.0);
    let message = format!(
        "{} gave {} rows where the planner expected {}, {} times {}: look whether ANALYZE has \
         run, or whether its conditions depend on each other.",
        heading(node),
        count(rows),
        count(node.plan_rows),
        count(factor),
        if rows > node.plan_rows {
            "as many"
        } else {
            "fewer"
        },
    );
    finding(node, FindingKind::Misestimate, message)
}

/// How far the estimate was off, of a node with many rows, or with many expected.
fn error(node: &PlanNode) -> Error {
    let equal = Error::default();
    match node.estimate {
        Some(estimate) if node.plan_rows.max(node.rows.unwrap_or(0.0)) >= WORTH_ROWS => {
            match estimate.direction {
                Direction::TooLow => Error {
                    low: estimate.factor,
                    ..equal
                },
                Direction::TooHigh => Error {
                    high: estimate.factor,
                    ..equal
                },
                Direction::Exact => equal,
            }
        }
        _ => equal,
    }
}

/// Filters that threw away nearly all of many rows.
pub(super) fn removed(plan: &Plan, whole_ms: Option<f64>) -> Vec<Finding> {
    let mut wasteful: Vec<(f64, &PlanNode)> = plan
        .nodes
        .iter()
        .filter_map(|node| {
            let removed = node.rows_removed?;
            let read = removed + node.rows?;
            let matters = match (node.self_ms, whole_ms) {
                (Some(own_ms), Some(whole_ms)) => own_ms >= WORTH_SHARE * whole_ms,
                _ => true,
            };
            let is_waste = removed >= WORTH_ROWS && removed >= REMOVED_SHARE * read;
            (is_waste && matters).then_some((removed, node))
        })
        .collect();
    wasteful.sort_by(|a, b| b.0.total_cmp(&a.0));
    wasteful
        .into_iter()
        .map(|(removed, node)| removed_rows(removed, node))
        .collect()
}

fn removed_rows(removed: f64, node: &PlanNode) -> Finding {
    let kept = node.rows.unwrap_or(0.0);
    let is_join = node.details.iter().any(|(name, _)| name == "Join Filter");
    let (read, things, advice) = if is_join {
        (
            "compared",
            "pairs of rows",
            "a join condition that an index or a hash table can serve",
        )
    } else if node.index.is_some() {
        (
            "found",
            "rows",
            "an index that also has the filtered columns",
        )
    } else {
        ("read", "rows", "an index on the filtered columns")
    };
    let all = removed + kept;
    let share = if kept > 0.0 {
        // Rounded down: rows were kept, so it is never 100 %.
        format!(
            "{} of them ({:.1} %)",
            count(removed),
            (1000.0 * removed / all).floor() / 10.0
        )
    } else {
        "all of them".to_owned()
    };
    let message = format!(
        "{} {read} {} {things} and its filter threw away {share}: look for {advice}.",
        heading(node),
        count(all),
    );
    finding(node, FindingKind::RowsRemoved, message)
}
