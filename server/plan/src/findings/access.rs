//! Findings about how single tables are read: wrapped columns, stale visibility, skipped rows, sorts
//! that an index could save, partitions read in vain.

use super::wrapped::wrapped_column;
use super::{Context, finding};
use crate::words::{count, detail, heading, milliseconds, table};
use sqlground_model::{Confidence, Finding, FindingKind, PlanNode};

/// Fewer rows than this are never worth a finding.
const WORTH_ROWS: f64 = 1000.0;
/// What took less of the time than this is no finding.
const WORTH_SHARE: f64 = 0.05;
/// The share of rows that an index-only scan had to look up in the table.
const FETCHED_SHARE: f64 = 0.3;
/// How many times as many rows are skipped as given, in a large OFFSET.
const SKIPPED: f64 = 10.0;
/// The share of the time that makes an OFFSET or a sort a finding.
const LARGE_SHARE: f64 = 0.2;
/// A sort of fewer rows is quick.
const WORTH_SORTED: f64 = 10_000.0;
/// Fewer partitions than this are read quickly.
const MANY_PARTITIONS: usize = 8;
/// The share of partitions without a row that makes it a finding.
const EMPTY_SHARE: f64 = 0.75;

pub(super) fn add(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (node, _) in context.executed() {
        findings.extend(function_on_column(context, node));
        findings.extend(heap_fetches(context, node));
        findings.extend(large_offset(context, node));
        findings.extend(sort(context, node));
        findings.extend(partitions(context, node));
    }
}

/// A scan of a whole table whose filter wraps a column.
fn function_on_column(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    if node.node_type != "Seq Scan" {
        return None;
    }
    let removed = node.rows_removed?;
    let kept = node.rows?;
    let is_worth = removed >= WORTH_ROWS
        && removed >= kept
        && removed / node.loops? >= WORTH_ROWS
        && context.is_worth(node.self_ms, WORTH_SHARE);
    let wrapped = wrapped_column(detail(node, "Filter")?).filter(|_| is_worth)?;
    Some(Finding {
        why: "An index on the column holds its values, not what the function makes of them."
            .to_owned(),
        advice: format!(
            "Compare the column itself, as with a range, or make an index on the expression: CREATE \
             INDEX ON {} (({wrapped})).",
            table(node)
        ),
        confidence: Confidence::Likely,
        ..finding(
            node,
            FindingKind::FunctionOnColumn,
            context.severity(node.self_ms),
            format!(
                "{} compares {wrapped}, so no index on the column can help.",
                heading(node)
            ),
        )
    })
}

/// An index-only scan that had to look into the table.
fn heap_fetches(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    let fetches: f64 = detail(node, "Heap Fetches")?.parse().ok()?;
    let rows = node.rows? + node.rows_removed.unwrap_or(0.0);
    let is_worth = fetches >= WORTH_ROWS
        && fetches >= FETCHED_SHARE * rows
        && context.is_worth(node.self_ms, WORTH_SHARE);
    is_worth.then(|| Finding {
        why:
            "The pages of these rows are not marked as visible to all, so the index alone does not \
              tell whether a row is there."
                .to_owned(),
        advice: format!(
            "VACUUM {}; if rows change often, let autovacuum come by oftener.",
            table(node)
        ),
        ..finding(
            node,
            FindingKind::HeapFetches,
            context.severity(node.self_ms),
            format!(
                "{} looked into the table for {} of {} rows.",
                heading(node),
                count(fetches),
                count(rows.max(fetches)),
            ),
        )
    })
}

