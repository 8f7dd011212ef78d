//! What a script may use.

use crate::support::{claimant, on_every_server, run, value};
use sqlground_sandbox::{Limits, Space};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::time::Duration;

const SHORT: Limits = Limits {
    statement_time: Duration::from_millis(300),
    ..Limits::DISPLAY
};

#[tokio::test]
async fn rows_beyond_the_limit_are_counted_and_not_kept() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let run = run(&sandbox, "SELECT generate_series(1, 1234) AS n").await;
        let statement = &run.statements[0];
        assert_eq!((statement.rows.len(), statement.row_count), (500, 1234));
        assert!(statement.truncated);
        assert_eq!(statement.notices[0].severity, "LIMIT");
    })
    .await;
}

#[tokio::test]
async fn long_values_are_cut_at_a_character() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let limits = Limits {
            value_bytes: 9,
            ..Limits::DISPLAY
        };
        let run = sandbox
            .run("SELECT repeat('é', 100), 'short'", &limits)
            .await
            .unwrap();
        let statement = &run.statements[0];
        assert_eq!(
            statement.rows[0],
            [Some("éééé…".to_owned()), Some("short".to_owned())]
        );
        assert!(statement.truncated);
    })
    .await;
}

#[tokio::test]
async fn kept_bytes_are_counted_over_the_whole_script() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let limits = Limits {
            bytes_kept: 10_000,
            ..Limits::DISPLAY
        };
        let script = "SELECT repeat('x', 1000) FROM generate_series(1, 8);".repeat(3);
        let run = sandbox.run(&script, &limits).await.unwrap();
        let kept: usize = run
            .statements
            .iter()
            .flat_map(|s| s.rows.iter().flatten().flatten())
            .map(String::len)
            .sum();
        assert!(kept > 8_000 && kept <= 10_000 + 3, "{kept}");
        let truncated: Vec<_> = run
            .statements
            .iter()
            .map(|s| (s.truncated, s.row_count))
            .collect();
        assert_eq!(truncated, [(false, 8), (true, 8), (true, 8)]);
    })
    .await;
}

#[tokio::test]
async fn a_result_too_large_to_read_is_cancelled() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let limits = Limits {
            bytes_read: 1_000_000,
            ..Limits::DISPLAY
        };
        let script = "SELECT repeat('x', 1000), generate_series(1, 100000000); SELECT 2";
        let run = sandbox.run(script, &limits).await.unwrap();
        let statement = &run.statements[0];
        assert!(statement.truncated && !statement.rows.is_empty());
        assert!(statement.row_count < 100_000_000);
        assert!(
            statement
                .error
                .as_ref()
                .unwrap()
                .message
                .contains("too large")
        );
        assert_eq!(run.skipped, 1);
    })
    .await;
}

#[tokio::test]
async fn huge_values_notices_and_errors_take_no_memory() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let run = run(
            &sandbox,
            "SELECT repeat('x', 20000000);
             DO $$ BEGIN RAISE NOTICE '%', repeat('x', 5000000); END $$;
             DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE '%', i; END LOOP; END $$;",
        )
        .await;
        assert!(run.statements[0].rows[0][0].as_ref().unwrap().len() < 70_000);
        assert!(run.statements[1].notices[0].message.contains("too long"));
        let notices = &run.statements[2].notices;
        assert_eq!(notices.len(), Limits::DISPLAY.notices_kept as usize);
        assert!(
            notices.last().unwrap().message.starts_with("801 further"),
            "{:?}",
            notices.last()
        );

        let script = "DO $$ BEGIN RAISE EXCEPTION '%', repeat('x', 5000000); END $$";
        let run = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
        assert!(run.failure().unwrap().1.message.contains("too long"));
    })
    .await;
}

#[tokio::test]
async fn time_limits_hold_whatever_a_student_sets() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(
            &sandbox,
            "ALTER ROLE CURRENT_USER SET statement_timeout = 0",
        )
        .await;
        let script = "SET statement_timeout = 0; SET client_connection_check_interval = 0;
            SELECT pg_sleep(60); SELECT 1";
        let run = sandbox.run(script, &SHORT).await.unwrap();
        let (statement, error) = run.failure().unwrap();
        assert_eq!((statement.statement, run.skipped), (3, 1));
        assert_eq!(error.sqlstate, "57014");
        assert!(error.message.contains("0.3 s"), "{error:?}");
        assert_eq!(value(&sandbox, "SELECT 1").await, "1");
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_catches_its_cancellation_is_terminated() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(60);
            EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$";
        let run = sandbox.run(script, &SHORT).await.unwrap();
        assert!(run.failure().unwrap().1.message.starts_with("stopped"));
        database
            .wait_until(&format!(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = '{}'",
                sandbox.role().as_str()
            ))
            .await;
    })
    .await;
}

