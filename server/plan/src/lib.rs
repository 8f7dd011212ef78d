//! PostgreSQL's `EXPLAIN` output as a typed tree with each node's own time.
//!
//! [`parse`] takes what EXPLAIN prints, as text, JSON, YAML or XML, from PostgreSQL 9.6 to 18, with
//! any of its options, and as people paste it: from psql, pgAdmin and `DBeaver`, from mails, from
//! the server's log. [`parse_all`] takes several plans at once, and [`looks_like_plan`] tells a plan from
//! SQL. What cannot be read is refused with the line at fault; what is not known is kept as a detail.
//! It does no I/O.
//!
//! ```
//! let plan = sqlground_plan::parse(
//!     "Sort  (cost=9.0..9.1 rows=9 width=4) (actual time=4.10..4.20 rows=9 loops=1)
//!        Sort Key: id
//!        ->  Seq Scan on t  (cost=0.0..8.9 rows=9 width=4) (actual time=0.01..3.00 rows=9 loops=1)
//!      Execution Time: 4.500 ms",
//!     None,
//! )?;
//! assert_eq!(plan.nodes[0].label, "Sort");
//! assert_eq!(plan.nodes[0].self_ms, Some(1.2));
//! assert_eq!(plan.nodes[1].relation.as_deref(), Some("t"));
//! assert_eq!(plan.execution_ms, Some(4.5));
//! # Ok::<(), sqlground_plan::PlanError>(())
//! ```
//!
//! What the numbers mean:
//!
//! * Rows and loops are totals over all loops and processes. Before PostgreSQL 18 the rows of a
//!   loop are rounded to whole ones, so totals of many loops are approximate: `rows_between` tells
//!   how far.
//! * Times are wall-clock time. Below a Gather, where several processes run a node at once, the
//!   sum of their times is divided by the number of processes that really ran it.
//! * Self times are never negative, and with `unattributed_ms` they add up to the root's time.
//!   The time of an `InitPlan` or a CTE belongs to the node that ran it, not to the one that lists
//!   it; a CTE that is read twice ran once. A data-modifying CTE that goes on after the last row
//!   adds to the root's time.
//! * The time of `AFTER` triggers is part of the execution time, but not of the root's: they fire
//!   when the root has finished. `BEFORE` triggers fire within the node that changes the rows, and
//!   are part of its time. A plan does not tell them apart.
//! * Blocks, their times and the log are totals over all loops and processes, `own_usage` without
//!   what lies below and without what an `InitPlan` or CTE used that the node ran.

mod compare;
mod description;
mod details;
mod document;
mod early_stop;
mod error;
mod estimate;
mod findings;
mod input;
mod label;
mod lessons;
mod memory;
mod parallel;
mod print;
mod raw;
mod readers;
mod text;
mod time;
mod tree;
mod usage;
mod words;

pub use compare::compare;
pub use error::PlanError;
pub use input::looks_like_plan;
pub use lessons::{Example, Lesson, lesson, lessons, subplan_lesson, subplan_lessons};

use description::Scene;
use raw::{Fields, Statement};
use readers::Readers;
use sqlground_model::{Jit, Plan, PlanNode, PlanWorker};
use time::Times;
use tree::Tree;
use usage::Usages;

/// Reads the plan in a text.
///
/// `server_version` is the server's `server_version_num`, such as `180004`; if it is not known,
/// the plan itself tells what matters.
///
/// Fails if something in the text looks like a plan but cannot be read, or if the text does not hold
/// exactly one plan.
pub fn parse(text: &str, server_version: Option<u32>) -> Result<Plan, PlanError> {
    let statements = input::statements(text)?;
    match statements.as_slice() {
        [statement] => Ok(analysed(statement, server_version)),
        _ => Err(PlanError::SeveralPlans {
            count: statements.len(),
        }),
    }
}

/// Reads every plan in a text, one at least, in their order.
///
/// Fails if something in the text looks like a plan but cannot be read, or if there is no plan.
pub fn parse_all(text: &str, server_version: Option<u32>) -> Result<Vec<Plan>, PlanError> {
    let statements = input::statements(text)?;
    let plans = statements.iter();
    Ok(plans
        .map(|statement| analysed(statement, server_version))
        .collect())
}

