//! Too many requests or sessions, and who must not suffer from them.

use crate::support::{
    ACCEPT_FRAGMENT, ACCEPT_PAGE, EXERCISE, PAGE, PROXY, client_at, cookie, run, site, strict,
};
use reqwest::{Client, Response, StatusCode};
use sqlground_tests::Site;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::task::JoinSet;

/// Sends requests at the same time; gives how many of them were refused for being too many.
async fn refused(requests: impl IntoIterator<Item = reqwest::RequestBuilder>) -> usize {
    let mut sent = JoinSet::new();
    for request in requests {
        sent.spawn(async move { request.send().await.expect("an answer").status() });
    }
    let statuses = sent.join_all().await;
    let refused = |status: &&StatusCode| **status == StatusCode::TOO_MANY_REQUESTS;
    statuses.iter().filter(refused).count()
}

/// An action that costs next to nothing and counts like any other.
pub(crate) fn action(client: &Client, site: &Site, cookie: &str) -> reqwest::RequestBuilder {
    client
        .post(site.url("/api/run"))
        .header("cookie", cookie)
        .form(&[("exercise", "reading/no-such"), ("sql", "")])
}

async fn member(client: &Client, site: &Site) -> String {
    let response = action(client, site, "").send().await.expect("an answer");
    assert_eq!(response.status(), 404, "it is let in");
    cookie(&response).expect("a cookie")
}

fn retry_after(response: &Response) -> u64 {
    let after = response.headers()["retry-after"].to_str().expect("text");
    after.parse().expect("seconds")
}

#[tokio::test]
async fn a_session_that_floods_is_refused_and_its_neighbour_is_not() {
    let site = strict();
    let client = client_at(Ipv4Addr::new(127, 0, 1, 1));
    let (flooding, quiet) = (member(&client, &site).await, member(&client, &site).await);
    // Two a second, and twenty at once.
    let over = refused((0..30).map(|_| action(&client, &site, &flooding))).await;
    assert!((1..=10).contains(&over), "{over} of 30 are refused");
    let response = action(&client, &site, &quiet).send().await;
    assert_eq!(response.expect("an answer").status(), 404, "the neighbour");

    let over = refused((0..30).map(|_| {
        let page = client.get(site.url("/topics/reading"));
        page.header("cookie", &flooding)
    }));
    assert!(over.await > 0, "pages have a limit of their own");

    // Whoever waits as told is let in.
    let response = action(&client, &site, &flooding)
        .send()
        .await
        .expect("an answer");
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        tokio::time::sleep(Duration::from_secs(retry_after(&response))).await;
        let response = action(&client, &site, &flooding).send().await;
        assert_eq!(response.expect("an answer").status(), 404);
    }
}

#[tokio::test]
async fn an_address_that_floods_is_refused_and_others_are_not() {
    let site = strict();
    let flooding = client_at(Ipv4Addr::new(127, 0, 1, 2));
    let other = client_at(Ipv4Addr::new(127, 0, 1, 3));
    let asset = || flooding.get(site.url("/pkg/x/y"));
    let over = refused((0..60).map(|_| asset())).await;
    assert!((1..=20).contains(&over), "{over} of 60 are refused");
    let response = other.get(site.url("/")).send().await.expect("an answer");
    assert_eq!(response.status(), 200, "another address");
    // A supervisor that asks whether the process lives must not be told to start it anew.
    refused((0..60).map(|_| asset())).await;
    for _ in 0..20 {
        let live = flooding.get(site.url("/healthz?live")).send().await;
        assert_eq!(live.expect("an answer").status(), 200);
    }
}

#[tokio::test]
async fn a_proxy_that_is_trusted_names_its_visitors_and_no_one_else_does() {
    let site = strict();
    let ask = |client: &Client, named: &str| {
        let request = client.get(site.url("/pkg/x/y"));
        request.header("x-forwarded-for", named)
    };
    let stranger = client_at(Ipv4Addr::new(127, 0, 1, 4));
    let names = (0..60).map(|n| ask(&stranger, &format!("198.51.100.{n}")));
    assert!(refused(names).await > 0, "a stranger makes up addresses");

    let proxy = client_at(PROXY);
    let names = (0..60).map(|n| ask(&proxy, &format!("203.0.113.{n}")));
    assert_eq!(refused(names).await, 0, "a proxy speaks for many");
    let made_up = (0..60).map(|n| ask(&proxy, &format!("10.9.8.{n}, 203.0.113.99")));
    assert!(
        refused(made_up).await > 0,
        "what its visitor claims does not count"
    );
}

