//! Limits and repairs where the catalogues are hidden, from the service as well.

use crate::support::{TestDatabase, empty, on_every_server, run};
use sqlground_sandbox::{Limits, ResourceLimits, Sandbox, Sandboxes, Settings};
use tokio::sync::Mutex;

/// Hides the catalogues and opens the sandboxes anew.
async fn harden(database: &TestDatabase, resources: ResourceLimits) -> Sandboxes {
    // One role serves all databases of a server.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let one = ONE_AT_A_TIME.lock().await;
    let grant = format!("GRANT pg_read_all_stats TO service_{}", database.name);
    database.execute(&grant).await;
    database.harden().await;
    drop(one);
    Sandboxes::open(Settings {
        resources,
        allow_weak_isolation: false,
        ..database.settings.clone()
    })
    .await
    .unwrap()
}

async fn sqlstate(sandbox: &Sandbox, script: &str) -> String {
    let run = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
    run.failure().expect(script).1.sqlstate.clone()
}

#[tokio::test]
async fn a_sandbox_is_found_repaired_and_removed() {
    on_every_server(async |database| {
        let sandboxes = harden(&database, ResourceLimits::DEFAULT).await;
        let student = empty(&sandboxes, 1).await;
        let role = student.role();
        run(
            &student,
            "ALTER ROLE CURRENT_USER SET search_path = nowhere",
        )
        .await;
        let again = empty(&sandboxes, 1).await;
        let told = run(&again, "SELECT 1").await;
        assert!(
            told.statements[0].notices[0]
                .message
                .contains("its settings")
        );
        assert_eq!(again.role(), role);
        let quiet = run(&again, "SELECT 1").await;
        assert_eq!(quiet.statements[0].notices, []);
        again.reset().await.unwrap();
        let gone = format!(
            "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{}')",
            role.as_str()
        );
        database.wait_until(&gone).await;
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_does_not_grow_over_its_limit() {
    on_every_server(async |database| {
        let limits = ResourceLimits {
            sandbox_bytes: 1024 * 1024,
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = harden(&database, limits).await;
        let student = empty(&sandboxes, 1).await;
        let filling = "CREATE TABLE t AS SELECT rpad('', 1000, md5(i::text)) AS a
            FROM generate_series(1, 1300) AS i";
        run(&student, filling).await;
        assert_eq!(
            sqlstate(&student, "INSERT INTO t VALUES ('x')").await,
            "42501"
        );
        run(&student, "TRUNCATE t").await;
        run(&student, "INSERT INTO t VALUES ('x')").await;
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_holds_only_so_many_objects() {
    on_every_server(async |database| {
        let limits = ResourceLimits {
            sandbox_objects: Some(20),
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = harden(&database, limits).await;
        let student = empty(&sandboxes, 1).await;
        let script = "DO $$ BEGIN FOR i IN 1..30 LOOP
            EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; END $$";
        assert_eq!(sqlstate(&student, script).await, "53400");
        run(&student, &script.replace("30", "15")).await;
    })
    .await;
}

#[tokio::test]
async fn who_locks_what_is_anothers_is_ended() {
    on_every_server(async |database| {
        let sandboxes = harden(&database, ResourceLimits::DEFAULT).await;
        let (victim, attacker) = (empty(&sandboxes, 1).await, empty(&sandboxes, 2).await);
        let created = run(&victim, "CREATE SEQUENCE s; SELECT 's'::regclass::oid").await;
        let number = created.statements[1].rows[0][0].clone().unwrap();
        let script = format!(
            "BEGIN; DO $$ BEGIN PERFORM nextval({number}::oid::regclass);
             EXCEPTION WHEN OTHERS THEN END $$; SELECT pg_sleep(9)"
        );
        let attack = attacker.run(&script, &Limits::DISPLAY);
        let defence = async {
            let locked = format!(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = {number} AND granted)"
            );
            database.wait_until(&locked).await;
            run(&victim, "DROP SEQUENCE s").await;
        };
        let (attack, ()) = tokio::join!(attack, defence);
        let (_, error) = attack.as_ref().unwrap().failure().unwrap();
        assert!(
            error.message.contains("kept another session waiting"),
            "{error:?}"
        );
    })
    .await;
}
