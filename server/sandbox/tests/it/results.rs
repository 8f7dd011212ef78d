//! What comes back.

use crate::support::{on_every_server, run, text, value};
use sqlground_model::{Run, TransactionState};
use sqlground_sandbox::Limits;

/// Twenty statements of all kinds; the last fails.
const MIXED: &str = r"
CREATE TABLE größe (id int PRIMARY KEY, name text, price numeric(10,2));
INSERT INTO größe VALUES (1, 'a', 1.50), (2, '', NULL), (3, NULL, 3);
UPDATE größe SET price = price + 1 WHERE id < 3;
SELECT * FROM größe ORDER BY id;
SELECT id, name FROM größe WHERE false;
DELETE FROM größe WHERE id = 3 RETURNING id;
DO $$ BEGIN RAISE NOTICE 'hello; %', 1 USING DETAIL = 'd', HINT = 'h'; RAISE WARNING 'w'; END $$;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE plpgsql AS $f$
BEGIN
    RETURN n * 2; -- a semicolon
END $f$;
SELECT twice(21) AS answer;
COPY größe TO STDOUT;
CREATE TYPE mood AS ENUM ('sad', 'happy');
SELECT 'sad'::mood AS m, ARRAY['happy'::mood], 1.5::numeric(6,2), 'x'::varchar(7), now() - now();
BEGIN;
INSERT INTO größe VALUES (9, 'nine', 9);
SAVEPOINT a;
ROLLBACK TO a;
COMMIT;
VALUES (true, '\x00ff'::bytea, '2024-02-29'::date, '1 day'::interval);
TABLE größe;
SELECT 'über', größer FROM größe;
SELECT 'never sent'";

fn tags(run: &Run) -> Vec<&str> {
    run.statements
        .iter()
        .map(|s| s.tag.as_deref().unwrap_or("-"))
        .collect()
}

#[tokio::test]
async fn twenty_mixed_statements() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let run = sandbox.run(MIXED, &Limits::DISPLAY).await.unwrap();
        assert_eq!(
            tags(&run),
            [
                "CREATE TABLE",
                "INSERT 0 3",
                "UPDATE 2",
                "SELECT 3",
                "SELECT 0",
                "DELETE 1",
                "DO",
                "CREATE FUNCTION",
                "SELECT 1",
                "COPY 2",
                "CREATE TYPE",
                "SELECT 1",
                "BEGIN",
                "INSERT 0 1",
                "SAVEPOINT",
                "ROLLBACK",
                "COMMIT",
                "SELECT 1",
                "SELECT 3",
                "-",
            ]
        );
        assert_eq!(run.skipped, 1);
        assert_eq!(run.transaction, TransactionState::Idle);

        let all = &run.statements[3];
        let types: Vec<_> = all
            .columns
            .iter()
            .flatten()
            .map(|c| (c.type_name.as_str(), c.numeric))
            .collect();
        assert_eq!(
            types,
            [("integer", true), ("text", false), ("numeric(10,2)", true)]
        );
        assert_eq!(all.rows[1], [Some("2".into()), Some(String::new()), None]);
        assert_eq!(all.rows[2], [Some("3".into()), None, Some("3.00".into())]);

        let empty = &run.statements[4];
        assert_eq!(
            (empty.columns.as_ref().map(Vec::len), empty.row_count),
            (Some(2), 0)
        );
        assert_eq!(run.statements[0].columns, None);

        let notices = &run.statements[6].notices;
        assert_eq!(
            (notices[0].severity.as_str(), notices[0].message.as_str()),
            ("NOTICE", "hello; 1")
        );
        assert_eq!(
            (notices[0].detail.as_deref(), notices[0].hint.as_deref()),
            (Some("d"), Some("h"))
        );
        assert_eq!(notices[1].severity, "WARNING");

        assert_eq!(text(&run.statements[8]), "42");
        let copy = &run.statements[9];
        assert_eq!(copy.columns.as_ref().unwrap()[0].name, "copy");
        assert_eq!(
            copy.rows,
            [
                [Some("1\ta\t2.50".to_owned())],
                [Some("2\t\t\\N".to_owned())]
            ]
        );

        let types = run.statements[11].columns.iter().flatten();
        let types: Vec<_> = types.map(|c| c.type_name.as_str()).collect();
        assert_eq!(
            types,
            [
                "mood",
                "mood[]",
                "numeric(6,2)",
                "character varying(7)",
                "interval"
            ]
        );
        assert_eq!(
            run.statements[17].rows[0],
            ["t", "\\x00ff", "2024-02-29", "1 day"].map(|v| Some(v.to_owned()))
        );

        let last = &run.statements[19];
        let error = last.error.as_ref().unwrap();
        assert_eq!(
            (last.statement, last.line, error.sqlstate.as_str()),
            (20, 24, "42703")
        );
        let place = error.position.unwrap() as usize - 1;
        assert_eq!(
            last.sql.chars().skip(place).take(6).collect::<String>(),
            "größer"
        );
        let script: Vec<_> = MIXED.chars().skip(last.start as usize).take(6).collect();
        assert_eq!(script, ['S', 'E', 'L', 'E', 'C', 'T']);
    })
    .await;
}

