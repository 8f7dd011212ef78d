//! Findings about what runs again and again: nested loops, subqueries.

use super::{Context, finding};
use crate::words::{count, heading, milliseconds, table};
use sqlground_model::{Confidence, Direction, Finding, FindingKind, PlanNode};

/// So many runs of an inner side are very many.
const VERY_OFTEN: f64 = 10_000.0;
/// The share of the time that makes it a finding.
const WORTH_SHARE: f64 = 0.2;
/// Where nothing was misjudged, less than this is no matter.
const WORTH_MS: f64 = 100.0;
/// A table that is read oftener than this is read again and again.
const AGAIN_AND_AGAIN: f64 = 100.0;
/// Fewer rows than this, in all runs, are read quickly.
const WORTH_ROWS: f64 = 100_000.0;
/// Tables of fewer rows need no index.
const WORTH_ROWS_A_LOOP: f64 = 100.0;
/// An estimate off by this factor explains why a nested loop was chosen.
const MISESTIMATE: f64 = 10.0;

pub(super) fn add(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (node, _) in context.executed() {
        if node.node_type == "Nested Loop" {
            let missing = missing_index(context, node);
            // Whose index is missing runs often, too.
            let often = if missing.is_none() {
                nested_loop(context, node)
            } else {
                None
            };
            findings.extend(missing.or(often));
        }
        findings.extend(correlated(context, node));
    }
}

fn side<'a>(context: &Context<'a>, join: &PlanNode, side: &str) -> Option<&'a PlanNode> {
    let children = context.tree.nodes[join.id as usize].children.iter();
    let mut children = children.map(|&child| &context.plan.nodes[child]);
    children.find(|child| child.relationship.as_deref() == Some(side))
}

/// The inner side of a nested loop is a table that is read as a whole each time.
fn missing_index(context: &Context<'_>, join: &PlanNode) -> Option<Finding> {
    let inner = side(context, join, "Inner")?;
    let loops = inner.loops?;
    let mut scan = inner;
    while matches!(scan.node_type.as_str(), "Materialize" | "Memoize") {
        scan = side(context, scan, "Outer")?;
    }
    if scan.node_type != "Seq Scan" || loops < AGAIN_AND_AGAIN {
        return None;
    }
    // What is kept in memory is compared as often as if it were read.
    let rows_a_loop = (scan.rows? + scan.rows_removed.unwrap_or(0.0)) / scan.loops?.max(1.0);
    let compared = rows_a_loop * loops;
    let ms = Some(inner.total_ms.unwrap_or(0.0) + join.self_ms.unwrap_or(0.0))
        .filter(|_| join.self_ms.is_some());
    let is_worth = rows_a_loop >= WORTH_ROWS_A_LOOP
        && compared >= WORTH_ROWS
        && context.is_worth(ms, WORTH_SHARE);
    // Without a condition, every pair of rows is wanted.
    let has_condition = join.rows_removed.is_some() || scan.rows_removed.is_some();
    (is_worth && has_condition).then(|| Finding {
        why: "Without an index on what is compared, each row of the other side is compared with each \
              of this table."
            .to_owned(),
        advice: format!(
            "Make an index on the columns of {} that the join compares; a condition with = allows a \
             hash join, too.",
            table(scan)
        ),
        confidence: Confidence::Likely,
        ..finding(
            scan,
            FindingKind::MissingJoinIndex,
            context.severity(ms),
            format!(
                "{} was gone through {} times: {} comparisons.",
                table(scan),
                count(loops),
                count(compared)
            ),
        )
    })
}

/// The inner side of a nested loop ran very often.
fn nested_loop(context: &Context<'_>, join: &PlanNode) -> Option<Finding> {
    let (outer, inner) = (side(context, join, "Outer")?, side(context, join, "Inner")?);
    let loops = inner.loops?;
    if loops < VERY_OFTEN || !context.is_worth(inner.total_ms, WORTH_SHARE) {
        return None;
    }
    let misjudged = outer.estimate.filter(|estimate| {
        estimate.direction == Direction::TooLow && estimate.factor >= MISESTIMATE
    });
    if misjudged.is_none() && inner.total_ms.is_some_and(|ms| ms < WORTH_MS) {
        return None;
    }
    let (why, confidence) = match misjudged {
        Some(_) => (
            format!(
                "The planner expected {} rows on the outer side, and {} came: for so many it would \
                 hardly have chosen a nested loop.",
                count(outer.plan_rows),
                count(outer.rows.unwrap_or(0.0))
            ),
            Confidence::Likely,
        ),
        None => (
            "A nested loop runs its inner side once for each row of the outer side.".to_owned(),
            Confidence::Possible,
        ),
    };
    Some(Finding {
        why,
        advice:
            "See what a hash join takes: SET enable_nestloop = off. If that is faster, look at the \
                 estimates, or at random_page_cost."
                .to_owned(),
        confidence,
        ..finding(
            join,
            FindingKind::NestedLoop,
            context.severity(inner.total_ms),
            format!(
                "{} ran {} times{}.",
                heading(inner),
                count(loops),
                took(inner)
            ),
        )
    })
}

/// A subquery that ran for each row.
fn correlated(context: &Context<'_>, node: &PlanNode) -> Option<Finding> {
    let is_subplan = node.relationship.as_deref() == Some("SubPlan");
    let loops = node.loops?;
    if !is_subplan || loops < AGAIN_AND_AGAIN || !context.is_worth(node.total_ms, WORTH_SHARE) {
        return None;
    }
    let below = context.tree.subtree(node.id as usize);
    let reads_table = below.map(|id| &context.plan.nodes[id]).find(|below| {
        let rows = below.rows.unwrap_or(0.0) + below.rows_removed.unwrap_or(0.0);
        below.node_type == "Seq Scan"
            && rows / below.loops.unwrap_or(1.0).max(1.0) >= WORTH_ROWS_A_LOOP
    });
    let advice = match reads_table {
        Some(scan) => format!(
            "Make an index on the columns of {} that the subquery compares, or rewrite it as a join.",
            table(scan)
        ),
        None => "Rewrite it as a join, or as one query with GROUP BY that is joined.".to_owned(),
    };
    let name = node.subplan_name.as_deref().unwrap_or("The subquery");
    Some(Finding {
        why: "It names columns of the query around it, so each row needs a run of its own."
            .to_owned(),
        advice,
        confidence: Confidence::Likely,
        ..finding(
            node,
            FindingKind::CorrelatedSubquery,
            context.severity(node.total_ms),
            format!("{name} ran {} times{}.", count(loops), took(node)),
        )
    })
}

fn took(node: &PlanNode) -> String {
    let ms = node.total_ms.map(milliseconds);
    ms.map_or_else(String::new, |ms| format!(" and took {ms} in all"))
}
