//! How a client wants to be answered, and errors told that way.

use super::AppState;
use super::body::MAX_PLAN_BODY_BYTES;
use super::theme;
use crate::service::{MAX_SCRIPT_BYTES, ServiceError};
use app::{ErrorPage, error_page_html, report_html};
use axum::Json;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;
use sqlground_model::{ExerciseId, Outcome, Problem, Report};
use sqlground_sandbox::Busy;

/// How a client wants to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON: programs, and whoever does not say.
    Json,
    /// The report as a piece of HTML: the page's own script.
    Fragment,
    /// A whole page: a browser that posts a form.
    Page,
}

impl Format {
    /// What the `Accept` header asks for.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accept = headers
            .get(ACCEPT)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("");
        if accept.contains("fragment=report") {
            Self::Fragment
        } else {
            // Browsers put HTML first; a program that takes both names JSON before it.
            match (accept.find("text/html"), accept.find("application/json")) {
                (Some(html), json) if json.is_none_or(|json| html < json) => Self::Page,
                _ => Self::Json,
            }
        }
    }
}

/// A request that cannot be answered as asked.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// What happened, in a few words.
    pub(super) title: &'static str,
    /// What happened and what to do.
    pub(super) problem: Box<Problem>,
}

impl Failure {
    pub(super) fn new(status: StatusCode, title: &'static str, message: &str, help: &str) -> Self {
        Self {
            status,
            title,
            problem: Box::new(Problem::new(message, help)),
        }
    }

    /// A body that is larger than what is read.
    pub(super) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The script is too long",
            &format!(
                "At most {} kB of SQL are taken at once.",
                MAX_SCRIPT_BYTES / 1024
            ),
            "Shorten the script, or create larger data with generate_series.",
        )
    }

    /// A form with plans that is larger than what is read.
    pub(super) fn plan_too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "The plan is too long",
            &format!(
                "At most {} MB are taken at once, as the browser sends them.",
                MAX_PLAN_BODY_BYTES >> 20
            ),
            "Text takes least. Where you have it, `sqlground plan FILE` reads plans of any length.",
        )
    }

    /// The queue takes nothing more, or did not move in time.
    fn busy(reason: Busy) -> Self {
        let (title, message, help) = match reason {
            Busy::Session => (
                "Too many at once",
                "Several of your scripts wait already for the one that is running.",
                "Wait for it, or cancel it. Scripts of one student run one after the other.",
            ),
            Busy::Server => (
                "Busy",
                "So many scripts wait already that yours was not put into the queue.",
                "Your text is kept. Try again in a few seconds.",
            ),
            Busy::TooLong => (
                "Busy",
                "Your script waited its time without getting its turn.",
                "Your text is kept. Try again in a few seconds; if an earlier script of yours is \
                 still running, cancel that first.",
            ),
            Busy::Stuck => (
                "Your last script does not end",
                "PostgreSQL cannot interrupt your last script, so it is still running: a few of its \
                 functions take very long for large values and never look whether to stop.",
                "Your text is kept. You can go on as soon as PostgreSQL is done with it; try again \
                 in a few minutes.",
            ),
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, title, message, help)
    }

    /// So little of the disk is free that no script begins.
    fn disk_full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "The disk is nearly full",
            "The server's disk is nearly full, so no script begins.",
            "Your text is kept. Reset exercises whose tables you no longer need, and try again \
             later; whoever runs this site can make room.",
        )
    }

    /// The failure as the client wants to read it. `exercise` is where a page leads back to.
    pub(super) fn into_response(
        self,
        state: &AppState,
        headers: &HeaderMap,
        exercise: Option<&ExerciseId>,
    ) -> Response {
        let status = self.status;
        let mut response = match (Format::of(headers), exercise) {
            (Format::Fragment, Some(exercise)) => {
                let report = Report {
                    outcome: Outcome::Problem(*self.problem),
                    solution: None,
                    answer_offered: false,
                };
                Html(report_html(exercise, &report)).into_response()
            }
            (Format::Page, _) => {
                let help = self.problem.help.unwrap_or_default();
                let back = exercise.map(|exercise| format!("/exercises/{exercise}"));
                let page = ErrorPage {
                    status: status.as_u16(),
                    title: self.title,
                    message: &format!("{} {help}", self.problem.message),
                    back: back.as_deref(),
                };
                Html(error_page_html(&state.leptos, theme::of(headers), &page)).into_response()
            }
            _ => Json(json!({ "error": self.problem })).into_response(),
        };
        *response.status_mut() = status;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}

impl From<ServiceError> for Failure {
    fn from(error: ServiceError) -> Self {
        let failure = match &error {
            ServiceError::UnknownExercise(id) => {
                return Self::new(
                    StatusCode::NOT_FOUND,
                    "No such exercise",
                    &format!("There is no exercise `{id}`."),
                    "Pick one from the topics on the home page.",
                );
            }
            ServiceError::AnswerClosed { tries, enough } => {
                let help = match enough {
                    Some(enough) => format!(
                        "It opens after {enough} different checks that failed; so far there are \
                         {tries}. The hints open at once."
                    ),
                    None => "It opens once the exercise is solved.".to_owned(),
                };
                return Self::new(
                    StatusCode::FORBIDDEN,
                    "Not yet",
                    "The answer is still closed.",
                    &help,
                );
            }
            ServiceError::NoPlan(error) => {
                return Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "No plan",
                    &format!("This cannot be read as a plan: {error}."),
                    "Only plans are shared. Paste what EXPLAIN printed.",
                );
            }
            ServiceError::TooManyShared => {
                return Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "Enough for today",
                    "You have made as many links today as one visitor may.",
                    "Make another one tomorrow, or pass the plan on as text.",
                );
            }
            ServiceError::TooLong(_) => return Self::too_large(),
            ServiceError::Busy(reason) => return Self::busy(*reason),
            ServiceError::DiskFull => return Self::disk_full(),
            ServiceError::Cancelled => {
                return Self::new(
                    StatusCode::CONFLICT,
                    "Cancelled",
                    "You cancelled this before it was done.",
                    "Your text is kept. Run it again when you like.",
                );
            }
            ServiceError::NotLoaded(message) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "Tables missing",
                message,
                "Whoever runs this site finds the reason in its log.",
            ),
            ServiceError::Grade(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The exercise is broken",
                "This exercise does not work: its set-up or its reference answer fails.",
                "Your script is fine as it is. Whoever runs this site finds the reason in its log.",
            ),
            ServiceError::Sandbox(_) | ServiceError::Store(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The database does not answer",
                "The database does not answer at the moment.",
                "Nothing is lost. Try again in a little while.",
            ),
        };
        tracing::error!("{:#}", anyhow::Error::new(error));
        failure
    }
}

/// Answers a method that an address does not take.
pub(super) async fn wrong_method(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let failure = Failure::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Not like this",
        "This address does not take that method.",
        "Pages are read with GET; run, check, plan and reset are sent with POST.",
    );
    failure.into_response(&state, &headers, None)
}

/// An answer that is HTML although its media type carries a parameter that marks fragments.
pub(super) fn fragment(html: String) -> Response {
    (
        [(
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        )],
        html,
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_header_decides() {
        for (accept, format) in [
            ("application/json", Format::Json),
            ("*/*", Format::Json),
            ("application/json, text/html", Format::Json),
            ("text/html; fragment=report", Format::Fragment),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Format::Page),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(Format::of(&headers), format, "{accept}");
        }
        assert_eq!(Format::of(&HeaderMap::new()), Format::Json);
    }
}
