//! Session cookies: made up, cut, planted, and those of somebody else's installation.

use crate::support::{Own, PAGE, client_at, cookie, run, site};
use std::net::Ipv4Addr;

/// Shows the exercise's page to whoever holds a cookie; gives the page and the cookie it sets.
async fn page(
    site: &Own,
    cookies: &[u8],
    more: &[(&'static str, &str)],
) -> (String, Option<String>) {
    let value = reqwest::header::HeaderValue::from_bytes(cookies).expect("a header");
    let mut request = client_at(Ipv4Addr::LOCALHOST).get(site.url(PAGE));
    request = request.header("cookie", value);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    let response = request.send().await;
    let response = response.unwrap_or_else(|error| panic!("{error:?}: {}", site.log()));
    assert_eq!(
        response.status(),
        200,
        "{}",
        String::from_utf8_lossy(cookies)
    );
    let set = cookie(&response);
    (response.text().await.expect("a text"), set)
}

/// A session that keeps a script.
async fn begin(site: &Own, secret: &str) -> String {
    let client = client_at(Ipv4Addr::LOCALHOST);
    let response = run(&client, site, "", &format!("SELECT '{secret}'")).await;
    assert_eq!(response.status(), 200);
    cookie(&response).expect("a cookie")
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_begins_a_new_session() {
    let site = site();
    let own = begin(&site, "precious").await;
    let (shown, set) = page(&site, own.as_bytes(), &[]).await;
    assert!(shown.contains("precious") && set.is_none(), "ours is taken");

    let (name, value) = own.split_once('=').expect("a cookie");
    let (id, proof) = value.split_at(32);
    let zeros = "0".repeat(32);
    for forged in [
        id.to_owned(),
        proof.to_owned(),
        format!("{id}{zeros}"),
        format!("{zeros}{proof}"),
        format!("{id}{}", &proof[..30]),
        value[..63].to_owned(),
        format!("{value}00"),
        value.to_uppercase(),
        format!("\"{value}\""),
        "0".repeat(64),
        "é".repeat(32),
        "0".repeat(8_000),
        "'; DROP TABLE session; --".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        String::new(),
    ] {
        let (shown, set) = page(&site, format!("{name}={forged}").as_bytes(), &[]).await;
        assert!(!shown.contains("precious"), "{forged}");
        let begun = set.unwrap_or_else(|| panic!("{forged}: no new session"));
        assert_ne!(begun, own);
    }
    // Not ours are also those of an installation with another secret.
    let elsewhere = begin(&Own::start_anew(), "theirs").await;
    let (_, set) = page(&site, elsewhere.as_bytes(), &[]).await;
    assert!(set.is_some(), "another installation's");
}

#[tokio::test]
async fn other_cookies_do_not_hide_the_session() {
    let site = site();
    let own = begin(&site, "precious").await;
    let name = own.split('=').next().expect("a name");
    let many = format!("{name}=nonsense; ").repeat(50);
    for before in [
        &b"other=caf\xc3\xa9; "[..],
        b"other=\xff\xfe\x80; ",
        b"sqlground_session; ; =; a=b=c;",
        b"sqlground_sessions=x; xsqlground_session=y; SQLGROUND_SESSION=z; ",
        many.as_bytes(),
        format!("big={}; ", "x".repeat(8_000)).as_bytes(),
    ] {
        let cookies = [before, own.as_bytes()].concat();
        let (shown, set) = page(&site, &cookies, &[]).await;
        let before = String::from_utf8_lossy(before);
        assert!(shown.contains("precious") && set.is_none(), "{before}");
    }
}

#[tokio::test]
async fn over_https_a_neighbour_cannot_plant_a_session() {
    let site = site();
    let https = [("x-forwarded-proto", "https")];
    let planted = begin(&site, "planted").await;
    let (shown, set) = page(&site, planted.as_bytes(), &https).await;
    assert!(!shown.contains("planted"), "a cookie that anybody may set");
    let begun = set.expect("a session of its own");
    assert!(begun.starts_with("__Host-"), "{begun}");

    let response = client_at(Ipv4Addr::LOCALHOST)
        .get(site.url("/"))
        .header(https[0].0, https[0].1)
        .send()
        .await
        .expect("an answer");
    let set = response.headers()["set-cookie"].to_str().expect("text");
    // What browsers demand for the prefix.
    assert!(
        set.contains("; Secure") && set.contains("; Path=/;"),
        "{set}"
    );
    assert!(!set.contains("Domain"), "{set}");
    let both = format!("{planted}; {begun}");
    let (shown, set) = page(&site, both.as_bytes(), &https).await;
    assert!(
        !shown.contains("planted") && set.is_none(),
        "its own is taken"
    );
}

#[tokio::test]
async fn a_cookie_lasts_as_long_as_its_owner_comes() {
    let site = site();
    let client = client_at(Ipv4Addr::LOCALHOST);
    let looked = client.get(site.url("/")).send().await.expect("an answer");
    let visitor = cookie(&looked).expect("a cookie");
    let acted = run(&client, &site, &visitor, "SELECT 'kept'").await;
    let member = cookie(&acted).expect("the first action renews it");
    assert_ne!(member, visitor, "and says that it was let in");
    let again = run(&client, &site, &member, "SELECT 'kept'").await;
    assert_eq!(
        cookie(&again).as_ref(),
        Some(&member),
        "each action renews it"
    );
    for cookie in [visitor, member] {
        let (shown, _) = page(&site, cookie.as_bytes(), &[]).await;
        assert!(shown.contains("kept"), "both are the same session");
    }
}
