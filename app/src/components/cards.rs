//! Topics and exercises in lists.

use super::icons::{Drawn, Icon};
use leptos::prelude::*;
use sqlground_model::{ExerciseCard, ExerciseState, TopicCard};

/// How hard an exercise is, in words.
fn difficulty_in_words(difficulty: u8) -> &'static str {
    match difficulty {
        0 | 1 => "a first step",
        2 => "easy",
        3 => "medium",
        4 => "demanding",
        _ => "hard",
    }
}

/// How hard an exercise is, in words and as dots.
#[component]
pub(crate) fn Difficulty(difficulty: u8) -> AnyView {
    let dots = (1..=5)
        .map(|step| {
            let class = if step <= difficulty {
                "dot dot-full"
            } else {
                "dot"
            };
            let x = (u32::from(step) * 9 - 5).to_string();
            view! { <circle class=class cx=x cy="5" r="3" /> }
        })
        .collect_view();
    view! {
        <span class="difficulty">
            <svg viewBox="0 0 45 10" width="45" height="10" aria-hidden="true">
                {dots}
            </svg>
            {difficulty_in_words(difficulty)}
        </span>
    }
    .into_any()
}

/// How far the session has come with an exercise; nothing for one that is untouched.
#[component]
pub(crate) fn StateBadge(state: ExerciseState) -> impl IntoView {
    match state {
        ExerciseState::Untouched => None,
        ExerciseState::Attempted => {
            Some(view! { <span class="badge badge-begun">"Begun"</span> }.into_any())
        }
        ExerciseState::AnswerSeen => Some(view! { <AnswerSeenBadge /> }.into_any()),
        ExerciseState::Solved => Some(view! { <SolvedBadge /> }.into_any()),
    }
}

/// The badge of an exercise whose answer was opened.
#[component]
pub(crate) fn AnswerSeenBadge() -> AnyView {
    view! { <span class="badge badge-begun">"Answer seen"</span> }.into_any()
}

/// The badge of a solved exercise.
#[component]
pub(crate) fn SolvedBadge() -> AnyView {
    view! {
        <span class="badge badge-solved">
            <Drawn icon=Icon::Tick />
            "Solved"
        </span>
    }
    .into_any()
}

/// An exercise as a link with its difficulty, concepts and state.
#[component]
pub(crate) fn ExerciseItem(card: ExerciseCard) -> AnyView {
    view! {
        <li class="exercise-item">
            <a href=format!("/exercises/{}", card.id)>{card.title}</a>
            <StateBadge state=card.state />
            <p class="facts">
                <Difficulty difficulty=card.difficulty />
                <span>{card.concepts.join(", ")}</span>
            </p>
        </li>
    }
    .into_any()
}

/// A topic on the path through all topics.
#[component]
pub(crate) fn TopicItem(card: TopicCard) -> AnyView {
    let class = if card.exercises > 0 && card.solved >= card.exercises {
        "topic-item topic-done"
    } else if card.solved > 0 {
        "topic-item topic-begun"
    } else {
        "topic-item"
    };
    view! {
        <li class=class>
            <span class="topic-number" aria-hidden="true">
                {card.number.to_string()}
            </span>
            <div>
                <h3>
                    <a href=format!("/topics/{}", card.id)>{card.title}</a>
                </h3>
                <p>{card.summary}</p>
            </div>
            <TopicProgress exercises=card.exercises solved=card.solved />
        </li>
    }
    .into_any()
}

/// How many of a topic's exercises are solved, in words and as a bar with a piece an exercise.
#[component]
pub(crate) fn TopicProgress(exercises: u32, solved: u32) -> AnyView {
    let words = match (solved, exercises) {
        (_, 0) => "no exercises yet".to_owned(),
        (solved, all) if solved >= all => format!("all {all} solved"),
        (solved, all) => format!("{solved} of {all} solved"),
    };
    let pieces = (0..exercises)
        .map(|piece| {
            let class = if piece < solved {
                "piece piece-done"
            } else {
                "piece"
            };
            view! { <rect class=class x=(piece * 14).to_string() width="11" height="5" rx="1" /> }
        })
        .collect_view();
    // The last piece needs no gap behind it.
    let width = (exercises * 14).saturating_sub(3);
    view! {
        <p class="topic-progress">
            {(exercises > 0)
                .then(|| {
                    view! {
                        <svg
                            viewBox=format!("0 0 {width} 5")
                            width=width.to_string()
                            height="5"
                            aria-hidden="true"
                        >
                            {pieces}
                        </svg>
                    }
                })} <span>{words}</span>
        </p>
    }
    .into_any()
}
