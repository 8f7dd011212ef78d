//! Requests that are well-formed HTTP and yet ask for nothing here.

use super::AppState;
use super::answer::Failure;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;

/// Refuses a request whose target is no path, as a proxy's would be, or that names no host or
/// several: two servers on its way could then each read another request.
pub(super) async fn refuse_aimless(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().starts_with('/');
    let hosts = request.headers().get_all(HOST).iter().count();
    let host = hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11);
    if path && host {
        return next.run(request).await;
    }
    let (message, help) = if host {
        (
            "The request's target is no path of this site.",
            "Ask for a path such as / or /healthz. This is no proxy.",
        )
    } else {
        (
            "The request does not name exactly one host.",
            "Send the Host header once, with the name and port of this site.",
        )
    };
    let failure = Failure::new(StatusCode::BAD_REQUEST, "Bad request", message, help);
    failure.into_response(&state, request.headers(), None)
}
