//! Sandboxes that take more disk than they may.

use crate::support::{TestDatabase, claimant, empty, fail, on_every_server, run, value};
use sqlground_model::{Notice, Run};
use sqlground_sandbox::{Limits, ResourceLimits, Sandbox, Sandboxes, Space};

const LIMIT: u64 = 4 * 1024 * 1024;

async fn open(database: &TestDatabase) -> Sandboxes {
    let limits = ResourceLimits {
        sandbox_bytes: LIMIT,
        ..ResourceLimits::DEFAULT
    };
    database.open_with(limits).await
}

/// Creates a table of so many megabytes.
fn table(name: &str, megabytes: u32) -> String {
    // A row of a kilobyte takes a seventh of a page.
    let rows = megabytes * 128 * 7;
    format!(
        "CREATE TABLE {name} AS SELECT i, rpad('', 1024, md5(i::text)) AS filling
         FROM generate_series(1, {rows}) AS i"
    )
}

fn notices(run: &Run) -> Vec<Notice> {
    let statements = run.statements.iter();
    statements.flat_map(|s| s.notices.clone()).collect()
}

fn says_full(notices: &[Notice]) -> bool {
    let full = |notice: &Notice| {
        notice.severity == "NOTICE"
            && notice.message.contains("may take 4 MB")
            && notice
                .hint
                .as_ref()
                .is_some_and(|hint| hint.contains("Reset"))
    };
    notices.iter().filter(|notice| full(notice)).count() == 1
}

/// A full sandbox can be read and emptied, and nothing else.
async fn is_full(sandbox: &Sandbox) {
    run(sandbox, "SELECT count(*) FROM t; DELETE FROM t WHERE i = 1").await;
    for script in [
        "INSERT INTO t VALUES (0, 'x')",
        "UPDATE t SET i = i",
        "CREATE TABLE u (a int)",
        "CREATE INDEX ON t (i)",
        "SELECT * INTO v FROM t",
    ] {
        let result = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
        let (_, error) = result
            .failure()
            .unwrap_or_else(|| panic!("{script} succeeds"));
        assert_eq!(error.sqlstate, "42501", "{script}");
        let hint = error.hint.as_ref().unwrap();
        assert!(hint.contains("4 MB") && hint.contains("TRUNCATE"), "{hint}");
    }
}

#[tokio::test]
async fn a_sandbox_over_its_limit_is_read_and_emptied_but_does_not_grow() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        run(&sandbox, &table("small", 1)).await;
        assert!(!says_full(&notices(
            &run(&sandbox, "INSERT INTO small SELECT 1").await
        )));
        let crossing = run(&sandbox, &table("t", 5)).await;
        let next = run(&sandbox, "SELECT 1").await;
        // What takes long says so itself.
        assert!(says_full(&[notices(&crossing), notices(&next)].concat()));
        is_full(&sandbox).await;
        assert!(!says_full(&notices(&run(&sandbox, "SELECT 1").await)));

        run(&sandbox, "TRUNCATE t").await;
        run(
            &sandbox,
            "INSERT INTO t VALUES (0, 'x'); UPDATE t SET i = 1",
        )
        .await;
        run(&sandbox, "CREATE INDEX ON t (i); CREATE TABLE u (a int)").await;
    })
    .await;
}

#[tokio::test]
async fn a_script_that_takes_long_says_itself_what_it_came_to() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        let script = format!("{}; SELECT pg_sleep(0.3)", table("t", 5));
        let crossing = run(&sandbox, &script).await;
        assert!(says_full(&crossing.statements[1].notices));
        is_full(&sandbox).await;
        let far = "GRANT INSERT ON t TO CURRENT_USER;
            INSERT INTO t SELECT * FROM t; SELECT pg_sleep(0.3)";
        let far = run(&sandbox, far).await;
        let last = far.statements[2].notices.last().unwrap();
        assert!(last.message.contains("it was reset"), "{last:?}");
        let left = "SELECT to_regclass('t') IS NULL";
        assert_eq!(value(&sandbox, left).await, "t");
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_far_over_its_limit_is_reset() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        run(&sandbox, &table("t", 5)).await;
        let role = sandbox.role();
        let grown = "GRANT INSERT ON t TO CURRENT_USER; INSERT INTO t SELECT * FROM t";
        let grown = run(&sandbox, grown).await;
        let next = run(&sandbox, "SELECT to_regclass('t') IS NULL").await;
        assert_eq!(next.statements[0].rows, [[Some("t".to_owned())]]);
        // What takes long says so itself.
        let told = [notices(&grown), notices(&next)].concat();
        let reset = told
            .iter()
            .filter(|notice| notice.message.contains("more than twice the 4 MB"))
            .count();
        assert_eq!(reset, 1, "{told:?}");
        assert_ne!(sandbox.role(), role);
        run(&sandbox, &table("t", 1)).await;
        let gone = format!(
            "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{}')",
            role.as_str()
        );
        database.wait_until(&gone).await;
    })
    .await;
}

