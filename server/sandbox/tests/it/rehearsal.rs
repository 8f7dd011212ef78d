//! Scripts tried on one instance of the data after the other.

use crate::support::on_every_server;
use sqlground_model::Run;
use sqlground_sandbox::{Limits, Space};

fn tables() -> Space {
    Space {
        setup: Some("CREATE TABLE t (a int PRIMARY KEY CHECK (a > 0))".to_owned()),
        ..Space::empty("rehearsal")
    }
}

fn rows(run: &Run) -> Vec<String> {
    let result = run.last_result().expect("a result");
    let texts = result.rows.iter().map(|row| row[0].clone());
    texts.map(|text| text.expect("no NULL")).collect()
}

#[tokio::test]
async fn each_instance_is_there_alone_and_nothing_stays() {
    on_every_server(async |database| {
        let scratch = database.sandboxes.scratch(&tables()).await.unwrap();
        let limits = Limits::COMPARISON;
        let mut rehearsal = scratch.rehearse(&limits).await.unwrap();
        for instance in ["(1), (2)", "(7)", "(1)"] {
            let sql = format!("INSERT INTO t VALUES {instance}");
            rehearsal.set(&sql).await.unwrap();
            let run = rehearsal
                .run("SELECT format('(%s)', a) FROM t ORDER BY a")
                .await;
            assert_eq!(rows(&run).join(", "), instance);
        }
        // What a script does stays until it is undone.
        let script = "INSERT INTO t VALUES (5); CREATE TABLE u AS TABLE t";
        assert!(rehearsal.run(script).await.failure().is_none());
        assert_eq!(
            rows(&rehearsal.run("SELECT a FROM u ORDER BY a").await),
            ["1", "5"]
        );
        rehearsal.undo().await.unwrap();
        assert_eq!(rows(&rehearsal.run("SELECT a FROM t").await), ["1"]);
        assert!(rehearsal.run("TABLE u").await.failure().is_some());
        // A failed script spoils nothing.
        rehearsal.undo().await.unwrap();
        assert_eq!(rows(&rehearsal.run("SELECT a FROM t").await), ["1"]);
        assert!(rehearsal.is_sound());
        rehearsal.end().await;
        let left = scratch
            .query("SELECT count(*) FROM t", &limits)
            .await
            .unwrap();
        assert_eq!(left.rows, [[Some("0".to_owned())]]);
    })
    .await;
}

#[tokio::test]
async fn what_the_constraints_refuse_is_no_instance() {
    on_every_server(async |database| {
        let scratch = database.sandboxes.scratch(&tables()).await.unwrap();
        let limits = Limits::COMPARISON;
        let mut rehearsal = scratch.rehearse(&limits).await.unwrap();
        let refused = rehearsal.set("INSERT INTO t VALUES (1), (0)").await;
        assert_eq!(refused.unwrap_err().sqlstate, "23514");
        rehearsal.set("INSERT INTO t VALUES (3)").await.unwrap();
        assert_eq!(rows(&rehearsal.run("SELECT a FROM t").await), ["3"]);
        rehearsal.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_script_leaves_no_trace_for_the_next_instance() {
    on_every_server(async |database| {
        let scratch = database.sandboxes.scratch(&tables()).await.unwrap();
        let limits = Limits::COMPARISON;
        let mut rehearsal = scratch.rehearse(&limits).await.unwrap();
        let script = "SET work_mem = '1MB'; PREPARE p AS SELECT 1; SELECT 1";
        for instance in 1..=2 {
            rehearsal
                .set(&format!("INSERT INTO t VALUES ({instance})"))
                .await
                .unwrap();
            let before = rows(&rehearsal.run("SHOW work_mem").await);
            assert_ne!(before, ["1MB"]);
            let run = rehearsal.run(script).await;
            assert!(run.failure().is_none(), "{run:?}");
        }
        rehearsal.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_script_that_ends_its_transaction_is_noticed() {
    on_every_server(async |database| {
        let scratch = database.sandboxes.scratch(&tables()).await.unwrap();
        let limits = Limits::COMPARISON;
        let mut rehearsal = scratch.rehearse(&limits).await.unwrap();
        rehearsal.set("INSERT INTO t VALUES (1)").await.unwrap();
        rehearsal.run("COMMIT").await;
        assert!(!rehearsal.is_sound());
        rehearsal.end().await;
    })
    .await;
}

#[tokio::test]
async fn where_all_was_undone_others_rehearse() {
    on_every_server(async |database| {
        let limits = Limits::COMPARISON;
        let stage = database.sandboxes.stage(&tables()).await.unwrap();
        let role = stage.role().clone();
        let mut rehearsal = stage.rehearse(&limits).await.unwrap();
        rehearsal.set("INSERT INTO t VALUES (1)").await.unwrap();
        rehearsal
            .run("CREATE TABLE u (); PREPARE p AS SELECT 1; SET my.note = 'here'")
            .await;
        assert!(rehearsal.end().await);
        stage.put_aside();

        let stage = database.sandboxes.stage(&tables()).await.unwrap();
        assert_eq!(*stage.role(), role);
        let mut rehearsal = stage.rehearse(&limits).await.unwrap();
        rehearsal.set("SELECT").await.unwrap();
        let found = rehearsal
            .run(
                "SELECT format('%s %s %s %s', (SELECT count(*) FROM t), to_regclass('u'),
                    (SELECT count(*) FROM pg_prepared_statements WHERE name = 'p'), current_setting('my.note', true))",
            )
            .await;
        assert_eq!(rows(&found), ["0  0 "]);
        // Another space is none of it.
        let other = database.sandboxes.stage(&Space::empty("other")).await;
        assert_ne!(*other.unwrap().role(), role);
    })
    .await;
}

#[tokio::test]
async fn where_something_was_committed_nobody_rehearses_again() {
    on_every_server(async |database| {
        let limits = Limits::COMPARISON;
        for script in [
            "INSERT INTO t VALUES (2); COMMIT",
            "INSERT INTO t VALUES (2); COMMIT; BEGIN",
            "ROLLBACK; CREATE TABLE u (); BEGIN",
        ] {
            let stage = database.sandboxes.stage(&tables()).await.unwrap();
            let mut rehearsal = stage.rehearse(&limits).await.unwrap();
            rehearsal.set("INSERT INTO t VALUES (1)").await.unwrap();
            rehearsal.run(script).await;
            assert!(!rehearsal.is_sound(), "{script}");
            assert!(!rehearsal.end().await, "{script}");
        }
    })
    .await;
}
