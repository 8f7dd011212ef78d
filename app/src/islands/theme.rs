//! The choice between light and dark.

use super::request;
use crate::port::Theme;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Buttons for the colours. Without script they post the choice and the page comes back in it.
#[island]
pub fn ThemeToggle() -> impl IntoView {
    let theme = RwSignal::new(chosen());
    let choose = move |event: SubmitEvent| {
        let Some(choice) = event
            .submitter()
            .and_then(|button| button.get_attribute("value"))
            .and_then(|value| Theme::parse(&value))
        else {
            return;
        };
        event.prevent_default();
        theme.set(choice);
        if let Some(root) = document().document_element() {
            _ = root.set_attribute("data-theme", choice.as_str());
        }
        // Where the choice cannot be kept it still holds for this page.
        spawn_local(async move { _ = request::keep_theme(choice).await });
    };
    let button = move |choice: Theme| {
        view! {
            <button
                type="submit"
                name="theme"
                value=choice.as_str()
                aria-pressed=move || if theme.get() == choice { "true" } else { "false" }
            >
                {words(choice)}
            </button>
        }
    };
    view! {
        <form class="theme" method="post" action="/theme" on:submit=choose>
            <fieldset>
                <legend class="visually-hidden">"Colours"</legend>
                {button(Theme::System)}
                {button(Theme::Light)}
                {button(Theme::Dark)}
            </fieldset>
        </form>
    }
}

fn words(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "Auto",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    }
}

/// The colours the page was rendered with.
fn chosen() -> Theme {
    #[cfg(feature = "ssr")]
    return use_context::<crate::port::Visit>().map_or(Theme::System, |visit| visit.theme);
    #[cfg(not(feature = "ssr"))]
    document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"))
        .and_then(|value| Theme::parse(&value))
        .unwrap_or_default()
}
