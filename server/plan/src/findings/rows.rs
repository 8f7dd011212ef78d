//! Findings about numbers of rows: estimates that were wrong, old statistics, rows read in vain.

use super::wrapped::{expression, in_brackets};
use super::{Context, finding};
use crate::words::{count, detail, heading, table};
use sqlground_model::{Confidence, Direction, Finding, FindingKind, PlanNode, Severity};

/// Fewer rows than this are never worth a finding.
const WORTH_ROWS: f64 = 1000.0;
/// How far an estimate must be off.
const MISESTIMATE: f64 = 10.0;
/// How many misestimates are told; the rest mostly follow from them.
const TOLD_MISESTIMATES: usize = 3;
/// How far the estimate for a whole table must be off to blame its statistics.
const STALE: f64 = 2.0;
/// A table of fewer rows, or one for which fewer are expected, is read quickly, whatever the
/// statistics say.
const WORTH_TABLE: [f64; 2] = [2000.0, 10_000.0];
/// The share of rows thrown away that makes a finding, of a whole table and of an index.
const REMOVED_SHARE: [f64; 2] = [0.9, 0.75];
/// A scan that reads fewer rows each time is no matter for an index.
const WORTH_ROWS_A_LOOP: f64 = 500.0;
/// What took less of the time than this is no finding.
const WORTH_SHARE: f64 = 0.05;

pub(super) fn add(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let stale: Vec<Finding> = stale_statistics(context).collect();
    let is_stale = |node: u32| stale.iter().any(|finding| finding.node == node);
    let wrong = misestimates(context);
    let wrong = wrong.into_iter().filter(|(_, node)| !is_stale(node.id));
    findings.extend(
        wrong
            .take(TOLD_MISESTIMATES)
            .map(|(factor, node)| misestimate(context, factor, node)),
    );
    findings.extend(stale);
    findings.extend(removed(context));
}

/// Nodes whose estimate was off, the worst first.
///
/// An error that a node has from its child is told of the child only: that is where it starts.
fn misestimates<'a>(context: &Context<'a>) -> Vec<(f64, &'a PlanNode)> {
    // The worst error in a node or below it, for too low and too high estimates apart.
    let mut worst = vec![Error::default(); context.plan.nodes.len()];
    let mut wrong: Vec<(f64, &PlanNode)> = Vec::new();
    for (id, node) in context.plan.nodes.iter().enumerate().rev() {
        let own = if hands_on(node) || left_members_out(context, node) {
            Error::default()
        } else {
            error(node)
        };
        let children = context.tree.nodes[id].children.iter().copied();
        let below = children
            .filter(|&child| !context.tree.nodes[child].is_listed_only())
            .fold(Error::default(), |below, child| below.max(worst[child]));
        let is_new = |own: f64, below: f64| {
            own >= MISESTIMATE * if below >= MISESTIMATE { below } else { 1.0 }
        };
        if is_new(own.low, below.low) || is_new(own.high, below.high) {
            wrong.push((own.low.max(own.high), node));
        }
        worst[id] = own.max(below);
    }
    wrong.sort_by(|a, b| b.0.total_cmp(&a.0));
    wrong
}

/// Whether the node gives the rows that come to it: it has nothing to misjudge. What it counts may
/// differ still: a hash table of several batches counts the last one's rows, a sorted input that is
/// gone back in counts rows again.
fn hands_on(node: &PlanNode) -> bool {
    matches!(
        node.node_type.as_str(),
        "Hash"
            | "Sort"
            | "Incremental Sort"
            | "Materialize"
            | "Memoize"
            | "Gather"
            | "Gather Merge"
            | "LockRows"
    )
}

/// Whether what the node was expected to give is more than what it set going: partitions that
/// turned out not to matter were misjudged by nobody.
fn left_members_out(context: &Context<'_>, node: &PlanNode) -> bool {
    let children = &context.tree.nodes[node.id as usize].children;
    let ran = |&child: &usize| context.tree.nodes[child].loops() > 0.0;
    let are_idle = !children.is_empty() && !children.iter().any(ran);
    are_idle || detail(node, "Subplans Removed").is_some()
}

/// By what factor an estimate was off, 1 for not at all. At most one of the two is above 1.
#[derive(Clone, Copy)]
struct Error {
    /// More rows came than expected.
    low: f64,
    /// Fewer rows came than expected.
    high: f64,
}

