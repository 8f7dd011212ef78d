//! Waiting for a place, and giving up.

use reqwest::header;
use serde_json::{Value, json};
use sqlground_tests::{Client, Site, used_data_dir};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

const EXERCISE: &str = "reading/long-books";
const SLEEP: &str = "SELECT 'begun'; SELECT pg_sleep(60)";

/// Limits under which one script runs, for a long time, and few wait.
const NARROW: [&str; 8] = [
    "--max-running=1",
    "--queue-length=2",
    "--queue-length-per-session=1",
    "--queue-seconds=60",
    "--statement-seconds=120",
    "--script-seconds=120",
    "--max-statements=100",
    "--max-rows=100",
];

/// A run that the visitor can ask for and cancel by its number.
async fn numbered(visitor: &Client<'_>, action: &str, number: u32, sql: &str) -> (u16, Value) {
    let number = number.to_string();
    let fields = [("exercise", EXERCISE), ("sql", sql), ("request", &number)];
    let path = format!("/api/{action}");
    let response = visitor.post(&path, &fields, "application/json").await;
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

async fn position(visitor: &Client<'_>, number: u32) -> Value {
    let response = visitor.get(&format!("/api/queue?request={number}")).await;
    response.json().await.expect("JSON")
}

/// Waits until the request waits.
async fn waits(visitor: &Client<'_>, number: u32) -> Value {
    for _ in 0..400 {
        let position = position(visitor, number).await;
        if !position["position"].is_null() {
            return position;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("request {number} never waits");
}

async fn cancel(visitor: &Client<'_>, number: u32) -> Value {
    let response = visitor
        .request(&format!("/api/cancel?request={number}"))
        .send()
        .await
        .expect("an answer");
    response.json().await.expect("JSON")
}

/// Cancels a request once it has begun, and does not wait.
async fn cancel_running(visitor: &Client<'_>, number: u32) {
    for _ in 0..400 {
        if position(visitor, number).await["position"].is_null()
            && cancel(visitor, number).await["cancelled"] == 1
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("request {number} never runs");
}

/// Gives a request that was sent just now the time to reach PostgreSQL.
async fn begin() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::test]
async fn whoever_waits_learns_the_position_and_a_full_queue_says_come_back() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &NARROW);
    let [ama, bo, cleo] = [(); 3].map(|()| site.visitor());
    for visitor in [&ama, &bo, &cleo] {
        visitor.act("run", EXERCISE, "SELECT 1").await;
    }
    let told = async {
        begin().await;
        let second = numbered(&ama, "run", 2, "SELECT 2");
        let other = numbered(&bo, "run", 3, "SELECT 3");
        let refused = async {
            let own = waits(&ama, 2).await;
            assert_eq!(own, json!({"position": 1, "reason": "own_script"}));
            let place = waits(&bo, 3).await;
            assert_eq!(place, json!({"position": 0, "reason": "place"}));
            assert_eq!(
                position(&bo, 4).await,
                json!({"position": null, "reason": null})
            );

            // One more of a session, and one more in all.
            let (status, answer) = numbered(&ama, "run", 5, "SELECT 5").await;
            assert_eq!(status, 503, "{answer}");
            let message = answer["error"]["message"].as_str().expect("a message");
            assert!(message.contains("of your scripts"), "{message}");
            let fields = [("exercise", EXERCISE), ("sql", "SELECT 'precious'")];
            let busy = cleo.post("/api/run", &fields, "application/json").await;
            assert_eq!(busy.status(), 503);
            assert!(busy.headers().contains_key(header::RETRY_AFTER));
            let answer: Value = busy.json().await.expect("JSON");
            let help = answer["error"]["help"].as_str().expect("a help");
            assert!(help.contains("Try again"), "{answer}");

            // Without script the page comes back with what was typed.
            let posted = cleo.submit("/api/run", &fields).await;
            assert_eq!(posted.status(), 303);
            let page = cleo.page("/exercises/reading/long-books").await;
            assert!(page.contains("precious") && page.contains("Try again"));

            assert_eq!(cancel(&ama, 1).await["cancelled"], 1);
        };
        tokio::join!(second, other, refused)
    };
    let (first, (second, other, ())) = tokio::join!(numbered(&ama, "run", 1, SLEEP), told);
    assert_eq!((first.0, second.0, other.0), (200, 200, 200));
    assert_eq!(second.1["statements"][0]["rows"], json!([["2"]]));
    assert_eq!(other.1["statements"][0]["rows"], json!([["3"]]));
}

#[tokio::test]
async fn asking_for_the_queue_makes_no_session() {
    let site = Site::start();
    let visitor = site.visitor();
    let response = visitor.get("/api/queue").await;
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(answer, json!({"position": null, "reason": null}));
    let response = visitor
        .request("/api/cancel")
        .send()
        .await
        .expect("an answer");
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    let answer: Value = response.json().await.expect("JSON");
    assert_eq!(answer, json!({"cancelled": 0}));
}

#[tokio::test]
async fn a_cancelled_run_says_so_and_shows_what_came_before() {
    let site = Site::start();
    let (ama, bo) = (site.visitor(), site.visitor());
    ama.act("run", EXERCISE, "SELECT 1").await;
    bo.act("run", EXERCISE, "SELECT 1").await;
    let script = format!("{SLEEP}; SELECT 'never'");
    let cancelling = async {
        begin().await;
        assert_eq!(cancel(&bo, 1).await["cancelled"], 0, "it is not Bo's");
        assert_eq!(
            cancel(&ama, 2).await["cancelled"],
            0,
            "another one is meant"
        );
        assert_eq!(cancel(&ama, 1).await["cancelled"], 1);
    };
    let ((status, run), ()) = tokio::join!(numbered(&ama, "run", 1, &script), cancelling);
    assert_eq!(status, 200, "{run}");
    assert_eq!(run["statements"][0]["rows"], json!([["begun"]]));
    let error = &run["statements"][1]["error"];
    assert_eq!(error["sqlstate"], "57014");
    let message = error["message"].as_str().expect("a message");
    assert!(message.contains("you cancelled"), "{run}");
    assert_eq!(run["skipped"], 1);
    let (status, run) = ama.act("run", EXERCISE, "SELECT 2").await;
    assert_eq!(
        (status, &run["statements"][0]["rows"]),
        (200, &json!([["2"]]))
    );
    let page = ama.page("/exercises/reading/long-books").await;
    assert!(page.contains("SELECT 2"), "the report is kept");
}

#[tokio::test]
async fn plans_and_checks_are_cancelled_as_well() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &NARROW);
    let visitor = site.visitor();
    visitor.act("run", EXERCISE, "SELECT 1").await;
    let cancelling = async || {
        begin().await;
        cancel_running(&visitor, 1).await;
    };
    let sleep = "SELECT pg_sleep(60)";
    let ((status, plan), ()) = tokio::join!(numbered(&visitor, "plan", 1, sleep), cancelling());
    assert_eq!(status, 422, "{plan}");
    assert_eq!(plan["error"]["error"]["sqlstate"], "57014", "{plan}");

    let ((status, verdict), ()) = tokio::join!(numbered(&visitor, "check", 1, sleep), cancelling());
    assert_eq!(status, 409, "{verdict}");
    let message = verdict["error"]["message"].as_str().expect("a message");
    assert!(message.contains("You cancelled"), "{verdict}");
    let (status, run) = site.visitor().act("run", EXERCISE, "SELECT 2").await;
    assert_eq!(status, 200, "the place is free again: {run}");
}

