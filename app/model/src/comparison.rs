//! Two plans of the same work side by side.

use crate::{Plan, PlanSwitch};
use serde::{Deserialize, Serialize};

/// A plan beside another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What the other plan is.
    pub with: ComparedWith,
    /// The other plan, without its text and its own comparison.
    pub other: Plan,
    /// Nodes that do the same work, and those without a counterpart, in the order of this plan's
    /// nodes; the other plan's own come last.
    pub pairs: Vec<NodePair>,
    /// What has changed in all, in sentences with SQL between backticks.
    pub summary: Vec<String>,
}

/// What a plan is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedWith {
    /// The plan that was made before on the same exercise.
    Earlier,
    /// The plan PostgreSQL chooses by itself; this one had to do without something.
    Free(PlanSwitch),
    /// Another plan that was pasted.
    Pasted,
}

/// A node and its counterpart in the other plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePair {
    /// The node; none if only the other plan has it.
    pub node: Option<u32>,
    /// The other plan's node; none if only this one has it.
    pub other: Option<u32>,
    /// How they differ.
    pub change: NodeChange,
}

/// How a node differs from its counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeChange {
    /// The same kind of node.
    Same,
    /// Another kind of node does its work.
    Replaced,
    /// Only this plan has it.
    Added,
    /// Only the other plan has it.
    Removed,
}