#[tokio::test]
async fn an_open_transaction_is_rolled_back_and_said_so() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        run(&sandbox, "CREATE TABLE t (a int)").await;
        let left = run(&sandbox, "BEGIN; INSERT INTO t VALUES (1)").await;
        assert_eq!(left.transaction, TransactionState::Open);
        let notice = left.statements[1].notices.last().unwrap();
        assert_eq!(notice.severity, "LIMIT");
        assert!(notice.message.contains("rolled back"), "{notice:?}");
        assert_eq!(value(&sandbox, "SELECT count(*) FROM t").await, "0");

        let failed = sandbox
            .run("BEGIN; SELECT 1/0; SELECT 1", &Limits::DISPLAY)
            .await
            .unwrap();
        assert_eq!(
            (failed.transaction, failed.skipped),
            (TransactionState::Failed, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_committed_before_an_error_stays() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "CREATE TABLE t (a int); INSERT INTO t VALUES (1); SELECT 1/0; DROP TABLE t";
        let failed = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
        assert_eq!((failed.statements.len(), failed.skipped), (3, 1));
        assert_eq!(value(&sandbox, "SELECT count(*) FROM t").await, "1");
    })
    .await;
}

#[tokio::test]
async fn copy_from_stdin_is_refused_and_does_not_hang() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "CREATE TABLE t (a int); COPY t FROM STDIN; SELECT 1";
        let run = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
        let (statement, error) = run.failure().unwrap();
        assert_eq!(statement.statement, 2);
        assert!(error.hint.as_ref().unwrap().contains("INSERT"), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn what_no_server_can_take_is_explained() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let run = sandbox
            .run("SELECT 1; SELECT 'é\0'", &Limits::DISPLAY)
            .await
            .unwrap();
        let (statement, error) = run.failure().unwrap();
        assert_eq!((statement.statement, error.position), (2, Some(10)));

        let run = sandbox.run("\\d members", &Limits::DISPLAY).await.unwrap();
        let hint = run.failure().unwrap().1.hint.clone().unwrap();
        assert!(hint.contains("psql"), "{hint}");

        assert_eq!(
            sandbox
                .run(" ; -- nothing", &Limits::DISPLAY)
                .await
                .unwrap(),
            Run::default()
        );
    })
    .await;
}

#[tokio::test]
async fn notifications_are_shown() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let run = run(&sandbox, "LISTEN bell; NOTIFY bell, 'ding'").await;
        let notice = &run.statements[1].notices[0];
        assert_eq!(
            (notice.severity.as_str(), notice.detail.as_deref()),
            ("NOTIFY", Some("ding"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_end_of_the_connection_is_data() {
    on_every_server(async |database| {
        let sandbox = database.empty(1).await;
        let script = "SELECT 1; SELECT pg_terminate_backend(pg_backend_pid()); SELECT 2";
        let run = sandbox.run(script, &Limits::DISPLAY).await.unwrap();
        let (statement, error) = run.failure().unwrap();
        assert_eq!((statement.statement, run.skipped), (2, 1));
        assert_eq!(error.sqlstate, "57P01");
        assert!(error.hint.is_some());
        assert_eq!(value(&sandbox, "SELECT 3").await, "3");
    })
    .await;
}
