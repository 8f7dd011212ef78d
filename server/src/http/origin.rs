//! Refuses posts that other sites make browsers send.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets a request pass unless it changes something and comes from another site.
pub(super) async fn refuse_cross_site(request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    if harmless || same_site(request.headers()) {
        next.run(request).await
    } else {
        let message = "This was sent by another site and is refused. Use the page itself.\n";
        (StatusCode::FORBIDDEN, message).into_response()
    }
}

/// Browsers say where a post comes from, by `Sec-Fetch-Site` or at least by `Origin`. Programs
/// say nothing and carry no cookie that could be abused.
fn same_site(headers: &HeaderMap) -> bool {
    let text = |value: Option<&axum::http::HeaderValue>| -> Option<String> {
        value.map(|v| v.to_str().unwrap_or("").to_owned())
    };
    if let Some(site) = text(headers.get("sec-fetch-site")) {
        return site == "same-origin";
    }
    match (text(headers.get(ORIGIN)), text(headers.get(HOST))) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, origin_host)| origin_host == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let map = headers
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect();
        assert_eq!(same_site(&map), expected, "{headers:?}");
    }

    #[test]
    fn other_sites_are_refused() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("host", "a"),
                ("origin", "http://a"),
            ],
            false,
        );
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("origin", "http://a:3000"), ("host", "a:3000")], true);
        check(&[("origin", "http://evil"), ("host", "a:3000")], false);
        check(&[("origin", "null"), ("host", "a:3000")], false);
        check(&[("host", "a:3000")], true);
    }
}
