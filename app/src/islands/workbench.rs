//! The form around the editor.

use super::bench::Bench;
use leptos::prelude::*;
use sqlground_model::Action;

/// The buttons below the editor and what they set going. Without script they are a form's buttons.
#[island]
pub fn Workbench(
    /// The exercise's id in a hidden field, the editor, and the list of shortcuts.
    children: Children,
) -> impl IntoView {
    let bench = Bench::new();
    Effect::new(move |_| bench.wake());
    let button = move |action: Action, class: &'static str, words: &'static str| {
        view! {
            <button
                type="submit"
                class=class
                data-action=action.as_str()
                formaction=format!("/api/{}", action.as_str())
                aria-disabled=move || bench.progress.is_going_on().then_some("true")
            >
                {words}
            </button>
        }
    };
    view! {
        <form
            id="workbench"
            class="workbench"
            method="post"
            action="/api/run"
            on:submit=move |event| bench.submit(&event)
            on:input=move |_| bench.keep_draft_soon()
        >
            {children()}
            <div class="actions">
                {button(Action::Run, "button button-primary", "Run")}
                {button(Action::Check, "button", "Check")} {button(Action::Plan, "button", "Plan")}
                <details class="reset">
                    <summary class="button button-quiet">"Reset…"</summary>
                    <div class="reset-panel">
                        <p>
                            "Puts the exercise’s tables back as they were and deletes what you created. "
                            "Your text stays."
                        </p>
                        {button(Action::Reset, "button", "Reset the sandbox")}
                    </div>
                </details>
                <p class="editor-keys" id="editor-keys">
                    "Ctrl + Enter runs, with Shift it checks"
                </p>
                <button
                    type="button"
                    class="button button-quiet button-help"
                    id="help"
                    popovertarget="keys"
                    aria-label="Keyboard shortcuts"
                >
                    "?"
                </button>
            </div>
            <p class="progress" hidden=move || !bench.progress.is_slow()>
                <span aria-hidden="true">{move || bench.progress.words()}</span>
                <button type="button" class="button" id="cancel" on:click=move |_| bench.progress.cancel()>
                    "Cancel"
                </button>
            </p>
            <p
                class="trouble"
                role="alert"
                hidden=move || bench.trouble.with(String::is_empty)
            >
                {move || bench.trouble.get()}
            </p>
            <p class="draft" hidden=move || bench.other_draft.with(Option::is_none)>
                "This browser keeps a draft that differs from what you submitted last."
                <button type="button" class="button" on:click=move |_| bench.use_draft()>
                    "Use the draft"
                </button>
            </p>
            <p class="visually-hidden" role="status">
                {move || bench.status.get()}
            </p>
        </form>
    }
}
