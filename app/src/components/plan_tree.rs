//! An execution plan as a tree.

use super::error_box::Notices;
use super::format::{count, duration, percent, rows};
use leptos::prelude::*;
use sqlground_model::{Finding, Plan, PlanNode, Severity};

/// How many times too few or too many rows make an estimate worth a word.
const MISESTIMATE: f64 = 10.0;

/// The share of the time that may go unexplained without a word.
const UNATTRIBUTED: f64 = 0.01;

/// The plan with its times, what is worth knowing about it, and its tree.
///
/// `which` tells several plans on one page apart.
#[component]
pub(crate) fn PlanReport(plan: Plan, #[prop(optional)] which: u32) -> AnyView {
    let total = total_ms(&plan);
    let times = [
        plan.execution_ms
            .map(|ms| format!("Execution {}", duration(ms))),
        plan.planning_ms
            .map(|ms| format!("Planning {}", duration(ms))),
        total
            .filter(|total| plan.unattributed_ms > total * UNATTRIBUTED)
            .map(|_| format!("Belongs to no step: {}", duration(plan.unattributed_ms))),
    ];
    let times = times
        .into_iter()
        .flatten()
        .map(|text| view! { <span>{text}</span> })
        .collect_view();
    let findings = (!plan.findings.is_empty()).then(|| {
        let items = plan
            .findings
            .iter()
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
        }
    });
    let tree = Tree::new(&plan, which, total);
    let tree = tree.branch(0);
    view! {
        <p class="facts">{times}</p>
        <Notices notices=plan.notices />
        {findings}
        <h3>"Steps"</h3>
        <p class="facts">
            "The innermost steps run first and hand their rows to the step around them."
        </p>
        <div class="plan-scroll" role="region" aria-label="Steps of the plan" tabindex="0">
            <ol class="plan-tree">{tree}</ol>
        </div>
        <Surroundings settings=plan.settings triggers=plan.triggers />
    }
    .into_any()
}

/// The time that shares are taken of: the root's, or the statement's where nodes are untimed.
fn total_ms(plan: &Plan) -> Option<f64> {
    plan.nodes
        .first()
        .and_then(|root| root.total_ms)
        .or(plan.execution_ms)
        .filter(|&ms| ms > 0.0)
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

/// The id of a node's element.
fn node_id(which: u32, node: u32) -> String {
    match which {
        0 => format!("plan-node-{node}"),
        _ => format!("plan-{which}-node-{node}"),
    }
}

/// How deep steps are drawn within each other. What lies deeper stands side by side: few pages are
/// that wide, and a page is built by functions that call each other as deep as it is nested.
const DEEPEST: usize = 60;

/// The plan's nodes with those that are drawn within each.
struct Tree<'a> {
    plan: &'a Plan,
    which: u32,
    total: Option<f64>,
    /// By the node's number plus one; first the root's.
    below: Vec<Vec<usize>>,
    findings: Vec<Vec<Finding>>,
}

impl<'a> Tree<'a> {
    fn new(plan: &'a Plan, which: u32, total: Option<f64>) -> Self {
        let count = plan.nodes.len();
        let mut below = vec![Vec::new(); count + 1];
        // For each node where it is drawn and how deep. Parents come before their children.
        let mut drawn: Vec<(usize, usize)> = Vec::with_capacity(count);
        for (id, node) in plan.nodes.iter().enumerate() {
            let parent = node.parent.and_then(|parent| usize::try_from(parent).ok());
            let place = match parent.filter(|parent| *parent < id) {
                None => (0, 0),
                Some(parent) if drawn[parent].1 >= DEEPEST => drawn[parent],
                Some(parent) => (parent + 1, drawn[parent].1 + 1),
            };
            below[place.0].push(id);
            drawn.push(place);
        }
        let mut findings = vec![Vec::new(); count];
        for finding in &plan.findings {
            let node = usize::try_from(finding.node).ok();
            if let Some(found) = node.and_then(|node| findings.get_mut(node)) {
                found.push(finding.clone());
            }
        }
        Self {
            plan,
            which,
            total,
            below,
            findings,
        }
    }

    /// The nodes drawn at a place, each with what is drawn within it.
    fn branch(&self, place: usize) -> Vec<AnyView> {
        let nodes = self.below[place].iter();
        nodes
            .map(|&id| {
                let below = self.branch(id + 1);
                let node = self.plan.nodes[id].clone();
                let element = node_id(self.which, node.id);
                let findings = self.findings[id].clone();
                view! {
                    <li>
                        <NodeView id=element node findings total=self.total />
                        {(!below.is_empty()).then(|| view! { <ol>{below}</ol> })}
                    </li>
                }
                .into_any()
            })
            .collect()
    }
}

