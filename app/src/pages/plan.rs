//! A page that reads a plan which the visitor pastes.

use super::unavailable::unavailable;
use crate::components::page_title::page_title;
use crate::components::plan::PlanReport;
use crate::components::text_area::{Field, text_area};
use crate::port::Visit;
use leptos::prelude::*;
use sqlground_model::Plan;

/// The address `/plan`.
#[component]
pub(crate) fn PlanRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    Suspend::new(async move {
        let Some(text) = visit.pasted.clone() else {
            return page(None).into_any();
        };
        match visit.playground.read_plans(text.to_string()).await {
            Ok(read) => {
                if read.is_err() {
                    (visit.set_status)(422);
                }
                page(Some((text.to_string(), read))).into_any()
            }
            Err(reason) => unavailable(&visit, &reason).into_any(),
        }
    })
}

/// What was pasted, and the plans in it or why they cannot be read.
type Read = (String, Result<Vec<Plan>, String>);

fn page(read: Option<Read>) -> AnyView {
    let (text, read) = match read {
        Some((text, read)) => (text, Some(read)),
        None => (String::new(), None),
    };
    let (problem, plans) = match read {
        Some(Ok(plans)) => (None, plans),
        Some(Err(problem)) => (Some(problem), Vec::new()),
        None => (None, Vec::new()),
    };
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
    view! {
        {page_title("Read a plan")}
        <div class="page page-plan">
            <h1>"Read a plan"</h1>
            <p class="lead">
                "Paste what EXPLAIN printed: text, JSON, YAML or XML, from PostgreSQL 9.6 to 18, "
                "from psql, pgAdmin, DBeaver or a log. Each step gets its own time."
            </p>
            <form method="post" action="/plan" class="plan-form">
                <label for="plan-text">"The plan"</label>
                {text_area(&field, &text)}
                {problem
                    .map(|problem| {
                        view! {
                            <p id="plan-problem" class="error-box" role="alert">
                                {problem}
                            </p>
                        }
                    })}
                <p id="plan-privacy" class="facts">
                    "It is read on this server, not kept, and sent to nobody. For the most to see: "
                    <code>"EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS)"</code>
                </p>
                <button class="button button-primary">"Read"</button>
            </form>
            <Plans plans />
        </div>
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
