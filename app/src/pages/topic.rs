//! A topic's page.

use super::not_found::not_found;
use super::unavailable::unavailable;
use crate::components::cards::{ExerciseItem, TopicProgress};
use crate::components::file_errors::FileErrors;
use crate::components::icons::{Drawn, Icon};
use crate::components::page_title::page_title;
use crate::port::Visit;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use sqlground_model::{TopicId, TopicPage};

/// The addresses `/topics/<topic>`.
#[component]
pub(crate) fn TopicRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    let id = use_params_map()
        .read_untracked()
        .get("topic")
        .and_then(|text| text.parse::<TopicId>().ok());
    Suspend::new(async move {
        let page = match id {
            Some(id) => visit.playground.topic(id).await,
            None => Ok(None),
        };
        match page {
            Ok(Some(page)) => view! { <TopicView page /> }.into_any(),
            Ok(None) => not_found(visit).await,
            Err(reason) => unavailable(&visit, &reason).into_any(),
        }
    })
}

#[component]
fn TopicView(page: TopicPage) -> AnyView {
    let topic = page.topic;
    let exercises = page
        .exercises
        .into_iter()
        .map(|card| view! { <ExerciseItem card /> })
        .collect_view();
    let previous = page.previous.map(|card| {
        view! {
            <a class="turn turn-back" href=format!("/topics/{}", card.id)>
                <Drawn icon=Icon::Back />
                <span>
                    <small>"Topic before"</small>
                    {card.title}
                </span>
            </a>
        }
    });
    let following = page.following.map(|card| {
        view! {
            <a class="turn turn-forward" href=format!("/topics/{}", card.id)>
                <span>
                    <small>"Next topic"</small>
                    {card.title}
                </span>
                <Drawn icon=Icon::Forward />
            </a>
        }
    });
    view! {
        {page_title(&topic.title)}
        <div class="page page-topic">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/">"Topics"</a>
            </nav>
            <FileErrors errors=page.errors />
            <h1>
                <span class="title-number">{topic.number.to_string()}</span>
                {topic.title}
            </h1>
            <p class="lead">{topic.summary}</p>
            <div class="topic-columns">
                <div class="prose" inner_html=page.introduction_html></div>
                <section aria-labelledby="exercises">
                    <h2 id="exercises">"Exercises"</h2>
                    <TopicProgress exercises=topic.exercises solved=topic.solved />
                    <ol class="exercise-list">{exercises}</ol>
                </section>
            </div>
            <nav class="turns" aria-label="Topics before and after">
                {previous}
                {following}
            </nav>
        </div>
    }
    .into_any()
}
