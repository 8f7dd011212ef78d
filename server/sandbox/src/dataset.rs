//! Datasets in schemas that every session reads and none changes.

use crate::name::{Quote, SchemaName};
use crate::pools::begin;
use crate::prepare::ANALYZE_ALL;
use crate::split::{split, tokens};
use crate::{DatasetSource, Error};
use sqlground_model::SqlError;
use sqlx::postgres::{PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

/// Loads a dataset in one transaction: all of it is there afterwards or nothing.
pub(crate) async fn load(pool: &PgPool, source: &DatasetSource) -> Result<(), Error> {
    let schema = source.schema();
    let failed = || Error::unavailable("load a dataset");
    if is_loaded(pool, &schema).await.map_err(failed())? {
        return Ok(());
    }
    let mut transaction = begin(pool).await.map_err(failed())?;
    // Whoever loads at the same time waits here; reading the table is not held up.
    sqlx::raw_sql("LOCK TABLE sqlground.datasets IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *transaction)
        .await
        .map_err(failed())?;
    if !is_loaded(&mut *transaction, &schema)
        .await
        .map_err(failed())?
    {
        fill(&mut transaction, source, &schema).await?;
        transaction.commit().await.map_err(failed())?;
    }
    drop_older(pool, source, &schema).await
}

/// True if the schema holds a dataset.
pub(crate) async fn is_loaded(
    executor: impl sqlx::PgExecutor<'_>,
    schema: &SchemaName,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM sqlground.datasets WHERE schema_name = $1)")
        .bind(schema.as_str())
        .fetch_one(executor)
        .await
}

async fn fill(
    transaction: &mut PgConnection,
    source: &DatasetSource,
    schema: &SchemaName,
) -> Result<(), Error> {
    let failed = || Error::unavailable("load a dataset");
    let name = schema.quoted();
    let begin = format!(
        "CREATE SCHEMA {name};
         SET LOCAL search_path = {name}, extensions;
         SET LOCAL statement_timeout = 0"
    );
    execute(transaction, begin).await.map_err(failed())?;
    for (file, sql) in source.files() {
        run_file(transaction, source, file, sql).await?;
    }
    // PUBLIC and not a group role: DROP OWNED BY a group would be open to each of its members.
    let end = format!(
        "{ANALYZE_ALL};
         GRANT USAGE ON SCHEMA {name} TO PUBLIC;
         GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO PUBLIC"
    );
    execute(transaction, end).await.map_err(failed())?;
    sqlx::query("INSERT INTO sqlground.datasets (schema_name, name) VALUES ($1, $2)")
        .bind(schema.as_str())
        .bind(&source.name)
        .execute(transaction)
        .await
        .map_err(failed())?;
    Ok(())
}

async fn run_file(
    transaction: &mut PgConnection,
    source: &DatasetSource,
    file: &'static str,
    sql: &str,
) -> Result<(), Error> {
    for statement in split(sql) {
        let failed = |error: SqlError| Error::Dataset {
            dataset: source.name.clone(),
            file,
            line: statement.line + lines_before(statement.sql, error.position),
            error: Box::new(error),
        };
        if let Some(problem) = refused(statement.sql) {
            return Err(failed(SqlError {
                sqlstate: "0A000".to_owned(),
                message: problem.to_owned(),
                ..SqlError::default()
            }));
        }
        match execute(transaction, statement.sql.to_owned()).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(error)) => {
                return Err(failed(sql_error(error.downcast_ref::<PgDatabaseError>())));
            }
            Err(error) => return Err(Error::unavailable("load a dataset")(error)),
        }
    }
    Ok(())
}

