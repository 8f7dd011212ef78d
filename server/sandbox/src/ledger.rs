//! What the service knows about roles and schemas, in tables that students can neither read nor
//! write.
//!
//! A row of `sandboxes` is also the lock under which the schema is prepared: unlike advisory locks,
//! students cannot take it.

use crate::name::{RoleName, SchemaName};
use sqlx::error::DatabaseError;
use sqlx::{PgConnection, PgExecutor, PgPool};
use std::time::Duration;

/// Creates the tables.
pub(crate) async fn create(pool: &PgPool) -> Result<(), sqlx::Error> {
    // IF NOT EXISTS does not keep two servers that start at once from creating the same thing: the
    // second fails and finds it there when it tries again.
    let mut tries = 0;
    loop {
        match sqlx::raw_sql(include_str!("ledger.sql"))
            .execute(pool)
            .await
        {
            Err(error) if tries < 3 && is_duplicate(&error) => tries += 1,
            result => return result.map(|_| ()),
        }
    }
}

fn is_duplicate(error: &sqlx::Error) -> bool {
    const DUPLICATES: [&str; 4] = ["23505", "42P06", "42P07", "42710"];
    error
        .as_database_error()
        .and_then(DatabaseError::code)
        .is_some_and(|code| DUPLICATES.contains(&&*code))
}

/// Notes a role. True if it was not known before: it is to be created in the same transaction.
pub(crate) async fn add_role(
    connection: &mut PgConnection,
    role: &RoleName,
    keeper: Option<&KeeperName>,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query(
        "INSERT INTO sqlground.roles (role_name, keeper_pid, keeper_start)
         VALUES ($1, $2, $3::timestamptz) ON CONFLICT (role_name) DO NOTHING",
    )
    .bind(role.as_str())
    .bind(keeper.map(|k| k.pid))
    .bind(keeper.map(|k| k.start.as_str()))
    .execute(connection)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// True if the schema is prepared with this digest. Notes that the role is in use.
pub(crate) async fn is_prepared(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
    schema: &SchemaName,
    digest: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "WITH used AS (UPDATE sqlground.roles SET used_at = now() WHERE role_name = $1)
         SELECT EXISTS (SELECT FROM sqlground.sandboxes WHERE schema_name = $2 AND digest = $3)",
    )
    .bind(role.as_str())
    .bind(schema.as_str())
    .bind(digest)
    .fetch_one(executor)
    .await
}

/// Notes a schema as not prepared, unless it is prepared with this digest.
pub(crate) async fn add_sandbox(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
    schema: &SchemaName,
    digest: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO sqlground.sandboxes AS s (schema_name, role_name) VALUES ($1, $2)
         ON CONFLICT (schema_name) DO UPDATE SET digest = NULL WHERE s.digest IS DISTINCT FROM $3",
    )
    .bind(schema.as_str())
    .bind(role.as_str())
    .bind(digest)
    .execute(executor)
    .await?;
    Ok(())
}

/// Waits for whoever prepares the schema and keeps others from it until the transaction ends.
/// Gives back the digest it is prepared with.
pub(crate) async fn lock_sandbox(
    connection: &mut PgConnection,
    schema: &SchemaName,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT digest FROM sqlground.sandboxes WHERE schema_name = $1 FOR UPDATE")
        .bind(schema.as_str())
        .fetch_one(connection)
        .await
}

/// Notes what the schema is prepared with; none if it is to be prepared anew.
pub(crate) async fn set_digest(
    executor: impl PgExecutor<'_>,
    schema: &SchemaName,
    digest: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sqlground.sandboxes SET digest = $2 WHERE schema_name = $1")
        .bind(schema.as_str())
        .bind(digest)
        .execute(executor)
        .await?;
    Ok(())
}

/// The role's schemas.
pub(crate) async fn schemas_of(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
) -> Result<Vec<SchemaName>, sqlx::Error> {
    let names =
        sqlx::query_scalar("SELECT schema_name FROM sqlground.sandboxes WHERE role_name = $1")
            .bind(role.as_str())
            .fetch_all(executor)
            .await?;
    Ok(names.into_iter().map(SchemaName::from_database).collect())
}

/// Forgets a role and its schemas.
pub(crate) async fn remove_role(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM sqlground.roles WHERE role_name = $1")
        .bind(role.as_str())
        .execute(executor)
        .await?;
    Ok(())
}

/// The sessions' roles that have not been used for so long.
pub(crate) async fn unused_roles(
    executor: impl PgExecutor<'_>,
    unused: Duration,
) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar(
        "SELECT role_name FROM sqlground.roles
         WHERE keeper_pid IS NULL AND used_at < now() - make_interval(secs => $1)",
    )
    .bind(unused.as_secs_f64())
    .fetch_all(executor)
    .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}

/// The scratch roles whose server is gone.
pub(crate) async fn orphans(executor: impl PgExecutor<'_>) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar(
        "SELECT role_name FROM sqlground.roles
         WHERE keeper_pid IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_stat_activity WHERE pid = keeper_pid AND backend_start = keeper_start)",
    )
    .fetch_all(executor)
    .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}

/// A server's connection that lives as long as the server does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeeperName {
    pub(crate) pid: i32,
    pub(crate) start: String,
}
