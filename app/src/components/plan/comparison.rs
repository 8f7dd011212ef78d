//! A plan beside another one.

use super::measure::{blocks, shown_rows};
use super::node::target;
use crate::components::format::{duration, rows};
use crate::components::worded::worded;
use leptos::prelude::*;
use sqlground_model::{ComparedWith, Comparison, NodeChange, NodePair, Plan, PlanNode};
use std::collections::HashMap;

/// How far steps are moved in, at most.
const DEEPEST: u32 = 12;

/// What has changed, in sentences and step beside step.
pub(super) fn comparison(plan: &Plan, comparison: &Comparison) -> AnyView {
    let (title, before, now) = match comparison.with {
        ComparedWith::Earlier => (
            "Compared with your last plan".to_owned(),
            "Last plan",
            "This plan",
        ),
        ComparedWith::Free(switch) => (
            format!("What if: without {}", switch.title()),
            "PostgreSQL’s own choice",
            "Without",
        ),
        ComparedWith::Pasted => (
            "Compared with the other plan".to_owned(),
            "Other plan",
            "This plan",
        ),
    };
    let sentences = comparison
        .summary
        .iter()
        .map(|sentence| view! { <li>{worded(sentence)}</li> })
        .collect_view();
    let is_open = comparison.with != ComparedWith::Earlier;
    let sides = (!comparison.pairs.is_empty()).then(|| {
        let other = side(
            before,
            &comparison.other,
            &changes(comparison, |pair| pair.other),
        );
        let own = side(now, plan, &changes(comparison, |pair| pair.node));
        view! {
            <details open=is_open>
                <summary>"Step beside step"</summary>
                <div class="plan-sides">{other} {own}</div>
            </details>
        }
    });
    view! {
        <section class="plan-comparison" aria-label=title.clone()>
            <h3>{title.clone()}</h3>
            <ul>{sentences}</ul>
            {sides}
        </section>
    }
    .into_any()
}

/// How the nodes of one side have changed, by their numbers.
fn changes(
    comparison: &Comparison,
    side: impl Fn(&NodePair) -> Option<u32>,
) -> HashMap<u32, NodeChange> {
    let pairs = comparison.pairs.iter();
    pairs
        .filter_map(|pair| Some((side(pair)?, pair.change)))
        .collect()
}

/// One of the two plans.
fn side(title: &'static str, plan: &Plan, changes: &HashMap<u32, NodeChange>) -> AnyView {
    let steps = plan
        .nodes
        .iter()
        .map(|node| {
            let change = changes.get(&node.id).copied();
            step(node, change.unwrap_or(NodeChange::Same))
        })
        .collect_view();
    let time = plan.execution_ms.map(duration);
    let cost = plan
        .nodes
        .first()
        .map(|root| format!("cost {:.2}", root.total_cost));
    let facts: Vec<String> = [time, cost].into_iter().flatten().collect();
    view! {
        <div class="plan-side">
            <h4>{title}</h4>
            <p class="facts">{facts.join(", ")}</p>
            <ol>{steps}</ol>
        </div>
    }
    .into_any()
}

fn step(node: &PlanNode, change: NodeChange) -> AnyView {
    let (class, mark) = match change {
        NodeChange::Same => ("", None),
        NodeChange::Replaced => ("plan-replaced", Some("changed")),
        NodeChange::Added => ("plan-added", Some("new")),
        NodeChange::Removed => ("plan-removed", Some("gone")),
    };
    let depth = node.depth.min(DEEPEST);
    let figures = [
        Some(format!("{} rows", rows(shown_rows(node)))),
        node.self_ms.map(|ms| format!("{} own", duration(ms))),
        node.own_usage
            .as_ref()
            .map(|usage| format!("{} blocks", rows(blocks(usage)))),
    ];
    let figures: Vec<String> = figures.into_iter().flatten().collect();
    view! {
        <li class=format!("plan-step plan-in-{depth} {class}")>
            <b>{node.label.clone()}</b>
            {target(node).map(|target| view! { <code>{target}</code> })}
            {mark.map(|mark| view! { <span class="plan-change">{mark}</span> })}
            <small>{figures.join(", ")}</small>
        </li>
    }
    .into_any()
}
