//! What the hardened catalogues show, by psql's own questions: to whoever owns the objects as much
//! as PostgreSQL itself shows, to anybody else nothing.

use crate::support::{Home, ask};
use sqlground_postgres::{Server, provision};
use std::fs;
use std::process::Command;

const OBJECTS: &str = include_str!("hardening/objects.sql");
const QUESTIONS: &str = include_str!("hardening/questions.sql");
const ATTEMPTS: &str = include_str!("hardening/attempts.sql");

/// A database for two students that is as PostgreSQL makes it.
const PLAIN: &str = "sqlground_untouched";

const NUMBERS: &str = "
WITH own (schema) AS (SELECT 'owners'::regnamespace)
SELECT string_agg(number::text, ',') FROM (
    SELECT oid FROM pg_class, own WHERE relnamespace = schema
    UNION SELECT oid FROM pg_proc, own WHERE pronamespace = schema
    UNION SELECT oid FROM pg_type, own WHERE typnamespace = schema
    UNION SELECT oid FROM pg_constraint, own WHERE connamespace = schema
    UNION SELECT oid FROM pg_statistic_ext, own WHERE stxnamespace = schema
    UNION SELECT r.oid FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class, own
        WHERE relnamespace = schema
    UNION SELECT t.oid FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid, own
        WHERE relnamespace = schema
) AS objects (number)";

struct Students {
    home: Home,
    server: Server,
}

impl Students {
    async fn start() -> Self {
        let home = Home::new();
        let server = home.start().await;
        let databases = provision(&server.superuser(), server.secret())
            .await
            .unwrap();
        let superuser = server.superuser();
        for sql in [
            "CREATE ROLE owner LOGIN PASSWORD 'pw'; CREATE ROLE other LOGIN PASSWORD 'pw'",
            &format!("CREATE DATABASE {PLAIN} OWNER sqlground"),
        ] {
            ask(&superuser, sql).await.unwrap();
        }
        // What comes with the sandboxes comes here as well.
        let plain = superuser.database(PLAIN);
        let sql = "CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO PUBLIC";
        ask(&plain, sql).await.unwrap();
        let names = "SELECT string_agg(extname, ',') FROM pg_extension WHERE extname <> 'plpgsql'";
        let names = ask(&databases.sandbox, names).await.unwrap().unwrap();
        for name in names.split(',') {
            let sql = format!("CREATE EXTENSION {name} SCHEMA extensions");
            ask(&plain, &sql).await.unwrap();
        }
        for options in [databases.sandbox.clone(), databases.sandbox.database(PLAIN)] {
            let sql = "CREATE SCHEMA owners; GRANT ALL ON SCHEMA owners TO owner";
            ask(&options, sql).await.unwrap();
            let database = options.get_database().unwrap().to_owned();
            let sql = format!("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO PUBLIC");
            ask(&options, &sql).await.unwrap();
        }
        let students = Self { home, server };
        for database in ["sqlground_sandbox", PLAIN] {
            students.psql("owner", database, OBJECTS, "");
        }
        students
    }

    /// What psql says, errors included.
    fn psql(&self, role: &str, database: &str, script: &str, numbers: &str) -> String {
        let file = self.home.path().with_extension("sql");
        fs::write(&file, script).unwrap();
        let output = Command::new("psql")
            .args(["--no-psqlrc", "--quiet", "--set=SHOW_CONTEXT=never"])
            .args([
                &format!("--username={role}"),
                &format!("--dbname={database}"),
            ])
            .arg("--host")
            .arg(self.server.socket_dir())
            .arg(format!("--port={}", self.server.port()))
            .arg(format!("--set=numbers={numbers}"))
            .arg("--file")
            .arg(&file)
            .env("PGPASSWORD", "pw")
            .env("PGOPTIONS", "-c search_path=owners")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap()
    }

    /// Where somebody else finds what the objects hold.
    async fn found_by_others(&self, database: &str) -> String {
        let superuser = self.server.superuser().database(database);
        let numbers = ask(&superuser, NUMBERS).await.unwrap().unwrap();
        self.psql("other", database, ATTEMPTS, &numbers)
    }
}

#[tokio::test]
async fn catalogues_show_the_owner_everything_and_others_nothing() {
    if Command::new("psql").arg("--version").output().is_err() {
        eprintln!("skipped: there is no psql here (apt-get install postgresql-client)");
        return;
    }
    let students = Students::start().await;

    let plain = students.psql("owner", PLAIN, QUESTIONS, "");
    assert!(plain.matches("marker").count() > 50, "{plain}");
    let hardened = students.psql("owner", "sqlground_sandbox", QUESTIONS, "");
    // Names of databases in tables; both are followed by blanks.
    let comparable = |said: &str, database: &str| {
        let said = said.replace(database, "");
        let lines = said.lines().map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words.join(" ").replace('-', "")
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let (plain, hardened) = (
        comparable(&plain, PLAIN),
        comparable(&hardened, "sqlground_sandbox"),
    );
    for (number, (a, b)) in plain.lines().zip(hardened.lines()).enumerate() {
        assert_eq!(a, b, "line {number} of what psql says");
    }
    assert_eq!(plain.len(), hardened.len());

    // So that the search is known to find something.
    let found = students.found_by_others(PLAIN).await;
    for place in [
        "pg_proc",
        "pg_views",
        "pg_get_functiondef",
        "pg_describe_object",
    ] {
        assert!(found.contains(place), "{place} in {found}");
    }
    assert_eq!(students.found_by_others("sqlground_sandbox").await, "");
    students.server.stop().await.unwrap();
}
