//! How sandboxes come to be, are found again and go.

use crate::support::{claimant, fail, on_every_server, run, session_name, value};
use sqlground_sandbox::{DatasetSource, Error, Sandboxes, Scratch, Space};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

fn club(digest: &str) -> DatasetSource {
    DatasetSource {
        name: "club".to_owned(),
        schema_sql: "CREATE TABLE members (id int PRIMARY KEY, name text NOT NULL,
                email text UNIQUE, score numeric(5,1) DEFAULT 0);
            COMMENT ON TABLE members IS 'who is in';
            CREATE TABLE bookings (member int REFERENCES members, day date,
                CHECK (day > '2000-01-01'), PRIMARY KEY (member, day));
            CREATE INDEX ON bookings (day);
            CREATE VIEW adults AS SELECT * FROM members;"
            .to_owned(),
        data_sql: "INSERT INTO members SELECT i, 'm' || i FROM generate_series(1, 10) i;
            INSERT INTO bookings VALUES (1, '2024-01-01'), (2, '2024-01-02');"
            .to_owned(),
        digest: digest.to_owned(),
    }
}

/// The schemas of datasets.
const SCHEMAS: &str =
    "SELECT ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^dataset_')";

fn space(key: &str, writable: bool) -> Space {
    Space {
        dataset: Some(Arc::new(club("aaaaaaaaaaaa"))),
        writable,
        ..Space::empty(key)
    }
}

