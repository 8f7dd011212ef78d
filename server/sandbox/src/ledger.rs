//! What the service knows about workspaces, in tables that students can neither read nor write.
//!
//! The ledger is the truth: several servers may share a database, and each may forget what it
//! knows at any time.

use crate::name::{RoleName, SchemaName};
use crate::owner::Owner;
use crate::repair::Flaw;
use sqlx::error::DatabaseError;
use sqlx::{FromRow, PgExecutor, PgPool};
use std::collections::HashMap;
use std::time::Duration;

/// A server's connection that lives as long as the server does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeeperName {
    pub(crate) pid: i32,
    pub(crate) start: String,
}

/// What the ledger says of a session's workspace.
#[derive(FromRow)]
pub(crate) struct Found {
    /// Whether the dataset is there that the space reads.
    pub(crate) is_loaded: bool,
    name: Option<String>,
    /// True if the owner had one that was removed because it was not used.
    pub(crate) was_unused: bool,
    was_spare: Option<bool>,
    is_current: Option<bool>,
    is_full: Option<bool>,
    /// What keeps the role from working; none if it or its schema are gone.
    flaws: Option<Vec<String>>,
}

impl Found {
    /// The session's workspace, if it has one.
    pub(crate) fn name(&self) -> Option<RoleName> {
        self.name.clone().map(RoleName::from_database)
    }

    /// True if it is made from the space as it is.
    pub(crate) fn is_current(&self) -> bool {
        self.is_current == Some(true)
    }

    /// What keeps the role from working; none if it or its schema are gone.
    pub(crate) fn flaws(&self) -> Option<Vec<Flaw>> {
        let names = self.flaws.as_ref()?;
        Some(names.iter().filter_map(|name| Flaw::named(name)).collect())
    }

    /// True if nothing can be added to it.
    pub(crate) fn is_full(&self) -> bool {
        self.is_full == Some(true)
    }

    /// True if it has just been given to the session.
    pub(crate) fn was_spare(&self) -> bool {
        self.was_spare == Some(true)
    }
}

/// What to look for: a workspace of a space.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The space's digest.
    pub(crate) digest: &'a str,
    /// The digest of what is in the workspace itself.
    pub(crate) content: &'a str,
    /// The dataset it reads.
    pub(crate) dataset: Option<&'a SchemaName>,
    /// The settings that each log-in brings along, in lower case.
    pub(crate) settings: &'a [String],
}

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

/// True if something could not be made because it is there.
pub(crate) fn is_duplicate(error: &sqlx::Error) -> bool {
    const DUPLICATES: [&str; 4] = ["23505", "42P06", "42P07", "42710"];
    error
        .as_database_error()
        .and_then(DatabaseError::code)
        .is_some_and(|code| DUPLICATES.contains(&&*code))
}

/// Finds the owner's workspace and notes that it is in use, or gives the owner a spare one.
///
/// Fails as a [duplicate](is_duplicate) if the owner is given another at the same moment.
pub(crate) async fn find_or_claim(
    executor: impl PgExecutor<'_>,
    owner: &Owner,
    wanted: Wanted<'_>,
) -> Result<Found, sqlx::Error> {
    sqlx::query_as(include_str!("ledger/find_or_claim.sql"))
        .bind(owner.session.as_slice())
        .bind(&owner.key)
        .bind(wanted.digest)
        .bind(wanted.content)
        .bind(wanted.dataset.map(SchemaName::as_str))
        .bind(wanted.settings)
        .fetch_one(executor)
        .await
}

