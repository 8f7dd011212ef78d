//! What a visitor is told who asks too often.

use super::Cost;
use crate::http::answer::Failure;
use crate::http::{AppState, form};
use axum::extract::Request;
use axum::http::header::{HeaderValue, REFERER, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use sqlground_model::ExerciseId;
use std::time::Duration;

/// A visitor asked too often: what of, and for how long that is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Excess {
    of: Limit,
    wait: Duration,
}

/// What was too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Address(Cost),
    Session(Cost),
    NewSessions,
}

impl Excess {
    pub(super) fn new(of: Limit, wait: Duration) -> Self {
        Self { of, wait }
    }

    /// Whole seconds, so that whoever waits as long is let in.
    fn seconds(self) -> u64 {
        self.wait.as_secs() + 1
    }

    fn failure(self) -> Failure {
        let (message, help) = match self.of {
            Limit::Address(cost) => (
                match cost {
                    Cost::Page => "Too many requests come from your network.",
                    Cost::Action => "Too many scripts come from your network.",
                },
                "Whoever runs this site can allow more",
            ),
            Limit::Session(Cost::Page) => (
                "You ask for pages faster than this site gives them.",
                "Nothing is lost",
            ),
            Limit::Session(Cost::Action) => (
                "You send scripts faster than this site takes them.",
                "Your text is kept; a program should send one script after the other",
            ),
            Limit::NewSessions => (
                "Too many new visitors come from your network.",
                "Allow this site's cookie if you have been here before; whoever runs the site can \
                 allow more",
            ),
        };
        let wait = match self.seconds() {
            1 => "a second".to_owned(),
            seconds @ 2..120 => format!("{seconds} seconds"),
            seconds => format!("{} minutes", seconds.div_ceil(60)),
        };
        let help = format!("Try again in {wait}. {help}.");
        Failure::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests",
            message,
            &help,
        )
    }

    /// Refuses a request as its client wants to read it, with the time to wait.
    pub(in crate::http) async fn refuse(self, state: &AppState, request: Request) -> Response {
        tracing::debug!(
            "{} {:?} is refused: {self:?}",
            request.method(),
            request.uri().path()
        );
        let (parts, body) = request.into_parts();
        form::discard(&parts.headers, body).await;
        let exercise = exercise_of(&parts.headers);
        let mut response = self
            .failure()
            .into_response(state, &parts.headers, exercise.as_ref());
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(self.seconds()));
        response
    }
}

/// The exercise whose page sent a request that was not read.
fn exercise_of(headers: &HeaderMap) -> Option<ExerciseId> {
    let referer: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    referer.path().strip_prefix("/exercises/")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exercise_is_found_in_the_page_that_sent_it() {
        let check = |referer: &'static str, exercise: Option<&str>| {
            let headers = HeaderMap::from_iter([(REFERER, HeaderValue::from_static(referer))]);
            let found = exercise_of(&headers);
            assert_eq!(
                found.as_ref().map(ExerciseId::as_str),
                exercise,
                "{referer}"
            );
        };
        check(
            "http://a/exercises/reading/long-books#x",
            Some("reading/long-books"),
        );
        check("http://a/exercises/reading/../x", None);
        check("http://a/topics/reading", None);
        check("\"><script>", None);
    }
}
