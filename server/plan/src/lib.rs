//! PostgreSQL's `EXPLAIN (FORMAT JSON)` as a typed tree with each node's own time.
//!
//! [`parse`] takes what EXPLAIN prints, from PostgreSQL 12 to 18, with or without `ANALYZE`,
//! `VERBOSE`, timing and costs. Keys it does not know are kept as details. It does no I/O.
//!
//! What the numbers mean:
//!
//! * Rows and loops are totals over all loops and processes. Before PostgreSQL 18 the rows of a
//!   loop are rounded to whole ones, so totals of many loops are approximate.
//! * Times are wall-clock time. Below a Gather, where several processes run a node at once, the
//!   sum of their times is divided by the number of processes that really ran it.
//! * Self times are never negative, and with `unattributed_ms` they add up to the root's time.
//!   The time of an `InitPlan` or a CTE belongs to the node that ran it, not to the one that lists
//!   it; a CTE that is read twice ran once. A data-modifying CTE that goes on after the last row
//!   adds to the root's time.

mod details;
mod early_stop;
mod error;
mod findings;
mod frame;
mod label;
mod parallel;
mod raw;
mod readers;
mod time;
mod tree;

pub use error::PlanError;

use raw::{Fields, Statement, Statements};
use sqlground_model::{Plan, PlanNode};
use tree::Tree;

/// Reads a plan.
///
/// `json` is the array EXPLAIN gives, an object of it, or either of them as psql prints it.
/// `server_version` is the server's `server_version_num`, such as `180004`; if it is not known,
/// the plan itself tells what matters.
///
/// Fails if the text is not JSON, if its parts are not what EXPLAIN writes, or if it does not hold
/// exactly one plan.
pub fn parse(json: &str, server_version: Option<u32>) -> Result<Plan, PlanError> {
    let statement = read(json)?;
    let Some(root) = &statement.plan else {
        return Err(PlanError::NoPlan);
    };
    let tree = Tree::new(root);
    let processes = parallel::processes(&tree);
    let plan_rows = parallel::plan_rows(&tree, leader_participates(&statement.settings));
    let times = time::times(&tree, &processes);

    let stopped_early = early_stop::stopped_early(&tree);

    let nodes = (0..tree.nodes.len())
        .map(|id| {
            let times = times.as_ref().map(|times| (times.total[id], times.own[id]));
            PlanNode {
                stopped_early: stopped_early[id],
                ..plan_node(&tree, id, plan_rows[id], times)
            }
        })
        .collect();
    let mut plan = Plan {
        // With SUMMARY OFF only the root tells how long the statement took.
        execution_ms: statement
            .execution_time
            .or_else(|| Some(times.as_ref()?.total[0])),
        planning_ms: statement.planning_time,
        unattributed_ms: times.as_ref().map_or(0.0, |times| times.unattributed),
        nodes,
        findings: Vec::new(),
        settings: statement
            .settings
            .iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.as_str()?.to_owned())))
            .collect(),
        triggers: statement.triggers.iter().map(trigger).collect(),
        notices: Vec::new(),
    };
    plan.findings =
        findings::findings(&plan, &tree, &statement, rounds_rows(&tree, server_version));
    Ok(plan)
}

/// The only statement with a plan.
fn read(text: &str) -> Result<Statement, PlanError> {
    let json = frame::unframe(text);
    let json = json.trim_end();
    if json.is_empty() {
        return Err(PlanError::Empty);
    }
    let Statements(mut statements) =
        serde_json::from_str(json).map_err(|error| match frame::text_format_line(text) {
            Some(line) => PlanError::TextFormat { line },
            None => PlanError::json(&error),
        })?;
    statements.retain(|statement| statement.plan.is_some());
    match statements.len() {
        0 => Err(PlanError::NoPlan),
        1 => Ok(statements.remove(0)),
        count => Err(PlanError::SeveralPlans { count }),
    }
}

/// What the settings say of the leader; EXPLAIN prints only those changed from their defaults.
fn leader_participates(settings: &Fields) -> Option<bool> {
    settings
        .text("parallel_leader_participation")
        .map(|value| value != "off")
}

/// Whether the rows of a loop are rounded to whole ones, as before PostgreSQL 18.
fn rounds_rows(tree: &Tree<'_>, server_version: Option<u32>) -> bool {
    match server_version {
        Some(version) => version < 180_000,
        None => !tree
            .nodes
            .iter()
            .any(|node| node.raw.rows.is_some_and(|rows| rows.has_decimals)),
    }
}

fn plan_node(tree: &Tree<'_>, id: usize, plan_rows: f64, times: Option<(f64, f64)>) -> PlanNode {
    let node = &tree.nodes[id];
    let fields = &node.raw.fields;
    let text = |key: &str| fields.text(key).map(str::to_owned);
    let relation = [
        "Relation Name",
        "Function Name",
        "CTE Name",
        "Table Function Name",
    ]
    .into_iter()
    .chain(["Tuplestore Name"])
    .find_map(text);
    let removed: Vec<f64> = ["Rows Removed by Filter", "Rows Removed by Join Filter"]
        .into_iter()
        .filter_map(|key| fields.number(key))
        .collect();
    PlanNode {
        id: number(id),
        parent: node.parent.map(number),
        depth: node.depth,
        node_type: node.raw.kind.clone(),
        label: label::label(node.raw),
        relationship: node.raw.relationship.clone(),
        subplan_name: node.raw.subplan_name.clone(),
        alias: text("Alias").filter(|alias| relation.as_ref() != Some(alias)),
        relation,
        index: text("Index Name"),
        loops: node.raw.loops,
        rows: node.rows(),
        plan_rows,
        // A matter of the whole tree, which the caller looks at.
        stopped_early: false,
        plan_rows_per_loop: node.raw.plan_rows.unwrap_or(0.0),
        startup_cost: node.raw.startup_cost.unwrap_or(0.0),
        total_cost: node.raw.total_cost.unwrap_or(0.0),
        total_ms: times.map(|(total, _)| total),
        self_ms: times.map(|(_, own)| own),
        rows_removed: (!removed.is_empty()).then(|| removed.iter().sum::<f64>() * node.loops()),
        shared_hit_blocks: fields.count("Shared Hit Blocks"),
        shared_read_blocks: fields.count("Shared Read Blocks"),
        temp_written_blocks: fields.count("Temp Written Blocks"),
        details: details::details(node.raw),
    }
}

/// A node's number; JSON of more than 4 billion nodes cannot be held.
fn number(id: usize) -> u32 {
    u32::try_from(id).unwrap_or(u32::MAX)
}

/// A constraint's trigger has a generated name that tells nothing.
fn trigger(trigger: &raw::Trigger) -> (String, f64, f64) {
    let name = trigger.constraint.as_ref().or(trigger.name.as_ref());
    let calls = trigger.calls.unwrap_or(0.0);
    (
        name.cloned().unwrap_or_default(),
        calls,
        trigger.time.unwrap_or(0.0),
    )
}
