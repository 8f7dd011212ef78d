//! An execution plan, in several views.

mod comparison;
mod diagram;
mod flame;
mod measure;
pub(crate) mod node;
mod outline;
mod steps;
mod table;
mod what_if;

use super::error_box::Notices;
use super::format::{count, duration, rows};
use leptos::prelude::*;
use measure::total_ms;
pub(crate) use outline::LARGE;
use outline::{Outline, node_id};
use sqlground_model::{Finding, Plan, Severity};

/// The share of the time that may go unexplained without a word.
const UNATTRIBUTED: f64 = 0.01;

/// How many findings are listed; those of less weight are told at their steps alone.
const MOST_FINDINGS: usize = 100;
/// So many lines of a large plan's text are laid out together.
const LINES: usize = 200;

/// The plan with its times, what is worth knowing about it, and its steps in several views. Which
/// one is shown is a choice that needs no script; `<plan-view>` adds searching, folding, sorting,
/// keys and downloads.
///
/// `which` tells several plans on one page apart. With `what_if`, the page has a workbench that can
/// ask for the plan without something.
#[component]
pub(crate) fn PlanReport(
    plan: Plan,
    #[prop(optional)] which: u32,
    #[prop(optional)] what_if: bool,
) -> AnyView {
    let outline = Outline::new(&plan, which);
    let large = outline.is_large().then(|| {
        view! {
            <p class="facts">
                "This is a large plan: details are shown of the steps that took longest, and what lies beside them is folded away."
            </p>
        }
    });
    let flame = flame::flame(&outline);
    let mut views = vec![
        ("steps", "Steps"),
        ("diagram", "Diagram"),
        ("table", "Table"),
    ];
    views.extend(flame.is_some().then_some(("flame", "Time")));
    views.extend((!plan.text.is_empty()).then_some(("text", "Text")));
    let views = choices(
        "Show as",
        &format!("plan-view-{which}"),
        "plan-views",
        &views,
    );
    let marks: Vec<_> = outline
        .measures
        .iter()
        .map(|measure| (measure.name(), measure.title()))
        .collect();
    let marks = choices(
        "Mark by",
        &format!("plan-mark-{which}"),
        "plan-marks",
        &marks,
    );
    let findings = findings(&plan, which);
    let steps = steps::steps(&outline);
    let diagram = diagram::diagram(&outline);
    let table = table::table(&outline);
    let class = if outline.is_large() {
        "plan-view plan-large"
    } else {
        "plan-view"
    };
    let text = text(&plan, outline.is_large());
    let facts = facts(&plan);
    let comparison = plan
        .comparison
        .as_deref()
        .map(|it| comparison::comparison(&plan, it));
    let undone = what_if.then(|| {
        view! {
            <p class="facts">
                "To be measured, the statement was executed, in a transaction that was rolled back: nothing has changed."
            </p>
        }
    });
    let switches = what_if.then(|| what_if::switches(&plan));
    view! {
        {facts}
        {undone}
        <Notices notices=plan.notices />
        {comparison}
        {findings}
        <plan-view class=class>
            <div class="plan-choices">{views} {marks}</div>
            {large}
            <section class="plan-pane plan-pane-diagram" aria-label="Diagram">
                {diagram}
            </section>
            <section class="plan-pane plan-pane-steps" aria-label="Steps">
                <p class="facts">
                    "The innermost steps run first and hand their rows to the step around them."
                </p>
                <div class="plan-scroll" role="region" aria-label="Steps of the plan" tabindex="0">
                    {steps}
                </div>
            </section>
            <section class="plan-pane plan-pane-table" aria-label="Table">
                {table}
            </section>
            <section class="plan-pane plan-pane-flame" aria-label="Time">
                {flame}
            </section>
            <section class="plan-pane plan-pane-text" aria-label="Text">
                <pre class="plan-text" tabindex="0">
                    {text}
                </pre>
            </section>
        </plan-view>
        {switches}
        <Surroundings settings=plan.settings triggers=plan.triggers />
    }
    .into_any()
}

