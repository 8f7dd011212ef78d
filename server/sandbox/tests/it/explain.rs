//! Plans, and that making one changes nothing.

use crate::support::{on_every_server, run, value};
use sqlground_model::SqlError;
use sqlground_sandbox::{Explained, Limits, Sandbox, StatementPlace};

async fn plan(sandbox: &Sandbox, script: &str) -> (StatementPlace, serde_json::Value) {
    match sandbox.explain(script, &Limits::DISPLAY).await.unwrap() {
        Explained::Plan {
            statement,
            json,
            server_version,
            ..
        } => {
            assert!(server_version >= 140_000);
            (statement, serde_json::from_str(&json).unwrap())
        }
        other => panic!("{script}: {other:?}"),
    }
}

async fn failure(sandbox: &Sandbox, script: &str) -> (StatementPlace, SqlError) {
    match sandbox.explain(script, &Limits::DISPLAY).await.unwrap() {
        Explained::Failed { statement, error } => (statement, error),
        other => panic!("{script}: {other:?}"),
    }
}

#[tokio::test]
async fn the_last_statement_is_explained_after_those_before_it() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "CREATE TABLE t (a int);\nINSERT INTO t SELECT generate_series(1, 9);\n\
            SELECT * FROM t; CREATE INDEX ON t (a)";
        let (place, json) = plan(&sandbox, script).await;
        assert_eq!(
            (place.statement, place.line, place.sql.as_str()),
            (3, 3, "SELECT * FROM t")
        );
        assert_eq!(json[0]["Plan"]["Actual Rows"].as_f64(), Some(9.0));
        assert_eq!(json[0]["Plan"]["Schema"], sandbox.schema().as_str());
        assert_eq!(
            value(&sandbox, "SELECT to_regclass('t') IS NULL").await,
            "t"
        );
    })
    .await;
}

#[tokio::test]
async fn writing_statements_are_rolled_back_whatever_the_script_says() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t (a int); INSERT INTO t VALUES (1)").await;
        for script in [
            "DELETE FROM t",
            "BEGIN; DELETE FROM t; COMMIT; SELECT 1",
            "DELETE FROM t; COMMIT; BEGIN; DELETE FROM t",
            "DELETE FROM t; END; SELECT 1",
            "DELETE FROM t; COMMIT AND CHAIN; SELECT 1",
            "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
            "EXPLAIN ANALYZE DELETE FROM t",
            "CREATE TABLE u AS SELECT * FROM t",
            "PREPARE p AS DELETE FROM t; EXECUTE p",
        ] {
            plan(&sandbox, script).await;
            let left = value(
                &sandbox,
                "SELECT count(*) || coalesce(to_regclass('u')::text, '') FROM t",
            )
            .await;
            assert_eq!(left, "1", "{script}");
        }
    })
    .await;
}

#[tokio::test]
async fn no_second_statement_is_smuggled_in() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t (a int)").await;
        // A parenthesis or a setting makes the split take two statements for one.
        for script in [
            "SELECT (1; COMMIT; DROP TABLE t",
            "SELECT $$ $$ || (1; DROP TABLE t)",
            "SET standard_conforming_strings = off;
                SELECT '\\' , '; COMMIT; DROP TABLE t; SELECT '\\' '",
        ] {
            let (_, error) = failure(&sandbox, script).await;
            assert_eq!(error.sqlstate, "42601", "{script}: {error:?}");
            assert_eq!(
                value(&sandbox, "SELECT to_regclass('t')").await,
                "t",
                "{script}"
            );
        }
        for script in [
            "PREPARE TRANSACTION 'x'; SELECT 1",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN DROP TABLE t; COMMIT; END';
                CALL p(); SELECT 1",
            "DO 'BEGIN DROP TABLE t; COMMIT; END'; SELECT 1",
        ] {
            failure(&sandbox, script).await;
            assert_eq!(
                value(&sandbox, "SELECT to_regclass('t')").await,
                "t",
                "{script}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_rollback_takes_effect() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t (a int)").await;
        let (_, json) = plan(
            &sandbox,
            "INSERT INTO t VALUES (1); ROLLBACK; SELECT * FROM t",
        )
        .await;
        assert_eq!(json[0]["Plan"]["Actual Rows"].as_f64(), Some(0.0));
    })
    .await;
}

#[tokio::test]
async fn an_errors_place_is_in_the_students_statement() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for (script, statement, position) in [
            ("SELECT 'ü', nothing", 1, 13),
            ("SELECT 1; EXPLAIN ANALYZE SELECT 'ü', nothing", 2, 29),
            ("SELECT nothing; SELECT 1", 1, 8),
        ] {
            let (place, error) = failure(&sandbox, script).await;
            assert_eq!(
                (place.statement, error.position),
                (statement, Some(position)),
                "{script}"
            );
            let found: String = place
                .sql
                .chars()
                .skip(position as usize - 1)
                .take(7)
                .collect();
            assert_eq!(found, "nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_explained_is_said() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for script in ["", "CREATE INDEX ON t (a)", "COMMIT"] {
            let explained = sandbox.explain(script, &Limits::DISPLAY).await.unwrap();
            assert_eq!(explained, Explained::NoStatement, "{script}");
        }
        let (_, error) = failure(&sandbox, "VACUUM; SELECT 1").await;
        assert!(error.hint.unwrap().contains("rolled back"));
        let (_, error) = failure(&sandbox, "SELECT $1").await;
        assert_eq!(error.sqlstate, "42P02");
        let (place, _) = failure(
            &sandbox,
            "CREATE TABLE t (a int); COPY t FROM STDIN; SELECT 1",
        )
        .await;
        assert_eq!(place.statement, 2);
    })
    .await;
}