#[component]
fn NodeView(id: String, node: PlanNode, findings: Vec<Finding>, total: Option<f64>) -> AnyView {
    let target = target(&node);
    let rows = rows_in_words(&node);
    let details = details(&node);
    let time = node.self_ms.filter(|_| !never_ran(&node)).map(|own| {
        let share = total.map(|total| (own / total).clamp(0.0, 1.0));
        view! { <OwnTime own share /> }
    });
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
                {time}
            </div>
            {(!notes.is_empty()).then(|| view! { <ul class="findings">{notes}</ul> })}
            <details class="plan-details">
                <summary>"Details"</summary>
                <dl>
                    {details
                        .into_iter()
                        .map(|(term, text)| {
                            view! {
                                <div>
                                    <dt>{term}</dt>
                                    <dd>{text}</dd>
                                </div>
                            }
                        })
                        .collect_view()}
                </dl>
            </details>
        </div>
    }
    .into_any()
}

/// A node's own time in figures and as a bar.
#[component]
fn OwnTime(own: f64, share: Option<f64>) -> AnyView {
    let text = match share {
        Some(share) => format!("{} own time, {}", duration(own), percent(share)),
        None => format!("{} own time", duration(own)),
    };
    view! {
        <p class="plan-time">
            {share
                .map(|share| {
                    view! {
                        <svg class="bar" width="100%" height="6" aria-hidden="true">
                            <rect class="bar-all" width="100%" height="6" rx="3" />
                            <rect
                                class="bar-share"
                                width=format!("{:.1}%", share * 100.0)
                                height="6"
                                rx="3"
                            />
                        </svg>
                    }
                })} <span>{text}</span>
        </p>
    }
    .into_any()
}

/// What a node reads: a table with its alias, and through which index.
fn target(node: &PlanNode) -> Option<String> {
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

fn never_ran(node: &PlanNode) -> bool {
    node.loops.is_some_and(|loops| loops <= 0.0)
}

#[derive(Debug, PartialEq, Eq)]
struct RowsInWords {
    text: String,
    misestimated: bool,
}

/// What a node gave against what was expected of it.
fn rows_in_words(node: &PlanNode) -> RowsInWords {
    let expected = rows(node.plan_rows);
    let Some(actual) = node.rows else {
        return RowsInWords {
            text: format!("{expected} rows expected"),
            misestimated: false,
        };
    };
    if never_ran(node) {
        return RowsInWords {
            text: format!("never executed; {expected} rows expected"),
            misestimated: false,
        };
    }
    // Below one row a factor says nothing.
    let factor = actual.max(1.0) / node.plan_rows.max(1.0);
    let off = if factor >= MISESTIMATE {
        Some(format!(": {} times more than expected", rows(factor)))
    } else if factor <= 1.0 / MISESTIMATE && !node.stopped_early {
        Some(format!(
            ": {} times fewer than expected",
            rows(1.0 / factor)
        ))
    } else {
        None
    };
    let noun = if rows(actual) == "1" { "row" } else { "rows" };
    RowsInWords {
        misestimated: off.is_some(),
        text: format!(
            "{} {noun}, {expected} expected{}",
            rows(actual),
            off.unwrap_or_default()
        ),
    }
}

/// What folds away below a node.
fn details(node: &PlanNode) -> Vec<(String, String)> {
    let blocks = |blocks: Option<u64>| blocks.filter(|&number| number > 0);
    let own = [
        (
            "Estimated cost",
            Some(format!(
                "{:.2} to the first row, {:.2} in all",
                node.startup_cost, node.total_cost
            )),
        ),
        ("Ran", node.loops.map(|loops| format!("{} ×", rows(loops)))),
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
    use sqlground_model::Notice;

    fn node(actual: Option<f64>, plan_rows: f64) -> PlanNode {
        PlanNode {
            rows: actual,
            loops: actual.map(|_| 1.0),
            plan_rows,
            ..PlanNode::default()
        }
    }

    #[test]
    fn an_estimate_off_by_ten_is_put_into_words() {
        for (actual, plan_rows, text) in [
            (Some(100.0), 90.0, "100 rows, 90 expected"),
            (
                Some(5_000.0),
                100.0,
                "5,000 rows, 100 expected: 50 times more than expected",
            ),
            (
                Some(0.0),
                400.0,
                "0 rows, 400 expected: 400 times fewer than expected",
            ),
            (Some(1.0), 0.2, "1 row, 0.2 expected"),
            (None, 7.0, "7 rows expected"),
        ] {
            assert_eq!(rows_in_words(&node(actual, plan_rows)).text, text);
        }
        let never = PlanNode {
            loops: Some(0.0),
            ..node(Some(0.0), 1_000.0)
        };
        assert!(!rows_in_words(&never).misestimated);
    }

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
}
