//! Ends that nobody ordered.

use crate::support::{Home, PATIENCE, ask, ask_on, connect, settings, signal};
use rustix::process::{Pid, Signal, test_kill_process};
use sqlground_postgres::{Progress, Server};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tokio::time::timeout;

/// Tells the victim where to work.
const DATA_DIR: &str = "SQLGROUND_TEST_DATA_DIR";

/// What the victim says once its server runs.
const READY: &str = "the victim is ready";

/// Not a test: the process that [`kill_9_leaves_nothing_that_the_next_start_cannot_clear`] kills.
#[tokio::test]
#[ignore = "run in a process of its own by another test"]
async fn victim() {
    let Some(data_dir) = std::env::var_os(DATA_DIR).map(PathBuf::from) else {
        return;
    };
    let server = Server::start(settings(&data_dir), |_| {}).await.unwrap();
    let table = "CREATE TABLE kept AS SELECT 'kept' AS it";
    ask(&server.superuser(), table).await.unwrap();
    // A query that never looks up from its work.
    let mut busy = connect(&server.superuser()).await.unwrap();
    let busy = ask_on(&mut busy, "SELECT count(*) FROM generate_series(1, 1e12)");
    println!("\n{READY}");
    busy.await.unwrap();
}

#[tokio::test]
async fn kill_9_leaves_nothing_that_the_next_start_cannot_clear() {
    let home = Home::new();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "crash::victim", "--nocapture"])
        .env(DATA_DIR, home.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    assert!(
        lines.any(|line| line.unwrap() == READY),
        "the victim did not start its server"
    );
    victim.kill().unwrap();
    victim.wait().unwrap();
    let orphan = home.postmaster();
    test_kill_process(Pid::from_raw(orphan).unwrap()).expect("postgres lives on");

    let (server, seen) = home.start_reporting().await;
    assert_eq!(
        seen.first(),
        Some(&Progress::StoppingOrphan {
            pid: orphan.unsigned_abs()
        })
    );
    assert_ne!(home.postmaster(), orphan);
    let kept = ask(&server.superuser(), "SELECT it FROM kept")
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("kept"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_postmaster_is_started_again() {
    let home = Home::new();
    let server = home.start().await;
    let superuser = server.superuser();
    ask(&superuser, "CREATE TABLE kept AS SELECT 'kept' AS it")
        .await
        .unwrap();
    // A query that does not notice, and holds the shared memory.
    let mut busy = connect(&superuser).await.unwrap();
    let busy = tokio::spawn(async move {
        ask_on(&mut busy, "SELECT count(*) FROM generate_series(1, 1e12)").await
    });
    let is_busy = "SELECT FROM pg_stat_activity WHERE query LIKE '%1e12%' \
                   AND state = 'active' AND pid <> pg_backend_pid()";
    let count = format!("SELECT count(*) FROM ({is_busy}) AS busy");
    while ask(&superuser, &count).await.unwrap().as_deref() != Some("1") {
        tokio::task::yield_now().await;
    }

    let first = home.postmaster();
    signal(first, Signal::KILL);
    timeout(PATIENCE, server.becomes(false)).await.unwrap();
    timeout(PATIENCE, server.becomes(true)).await.unwrap();
    assert_ne!(home.postmaster(), first);
    busy.await.unwrap().unwrap_err();
    let kept = ask(&superuser, "SELECT it FROM kept").await.unwrap();
    assert_eq!(kept.as_deref(), Some("kept"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_backend_takes_nothing_along_for_long() {
    let home = Home::new();
    let server = home.start().await;
    let superuser = server.superuser();
    let pid = ask(&superuser, "SELECT pg_postmaster_start_time()")
        .await
        .unwrap();
    let mut connection = connect(&superuser).await.unwrap();
    let backend = ask_on(&mut connection, "SELECT pg_backend_pid()")
        .await
        .unwrap();
    signal(backend.unwrap().parse().unwrap(), Signal::KILL);
    let answer = timeout(PATIENCE, async {
        loop {
            // Refused while the server recovers by itself.
            let sql = "SELECT pg_postmaster_start_time()";
            if let Ok(answer) = ask(&superuser, sql).await {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    });
    assert_eq!(answer.await.unwrap(), pid, "the postmaster stayed");
    assert!(server.is_ready());
    server.stop().await.unwrap();
}
