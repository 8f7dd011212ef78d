//! Refuses posts that other sites make browsers send.

use super::answer::Failure;
use super::{AppState, form};
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Lets a request pass unless it changes something and comes from another site.
pub(super) async fn refuse_cross_site(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    if harmless || same_site(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    form::discard(&parts.headers, body).await;
    let failure = Failure::new(
        StatusCode::FORBIDDEN,
        "Sent by another site",
        "This was sent by another site and is refused.",
        "Use the page itself. If you did, a proxy before this site changes the Host header: it \
         must pass it on.",
    );
    failure.into_response(&state, &parts.headers, None)
}

/// Browsers say where a post comes from, by `Sec-Fetch-Site` or at least by `Origin`. Programs
/// say nothing and carry no cookie that could be abused: browsers that say nothing either keep it
/// to themselves when another site sends, as it is `SameSite`.
fn same_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter().peekable();
    if sites.peek().is_some() {
        // `none` is the person at the browser, such as by loading a page again.
        return sites.all(|site| site == "same-origin" || site == "none");
    }
    let mut origins = headers.get_all(ORIGIN).iter().peekable();
    if origins.peek().is_none() {
        return true;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let ours = |origin: &str| {
        let origin_host = origin.split_once("://").map(|(_, host)| host);
        host.zip(origin_host)
            .is_some_and(|(host, origin)| !host.is_empty() && host.eq_ignore_ascii_case(origin))
    };
    origins.all(|origin| origin.to_str().is_ok_and(ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        assert_eq!(same_site(&map), expected, "{headers:?}");
    }

    #[test]
    fn other_sites_are_refused() {
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("host", "a"),
                ("origin", "http://a"),
            ],
            false,
        );
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "")], false);
        check(&[("sec-fetch-site", "Same-Origin")], false);
        check(
            &[
                ("sec-fetch-site", "same-origin"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        );
    }

    #[test]
    fn browsers_of_old_say_their_origin() {
        check(&[("origin", "http://a:3000"), ("host", "a:3000")], true);
        check(&[("origin", "https://A"), ("host", "a")], true);
        check(&[("origin", "http://evil"), ("host", "a:3000")], false);
        check(&[("origin", "http://a:3001"), ("host", "a:3000")], false);
        check(&[("origin", "null"), ("host", "a:3000")], false);
        check(&[("origin", "null"), ("host", "null")], false);
        check(&[("origin", "http://"), ("host", "")], false);
        check(&[("origin", "http://a")], false);
        check(
            &[
                ("origin", "http://a"),
                ("origin", "http://b"),
                ("host", "a"),
            ],
            false,
        );
        check(&[("host", "a:3000")], true);
    }
}
