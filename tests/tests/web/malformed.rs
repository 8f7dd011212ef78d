//! Requests that are broken, ambiguous or aimed at something else.

use crate::raw::{Answer, ask};
use crate::support::{EXERCISE, site};
use sqlground_tests::Site;

const FORM: &str = "Host: here\r\nConnection: close\r\n\
                    Content-Type: application/x-www-form-urlencoded\r\n";

/// Asks and expects a status, one answer only, and a site that lives on.
async fn check(site: &Site, request: impl AsRef<[u8]>, status: u16) -> Answer {
    let request = request.as_ref();
    let shown = String::from_utf8_lossy(&request[..request.len().min(120)]).into_owned();
    let answer = ask(site, request).await;
    let log = site.log();
    assert_eq!(answer.status(), status, "{shown:?}: {answer:?}: {log}");
    assert_eq!(answer.count(), 1, "{shown:?}: {answer:?}");
    answer
}

#[tokio::test]
async fn a_body_with_two_lengths_ends_the_connection_behind_it() {
    let site = site();
    let body = "exercise=reading%2Flong-books&sql=SELECT+41%2B1";
    let length = body.len();
    // What one server takes for the rest of the body, the other takes for a request.
    let rest =
        format!("{length:x}\r\n{body}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n");
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Transfer-Encoding: chunked\r\n",
    ] {
        // Without `Connection: close`: the site must close it by itself.
        let form = FORM.replace("Connection: close\r\n", "");
        let request = format!("POST /api/run HTTP/1.1\r\n{form}{lengths}\r\n{rest}");
        let answer = check(&site, request, 200).await;
        assert!(answer.text().contains("\"42\""), "{answer:?}");
        assert_eq!(answer.header("connection"), Some("close"), "{answer:?}");
    }
}

