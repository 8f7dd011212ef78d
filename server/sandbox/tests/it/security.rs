//! What students cannot do to each other, to the service and to the host.

use crate::support::{claimant, fail, on_every_server, run, value};
use sqlground_sandbox::{Busy, Error, Limits, QueueLimits, Sandboxes, Settings, Space};

#[tokio::test]
async fn no_other_role_can_be_taken_on() {
    on_every_server(async |database| {
        let (sandbox, other) = (database.empty(1).await, database.empty(2).await);
        let me = sandbox.role().as_str().to_owned();
        for sql in [
            "RESET ROLE",
            "RESET SESSION AUTHORIZATION",
            "SET ROLE NONE",
            "DISCARD ALL",
        ] {
            assert_eq!(
                value(&sandbox, &format!("{sql}; SELECT current_user")).await,
                me,
                "{sql}"
            );
        }
        let (other, service) = (other.role(), format!("service_{}", database.name));
        for role in [other.as_str(), &service, "postgres", "pg_read_server_files"] {
            for sql in ["SET ROLE", "SET SESSION AUTHORIZATION"] {
                let state = fail(&sandbox, &format!("{sql} {role}")).await;
                assert_eq!(state, "42501", "{sql} {role}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn other_sessions_tables_are_out_of_reach() {
    on_every_server(async |database| {
        let (sandbox, other) = (database.empty(1).await, database.empty(2).await);
        run(
            &other,
            "CREATE TABLE diary AS SELECT 1 AS a; GRANT ALL ON diary TO PUBLIC",
        )
        .await;
        let schema = other.schema();
        let schema = schema.as_str();
        for sql in [
            format!("SELECT * FROM {schema}.diary"),
            format!("DROP TABLE {schema}.diary"),
            format!("CREATE TABLE {schema}.t (a int)"),
            format!("DROP SCHEMA {schema} CASCADE"),
            format!("SELECT '{schema}.diary'::regclass"),
        ] {
            assert_eq!(fail(&sandbox, &sql).await, "42501", "{sql}");
        }
        assert_eq!(value(&other, "SELECT count(*) FROM diary").await, "1");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_created_outside_of_the_own_schema() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let schema = sandbox.schema();
        let schema = schema.as_str();
        for sql in [
            "CREATE TABLE public.t (a int)",
            "CREATE SCHEMA s",
            "CREATE DATABASE d",
            "CREATE ROLE r",
            "CREATE EXTENSION hstore",
            "CREATE TABLE sqlground.t (a int)",
            "SELECT * FROM sqlground.workspaces",
            &format!("ALTER SCHEMA {schema} RENAME TO mine"),
            &format!("DROP SCHEMA {schema} CASCADE"),
            &format!(
                "GRANT USAGE ON SCHEMA {schema} TO PUBLIC; SELECT 1/(SELECT 0 WHERE NOT
                has_schema_privilege('public', '{schema}', 'USAGE'))"
            ),
        ] {
            let state = fail(&sandbox, sql).await;
            assert!(
                matches!(state.as_str(), "42501" | "22012"),
                "{sql}: {state}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_host_is_out_of_reach() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        for sql in [
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "COPY (SELECT 1) TO '/tmp/x'",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_ls_dir('/')",
            "SELECT lo_import('/etc/passwd')",
            "ALTER SYSTEM SET work_mem = '1GB'",
            "SELECT pg_reload_conf()",
            "LOAD '/tmp/x.so'",
            "SELECT * FROM pg_authid",
        ] {
            assert_eq!(fail(&sandbox, sql).await, "42501", "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_its_student_broke_is_repaired() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let role = sandbox.role();
        let role = role.as_str();
        for sql in [
            "ALTER ROLE CURRENT_USER PASSWORD 'mine'",
            "ALTER ROLE CURRENT_USER PASSWORD NULL",
            "ALTER ROLE CURRENT_USER SET search_path = nowhere",
            "ALTER ROLE CURRENT_USER SET statement_timeout = 1",
            "ALTER ROLE CURRENT_USER SET client_encoding = LATIN1",
            "ALTER ROLE CURRENT_USER SET DateStyle = 'German'",
            "ALTER ROLE CURRENT_USER SET standard_conforming_strings = off",
        ] {
            run(&sandbox, sql).await;
            let seen = "SELECT concat_ws(' ', current_user, current_schema(), 'é',
                DATE '2024-01-02', '\\')";
            let seen = value(&sandbox, seen).await;
            let expected = format!("{role} {} é 2024-01-02 \\", sandbox.schema().as_str());
            assert_eq!(seen, expected, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_student_drops_is_the_students_own_loss() {
    on_every_server(async |database| {
        let (sandbox, other) = (database.empty(1).await, database.empty(2).await);
        run(&other, "CREATE TABLE t (a int)").await;
        run(&sandbox, "DROP OWNED BY CURRENT_USER").await;
        assert_eq!(value(&other, "SELECT count(*) FROM t").await, "0");
        sandbox.reset().await.unwrap();
        run(&sandbox, "CREATE TABLE t (a int)").await;
    })
    .await;
}

#[tokio::test]
async fn no_role_but_the_students_own_can_be_emptied() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let privileges =
            "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole";
        assert_eq!(value(&sandbox, privileges).await, "0");
        let service = format!("service_{}", database.name);
        assert_eq!(
            fail(&sandbox, &format!("DROP OWNED BY {service}")).await,
            "42501"
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_runs_one_script_at_a_time() {
    on_every_server(async |database| {
        let settings = Settings {
            queue: QueueLimits {
                time: std::time::Duration::from_millis(100),
                ..QueueLimits::DEFAULT
            },
            ..database.settings.clone()
        };
        let sandboxes = Sandboxes::open(settings).await.unwrap();
        let sandbox = sandboxes
            .sandbox(&claimant(1), &Space::empty("a/a"))
            .await
            .unwrap();
        let (first, second) = tokio::join!(
            sandbox.run("SELECT pg_sleep(1)", &Limits::DISPLAY),
            sandbox.run("SELECT 1", &Limits::DISPLAY),
        );
        assert!(first.is_ok());
        assert!(matches!(second, Err(Error::Busy(Busy::TooLong))));
    })
    .await;
}

#[tokio::test]
async fn names_in_postgresql_do_not_reveal_the_session() {
    on_every_server(async |database| {
        let sandbox = database.empty(0xab).await;
        assert!(!sandbox.role().as_str().contains("abab"));
        assert!(!format!("{:?}", database.settings).contains("9, 9"));
    })
    .await;
}

#[tokio::test]
async fn an_unsuitable_database_is_refused_with_the_sql_to_run() {
    on_every_server(async |database| {
        let service = format!("service_{}", database.name);
        for (spoil, remedy) in [
            (
                format!("ALTER ROLE {service} NOCREATEROLE"),
                format!("ALTER ROLE \"{service}\" CREATEROLE"),
            ),
            (
                format!("REVOKE pg_signal_backend FROM {service}"),
                "GRANT pg_signal_backend TO".to_owned(),
            ),
            (
                format!("ALTER DATABASE {} OWNER TO postgres", database.name),
                "OWNER TO".to_owned(),
            ),
        ] {
            database.execute(&spoil).await;
            let error = Sandboxes::open(database.settings.clone())
                .await
                .err()
                .unwrap()
                .to_string();
            assert!(error.contains(&remedy), "{error}");
            database
                .execute(&format!(
                    "ALTER ROLE {service} CREATEROLE; GRANT pg_signal_backend TO {service};
                     ALTER DATABASE {} OWNER TO {service}",
                    database.name
                ))
                .await;
        }
    })
    .await;
}
