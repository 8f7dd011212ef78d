//! Hostile texts in addresses, headers and fields: whatever an answer repeats.

use crate::hostile::{TEXT, harmless};
use crate::support::{ACCEPT_FRAGMENT, ACCEPT_PAGE, PAGE, client_at, site};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use std::net::Ipv4Addr;

#[tokio::test]
async fn nothing_in_an_address_or_a_header_becomes_part_of_the_page() {
    let site = site();
    let client = client_at(Ipv4Addr::LOCALHOST);
    let hostile = |accept: &'static str| {
        HeaderMap::from_iter(
            [
                ("accept", accept),
                (
                    "referer",
                    "http://x/exercises/\"><img src=x onerror=pwned()>",
                ),
                (
                    "cookie",
                    "sqlground_theme=\"><script>pwned()</script>; sqlground_session=<svg>",
                ),
                ("user-agent", "<script>pwned()</script>"),
                ("accept-language", "\"><script>pwned()</script>"),
                ("x-forwarded-for", "<script>pwned()</script>"),
                ("x-forwarded-proto", "\"><script>pwned()</script>"),
                ("origin", "http://<script>pwned()</script>"),
            ]
            .map(|(name, value)| {
                let name = HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            }),
        )
    };
    let text = "%3Cimg%20src=x%20onerror=pwned()%3E%22%27%3E%3Cscript%3Epwned()%3C%2Fscript%3E";
    for path in [
        format!("/{text}"),
        format!("/topics/{text}"),
        format!("/exercises/{text}/{text}"),
        format!("/exercises/reading/{text}"),
        format!("{PAGE}?{text}={text}"),
        format!("/?{text}"),
        format!("/pkg/{text}/{text}"),
    ] {
        let request = client.get(site.url(&path)).headers(hostile(ACCEPT_PAGE));
        let response = request.send().await.expect("an answer");
        assert!(response.status().as_u16() < 500, "{path}");
        let html = response.headers()["content-type"]
            .to_str()
            .expect("text")
            .contains("html");
        let body = response.text().await.expect("a text");
        if html {
            harmless(&body, "", &path);
        } else {
            assert!(!body.contains('<'), "{path}: {body}");
        }
    }
    for (path, field) in [
        (format!("/api/{text}"), "exercise"),
        ("/api/run".to_owned(), "exercise"),
        ("/api/run".to_owned(), TEXT),
        ("/theme".to_owned(), "theme"),
    ] {
        for accept in [ACCEPT_PAGE, ACCEPT_FRAGMENT, "application/json"] {
            for origin in [true, false] {
                let mut headers = hostile(accept);
                if !origin {
                    headers.remove("origin");
                }
                let request = client.post(site.url(&path)).headers(headers);
                let request = request.form(&[(field, TEXT), ("sql", TEXT)]);
                let response = request.send().await.expect("an answer");
                let status = response.status().as_u16();
                assert!((400..500).contains(&status), "{path}: {status}");
                let media_type = response.headers()["content-type"].to_str().expect("text");
                let media_type = media_type.to_owned();
                let body = response.text().await.expect("a text");
                if media_type.starts_with("text/html") {
                    harmless(&body, "", &format!("{path} {accept}"));
                } else {
                    assert_eq!(media_type, "application/json", "{path} {accept}");
                    let json: Value = serde_json::from_str(&body).expect("JSON");
                    assert!(json["error"]["message"].is_string(), "{json}");
                }
            }
        }
    }
}

#[tokio::test]
async fn nothing_that_is_typed_adds_a_header() {
    let site = site();
    let client = client_at(Ipv4Addr::LOCALHOST);
    let split = "\r\nSet-Cookie: planted=1\r\n\r\n<script>pwned()</script>";
    let encoded = "/%0d%0aSet-Cookie:%20planted=1";
    let fields = [
        [("exercise", "reading/long-books"), ("sql", split)],
        [
            ("exercise", &*format!("reading/long-books{split}")),
            ("sql", ""),
        ],
        [("theme", &*format!("dark{split}")), ("sql", "")],
        [("theme", "dark"), ("sql", "")],
    ];
    for (path, fields) in ["/api/run", "/api/run", "/theme", "/theme"]
        .iter()
        .zip(fields)
    {
        for referer in [encoded, "/\t/evil.example", "//evil.example/"] {
            let request = client
                .post(site.url(path))
                .header("accept", ACCEPT_PAGE)
                .header("referer", site.url(referer))
                .form(&fields);
            let response = request.send().await.expect("an answer");
            let headers = response.headers();
            let set = headers.get_all("set-cookie").iter();
            for value in set {
                let value = value.to_str().expect("text");
                assert!(!value.starts_with("planted"), "{path}: {value}");
            }
            if let Some(location) = headers.get("location") {
                let location = location.to_str().expect("text");
                let inside = location.starts_with('/') && !location.starts_with("//");
                assert!(
                    inside && !location.contains(['\t', '\\']),
                    "{path}: {location}"
                );
            }
        }
    }
}
