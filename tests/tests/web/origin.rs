//! Posts that other sites make browsers send, and forms in other shapes.

use crate::support::{ACCEPT_FRAGMENT, ACCEPT_PAGE, EXERCISE, PAGE, client_at, cookie, run, site};
use reqwest::header::HeaderMap;
use std::net::Ipv4Addr;

/// Posts a script with headers; gives the status.
async fn post(cookie: &str, sql: &str, headers: &[(&'static str, &str)]) -> u16 {
    let site = site();
    let mut request = client_at(Ipv4Addr::LOCALHOST)
        .post(site.url("/api/run"))
        .header("cookie", cookie)
        .form(&[("exercise", EXERCISE), ("sql", sql)]);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn posts_from_other_sites_are_refused_and_do_nothing() {
    let site = site();
    let client = client_at(Ipv4Addr::LOCALHOST);
    let own = run(&client, &site, "", "SELECT 'mine'").await;
    let cookie = cookie(&own).expect("a session");
    let here = site.url("");
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &here)],
        &[("sec-fetch-site", "")],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://127.0.0.1")],
        &[("origin", "")],
    ] {
        let status = post(&cookie, "SELECT 'theirs'", headers).await;
        assert_eq!(status, 403, "{headers:?}");
    }
    let page = client.get(site.url(PAGE)).header("cookie", &cookie).send();
    let page = page.await.expect("an answer").text().await.expect("a text");
    assert!(page.contains("mine") && !page.contains("theirs"), "{page}");

    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("sec-fetch-site", "none")],
        &[("origin", &here)],
        &[],
    ] {
        let status = post(&cookie, "SELECT 'mine'", headers).await;
        assert_eq!(status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn the_refusal_is_told_as_the_client_reads() {
    let site = site();
    let refused = async |accept: &str| {
        let response = client_at(Ipv4Addr::LOCALHOST)
            .post(site.url("/theme"))
            .header("sec-fetch-site", "cross-site")
            .header("accept", accept)
            .form(&[("theme", "dark")])
            .send()
            .await
            .expect("an answer");
        assert_eq!(response.status(), 403);
        assert!(!response.headers().contains_key("set-cookie"));
        response.text().await.expect("a text")
    };
    assert!(refused("application/json").await.starts_with("{\"error\""));
    assert!(refused(ACCEPT_PAGE).await.contains("<h1>"));
    assert!(refused(ACCEPT_FRAGMENT).await.contains("another site"));
}

#[tokio::test]
async fn only_forms_are_read() {
    let site = site();
    let boundary = "multipart/form-data; boundary=x";
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"sql\"\r\n\r\nSELECT 1\r\n--x--";
    for (media_type, body) in [
        ("text/plain", "exercise=reading/long-books&sql=SELECT 1"),
        (boundary, multipart),
        (
            "application/json",
            "{\"exercise\":\"reading/long-books\",\"sql\":\"SELECT 1\"}",
        ),
        ("application/x-www-form-urlencodedx", "sql=SELECT 1"),
        ("", "exercise=reading/long-books&sql=SELECT 1"),
    ] {
        for path in ["/api/run", "/api/reset", "/theme"] {
            let response = client_at(Ipv4Addr::LOCALHOST)
                .post(site.url(path))
                .header("content-type", media_type)
                .body(body)
                .send()
                .await
                .expect("an answer");
            assert_eq!(response.status(), 415, "{media_type} to {path}");
        }
    }
}

#[tokio::test]
async fn nobody_else_may_read_or_frame_what_a_session_did() {
    let site = site();
    let client = client_at(Ipv4Addr::LOCALHOST);
    let own = run(&client, &site, "", "SELECT 'mine'").await;
    let page = client
        .get(site.url(PAGE))
        .header("cookie", cookie(&own).expect("a session"))
        .header("origin", "https://evil.example")
        .send()
        .await
        .expect("an answer");
    let header = |headers: &HeaderMap, name| {
        let value = headers
            .get(name)
            .map(|v| v.to_str().expect("text").to_owned());
        value.unwrap_or_default()
    };
    for headers in [own.headers(), page.headers()] {
        assert_eq!(header(headers, "access-control-allow-origin"), "");
        assert_eq!(
            header(headers, "cross-origin-resource-policy"),
            "same-origin"
        );
        assert_eq!(header(headers, "x-frame-options"), "DENY");
        let policy = header(headers, "content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(header(headers, "cache-control").contains("private"));
    }
}