impl Default for Error {
    fn default() -> Self {
        Self {
            low: 1.0,
            high: 1.0,
        }
    }
}

impl Error {
    fn max(self, other: Self) -> Self {
        Self {
            low: self.low.max(other.low),
            high: self.high.max(other.high),
        }
    }
}

/// How far the estimate was off, of a node with many rows, or with many expected.
fn error(node: &PlanNode) -> Error {
    let equal = Error::default();
    match node.estimate {
        Some(estimate) if node.plan_rows.max(node.rows.unwrap_or(0.0)) >= WORTH_ROWS => {
            match estimate.direction {
                Direction::TooLow => Error {
                    low: estimate.factor,
                    ..equal
                },
                Direction::TooHigh => Error {
                    high: estimate.factor,
                    ..equal
                },
                Direction::Exact => equal,
            }
        }
        _ => equal,
    }
}

fn misestimate(context: &Context<'_>, factor: f64, node: &PlanNode) -> Finding {
    let rows = node.rows.unwrap_or(0.0);
    let is_low = rows > node.plan_rows;
    let message = format!(
        "{} gave {} rows where the planner expected {}, {} times {}.",
        heading(node),
        count(rows),
        count(node.plan_rows),
        count(factor),
        if is_low { "as many" } else { "fewer" },
    );
    let is_scan = node.node_type.ends_with("Scan");
    let conditions = ["Filter", "Index Cond", "Recheck Cond"]
        .iter()
        .filter_map(|key| detail(node, key));
    let ands: usize = conditions
        .map(|text| 1 + text.matches(" AND ").count())
        .sum();
    // Of an expression with an index, ANALYZE keeps statistics already.
    let expression = detail(node, "Filter").and_then(expression);
    let of_expression = expression.map_or_else(String::new, |expression| {
        format!(
            "CREATE STATISTICS name ON {} FROM {}; then ANALYZE the table. That is possible from \
             PostgreSQL 14 on.",
            without_alias(&in_brackets(expression), node),
            table(node),
        )
    });
    let (why, advice) = match node.node_type.as_str() {
        "Function Scan" | "Table Function Scan" => (
            "The planner does not look into functions.",
            "Give the function a ROWS clause, or a support function.",
        ),
        "CTE Scan" | "WorkTable Scan" | "Recursive Union" => (
            "The planner knows little of what a CTE gives.",
            "A temporary table with ANALYZE, or the query in the place of the CTE, tells it more.",
        ),
        _ if is_scan && expression.is_some() => (
            "The statistics are of columns: of what an expression of them gives, the planner \
             knows nothing and takes a fixed share of the rows.",
            of_expression.as_str(),
        ),
        _ if is_scan && ands > 1 => (
            "The planner takes conditions as independent of each other.",
            "ANALYZE the table; where columns depend on each other, CREATE STATISTICS on them.",
        ),
        _ if is_scan => (
            "The statistics of the table do not tell how many rows meet the condition.",
            "ANALYZE the table; raise the statistics target of the column if that is not enough.",
        ),
        "Aggregate" | "Group" | "Unique" => (
            "The number of groups is hard to tell, above all of several columns or of expressions.",
            "ANALYZE the table, or CREATE STATISTICS (ndistinct) on the grouped columns.",
        ),
        _ => (
            "Below this node the estimates are closer: its own condition is what is misjudged.",
            "ANALYZE the tables; statistics do not tell how values of two tables go together.",
        ),
    };
    // Where it led to a nested loop, it may cost a lot.
    let leads_to_loop = is_low
        && context
            .parent(node)
            .is_some_and(|parent| parent.node_type == "Nested Loop");
    let severity = if leads_to_loop && factor >= MISESTIMATE * MISESTIMATE {
        context.severity(context.parent(node).and_then(|parent| parent.total_ms))
    } else {
        Severity::Note
    };
    Finding {
        why: why.to_owned(),
        advice: advice.to_owned(),
        confidence: Confidence::Certain,
        ..finding(
            node,
            FindingKind::Misestimate,
            severity.min(Severity::Warning),
            message,
        )
    }
}