#[tokio::test]
async fn the_refusal_says_what_to_do_as_the_client_reads() {
    let site = strict();
    let client = client_at(Ipv4Addr::new(127, 0, 1, 5));
    let cookie = member(&client, &site).await;
    let over = async |accept: &str| {
        // What others are let in for in between is used up as well.
        for _ in 0..100 {
            let request = action(&client, &site, &cookie)
                .header("accept", accept)
                .header("referer", site.url(PAGE));
            let response = request.send().await.expect("an answer");
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                assert!((1..60).contains(&retry_after(&response)));
                return response.text().await.expect("a text");
            }
        }
        panic!("never refused");
    };
    let json: serde_json::Value =
        serde_json::from_str(&over("application/json").await).expect("JSON");
    let message = json["error"]["message"].as_str().expect("a message");
    assert!(message.contains("faster than this site takes"), "{json}");
    assert!(
        json["error"]["help"].to_string().contains("Try again in"),
        "{json}"
    );

    let fragment = over(ACCEPT_FRAGMENT).await;
    assert!(
        fragment.starts_with("<article data-exercise="),
        "{fragment}"
    );
    assert!(fragment.contains("Try again in"), "{fragment}");

    let page = over(ACCEPT_PAGE).await;
    assert!(page.contains("<h1>Too many requests</h1>"), "{page}");
    assert!(
        page.contains(&format!("href=\"{PAGE}\"")),
        "it leads back: {page}"
    );
}

#[tokio::test]
async fn an_address_makes_so_many_sessions_and_keeps_those_it_has() {
    let site = strict();
    let client = client_at(Ipv4Addr::new(127, 0, 1, 6));
    // Looking costs nothing, so that anybody may gather cookies ...
    let mut gathered = Vec::new();
    for _ in 0..8 {
        let looked = client.get(site.url("/")).send().await.expect("an answer");
        gathered.push(cookie(&looked).expect("a cookie"));
    }
    // ... but each is let in once, like somebody without any.
    let (mut members, mut over) = (Vec::new(), 0);
    for gathered in gathered.iter().map(String::as_str).chain([""; 4]) {
        let response = run(&client, &site, gathered, "SELECT 1").await;
        match response.status() {
            StatusCode::OK => members.push(cookie(&response).expect("a cookie")),
            StatusCode::TOO_MANY_REQUESTS => {
                over += 1;
                assert!(!response.headers().contains_key("set-cookie"));
                assert!(retry_after(&response) > 60, "five an hour");
                let text = response.text().await.expect("a text");
                assert!(text.contains("new visitors"), "{text}");
            }
            status => panic!("{status}"),
        }
    }
    assert_eq!((members.len(), over), (5, 7));
    // The same address written otherwise is the same action.
    let disguised = client.post(site.url("/api/%72un"));
    let form = [("exercise", EXERCISE), ("sql", "SELECT 1")];
    let response = disguised.form(&form).send().await.expect("an answer");
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    for member in &members {
        let response = run(&client, &site, member, "SELECT 1").await;
        assert_eq!(response.status(), 200, "a session that was let in");
    }
    let other = client_at(Ipv4Addr::new(127, 0, 1, 7));
    assert_eq!(run(&other, &site, "", "SELECT 1").await.status(), 200);
}

#[tokio::test]
async fn visitors_who_only_look_get_no_sandbox() {
    let site = site();
    let client = client_at(Ipv4Addr::new(127, 0, 1, 8));
    let own = run(&client, &site, "", "SELECT 1").await;
    let own = cookie(&own).expect("a cookie");
    let roles = async || {
        let run = run(&client, &site, &own, "SELECT count(*) FROM pg_roles").await;
        let run: serde_json::Value = run.json().await.expect("JSON");
        let count = run["statements"][0]["rows"][0][0]
            .as_str()
            .expect("a count");
        count.parse::<i32>().expect("a number")
    };
    let before = roles().await;
    for _ in 0..60 {
        for path in [
            PAGE,
            "/api/run?sql=SELECT+1",
            "/api/reset",
            "/theme?theme=dark",
        ] {
            client.get(site.url(path)).send().await.expect("an answer");
        }
    }
    // Other tests act meanwhile, though not as often.
    let made = roles().await - before;
    assert!(
        made < 40,
        "{made} roles for 60 visitors who looked at a page"
    );
}