fn analysed(statement: &Statement, server_version: Option<u32>) -> Plan {
    let tree = Tree::new(&statement.nodes);
    let readers = Readers::new(&tree);
    let processes = parallel::processes(&tree);
    let plan_rows = parallel::plan_rows(&tree, leader_participates(statement));
    let times = time::times(&tree, &processes, &readers);
    let stopped_early = early_stop::stopped_early(&tree, &readers);
    let rounded = rounds_rows(&tree, server_version);
    let usages = usage::usages(&tree, statement, |id| match &times {
        Some(times) => times.runner[id],
        None => readers.of(id).first().copied(),
    });

    let nodes = (0..tree.nodes.len())
        .map(|id| {
            let between = estimate::rows_between(&tree.nodes[id], rounded);
            let estimate =
                estimate::estimate(&tree.nodes[id], plan_rows[id], stopped_early[id], between);
            let mut node = PlanNode {
                plan_rows: plan_rows[id],
                stopped_early: stopped_early[id],
                rows_between: between,
                estimate,
                processes: processes[id].ran,
                ..plan_node(&tree, id)
            };
            set_times(&mut node, times.as_ref(), tree.nodes[id].raw.startup_time);
            set_usage(&mut node, usages.as_ref());
            node
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
        settings: statement.settings.clone(),
        triggers: statement.triggers.iter().map(trigger).collect(),
        query: statement.query.clone(),
        query_identifier: statement.query_identifier.clone(),
        jit: statement.jit.as_ref().map(jit),
        planning_usage: usage::read(&statement.planning).map(|read| read.0),
        details: statement_details(statement),
        text: print::text(&tree, statement),
        ..Plan::default()
    };
    describe(&mut plan, &tree);
    plan.findings = findings::findings(&plan, &tree, statement);
    plan
}

/// Puts into words what each node does.
fn describe(plan: &mut Plan, tree: &Tree<'_>) {
    let scene = |node| Scene {
        node,
        inputs: inputs(&plan.nodes, tree, node),
    };
    let nodes = plan.nodes.iter();
    let texts: Vec<String> = nodes
        .map(|node| description::description(&scene(node)))
        .collect();
    for (node, text) in plan.nodes.iter_mut().zip(texts) {
        node.description = text;
    }
}

/// The nodes right below one that give it rows.
fn inputs<'a>(nodes: &'a [PlanNode], tree: &Tree<'_>, node: &PlanNode) -> Vec<&'a PlanNode> {
    let children = tree.nodes[node.id as usize].children.iter();
    children
        .filter(|&&child| nodes[child].subplan_name.is_none())
        .map(|&child| &nodes[child])
        .collect()
}

/// What the settings say of the leader; EXPLAIN prints only those changed from their defaults.
fn leader_participates(statement: &Statement) -> Option<bool> {
    let mut settings = statement.settings.iter();
    let (_, value) = settings.find(|(name, _)| name == "parallel_leader_participation")?;
    Some(value != "off")
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

/// What the node's own properties tell.
fn plan_node(tree: &Tree<'_>, id: usize) -> PlanNode {
    let node = &tree.nodes[id];
    let fields = &node.raw.fields;
    let text = |key: &str| fields.text(key).map(str::to_owned);
    let relation = node.raw.relation().map(str::to_owned);
    let removed: Vec<f64> = ["Rows Removed by Filter", "Rows Removed by Join Filter"]
        .into_iter()
        .filter_map(|key| fields.number(key))
        .collect();
    let whole = |key: &str| fields.text(key).and_then(|number| number.parse().ok());
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
        plan_rows_per_loop: node.raw.plan_rows.unwrap_or(0.0),
        startup_cost: node.raw.startup_cost.unwrap_or(0.0),
        total_cost: node.raw.total_cost.unwrap_or(0.0),
        rows_removed: (!removed.is_empty()).then(|| removed.iter().sum::<f64>() * node.loops()),
        details: details::details(node.raw),
        schema: text("Schema"),
        output: output(fields),
        width: node.raw.width,
        memory_kb: memory::memory_kb(node.raw),
        disk_kb: memory::disk_kb(node.raw),
        workers_planned: whole("Workers Planned"),
        workers_launched: whole("Workers Launched"),
        workers: node.raw.workers.iter().filter_map(worker).collect(),
        ..PlanNode::default()
    }
}

fn set_times(node: &mut PlanNode, times: Option<&Times>, startup: Option<f64>) {
    let Some(times) = times else { return };
    let id = node.id as usize;
    let root_ms = times.total[0];
    node.total_ms = Some(times.total[id]);
    node.self_ms = Some(times.own[id]);
    node.share = Some(if root_ms > 0.0 {
        times.own[id] / root_ms
    } else {
        0.0
    });
    node.startup_ms = startup;
}

fn set_usage(node: &mut PlanNode, usages: Option<&Usages>) {
    let Some(usages) = usages else { return };
    let id = node.id as usize;
    let usage = usages.total[id];
    node.usage = Some(usage);
    node.own_usage = Some(usages.own[id]);
    if usages.has_blocks {
        node.shared_hit_blocks = Some(usage.shared_hit);
        node.shared_read_blocks = Some(usage.shared_read);
        node.temp_written_blocks = Some(usage.temp_written);
    }
}

fn output(fields: &Fields) -> Option<String> {
    let output = fields.get("Output")?;
    let items: Vec<&str> = output.items().iter().filter_map(raw::Value::text).collect();
    Some(
        output
            .text()
            .map_or_else(|| items.join(", "), str::to_owned),
    )
}

/// What VERBOSE tells of a worker; none of one without a number.
fn worker(worker: &raw::Worker) -> Option<PlanWorker> {
    let in_all = |of_loop: Option<f64>| Some(of_loop? * worker.loops?);
    Some(PlanWorker {
        number: worker.number?,
        loops: worker.loops,
        rows: in_all(worker.rows.map(|rows| rows.value)).map(f64::round),
        total_ms: in_all(worker.time).map(|ms| (ms * 1e6).round() / 1e6),
        usage: usage::read(&worker.fields).map(|read| read.0),
        details: details::of_fields(&worker.fields),
    })
}

fn jit(jit: &raw::Jit) -> Jit {
    Jit {
        functions: jit.functions.unwrap_or(0.0),
        generation_ms: jit.generation,
        inlining_ms: jit.inlining,
        optimization_ms: jit.optimization,
        emission_ms: jit.emission,
        total_ms: jit.total,
    }
}

/// What is said of the statement and has no place of its own.
fn statement_details(statement: &Statement) -> Vec<(String, String)> {
    let mut details = details::of_fields(&statement.fields);
    let planning = details::of_fields(&statement.planning);
    details.extend(
        planning
            .into_iter()
            .map(|(key, text)| (format!("Planning, {key}"), text)),
    );
    details
}

/// A node's number; a text of more than 4 billion nodes cannot be held.
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