#[tokio::test]
async fn the_time_of_all_statements_together_is_limited() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let limits = Limits {
            script_time: Duration::from_millis(500),
            ..Limits::DISPLAY
        };
        let script = "SELECT pg_sleep(0.2);".repeat(10);
        let run = sandbox.run(&script, &limits).await.unwrap();
        assert!(run.statements.len() < 10, "{}", run.statements.len());
        assert_eq!(run.skipped as usize, 10 - run.statements.len());
        let last = run.statements.last().unwrap();
        let told = match &last.error {
            Some(error) => &error.message,
            None => &last.notices.last().unwrap().message,
        };
        assert!(told.contains("the script took longer than 0.5 s"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn waiting_for_a_lock_ends_and_is_explained() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t (a int)").await;
        let mut other = PgConnection::connect_with(&database.superuser)
            .await
            .unwrap();
        let lock = format!("BEGIN; LOCK TABLE {}.t", sandbox.schema().as_str());
        sqlx::raw_sql(AssertSqlSafe(lock))
            .execute(&mut other)
            .await
            .unwrap();
        let limits = Limits {
            lock_time: Duration::from_millis(200),
            ..Limits::DISPLAY
        };
        let fails = async |script: &str, limits: &Limits| {
            let run = sandbox.run(script, limits).await.unwrap();
            let error = run
                .failure()
                .unwrap_or_else(|| panic!("{script} succeeds"))
                .1;
            (
                error.sqlstate.clone(),
                error.hint.clone().unwrap_or_default(),
            )
        };
        let (sqlstate, hint) = fails("SELECT * FROM t", &limits).await;
        assert_eq!(sqlstate, "55P03");
        assert!(hint.contains("COMMIT or ROLLBACK"), "{hint}");
        let (sqlstate, hint) = fails("BEGIN; LOCK TABLE t NOWAIT", &limits).await;
        assert_eq!(sqlstate, "55P03");
        assert!(hint.contains("NOWAIT"), "{hint}");
        // A student who waits for ever meets the clock outside.
        let (sqlstate, hint) = fails("SET lock_timeout = 0; SELECT * FROM t", &SHORT).await;
        assert_eq!(sqlstate, "57014");
        assert!(hint.contains("a lock it waits for"), "{hint}");
        let own = "SET lock_timeout = 0; SET statement_timeout = 100; SELECT * FROM t";
        let (sqlstate, hint) = fails(own, &Limits::DISPLAY).await;
        assert_eq!(sqlstate, "57014");
        assert!(hint.contains("own statement_timeout"), "{hint}");
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_script_ends_with_its_statement() {
    on_every_server(async |database| {
        for script in [
            "SELECT 'before'; SELECT pg_sleep(600); SELECT 'after'",
            // One that will not be cancelled is terminated.
            "SELECT 'before'; DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600);
                EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$; SELECT 'after'",
        ] {
            let student = claimant(1);
            let sandbox = database
                .sandboxes
                .sandbox(&student, &Space::empty("test/empty"))
                .await
                .unwrap();
            let cancelling = async {
                database
                    .wait_until(&format!(
                        "SELECT count(*) = 1 FROM pg_stat_activity
                         WHERE usename = '{}' AND wait_event = 'PgSleep'",
                        sandbox.role().as_str()
                    ))
                    .await;
                student.cancel.cancel();
            };
            let (run, ()) = tokio::join!(sandbox.run(script, &Limits::DISPLAY), cancelling);
            let run = run.unwrap();
            let (statement, error) = run.failure().unwrap();
            assert_eq!((statement.statement, run.skipped), (2, 1));
            assert!(error.message.contains("you cancelled"), "{error:?}");
        }
        let sandbox = database.empty(1).await;
        assert_eq!(value(&sandbox, "SELECT 1").await, "1");
    })
    .await;
}

#[tokio::test]
async fn statements_are_limited_in_number() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let limits = Limits {
            statements: 3,
            ..Limits::DISPLAY
        };
        let run = sandbox.run(&"SELECT 1;".repeat(5), &limits).await.unwrap();
        assert_eq!((run.statements.len(), run.skipped), (3, 2));
        assert_eq!(run.statements[2].notices[0].severity, "LIMIT");
    })
    .await;
}

#[tokio::test]
async fn a_dropped_run_ends_in_postgresql_too() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let running = format!(
            "SELECT count(*) = 1 FROM pg_stat_activity
             WHERE usename = '{}' AND wait_event = 'PgSleep'",
            sandbox.role().as_str()
        );
        let script = "SET statement_timeout = 0; SET client_connection_check_interval = 0;
            SELECT pg_sleep(600)";
        let run = tokio::spawn(async move { sandbox.run(script, &Limits::DISPLAY).await });
        database.wait_until(&running).await;
        run.abort();
        database.wait_until(&running.replace("= 1", "= 0")).await;
    })
    .await;
}