#[tokio::test]
async fn what_functions_write_counts() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        let function = format!(
            "CREATE FUNCTION fill() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {}; END $$",
            table("t", 5)
        );
        run(&sandbox, &function).await;
        run(&sandbox, "SELECT fill()").await;
        is_full(&sandbox).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_written_into_the_catalogues_counts() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        run(&sandbox, "CREATE TABLE t (i int, filling text)").await;
        // It does not compress well.
        let text = "SELECT string_agg(md5(i::text), '') FROM generate_series(1, 180000) AS i";
        let comment =
            format!("DO $$ BEGIN EXECUTE format('COMMENT ON TABLE t IS %L', ({text})); END $$");
        let default = format!(
            "DO $$ BEGIN
                EXECUTE format('ALTER TABLE t ALTER filling SET DEFAULT %L', ({text}));
            END $$"
        );
        let body = format!(
            "DO $$ BEGIN
                EXECUTE format('CREATE FUNCTION f() RETURNS text LANGUAGE sql AS %L',
                    'SELECT ''' || ({text}) || '''');
            END $$"
        );
        for (fill, empty) in [
            (comment, "COMMENT ON TABLE t IS NULL"),
            (default, "ALTER TABLE t ALTER filling DROP DEFAULT"),
            (body, "DROP FUNCTION f()"),
        ] {
            run(&sandbox, &fill).await;
            assert_eq!(
                fail(&sandbox, "INSERT INTO t VALUES (1)").await,
                "42501",
                "{fill}"
            );
            run(&sandbox, empty).await;
            run(&sandbox, "INSERT INTO t VALUES (1, '')").await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_exercise_brings_does_not_count() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let space = Space {
            setup: Some(table("t", 12)),
            ..Space::empty("test/large")
        };
        let sandbox = sandboxes.sandbox(&claimant(1), &space).await.unwrap();
        run(&sandbox, "INSERT INTO t VALUES (0, 'x')").await;
        run(&sandbox, "INSERT INTO t VALUES (0, 'x')").await;
        run(&sandbox, &table("u", 5)).await;
        is_full(&sandbox).await;
    })
    .await;
}

#[tokio::test]
async fn a_full_sandbox_stays_full_for_every_server_and_after_a_repair() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let here = empty(&sandboxes, 1).await;
        run(&here, &table("t", 5)).await;
        is_full(&here).await;
        sandboxes.close().await;
        let sandboxes = open(&database).await;
        let there = empty(&sandboxes, 1).await;
        assert_eq!(notices(&run(&there, "SELECT 1").await), []);
        is_full(&there).await;
        run(&there, "ALTER ROLE CURRENT_USER PASSWORD 'mine'").await;
        let role = there.role();
        is_full(&there).await;
        assert_eq!(there.role(), role);
    })
    .await;
}

#[tokio::test]
async fn what_fails_or_is_cut_off_counts_as_far_as_it_takes_room() {
    on_every_server(async |database| {
        let sandboxes = open(&database).await;
        let sandbox = empty(&sandboxes, 1).await;
        run(&sandbox, "CREATE TABLE t (i int, filling text)").await;
        let failing = "INSERT INTO t SELECT i, rpad('', 1024, md5(i::text))
            FROM generate_series(1, 6000) AS i; SELECT 1/0";
        let script = format!("BEGIN; {failing}");
        assert_eq!(fail(&sandbox, &script).await, "22012");
        assert_eq!(fail(&sandbox, "INSERT INTO t VALUES (1)").await, "42501");
        run(&sandbox, "VACUUM t").await;
        run(&sandbox, "INSERT INTO t VALUES (1)").await;
    })
    .await;
}