#[tokio::test]
async fn bodies_whose_end_is_unclear_are_refused() {
    let site = site();
    for (lengths, body) in [
        ("Content-Length: 5\r\nContent-Length: 6\r\n", "abcdef"),
        ("Content-Length: -5\r\n", "abcde"),
        ("Content-Length: +5\r\n", "abcde"),
        ("Content-Length: 99999999999999999999999\r\n", "abcde"),
        ("Transfer-Encoding: identity\r\n", "abcde"),
        ("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\n",
            "ffffffffffffffffff\r\nabc",
        ),
        ("Transfer-Encoding: chunked\r\n", "-1\r\nabc"),
        ("Transfer-Encoding: chunked\r\n", "zz\r\nabc"),
        ("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"),
    ] {
        check(
            &site,
            format!("POST /api/run HTTP/1.1\r\n{FORM}{lengths}\r\n{body}"),
            400,
        )
        .await;
    }
    let http10 =
        format!("POST /api/run HTTP/1.0\r\n{FORM}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    check(&site, http10, 400).await;
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused_before_they_are_read() {
    let site = site();
    let announced = |length: u64, more: &str| {
        format!("POST /api/run HTTP/1.1\r\n{FORM}{more}Content-Length: {length}\r\n\r\n")
    };
    let answer = check(&site, announced(10_000_000_000, ""), 413).await;
    assert!(answer.text().contains("256 kB"), "{answer:?}");
    // Whoever asks first is told without having sent anything.
    check(&site, announced(2_000_000, "Expect: 100-continue\r\n"), 413).await;

    let fields = "a=b&".repeat(10_000);
    let request = announced(fields.len() as u64, "") + &fields;
    let answer = check(&site, request, 400).await;
    assert!(answer.text().contains("more than 32 fields"), "{answer:?}");
}

#[tokio::test]
async fn broken_heads_are_refused() {
    let site = site();
    for request in [
        "GET /\0 HTTP/1.1\r\nHost: here\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: here\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: here\r\nX: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : here\r\n\r\n",
        "GET / HTTP/3.7\r\nHost: here\r\n\r\n",
        "GET /\r\n\r\n",
        "GET /topics/<script>alert(1)</script> HTTP/1.1\r\nHost: here\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0",
        "nonsense\r\n\r\n",
    ] {
        check(&site, request, 400).await;
    }
    let long = "x".repeat(40_000);
    for request in [
        format!("GET /{long} HTTP/1.1\r\nHost: here\r\n\r\n"),
        format!("{long} / HTTP/1.1\r\nHost: here\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: here\r\nX: {long}\r\n\r\n"),
        format!(
            "GET / HTTP/1.1\r\nHost: here\r\n{}\r\n",
            "X: y\r\n".repeat(200)
        ),
        format!("GET / HTTP/1.1\r\nHost: here\r\nCookie: {long}\r\n\r\n"),
    ] {
        check(&site, request, 431).await;
    }
    // HTTP/2 is not spoken, and that is all there is to say.
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0";
    assert_eq!(ask(&site, preface).await.count(), 0);
}

#[tokio::test]
async fn what_no_browser_asks_for_is_told_so() {
    let site = site();
    let host = "Host: here\r\nConnection: close\r\n\r\n";
    for (line, rest, status) in [
        ("GET evil.example:80 HTTP/1.1", host, 400),
        ("CONNECT evil.example:443 HTTP/1.1", host, 400),
        ("OPTIONS * HTTP/1.1", host, 400),
        ("GET * HTTP/1.1", host, 400),
        ("GET / HTTP/1.1", "Connection: close\r\n\r\n", 400),
        (
            "GET / HTTP/1.1",
            "Host: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            400,
        ),
        ("GET / HTTP/1.0", "\r\n", 200),
        // An absolute target is one of ours, whatever host it names: we have but one site.
        ("GET http://evil.example/healthz HTTP/1.1", host, 200),
        ("GET //evil.example/ HTTP/1.1", host, 404),
        ("TRACE / HTTP/1.1", host, 405),
        ("FOO!BAR / HTTP/1.1", host, 405),
        ("get / HTTP/1.1", host, 405),
        ("DELETE /api/run HTTP/1.1", host, 405),
        ("GET /api/run HTTP/1.1", host, 405),
        ("HEAD /api/run HTTP/1.1", host, 405),
        ("OPTIONS /api/run HTTP/1.1", host, 405),
        ("HEAD / HTTP/1.1", host, 200),
        ("HEAD /exercises/reading/no-such HTTP/1.1", host, 404),
    ] {
        let answer = check(&site, format!("{line}\r\n{rest}"), status).await;
        if line.starts_with("TRACE") {
            assert!(!answer.text().contains("Host: here"), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn odd_paths_lead_nowhere_else() {
    let site = site();
    let long = format!("/topics/{}", "a".repeat(20_000));
    for (path, status) in [
        ("/pkg/../../../../etc/passwd", 404),
        ("/pkg/x/../../../etc/passwd", 404),
        ("/pkg/x/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404),
        ("/pkg/x/..%5c..%5cetc%5cpasswd", 404),
        ("/pkg/x//etc/passwd", 404),
        ("/pkg/x/%00", 404),
        ("/pkg/x/%ff", 400),
        ("/topics/%00", 404),
        ("/topics/%ff", 404),
        ("/topics/%", 404),
        ("/topics/..%2f..", 404),
        ("/exercises/%zz/%e2%82", 404),
        ("/exercises/reading/long-books/", 200),
        ("/?%ff=%zz&%3Cscript%3E", 200),
        (&long, 404),
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
        let answer = check(&site, request, status).await;
        assert!(!answer.text().contains("root:"), "{path}");
    }
    let request = format!("POST /api/%ff HTTP/1.1\r\n{FORM}Content-Length: 0\r\n\r\n");
    check(&site, request, 400).await;
}

#[tokio::test]
async fn nothing_of_it_breaks_the_site() {
    let site = site();
    let visitor = site.visitor();
    let (status, run) = visitor.act("run", EXERCISE, "SELECT 1").await;
    assert_eq!(status, 200, "{run}");
    assert!(!site.log().contains("panicked"), "{}", site.log());
}
