//! What scripts may take of the disk, and what students read when it is too much.

use rustix::process::{Pid, getpriority_process};
use serde_json::Value;
use sqlground_tests::{Site, used_data_dir};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

const EXERCISE: &str = "reading/long-books";

/// A table of some megabytes.
const LARGE: &str = "CREATE TABLE large AS SELECT rpad('', 1000, md5(i::text)) AS filling
    FROM generate_series(1, 4000) AS i";

fn text(answer: &Value) -> String {
    answer.to_string()
}

#[tokio::test]
async fn a_full_sandbox_says_so_in_runs_and_plans_and_on_the_page() {
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &["--max-sandbox-size=3MB"]);
    let visitor = site.visitor();
    let (status, run) = visitor.act("run", EXERCISE, LARGE).await;
    assert_eq!(status, 200, "{run}");
    let (status, plan) = visitor.act("plan", EXERCISE, "SELECT 1").await;
    assert_eq!(status, 200, "{plan}");
    let told = [text(&run), text(&plan)].concat();
    assert_eq!(told.matches("and may take 3 MB").count(), 1, "{told}");

    let fields = [
        ("exercise", EXERCISE),
        ("sql", "INSERT INTO large VALUES (1)"),
    ];
    let accept = "text/html; fragment=report";
    let refused = visitor.post("/api/run", &fields, accept).await;
    let report = refused.text().await.expect("text");
    assert!(
        report.contains("Your sandbox takes more than the 3 MB"),
        "{report}"
    );
    assert!(report.contains("press Reset"), "{report}");

    let (status, reset) = visitor.act("reset", EXERCISE, "").await;
    assert_eq!(status, 200, "{reset}");
    let (_, run) = visitor
        .act("run", EXERCISE, "CREATE TABLE small (a int)")
        .await;
    assert_eq!(run["statements"][0]["tag"], "CREATE TABLE", "{run}");
}

#[tokio::test]
async fn a_repair_is_told_in_a_plan_and_on_its_page() {
    let site = Site::start();
    let visitor = site.visitor();
    let change = "ALTER ROLE CURRENT_USER PASSWORD 'mine'";
    visitor.act("run", EXERCISE, change).await;
    let (_, plan) = visitor.act("plan", EXERCISE, "SELECT 1").await;
    let told = "was repaired, which set back its password";
    assert!(text(&plan["notices"]).contains(told), "{plan}");
    visitor.act("run", EXERCISE, change).await;
    let fields = [("exercise", EXERCISE), ("sql", "SELECT 1")];
    let accept = "text/html; fragment=report";
    let page = visitor.post("/api/plan", &fields, accept).await;
    let page = page.text().await.expect("text");
    assert!(page.contains(told), "{page}");
}

#[tokio::test]
async fn on_a_full_disk_scripts_are_refused_and_all_else_goes_on() {
    let data = used_data_dir();
    // More than any disk has.
    let site = Site::start_in(data.path(), &["--min-free-space=1000000TB"]);
    let visitor = site.visitor();
    for action in ["run", "check", "plan"] {
        let fields = [("exercise", EXERCISE), ("sql", "SELECT 1")];
        let path = format!("/api/{action}");
        let refused = visitor.post(&path, &fields, "application/json").await;
        assert_eq!(refused.status().as_u16(), 503, "{action}");
        assert!(refused.headers().contains_key("retry-after"), "{action}");
        let answer: Value = refused.json().await.expect("JSON");
        assert!(text(&answer).contains("disk is nearly full"), "{answer}");
    }
    let (status, reset) = visitor.act("reset", EXERCISE, "").await;
    assert_eq!(status, 200, "{reset}");
    visitor.page("/").await;
    visitor.page(&format!("/exercises/{EXERCISE}")).await;
}

/// Takes PostgreSQL hours, in which it never looks whether it is to stop.
const ENDLESS: &str = "SELECT length(ltrim(repeat('a', 20000000), repeat('b', 1000000) || 'a'))";

/// How many of the PostgreSQL processes of a data directory have the lowest priority.
fn stepped_back(data: &Path) -> usize {
    let data = data.display().to_string();
    let processes = fs::read_dir("/proc").expect("a list of processes");
    let priority = |entry: fs::DirEntry| -> Option<i32> {
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        let status = fs::read_to_string(entry.path().join("status")).ok()?;
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
        // Read as it is known to everybody, other than a process's folder.
        let postmaster = fs::read_to_string(format!("/proc/{}/cmdline", parent.trim())).ok()?;
        postmaster.contains(&data).then_some(())?;
        getpriority_process(Some(pid)).ok()
    };
    let lowest = |priority: &i32| *priority == 19;
    processes
        .flatten()
        .filter_map(priority)
        .filter(lowest)
        .count()
}

#[tokio::test]
async fn a_script_that_postgresql_cannot_end_disturbs_its_own_session_only() {
    let data = used_data_dir();
    let settings = ["--statement-seconds=1", "--max-stuck=1", "--max-running=1"];
    let site = Site::start_in(data.path(), &settings);
    let (first, second, honest) = (site.visitor(), site.visitor(), site.visitor());
    honest
        .act("run", EXERCISE, "CREATE TABLE mine (a int)")
        .await;
    let (status, stopped) = first.act("run", EXERCISE, ENDLESS).await;
    assert_eq!(status, 200, "{stopped}");
    let (_, run) = honest
        .act("run", EXERCISE, "INSERT INTO mine VALUES (1)")
        .await;
    assert_eq!(run["statements"][0]["tag"], "INSERT 0 1", "{run}");
    assert_eq!(stepped_back(data.path()), 1);
    let fields = [("exercise", EXERCISE), ("sql", "SELECT 1")];
    let refused = first.post("/api/run", &fields, "application/json").await;
    assert_eq!(refused.status().as_u16(), 503);
    let refused = refused.text().await.expect("text");
    assert!(
        refused.contains("cannot interrupt your last script"),
        "{refused}"
    );

    // One more is one too many.
    second.act("run", EXERCISE, ENDLESS).await;
    let deadline = Instant::now() + Duration::from_mins(1);
    for visitor in [&first, &second, &honest] {
        loop {
            let fields = [("exercise", EXERCISE), ("sql", "SELECT 1")];
            let answer = visitor.post("/api/run", &fields, "application/json").await;
            if answer.status().is_success() {
                break;
            }
            assert!(
                Instant::now() < deadline,
                "{}",
                answer.text().await.expect("text")
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    assert_eq!(stepped_back(data.path()), 0);
    let (_, run) = honest
        .act("run", EXERCISE, "SELECT count(*) FROM mine")
        .await;
    assert_eq!(run["statements"][0]["rows"][0][0], "1", "{run}");
}
