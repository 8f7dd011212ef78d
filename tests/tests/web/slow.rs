//! Clients that take their time: each is given up after a while, and none is in another's way.

use crate::raw::{Raw, ask};
use crate::support::{EXERCISE, Own, PAGE, impatient};
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Longer than a head may take, shorter than a connection may be without a request.
const LONG: Duration = Duration::from_secs(6);

const GET: &str = "GET /healthz?live HTTP/1.1\r\nHost: here\r\n\r\n";

#[tokio::test]
async fn a_head_that_trickles_in_is_cut_off() {
    let site = impatient();
    for first in ["", GET] {
        // On a fresh connection, and on one that was used.
        let mut raw = Raw::open(&site).await;
        raw.send(first).await;
        if !first.is_empty() {
            let mut some = [0];
            raw.0.peek(&mut some).await.expect("the first answer");
        }
        let begun = Instant::now();
        raw.send("GET / HTTP/1.1\r\nHost: here\r\n").await;
        while raw.send("X: y\r\n").await {
            sleep(Duration::from_millis(50)).await;
            assert!(begun.elapsed() < LONG, "it goes on");
        }
        let answer = raw.read_to_end().await;
        assert!(
            answer.count() <= 1,
            "no answer to half a request: {answer:?}"
        );
    }
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let site = impatient();
    let mut fresh = Raw::open(&site).await;
    let mut used = Raw::open(&site).await;
    used.send(GET).await;
    // Longer than a head may take: what counts from here is the time without a request.
    sleep(Duration::from_millis(1500)).await;
    used.send(GET).await;
    let (fresh, used) = tokio::join!(fresh.read_to_end(), used.read_to_end());
    assert_eq!(fresh.count(), 0, "{fresh:?}");
    assert_eq!(used.count(), 2, "{used:?}");
}

#[tokio::test]
async fn a_body_that_stops_is_told_so() {
    let site = impatient();
    for length in ["Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut raw = Raw::open(&site).await;
        let head = format!(
            "POST /api/run HTTP/1.1\r\nHost: here\r\n{length}\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n2\r\nex"
        );
        raw.send(head).await;
        let answer = raw.read_to_end().await;
        assert_eq!(answer.status(), 408, "{answer:?}");
        assert!(
            answer.text().contains("did not arrive in time"),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_script_may_take_longer_than_a_request() {
    let site = impatient();
    let (status, run) = site
        .visitor()
        .act("run", EXERCISE, "SELECT pg_sleep(4)")
        .await;
    assert_eq!(status, 200, "{run}");
    assert!(run["statements"][0]["error"].is_null(), "{run}");
}

/// The path of an asset of some hundred kilobytes.
async fn large_asset(site: &Own) -> String {
    let page = site.visitor().page("/").await;
    let end = page.find("/sql-editor.js").expect("the editor's script");
    let start = page[..end].rfind("/pkg/").expect("its folder");
    format!("{}/sql-editor.js", &page[start..end])
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let site = impatient();
    let asset = large_asset(&site).await;
    let mut raw = Raw::open_from(&site, Ipv4Addr::new(127, 0, 2, 11)).await;
    // More than the system keeps for a connection, asked for at once.
    let request = format!("GET {asset} HTTP/1.1\r\nHost: here\r\n\r\n");
    let asked = 200;
    raw.send(request.repeat(asked)).await;
    sleep(Duration::from_secs(4)).await;
    let answers = raw.read_to_end().await.count();
    assert!(
        answers < asked,
        "all {answers} were kept for whoever does not read"
    );
}

#[tokio::test]
async fn a_reader_on_a_bad_line_is_waited_for() {
    use tokio::io::AsyncReadExt;
    let site = impatient();
    let asset = large_asset(&site).await;
    let mut raw = Raw::open_from(&site, Ipv4Addr::new(127, 0, 2, 12)).await;
    let request = format!("GET {asset} HTTP/1.1\r\nHost: here\r\n\r\n");
    let asked = 60;
    raw.send(request.repeat(asked)).await;
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 256 * 1024];
    // Pauses shorter than the site's patience, together much longer.
    while let Ok(read) = raw.0.read(&mut buffer).await
        && read > 0
    {
        bytes.extend_from_slice(&buffer[..read]);
        sleep(Duration::from_millis(50)).await;
    }
    let answers = String::from_utf8_lossy(&bytes)
        .matches("HTTP/1.1 200")
        .count();
    assert_eq!(answers, asked);
}

#[tokio::test]
async fn hundreds_who_hold_connections_are_in_nobodys_way() {
    let site = Own::start(&[]);
    let mut held = Vec::new();
    for address in 1..=3 {
        for _ in 0..200 {
            let mut raw = Raw::open_from(&site, Ipv4Addr::new(127, 0, 2, address)).await;
            raw.send("POST /api/run HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n")
                .await;
            held.push(raw);
        }
    }
    let request = format!("GET {PAGE} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    assert_eq!(ask(&site, request).await.status(), 200);
    let (status, _) = site.visitor().act("run", EXERCISE, "SELECT 1").await;
    assert_eq!(status, 200);
}
