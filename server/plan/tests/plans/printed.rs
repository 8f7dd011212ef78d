//! Plans written in EXPLAIN's text format, and read again.

use super::{all, plan};
use sqlground_model::{Plan, PlanNode};

/// What a node says that a reader would miss. Costs and times are as exact as they were printed.
fn outline(node: &PlanNode) -> String {
    // In the text format, the inner side of a join and the members of an Append are told by their
    // place.
    let mut details = node.details.clone();
    details.sort();
    format!(
        "{} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:.2} {:.3?} {:?} {details:?} {:?}",
        node.depth,
        node.subplan_name,
        node.label,
        node.schema,
        node.relation,
        node.alias,
        node.index,
        node.loops,
        node.rows,
        node.plan_rows,
        node.total_cost,
        node.self_ms,
        node.usage.unwrap_or_default(),
        node.workers.len(),
    )
}

#[track_caller]
fn check_again(name: &str, plan: &Plan) {
    let again = match sqlground_plan::parse(&plan.text, None) {
        Ok(again) => again,
        Err(error) => panic!("{name}: {error}\n{}", plan.text),
    };
    let outlines = |plan: &Plan| plan.nodes.iter().map(outline).collect::<Vec<_>>();
    assert_eq!(outlines(&again), outlines(plan), "{name}\n{}", plan.text);
    assert_eq!(again.execution_ms, plan.execution_ms, "{name}");
    assert_eq!(again.planning_ms, plan.planning_ms, "{name}");
    assert_eq!(again.settings, plan.settings, "{name}");
    assert_eq!(again.triggers, plan.triggers, "{name}");
    assert_eq!(again.jit, plan.jit, "{name}");
    assert_eq!(again.text, plan.text, "{name}");
}

#[test]
fn the_text_says_all_that_was_read() {
    for fixture in all() {
        check_again(&fixture, &plan(&fixture));
    }
}

#[test]
fn names_are_quoted_where_they_must_be() {
    let read =
        "Index Scan using \"Order id\" on \"My Table\" t  (cost=0.00..1.00 rows=1 width=4)\n";
    let plan = sqlground_plan::parse(read, None).unwrap();
    assert_eq!(plan.text, read);
}
