//! What is going on: for how long, where it waits, and how it is ended.

use super::request;
use super::waiting::{self, Position};
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle, set_timeout};
use leptos::prelude::*;
use leptos::task::spawn_local;
use sqlground_model::Action;
use std::time::Duration;
use web_sys::AbortController;

/// The unit of the clock.
const TENTH: Duration = Duration::from_millis(100);

/// How long an action goes on, in tenths of a second, before it is shown: shorter ones would only
/// flicker.
const QUIET: u32 = 3;

/// When the queue is first asked about, and how often then, in tenths of a second.
const ASK_QUEUE: u32 = 10;
const ASK_QUEUE_AGAIN: u32 = 15;

/// How often those who listen are told that a long action goes on, in tenths of a second.
const TELL_AGAIN: u32 = 100;

/// How long the answer to a cancelled request may take. Without one the connection is cut, which
/// ends the request as well.
const CANCEL_TIME: Duration = Duration::from_secs(4);

/// The action that is going on.
#[derive(Clone, Copy)]
pub(super) struct Progress {
    action: RwSignal<Option<Action>>,
    /// How long it has been going on, in tenths of a second.
    tenths: RwSignal<u32>,
    /// At which of these it was last known to wait.
    waited: RwSignal<u32>,
    /// Where it waits.
    position: RwSignal<Option<Position>>,
    /// True once the student no longer wants it.
    cancelling: RwSignal<bool>,
    /// What those who listen are told.
    status: RwSignal<String>,
    /// What it is called in front of the server.
    request: StoredValue<u32>,
    /// Cuts its connection. There is none on the server, where a value that belongs to one thread
    /// would be dropped on another, which panics.
    abort: Option<StoredValue<Option<AbortController>, LocalStorage>>,
}

impl Progress {
    /// Nothing is going on.
    pub(super) fn new(status: RwSignal<String>) -> Self {
        Self {
            action: RwSignal::new(None),
            tenths: RwSignal::new(0),
            waited: RwSignal::new(0),
            position: RwSignal::new(None),
            cancelling: RwSignal::new(false),
            status,
            request: StoredValue::new(0),
            abort: (!cfg!(feature = "ssr")).then(|| StoredValue::new_local(None)),
        }
    }

    /// An action begins. Gives back what its request is to be called, and its clock, if the browser
    /// has one.
    pub(super) fn begin(
        self,
        action: Action,
        abort: AbortController,
    ) -> (u32, Option<IntervalHandle>) {
        let request = a_number();
        self.tenths.set(0);
        self.waited.set(0);
        self.position.set(None);
        self.cancelling.set(false);
        self.request.set_value(request);
        self.set_abort(Some(abort));
        self.action.set(Some(action));
        let begun = js_sys::Date::now();
        let tick = move || {
            // A cast of a float saturates; a clock set back shows no time.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "tenths of a second, shown only"
            )]
            self.tick(((js_sys::Date::now() - begun) / 100.0) as u32);
        };
        (request, set_interval_with_handle(tick, TENTH).ok())
    }

    /// The action has ended.
    pub(super) fn end(self) {
        self.action.set(None);
        self.set_abort(None);
    }

    pub(super) fn is_going_on(self) -> bool {
        self.action.get().is_some()
    }

    /// True once the action has gone on long enough to say so.
    pub(super) fn is_slow(self) -> bool {
        self.is_going_on() && self.tenths.get() >= QUIET
    }

    /// What is going on, in words.
    pub(super) fn words(self) -> String {
        let Some(action) = self.action.get() else {
            return String::new();
        };
        if self.cancelling.get() {
            return "Cancelling…".to_owned();
        }
        if let Some(position) = self.position.get() {
            return waiting::waiting(position);
        }
        let tenths = self.tenths.get().saturating_sub(self.waited.get());
        waiting::running(action, tenths / 10)
    }

    /// Has the server cancel the action, so that its report still comes. Cuts the connection if
    /// that does not help, or when asked again.
    pub(super) fn cancel(self) {
        let request = self.request.get_value();
        if self.cancelling.get_untracked() {
            self.cut(request);
            return;
        }
        self.cancelling.set(true);
        self.tell();
        set_timeout(move || self.cut(request), CANCEL_TIME);
        spawn_local(async move {
            if request::cancel(request).await.is_err() {
                self.cut(request);
            }
        });
    }

    /// Cuts the connection of the request, if that is what is going on.
    fn cut(self, request: u32) {
        let abort = self.abort.and_then(|slot| slot.get_value());
        if let Some(abort) = abort.filter(|_| self.request.get_value() == request) {
            abort.abort();
        }
    }

    fn set_abort(self, abort: Option<AbortController>) {
        if let Some(slot) = self.abort {
            slot.set_value(abort);
        }
    }

    /// So much time has passed.
    fn tick(self, now: u32) {
        let before = self.tenths.get_untracked();
        self.tenths.set(now);
        // Ticks may come late.
        let comes = |first: u32, again: u32| {
            let times = |tenths: u32| tenths.checked_sub(first).map(|since| since / again);
            times(now) > times(before)
        };
        if comes(ASK_QUEUE, ASK_QUEUE_AGAIN) {
            self.ask_queue(now);
        }
        if comes(QUIET, TELL_AGAIN) {
            self.tell();
        }
    }

    /// Asks where the request stands, and tells of a change.
    fn ask_queue(self, now: u32) {
        let request = self.request.get_value();
        spawn_local(async move {
            // Without an answer, what was shown last stays.
            let Ok(position) = request::position(request).await else {
                return;
            };
            if self.request.get_value() != request {
                return;
            }
            if position.is_some() {
                self.waited.set(now);
            }
            if self.position.get_untracked() != position {
                self.position.set(position);
                self.tell();
            }
        });
    }

    /// Tells those who listen what is going on.
    fn tell(self) {
        let words = untrack(|| self.words());
        if !words.is_empty() {
            self.status.set(words);
        }
    }
}

/// A number that no other request of this student's is likely to have.
fn a_number() -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and the largest number"
    )]
    let number = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    number
}