/// A Limit that got many more rows than it gave: those its OFFSET skipped.
fn large_offset(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    if node.node_type != "Limit" {
        return None;
    }
    let below = context
        .children(node)
        .find(|child| child.relationship.as_deref() == Some("Outer"))?;
    let (given, got) = (node.rows?, below.rows?);
    let skipped = got - given;
    let is_worth = node.loops == Some(1.0)
        && skipped >= WORTH_ROWS
        && skipped >= SKIPPED * given.max(1.0)
        && context.is_worth(node.total_ms, LARGE_SHARE);
    is_worth.then(|| Finding {
        why: "OFFSET makes all the rows before and throws them away: the further the page, the \
              longer it takes."
            .to_owned(),
        advice:
            "Remember the last row of the page before and ask for those behind it: WHERE (key) > \
                 (last key) ORDER BY key LIMIT n."
                .to_owned(),
        confidence: Confidence::Likely,
        ..finding(
            node,
            FindingKind::LargeOffset,
            context.severity(node.total_ms),
            format!(
                "{} rows were made and skipped to give {}.",
                count(skipped),
                count(given)
            ),
        )
    })
}

/// A sort of one table's rows by its columns, which an index could give in this order.
fn sort(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    if node.node_type != "Sort" || node.loops != Some(1.0) {
        return None;
    }
    let below = context
        .children(node)
        .find(|child| child.relationship.as_deref() == Some("Outer"))?;
    let is_one_table = matches!(
        below.node_type.as_str(),
        "Seq Scan" | "Index Scan" | "Bitmap Heap Scan"
    );
    let keys = detail(node, "Sort Key")?;
    // A condition that keeps few rows is better served by an index of its own.
    let keeps_most = below.rows? >= below.rows_removed.unwrap_or(0.0);
    let is_worth = is_one_table
        && keeps_most
        && below.rows? >= WORTH_SORTED
        && !keys.contains(['(', '\''])
        && context.is_worth(node.self_ms, LARGE_SHARE);
    let is_limited = context
        .parent(node)
        .is_some_and(|parent| parent.node_type == "Limit");
    // Rows from all over a large table cost more than sorting them.
    if !is_worth || !(is_limited || node.disk_kb.is_some()) {
        return None;
    }
    let columns: Vec<&str> = keys
        .split(", ")
        .map(|key| key.rsplit_once('.').map_or(key, |(_, column)| column))
        .collect();
    Some(Finding {
        why: if is_limited {
            "Only the first rows are wanted, and all are read and compared to find them.".to_owned()
        } else {
            "So many rows do not fit into memory.".to_owned()
        },
        advice: format!(
            "An index gives its rows in order: CREATE INDEX ON {} ({}).",
            table(below),
            columns.join(", ")
        ),
        confidence: if is_limited {
            Confidence::Likely
        } else {
            Confidence::Possible
        },
        ..finding(
            node,
            FindingKind::Sort,
            context.severity(node.self_ms),
            format!(
                "{} rows of {} were sorted by {keys}.",
                count(below.rows?),
                table(below)
            ),
        )
    })
}

/// An Append over partitions most of which had no row to give.
fn partitions(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    if !matches!(node.node_type.as_str(), "Append" | "Merge Append") {
        return None;
    }
    let scans: Vec<&PlanNode> = context
        .children(node)
        .filter(|child| child.relation.is_some() && child.loops.is_some_and(|loops| loops > 0.0))
        .collect();
    let empty = scans
        .iter()
        .filter(|scan| scan.rows.is_some_and(|rows| rows <= 0.0));
    let empty: Vec<&&PlanNode> = empty.collect();
    let of_empty: Option<f64> = empty.iter().map(|scan| scan.total_ms).sum();
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 partitions")]
    let share = empty.len() as f64 / scans.len().max(1) as f64;
    let is_worth = scans.len() >= MANY_PARTITIONS
        && share >= EMPTY_SHARE
        && !node.stopped_early
        && context.is_worth(of_empty, LARGE_SHARE);
    is_worth.then(|| Finding {
        why: "The planner leaves out partitions only if a condition compares the partition key itself \
              with a value it knows."
            .to_owned(),
        advice: "Add a condition on the partition key, without a function around it.".to_owned(),
        confidence: Confidence::Possible,
        ..finding(
            node,
            FindingKind::Partitions,
            context.severity(of_empty),
            format!(
                "{} of the {} partitions that were read had no row to give{}.",
                empty.len(),
                scans.len(),
                of_empty.map_or_else(String::new, |ms| format!(", and took {}", milliseconds(ms))),
            ),
        )
    })
}