#[tokio::test]
async fn whoever_waits_can_give_up() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &NARROW);
    let (ama, bo) = (site.visitor(), site.visitor());
    ama.act("run", EXERCISE, "SELECT 1").await;
    bo.act("run", EXERCISE, "SELECT 1").await;
    let giving_up = async {
        begin().await;
        let waiting = async {
            waits(&bo, 2).await;
            assert_eq!(cancel(&bo, 2).await["cancelled"], 1);
        };
        let (answer, ()) = tokio::join!(numbered(&bo, "run", 2, "SELECT 2"), waiting);
        assert_eq!(cancel(&ama, 1).await["cancelled"], 1);
        answer
    };
    let (_, (status, answer)) = tokio::join!(numbered(&ama, "run", 1, SLEEP), giving_up);
    assert_eq!(status, 409, "{answer}");
}

#[tokio::test]
async fn a_check_whose_client_goes_away_gives_its_place_back() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &NARROW);
    let visitor = site.visitor();
    visitor.act("run", EXERCISE, "SELECT 1").await;
    let checking = visitor.act("check", EXERCISE, "SELECT pg_sleep(100)");
    let given_up = tokio::time::timeout(Duration::from_secs(1), checking).await;
    assert!(given_up.is_err(), "it sleeps");
    // There is one place, for which nobody waits more than 60 seconds.
    let (status, run) = site.visitor().act("run", EXERCISE, "SELECT 2").await;
    assert_eq!(
        (status, &run["statements"][0]["rows"]),
        (200, &json!([["2"]]))
    );
}

