//! An exercise's page.

use super::not_found::not_found;
use super::unavailable::unavailable;
use crate::components::answer_offer::AnswerOffer;
use crate::components::cards::{AnswerSeenBadge, Difficulty, SolvedBadge};
use crate::components::contract::{ContractView, EffectContract};
use crate::components::file_errors::FileErrors;
use crate::components::icons::{Drawn, Icon};
use crate::components::keys::Keys;
use crate::components::page_title::page_title;
use crate::components::report::ReportView;
use crate::components::solution::SolutionView;
use crate::components::sql_editor::sql_editor;
use crate::components::tables::TablesView;
use crate::islands::tables::AwaitTables;
use crate::islands::workbench::Workbench;
use crate::port::Visit;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use sqlground_model::{
    Attempt, ExerciseCard, ExerciseId, ExercisePage, ExerciseState, Judgement, Outcome, Report,
    ResultContract, Solution, TableInfo,
};

/// The addresses `/exercises/<topic>/<exercise>`.
#[component]
pub(crate) fn ExerciseRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    let id = {
        let params = use_params_map();
        let params = params.read_untracked();
        params
            .get("topic")
            .zip(params.get("exercise"))
            .and_then(|(topic, name)| format!("{topic}/{name}").parse::<ExerciseId>().ok())
    };
    Suspend::new(async move {
        let page = match id {
            Some(id) => visit.playground.exercise(id).await,
            None => Ok(None),
        };
        match page {
            Ok(Some(page)) => view! { <ExerciseView page /> }.into_any(),
            Ok(None) => not_found(visit).await,
            Err(reason) => unavailable(&visit, &reason).into_any(),
        }
    })
}

#[component]
fn ExerciseView(page: ExercisePage) -> AnyView {
    let ExercisePage {
        card,
        topic,
        prompt_html,
        tables,
        contract,
        writable,
        starter,
        hints_html,
        solution,
        answer_offered,
        attempt,
        previous,
        following,
        errors,
    } = page;
    let state = card.state;
    // The report of a correct answer shows the solution itself.
    let reported = attempt.as_ref().is_some_and(|attempt| {
        matches!(&attempt.outcome, Outcome::Check(verdict) if verdict.verdict == Judgement::Correct)
    });
    let folded = solution.clone().filter(|_| !reported);
    // The report of a check makes the offer itself.
    let checked = attempt
        .as_ref()
        .is_some_and(|attempt| matches!(&attempt.outcome, Outcome::Check(_)));
    let offer =
        (answer_offered && !checked).then(|| view! { <AnswerOffer exercise=card.id.clone() /> });
    view! {
        {page_title(&card.title)}
        <div class="page page-exercise">
            <div class="exercise-text">
                <nav class="crumbs" aria-label="Breadcrumb">
                    <a href="/">"Topics"</a>
                    <a href=format!("/topics/{}", topic.id)>{topic.title}</a>
                </nav>
                <FileErrors errors />
                <h1>{card.title}</h1>
                <p class="facts">
                    {if state == ExerciseState::AnswerSeen {
                        view! { <AnswerSeenBadge /> }.into_any()
                    } else {
                        view! {
                            <span id="solved-badge" hidden=state != ExerciseState::Solved>
                                <SolvedBadge />
                            </span>
                        }
                            .into_any()
                    }}
                    <Difficulty difficulty=card.difficulty />
                    <span>{card.concepts.join(", ")}</span>
                </p>
                <div class="prose" inner_html=prompt_html></div>
                <a class="jump" href="#work-title">
                    "To the editor"
                </a>
                <div id="material">
                    <Material tables=tables.clone() contract writable />
                </div>
                <Hints hints_html />
                {offer}
                {folded.map(|solution| view! { <FoldedSolution solution state /> })}
            </div>
            <Work exercise=card.id tables starter attempt solution answer_offered />
            <Turns previous following />
        </div>
    }
    .into_any()
}

