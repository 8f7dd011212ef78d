//! Whether a plan is there to its end: people copy less than all of it.

use super::reader::Reader;
use crate::error::PlanError;

impl Reader<'_> {
    /// What is missing at the end of the plan. Where lines stand below the tree, its end is there:
    /// what lacks was left out on purpose, as it is where there is but one node.
    pub(super) fn missing(&self) -> Option<PlanError> {
        let is_end = self.summary.has_begun();
        let is_excerpt = is_end || self.statement.nodes.len() == 1;
        self.subplan_problem()
            .or_else(|| self.open_problem().filter(|_| !is_end))
            .or_else(|| self.child_problem().filter(|_| !is_excerpt))
    }

    /// A value that is cut off, with nothing behind it.
    fn open_problem(&self) -> Option<PlanError> {
        let line = self.open_line?;
        let problem = "this line has brackets or quotes left open; is the plan complete?";
        Some(PlanError::at(line, problem))
    }

    /// A node that lacks one below it. What follows is missing only below the last one, and those
    /// above that.
    fn child_problem(&self) -> Option<PlanError> {
        self.levels.iter().rev().find_map(|level| {
            let kind = self.statement.nodes[level.node].kind.as_str();
            let problem = match (level.children, fewest_children(kind)) {
                (0, 1..) => format!("there is no node below this {kind}"),
                (1, 2..) => format!("there is only one node below this {kind}"),
                _ => return None,
            };
            let problem = format!("{problem}; is the plan complete?");
            Some(PlanError::at(level.line, problem))
        })
    }
}

/// How many children a node of this kind has at least, subplans not counted. Others may have been
/// left without any, or are an extension's, which may hide them.
fn fewest_children(kind: &str) -> usize {
    match kind {
        "Nested Loop" | "Hash Join" | "Merge Join" | "Recursive Union" => 2,
        "Hash" | "Sort" | "Incremental Sort" | "Limit" | "Unique" | "Materialize" | "Memoize"
        | "Aggregate" | "Group" | "WindowAgg" | "Gather" | "Gather Merge" | "LockRows"
        | "ProjectSet" | "SetOp" | "Bitmap Heap Scan" | "BitmapAnd" | "BitmapOr"
        | "Subquery Scan" => 1,
        _ => 0,
    }
}
