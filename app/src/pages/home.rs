//! The home page.

use super::unavailable::unavailable;
use crate::components::cards::{Difficulty, TopicItem};
use crate::components::icons::{Drawn, Icon};
use crate::components::page_title::page_title;
use crate::port::Visit;
use leptos::prelude::*;
use sqlground_model::{ExerciseCard, HomePage};

/// The address `/`.
#[component]
pub(crate) fn HomeRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    Suspend::new(async move {
        match visit.playground.home().await {
            Ok(home) => view! { <HomeView home /> }.into_any(),
            Err(reason) => unavailable(&visit, &reason).into_any(),
        }
    })
}

#[component]
fn HomeView(home: HomePage) -> AnyView {
    let exercises: u32 = home.topics.iter().map(|topic| topic.exercises).sum();
    let solved: u32 = home.topics.iter().map(|topic| topic.solved).sum();
    let returning = home.returning;
    let next = home.next.map(|card| view! { <NextCard card returning /> });
    let done = (exercises > 0 && solved >= exercises).then(|| {
        view! { <p class="lead">"You have solved every exercise there is. Well done."</p> }
    });
    let progress = returning.then(|| {
        view! { <small>{format!("{solved} of {exercises} exercises solved")}</small> }
    });
    let broken = (home.broken_files > 0).then(|| {
        let text = if home.broken_files == 1 {
            "One exercise file could not be read and is left out; the log says why.".to_owned()
        } else {
            format!(
                "{} exercise files could not be read and are left out; the log says why.",
                home.broken_files
            )
        };
        view! { <p class="remark">{text}</p> }
    });
    let none = home
        .topics
        .is_empty()
        .then(|| view! { <p>"There are no exercises here yet."</p> });
    let topics = home
        .topics
        .into_iter()
        .map(|card| view! { <TopicItem card /> })
        .collect_view();
    view! {
        {page_title("Practise SQL on PostgreSQL")}
        <div class="page">
            <div class="hero">
                <div>
                    <h1>"Practise SQL on the real thing."</h1>
                    <p class="lead">
                        "Pick an exercise, write a query, and run it on PostgreSQL in a sandbox of your own. "
                        "Have the answer checked, and see how the database went about it."
                    </p>
                    {done}
                </div>
                {next}
            </div>
            <section aria-labelledby="topics">
                <h2 id="topics">"The path" {progress}</h2>
                {broken}
                {none}
                <ol class="topic-path">{topics}</ol>
            </section>
        </div>
    }
    .into_any()
}

/// Where to go on.
#[component]
fn NextCard(
    card: ExerciseCard,
    /// True if the visitor has been at work here before.
    returning: bool,
) -> AnyView {
    let words = if returning {
        "Go on with"
    } else {
        "Begin with"
    };
    view! {
        <section class="next-card" aria-labelledby="next-title">
            <p class="kicker">{words}</p>
            <h2 id="next-title">{card.title}</h2>
            <p class="facts">
                <Difficulty difficulty=card.difficulty />
                <span>{card.concepts.join(", ")}</span>
            </p>
            <p>
                <a class="button button-primary" href=format!("/exercises/{}", card.id)>
                    {if returning { "Go on" } else { "Begin" }}
                    <Drawn icon=Icon::Forward />
                </a>
            </p>
        </section>
    }
    .into_any()
}
