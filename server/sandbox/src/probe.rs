//! Proving at start that the database keeps students apart.
//!
//! Two throw-away roles play victim and attacker. A server that was not hardened, or was changed
//! since, is found out before the first student comes.

use crate::pools::begin;
use crate::{Error, Limits, Sandboxes, Scratch, Space};
use sqlground_model::{SqlError, StatementRun};
use sqlx::PgConnection;

/// What the victim leaves lying about. The word `secret` must not be found.
const VICTIM: &str = "
CREATE TABLE t (a text DEFAULT 'secret' CHECK (a <> 'a secret'));
CREATE INDEX i ON t (a) WHERE a <> 'the secret';
COMMENT ON TABLE t IS 'secret';
CREATE VIEW v AS SELECT 'secret' AS a;
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'secret' $$;
CREATE TYPE e AS ENUM ('secret');
SELECT 't'::regclass::oid, 't'::regclass::text, 'i'::regclass::oid, 'v'::regclass::oid,
    'f'::regproc::oid, c.oid FROM pg_constraint c WHERE conrelid = 't'::regclass";

/// What the attacker tries. Each must fail or find nothing but NULL; the numbers stand for what the
/// victim's last statement gave.
const ATTEMPTS: [(&str, &str); 14] = [
    (
        "see the bodies of each other's functions",
        "SELECT prosrc FROM pg_catalog.pg_proc WHERE oid = {4}",
    ),
    (
        "see the definitions of each other's functions",
        "SELECT pg_catalog.pg_get_functiondef({4})",
    ),
    (
        "see the definitions of each other's views",
        "SELECT pg_catalog.pg_get_viewdef({3})",
    ),
    (
        "see the definitions of each other's views in pg_views",
        "SELECT definition FROM pg_catalog.pg_views WHERE schemaname = '{schema}'",
    ),
    (
        "see the definitions of each other's indexes",
        "SELECT pg_catalog.pg_get_indexdef({2})",
    ),
    (
        "see each other's constraints",
        "SELECT pg_catalog.pg_get_constraintdef({5})",
    ),
    (
        "see each other's defaults",
        "SELECT adbin FROM pg_catalog.pg_attrdef WHERE adrelid = {0}",
    ),
    (
        "see each other's comments",
        "SELECT description FROM pg_catalog.pg_description WHERE objoid = {0}",
    ),
    (
        "see each other's enums",
        "SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumlabel = 'secret'",
    ),
    (
        "see the columns of each other's tables",
        "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = {0}",
    ),
    ("read each other's tables", "SELECT a FROM {schema}.t"),
    (
        "see statistics of each other's tables",
        "SELECT pg_catalog.pg_stat_get_live_tuples({0})",
    ),
    (
        "see each other's sessions",
        "SELECT pid FROM pg_catalog.pg_stat_activity WHERE usename IS DISTINCT FROM session_user",
    ),
    (
        "create large objects, which count for no limit",
        "SELECT pg_catalog.lo_create(0)",
    ),
];

/// A number that the service holds an advisory lock on while the attacker tries to get it.
const LOCK: i64 = 7_450_580_596_923_828;

/// Fails, or warns if that is allowed, when the database does not keep students apart.
pub(crate) async fn prove(sandboxes: &Sandboxes, allow_weak: bool) -> Result<(), Error> {
    let weaknesses = weaknesses(sandboxes).await?;
    if weaknesses.is_empty() {
        return Ok(());
    }
    let problem = weaknesses.join("; ");
    let database = &sandboxes.shared.database;
    if allow_weak {
        tracing::warn!("in the database {database} {problem}");
        return Ok(());
    }
    Err(Error::Unsuitable {
        problem: format!("in the database {database} {problem}"),
        remedy: format!(
            "run once as superuser in {database} what `sqlground harden` prints, or start with \
             --allow-weak-isolation if all students may see that"
        ),
    })
}

/// Tries it out. Gives back what students could do that they must not.
pub(crate) async fn weaknesses(sandboxes: &Sandboxes) -> Result<Vec<String>, Error> {
    let victim = sandboxes.scratch(&Space::empty("probe/victim")).await?;
    let attacker = sandboxes.scratch(&Space::empty("probe/attacker")).await?;
    let found = attempt(sandboxes, &victim, &attacker).await;
    victim.discard().await?;
    attacker.discard().await?;
    found
}

async fn attempt(
    sandboxes: &Sandboxes,
    victim: &Scratch,
    attacker: &Scratch,
) -> Result<Vec<String>, Error> {
    let numbers = victim.query(VICTIM, &Limits::DISPLAY).await?;
    let Some(row) = numbers.rows.first() else {
        let source = numbers.error.map_or_else(String::new, |e| e.message);
        return Err(Error::unavailable("try out its own protections")(source));
    };
    let mut weaknesses = Vec::new();
    for (what, sql) in ATTEMPTS {
        let mut sql = sql.replace("{schema}", victim.schema().as_str());
        for (i, number) in row.iter().enumerate() {
            sql = sql.replace(&format!("{{{i}}}"), number.as_deref().unwrap_or("0"));
        }
        if gives_something(&attacker.query(&sql, &Limits::DISPLAY).await?) {
            weaknesses.push(format!("students can {what}"));
        }
    }
    let mut service = begin(&sandboxes.shared.pool)
        .await
        .map_err(Error::unavailable("be reached"))?;
    weaknesses.extend(
        of_the_server(&mut service)
            .await
            .map_err(Error::unavailable("be asked about itself"))?,
    );
    let lock = format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK})");
    let locked = attacker.query(&lock, &Limits::DISPLAY).await?;
    if locked.rows != [[Some("t".to_owned())]] {
        weaknesses.push("students can lock each other out by advisory locks".to_owned());
    }
    Ok(weaknesses)
}

fn gives_something(result: &StatementRun) -> bool {
    match &result.error {
        Some(SqlError { sqlstate, .. }) => !is_refusal(sqlstate),
        None => result.rows.iter().flatten().any(Option::is_some),
    }
}

/// True for what PostgreSQL answers when a privilege is missing; another error means that the
/// attempt was not made.
fn is_refusal(sqlstate: &str) -> bool {
    sqlstate == "42501"
}

/// Holds the lock on the connection's transaction and looks at the server's settings.
async fn of_the_server(service: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query("SELECT pg_catalog.pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *service)
        .await?;
    let prepared: i32 = sqlx::query_scalar(
        "SELECT pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int4",
    )
    .fetch_one(service)
    .await?;
    let mut weaknesses = Vec::new();
    if prepared != 0 {
        weaknesses.push(
            "students can leave prepared transactions behind, with their locks \
             (set max_prepared_transactions = 0)"
                .to_owned(),
        );
    }
    Ok(weaknesses)
}
