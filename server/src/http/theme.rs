//! The colours a visitor chose, in a cookie of their own.

use super::answer::Failure;
use super::form::Form;
use super::visitor::cookies;
use super::{AppState, answer};
use app::port::Theme;
use axum::extract::State;
use axum::http::header::{HeaderValue, REFERER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

const THEME_COOKIE: &str = "sqlground_theme";

/// The colours the visitor chose.
pub(super) fn of(headers: &HeaderMap) -> Theme {
    cookies(headers, THEME_COOKIE)
        .filter_map(|value| std::str::from_utf8(value).ok())
        .find_map(Theme::parse)
        .unwrap_or_default()
}

/// `POST /theme`: remembers the choice and goes back to where the visitor was.
pub(super) async fn choose(
    State(state): State<AppState>,
    headers: HeaderMap,
    form: Form,
) -> Response {
    let Some(theme) = form.get("theme").and_then(Theme::parse) else {
        let failure = Failure::new(
            StatusCode::BAD_REQUEST,
            "No such theme",
            "The themes are system, light and dark.",
            "Choose one of them.",
        );
        return failure.into_response(&state, &headers, None);
    };
    let mut response = match answer::Format::of(&headers) {
        answer::Format::Page => Redirect::to(&back(&headers)).into_response(),
        _ => StatusCode::NO_CONTENT.into_response(),
    };
    let cookie = format!(
        "{THEME_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
        theme.as_str()
    );
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The path the visitor came from. Its origin is dropped, so that it never leads elsewhere.
fn back(headers: &HeaderMap) -> String {
    let referer = headers
        .get(REFERER)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let path = referer
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|i| &rest[i..]));
    // Browsers read a backslash as a slash and drop tabs, so that `/\t/host` is another host.
    let plain = |path: &str| path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    match path {
        Some(path) if !path.starts_with("//") && plain(path) => path.to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_on_this_site() {
        for (referer, path) in [
            (
                "http://localhost:3000/topics/indexing?x=1",
                "/topics/indexing?x=1",
            ),
            ("http://localhost:3000", "/"),
            ("http://localhost:3000//evil.example", "/"),
            ("http://localhost:3000/\t/evil.example", "/"),
            ("http://localhost:3000/\\evil.example", "/"),
            ("http://localhost:3000/ /evil.example", "/"),
            ("javascript://x/%0aalert(1)", "/%0aalert(1)"),
            ("nonsense", "/"),
        ] {
            let headers = HeaderMap::from_iter([(REFERER, HeaderValue::from_static(referer))]);
            assert_eq!(back(&headers), path, "{referer}");
        }
    }
}
