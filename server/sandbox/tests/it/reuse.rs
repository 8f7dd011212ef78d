//! Connections that are used again, and what nobody sees of it.

use crate::support::{claimant, on_every_server, run, value};
use sqlground_sandbox::{Limits, ReadyLimits, Sandbox, Sandboxes, Settings, Space};
use std::time::Duration;

const PID: &str = "SELECT pg_backend_pid()";

/// Everything a session could find out about its connection, in one value.
const STATE: &str = "SELECT concat_ws(E'\\n', current_user, session_user, current_schemas(true),
    pg_my_temp_schema(), 'my.x is ' || coalesce(quote_literal(current_setting('my.x', true)), 'unknown'),
    (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors),
    (SELECT count(*) FROM pg_listening_channels()),
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
    (SELECT string_agg(concat_ws(' ', name, setting, source), E'\\n' ORDER BY name)
        FROM pg_settings))";

/// Scripts that leave something on their connection.
const LEAVING: [&str; 24] = [
    "SELECT 1",
    "SET work_mem = '1MB'",
    "SET search_path = pg_catalog",
    "SET ROLE CURRENT_USER",
    "SET SESSION AUTHORIZATION CURRENT_USER",
    "SET statement_timeout = 0; SET idle_session_timeout = 0; SET application_name = 'me'",
    "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY, ISOLATION LEVEL SERIALIZABLE",
    "SET TIME ZONE 'Asia/Tokyo'; SET client_encoding = 'LATIN1'; SET datestyle = 'German'",
    "SET my.x = '1'",
    "BEGIN; SET LOCAL my.x = '1'; ROLLBACK",
    "SELECT set_config('my.x', '1', false)",
    "PREPARE p AS SELECT 1",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "LISTEN a",
    "SELECT pg_advisory_lock(1), pg_advisory_lock_shared(2)",
    "CREATE TEMP TABLE u (a int)",
    "SELECT 1 AS a INTO TEMP v",
    "BEGIN; SET work_mem = '1MB'",
    "BEGIN; SELECT 1/0",
    "BEGIN; SET enable_seqscan = off; COMMIT AND CHAIN",
    "DO $$ BEGIN PERFORM set_config('my.x', '1', false); END $$",
    "SET plan_cache_mode = force_generic_plan; PREPARE q(int) AS SELECT $1; EXECUTE q(1)",
    "SAVEPOINT nothing",
    "\\gibberish",
];

async fn pid(sandbox: &Sandbox) -> String {
    value(sandbox, PID).await
}

#[tokio::test]
async fn a_sessions_next_script_takes_the_connection_of_the_last() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let first = pid(&sandbox).await;
        assert_eq!(pid(&sandbox).await, first);
        assert_eq!(pid(&database.empty(1).await).await, first);
        assert_ne!(pid(&database.empty(2).await).await, first);
        // Another sandbox of the same session is another role's.
        let other = Space::empty("test/other");
        let other = database.sandboxes.sandbox(&claimant(1), &other).await;
        assert_ne!(pid(&other.unwrap()).await, first);
        let plan = sandbox.explain(PID, &Limits::DISPLAY).await;
        assert!(plan.is_ok());
        assert_eq!(pid(&sandbox).await, first);
    })
    .await;
}

#[tokio::test]
async fn nothing_of_a_script_is_seen_by_the_next() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let fresh = value(&sandbox, STATE).await;
        assert!(fresh.contains("my.x is unknown"), "{fresh}");
        for script in LEAVING {
            // It may fail.
            sandbox.run(script, &Limits::DISPLAY).await.unwrap();
            let seen = value(&sandbox, STATE).await;
            assert_eq!(seen, fresh, "after {script}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_plan_leaves_no_more_than_a_run() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let fresh = value(&sandbox, STATE).await;
        for script in LEAVING {
            let script = format!("{script}; SELECT 1");
            sandbox.explain(&script, &Limits::DISPLAY).await.unwrap();
            let seen = value(&sandbox, STATE).await;
            assert_eq!(seen, fresh, "after {script}");
        }
    })
    .await;
}

#[tokio::test]
async fn sequences_and_random_numbers_begin_anew() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE SEQUENCE s; SELECT nextval('s')").await;
        for sql in ["SELECT currval('s')", "SELECT lastval()"] {
            assert_eq!(crate::support::fail(&sandbox, sql).await, "55000", "{sql}");
        }
        let seeded = "SELECT setseed(0.5); SELECT random(); SELECT random()";
        let second = value(&sandbox, seeded).await;
        run(&sandbox, "SELECT setseed(0.5); SELECT random()").await;
        assert_ne!(value(&sandbox, "SELECT random()").await, second);
    })
    .await;
}

#[tokio::test]
async fn what_a_role_is_set_to_counts_from_the_next_script_on() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "ALTER ROLE CURRENT_USER SET work_mem = '1MB'").await;
        assert_eq!(value(&sandbox, "SHOW work_mem").await, "1MB");
        run(&sandbox, "ALTER ROLE CURRENT_USER RESET ALL").await;
        assert_ne!(value(&sandbox, "SHOW work_mem").await, "1MB");
    })
    .await;
}

