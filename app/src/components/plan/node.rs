//! One node of a plan: what it does, its figures, and what is worth knowing about it.

use super::measure::{Figure, Measure, never_ran};
use super::outline::Outline;
use crate::components::format::{count, duration, rows};
use crate::components::worded::worded;
use leptos::prelude::*;
use sqlground_model::{Direction, PlanNode};

/// How many times too few or too many rows make an estimate worth a word.
const MISESTIMATE: f64 = 10.0;

/// A node with its figures, and folded away what else is known.
pub(super) fn node_view(outline: &Outline<'_>, id: usize) -> AnyView {
    if !outline.is_detailed(id) {
        return small_node_view(outline, id);
    }
    let node = outline.node(id).clone();
    let measures = &outline.measures;
    let figures: Vec<(Measure, Figure)> = measures
        .iter()
        .filter_map(|measure| Some((measure, measures.figure(measure, &node)?)))
        .collect();
    let own_cost = measures.own_cost(&node);
    let findings = outline.findings[id].clone();
    let id = outline.element(id);
    let target = target(&node);
    let rows = rows_in_words(&node);
    let details = view! { <Details node=node.clone() own_cost /> };
    let bars = figures
        .into_iter()
        .map(|(measure, figure)| view! { <Bar measure figure /> })
        .collect_view();
    let notes = findings
        .into_iter()
        .map(|finding| view! { <li>{finding.message}</li> })
        .collect_view();
    view! {
        <div class="plan-node" id=id>
            <div class="plan-head">
                {node
                    .subplan_name
                    .map(|name| view! { <span class="plan-subplan">{name}</span> })}
                <b>{node.label}</b>
                {target.map(|target| view! { <code>{target}</code> })}
            </div>
            <div class="plan-figures">
                <p class="plan-rows" class:plan-misestimate=rows.misestimated>
                    {rows.text}
                </p>
                {bars}
            </div>
            {(!notes.is_empty()).then(|| view! { <ul class="findings">{notes}</ul> })}
            {details}
        </div>
    }
    .into_any()
}

/// A node of a large plan that matters little, in few elements.
fn small_node_view(outline: &Outline<'_>, id: usize) -> AnyView {
    let node = outline.node(id);
    let rows = rows_in_words(node);
    let own = node.self_ms.filter(|_| !never_ran(node));
    let text = match own {
        Some(own) => format!("{}; {} own time", rows.text, duration(own)),
        None => rows.text,
    };
    let class = if rows.misestimated {
        "plan-rows plan-misestimate"
    } else {
        "plan-rows"
    };
    let subplan = node.subplan_name.clone();
    let head = [
        subplan.map(|name| view! { <span class="plan-subplan">{name}</span> }.into_any()),
        Some(view! { <b>{node.label.clone()}</b> }.into_any()),
        target(node).map(|target| view! { <code>{target}</code> }.into_any()),
    ];
    let head: Vec<AnyView> = head.into_iter().flatten().collect();
    let notes = outline.findings[id]
        .iter()
        .map(|finding| view! { <p class="plan-misestimate">{finding.message.clone()}</p> })
        .collect_view();
    view! {
        <div class="plan-node" id=outline.element(id)>
            <div class="plan-head">{head}</div>
            <p class=class>{text}</p>
            {notes}
        </div>
    }
    .into_any()
}