/// Editor, buttons, and what came of the last action.
#[component]
fn Work(
    exercise: ExerciseId,
    tables: Option<Vec<TableInfo>>,
    starter: String,
    attempt: Option<Attempt>,
    solution: Option<Solution>,
    answer_offered: bool,
) -> AnyView {
    let (sql, outcome) = match attempt {
        Some(attempt) => (attempt.sql, Some(attempt.outcome)),
        None => (starter, None),
    };
    let report = match &outcome {
        Some(outcome) => {
            let report = Report {
                outcome: outcome.clone(),
                solution,
                answer_offered,
            };
            view! { <ReportView exercise=exercise.clone() report /> }.into_any()
        }
        None => view! {
            <p class="facts">"Run your script to see its rows here, or have it checked."</p>
        }
        .into_any(),
    };
    let workbench = view! {
        <Workbench>
            <input type="hidden" name="exercise" value=exercise.to_string() />
            {sql_editor(&sql, outcome.as_ref(), &tables.unwrap_or_default())}
            <Keys />
        </Workbench>
    }
    .into_any();
    view! {
        <div class="exercise-work">
            <section aria-labelledby="work-title">
                <h2 id="work-title" class="visually-hidden">
                    "Your script"
                </h2>
                {workbench}
            </section>
            <section id="report" aria-labelledby="report-title" tabindex="-1">
                <h2 id="report-title">"Report"</h2>
                <div id="report-body">{report}</div>
            </section>
        </div>
    }
    .into_any()
}

/// What there is to work with: replaced as a whole once tables are loaded.
#[component]
fn Material(
    tables: Option<Vec<TableInfo>>,
    contract: Option<ResultContract>,
    writable: bool,
) -> impl IntoView {
    let Some(tables) = tables else {
        return view! {
            <AwaitTables />
            <section aria-labelledby="tables-title">
                <h2 id="tables-title">"Tables"</h2>
                <p class="remark" role="status">
                    "The tables of this exercise are still loading. They appear here by themselves; "
                    "you can begin to write."
                </p>
                <noscript>
                    <p>
                        <a href="">"Reload this page"</a>
                        " to see whether they are there."
                    </p>
                </noscript>
            </section>
        }
        .into_any();
    };
    view! {
        {match contract {
            Some(contract) => view! { <ContractView contract /> }.into_any(),
            None => view! { <EffectContract /> }.into_any(),
        }}
        {(!tables.is_empty())
            .then(|| {
                view! {
                    <section aria-labelledby="tables-title">
                        <h2 id="tables-title">"Tables"</h2>
                        <TablesView tables writable />
                    </section>
                }
            })}
    }
    .into_any()
}

/// Hints that open one inside the other, so that one comes after another.
#[component]
fn Hints(hints_html: Vec<String>) -> impl IntoView {
    let all = hints_html.len();
    (all > 0).then(|| {
        let hints = hints_html.into_iter().enumerate().rev().fold(
            None::<AnyView>,
            |further, (index, html)| {
                let words = if all == 1 {
                    "A hint".to_owned()
                } else {
                    format!("Hint {} of {all}", index + 1)
                };
                Some(
                    view! {
                        <details class="hint">
                            <summary>{words}</summary>
                            <div class="prose" inner_html=html></div>
                            {further}
                        </details>
                    }
                    .into_any(),
                )
            },
        );
        view! {
            <section aria-labelledby="hints-title">
                <h2 id="hints-title">"Stuck?"</h2>
                {hints}
            </section>
        }
    })
}

#[component]
fn FoldedSolution(solution: Solution, state: ExerciseState) -> AnyView {
    let was_opened = state == ExerciseState::AnswerSeen;
    let title = if was_opened {
        "The answer"
    } else {
        "You solved it"
    };
    view! {
        <section id="answer" aria-labelledby="solution-title">
            <h2 id="solution-title">{title}</h2>
            <details class="hint" open=was_opened>
                <summary>"The explanation and the reference answer"</summary>
                <SolutionView solution />
            </details>
        </section>
    }
    .into_any()
}

/// The exercises before and after.
#[component]
fn Turns(previous: Option<ExerciseCard>, following: Option<ExerciseCard>) -> AnyView {
    view! {
        <nav class="turns" aria-label="Exercises before and after">
            {previous
                .map(|card| {
                    view! {
                        <a class="turn turn-back" href=format!("/exercises/{}", card.id)>
                            <Drawn icon=Icon::Back />
                            <span>
                                <small>"Exercise before"</small>
                                {card.title}
                            </span>
                        </a>
                    }
                })}
            {following
                .map(|card| {
                    view! {
                        <a class="turn turn-forward" href=format!("/exercises/{}", card.id)>
                            <span>
                                <small>"Next exercise"</small>
                                {card.title}
                            </span>
                            <Drawn icon=Icon::Forward />
                        </a>
                    }
                })}
        </nav>
    }
    .into_any()
}
