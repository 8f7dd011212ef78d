//! Findings about where the time went: the slowest node, triggers, compilation, workers.

use super::{Context, finding};
use crate::words::{count, heading, milliseconds};
use sqlground_model::{Confidence, Finding, FindingKind, PlanNode, Severity};

/// The share of the time that makes the slowest node a finding.
const SLOW_SHARE: f64 = 0.3;
/// Where the whole takes less, it is no matter which node is the slowest.
const WORTH_MS: f64 = 10.0;
/// From here on it is the number of loops that makes a node slow.
const MANY_LOOPS: f64 = 1000.0;
/// The share of the time that makes triggers a finding.
const TRIGGER_SHARE: f64 = 0.2;
/// Triggers that take less are no matter.
const WORTH_TRIGGER_MS: f64 = 1.0;
/// The share of the time that makes compilation a finding.
const JIT_SHARE: f64 = 0.2;

pub(super) fn add(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if let Some(whole_ms) = context.whole_ms {
        let triggers = triggers(context, whole_ms);
        // Where triggers take most, the slowest node is not what to look at.
        let trigger_ms: f64 = context.plan.triggers.iter().map(|trigger| trigger.2).sum();
        findings.extend(slowest(context, whole_ms).filter(|slowest| {
            let own_ms = context.plan.nodes[slowest.node as usize].self_ms;
            triggers.is_none() || own_ms.is_some_and(|own_ms| own_ms > trigger_ms)
        }));
        findings.extend(triggers);
        findings.extend(jit(context, whole_ms));
    }
    for (node, _) in context.executed() {
        findings.extend(workers_missing(context, node));
    }
}

/// The node that took the most time itself.
fn slowest(context: &Context<'_>, whole_ms: f64) -> Option<Finding> {
    let own_ms = |node: &PlanNode| node.self_ms.unwrap_or(0.0);
    let nodes = context.plan.nodes.iter();
    let node = nodes.max_by(|a, b| own_ms(a).total_cmp(&own_ms(b)))?;
    let is_worth = whole_ms >= WORTH_MS && own_ms(node) >= SLOW_SHARE * whole_ms;
    is_worth.then(|| {
        let message = format!(
            "{} took {} of {} itself ({:.0} %).",
            heading(node),
            milliseconds(own_ms(node)),
            milliseconds(whole_ms),
            100.0 * own_ms(node) / whole_ms,
        );
        let (why, advice) = where_to_look(node);
        let severity = context.severity(node.self_ms);
        Finding {
            why,
            advice: advice.to_owned(),
            ..finding(node, FindingKind::Slowest, severity, message)
        }
    })
}

/// Why a slow node may be slow, and what is worth a look.
fn where_to_look(node: &PlanNode) -> (String, &'static str) {
    let loops = node.loops.unwrap_or(0.0);
    let (why, advice) = match node.node_type.as_str() {
        "Gather" | "Gather Merge" => (
            "It starts the workers and waits for their rows.",
            "A short query hardly gains from workers: SET max_parallel_workers_per_gather = 0 \
             shows it without.",
        ),
        _ if loops >= MANY_LOOPS => {
            return (
                format!("It ran {} times.", count(loops)),
                "Look at what makes it run so often.",
            );
        }
        "Seq Scan" => (
            "It reads the whole table.",
            "Look whether an index can help, and whether all of its rows are needed.",
        ),
        "Sort" => (
            "Sorting takes longer the more rows there are.",
            "Look at how many rows it sorts, and whether an index gives their order.",
        ),
        "Index Scan" | "Bitmap Heap Scan" => (
            "It fetches rows from all over the table.",
            "Look at how many rows it fetches and whether an index on more columns finds fewer.",
        ),
        "ModifyTable" => (
            "It changes rows, their indexes, and checks what is to be checked.",
            "Look at how many rows it changes and how many indexes the table has.",
        ),
        _ => ("", "Look here first."),
    };
    (why.to_owned(), advice)
}

fn triggers(context: &Context<'_>, whole_ms: f64) -> Option<Finding> {
    let triggers = &context.plan.triggers;
    let all_ms: f64 = triggers.iter().map(|trigger| trigger.2).sum();
    let (name, calls, ms) = triggers.iter().max_by(|a, b| a.2.total_cmp(&b.2))?;
    if all_ms < TRIGGER_SHARE * whole_ms || all_ms < WORTH_TRIGGER_MS {
        return None;
    }
    let modify = context
        .plan
        .nodes
        .iter()
        .find(|node| node.node_type == "ModifyTable");
    let node = modify.or(context.plan.nodes.first())?;
    let is_constraint = context.statement.triggers.iter().any(|trigger| {
        trigger.constraint.as_ref() == Some(name)
            || trigger
                .name
                .as_ref()
                .is_some_and(|own| own == name && own.starts_with("RI_ConstraintTrigger"))
    });
    let all = if triggers.len() > 1 {
        format!("; all triggers took {}", milliseconds(all_ms))
    } else {
        String::new()
    };
    let message = format!(
        "The trigger {name} took {} of {} in {} calls{all}.",
        milliseconds(*ms),
        milliseconds(whole_ms),
        count(*calls),
    );
    let (why, advice) = if is_constraint {
        (
            "It belongs to a constraint: each changed row is looked up in the other table.",
            "Look for an index on the referencing columns of the foreign key.",
        )
    } else {
        (
            "A trigger for each row runs once a row.",
            "Look whether it can do its work for all rows at once, FOR EACH STATEMENT.",
        )
    };
    Some(Finding {
        why: why.to_owned(),
        advice: advice.to_owned(),
        ..finding(
            node,
            FindingKind::Triggers,
            context.severity(Some(all_ms)),
            message,
        )
    })
}

fn jit(context: &Context<'_>, whole_ms: f64) -> Option<Finding> {
    let jit = context.plan.jit.as_ref()?;
    let root = context.plan.nodes.first()?;
    // Of all processes: their shares overlap.
    let total = jit.total_ms?;
    (total >= JIT_SHARE * whole_ms).then(|| Finding {
        why: "The planner compiles where it expects a long query, by jit_above_cost.".to_owned(),
        advice:
            "SET jit = off shows what the query takes without it; raise jit_above_cost if that \
                 is less."
                .to_owned(),
        confidence: Confidence::Likely,
        ..finding(
            root,
            FindingKind::Jit,
            context.severity(Some(total)),
            format!(
                "Compiling {} functions took {} of {}.",
                count(jit.functions),
                milliseconds(total),
                milliseconds(whole_ms),
            ),
        )
    })
}

fn workers_missing(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    let (planned, launched) = (node.workers_planned?, node.workers_launched?);
    let severity = context.severity(node.total_ms).min(Severity::Warning);
    (launched < planned).then(|| Finding {
        why: "The others' share fell to fewer processes. max_parallel_workers or \
              max_worker_processes was reached, as when the server is busy."
            .to_owned(),
        advice: "Try again when less runs, or raise these settings.".to_owned(),
        ..finding(
            node,
            FindingKind::WorkersMissing,
            severity,
            format!(
                "{} got {launched} of the {planned} workers it planned for.",
                heading(node)
            ),
        )
    })
}
