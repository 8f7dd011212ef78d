//! What was done to a sandbox without its student's asking is told.

use crate::support::{TestDatabase, claimant, on_every_server, run, value};
use sqlground_model::Notice;
use sqlground_sandbox::{Explained, Limits, Sandbox, Space};
use std::time::Duration;

/// What the next script says of repairs, in its first statement, and that the one after says none.
async fn told(sandbox: &Sandbox) -> Vec<String> {
    let script = "SELECT 1; CREATE TABLE IF NOT EXISTS t (a int)";
    let next = run(sandbox, script).await;
    let told = messages(&next.statements[0].notices);
    let again = run(sandbox, "SELECT 1").await;
    assert_eq!(again.statements[0].notices, []);
    told
}

fn messages(notices: &[Notice]) -> Vec<String> {
    let notices = notices.iter();
    notices
        .map(|notice| {
            assert_eq!(notice.severity, "NOTICE");
            notice.message.clone()
        })
        .collect()
}

async fn end_connections(database: &TestDatabase, sandbox: &Sandbox) {
    database
        .execute(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{}'",
            sandbox.role().as_str()
        ))
        .await;
}

#[tokio::test]
async fn what_a_student_did_to_the_role_is_repaired_and_told() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for (script, what) in [
            ("ALTER ROLE CURRENT_USER PASSWORD 'mine'", "its password"),
            ("ALTER ROLE CURRENT_USER PASSWORD NULL", "its password"),
            (
                "ALTER ROLE CURRENT_USER SET search_path = nowhere",
                "its settings",
            ),
            (
                "ALTER ROLE CURRENT_USER SET DateStyle = 'German'",
                "its settings",
            ),
            (
                "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I
                    SET timezone = ''Asia/Tokyo''', current_database()); END $$",
                "its settings",
            ),
            (
                "ALTER ROLE CURRENT_USER SET local_preload_libraries = 'none'",
                "its settings",
            ),
        ] {
            run(&sandbox, script).await;
            let role = sandbox.role();
            let expected = format!("the role of your sandbox was repaired, which set back {what}");
            assert_eq!(told(&sandbox).await, [expected], "{script}");
            assert_eq!(sandbox.role(), role, "{script}");
        }
        for script in [
            "ALTER ROLE CURRENT_USER SET work_mem = '1MB'",
            // It takes what others granted from nobody.
            "DROP OWNED BY CURRENT_USER",
        ] {
            run(&sandbox, script).await;
            assert_eq!(
                told(&sandbox).await,
                [""; 0],
                "a student may do that: {script}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_others_did_to_the_role_is_repaired_and_told() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for (change, what) in [
            ("ALTER ROLE {} NOLOGIN", "LOGIN"),
            ("ALTER ROLE {} VALID UNTIL '2001-01-01'", "VALID UNTIL"),
            ("ALTER ROLE {} CONNECTION LIMIT 0", "its connection limit"),
            (
                "REVOKE CREATE ON SCHEMA {} FROM {}",
                "its privileges on its schema",
            ),
            (
                "REVOKE USAGE ON SCHEMA {} FROM {}",
                "its privileges on its schema",
            ),
            (
                "REVOKE ALL ON SCHEMA {} FROM {}; ALTER ROLE {} NOLOGIN",
                "its privileges on its schema and LOGIN",
            ),
        ] {
            run(&sandbox, "SELECT 1").await;
            let role = sandbox.role();
            database.execute(&change.replace("{}", role.as_str())).await;
            end_connections(&database, &sandbox).await;
            let told = told(&sandbox).await;
            assert!(
                told.len() == 1 && told[0].contains(what),
                "{change}: {told:?}"
            );
            assert_eq!(sandbox.role(), role);
        }
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_is_gone_is_replaced_and_told() {
    on_every_server(async |database| {
        for gone in [
            "DROP SCHEMA {} CASCADE",
            "DROP SCHEMA {} CASCADE; DROP ROLE {}",
        ] {
            let sandbox = database.empty(1).await;
            run(&sandbox, "SELECT 1").await;
            end_connections(&database, &sandbox).await;
            let role = sandbox.role();
            database.execute(&gone.replace("{}", role.as_str())).await;
            let told = told(&sandbox).await;
            assert!(
                told.len() == 1 && told[0].contains("a fresh one"),
                "{told:?}"
            );
            assert_ne!(sandbox.role(), role);
        }
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_that_was_not_used_is_removed_and_told() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t AS SELECT 1 AS a").await;
        database
            .execute("UPDATE sqlground.workspaces SET used_at = now() - interval '31 days'")
            .await;
        let month = Duration::from_hours(24 * 30);
        assert_eq!(database.sandboxes.drop_unused(month).await.unwrap(), 1);
        let back = database.empty(1).await;
        assert_eq!(value(&database.empty(2).await, "SELECT 1").await, "1");
        let told = told(&back).await;
        assert!(
            told.len() == 1 && told[0].contains("not been used"),
            "{told:?}"
        );
        let left: i64 = database.ask("SELECT count(*) FROM sqlground.unused").await;
        assert_eq!(left, 0);
    })
    .await;
}

#[tokio::test]
async fn an_exercise_that_changed_is_told() {
    on_every_server(async |database| {
        let space = |setup: &str| Space {
            setup: Some(setup.to_owned()),
            ..Space::empty("test/changing")
        };
        let before = space("CREATE TABLE a (a int)");
        let before = database
            .sandboxes
            .sandbox(&claimant(1), &before)
            .await
            .unwrap();
        assert_eq!(told(&before).await, [""; 0]);
        let after = space("CREATE TABLE b (b int)");
        let after = database
            .sandboxes
            .sandbox(&claimant(1), &after)
            .await
            .unwrap();
        let told = told(&after).await;
        assert!(
            told.len() == 1 && told[0].contains("exercise has changed"),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_plan_tells_as_well() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "ALTER ROLE CURRENT_USER PASSWORD 'mine'").await;
        let failed = sandbox.explain("SELECT 1/0", &Limits::DISPLAY).await;
        assert!(matches!(failed, Ok(Explained::Failed { .. })));
        let plan = sandbox.explain("SELECT 1", &Limits::DISPLAY).await.unwrap();
        let Explained::Plan { notices, .. } = plan else {
            panic!("{plan:?}")
        };
        assert_eq!(notices.len(), 1);
        assert!(notices[0].message.contains("its password"));
        assert_eq!(told(&sandbox).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn who_resets_is_told_nothing_of_the_old_sandbox() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(
            &sandbox,
            "ALTER ROLE CURRENT_USER SET search_path = nowhere",
        )
        .await;
        let again = database.empty(1).await;
        again.reset().await.unwrap();
        assert_eq!(told(&again).await, [""; 0]);
    })
    .await;
}