/// An expression without the alias that the query gives the table: nothing else knows that.
fn without_alias(expression: &str, node: &PlanNode) -> String {
    let Some(alias) = node.alias.as_deref() else {
        return expression.to_owned();
    };
    let prefix = format!("{alias}.");
    let mut result = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find(&prefix) {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '\'' | '"');
        let is_inside = rest[..at].ends_with(is_name);
        result.push_str(&rest[..at]);
        if is_inside {
            result.push_str(&prefix);
        }
        rest = &rest[at + prefix.len()..];
    }
    result + rest
}

/// Scans of whole tables, without a condition, whose estimate was off: the planner takes it from the
/// table's own statistics.
fn stale_statistics<'a>(context: &'a Context<'_>) -> impl Iterator<Item = Finding> + 'a {
    context.executed().filter_map(|(node, _)| {
        let estimate = node.estimate?;
        let rows = node.rows?;
        let is_whole =
            node.node_type == "Seq Scan" && detail(node, "Filter").is_none() && !node.stopped_early;
        let is_off = estimate.factor >= STALE
            && (rows >= WORTH_TABLE[0] || node.plan_rows >= WORTH_TABLE[1])
            && (rows - node.plan_rows).abs() >= WORTH_ROWS;
        (is_whole && is_off).then(|| Finding {
            why: "Without a condition the planner's estimate is the number of rows that the \
                  table's statistics tell: they are old, or there are none."
                .to_owned(),
            advice: format!("ANALYZE {}.", table(node)),
            confidence: Confidence::Likely,
            ..finding(
                node,
                FindingKind::StaleStatistics,
                Severity::Warning,
                format!(
                    "{} has {} rows where the planner expected {}.",
                    table(node),
                    count(rows),
                    count(node.plan_rows),
                ),
            )
        })
    })
}

/// Filters that threw away nearly all of many rows, most first.
fn removed(context: &Context<'_>) -> Vec<Finding> {
    let mut wasteful: Vec<(f64, &PlanNode)> = context
        .executed()
        .filter_map(|(node, _)| {
            let removed = node.rows_removed?;
            let read = removed + node.rows?;
            let is_join = detail(node, "Join Filter").is_some();
            let share = REMOVED_SHARE[usize::from(node.index.is_some())];
            let is_waste = removed >= WORTH_ROWS && removed >= share * read;
            // A small table that is read again and again is a matter of the join.
            let is_large = is_join || read / node.loops? >= WORTH_ROWS_A_LOOP;
            let matters = context.is_worth(node.self_ms, WORTH_SHARE);
            (is_waste && is_large && matters).then_some((removed, node))
        })
        .collect();
    wasteful.sort_by(|a, b| b.0.total_cmp(&a.0));
    wasteful
        .into_iter()
        .map(|(removed, node)| removed_rows(context, removed, node))
        .collect()
}

fn removed_rows(context: &Context<'_>, removed: f64, node: &PlanNode) -> Finding {
    let kept = node.rows.unwrap_or(0.0);
    let is_join = detail(node, "Join Filter").is_some();
    let (read, things, why, advice) = if is_join {
        (
            "compared",
            "pairs of rows",
            "Each row of one side is compared with each of the other.",
            "Look for a join condition that an index or a hash table can serve.".to_owned(),
        )
    } else if let Some(index) = &node.index {
        (
            "found",
            "rows",
            "The index finds rows by a part of the conditions only.",
            format!("Look for an index that also has the filtered columns, unlike {index}."),
        )
    } else {
        (
            "read",
            "rows",
            "Without an index on what is filtered, every row must be looked at.",
            format!(
                "Look for an index on the filtered columns of {}.",
                table(node)
            ),
        )
    };
    let all = removed + kept;
    let share = if kept > 0.0 {
        // Rounded down: rows were kept, so it is never 100 %.
        format!(
            "{} of them ({:.1} %)",
            count(removed),
            (1000.0 * removed / all).floor() / 10.0
        )
    } else {
        "all of them".to_owned()
    };
    let message = format!(
        "{} {read} {} {things} and its filter threw away {share}.",
        heading(node),
        count(all),
    );
    Finding {
        why: why.to_owned(),
        advice,
        confidence: Confidence::Likely,
        ..finding(
            node,
            FindingKind::RowsRemoved,
            context.severity(node.self_ms),
            message,
        )
    }
}
