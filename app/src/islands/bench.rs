//! What the workbench knows and does.

use super::draft::{self, Draft};
use super::page;
use super::progress::Progress;
use super::request::{self, Failure};
use leptos::ev::{KeyboardEvent, SubmitEvent, keydown};
use leptos::leptos_dom::helpers::set_timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use sqlground_model::Action;
use std::time::Duration;
use web_sys::{AbortController, Element, FormData, HtmlElement, HtmlFormElement, Storage};

/// How long after a key stroke the draft is kept.
const DRAFT_DELAY: Duration = Duration::from_millis(400);

/// What the workbench knows.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    /// The action that is going on.
    pub(super) progress: Progress,
    /// What came of the last action, for those who listen.
    pub(super) status: RwSignal<String>,
    /// Why there is no report.
    pub(super) trouble: RwSignal<String>,
    /// A draft that began from another text than the editor's.
    pub(super) other_draft: RwSignal<Option<String>>,
    /// The text the server keeps for this exercise.
    kept: StoredValue<String>,
    /// The exercise's id.
    exercise: StoredValue<String>,
    /// True if the last key was Escape.
    escaped: StoredValue<bool>,
    /// True while keeping the draft is already on its way.
    keeping: StoredValue<bool>,
}

impl Bench {
    pub(super) fn new() -> Self {
        let status = RwSignal::new(String::new());
        Self {
            progress: Progress::new(status),
            status,
            trouble: RwSignal::new(String::new()),
            other_draft: RwSignal::new(None),
            kept: StoredValue::new(String::new()),
            exercise: StoredValue::new(String::new()),
            escaped: StoredValue::new(false),
            keeping: StoredValue::new(false),
        }
    }

    /// Takes over the page: the draft, the help key, and the draft once more on leaving.
    pub(super) fn wake(self) {
        let Some(field) = page::script() else { return };
        let shown = field.default_value().unwrap_or_default();
        let exercise = field
            .form()
            .and_then(|form| FormData::new_with_form(&form).ok())
            .and_then(|fields| fields.get("exercise").as_string())
            .unwrap_or_default();
        let kept = store().and_then(|store| store.get_item(&draft::key(&exercise)).ok()?);
        match Draft::read(kept.as_deref(), &shown) {
            Draft::Nothing => {}
            Draft::Continues(text) => page::set_script(&text),
            Draft::Differs(text) => self.other_draft.set(Some(text)),
        }
        self.kept.set_value(shown);
        self.exercise.set_value(exercise);
        // Page and island go together, so the listeners stay.
        _ = window_event_listener(keydown, move |event| {
            show_help(&event);
            self.cancel_by_key(&event);
        });
        _ = window_event_listener_untyped("pagehide", move |_| self.keep_draft());
    }

    pub(super) fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        if untrack(|| self.progress.is_going_on()) {
            return;
        }
        let Some(form) = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        let action = event
            .submitter()
            .and_then(|button| button.get_attribute("data-action"))
            .and_then(|name| {
                Action::ALL
                    .into_iter()
                    .find(|action| action.as_str() == name)
            })
            .unwrap_or(Action::Run);
        let Some((fields, abort)) = FormData::new_with_form(&form)
            .ok()
            .zip(AbortController::new().ok())
        else {
            return;
        };
        fold_reset(&form);
        self.keep_draft();
        self.status.set(String::new());
        self.trouble.set(String::new());
        page::begin();
        let signal = abort.signal();
        let (request, clock) = self.progress.begin(action, abort);
        _ = fields.append_with_str("request", &request.to_string());
        // Of a form's buttons, the one that was pressed has a say.
        if let Some((name, value)) = event.submitter().and_then(|button| {
            let name = button.get_attribute("name")?;
            Some((name, button.get_attribute("value")?))
        }) {
            _ = fields.append_with_str(&name, &value);
        }
        spawn_local(async move {
            let answer = request::report(action, &fields, &signal).await;
            if let Some(clock) = clock {
                clock.clear();
            }
            self.progress.end();
            page::end();
            match answer {
                Ok(fragment) => {
                    self.status
                        .set(page::show_report(&fragment.html).unwrap_or_default());
                    if fragment.done {
                        self.submitted(&fields.get("sql").as_string().unwrap_or_default());
                    }
                }
                Err(Failure::Cancelled) => self.status.set("Cancelled".to_owned()),
                Err(failure) => self.trouble.set(in_words(failure)),
            }
        });
    }

    fn cancel_by_key(self, event: &KeyboardEvent) {
        let escape = event.key() == "Escape";
        let again = self.escaped.get_value();
        self.escaped.set_value(escape);
        // Whatever Escape closes takes it first: a list of completions says so, a popover does not.
        let taken = event.default_prevented() || event.is_composing() || page::has_popover();
        // In the editor it lets Tab leave, which must not cost a keyboard user the run.
        let taken = taken || (is_in(event, "sql-editor") && !again);
        if escape && !taken && untrack(|| self.progress.is_slow()) {
            self.progress.cancel();
        }
    }

    pub(super) fn keep_draft_soon(self) {
        if !self.keeping.get_value() {
            self.keeping.set_value(true);
            set_timeout(move || self.keep_draft(), DRAFT_DELAY);
        }
    }

    /// Keeps the editor's text if it differs from what the server keeps. A browser that has no
    /// room or no store keeps nothing.
    fn keep_draft(self) {
        self.keeping.set_value(false);
        let Some((store, field)) = store().zip(page::script()) else {
            return;
        };
        let text = field.value();
        let key = self.exercise.with_value(|exercise| draft::key(exercise));
        let kept = self.kept.get_value();
        if text != kept {
            _ = store.set_item(&key, &draft::encode(&kept, &text));
        } else if self.other_draft.with_untracked(Option::is_none) {
            _ = store.remove_item(&key);
        }
    }

    /// Remembers that the server keeps this text now.
    fn submitted(self, sql: &str) {
        // Form data carry line ends as CR LF, the field as LF.
        self.kept.set_value(sql.replace("\r\n", "\n"));
        self.other_draft.set(None);
        self.keep_draft();
    }

    pub(super) fn use_draft(self) {
        if let Some(text) = self.other_draft.get_untracked() {
            self.other_draft.set(None);
            page::set_script(&text);
            self.keep_draft();
        }
    }
}

fn in_words(failure: Failure) -> String {
    match failure {
        Failure::Cancelled => "Cancelled.".to_owned(),
        Failure::Unreachable => {
            "sqlground could not be reached. Your text is kept; try again in a moment.".to_owned()
        }
        Failure::Unexpected(status) => format!(
            "The server gave no report (HTTP status {status}). Your text is kept; try again or \
             reload the page."
        ),
    }
}

/// Opens or closes the list of shortcuts, unless a text is being typed.
fn show_help(event: &KeyboardEvent) {
    if event.key() != "?" || is_in(event, "input, textarea, [contenteditable]") {
        return;
    }
    let help = document().get_element_by_id("help");
    if let Some(help) = help.and_then(|help| help.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        help.click();
    }
}

/// True if the key was pressed in an element of the selector.
fn is_in(event: &KeyboardEvent, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}

fn fold_reset(form: &HtmlFormElement) {
    if let Ok(Some(open)) = form.query_selector("details.reset[open]") {
        _ = open.remove_attribute("open");
    }
}

fn store() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
