//! The way to an answer that was not found.

use leptos::prelude::*;
use sqlground_model::ExerciseId;

/// A form that opens the reference answer, with and without script.
#[component]
pub(crate) fn AnswerOffer(exercise: ExerciseId) -> AnyView {
    view! {
        <form class="answer-offer" method="post" action="/api/answer">
            <input type="hidden" name="exercise" value=String::from(exercise) />
            <p>
                "You have tried it several ways. If you like, look at the answer and why it is one; the "
                "exercise then counts as seen, not as solved."
            </p>
            <button type="submit" class="button">
                "Show the answer"
            </button>
        </form>
    }
    .into_any()
}
