//! A handler that panics answers for itself alone.

use super::AppState;
use super::answer::Failure;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;
use std::any::Any;
use std::panic::AssertUnwindSafe;

/// Answers a request whose handler panics, and tells the log. The site goes on.
pub(super) async fn caught(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    match catch(next.run(request)).await {
        Ok(response) => response,
        Err(message) => {
            tracing::error!("{method} {path:?} panicked: {message}");
            let failure = Failure::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something broke",
                "sqlground made a mistake and could not answer.",
                "Try again. If it happens again, tell whoever runs this site: the log says more.",
            );
            failure.into_response(&state, &headers, None)
        }
    }
}

/// What comes of a handler, or what it said when it panicked.
async fn catch(handler: impl Future<Output = Response>) -> Result<Response, String> {
    // What the handler worked with is dropped with it, and what is shared copes with that.
    let caught = AssertUnwindSafe(handler).catch_unwind().await;
    caught.map_err(|payload| message(&*payload).to_owned())
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no words")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_told_and_goes_no_further() {
        let broken = async { panic!("{} of {}", "nothing", "it") };
        assert_eq!(catch(broken).await.err().as_deref(), Some("nothing of it"));
        let late = async {
            tokio::task::yield_now().await;
            panic!("late")
        };
        assert_eq!(catch(late).await.err().as_deref(), Some("late"));
        assert!(catch(async { Response::default() }).await.is_ok());
    }
}