/// Takes a spare workspace for a server's own use.
pub(crate) async fn claim_scratch(
    executor: impl PgExecutor<'_>,
    content: &str,
    keeper: &KeeperName,
) -> Result<Option<RoleName>, sqlx::Error> {
    let name = sqlx::query_scalar(
        "UPDATE sqlground.workspaces SET keeper_pid = $2, keeper_start = $3::timestamptz
         WHERE name = (
             SELECT name FROM sqlground.workspaces
             WHERE session IS NULL AND keeper_pid IS NULL AND digest = $1
             LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING name",
    )
    .bind(content)
    .bind(keeper.pid)
    .bind(&keeper.start)
    .fetch_optional(executor)
    .await?;
    Ok(name.map(RoleName::from_database))
}

/// The SQL that notes a workspace as a server's own, to be sent together with what creates it.
pub(crate) fn add_sql(name: &RoleName, creator: Option<&RoleName>, keeper: &KeeperName) -> String {
    // Neither random names nor a time as PostgreSQL writes it have anything to escape.
    let creator = creator.map_or_else(|| "NULL".to_owned(), |c| format!("'{}'", c.as_str()));
    format!(
        "INSERT INTO sqlground.workspaces (name, creator, keeper_pid, keeper_start)
         VALUES ('{}', {creator}, {}, '{}')",
        name.as_str(),
        keeper.pid,
        keeper.start
    )
}

/// The SQL that forgets a workspace, to be sent together with what removes it.
pub(crate) fn remove_sql(name: &RoleName) -> String {
    format!(
        "DELETE FROM sqlground.workspaces WHERE name = '{}'",
        name.as_str()
    )
}

/// Gives an owner a workspace that a server has made. False if the owner has one already.
pub(crate) async fn assign(
    executor: impl PgExecutor<'_>,
    name: &RoleName,
    owner: &Owner,
    digest: &str,
) -> Result<bool, sqlx::Error> {
    let result = sqlx::query(
        "UPDATE sqlground.workspaces SET session = $2, key = $3, digest = $4, used_at = now(),
         keeper_pid = NULL, keeper_start = NULL WHERE name = $1",
    )
    .bind(name.as_str())
    .bind(owner.session.as_slice())
    .bind(&owner.key)
    .bind(digest)
    .execute(executor)
    .await;
    match result {
        Err(error) if is_duplicate(&error) => Ok(false),
        result => Ok(result?.rows_affected() == 1),
    }
}

/// Makes a workspace that a server has made a spare one.
pub(crate) async fn put_by(
    executor: impl PgExecutor<'_>,
    name: &RoleName,
    content: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sqlground.workspaces SET digest = $2, used_at = now(),
         keeper_pid = NULL, keeper_start = NULL WHERE name = $1",
    )
    .bind(name.as_str())
    .bind(content)
    .execute(executor)
    .await?;
    Ok(())
}

/// Takes an owner's workspace away, for removal by this server.
pub(crate) async fn take_back(
    executor: impl PgExecutor<'_>,
    owner: &Owner,
    keeper: &KeeperName,
) -> Result<Option<RoleName>, sqlx::Error> {
    let name = sqlx::query_scalar(
        "UPDATE sqlground.workspaces SET session = NULL, key = NULL, digest = NULL,
         keeper_pid = $3, keeper_start = $4::timestamptz
         WHERE session = $1 AND key = $2 RETURNING name",
    )
    .bind(owner.session.as_slice())
    .bind(&owner.key)
    .bind(keeper.pid)
    .bind(&keeper.start)
    .fetch_optional(executor)
    .await?;
    Ok(name.map(RoleName::from_database))
}

/// Takes away, for removal by this server, the sessions' workspaces that have not been used for so
/// long, and notes whose they were. Forgets those who have not come back for very long.
pub(crate) async fn take_back_unused(
    executor: impl PgExecutor<'_>,
    unused: Duration,
    keeper: &KeeperName,
) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar(
        "WITH gone AS (
             SELECT name, session, key FROM sqlground.workspaces
             WHERE session IS NOT NULL AND used_at < now() - make_interval(secs => $1)
             FOR UPDATE
         ), noted AS (
             INSERT INTO sqlground.unused (session, key) SELECT session, key FROM gone
             ON CONFLICT DO NOTHING
         ), forgotten AS (
             DELETE FROM sqlground.unused WHERE removed_at < now() - interval '1 year'
         )
         UPDATE sqlground.workspaces w SET session = NULL, key = NULL, digest = NULL,
             keeper_pid = $2, keeper_start = $3::timestamptz
         FROM gone WHERE w.name = gone.name
         RETURNING w.name",
    )
    .bind(unused.as_secs_f64())
    .bind(keeper.pid)
    .bind(&keeper.start)
    .fetch_all(executor)
    .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}

