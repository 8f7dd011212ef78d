//! What nodes can be marked by.

use crate::components::format::{count, duration, percent, rows};
use sqlground_model::{Plan, PlanNode, Usage};

/// A figure that tells which nodes matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// The node's own time.
    Time,
    /// The rows it gave.
    Rows,
    /// The planner's estimate of its own cost.
    Cost,
    /// The blocks it worked on itself.
    Buffers,
}

/// One node's figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// From 0 to 1: the part of the whole, or of the largest where parts add up to nothing.
    pub(super) share: f64,
    /// In words.
    pub(super) text: String,
}

impl Measure {
    /// Every measure, in the order the page offers them.
    const ALL: [Self; 4] = [Self::Time, Self::Rows, Self::Cost, Self::Buffers];

    /// As classes and form values spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Rows => "rows",
            Self::Cost => "cost",
            Self::Buffers => "buffers",
        }
    }

    /// As a choice on the page.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Time => "Own time",
            Self::Rows => "Rows",
            Self::Cost => "Own cost",
            Self::Buffers => "Own buffers",
        }
    }
}

/// The measures that a plan has, with what they are a part of.
#[derive(Clone, Debug, Default)]
pub(super) struct Measures {
    wholes: Vec<(Measure, f64)>,
    own_costs: Vec<f64>,
}

impl Measures {
    /// Looks for what the plan tells.
    pub(super) fn of(plan: &Plan) -> Self {
        let own_costs = own_costs(plan);
        let nodes = plan.nodes.iter();
        let whole = |measure: Measure| match measure {
            Measure::Time => {
                total_ms(plan).filter(|_| plan.nodes.iter().any(|n| n.self_ms.is_some()))
            }
            Measure::Rows => largest(plan.nodes.iter().map(shown_rows)),
            Measure::Cost => largest(plan.nodes.iter().map(|node| node.total_cost)),
            Measure::Buffers => positive(nodes.clone().map(own_blocks).sum::<f64>()),
        };
        let wholes = Measure::ALL
            .into_iter()
            .filter_map(|measure| Some((measure, whole(measure)?)))
            .collect();
        Self { wholes, own_costs }
    }

    /// The measures that there are, the most telling first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Measure> + '_ {
        self.wholes.iter().map(|(measure, _)| *measure)
    }

    /// What a node has of a measure; none if it tells nothing of it.
    pub(super) fn figure(&self, measure: Measure, node: &PlanNode) -> Option<Figure> {
        let (_, whole) = self.wholes.iter().find(|(known, _)| *known == measure)?;
        let part = |value: f64| (value / whole).clamp(0.0, 1.0);
        Some(match measure {
            Measure::Time => {
                let own = node.self_ms.filter(|_| !never_ran(node))?;
                Figure {
                    share: part(own),
                    text: format!("{} own time, {}", duration(own), percent(part(own))),
                }
            }
            Measure::Rows => {
                let given = shown_rows(node);
                let expected = if node.rows.is_some() { "" } else { " expected" };
                let noun = if rows(given) == "1" { "row" } else { "rows" };
                Figure {
                    share: part(given),
                    text: format!("{} {noun}{expected}", rows(given)),
                }
            }
            Measure::Cost => {
                let own = self.own_cost(node);
                Figure {
                    share: part(own),
                    text: format!("{own:.2} own cost, {}", percent(part(own))),
                }
            }
            Measure::Buffers => {
                let usage = node.own_usage?;
                Figure {
                    share: part(blocks(&usage)),
                    text: blocks_in_words(&usage),
                }
            }
        })
    }

    /// The planner's estimate of what the node alone costs.
    pub(super) fn own_cost(&self, node: &PlanNode) -> f64 {
        usize::try_from(node.id)
            .ok()
            .and_then(|id| self.own_costs.get(id).copied())
            .unwrap_or(0.0)
    }
}

/// The time that shares are taken of: the root's, or the statement's where nodes are untimed.
pub(super) fn total_ms(plan: &Plan) -> Option<f64> {
    plan.nodes
        .first()
        .and_then(|root| root.total_ms)
        .or(plan.execution_ms)
        .filter(|&ms| ms > 0.0)
}

/// The rows a node gave, or those expected of it.
pub(super) fn shown_rows(node: &PlanNode) -> f64 {
    node.rows.unwrap_or(node.plan_rows)
}

/// True for a node that was executed in no loop.
pub(super) fn never_ran(node: &PlanNode) -> bool {
    node.loops.is_some_and(|loops| loops <= 0.0)
}

/// All blocks that were worked on.
#[expect(clippy::cast_precision_loss, reason = "a number of blocks to compare")]
pub(super) fn blocks(usage: &Usage) -> f64 {
    let shared = usage.shared_hit + usage.shared_read + usage.shared_written;
    let local = usage.local_hit + usage.local_read + usage.local_written;
    (shared + local + usage.temp_read + usage.temp_written) as f64
}

fn own_blocks(node: &PlanNode) -> f64 {
    node.own_usage.as_ref().map_or(0.0, blocks)
}

/// `1,200 blocks: 1,000 in memory, 200 read`.
fn blocks_in_words(usage: &Usage) -> String {
    let parts = [
        (usage.shared_hit + usage.local_hit, "in memory"),
        (usage.shared_read + usage.local_read, "read"),
        (usage.shared_written + usage.local_written, "written"),
        (usage.temp_read + usage.temp_written, "of temporary files"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{} {what}", count(number)))
        .collect();
    match parts.as_slice() {
        [] => "no blocks of its own".to_owned(),
        parts => format!("blocks: {}", parts.join(", ")),
    }
}

/// Costs include what lies below; what an `InitPlan` or CTE costs is part of its parent's.
fn own_costs(plan: &Plan) -> Vec<f64> {
    let mut own: Vec<f64> = plan.nodes.iter().map(|node| node.total_cost).collect();
    for node in &plan.nodes {
        let parent = node.parent.and_then(|parent| usize::try_from(parent).ok());
        if let Some(above) = parent.and_then(|parent| own.get_mut(parent)) {
            *above -= node.total_cost;
        }
    }
    // Below a Limit or a semi join less is charged than the input would cost in full.
    own.into_iter().map(|cost| cost.max(0.0)).collect()
}

fn largest(values: impl Iterator<Item = f64>) -> Option<f64> {
    positive(values.fold(0.0, f64::max))
}

fn positive(value: f64) -> Option<f64> {
    (value > 0.0).then_some(value)
}
