//! A plan as a table, and sums by kind of step, table and index.

use super::measure::{blocks, never_ran};
use super::node::misestimate;
use super::outline::{Outline, heaviest_first};
use crate::components::format::{count, duration, percent, rows};
use leptos::prelude::*;
use sqlground_model::PlanNode;

/// How many steps the table shows: of more, those that took most time.
const MOST_ROWS: usize = 500;

/// How many sums of one kind are shown of a large plan.
const MOST_SUMS: usize = 100;

/// The table and the sums.
pub(super) fn table(outline: &Outline<'_>) -> AnyView {
    let nodes = &outline.plan.nodes;
    let mut shown = heaviest_first(outline.plan);
    shown.truncate(MOST_ROWS);
    shown.sort_unstable();
    let remark = (shown.len() < nodes.len()).then(|| {
        let text = format!(
            "The {} steps of {} that took most.",
            count(shown.len() as u64),
            count(nodes.len() as u64)
        );
        view! { <p class="facts">{text}</p> }
    });
    let rows: Vec<_> = shown.iter().map(|&id| row(outline, id)).collect();
    view! {
        {remark}
        <div class="plan-scroll" role="region" aria-label="Table of the steps" tabindex="0">
            <table class="plan-table" data-sortable>
                <thead>
                    <tr>
                        {HEADINGS
                            .into_iter()
                            .map(|heading| view! { <th scope="col">{heading}</th> })
                            .collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {sums(outline)}
    }
    .into_any()
}

const HEADINGS: [&str; 11] = [
    "Step",
    "Table or index",
    "Own time",
    "Share",
    "With below",
    "Rows",
    "Expected",
    "Off",
    "Ran",
    "Own blocks",
    "Own cost",
];

/// A cell: its text, and the number it is sorted by.
type Cell = (String, Option<f64>);

fn number(value: Option<f64>, text: impl Fn(f64) -> String) -> Cell {
    (value.map(text).unwrap_or_default(), value)
}

fn row(outline: &Outline<'_>, id: usize) -> AnyView {
    let node = outline.node(id);
    let ran = !never_ran(node);
    let own = node.self_ms.filter(|_| ran);
    let place = [node.relation.clone(), node.index.clone()];
    let place: Vec<String> = place.into_iter().flatten().collect();
    let off = node.estimate.map(|estimate| estimate.factor);
    let own_cost = node.is_estimated().then(|| outline.measures.own_cost(node));
    let cells: [Cell; 9] = [
        number(own, duration),
        number(node.share.filter(|_| own.is_some()), percent),
        number(node.total_ms.filter(|_| ran), duration),
        number(node.rows, rows),
        number(node.is_estimated().then_some(node.plan_rows), rows),
        (misestimate(node).unwrap_or_default(), off),
        number(node.loops, |loops| format!("{} ×", rows(loops))),
        number(node.own_usage.as_ref().map(blocks), rows),
        number(own_cost, |cost| format!("{cost:.2}")),
    ];
    let cells = cells
        .into_iter()
        .map(|(text, value)| view! { <td data-value=value.map(|value| value.to_string())>{text}</td> })
        .collect_view();
    let depth = node.depth.min(12);
    view! {
        <tr>
            <th scope="row" data-value=node.id.to_string()>
                <span class=format!("plan-depth plan-depth-{depth}")></span>
                <a href=format!("#{}", outline.element(id))>{node.label.clone()}</a>
            </th>
            <td>{place.join(" using ")}</td>
            {cells}
        </tr>
    }
    .into_any()
}

/// What the steps of one kind, or on one table, have together.
struct Total {
    name: String,
    steps: u64,
    ms: f64,
    share: f64,
    blocks: f64,
}

fn sums(outline: &Outline<'_>) -> AnyView {
    let by = |title: &'static str, name: fn(&PlanNode) -> Option<String>| {
        let totals = totals(outline, name);
        let most = if outline.is_large() {
            MOST_SUMS
        } else {
            usize::MAX
        };
        (!totals.is_empty()).then(|| totals_table(title, totals, most))
    };
    view! {
        <div class="plan-totals">
            {by("By kind of step", |node| Some(node.node_type.clone()))}
            {by("By table", |node| node.relation.clone())}
            {by("By index", |node| node.index.clone())}
        </div>
    }
    .into_any()
}

fn totals(outline: &Outline<'_>, name: fn(&PlanNode) -> Option<String>) -> Vec<Total> {
    let mut totals: Vec<Total> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for node in &outline.plan.nodes {
        let Some(name) = name(node) else { continue };
        let place = *places.entry(name.clone()).or_insert_with(|| {
            totals.push(Total {
                name,
                steps: 0,
                ms: 0.0,
                share: 0.0,
                blocks: 0.0,
            });
            totals.len() - 1
        });
        let total = &mut totals[place];
        total.steps += 1;
        total.ms += node.self_ms.unwrap_or(0.0);
        total.share += node.share.unwrap_or(0.0);
        total.blocks += node.own_usage.as_ref().map_or(0.0, blocks);
    }
    totals.sort_by(|one, other| {
        let order = other.ms.total_cmp(&one.ms);
        order.then(other.blocks.total_cmp(&one.blocks))
    });
    totals
}

fn totals_table(title: &'static str, totals: Vec<Total>, most: usize) -> AnyView {
    let caption = if totals.len() > most {
        format!(
            "{title}: the {} of {} that took most",
            count(most as u64),
            count(totals.len() as u64)
        )
    } else {
        title.to_owned()
    };
    let rows = totals
        .into_iter()
        .take(most)
        .map(|total| {
            view! {
                <tr>
                    <th scope="row">{total.name}</th>
                    <td>{count(total.steps)}</td>
                    <td>{duration(total.ms)}</td>
                    <td>{percent(total.share)}</td>
                    <td>{rows(total.blocks)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="plan-table">
            <caption>{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Steps"</th>
                    <th scope="col">"Own time"</th>
                    <th scope="col">"Share"</th>
                    <th scope="col">"Own blocks"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
