//! What `EXPLAIN` gave, as a typed tree with each node's own time.

use crate::{Comparison, Notice};
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
    /// The statement's text, where the plan came with it, as from `auto_explain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// PostgreSQL's number for all statements of this form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_identifier: Option<String>,
    /// What compiling expressions took; none if nothing was compiled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jit: Option<Jit>,
    /// What planning read and wrote; none if it was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planning_usage: Option<Usage>,
    /// The plan as EXPLAIN's text format has it, whatever format it came in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How it differs from another plan of the same work, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Box<Comparison>>,
    /// What else PostgreSQL says of the statement as a whole, such as `Serialization`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String)>,
}

/// What compiling expressions took, all processes together, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Jit {
    /// How many functions were compiled.
    pub functions: f64,
    /// Writing them.
    pub generation_ms: Option<f64>,
    /// Inlining operators and functions.
    pub inlining_ms: Option<f64>,
    /// Optimizing them.
    pub optimization_ms: Option<f64>,
    /// Turning them into machine code.
    pub emission_ms: Option<f64>,
    /// All of it; none where it was not timed.
    pub total_ms: Option<f64>,
}

/// Blocks of 8 kB, the time they took, and what was written to the write-ahead log, in all loops
/// and processes together. What was not counted is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Blocks of tables and indexes found in the buffer cache.
    #[serde(skip_serializing_if = "is_zero")]
    pub shared_hit: u64,
    /// Blocks of tables and indexes read.
    #[serde(skip_serializing_if = "is_zero")]
    pub shared_read: u64,
    /// Blocks of tables and indexes changed for the first time.
    #[serde(skip_serializing_if = "is_zero")]
    pub shared_dirtied: u64,
    /// Blocks of tables and indexes written to make room.
    #[serde(skip_serializing_if = "is_zero")]
    pub shared_written: u64,
    /// Blocks of temporary tables found in memory.
    #[serde(skip_serializing_if = "is_zero")]
    pub local_hit: u64,
    /// Blocks of temporary tables read.
    #[serde(skip_serializing_if = "is_zero")]
    pub local_read: u64,
    /// Blocks of temporary tables changed for the first time.
    #[serde(skip_serializing_if = "is_zero")]
    pub local_dirtied: u64,
    /// Blocks of temporary tables written.
    #[serde(skip_serializing_if = "is_zero")]
    pub local_written: u64,
    /// Blocks of temporary files read.
    #[serde(skip_serializing_if = "is_zero")]
    pub temp_read: u64,
    /// Blocks of temporary files written.
    #[serde(skip_serializing_if = "is_zero")]
    pub temp_written: u64,
    /// Milliseconds for reading blocks of tables and indexes, summed over the processes.
    #[serde(skip_serializing_if = "is_no_time")]
    pub read_ms: f64,
    /// Milliseconds for writing blocks of tables and indexes, summed over the processes.
    #[serde(skip_serializing_if = "is_no_time")]
    pub write_ms: f64,
    /// Milliseconds for reading temporary files, summed over the processes.
    #[serde(skip_serializing_if = "is_no_time")]
    pub temp_read_ms: f64,
    /// Milliseconds for writing temporary files, summed over the processes.
    #[serde(skip_serializing_if = "is_no_time")]
    pub temp_write_ms: f64,
    /// Records written to the write-ahead log.
    #[serde(skip_serializing_if = "is_zero")]
    pub wal_records: u64,
    /// Whole pages written to the write-ahead log.
    #[serde(skip_serializing_if = "is_zero")]
    pub wal_fpi: u64,
    /// Bytes written to the write-ahead log.
    #[serde(skip_serializing_if = "is_zero")]
    pub wal_bytes: u64,
    /// How often the log's buffers were full.
    #[serde(skip_serializing_if = "is_zero")]
    pub wal_buffers_full: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_no_time(ms: &f64) -> bool {
    *ms <= 0.0
}

/// How far an estimate of rows was off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// By what factor, 1 or more, where less than one row counts as one.
    pub factor: f64,
    /// To which side.
    pub direction: Direction,
}

