//! What `EXPLAIN` gave, as a typed tree with each node's own time.

use crate::Notice;
use serde::{Deserialize, Serialize};

/// An execution plan. Nodes stand in the order PostgreSQL prints them: parents before children.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Total execution time in milliseconds; none if the plan was not executed.
    pub execution_ms: Option<f64>,
    /// Planning time in milliseconds.
    pub planning_ms: Option<f64>,
    /// Time of the root that no node could be charged with, in milliseconds; 0 is usual.
    pub unattributed_ms: f64,
    /// The nodes.
    pub nodes: Vec<PlanNode>,
    /// What is worth the reader's attention.
    pub findings: Vec<Finding>,
    /// Settings changed from their defaults that bear on planning: name and value.
    #[serde(default)]
    pub settings: Vec<(String, String)>,
    /// Triggers that fired: name, calls and total time in milliseconds.
    #[serde(default)]
    pub triggers: Vec<(String, f64, f64)>,
    /// Notices and warnings of the script's statements in the order they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
}

/// A node of a plan. Rows and times are totals over all loops and processes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanNode {
    /// The node's number, its index in `Plan::nodes`.
    pub id: u32,
    /// The parent's number; none for the root.
    pub parent: Option<u32>,
    /// How deep the node lies; 0 for the root.
    pub depth: u32,
    /// PostgreSQL's node type, such as `Index Only Scan`, with join type, strategy and partial mode
    /// in `label`.
    pub node_type: String,
    /// The node's heading as the text format writes it, such as `Parallel Hash Left Join`.
    pub label: String,
    /// How the node serves its parent: `Outer`, `Inner`, `InitPlan`, `SubPlan`, `Member`,
    /// `Subquery`; none for the root.
    pub relationship: Option<String>,
    /// The name of an `InitPlan`, `SubPlan` or `CTE`, such as `CTE recent`.
    pub subplan_name: Option<String>,
    /// The table, function or CTE that is read.
    pub relation: Option<String>,
    /// The alias, where it differs from the relation's name.
    pub alias: Option<String>,
    /// The index that is used.
    pub index: Option<String>,
    /// How often the node ran, counted over all processes; 0 if it never did; none without ANALYZE.
    pub loops: Option<f64>,
    /// Rows the node gave in all loops together; none without ANALYZE.
    pub rows: Option<f64>,
    /// Rows the planner expected in all loops together, comparable with `rows`.
    pub plan_rows: f64,
    /// Rows the planner expected of one loop, as PostgreSQL prints it.
    pub plan_rows_per_loop: f64,
    /// True if the node may have been stopped before it gave all its rows, as below a Limit, so
    /// that fewer rows than expected are no misestimate.
    #[serde(default)]
    pub stopped_early: bool,
    /// The planner's cost estimate up to the first row.
    pub startup_cost: f64,
    /// The planner's cost estimate in all.
    pub total_cost: f64,
    /// Wall-clock time of the node and what lies below it, in milliseconds; none without timing.
    pub total_ms: Option<f64>,
    /// Wall-clock time of the node alone, in milliseconds; none without timing.
    pub self_ms: Option<f64>,
    /// Rows removed by filters, in all loops together.
    pub rows_removed: Option<f64>,
    /// 8 kB blocks found in the buffer cache, with what lies below.
    pub shared_hit_blocks: Option<u64>,
    /// 8 kB blocks read, with what lies below.
    pub shared_read_blocks: Option<u64>,
    /// 8 kB blocks of temporary files written, with what lies below.
    pub temp_written_blocks: Option<u64>,
    /// Conditions and keys as the text format writes them, such as (`Index Cond`, `(id = 3)`).
    pub details: Vec<(String, String)>,
}

/// Something in a plan worth the reader's attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The node it is about.
    pub node: u32,
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// The finding in a sentence.
    pub message: String,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The node took the largest share of the time.
    Slowest,
    /// The planner's row estimate is off by a factor of ten or more.
    Misestimate,
    /// A filter threw away most of the rows that were read.
    RowsRemoved,
    /// A sort or hash did not fit into memory.
    Spill,
    /// Fewer workers started than planned.
    WorkersMissing,
    /// Compilation took a large share of the time.
    Jit,
}
