//! A plan's nodes as a nested list.

use super::node::{node_view, target};
use super::outline::{Outline, Siblings, Sum};
use crate::components::format::{count, counted, duration, rows};
use leptos::prelude::*;

/// How deep steps are drawn within each other. What lies deeper stands side by side: few pages are
/// that wide, and a page is built by functions that call each other as deep as it is nested.
const DEEPEST: usize = 60;

/// So many steps of one kind are folded by themselves where there are many more of them, so that
/// unfolding them shows no more than can be looked through.
const FOLDED_TOGETHER: usize = 100;

/// The list, the root's step first.
pub(super) fn steps(outline: &Outline<'_>) -> AnyView {
    let drawn = drawn_below(outline);
    let list = items(outline, &drawn, &drawn[0]);
    view! { <ol class="plan-tree">{list}</ol> }.into_any()
}

/// What is drawn within what: by the node's number plus one, first the root.
fn drawn_below(outline: &Outline<'_>) -> Vec<Vec<usize>> {
    let nodes = &outline.plan.nodes;
    let mut below = vec![Vec::new(); nodes.len() + 1];
    // For each node where it is drawn and how deep. Parents come before their children.
    let mut drawn: Vec<(usize, usize)> = Vec::with_capacity(nodes.len());
    for (id, node) in nodes.iter().enumerate() {
        let parent = node.parent.and_then(|parent| usize::try_from(parent).ok());
        let place = match parent.filter(|parent| *parent < id) {
            None => (0, 0),
            Some(parent) if drawn[parent].1 >= DEEPEST => drawn[parent],
            Some(parent) => (parent + 1, drawn[parent].1 + 1),
        };
        below[place.0].push(id);
        drawn.push(place);
    }
    below
}

fn items(outline: &Outline<'_>, drawn: &[Vec<usize>], ids: &[usize]) -> Vec<AnyView> {
    let siblings = outline.siblings(ids);
    let item = |siblings: &Siblings<'_>| match siblings {
        Siblings::One(id) => item(outline, drawn, *id),
        Siblings::Alike(ids) => {
            let list = |ids: &[usize]| ids.iter().map(|&id| item(outline, drawn, id)).collect();
            let items: Vec<_> = if outline.is_large() && ids.len() > 2 * FOLDED_TOGETHER {
                ids.chunks(FOLDED_TOGETHER)
                    .map(|ids| folded(from_to_in_words(outline, ids), list(ids)))
                    .collect()
            } else {
                list(ids)
            };
            folded(alike_in_words(outline, ids), items)
        }
    };
    siblings.iter().map(item).collect()
}

/// Steps of one kind, folded away.
fn folded(words: String, items: Vec<AnyView>) -> AnyView {
    view! {
        <li class="plan-alike">
            <details>
                <summary>{words}</summary>
                <ol>{items}</ol>
            </details>
        </li>
    }
    .into_any()
}

fn item(outline: &Outline<'_>, drawn: &[Vec<usize>], id: usize) -> AnyView {
    let below = items(outline, drawn, &drawn[id + 1]);
    let node = node_view(outline, id);
    if below.is_empty() {
        return view! { <li>{node}</li> }.into_any();
    }
    let open = outline.is_unfolded(id);
    let words = below_in_words(&outline.sum(&outline.children[id]));
    view! {
        <li>
            {node} <details class="plan-below" open=open>
                <summary>{words}</summary>
                <ol>{below}</ol>
            </details>
        </li>
    }
    .into_any()
}

/// `3 steps below, 4.20 ms`.
fn below_in_words(sum: &Sum) -> String {
    format!(
        "{} below{}",
        counted(sum.nodes as u64, "step"),
        time_in_words(sum)
    )
}

/// `, 4.20 ms`, if all of it was timed.
fn time_in_words(sum: &Sum) -> String {
    sum.ms
        .map_or_else(String::new, |ms| format!(", {}", duration(ms)))
}

/// `events_5 to events_104: 1,200 rows, 4.20 ms`.
fn from_to_in_words(outline: &Outline<'_>, ids: &[usize]) -> String {
    let sum = outline.sum(ids);
    let name = |id: Option<&usize>| {
        let node = outline.node(*id?);
        target(node).or_else(|| Some(node.label.clone()))
    };
    let names: Vec<String> = [name(ids.first()), name(ids.last())]
        .into_iter()
        .flatten()
        .collect();
    format!(
        "{} steps, {}: {} rows{}",
        count(ids.len() as u64),
        names.join(" to "),
        rows(sum.rows),
        time_in_words(&sum)
    )
}

/// `37 more of this kind, Seq Scan: 1,200 rows, 4.20 ms`.
fn alike_in_words(outline: &Outline<'_>, ids: &[usize]) -> String {
    let sum = outline.sum(ids);
    let label = &outline.node(ids[0]).label;
    format!(
        "{} more of this kind, {label}: {} rows{}",
        count(ids.len() as u64),
        rows(sum.rows),
        time_in_words(&sum)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Plan, PlanNode};

    /// An Append over so many partitions.
    fn partitions(number: u32) -> Plan {
        let node = |id: u32| PlanNode {
            id,
            parent: (id > 0).then_some(0),
            label: if id > 0 { "Seq Scan" } else { "Append" }.to_owned(),
            relation: (id > 0).then(|| format!("events_{id}")),
            self_ms: Some(1.0),
            ..PlanNode::default()
        };
        Plan {
            nodes: (0..=number).map(node).collect(),
            ..Plan::default()
        }
    }

    fn html(plan: &Plan) -> String {
        steps(&Outline::new(plan, 0)).to_html()
    }

    #[test]
    fn many_steps_of_one_kind_are_folded_by_the_hundred() {
        let html = html(&partitions(1_003));
        assert_eq!(html.matches("class=\"plan-node\"").count(), 1_004);
        // All but the first three, in ten parts.
        assert_eq!(html.matches("class=\"plan-alike\"").count(), 11);
        for words in [
            "1,000 more of this kind",
            "100 steps, events_4 to events_103",
            "100 steps, events_904 to events_1003",
        ] {
            assert!(html.contains(words), "{words}: {html}");
        }
    }

    #[test]
    fn the_partitions_of_a_plan_that_is_not_large_are_folded_once_and_have_details() {
        let html = html(&partitions(499));
        assert_eq!(html.matches("class=\"plan-alike\"").count(), 1);
        assert_eq!(html.matches("class=\"plan-details\"").count(), 500);
    }

    #[test]
    fn a_step_of_a_large_plan_that_matters_little_takes_few_bytes() {
        let plan = partitions(10_000);
        let html = html(&plan);
        assert!(html.len() < 300 * plan.nodes.len(), "{}", html.len());
        assert_eq!(html.matches("class=\"plan-details\"").count(), 200);
        assert!(html.contains("<code>events_9999</code>"));
    }
}
