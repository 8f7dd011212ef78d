//! The session of a request.

use super::AppState;
use crate::session::SessionId;
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The cookie that carries the session.
const SESSION_COOKIE: &str = "sqlground_session";
/// A year: progress is worth keeping.
const MAX_AGE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Finds the session of a request, or begins one, and hands it on as an extension. A cookie that
/// is not ours begins a new session.
pub(super) async fn with_session(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let known =
        cookie(request.headers(), SESSION_COOKIE).and_then(|value| state.cookies.read(value));
    let session = match known.map_or_else(SessionId::random, Ok) {
        Ok(session) => session,
        Err(error) => {
            tracing::error!("no random bytes for a session: {error}");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let secure = request
        .headers()
        .get("x-forwarded-proto")
        .is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
    request.extensions_mut().insert(session);
    let mut response = next.run(request).await;
    if known.is_none() {
        let value = state.cookies.value(&session);
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "{SESSION_COOKIE}={value}; Path=/; Max-Age={MAX_AGE_SECONDS}; HttpOnly; \
             SameSite=Lax{secure}"
        );
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
    }
    response
}

/// The value of a cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}
