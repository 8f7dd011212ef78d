//! What is worth the reader's attention in a plan.
//!
//! A finding must be worth a look: fast plans have none, row counts matter only where there are many
//! rows, and what took next to no time is nobody's concern.

mod access;
mod joins;
mod memory;
mod rows;
mod times;
mod wrapped;

use crate::raw::{Node as RawNode, Statement};
use crate::tree::Tree;
use sqlground_model::{Confidence, Finding, FindingKind, Plan, PlanNode, Severity};

/// Plans faster than this have nothing worth looking for.
const WORTH_MS: f64 = 1.0;
/// From this share of the time on a finding is a warning.
const WARNING_SHARE: f64 = 0.1;
/// From this share of the time on a finding is serious.
const SERIOUS_SHARE: f64 = 0.5;

/// The findings, the most serious first.
pub(crate) fn findings(plan: &Plan, tree: &Tree<'_>, statement: &Statement) -> Vec<Finding> {
    let context = Context {
        plan,
        tree,
        statement,
        whole_ms: whole_ms(plan),
    };
    let was_executed = plan.nodes.first().is_some_and(|root| root.loops.is_some());
    if !was_executed || context.whole_ms.is_some_and(|ms| ms < WORTH_MS) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    times::add(&context, &mut findings);
    joins::add(&context, &mut findings);
    rows::add(&context, &mut findings);
    memory::add(&context, &mut findings);
    access::add(&context, &mut findings);
    // Stable: of equally serious ones, those that tell most stand first.
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

/// The time all shares are shares of: triggers and what follows the last row included.
fn whole_ms(plan: &Plan) -> Option<f64> {
    let root_ms = plan.nodes.first()?.total_ms;
    match (root_ms, plan.execution_ms) {
        (Some(root_ms), Some(execution_ms)) => Some(root_ms.max(execution_ms)),
        (one, other) => one.or(other),
    }
}

/// What findings are looked for in.
struct Context<'a> {
    plan: &'a Plan,
    tree: &'a Tree<'a>,
    statement: &'a Statement,
    whole_ms: Option<f64>,
}

impl Context<'_> {
    /// The nodes that were executed, as they are shown and as they were printed.
    fn executed(&self) -> impl Iterator<Item = (&PlanNode, &RawNode)> {
        let nodes = self.plan.nodes.iter().zip(&self.tree.nodes);
        nodes
            .filter(|(node, _)| node.loops.is_some_and(|loops| loops > 0.0))
            .map(|(node, raw)| (node, raw.raw))
    }

    fn children(&self, node: &PlanNode) -> impl Iterator<Item = &PlanNode> {
        let children = self.tree.nodes[node.id as usize].children.iter();
        children.map(|&child| &self.plan.nodes[child])
    }

    fn parent(&self, node: &PlanNode) -> Option<&PlanNode> {
        node.parent.map(|id| &self.plan.nodes[id as usize])
    }

    /// The part of the whole time; none if nothing was timed.
    fn share(&self, ms: Option<f64>) -> Option<f64> {
        Some(ms? / self.whole_ms.filter(|&whole| whole > 0.0)?)
    }

    /// Whether a time is at least this part of the whole; true if nothing was timed.
    fn is_worth(&self, ms: Option<f64>, share: f64) -> bool {
        self.share(ms).is_none_or(|of_whole| of_whole >= share)
    }

    /// How much it matters what took so long.
    fn severity(&self, ms: Option<f64>) -> Severity {
        match self.share(ms) {
            Some(share) if share >= SERIOUS_SHARE => Severity::Serious,
            Some(share) if share < WARNING_SHARE => Severity::Note,
            _ => Severity::Warning,
        }
    }
}

/// A finding that the plan itself states; what is not sure says so.
fn finding(node: &PlanNode, kind: FindingKind, severity: Severity, message: String) -> Finding {
    Finding {
        node: node.id,
        kind,
        message,
        severity,
        confidence: Confidence::Certain,
        ..Finding::default()
    }
}
