//! What is worth the reader's attention in a plan.
//!
//! A finding must be worth a look: fast plans have none, and row counts matter only where there
//! are many rows.

mod rows;

use crate::raw::{Fields, Statement};
use crate::tree::Tree;
use sqlground_model::{Finding, FindingKind, Plan, PlanNode};

/// Plans faster than this have nothing worth looking for.
const WORTH_MS: f64 = 1.0;
/// The share of the time that makes the slowest node, or a trigger, a finding.
const SLOW_SHARE: f64 = 0.3;
/// From here on it is the number of loops that makes a node slow.
const MANY_LOOPS: f64 = 1000.0;
/// The share of the time that makes compilation a finding.
const JIT_SHARE: f64 = 0.2;

/// The findings, the most telling kind first.
pub(crate) fn findings(plan: &Plan, tree: &Tree<'_>, statement: &Statement) -> Vec<Finding> {
    let was_executed = plan.nodes.first().is_some_and(|root| root.loops.is_some());
    let whole_ms = whole_ms(plan);
    if !was_executed || whole_ms.is_some_and(|ms| ms < WORTH_MS) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if let Some(whole_ms) = whole_ms {
        findings.extend(slowest(plan, whole_ms));
        findings.extend(jit(statement, whole_ms));
    }
    findings.extend(rows::misestimates(plan, tree));
    findings.extend(rows::removed(plan, whole_ms));
    for (node, raw) in plan.nodes.iter().zip(&tree.nodes) {
        if node.loops.is_some_and(|loops| loops > 0.0) {
            findings.extend(spill(node, raw.raw));
            findings.extend(workers_missing(node, &raw.raw.fields));
        }
    }
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

fn finding(node: &PlanNode, kind: FindingKind, message: String) -> Finding {
    Finding {
        node: node.id,
        kind,
        message,
        ..Finding::default()
    }
}

/// The node that took the most time itself, or the trigger that took more than any node.
fn slowest(plan: &Plan, whole_ms: f64) -> Option<Finding> {
    let own_ms = |node: &PlanNode| node.self_ms.unwrap_or(0.0);
    let node = plan
        .nodes
        .iter()
        .max_by(|a, b| own_ms(a).total_cmp(&own_ms(b)))?;
    let trigger = plan.triggers.iter().max_by(|a, b| a.2.total_cmp(&b.2));
    if let Some((name, calls, ms)) = trigger
        && *ms > own_ms(node)
        && *ms >= SLOW_SHARE * whole_ms
    {
        let modify = plan
            .nodes
            .iter()
            .find(|node| node.node_type == "ModifyTable")?;
        return Some(finding(
            modify,
            FindingKind::Slowest,
            format!(
                "The trigger {name} took {} of {} in {} calls; if it belongs to a foreign key, \
                 look for an index on the referencing columns.",
                milliseconds(*ms),
                milliseconds(whole_ms),
                count(*calls),
            ),
        ));
    }
    (own_ms(node) >= SLOW_SHARE * whole_ms).then(|| {
        let message = format!(
            "{} took {} of {} itself ({:.0} %): {}.",
            heading(node),
            milliseconds(own_ms(node)),
            milliseconds(whole_ms),
            100.0 * own_ms(node) / whole_ms,
            where_to_look(node),
        );
        finding(node, FindingKind::Slowest, message)
    })
}

/// What is worth a look at a slow node.
fn where_to_look(node: &PlanNode) -> String {
    let loops = node.loops.unwrap_or(0.0);
    match node.node_type.as_str() {
        "Gather" | "Gather Merge" => {
            "it starts the workers and waits for their rows, which a short query hardly gains from"
                .to_owned()
        }
        _ if loops >= MANY_LOOPS => {
            format!(
                "it ran {} times, so look at what makes it run so often",
                count(loops)
            )
        }
        "Seq Scan" => "it reads the whole table, so look whether an index can help".to_owned(),
        "Sort" => {
            "look at how many rows it sorts, and whether an index gives their order".to_owned()
        }
        _ => "look here first".to_owned(),
    }
}

fn jit(statement: &Statement, whole_ms: f64) -> Option<Finding> {
    let jit = statement.jit.as_ref()?;
    let total = jit.total?;
    (total >= JIT_SHARE * whole_ms).then(|| Finding {
        kind: FindingKind::Jit,
        message: format!(
            "Compiling {} expressions took {} of {}; SET jit = off shows what the query takes \
             without it.",
            count(jit.functions.unwrap_or(0.0)),
            milliseconds(total),
            milliseconds(whole_ms),
        ),
        ..Finding::default()
    })
}

/// What did not fit into the memory that `work_mem` allows.
fn spill(node: &PlanNode, raw: &crate::raw::Node) -> Option<Finding> {
    let all = || {
        raw.workers
            .iter()
            .map(|worker| &worker.fields)
            .chain([&raw.fields])
    };
    let largest = |key: &str| all().filter_map(|f| f.number(key)).fold(0.0, f64::max);
    let sorted_on_disk: f64 = all()
        .filter(|fields| fields.text("Sort Space Type") == Some("Disk"))
        .filter_map(|fields| fields.number("Sort Space Used"))
        .sum();
    let aggregated_on_disk: f64 = all().filter_map(|fields| fields.number("Disk Usage")).sum();
    let batches = largest("Hash Batches");
    let what = if sorted_on_disk > 0.0 {
        format!("sorted on disk, using {}", kilobytes(sorted_on_disk))
    } else if aggregated_on_disk > 0.0 {
        format!(
            "moved groups to disk, using {}",
            kilobytes(aggregated_on_disk)
        )
    } else if batches > 1.0 {
        format!(
            "split its hash table into {} batches and kept the others on disk",
            count(batches)
        )
    } else if all().any(|fields| fields.text("Storage") == Some("Disk")) {
        format!(
            "stored rows on disk, using {}",
            kilobytes(largest("Maximum Storage"))
        )
    } else if sorted_groups_on_disk(raw) {
        "sorted some groups on disk".to_owned()
    } else {
        return None;
    };
    let message = format!(
        "{} {what}, because the rows did not fit into work_mem: look for fewer or narrower rows, \
         or raise work_mem.",
        heading(node),
    );
    Some(finding(node, FindingKind::Spill, message))
}

/// Whether an Incremental Sort went to disk.
fn sorted_groups_on_disk(raw: &crate::raw::Node) -> bool {
    ["Full-sort Groups", "Pre-sorted Groups"].iter().any(|key| {
        raw.fields
            .get(key)
            .is_some_and(|groups| groups.get("Sort Space Disk").is_some())
    })
}

fn workers_missing(node: &PlanNode, fields: &Fields) -> Option<Finding> {
    let planned = fields.number("Workers Planned")?;
    let launched = fields.number("Workers Launched")?;
    (launched < planned).then(|| {
        finding(
            node,
            FindingKind::WorkersMissing,
            format!(
                "{} got {} of the {} workers it planned for, so the others' share fell to fewer \
                 processes: max_parallel_workers was too low or the server was busy.",
                heading(node),
                count(launched),
                count(planned),
            ),
        )
    })
}

/// The node's label with what it reads, for use at the beginning of a sentence.
fn heading(node: &PlanNode) -> String {
    let name = node.relation.as_deref().or(node.alias.as_deref());
    match (name, &node.index) {
        (Some(name), Some(index)) => format!("{} using {index} on {name}", node.label),
        (Some(name), None) => format!("{} on {name}", node.label),
        (None, Some(index)) => format!("{} on {index}", node.label),
        (None, None) => node.label.clone(),
    }
}

/// Milliseconds with as many digits as help.
fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms >= 100.0 => format!("{ms:.0} ms"),
        ms if ms >= 10.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.2} ms"),
    }
}

fn kilobytes(kilobytes: f64) -> String {
    format!("{} kB", count(kilobytes))
}

/// A whole number with its thousands set apart.
fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
