//! Measuring sandboxes and acting on what was found.

use crate::Error;
use crate::ledger;
use crate::name::{Quote, RoleName, SchemaName};
use crate::owner::Owner;
use crate::removal::remove_soon;
use crate::repair::Repair;
use crate::role;
use crate::sandboxes::Shared;
use sqlx::{AssertSqlSafe, FromRow};
use std::sync::Arc;
use std::time::Duration;

/// How long measuring waits before it is tried again.
const RETRY_PAUSES: [Duration; 3] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(800),
];

/// A session's sandbox and what its student has added to it.
#[derive(FromRow)]
struct Measured {
    session: Vec<u8>,
    key: String,
    is_full: bool,
    bytes: i64,
}

/// Measures a session's sandbox, lets nothing be added to it if it holds too much, lets it grow
/// again if it does not any more, and takes it away if it holds far too much. Gives back what its
/// student is to be told, and who that is.
///
/// Nothing may run in the sandbox meanwhile.
pub(crate) async fn settle(
    shared: &Arc<Shared>,
    role: &RoleName,
) -> Result<Option<(Owner, Repair)>, Error> {
    let failed = || Error::unavailable("measure a sandbox");
    let Some(found) = measure(shared, role).await.map_err(failed())? else {
        return Ok(None);
    };
    let Ok(session) = found.session.try_into() else {
        return Ok(None);
    };
    let owner = Owner {
        session,
        key: found.key,
    };
    let (bytes, limit) = (found.bytes.unsigned_abs(), shared.quota.limit());
    if bytes > limit.saturating_mul(2) {
        take_away(shared, &owner).await?;
        return Ok(Some((owner, Repair::TooLarge { limit })));
    }
    let is_full = bytes > limit;
    if is_full != found.is_full {
        let sql = if is_full {
            close_sql(shared, role)
        } else {
            open_sql(shared, role)
        };
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&shared.watch_pool)
            .await
            .map_err(failed())?;
    }
    shared.quota.measured(role, bytes, is_full);
    let is_news = is_full && !found.is_full;
    Ok(is_news.then_some((owner, Repair::Full { bytes, limit })))
}

/// As [`settle`] does; the student is told on the next occasion. What cannot be measured now, as
/// something else locks it, is tried again a few times and then left for later.
pub(crate) async fn settle_and_tell_later(shared: &Arc<Shared>, role: &RoleName) {
    for pause in RETRY_PAUSES {
        match settle(shared, role).await {
            Ok(found) => {
                if let Some((owner, repair)) = found {
                    shared.untold.add(&owner, repair);
                }
                return;
            }
            Err(error) => tracing::debug!(%error, "a sandbox cannot be measured now"),
        }
        if shared.watch_pool.is_closed() {
            return;
        }
        tokio::time::sleep(pause).await;
    }
    shared.quota.postpone(role);
}

/// Notes in the ledger what a workspace holds to begin with, which does not count.
pub(crate) async fn note_start(shared: &Shared, role: &RoleName) -> Result<(), Error> {
    let sql = format!(
        "UPDATE sqlground.workspaces AS w SET start_bytes = m.bytes
         FROM ({}) AS m WHERE w.name = m.name",
        shared.catalogue.fill(MEASURE)
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(role.as_str())
        .execute(&shared.watch_pool)
        .await
        .map_err(Error::unavailable("measure a sandbox"))?;
    Ok(())
}

const MEASURE: &str = include_str!("measure.sql");

async fn measure(shared: &Shared, role: &RoleName) -> Result<Option<Measured>, sqlx::Error> {
    let sql = format!(
        "SELECT w.session, w.key, w.is_full, greatest(m.bytes - w.start_bytes, 0) AS bytes
         FROM ({}) AS m JOIN sqlground.workspaces AS w ON w.name = m.name
         WHERE w.session IS NOT NULL",
        shared.catalogue.fill(MEASURE)
    );
    sqlx::query_as(AssertSqlSafe(sql))
        .bind(role.as_str())
        .fetch_optional(&shared.watch_pool)
        .await
}

/// The SQL by which a sandbox can be read and emptied only.
///
/// The schema is the service's, so nobody creates in it. The tables are the student's, who may give
/// the privileges back: then the sandbox grows until it is taken away.
fn close_sql(shared: &Shared, role: &RoleName) -> String {
    let (name, schema) = (role.quoted(), SchemaName::of_role(role).quoted());
    let revoke =
        format!("REVOKE INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} FROM {name}, PUBLIC");
    format!(
        "REVOKE CREATE ON SCHEMA {schema} FROM {name}; {}; {}",
        as_owner(shared.server_version, role, &revoke),
        note_sql(role, true),
    )
}

/// The SQL that takes it back.
fn open_sql(shared: &Shared, role: &RoleName) -> String {
    let (name, schema) = (role.quoted(), SchemaName::of_role(role).quoted());
    let grant = format!("GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO {name}");
    format!(
        "GRANT CREATE ON SCHEMA {schema} TO {name}; {}; {}",
        as_owner(shared.server_version, role, &grant),
        note_sql(role, false),
    )
}

/// The SQL that does something with the privileges of the role, of which whoever created it has none
/// by that alone.
fn as_owner(server_version: u32, role: &RoleName, sql: &str) -> String {
    let name = role.quoted();
    let option = if server_version < 160_000 {
        ""
    } else {
        " WITH INHERIT TRUE"
    };
    let sql =
        format!("GRANT {name} TO CURRENT_USER{option}; {sql}; REVOKE {name} FROM CURRENT_USER");
    role::as_creator(role, &sql)
}

fn note_sql(role: &RoleName, is_full: bool) -> String {
    // A random name has nothing to escape.
    format!(
        "UPDATE sqlground.workspaces SET is_full = {is_full} WHERE name = '{}'",
        role.as_str()
    )
}

/// Takes the sandbox from its owner, and lets it be removed.
async fn take_away(shared: &Arc<Shared>, owner: &Owner) -> Result<(), Error> {
    let failed = || Error::unavailable("reset a sandbox");
    let room = shared.removals.room().await;
    let keeper = shared.keeper.name().await?;
    let taken = ledger::take_back(&shared.pool, owner, &keeper).await;
    let Some(taken) = taken.map_err(failed())? else {
        return Ok(());
    };
    shared.idle.forget(owner);
    let closed = role::close(&shared.pool, &taken).await;
    tokio::spawn(remove_soon(Arc::clone(shared), taken, room));
    closed.map_err(failed())
}