#[tokio::test]
async fn code_of_the_students_own_takes_a_connection_for_each_script() {
    on_every_server(async |database| {
        let function = "CREATE FUNCTION f() RETURNS text LANGUAGE sql
            AS $$ SELECT set_config('my.x', '1', false) $$";
        let with_code = Space {
            setup: Some(function.to_owned()),
            ..Space::empty("test/code")
        };
        let made = database.empty(1).await;
        run(&made, function).await;
        let found = database.sandboxes.sandbox(&claimant(1), &with_code).await;
        for sandbox in [made, found.unwrap()] {
            for _ in 0..2 {
                run(&sandbox, "SELECT f()").await;
                let seen = value(&sandbox, STATE).await;
                assert!(seen.contains("my.x is unknown"), "{seen}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_was_ended_is_replaced() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let ended = pid(&sandbox).await;
        database
            .execute(&format!("SELECT pg_terminate_backend({ended}, 5000)"))
            .await;
        assert_ne!(pid(&sandbox).await, ended);
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_was_stopped_takes_its_connection_along() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let before = pid(&sandbox).await;
        let short = Limits {
            statement_time: Duration::from_millis(100),
            ..Limits::DISPLAY
        };
        let large = Limits {
            bytes_read: 1_000,
            ..Limits::DISPLAY
        };
        for (limits, script) in [
            (&short, "SELECT pg_sleep(60)"),
            (&large, "SELECT generate_series(1, 100000000)"),
        ] {
            let run = sandbox.run(script, limits).await.unwrap();
            assert!(run.failure().is_some(), "{script}");
            let after = pid(&sandbox).await;
            assert_ne!(after, before, "{script}");
            assert_eq!(pid(&sandbox).await, after, "{script}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_limits_take_another_connection() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let timeout = "SHOW statement_timeout";
        let usual = value(&sandbox, timeout).await;
        let limits = Limits {
            statement_time: Duration::from_secs(77),
            ..Limits::DISPLAY
        };
        let other = sandbox.query(timeout, &limits).await.unwrap();
        assert_ne!(other.rows, [[Some(usual.clone())]]);
        assert_eq!(value(&sandbox, timeout).await, usual);
    })
    .await;
}

#[tokio::test]
async fn only_so_many_connections_wait() {
    on_every_server(async |database| {
        let sandboxes = Sandboxes::open(Settings {
            ready: ReadyLimits {
                connections: 2,
                ..ReadyLimits::NOTHING
            },
            ..database.settings.clone()
        })
        .await
        .unwrap();
        for session in 1..=5 {
            let space = Space::empty("test/empty");
            let sandbox = sandboxes.sandbox(&claimant(session), &space).await.unwrap();
            run(&sandbox, "SELECT 1").await;
        }
        let waiting = "FROM pg_stat_activity WHERE datname = current_database()
            AND application_name = 'sqlground sandbox'";
        database
            .wait_until(&format!("SELECT count(*) = 2 {waiting}"))
            .await;
        sandboxes.close().await;
        database
            .wait_until(&format!("SELECT count(*) = 0 {waiting}"))
            .await;
    })
    .await;
}

#[tokio::test]
async fn another_servers_reset_is_noticed() {
    on_every_server(async |database| {
        let second = Sandboxes::open(database.settings.clone()).await.unwrap();
        let (here, space) = (database.empty(1).await, Space::empty("test/empty"));
        let there = second.sandbox(&claimant(1), &space).await.unwrap();
        run(&here, "CREATE TABLE t AS SELECT 1 AS a").await;
        assert_eq!(value(&there, "SELECT a FROM t").await, "1");
        there.reset().await.unwrap();
        let gone = "SELECT to_regclass('t') IS NULL";
        assert_eq!(value(&there, gone).await, "t");
        // What is removed in the background is removed soon.
        let removed = format!(
            "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{}')",
            here.role().as_str()
        );
        database.wait_until(&removed).await;
        assert_eq!(value(&here, gone).await, "t");
        assert_eq!(here.role(), there.role());
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_is_gone_or_broken_is_replaced_or_repaired() {
    on_every_server(async |database| {
        let space = Space::empty("test/empty");
        for spoil in [
            "DROP SCHEMA {} CASCADE",
            "DROP SCHEMA {} CASCADE; DROP ROLE {}",
            "REVOKE ALL ON SCHEMA {} FROM {}",
            "ALTER ROLE {} NOLOGIN",
            "ALTER ROLE {} PASSWORD NULL",
        ] {
            let sandbox = database.empty(1).await;
            run(&sandbox, "CREATE TABLE IF NOT EXISTS t (a int)").await;
            let role = sandbox.role().as_str().to_owned();
            let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE usename = '{}'";
            for sql in [end, spoil] {
                database.execute(&sql.replace("{}", &role)).await;
            }
            let again = database.sandboxes.sandbox(&claimant(1), &space).await;
            let again = again.unwrap();
            run(&again, "CREATE TABLE IF NOT EXISTS t (a int)").await;
            let replaced = spoil.starts_with("DROP");
            assert_eq!(again.role().as_str() != role, replaced, "{spoil}");
        }
    })
    .await;
}