/// Takes away, for removal by this server, the spare workspace that has been waiting longest, of
/// those whose content is not among these.
pub(crate) async fn take_back_spare(
    executor: impl PgExecutor<'_>,
    wanted: &[String],
    keeper: &KeeperName,
) -> Result<Option<RoleName>, sqlx::Error> {
    let name = sqlx::query_scalar(
        "UPDATE sqlground.workspaces SET keeper_pid = $2, keeper_start = $3::timestamptz
         WHERE name = (
             SELECT name FROM sqlground.workspaces
             WHERE session IS NULL AND keeper_pid IS NULL AND digest <> ALL ($1)
             ORDER BY used_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING name",
    )
    .bind(wanted)
    .bind(keeper.pid)
    .bind(&keeper.start)
    .fetch_optional(executor)
    .await?;
    Ok(name.map(RoleName::from_database))
}

/// How many spare workspaces there are of each content.
pub(crate) async fn spares(
    executor: impl PgExecutor<'_>,
) -> Result<HashMap<String, i64>, sqlx::Error> {
    let counts: Vec<(String, i64)> = sqlx::query_as(
        "SELECT digest, count(*) FROM sqlground.workspaces
         WHERE session IS NULL AND keeper_pid IS NULL GROUP BY digest",
    )
    .fetch_all(executor)
    .await?;
    Ok(counts.into_iter().collect())
}

/// Notes that workspaces are in use.
pub(crate) async fn note_use(
    executor: impl PgExecutor<'_>,
    names: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE sqlground.workspaces SET used_at = now() WHERE name = ANY ($1)")
        .bind(names)
        .execute(executor)
        .await?;
    Ok(())
}

/// The session's workspaces.
pub(crate) async fn of_session(
    executor: impl PgExecutor<'_>,
    session: &[u8],
) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar("SELECT name FROM sqlground.workspaces WHERE session = $1")
        .bind(session)
        .fetch_all(executor)
        .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}

/// The workspaces of servers that are gone.
pub(crate) async fn orphans(executor: impl PgExecutor<'_>) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar(
        "SELECT name FROM sqlground.workspaces
         WHERE keeper_pid IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_stat_activity WHERE pid = keeper_pid AND backend_start = keeper_start)",
    )
    .fetch_all(executor)
    .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}

/// A creator with fewer roles than this, and how many it has.
pub(crate) async fn creator_with_room(
    executor: impl PgExecutor<'_>,
    roles: u32,
) -> Result<Option<(RoleName, u32)>, sqlx::Error> {
    let found: Option<(String, i64)> = sqlx::query_as(
        "SELECT c.name, count(w.name) FROM sqlground.creators c
         LEFT JOIN sqlground.workspaces w ON w.creator = c.name
         GROUP BY c.name HAVING count(w.name) < $1 LIMIT 1",
    )
    .bind(i64::from(roles))
    .fetch_optional(executor)
    .await?;
    Ok(found.map(|(name, count)| {
        let count = u32::try_from(count).unwrap_or(0);
        (RoleName::from_database(name), count)
    }))
}

/// The creators without a role.
pub(crate) async fn unused_creators(
    executor: impl PgExecutor<'_>,
) -> Result<Vec<RoleName>, sqlx::Error> {
    let names = sqlx::query_scalar(
        "SELECT name FROM sqlground.creators c
         WHERE NOT EXISTS (SELECT FROM sqlground.workspaces w WHERE w.creator = c.name)",
    )
    .fetch_all(executor)
    .await?;
    Ok(names.into_iter().map(RoleName::from_database).collect())
}