#[tokio::test]
async fn a_session_that_never_stops_delays_others_by_one_script() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &["--max-running=1"]);
    let greedy = site.visitor();
    greedy.act("run", EXERCISE, "SELECT 1").await;
    let runs = AtomicU32::new(0);
    let greed = async || {
        loop {
            let (status, run) = greedy.act("run", EXERCISE, "SELECT pg_sleep(0.4)").await;
            assert_eq!(status, 200, "{run}");
            runs.fetch_add(1, Ordering::Relaxed);
        }
    };
    let honest = async {
        for _ in 0..5 {
            let visitor = site.visitor();
            let before = runs.load(Ordering::Relaxed);
            let (status, run) = visitor.act("run", EXERCISE, "SELECT 1").await;
            let delayed = runs.load(Ordering::Relaxed) - before;
            assert_eq!(status, 200, "{run}");
            // The one that ran, and one whose answer was on its way.
            assert!(delayed <= 2, "{delayed} scripts ran before this one");
        }
    };
    tokio::select! {
        // Three at once, so that some always wait.
        _ = async { tokio::join!(greed(), greed(), greed()) } => unreachable!("greed has no end"),
        () = honest => {}
    }
}

#[tokio::test]
async fn an_address_with_many_sessions_does_not_keep_others_out() {
    let data = used_data_dir();
    let site = Site::start_in(
        data.path(),
        &[
            "--max-running=1",
            "--queue-length=4",
            "--trusted-proxy=127.0.0.1",
            "--new-session-rate=0",
        ],
    );
    let run = |address: &str, sql: &str| {
        let fields = [("exercise", EXERCISE), ("sql", sql)];
        let request = site.visitor().request("/api/run").form(&fields);
        tokio::spawn(request.header("x-forwarded-for", address).send())
    };
    let status = async |answer: JoinHandle<reqwest::Result<reqwest::Response>>| {
        let answer = answer.await.expect("no panic").expect("an answer");
        answer.status().as_u16()
    };
    let flood: Vec<_> = (0..10)
        .map(|_| run("198.51.100.1", "SELECT pg_sleep(1)"))
        .collect();
    begin().await;
    let honest = run("203.0.113.9", "SELECT 1");
    assert_eq!(status(honest).await, 200);
    let before: Vec<bool> = flood.iter().map(JoinHandle::is_finished).collect();
    let mut statuses = Vec::new();
    for run in flood {
        statuses.push(status(run).await);
    }
    assert!(statuses.iter().all(|status| [200, 503].contains(status)));
    // One ran and four waited, of which one gave way.
    let refused = statuses.iter().filter(|status| **status == 503).count();
    assert!(refused >= 1, "{statuses:?}");
    let answers = statuses.iter().zip(before);
    let served_before = answers.filter(|(status, before)| **status == 200 && *before);
    let served_before = served_before.count();
    assert!(served_before <= 3, "{served_before} of {statuses:?}");
}
