//! Which nodes lie below which, and what is alike.

use super::measure::{Measures, shown_rows};
use sqlground_model::{Finding, Plan, PlanNode};

/// Beyond this many steps, those that took little time are shown without their details.
const LARGE: usize = 500;
/// How many steps of a large plan are shown with all that is known of them.
const DETAILED: usize = 200;
/// From this many steps of one kind side by side on, those that follow are folded away.
const ALIKE: usize = 8;
/// How many of them are shown before.
const SHOWN_OF_ALIKE: usize = 3;

/// A plan with what its pictures need to know.
pub(super) struct Outline<'a> {
    pub(super) plan: &'a Plan,
    /// Tells several plans on one page apart.
    pub(super) which: u32,
    pub(super) measures: Measures,
    /// By the node's number.
    pub(super) children: Vec<Vec<usize>>,
    /// What is worth knowing about each node.
    pub(super) findings: Vec<Vec<Finding>>,
    /// How many nodes lie below each.
    pub(super) below: Vec<usize>,
    /// Whether all that is known of a node is shown.
    detailed: Vec<bool>,
}

/// Nodes that stand side by side.
pub(super) enum Siblings<'a> {
    /// A node of its own.
    One(usize),
    /// Many of one kind, such as the partitions of a table.
    Alike(&'a [usize]),
}

impl<'a> Outline<'a> {
    pub(super) fn new(plan: &'a Plan, which: u32) -> Self {
        let number = plan.nodes.len();
        let mut children = vec![Vec::new(); number];
        let mut below = vec![0; number];
        // Parents come before their children.
        for (id, node) in plan.nodes.iter().enumerate() {
            if let Some(parent) = parent(node).filter(|parent| *parent < id) {
                children[parent].push(id);
            }
        }
        for (id, node) in plan.nodes.iter().enumerate().rev() {
            if let Some(parent) = parent(node).filter(|parent| *parent < id) {
                below[parent] += below[id] + 1;
            }
        }
        let mut findings = vec![Vec::new(); number];
        for finding in &plan.findings {
            let node = usize::try_from(finding.node).ok();
            if let Some(found) = node.and_then(|node| findings.get_mut(node)) {
                found.push(finding.clone());
            }
        }
        let detailed = detailed(plan, &findings);
        Self {
            plan,
            which,
            measures: Measures::of(plan),
            children,
            findings,
            below,
            detailed,
        }
    }

    pub(super) fn node(&self, id: usize) -> &'a PlanNode {
        &self.plan.nodes[id]
    }

    /// The id of a node's element.
    pub(super) fn element(&self, id: usize) -> String {
        node_id(self.which, self.plan.nodes[id].id)
    }

    /// Whether all that is known of a node is shown.
    pub(super) fn is_detailed(&self, id: usize) -> bool {
        self.detailed[id]
    }

    /// Whether details of some nodes are left out.
    pub(super) fn is_large(&self) -> bool {
        self.plan.nodes.len() > LARGE
    }

    /// A node's children, those of one kind put together where they are many.
    pub(super) fn siblings(&self, ids: &'a [usize]) -> Vec<Siblings<'a>> {
        let mut siblings = Vec::new();
        for group in ids.chunk_by(|&one, &other| self.are_alike(one, other)) {
            let shown = if group.len() >= ALIKE {
                SHOWN_OF_ALIKE
            } else {
                group.len()
            };
            siblings.extend(group[..shown].iter().map(|&id| Siblings::One(id)));
            if shown < group.len() {
                siblings.push(Siblings::Alike(&group[shown..]));
            }
        }
        siblings
    }

    /// Whether nothing tells two neighbours apart but the table they read.
    fn are_alike(&self, one: usize, other: usize) -> bool {
        let (first, second) = (self.node(one), self.node(other));
        first.label == second.label
            && first.subplan_name.is_none()
            && second.subplan_name.is_none()
            && self.children[one].len() == self.children[other].len()
            && self.findings[other].is_empty()
    }

    /// Time and rows of nodes with all below them, and how many they are.
    pub(super) fn sum(&self, ids: &[usize]) -> Sum {
        let mut sum = Sum::default();
        for &id in ids {
            let node = self.node(id);
            sum.nodes += self.below[id] + 1;
            sum.rows += shown_rows(node);
            // What several nodes took together is the sum of what each took alone.
            let own = |id: usize| self.plan.nodes[id].self_ms;
            let ms: Option<f64> = (id..=id + self.below[id]).map(own).sum();
            sum.ms = match (sum.ms, ms) {
                (Some(before), Some(ms)) => Some(before + ms),
                (None, ms) => ms,
                (before, None) => before,
            };
        }
        sum
    }
}

/// What several nodes have together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) nodes: usize,
    pub(super) rows: f64,
    pub(super) ms: Option<f64>,
}

/// The id of a node's element.
pub(super) fn node_id(which: u32, node: u32) -> String {
    match which {
        0 => format!("plan-node-{node}"),
        _ => format!("plan-{which}-node-{node}"),
    }
}

fn parent(node: &PlanNode) -> Option<usize> {
    usize::try_from(node.parent?).ok()
}

/// Of a large plan, the nodes that took most time and those something was found about.
fn detailed(plan: &Plan, findings: &[Vec<Finding>]) -> Vec<bool> {
    let number = plan.nodes.len();
    if number <= LARGE {
        return vec![true; number];
    }
    let mut order: Vec<usize> = (0..number).collect();
    let weight = |id: usize| plan.nodes[id].self_ms.unwrap_or(plan.nodes[id].total_cost);
    order.sort_by(|&one, &other| weight(other).total_cmp(&weight(one)));
    let mut detailed: Vec<bool> = findings.iter().map(|found| !found.is_empty()).collect();
    for &id in order.iter().take(DETAILED) {
        detailed[id] = true;
    }
    detailed
}
