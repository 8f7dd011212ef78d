//! What a visitor sees while the service cannot answer.

use crate::components::page_title::page_title;
use crate::port::{Unavailable, Visit};
use leptos::prelude::*;

/// Says what the service said, with status 503.
pub(super) fn unavailable(visit: &Visit, reason: &Unavailable) -> impl IntoView + use<> {
    (visit.set_status)(503);
    let message = reason.0.clone();
    view! {
        {page_title("Not available")}
        <div class="page page-narrow">
            <p class="kicker">"Error 503"</p>
            <h1>"sqlground cannot answer just now"</h1>
            <p class="lead">{message}</p>
            <p>
                <a class="button" href="">
                    "Try again"
                </a>
            </p>
        </div>
    }
}
