//! Which nodes lie below which, and what is alike.

use super::measure::{Measures, shown_rows};
use sqlground_model::{Finding, Plan, PlanNode};

/// Beyond this many steps, those that took little time are shown without their details.
pub(crate) const LARGE: usize = 500;
/// How many steps of a large plan are shown with all that is known of them.
const DETAILED: usize = 200;
/// To how many steps of a large plan the list is unfolded.
const UNFOLDED: usize = 50;
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
    /// What each node and all below it took; none where one of them was not timed.
    pub(super) whole_ms: Vec<Option<f64>>,
    /// Whether all that is known of a node is shown.
    detailed: Vec<bool>,
    /// Whether what lies below a node is unfolded.
    unfolded: Vec<bool>,
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
        let mut whole_ms: Vec<Option<f64>> = plan.nodes.iter().map(|node| node.self_ms).collect();
        // Parents come before their children.
        for (id, node) in plan.nodes.iter().enumerate() {
            if let Some(parent) = parent(node).filter(|parent| *parent < id) {
                children[parent].push(id);
            }
        }
        for (id, node) in plan.nodes.iter().enumerate().rev() {
            if let Some(parent) = parent(node).filter(|parent| *parent < id) {
                below[parent] += below[id] + 1;
                whole_ms[parent] = whole_ms[parent].zip(whole_ms[id]).map(|(a, b)| a + b);
            }
        }
        let mut findings = vec![Vec::new(); number];
        for finding in &plan.findings {
            let node = usize::try_from(finding.node).ok();
            if let Some(found) = node.and_then(|node| findings.get_mut(node)) {
                found.push(finding.clone());
            }
        }
        let (detailed, unfolded) = if number > LARGE {
            worth_most(plan)
        } else {
            (vec![true; number], vec![true; number])
        };
        Self {
            plan,
            which,
            measures: Measures::of(plan),
            children,
            findings,
            below,
            whole_ms,
            detailed,
            unfolded,
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

    /// Whether what lies below a node is unfolded.
    pub(super) fn is_unfolded(&self, id: usize) -> bool {
        self.unfolded[id]
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
            && self.have_alike_findings(one, other)
    }

    /// Findings are not folded away, but where so many nodes have the same that none stands out.
    fn have_alike_findings(&self, one: usize, other: usize) -> bool {
        let kinds = |id: usize| self.findings[id].iter().map(|finding| finding.kind);
        self.findings[other].is_empty() || (self.is_large() && kinds(one).eq(kinds(other)))
    }

    /// Time and rows of nodes with all below them, and how many they are.
    pub(super) fn sum(&self, ids: &[usize]) -> Sum {
        let mut sum = Sum::default();
        for &id in ids {
            let node = self.node(id);
            sum.nodes += self.below[id] + 1;
            sum.rows += shown_rows(node);
            // What several nodes took together is the sum of what each took alone.
            sum.ms = match (sum.ms, self.whole_ms[id]) {
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

/// The nodes' numbers, those first that took most time by themselves or, where no times were taken,
/// cost most with all below them.
pub(super) fn heaviest_first(plan: &Plan) -> Vec<usize> {
    let weight = |id: usize| plan.nodes[id].self_ms.unwrap_or(plan.nodes[id].total_cost);
    let mut order: Vec<usize> = (0..plan.nodes.len()).collect();
    order.sort_by(|&one, &other| weight(other).total_cmp(&weight(one)));
    order
}

/// Of a large plan, the nodes of which all is shown: those that took most time and those of the first
/// findings. And those below which the first of them lie.
fn worth_most(plan: &Plan) -> (Vec<bool>, Vec<bool>) {
    let number = plan.nodes.len();
    let order = heaviest_first(plan);
    let found: Vec<usize> = plan
        .findings
        .iter()
        .filter_map(|finding| usize::try_from(finding.node).ok())
        .filter(|&id| id < number)
        .take(DETAILED)
        .collect();
    let mut detailed = vec![false; number];
    for &id in order.iter().take(DETAILED).chain(&found) {
        detailed[id] = true;
    }
    let mut unfolded = vec![false; number];
    let first = |ids: &[usize]| ids.iter().copied().take(UNFOLDED).collect::<Vec<_>>();
    for id in [first(&order), first(&found)].concat() {
        let mut above = parent(&plan.nodes[id]).filter(|parent| *parent < id);
        // What lies above an unfolded node is unfolded.
        while let Some(id) = above.filter(|&id| !unfolded[id]) {
            unfolded[id] = true;
            above = parent(&plan.nodes[id]).filter(|parent| *parent < id);
        }
    }
    (detailed, unfolded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of nodes, each of which took as many milliseconds as its number.
    fn chain(number: u32) -> Plan {
        let node = |id: u32| PlanNode {
            id,
            parent: id.checked_sub(1),
            self_ms: Some(f64::from(id)),
            ..PlanNode::default()
        };
        Plan {
            nodes: (0..number).map(node).collect(),
            ..Plan::default()
        }
    }

    #[test]
    fn a_plan_that_is_not_large_is_shown_whole() {
        let plan = chain(500);
        let outline = Outline::new(&plan, 0);
        assert!((0..500).all(|id| outline.is_detailed(id) && outline.is_unfolded(id)));
    }

    #[test]
    fn of_a_large_plan_those_that_took_most_are_shown_with_all_above_them() {
        let mut plan = chain(2_000);
        // Another child of the root, which took nothing.
        plan.nodes.push(PlanNode {
            id: 2_000,
            parent: Some(0),
            self_ms: Some(0.0),
            ..PlanNode::default()
        });
        let outline = Outline::new(&plan, 0);
        let detailed = (0..2_001).filter(|&id| outline.is_detailed(id));
        assert_eq!(
            detailed.collect::<Vec<_>>(),
            (1_800..2_000).collect::<Vec<_>>()
        );
        assert!((0..1_999).all(|id| outline.is_unfolded(id)));
        assert!(!outline.is_unfolded(2_000));
        assert_eq!(outline.sum(&[1_998]).ms, Some(1_998.0 + 1_999.0));
        assert_eq!(outline.sum(&[1, 2_000]).nodes, 2_000);
    }
}