/// What the node does, and every figure that has no other place.
#[component]
fn Details(node: PlanNode, own_cost: f64) -> AnyView {
    let lesson = lesson_link(&node);
    let origin = (!node.origin.is_empty()).then(|| {
        view! {
            <p>
                "From your SQL: "
                <code>{node.origin.clone()}</code>
            </p>
        }
    });
    let list = details(&node, own_cost)
        .into_iter()
        .map(|(term, text)| {
            view! {
                <div>
                    <dt>{term}</dt>
                    <dd>{text}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <details class="plan-details">
            <summary>"Details"</summary>
            {(!node.description.is_empty()).then(|| view! { <p>{worded(&node.description)}</p> })}
            {origin}
            <dl>{list}</dl>
            {lesson}
        </details>
    }
    .into_any()
}

/// The way to what is said of all nodes of this kind.
fn lesson_link(node: &PlanNode) -> AnyView {
    let place = lesson_anchor(&node.node_type);
    let words = format!("More about {}", node.node_type);
    view! {
        <p class="plan-lesson">
            <a href=format!("/plan/steps#{place}")>{words}</a>
        </p>
    }
    .into_any()
}

/// Where on the page about the kinds of steps one of them is explained.
pub(crate) fn lesson_anchor(node_type: &str) -> String {
    node_type.to_lowercase().replace(' ', "-")
}

/// A measure of a node in figures and as a bar.
#[component]
fn Bar(measure: Measure, figure: Figure) -> AnyView {
    let class = format!("plan-bar plan-bar-{}", measure.name());
    let width = format!("{:.1}%", figure.share * 100.0);
    view! {
        <p class=class>
            <svg class="bar" width="100%" height="6" aria-hidden="true">
                <rect class="bar-all" width="100%" height="6" rx="3" />
                <rect class="bar-share" width=width height="6" rx="3" />
            </svg>
            <span>{figure.text}</span>
        </p>
    }
    .into_any()
}

/// What a node reads: a table with its alias, and through which index.
pub(super) fn target(node: &PlanNode) -> Option<String> {
    let relation = node.relation.as_ref().map(|relation| match &node.alias {
        Some(alias) if alias != relation => format!("{relation} {alias}"),
        _ => relation.clone(),
    });
    match (relation, &node.index) {
        (Some(relation), Some(index)) => Some(format!("{relation} using {index}")),
        (Some(relation), None) => Some(relation),
        (None, index) => index.clone(),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct RowsInWords {
    text: String,
    misestimated: bool,
}

/// What a node gave against what was expected of it.
fn rows_in_words(node: &PlanNode) -> RowsInWords {
    let expected = node.is_estimated().then(|| rows(node.plan_rows));
    let Some(actual) = node.rows else {
        return RowsInWords {
            text: expected.map_or_else(String::new, |expected| format!("{expected} rows expected")),
            misestimated: false,
        };
    };
    if never_ran(node) {
        let expected = expected.map(|expected| format!("; {expected} rows expected"));
        return RowsInWords {
            text: format!("never executed{}", expected.unwrap_or_default()),
            misestimated: false,
        };
    }
    let off = misestimate(node);
    let noun = if rows(actual) == "1" { "row" } else { "rows" };
    let mut text = format!("{} {noun}", rows(actual));
    if let Some(expected) = expected {
        text.push_str(", ");
        text.push_str(&expected);
        text.push_str(" expected");
    }
    if let Some(off) = &off {
        text.push_str(": ");
        text.push_str(off);
    }
    RowsInWords {
        misestimated: off.is_some(),
        text,
    }
}

/// `50 times more than expected`; none for an estimate that was good enough.
pub(super) fn misestimate(node: &PlanNode) -> Option<String> {
    let estimate = node.estimate?;
    let times = rows(estimate.factor);
    match estimate.direction {
        _ if estimate.factor < MISESTIMATE => None,
        Direction::TooLow => Some(format!("{times} times more than expected")),
        Direction::TooHigh => Some(format!("{times} times fewer than expected")),
        Direction::Exact => None,
    }
}

/// What folds away below a node.
fn details(node: &PlanNode, own_cost: f64) -> Vec<(String, String)> {
    let blocks = |blocks: Option<u64>| blocks.filter(|&number| number > 0);
    let loops = node.loops.filter(|&loops| loops > 1.0);
    let per_loop = loops
        .zip(node.rows)
        .map(|(loops, all)| format!("{} on average", rows(all / loops)));
    let own = [
        (
            "Estimated cost",
            Some(format!(
                "{:.2} to the first row, {:.2} in all, {own_cost:.2} of its own",
                node.startup_cost, node.total_cost
            )),
        ),
        ("Ran", node.loops.map(|loops| format!("{} ×", rows(loops)))),
        ("Rows of one loop", per_loop),
        (
            "Processes",
            (node.processes > 1.0).then(|| rows(node.processes)),
        ),
        ("Time with the steps below", node.total_ms.map(duration)),
        (
            "Rows removed by filters",
            node.rows_removed.filter(|&n| n > 0.0).map(rows),
        ),
        (
            "Blocks found in memory",
            blocks(node.shared_hit_blocks).map(count),
        ),
        ("Blocks read", blocks(node.shared_read_blocks).map(count)),
        (
            "Blocks written to temporary files",
            blocks(node.temp_written_blocks).map(count),
        ),
        (
            "Time for reading",
            node.usage
                .map(|usage| usage.read_ms)
                .filter(|&ms| ms > 0.0)
                .map(duration),
        ),
        (
            "Write-ahead log",
            node.usage
                .filter(|usage| usage.wal_records > 0)
                .map(|usage| {
                    format!(
                        "{} records, {} bytes",
                        count(usage.wal_records),
                        count(usage.wal_bytes)
                    )
                }),
        ),
        (
            "Width of a row",
            node.width
                .filter(|&width| width > 0.0)
                .map(|width| format!("{} bytes", rows(width))),
        ),
        ("Columns", node.output.clone()),
    ];
    node.details
        .iter()
        .cloned()
        .chain(
            own.into_iter()
                .filter_map(|(term, text)| Some((term.to_owned(), text?))),
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::Estimate;

    fn node(actual: Option<f64>, plan_rows: f64, off: Option<(f64, Direction)>) -> PlanNode {
        PlanNode {
            rows: actual,
            loops: actual.map(|_| 1.0),
            plan_rows,
            estimate: off.map(|(factor, direction)| Estimate { factor, direction }),
            ..PlanNode::default()
        }
    }

    #[test]
    fn an_estimate_off_by_ten_is_put_into_words() {
        use Direction::{Exact, TooHigh, TooLow};
        for (actual, plan_rows, off, text) in [
            (
                Some(100.0),
                90.0,
                Some((1.1, TooLow)),
                "100 rows, 90 expected",
            ),
            (
                Some(5_000.0),
                100.0,
                Some((50.0, TooLow)),
                "5,000 rows, 100 expected: 50 times more than expected",
            ),
            (
                Some(0.0),
                400.0,
                Some((400.0, TooHigh)),
                "0 rows, 400 expected: 400 times fewer than expected",
            ),
            (Some(1.0), 0.2, Some((1.0, Exact)), "1 row, 0.2 expected"),
            // Stopped before it gave all its rows.
            (Some(1.0), 400.0, None, "1 row, 400 expected"),
            (None, 7.0, None, "7 rows expected"),
        ] {
            assert_eq!(rows_in_words(&node(actual, plan_rows, off)).text, text);
        }
    }

    #[test]
    fn a_node_that_never_ran_says_so() {
        let never = PlanNode {
            loops: Some(0.0),
            ..node(Some(0.0), 1_000.0, Some((1_000.0, Direction::TooHigh)))
        };
        let words = rows_in_words(&never);
        assert_eq!(words.text, "never executed; 1,000 rows expected");
        assert!(!words.misestimated);
    }
}