/// One of several: radio buttons, so that the page's style alone can follow the choice.
fn choices(
    legend: &'static str,
    name: &str,
    class: &'static str,
    all: &[(&'static str, &'static str)],
) -> AnyView {
    if all.len() < 2 {
        return ().into_any();
    }
    let options = all
        .iter()
        .enumerate()
        .map(|(place, (value, title))| {
            let name = name.to_owned();
            view! {
                <label>
                    <input type="radio" name=name value=*value checked=place == 0 />
                    <span>{*title}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class=format!("plan-choice {class}")>
            <legend>{legend}</legend>
            {options}
        </fieldset>
    }
    .into_any()
}

/// The times of the statement as a whole.
fn facts(plan: &Plan) -> AnyView {
    let compiled = plan.jit.and_then(|jit| jit.total_ms);
    let times = [
        plan.execution_ms
            .map(|ms| format!("Execution {}", duration(ms))),
        plan.planning_ms
            .map(|ms| format!("Planning {}", duration(ms))),
        compiled.map(|ms| format!("Compiling {}", duration(ms))),
        total_ms(plan)
            .filter(|total| plan.unattributed_ms > total * UNATTRIBUTED)
            .map(|_| format!("Belongs to no step: {}", duration(plan.unattributed_ms))),
    ];
    let times = times
        .into_iter()
        .flatten()
        .map(|text| view! { <span>{text}</span> })
        .collect_view();
    view! { <p class="facts">{times}</p> }.into_any()
}

fn findings(plan: &Plan, which: u32) -> AnyView {
    if plan.findings.is_empty() {
        return ().into_any();
    }
    let left = plan.findings.len().saturating_sub(MOST_FINDINGS);
    let left = (left > 0).then(|| {
        let text = format!("And {} more, told at their steps.", count(left as u64));
        view! { <p class="facts">{text}</p> }
    });
    let items = plan
        .findings
        .iter()
        .take(MOST_FINDINGS)
        .map(|finding| {
            view! {
                <li class:finding-serious=finding.severity == Severity::Serious>
                    <a href=format!(
                        "#{}",
                        node_id(which, finding.node),
                    )>{finding.message.clone()}</a>
                    <Reasons finding=finding.clone() />
                </li>
            }
        })
        .collect_view();
    view! {
        <h3>"Worth a look"</h3>
        <ul class="findings">{items}</ul>
        {left}
    }
    .into_any()
}

/// The plan as text, that of a large one in pieces that a browser lays out when they are looked at.
fn text(plan: &Plan, is_large: bool) -> AnyView {
    if !is_large {
        return plan.text.clone().into_any();
    }
    let lines: Vec<&str> = plan.text.split_inclusive('\n').collect();
    lines
        .chunks(LINES)
        .map(|lines| view! { <span class="plan-lines">{lines.concat()}</span> })
        .collect_view()
        .into_any()
}

/// Why a finding is as it is, and what to try.
#[component]
fn Reasons(finding: Finding) -> AnyView {
    let text = [finding.why, finding.advice];
    let text: Vec<_> = text.into_iter().filter(|text| !text.is_empty()).collect();
    (!text.is_empty())
        .then(|| view! { <p class="facts">{text.join(" ")}</p> })
        .into_any()
}

/// Settings that bear on the plan, and triggers that fired.
#[component]
fn Surroundings(settings: Vec<(String, String)>, triggers: Vec<(String, f64, f64)>) -> AnyView {
    let settings = (!settings.is_empty()).then(|| {
        let list: Vec<_> = settings
            .into_iter()
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        view! { <p class="facts">"Changed settings: " <code>{list.join(", ")}</code></p> }
    });
    let triggers = triggers
        .into_iter()
        .map(|(name, calls, ms)| {
            let calls = rows(calls);
            let text = format!(": {calls} ×, {}", duration(ms));
            view! { <p class="facts">"Trigger " <code>{name}</code> {text}</p> }
        })
        .collect_view();
    view! {
        {settings}
        {triggers}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Notice, PlanNode};

    #[test]
    fn every_node_is_drawn_once_below_its_parent() {
        let named = |id: u32, parent, label: &str| PlanNode {
            id,
            parent,
            label: label.to_owned(),
            details: vec![("Filter".to_owned(), "(a < '<script>')".to_owned())],
            self_ms: Some(1.0),
            total_ms: Some(4.0),
            ..PlanNode::default()
        };
        let plan = Plan {
            nodes: vec![
                named(0, None, "Hash Join"),
                named(1, Some(0), "Seq Scan"),
                named(2, Some(0), "Hash"),
                named(3, Some(2), "Index Scan"),
            ],
            unattributed_ms: 1.0,
            notices: vec![Notice {
                severity: "NOTICE".to_owned(),
                sqlstate: String::new(),
                message: "<b>repaired</b>".to_owned(),
                detail: None,
                hint: None,
            }],
            ..Plan::default()
        };
        let html = view! { <PlanReport plan /> }.to_html();
        for label in ["Hash Join", "Seq Scan", "Index Scan"] {
            assert_eq!(
                html.matches(&format!("<b>{label}</b>")).count(),
                1,
                "{html}"
            );
        }
        assert_eq!(html.matches("<ol").count(), 3, "{html}");
        assert!(
            !html.contains("<script") && !html.contains("style="),
            "{html}"
        );
        assert!(html.contains("Belongs to no step: 1.00 ms"), "{html}");
        assert!(html.contains("&lt;b&gt;repaired"), "{html}");
        assert!(html.contains(r#"width="25.0%""#), "{html}");
    }
    #[test]
    fn of_many_findings_the_first_are_listed_and_the_others_told_at_their_steps() {
        let plan = Plan {
            nodes: (0..600)
                .map(|id| PlanNode {
                    id,
                    parent: (id > 0).then_some(0),
                    label: "Seq Scan".to_owned(),
                    ..PlanNode::default()
                })
                .collect(),
            findings: (1..600)
                .map(|node| Finding {
                    node,
                    message: format!("Table {node} is large."),
                    ..Finding::default()
                })
                .collect(),
            ..Plan::default()
        };
        let html = view! { <PlanReport plan /> }.to_html();
        assert!(
            html.contains("And 499 more, told at their steps."),
            "{html}"
        );
        assert_eq!(html.matches("Table 100 is large.").count(), 2);
        assert_eq!(html.matches("Table 599 is large.").count(), 1);
        // That all have one changes nothing about their being alike.
        assert!(html.contains("more of this kind"), "{html}");
    }

    #[test]
    fn the_text_of_a_large_plan_is_whole() {
        let plan = Plan {
            text: (0..1_000)
                .map(|line| format!("line {line}\n"))
                .collect::<Vec<_>>()
                .concat(),
            ..Plan::default()
        };
        assert_eq!(text(&plan, false).to_html(), plan.text);
        let pieces = text(&plan, true).to_html();
        assert_eq!(pieces.matches("<span class=\"plan-lines\">").count(), 5);
        assert!(pieces.contains("line 199\n</span><span class=\"plan-lines\">line 200\n"));
    }
}
