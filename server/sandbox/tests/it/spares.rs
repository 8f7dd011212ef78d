//! Sandboxes that are made before anybody asks for them.

use crate::support::{TestDatabase, claimant, on_every_server, run, value};
use sqlground_sandbox::{DatasetSource, Error, ReadyLimits, Sandboxes, Settings, Space};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const SPARES: &str = "FROM sqlground.workspaces WHERE session IS NULL AND keeper_pid IS NULL";

fn with_table(key: &str) -> Space {
    Space {
        setup: Some(format!("CREATE TABLE t AS SELECT '{key}' AS a")),
        ..Space::empty(key)
    }
}

async fn open(database: &TestDatabase, spares: u16, max_spares: u16) -> Sandboxes {
    Sandboxes::open(Settings {
        ready: ReadyLimits {
            spares,
            max_spares,
            ..ReadyLimits::DEFAULT
        },
        ..database.settings.clone()
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_new_student_is_given_what_is_ready() {
    on_every_server(async |database| {
        let sandboxes = open(&database, 2, 8).await;
        let space = with_table("a");
        sandboxes.sandbox(&claimant(1), &space).await.unwrap();
        // Two of the space, and two empty ones.
        database
            .wait_until(&format!("SELECT count(*) = 4 {SPARES}"))
            .await;
        let ready: Vec<String> = database
            .ask(&format!("SELECT array_agg(name) {SPARES}"))
            .await;
        let sandbox = sandboxes.sandbox(&claimant(2), &space).await.unwrap();
        assert!(ready.contains(&sandbox.role().as_str().to_owned()));
        assert_eq!(value(&sandbox, "SELECT a FROM t").await, "a");
        let again = sandboxes.sandbox(&claimant(2), &space).await.unwrap();
        assert_eq!(again.role(), sandbox.role());
        database
            .wait_until(&format!("SELECT count(*) = 4 {SPARES}"))
            .await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_given_what_is_somebody_elses() {
    on_every_server(async |database| {
        let (here, there) = (open(&database, 3, 12).await, open(&database, 3, 12).await);
        let space = with_table("a");
        here.sandbox(&claimant(99), &space).await.unwrap();
        database
            .wait_until(&format!("SELECT count(*) >= 6 {SPARES}"))
            .await;
        let (mut roles, mut opening) = (HashSet::new(), Vec::new());
        for session in 1..=8 {
            let sandboxes = if session % 2 == 0 { &here } else { &there };
            let (sandboxes, space) = (sandboxes.clone(), space.clone());
            opening.push(tokio::spawn(async move {
                let sandbox = sandboxes.sandbox(&claimant(session), &space).await.unwrap();
                run(&sandbox, "UPDATE t SET a = 'changed'").await;
                sandbox.role()
            }));
        }
        for sandbox in opening {
            assert!(roles.insert(sandbox.await.unwrap()));
        }
        assert_eq!(roles.len(), 8);
    })
    .await;
}

#[tokio::test]
async fn one_session_asking_twice_at_once_is_given_one() {
    on_every_server(async |database| {
        let (here, there) = (open(&database, 2, 8).await, open(&database, 2, 8).await);
        let space = Space::empty("a");
        database
            .wait_until(&format!("SELECT count(*) >= 2 {SPARES}"))
            .await;
        for session in 1..=8 {
            let student = claimant(session);
            let (a, b) = tokio::join!(
                here.sandbox(&student, &space),
                there.sandbox(&student, &space)
            );
            assert_eq!(a.unwrap().role(), b.unwrap().role());
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_one_serves_every_exercise_that_only_reads() {
    on_every_server(async |database| {
        let sandboxes = open(&database, 2, 8).await;
        let dataset = DatasetSource {
            name: "club".to_owned(),
            schema_sql: "CREATE TABLE members AS SELECT 7 AS id".to_owned(),
            data_sql: String::new(),
            digest: "aaaaaaaaaaaa".to_owned(),
        };
        let space = Space {
            dataset: Some(Arc::new(dataset.clone())),
            ..Space::empty("a")
        };
        database
            .wait_until(&format!("SELECT count(*) = 2 {SPARES}"))
            .await;
        let missing = sandboxes.sandbox(&claimant(1), &space).await;
        assert!(matches!(missing, Err(Error::DatasetMissing(name)) if name == "club"));
        let spares: i64 = database.ask(&format!("SELECT count(*) {SPARES}")).await;
        assert_eq!(spares, 2, "one is taken for nothing");
        sandboxes.load_dataset(&dataset).await.unwrap();
        let ready: Vec<String> = database
            .ask(&format!("SELECT array_agg(name) {SPARES}"))
            .await;
        let sandbox = sandboxes.sandbox(&claimant(1), &space).await.unwrap();
        assert!(ready.contains(&sandbox.role().as_str().to_owned()));
        assert_eq!(value(&sandbox, "SELECT id FROM members").await, "7");
    })
    .await;
}

#[tokio::test]
async fn a_scratch_takes_a_spare_one_and_leaves_nothing() {
    on_every_server(async |database| {
        let sandboxes = open(&database, 1, 4).await;
        let space = with_table("a");
        sandboxes.scratch(&space).await.unwrap();
        database
            .wait_until(&format!("SELECT count(*) = 2 {SPARES}"))
            .await;
        let ready: Vec<String> = database
            .ask(&format!("SELECT array_agg(name) {SPARES}"))
            .await;
        let scratch = sandboxes.scratch(&space).await.unwrap();
        let role = scratch.role().as_str().to_owned();
        assert!(ready.contains(&role));
        assert_eq!(value(&scratch, "SELECT a FROM t").await, "a");
        scratch.discard().await.unwrap();
        let left = format!("SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')");
        assert!(database.ask::<bool>(&left).await);
    })
    .await;
}

#[tokio::test]
async fn there_are_only_so_many_and_the_latest_are_kept() {
    on_every_server(async |database| {
        let sandboxes = open(&database, 2, 4).await;
        for (session, key) in (1..).zip(["a", "b", "c"]) {
            sandboxes
                .sandbox(&claimant(session), &with_table(key))
                .await
                .unwrap();
        }
        let kept = [with_table("b"), with_table("c")].map(|space| space.digest());
        database
            .wait_until(&format!(
                "SELECT count(*) = 4 AND bool_and(digest IN ('{}', '{}')) {SPARES}",
                kept[0], kept[1]
            ))
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_spare_whose_taker_goes_away_is_not_lost() {
    on_every_server(async |database| {
        let sandboxes = open(&database, 2, 8).await;
        let space = with_table("a");
        drop(sandboxes.scratch(&space).await.unwrap());
        for delay in 0..40 {
            database
                .wait_until(&format!("SELECT count(*) >= 2 {SPARES}"))
                .await;
            let taking = sandboxes.scratch(&space);
            let patience = Duration::from_micros(delay * 50);
            drop(timeout(patience, taking).await);
        }
        database
            .wait_until(
                "SELECT count(*) = 0 FROM sqlground.workspaces WHERE keeper_pid IS NOT NULL",
            )
            .await;
    })
    .await;
}