/// What a dataset cannot do, as it is loaded in one transaction, from a text alone and into a schema
/// of its own.
fn refused(sql: &str) -> Option<&'static str> {
    let words: Vec<_> = tokens(sql)
        .map(|(_, _, text)| text.to_ascii_lowercase())
        .collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [
            "begin" | "start" | "commit" | "end" | "rollback" | "abort",
            ..,
        ] => Some("a dataset is loaded in one transaction and cannot begin or end one"),
        ["copy", ..] if words.windows(2).any(|w| w == ["from", "stdin"]) => {
            Some("COPY FROM STDIN has no input here; use INSERT")
        }
        ["create", "schema", ..]
        | ["set", "schema" | "search_path", ..]
        | ["set", "local" | "session", "schema" | "search_path", ..]
        | [
            "select",
            "pg_catalog",
            ".",
            "set_config",
            "(",
            "'search_path'",
            ..,
        ] => Some(
            "a dataset's tables go into the schema they are given; leave this statement out, \
             and the schema's name before the tables' names",
        ),
        ["alter", ..] if words.windows(2).any(|w| w == ["owner", "to"]) => Some(
            "all of a dataset belongs to sqlground; leave this statement out (pg_dump does with \
             --no-owner)",
        ),
        ["grant" | "revoke", ..] | ["alter", "default", "privileges", ..] => Some(
            "who may read a dataset is up to sqlground; leave this statement out (pg_dump does \
             with --no-privileges)",
        ),
        _ => None,
    }
}

/// How many lines of the statement precede the position, which counts characters from 1.
pub(crate) fn lines_before(sql: &str, position: Option<u32>) -> u32 {
    let before = position.map_or(0, |p| p.saturating_sub(1) as usize);
    let lines = sql.chars().take(before).filter(|&c| c == '\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}

fn sql_error(error: &PgDatabaseError) -> SqlError {
    SqlError {
        sqlstate: error.code().to_owned(),
        message: error.message().to_owned(),
        detail: error.detail().map(str::to_owned),
        hint: error.hint().map(str::to_owned),
        position: match error.position() {
            Some(PgErrorPosition::Original(position)) => u32::try_from(position).ok(),
            _ => None,
        },
        context: error.r#where().map(str::to_owned),
        help: None,
    }
}

async fn drop_older(
    pool: &PgPool,
    source: &DatasetSource,
    schema: &SchemaName,
) -> Result<(), Error> {
    let failed = || Error::unavailable("remove an old dataset");
    let older: Vec<String> = sqlx::query_scalar(
        "SELECT schema_name FROM sqlground.datasets WHERE name = $1 AND schema_name <> $2",
    )
    .bind(&source.name)
    .bind(schema.as_str())
    .fetch_all(pool)
    .await
    .map_err(failed())?;
    for name in older.into_iter().map(SchemaName::from_database) {
        let mut transaction = begin(pool).await.map_err(failed())?;
        let sql = format!(
            "SET LOCAL lock_timeout = '500ms'; DROP SCHEMA IF EXISTS {} CASCADE",
            name.quoted()
        );
        if let Err(error) = execute(&mut transaction, sql).await {
            let schema = name.as_str();
            tracing::warn!(%error, schema, "an old dataset stays until the next load");
            continue;
        }
        sqlx::query("DELETE FROM sqlground.datasets WHERE schema_name = $1")
            .bind(name.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(failed())?;
        transaction.commit().await.map_err(failed())?;
    }
    Ok(())
}

async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_the_transaction_wait_for_input_or_leave_the_schema_is_refused() {
        for sql in [
            "BEGIN",
            "commit",
            "Rollback to a",
            "COPY t (a) FROM STDIN (FORMAT csv)",
            "CREATE SCHEMA IF NOT EXISTS cd",
            "SET search_path = cd, public",
            "set local schema 'cd'",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "ALTER TABLE t OWNER TO postgres",
            "GRANT SELECT ON t TO anna",
        ] {
            assert!(refused(sql).is_some(), "{sql}");
        }
        for sql in [
            "COPY t FROM '/x'",
            "INSERT INTO t VALUES ('commit')",
            "CREATE TABLE begin(a int)",
            "SET datestyle = 'ISO, DMY'",
            "CREATE EXTENSION IF NOT EXISTS citext",
            "ALTER TABLE owner ADD to_whom text",
        ] {
            assert!(refused(sql).is_none(), "{sql}");
        }
    }

    #[test]
    fn an_error_is_on_the_line_of_its_position() {
        assert_eq!(lines_before("SELECT\n\nx", Some(9)), 2);
        assert_eq!(lines_before("SELECT\n\nx", Some(7)), 0);
        assert_eq!(lines_before("é\nx", Some(3)), 1);
        assert_eq!(lines_before("a\nb", None), 0);
    }
}
