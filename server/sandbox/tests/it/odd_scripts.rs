//! Scripts that hardly anybody writes, and what comes of them.

use crate::support::{on_every_server, run, text, value};
use sqlground_sandbox::{Explained, Limits};

/// PostgreSQL counts one statement where the split does.
#[tokio::test]
async fn a_string_that_goes_on_in_the_next_line_is_one_string() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "SELECT E'a' -- it's\n  '\\';b'\n'\\'c'; SELECT '\\'";
        let run = run(&sandbox, script).await;
        let values: Vec<_> = run.statements.iter().map(text).collect();
        assert_eq!(values, ["a';b'c", "\\"]);
    })
    .await;
}

#[tokio::test]
async fn another_encoding_spoils_characters_and_nothing_else() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "CREATE TEMP TABLE t AS SELECT 'grün' AS \"größe\";
            LISTEN a; SET client_encoding = 'LATIN1';
            SELECT * FROM t; DO $$ BEGIN RAISE NOTICE '%', (SELECT t FROM t); END $$;
            SELECT pg_notify('a', (SELECT \"gr\" || 'x' FROM (SELECT chr(233) AS gr) AS t));
            SELECT 1";
        let run = run(&sandbox, script).await;
        let selected = &run.statements[3];
        assert_eq!(text(selected), "gr\u{fffd}n");
        assert_eq!(
            selected.columns.as_ref().unwrap()[0].name,
            "gr\u{fffd}\u{fffd}e"
        );
        assert_eq!(run.statements[4].notices[0].message, "(gr\u{fffd}n)");
        let notification = &run.statements[5].notices[0];
        assert_eq!(notification.detail.as_deref(), Some("\u{fffd}x"));
        assert_eq!(text(run.statements.last().unwrap()), "1");
    })
    .await;
}

/// A role may set a verifier of its own making, with as many iterations as it likes.
#[tokio::test]
async fn no_verifier_locks_its_student_out() {
    const KEYS: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for iterations in ["1", "5000", "200000", "0", "-1"] {
            let script = format!(
                "ALTER ROLE CURRENT_USER PASSWORD 'SCRAM-SHA-256${iterations}:c2FsdA==${KEYS}:{KEYS}'"
            );
            run(&sandbox, &script).await;
            // The next script has to log in.
            let ended = "SELECT pg_terminate_backend(pg_backend_pid())";
            let ended = sandbox.run(ended, &Limits::DISPLAY).await.unwrap();
            assert!(ended.failure().is_some());
            assert_eq!(value(&sandbox, "SELECT 1").await, "1", "{iterations}");
        }
    })
    .await;
}

#[tokio::test]
async fn psqls_commands_are_said_to_be_psqls() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for (script, line, position) in [
            ("\\d members\nSELECT 1", 1, 1),
            ("SELECT 1;\n\\timing on\nSELECT 2;", 2, 1),
            ("SELECT 1 \\gset", 1, 10),
            ("SELECT 1 \\; SELECT 2", 1, 10),
        ] {
            let run = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
            let (statement, error) = run.failure().unwrap();
            assert_eq!(
                (statement.line, error.position),
                (line, Some(position)),
                "{script}"
            );
            assert!(error.hint.as_ref().unwrap().contains("psql"), "{error:?}");
            let explained = sandbox.explain(script, &Limits::DISPLAY).await.unwrap();
            let Explained::Failed { statement, error } = explained else {
                panic!("{script}: {explained:?}");
            };
            assert_eq!(
                (statement.line, error.position),
                (line, Some(position)),
                "{script}"
            );
            assert!(error.hint.as_ref().unwrap().contains("psql"), "{error:?}");
        }
    })
    .await;
}
