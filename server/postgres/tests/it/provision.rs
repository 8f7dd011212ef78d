//! The role and databases of the service.

use crate::support::{Home, ask};
use sqlground_postgres::{external_setup_sql, provision};
use std::fs;
use std::process::Command;

#[tokio::test]
async fn provisioning_twice_is_the_same_as_once() {
    let home = Home::new();
    let server = home.start().await;
    provision(&server.superuser(), server.secret())
        .await
        .unwrap();
    let databases = provision(&server.superuser(), server.secret())
        .await
        .unwrap();
    for (options, database) in [
        (&databases.own, "sqlground"),
        (&databases.sandbox, "sqlground_sandbox"),
        (&databases.answers, "sqlground_answers"),
    ] {
        let sql = "SELECT current_user || ' ' || current_database() || ' ' || rolsuper || ' ' \
                   || rolcreaterole FROM pg_roles WHERE rolname = current_user";
        let who = ask(options, sql).await.unwrap();
        assert_eq!(who.unwrap(), format!("sqlground {database} false true"));
        // It can work there: tables, schemas and roles of its own.
        let sql = "CREATE TABLE t (); CREATE SCHEMA s; CREATE ROLE r; DROP ROLE r";
        ask(options, sql).await.unwrap();
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_repaired_password_lets_the_service_in_again() {
    let home = Home::new();
    let server = home.start().await;
    let superuser = server.superuser();
    let databases = provision(&superuser, server.secret()).await.unwrap();
    ask(
        &superuser,
        "ALTER ROLE sqlground PASSWORD 'lost' NOCREATEROLE",
    )
    .await
    .unwrap();
    ask(&databases.own, "SELECT 1").await.unwrap_err();
    let databases = provision(&superuser, server.secret()).await.unwrap();
    ask(&databases.own, "CREATE ROLE r").await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn nobody_else_may_enter() {
    let home = Home::new();
    let server = home.start().await;
    let databases = provision(&server.superuser(), server.secret())
        .await
        .unwrap();
    ask(
        &databases.own,
        "CREATE ROLE student LOGIN PASSWORD 'student'",
    )
    .await
    .unwrap();
    let student = server.superuser().username("student").password("student");
    for database in [
        "sqlground",
        "sqlground_sandbox",
        "sqlground_answers",
        "postgres",
        "template1",
    ] {
        let refusal = ask(&student.clone().database(database), "SELECT 1")
            .await
            .unwrap_err();
        assert!(
            refusal.contains("permission denied for database"),
            "{database}: {refusal}"
        );
    }

    let grant = "GRANT CONNECT ON DATABASE sqlground_sandbox TO student";
    ask(&databases.sandbox, grant).await.unwrap();
    let student = student.database("sqlground_sandbox");
    let similarity = "SELECT extensions.similarity('word', 'word')";
    assert_eq!(
        ask(&student, similarity).await.unwrap().as_deref(),
        Some("1")
    );
    for refused in [
        "CREATE TABLE public.t ()",
        "CREATE TEMPORARY TABLE t ()",
        "SET log_min_messages = log",
        "ALTER SYSTEM SET work_mem = '1GB'",
    ] {
        let refusal = ask(&student, refused).await.unwrap_err();
        assert!(
            refusal.contains("permission denied"),
            "{refused}: {refusal}"
        );
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn what_students_do_wrong_stays_out_of_the_log() {
    let home = Home::new();
    let server = home.start().await;
    let databases = provision(&server.superuser(), server.secret())
        .await
        .unwrap();
    ask(&databases.sandbox, "SELECT 'a typo' FORM it")
        .await
        .unwrap_err();
    ask(
        &databases.sandbox,
        "DO $$ BEGIN RAISE LOG 'a flood'; END $$",
    )
    .await
    .unwrap();
    server.stop().await.unwrap();
    let log = fs::read_to_string(home.path().join("log/postgres.log")).unwrap();
    assert!(log.contains("database system is ready"), "{log}");
    assert!(!log.contains("typo") && !log.contains("FORM"), "{log}");
    assert!(!log.contains("a flood"), "{log}");
}

#[tokio::test]
async fn the_script_for_external_servers_does_the_same() {
    if Command::new("psql").arg("--version").output().is_err() {
        eprintln!("skipped: there is no psql here (apt-get install postgresql-client)");
        return;
    }
    let home = Home::new();
    let server = home.start().await;
    ask(
        &server.superuser(),
        "CREATE ROLE owner SUPERUSER LOGIN PASSWORD 'owner'",
    )
    .await
    .unwrap();
    let script = home.path().join("setup.sql");
    fs::write(
        &script,
        external_setup_sql("the service", ["own", "sand'box", "answers"]),
    )
    .unwrap();
    for _ in 0..2 {
        let output = Command::new("psql")
            .args(["--no-psqlrc", "--username=owner", "--dbname=postgres"])
            .arg("--host")
            .arg(server.socket_dir())
            .arg(format!("--port={}", server.port()))
            .args(["--set=password=it's secret", "--file"])
            .arg(&script)
            .env("PGPASSWORD", "owner")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("ERROR"), "{said}");
    }
    let service = server
        .superuser()
        .username("the service")
        .password("it's secret");
    ask(
        &service.clone().database("own"),
        "CREATE TABLE t (); CREATE ROLE r",
    )
    .await
    .unwrap();
    let sandbox = service.database("sand'box");
    let similarity = "CREATE SCHEMA s; SELECT extensions.similarity('word', 'word')";
    assert_eq!(
        ask(&sandbox, similarity).await.unwrap().as_deref(),
        Some("1")
    );
    server.stop().await.unwrap();
}
