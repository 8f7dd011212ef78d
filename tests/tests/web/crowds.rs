//! Many at once: those who belong there, and those who take more than their share.

use crate::floods::action;
use crate::raw::{Raw, ask};
use crate::support::{EXERCISE, Own, PAGE, client_at, cookie, run, site};
use reqwest::StatusCode;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_class_behind_one_address_is_not_refused() {
    let site = site();
    let mut class = JoinSet::new();
    for _ in 0..40 {
        let site = site.clone();
        class.spawn(async move {
            let client = client_at(Ipv4Addr::new(127, 0, 1, 9));
            let mut statuses = Vec::new();
            let mut own = String::new();
            for path in ["/", "/topics/reading", PAGE] {
                let request = client.get(site.url(path)).header("cookie", &own);
                let response = request.send().await.expect("an answer");
                statuses.push(response.status());
                own = cookie(&response).unwrap_or(own);
            }
            for _ in 0..3 {
                let response = action(&client, &site, &own).send().await;
                let response = response.expect("an answer");
                statuses.push(response.status());
                own = cookie(&response).unwrap_or(own);
            }
            statuses
        });
    }
    let statuses = class.join_all().await.concat();
    let refused = StatusCode::TOO_MANY_REQUESTS;
    assert!(
        statuses.iter().all(|status| *status != refused),
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_page_that_many_read_at_once_breaks_nothing() {
    let site = site();
    let mut readers = JoinSet::new();
    for _ in 0..20 {
        let url = site.url(PAGE);
        readers.spawn(async move {
            let client = client_at(Ipv4Addr::new(127, 0, 1, 12));
            for _ in 0..20 {
                let page = client.get(&url).send().await.expect("an answer");
                assert_eq!(page.status(), 200);
                assert!(page.text().await.expect("all of it").contains("</html>"));
            }
        });
    }
    readers.join_all().await;
    assert!(!site.log().contains("panicked"), "{}", site.log());
}

#[tokio::test]
async fn connections_are_bounded_and_whoever_waits_gets_one() {
    let site = Own::start(&["--max-connections", "5", "--max-address-connections", "3"]);
    let (crowd, other) = (Ipv4Addr::new(127, 0, 1, 10), Ipv4Addr::new(127, 0, 1, 11));
    let request = format!("GET {PAGE} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(Raw::open_from(&site, crowd).await);
    }
    // The site takes them in this order, so that the fourth is the first too many.
    let mut fourth = Raw::open_from(&site, crowd).await;
    fourth.send(&request).await;
    let answer = fourth.read_to_end().await;
    assert_eq!(answer.status(), 429, "{answer:?}");
    assert!(answer.text().contains("Too many connections"), "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    assert_eq!(ask(&site, &request).await.status(), 200, "another address");

    held.push(Raw::open_from(&site, other).await);
    held.push(Raw::open_from(&site, other).await);
    // All are taken: the next waits, and is answered once one is given back.
    let mut waiting = Raw::open(&site).await;
    waiting.send(&request).await;
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(500), waiting.0.peek(&mut byte)).await;
    assert!(early.is_err(), "there is no room");
    held.remove(0);
    assert_eq!(waiting.read_to_end().await.status(), 200);
}

#[tokio::test]
async fn large_bodies_of_one_address_do_not_fill_the_memory() {
    let site = site();
    let from = Ipv4Addr::new(127, 0, 1, 13);
    let length = 1_000_000;
    let head = format!(
        "POST /api/run HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    );
    let body = "x".repeat(length - 1);
    // All but their last byte, so that the site has to keep what it has of them: 16 MiB.
    let mut sent = JoinSet::new();
    for _ in 0..20 {
        let mut raw = Raw::open_from(&site, from).await;
        raw.send(&head).await;
        raw.send(&body).await;
        let answer = async move { raw.read_to_end().await };
        sent.spawn(tokio::time::timeout(Duration::from_secs(5), answer));
    }
    let other = client_at(Ipv4Addr::new(127, 0, 1, 14));
    assert_eq!(run(&other, &site, "", "SELECT 1").await.status(), 200);

    let answers: Vec<_> = sent.join_all().await.into_iter().flatten().collect();
    assert!((1..10).contains(&answers.len()), "{answers:?}");
    for answer in answers {
        assert_eq!(answer.status(), 503, "{answer:?}");
        assert!(answer.text().contains("no room for yours"), "{answer:?}");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
    }
    // The others are gone by now.
    let again = client_at(from);
    assert_eq!(run(&again, &site, "", "SELECT 1").await.status(), 200);
}

#[tokio::test]
async fn running_out_of_files_ends_nothing() {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
    let site = Own::start(&[]);
    let pid = i32::try_from(site.pid()).ok().and_then(Pid::from_raw);
    let allow = |files: u64| {
        let limit = Rlimit {
            current: Some(files),
            maximum: getrlimit(Resource::Nofile).maximum,
        };
        prlimit(pid, Resource::Nofile, limit).expect("the limit is set")
    };
    let visitor = site.visitor();
    let (status, _) = visitor.act("run", EXERCISE, "SELECT 1").await;
    assert_eq!(status, 200);
    let files = std::fs::read_dir(format!("/proc/{}/fd", site.pid()));
    let before = allow(files.expect("its files").count() as u64 + 5);
    let mut held = Vec::new();
    for _ in 0..20 {
        held.push(Raw::open(&site).await);
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(
        site.log().contains("no connection can be accepted"),
        "{}",
        site.log()
    );
    assert_eq!(
        site.log().matches("can be accepted").count(),
        1,
        "it is said once"
    );
    drop(held);
    let request = "GET /healthz?live HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    assert_eq!(ask(&site, request).await.status(), 200, "it goes on");
    let raised = before.current.is_none_or(|files| files >= 2048);
    assert!(
        raised,
        "the limit was raised for the connections: {before:?}"
    );
}