#[tokio::test]
async fn a_shared_dataset_is_read_and_not_changed() {
    on_every_server(async |database| {
        let sandboxes = &database.sandboxes;
        let missing = sandboxes.sandbox(&claimant(1), &space("a/a", false)).await;
        assert!(matches!(missing, Err(Error::DatasetMissing(name)) if name == "club"));
        let dataset = club("aaaaaaaaaaaa");
        let (first, second) = tokio::join!(
            sandboxes.load_dataset(&dataset),
            sandboxes.load_dataset(&dataset)
        );
        first.and(second).unwrap();
        let sandbox = sandboxes
            .sandbox(&claimant(1), &space("a/a", false))
            .await
            .unwrap();
        assert_eq!(value(&sandbox, "SELECT count(*) FROM members").await, "10");
        for sql in [
            "INSERT INTO members VALUES (11, 'x')",
            "DROP TABLE members",
            "CREATE INDEX ON members (name)",
            "LOCK TABLE members IN ACCESS EXCLUSIVE MODE",
            "ALTER TABLE members ADD COLUMN x int",
            "CREATE TRIGGER t BEFORE UPDATE ON members FOR EACH ROW
                EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ] {
            assert_eq!(
                fail(&sandbox, &format!("BEGIN; {sql}")).await,
                "42501",
                "{sql}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_version_of_a_dataset_replaces_the_old() {
    on_every_server(async |database| {
        let sandboxes = &database.sandboxes;
        for digest in ["aaaaaaaaaaaa", "bbbbbbbbbbbb"] {
            sandboxes.load_dataset(&club(digest)).await.unwrap();
        }
        let schemas: Vec<String> = database.ask(SCHEMAS).await;
        assert_eq!(schemas, ["dataset_club_bbbbbbbbbbbb"]);
    })
    .await;
}

#[tokio::test]
async fn a_broken_dataset_names_file_and_line_and_leaves_nothing() {
    on_every_server(async |database| {
        for (data_sql, expected_line) in [
            ("SELECT 1;\n\nINSERT INTO members\nVALUES (1, nonsense);", 4),
            ("\nINSERT INTO members VALUES (1, 'a'), (1, 'b');", 2),
            ("SELECT 1;\nCOMMIT;", 2),
            ("SELECT 1;\nCOPY members FROM STDIN;", 2),
        ] {
            let source = DatasetSource {
                data_sql: data_sql.to_owned(),
                ..club("cccccccccccc")
            };
            let place = format!("datasets/club/data.sql:{expected_line}: ");
            let error = database.sandboxes.load_dataset(&source).await.unwrap_err();
            let text = error.to_string();
            assert!(text.starts_with(&place), "{text}");
            let writable = Space {
                dataset: Some(Arc::new(source)),
                ..space("a/broken", true)
            };
            if !data_sql.contains("COMMIT") {
                let made = database.sandboxes.sandbox(&claimant(1), &writable).await;
                let text = made.err().unwrap().to_string();
                assert!(text.starts_with(&place), "{text}");
            }
        }
        assert!(database.ask::<Vec<String>>(SCHEMAS).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_writable_space_is_the_students_own_and_can_be_reset() {
    on_every_server(async |database| {
        let student = claimant(1);
        let sandbox = database
            .sandboxes
            .sandbox(&student, &space("a/w", true))
            .await
            .unwrap();
        run(
            &sandbox,
            "ALTER TABLE members ADD COLUMN x int; CREATE INDEX ON members (name);
             DROP TABLE bookings; DELETE FROM members WHERE id > 3",
        )
        .await;
        let again = database
            .sandboxes
            .sandbox(&student, &space("a/w", true))
            .await
            .unwrap();
        assert_eq!(value(&again, "SELECT count(*) FROM members").await, "3");
        let other = database
            .sandboxes
            .sandbox(&student, &space("a/other", true))
            .await
            .unwrap();
        assert_eq!(value(&other, "SELECT count(*) FROM members").await, "10");
        sandbox.reset().await.unwrap();
        assert_eq!(
            value(&again, "SELECT count(*) FROM members, bookings").await,
            "20"
        );
        let analyzed = "SELECT reltuples > 0 FROM pg_class WHERE oid = 'members'::regclass";
        assert_eq!(value(&again, analyzed).await, "t");
    })
    .await;
}

#[tokio::test]
async fn a_changed_space_starts_over_and_a_broken_setup_is_tried_again() {
    on_every_server(async |database| {
        let student = claimant(1);
        let with = |setup: &str| Space {
            setup: Some(setup.to_owned()),
            ..Space::empty("a/s")
        };
        let good = with("CREATE TABLE t AS SELECT 1 AS a");
        let sandbox = database.sandboxes.sandbox(&student, &good).await.unwrap();
        run(&sandbox, "INSERT INTO t VALUES (2)").await;

        let broken = with("CREATE TABLE half (a int);\nSELECT\n1/0");
        for _ in 0..2 {
            let error = database
                .sandboxes
                .sandbox(&student, &broken)
                .await
                .err()
                .unwrap();
            assert_eq!(
                error.to_string(),
                "the set-up of a/s fails in its line 2: division by zero"
            );
        }
        // The half-made schema is not taken for the one that was there before.
        let sandbox = database.sandboxes.sandbox(&student, &good).await.unwrap();
        assert_eq!(value(&sandbox, "SELECT count(*) FROM t").await, "1");

        let open = with("BEGIN; CREATE TABLE u (a int)");
        assert!(database.sandboxes.sandbox(&student, &open).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn two_tabs_at_once_prepare_once() {
    on_every_server(async |database| {
        // The second server knows nothing of the first's queue.
        let second = Sandboxes::open(database.settings.clone()).await.unwrap();
        let space = Space {
            setup: Some("CREATE TABLE made AS SELECT now() AS at; SELECT pg_sleep(0.2)".to_owned()),
            ..Space::empty("a/tabs")
        };
        let student = claimant(1);
        let (a, b, c) = tokio::join!(
            database.sandboxes.sandbox(&student, &space),
            database.sandboxes.sandbox(&student, &space),
            second.sandbox(&student, &space),
        );
        let (a, b, c) = (a.unwrap(), b.unwrap(), c.unwrap());
        let made = value(&a, "SELECT at FROM made").await;
        assert_eq!(made, value(&b, "SELECT at FROM made").await);
        assert_eq!(made, value(&c, "SELECT at FROM made").await);
    })
    .await;
}

/// True if nothing of the database is a scratch or left by one.
const SCRATCHES_GONE: &str = "\
    SELECT NOT EXISTS (SELECT FROM pg_namespace WHERE nspname ~ '^sandbox_'
        AND nspname::text NOT IN (SELECT name FROM sqlground.workspaces))
    AND NOT EXISTS (SELECT FROM sqlground.workspaces WHERE keeper_pid IS NOT NULL)";

/// True if neither the role nor any scratch of the database is there.
fn gone(scratch: &Scratch) -> String {
    let role = scratch.role().as_str();
    format!("{SCRATCHES_GONE} AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')")
}

#[tokio::test]
async fn scratches_go_when_discarded_dropped_or_left_by_a_crash() {
    on_every_server(async |database| {
        let mess = "CREATE TABLE t (a int); CREATE TEMP TABLE u (a int); SELECT lo_create(0);
            CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'";
        let sandboxes = &database.sandboxes;
        let scratch = sandboxes.scratch(&space("a/w", true)).await.unwrap();
        run(&scratch, mess).await;
        let discarded = gone(&scratch);
        assert!(!database.ask::<bool>(&discarded).await);
        scratch.discard().await.unwrap();
        assert!(database.ask::<bool>(&discarded).await);

        let scratch = sandboxes.scratch(&Space::empty("a/a")).await.unwrap();
        run(&scratch, mess).await;
        let dropped = gone(&scratch);
        drop(scratch);
        database.wait_until(&dropped).await;

        let broken = Space {
            setup: Some("SELECT 1/0".to_owned()),
            ..Space::empty("a/b")
        };
        assert!(sandboxes.scratch(&broken).await.is_err());
        database.wait_until(SCRATCHES_GONE).await;

        let crashing = Sandboxes::open(database.settings.clone()).await.unwrap();
        let scratch = crashing.scratch(&Space::empty("a/c")).await.unwrap();
        let swept = gone(&scratch);
        std::mem::forget(scratch);
        Sandboxes::open(database.settings.clone()).await.unwrap();
        assert!(
            !database.ask::<bool>(&swept).await,
            "a living server's scratch is removed"
        );
        let kill = "SELECT count(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity
            WHERE application_name = 'sqlground' AND datname = current_database()";
        assert!(database.ask::<bool>(kill).await);
        Sandboxes::open(database.settings.clone()).await.unwrap();
        assert!(database.ask::<bool>(&swept).await);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_session_leaves_nothing_and_can_begin_anew() {
    on_every_server(async |database| {
        let sandbox = database
            .sandboxes
            .sandbox(&claimant(1), &space("a/w", true))
            .await
            .unwrap();
        run(
            &sandbox,
            "SELECT lo_create(0); GRANT SELECT ON members TO PUBLIC",
        )
        .await;
        let left = format!(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = '{}')
                + (SELECT count(*) FROM pg_namespace WHERE nspname = '{}')
                + (SELECT count(*) FROM pg_largeobject_metadata) = 0",
            sandbox.role().as_str(),
            sandbox.schema().as_str()
        );
        assert!(!database.ask::<bool>(&left).await);
        assert_eq!(
            database
                .sandboxes
                .drop_unused(Duration::from_hours(1))
                .await
                .unwrap(),
            0
        );
        database
            .sandboxes
            .drop_session(&session_name(1))
            .await
            .unwrap();
        assert!(database.ask::<bool>(&left).await);
        database
            .sandboxes
            .drop_session(&session_name(1))
            .await
            .unwrap();
        database.empty(1).await;
        assert_eq!(
            database
                .sandboxes
                .drop_unused(Duration::ZERO)
                .await
                .unwrap(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn what_others_granted_keeps_no_role_alive() {
    on_every_server(async |database| {
        let (sandbox, other) = (database.empty(1).await, database.empty(2).await);
        let role = sandbox.role().as_str().to_owned();
        run(
            &other,
            &format!(
                "CREATE TABLE t (a int); CREATE SEQUENCE s; CREATE TYPE e AS ENUM ('x');
                 CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
                 GRANT ALL ON TABLE t TO {role} WITH GRANT OPTION; GRANT ALL ON SEQUENCE s TO {role};
                 GRANT ALL ON TYPE e TO {role}; GRANT ALL ON FUNCTION f TO {role};
                 GRANT SELECT (a) ON t TO {role};
                 ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {role}"
            ),
        )
        .await;
        database
            .sandboxes
            .drop_session(&session_name(1))
            .await
            .unwrap();
        let gone = format!("SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')");
        assert!(database.ask::<bool>(&gone).await);
        let service = format!(
            "SELECT count(*) FROM pg_auth_members
             WHERE member = 'service_{}'::regrole AND roleid = '{}'::regrole",
            database.name,
            other.role().as_str()
        );
        assert_eq!(database.ask::<i64>(&service).await, 0);
        run(&other, "SELECT * FROM t; CREATE TABLE u (a int)").await;
    })
    .await;
}

#[tokio::test]
async fn a_creator_stays_while_it_makes_a_role() {
    on_every_server(async |database| {
        // A creator, where the server needs one, without roles.
        let scratch = database.sandboxes.scratch(&Space::empty("test")).await;
        scratch.unwrap().discard().await.unwrap();
        let creator = "SELECT max(name) FROM sqlground.creators";
        let Some(creator) = database.ask::<Option<String>>(creator).await else {
            return;
        };
        // What a server does that is killed meanwhile.
        let service = database.settings.database.clone();
        let mut making = PgConnection::connect_with(&service).await.unwrap();
        let make = format!(
            "BEGIN; INSERT INTO sqlground.workspaces (name, creator, keeper_pid, keeper_start)
                VALUES ('sandbox_late_{database}', '{creator}', 0, now());
             SET LOCAL ROLE {creator}; CREATE ROLE sandbox_late_{database};
             SET LOCAL ROLE NONE; CREATE SCHEMA sandbox_late_{database}",
            database = database.name
        );
        sqlx::raw_sql(AssertSqlSafe(make))
            .execute(&mut making)
            .await
            .unwrap();
        let sandboxes = database.sandboxes.clone();
        let sweeping =
            tokio::spawn(async move { sandboxes.drop_unused(Duration::from_hours(1)).await });
        let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query ~ '^DELETE FROM sqlground.creators'
                AND datname = current_database())";
        database.wait_until(waits).await;
        sqlx::raw_sql("COMMIT").execute(&mut making).await.unwrap();
        sweeping.await.unwrap().unwrap();
        database
            .sandboxes
            .drop_unused(Duration::from_hours(1))
            .await
            .unwrap();
        let left = format!(
            "SELECT count(*) FROM pg_roles WHERE rolname IN ('sandbox_late_{}', '{creator}')",
            database.name
        );
        assert_eq!(database.ask::<i64>(&left).await, 0);
    })
    .await;
}

#[tokio::test]
async fn no_role_knows_many_others_and_none_stays() {
    on_every_server(async |database| {
        for session in 1..=3 {
            database.empty(session).await;
        }
        let knows = format!(
            "SELECT count(*) FROM pg_auth_members JOIN pg_roles r ON r.oid = roleid
             WHERE member = 'service_{}'::regrole AND rolname ~ '^sandbox_'",
            database.name
        );
        assert_eq!(database.ask::<i64>(&knows).await, 0);
        let roles = "SELECT coalesce(array_agg(name), '{}') FROM (SELECT name
            FROM sqlground.workspaces UNION SELECT name FROM sqlground.creators) n";
        let roles: Vec<String> = database.ask(roles).await;
        assert!(roles.len() >= 3, "{roles:?}");
        let sandboxes = &database.sandboxes;
        assert_eq!(sandboxes.drop_unused(Duration::ZERO).await.unwrap(), 3);
        let left = format!(
            "SELECT count(*) FROM pg_roles WHERE rolname IN ('{}')",
            roles.join("', '")
        );
        assert_eq!(database.ask::<i64>(&left).await, 0);
        database.empty(1).await;
    })
    .await;
}

#[tokio::test]
async fn tables_are_described_for_the_page() {
    on_every_server(async |database| {
        database
            .sandboxes
            .load_dataset(&club("aaaaaaaaaaaa"))
            .await
            .unwrap();
        for writable in [false, true] {
            let space = Space {
                setup: Some("CREATE TABLE extra (a int GENERATED ALWAYS AS IDENTITY)".to_owned()),
                ..space("a/t", writable)
            };
            let tables = database.sandboxes.tables(&space).await.unwrap();
            let mut names: Vec<_> = tables.iter().map(|t| t.name.as_str()).collect();
            names.sort_unstable();
            assert_eq!(names, ["adults", "bookings", "extra", "members"]);
            let table = |name: &str| tables.iter().find(|t| t.name == name).unwrap();

            let members = table("members");
            assert_eq!(
                (
                    members.comment.as_deref(),
                    members.row_count,
                    members.sample.len()
                ),
                (Some("who is in"), 10, 4)
            );
            assert_eq!(members.constraints, ["UNIQUE (email)"]);
            let id = &members.columns[0];
            assert!(id.primary_key && !id.nullable && id.numeric, "{id:?}");
            let score = &members.columns[3];
            assert_eq!(
                (score.type_name.as_str(), score.default.as_deref()),
                ("numeric(5,1)", Some("0"))
            );

            let bookings = table("bookings");
            assert_eq!(
                bookings.columns[0].references.as_deref(),
                Some("members(id)")
            );
            assert!(bookings.columns[1].primary_key);
            assert_eq!(
                bookings.constraints,
                [
                    "PRIMARY KEY (member, day)",
                    "CHECK (day > '2000-01-01'::date)",
                    "CREATE INDEX bookings_day_idx ON bookings USING btree (day)",
                ]
            );
            assert_eq!(table("adults").kind.as_deref(), Some("view"));
            assert_eq!(
                table("extra").columns[0].default.as_deref(),
                Some("GENERATED ALWAYS AS IDENTITY")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_load_that_is_given_up_half_way_leaves_no_transaction_open() {
    on_every_server(async |database| {
        let sandboxes = &database.sandboxes;
        // Dropped wherever it waits for an answer.
        for waits in 0..60 {
            let digest = format!("{waits:012x}");
            let dataset = club(&digest);
            let mut loading = Box::pin(sandboxes.load_dataset(&dataset));
            let mut left = waits;
            let _ = poll_fn(|context| match loading.as_mut().poll(context) {
                Poll::Pending if left == 0 => Poll::Ready(None),
                Poll::Pending => {
                    left -= 1;
                    Poll::Pending
                }
                Poll::Ready(loaded) => Poll::Ready(Some(loaded)),
            })
            .await;
            drop(loading);
            database
                .wait_until(
                    "SELECT count(*) = 0 FROM pg_stat_activity
                     WHERE state LIKE 'idle in transaction%' AND datname = current_database()",
                )
                .await;
        }
        sandboxes.load_dataset(&club("ffffffffffff")).await.unwrap();
    })
    .await;
}
