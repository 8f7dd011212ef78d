//! What a visitor sees at an address that shows nothing.

use super::unavailable::unavailable;
use crate::components::cards::{ExerciseItem, TopicItem};
use crate::components::page_title::page_title;
use crate::port::Visit;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use sqlground_model::{ExerciseCard, TopicCard, TopicId};

/// How many suggestions are made at most.
const SUGGESTIONS: usize = 3;

/// How alike (from 0 to 1, Jaro-Winkler) an id and a part of the address must be.
const ALIKE: f64 = 0.75;

/// Any address without a page.
#[component]
pub(crate) fn NotFoundRoute() -> impl IntoView {
    let visit = expect_context::<Visit>();
    Suspend::new(async move { not_found(visit).await })
}

/// The page for an address without a page: names what is nearest, with status 404.
pub(super) async fn not_found(visit: Visit) -> AnyView {
    let path = use_location().pathname.get_untracked();
    let home = match visit.playground.home().await {
        Ok(home) => home,
        Err(reason) => return unavailable(&visit, &reason).into_any(),
    };
    let topic = match topic_in(&path, &home.topics) {
        Some(id) => match visit.playground.topic(id).await {
            Ok(page) => page,
            Err(reason) => return unavailable(&visit, &reason).into_any(),
        },
        None => None,
    };
    (visit.set_status)(404);
    let exercises = topic
        .map(|page| {
            nearest(&path, page.exercises, |card: &ExerciseCard| {
                card.id.name().to_owned()
            })
        })
        .unwrap_or_default();
    let topics = nearest(&path, home.topics, |card: &TopicCard| card.id.to_string());
    view! {
        {page_title("Not found")}
        <div class="page page-narrow">
            <p class="kicker">"Error 404"</p>
            <h1>"There is nothing at this address"</h1>
            <p class="lead">
                <code class="address">{path}</code>
                " is no page of sqlground. The exercise or topic may have been renamed."
            </p>
            {(!exercises.is_empty())
                .then(|| {
                    let items = exercises
                        .into_iter()
                        .map(|card| view! { <ExerciseItem card /> })
                        .collect_view();
                    view! {
                        <h2>"Exercises with a like name"</h2>
                        <ul class="exercise-list">{items}</ul>
                    }
                })}
            {(!topics.is_empty())
                .then(|| {
                    let items = topics
                        .into_iter()
                        .map(|card| view! { <TopicItem card /> })
                        .collect_view();
                    view! {
                        <h2>"Topics with a like name"</h2>
                        <ul class="topic-path">{items}</ul>
                    }
                })}
            <p>
                <a class="button" href="/">
                    "To all topics"
                </a>
            </p>
        </div>
    }
    .into_any()
}

/// The topic that a part of the address names.
fn topic_in(path: &str, topics: &[TopicCard]) -> Option<TopicId> {
    let parts: Vec<_> = path.split('/').collect();
    topics
        .iter()
        .map(|card| &card.id)
        .find(|id| parts.contains(&id.as_str()))
        .cloned()
}

/// The cards whose ids are most like a part of the address, best first.
fn nearest<T>(path: &str, cards: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
    let path = path.to_lowercase();
    let mut likeness: Vec<(f64, T)> = cards
        .into_iter()
        .map(|card| {
            let id = id(&card);
            let best = path
                .split('/')
                .map(|part| strsim::jaro_winkler(part, &id))
                .fold(0.0, f64::max);
            (best, card)
        })
        .filter(|(best, _)| *best >= ALIKE)
        .collect();
    likeness.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    likeness.truncate(SUGGESTIONS);
    likeness.into_iter().map(|(_, card)| card).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_part_finds_its_like() {
        let ids = ["indexing", "query-optimization", "data-integrity"].map(str::to_owned);
        let found = |path| nearest(path, ids.to_vec(), String::clone);
        assert_eq!(found("/topics/Indexes"), ["indexing"]);
        assert_eq!(found("/topics/query-optimisation"), ["query-optimization"]);
        assert!(found("/wp-login.php").is_empty());
    }
}
