//! Pages that read a plan which a visitor pastes, or somebody shared.

use super::not_found::not_found;
use super::unavailable::unavailable;
use crate::components::page_title::page_title;
use crate::components::plan::{LARGE, PlanReport};
use crate::components::text_area::{Field, text_area};
use crate::port::{Pasted, Visit};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use sqlground_model::Plan;

/// A text that is longer is not repeated below a large plan read from it. Nor is it shared.
const LONG: usize = 256 * 1024;

/// The address `/plan`.
#[component]
pub(crate) fn PlanRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    Suspend::new(async move {
        match visit.pasted.clone() {
            Some(pasted) => read(&visit, pasted, false).await,
            None => page(&Pasted::default(), None, false),
        }
    })
}

/// The addresses `/plans/<id>`.
#[component]
pub(crate) fn SharedPlanRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    let id = use_params_map().read_untracked().get("id");
    Suspend::new(async move {
        match visit.playground.shared_plan(id.unwrap_or_default()).await {
            Ok(Some(text)) => {
                let pasted = Pasted {
                    plan: text.into(),
                    other: None,
                };
                read(&visit, pasted, true).await
            }
            Ok(None) => not_found(visit).await,
            Err(reason) => unavailable(&visit, &reason).into_any(),
        }
    })
}

async fn read(visit: &Visit, pasted: Pasted, is_shared: bool) -> AnyView {
    match visit.playground.read_plans(pasted.clone()).await {
        Ok(read) => {
            if read.is_err() {
                (visit.set_status)(422);
            }
            page(&pasted, Some(read), is_shared)
        }
        Err(reason) => unavailable(visit, &reason).into_any(),
    }
}

/// The plans in a text, or why they cannot be read.
type Read = Result<Vec<Plan>, String>;

fn page(pasted: &Pasted, read: Option<Read>, is_shared: bool) -> AnyView {
    let (problem, plans) = match read {
        Some(Ok(plans)) => (None, plans),
        Some(Err(problem)) => (Some(problem), Vec::new()),
        None => (None, Vec::new()),
    };
    let steps: usize = plans.iter().map(|plan| plan.nodes.len()).sum();
    let may_share = !plans.is_empty() && !is_shared;
    let form = form(pasted, problem, steps, may_share);
    let form = if is_shared {
        view! {
            <p>
                "Somebody made this link to a plan. "<a href="/plan">"Read one of your own"</a>
            </p>
            <details>
                <summary>"The plan as it was pasted"</summary>
                {form}
            </details>
        }
        .into_any()
    } else {
        form
    };
    view! {
        {page_title("Read a plan")}
        <div class="page page-plan">
            <h1>"Read a plan"</h1>
            <p class="lead">
                "Paste what EXPLAIN printed, or drop it as a file: text, JSON, YAML or XML, from "
                "PostgreSQL 9.6 to 18, from psql, pgAdmin, DBeaver or a log. Each step gets its own time. "
                <a href="/plan/steps">"What each kind of step does"</a>
            </p>
            {form}
            <Plans plans />
        </div>
    }
    .into_any()
}

/// The form with what was pasted, what is wrong with it, and how many steps were read from it.
fn form(pasted: &Pasted, problem: Option<String>, steps: usize, may_share: bool) -> AnyView {
    let is_long = |text: &str| steps > LARGE && text.len() > LONG;
    let repeated = |text: &str| {
        if is_long(text) {
            String::new()
        } else {
            text.to_owned()
        }
    };
    let left_out = is_long(&pasted.plan).then(|| {
        view! {
            <p class="facts">
                "What you pasted is read below. It is too long to be repeated here and to be shared by a link."
            </p>
        }
    });
    let field = Field {
        id: "plan-text",
        name: "plan",
        rows: 12,
        described_by: if problem.is_some() {
            "plan-problem"
        } else {
            "plan-privacy"
        },
        invalid: problem.is_some(),
    };
    let other = Field {
        id: "plan-other",
        name: "other",
        rows: 8,
        described_by: "plan-privacy",
        invalid: false,
    };
    view! {
        <form method="post" action="/plan" class="plan-form">
            <label for="plan-text">"The plan"</label>
            {text_area(&field, &repeated(&pasted.plan))} {left_out}
            {problem
                .map(|problem| {
                    view! {
                        <p id="plan-problem" class="error-box" role="alert">
                            {problem}
                        </p>
                    }
                })}
            <details class="plan-other" open=pasted.other.is_some()>
                <summary>"Compare it with another plan"</summary>
                <label for="plan-other">"The plan before, or another way to the same result"</label>
                {text_area(&other, &repeated(pasted.other.as_deref().unwrap_or_default()))}
            </details>
            <p id="plan-privacy" class="facts">
                "It is read on this server, not kept, and sent to nobody. For the most to see: "
                <code>"EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS)"</code>
            </p>
            <div class="plan-tools">
                <button class="button button-primary">"Read"</button>
                {(may_share && !is_long(&pasted.plan))
                    .then(|| {
                        view! {
                            <button class="button" formaction="/api/share">
                                "Make a link to it"
                            </button>
                            <span class="facts">
                                "Whoever has the link can read the plan, for 90 days."
                            </span>
                        }
                    })}
            </div>
        </form>
    }
    .into_any()
}

/// Each plan with a heading of its own.
#[component]
fn Plans(plans: Vec<Plan>) -> AnyView {
    let number = plans.len();
    let sections = (1..).zip(plans).map(|(which, plan)| {
        let heading = if number == 1 {
            "The plan".to_owned()
        } else {
            format!("Plan {which} of {number}")
        };
        let query = plan.query.clone().map(|query| {
            view! {
                <pre class="sql-text" tabindex="0" aria-label="The statement">
                    <code>{query}</code>
                </pre>
            }
        });
        view! {
            <section class="report plan-report" aria-labelledby=format!("plan-{which}")>
                <h2 id=format!("plan-{which}")>{heading}</h2>
                {query}
                <PlanReport plan which />
            </section>
        }
    });
    sections.collect_view().into_any()
}