/// To which side an estimate was off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More rows came than expected.
    TooLow,
    /// As many rows came as expected.
    Exact,
    /// Fewer rows came than expected.
    TooHigh,
}

/// What one worker process did for a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanWorker {
    /// The worker's number, from 0.
    pub number: u32,
    /// How often it ran the node; none unless VERBOSE tells.
    pub loops: Option<f64>,
    /// Rows it gave in all its loops; none unless VERBOSE tells.
    pub rows: Option<f64>,
    /// Milliseconds of all its loops with what lies below; none unless VERBOSE tells.
    pub total_ms: Option<f64>,
    /// What it read and wrote, with what lies below; none if it was not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What else is said of it, as for a node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<(String, String)>,
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
    /// The schema of the table or function; none unless VERBOSE tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The expressions it hands up; none unless VERBOSE tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
    /// Bytes the planner expected a row to have; none without costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Milliseconds until the first row of a loop, on average; none without timing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub startup_ms: Option<f64>,
    /// The node's own part of the root's time, from 0 to 1; none without timing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Fewest and most rows it can have given. They differ where PostgreSQL printed the rows of a
    /// loop rounded; none without ANALYZE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows_between: Option<(f64, f64)>,
    /// How far the estimate of rows was off; none where it cannot be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<Estimate>,
    /// How many processes ran it; 1 outside parallel parts.
    #[serde(default = "one_process")]
    pub processes: f64,
    /// What was read and written with what lies below; none if it was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// What the node alone read and wrote; none if it was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_usage: Option<Usage>,
    /// Memory that it used at most, of the process that used most, in kB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_kb: Option<f64>,
    /// What it wrote to temporary files, in kB, all processes together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_kb: Option<f64>,
    /// Workers that were planned for; only of a Gather.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers_planned: Option<u32>,
    /// Workers that came; only of a Gather that was executed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers_launched: Option<u32>,
    /// What each worker did, as far as it is told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<PlanWorker>,
    /// What it does, in a sentence or two with SQL between backticks; empty for a kind of node that
    /// is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The part of the statement it comes from; empty where that cannot be told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
}

impl PlanNode {
    /// Whether the planner's estimate is told. Without it, as after `COSTS OFF`, the costs and the
    /// rows expected are 0; so they are of a node that PostgreSQL knows to give nothing.
    pub fn is_estimated(&self) -> bool {
        self.total_cost > 0.0 || self.plan_rows > 0.0
    }
}

fn one_process() -> f64 {
    1.0
}

/// Something in a plan worth the reader's attention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The node it is about.
    pub node: u32,
    /// What kind of finding it is.
    pub kind: FindingKind,
    /// What was found and where, in a sentence.
    pub message: String,
    /// How much it matters.
    #[serde(default)]
    pub severity: Severity,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Confidence,
    /// Why it is so, or why it costs time; empty if the message says it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// What to try; empty if there is nothing to try.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub advice: String,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    #[default]
    Note,
    /// Worth a change if the statement runs often.
    Warning,
    /// Most of the time goes there.
    Serious,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The plan hints at it.
    Possible,
    /// The plan speaks for it, and little against it.
    Likely,
    /// The plan says so.
    #[default]
    Certain,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The node took the largest share of the time.
    #[default]
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
    /// An estimate for a whole table is off, so its statistics are old or missing.
    StaleStatistics,
    /// A bitmap kept whole pages instead of rows, because memory was short.
    LossyBitmap,
    /// An index-only scan had to look into the table.
    HeapFetches,
    /// The inner side of a nested loop ran very often.
    NestedLoop,
    /// Many rows were made only to be skipped.
    LargeOffset,
    /// A condition wraps a column into a function or cast, so that an index on it is no help.
    FunctionOnColumn,
    /// A join reads a whole table again and again, or compares every row with every row.
    MissingJoinIndex,
    /// A subquery ran once for each row.
    CorrelatedSubquery,
    /// Triggers took a large share of the time.
    Triggers,
    /// Rows were sorted that an index could give in order.
    Sort,
    /// Many partitions were read in vain.
    Partitions,
}
