//! The roles that create the students' roles on the service's behalf.
//!
//! Since PostgreSQL 16 whoever creates a role is a member of it, and what the server checks of a
//! member takes time with the number of its memberships. So a creator has so many roles only, and
//! the service acts as the creator where it deals with them.

use crate::ledger;
use crate::name::{Quote, RoleName};
use crate::sandboxes::Shared;
use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::Mutex;

/// The first version that makes the creator a member.
const FIRST_VERSION: u32 = 160_000;

/// How many roles a creator has.
const ROLES: u32 = 100;

/// Says who creates the next role.
#[derive(Default)]
pub(crate) struct Creators {
    current: Mutex<Option<Current>>,
}

struct Current {
    name: RoleName,
    /// How many more roles it creates.
    rest: u32,
}

impl Creators {
    /// Who creates the next role; none if the service does that itself.
    pub(crate) async fn next(&self, shared: &Shared) -> Result<Option<RoleName>, sqlx::Error> {
        if shared.server_version < FIRST_VERSION {
            return Ok(None);
        }
        let mut current = self.current.lock().await;
        if current.as_ref().is_none_or(|current| current.rest == 0) {
            *current = Some(with_room(&shared.pool).await?);
        }
        Ok(current.as_mut().map(|current| {
            current.rest -= 1;
            current.name.clone()
        }))
    }

    /// Looks for another the next time: this one may be gone.
    pub(crate) async fn forget(&self) {
        *self.current.lock().await = None;
    }
}

/// A creator that has not all of its roles yet, or a new one.
async fn with_room(pool: &PgPool) -> Result<Current, sqlx::Error> {
    if let Some((name, roles)) = ledger::creator_with_room(pool, ROLES).await? {
        let rest = ROLES.saturating_sub(roles).max(1);
        return Ok(Current { name, rest });
    }
    let name = RoleName::creator();
    let quoted = name.quoted();
    // Without INHERIT the service has none of the memberships below it.
    let sql = format!(
        "CREATE ROLE {quoted} NOLOGIN CREATEROLE; \
         GRANT {quoted} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE; \
         INSERT INTO sqlground.creators (name) VALUES ('{}')",
        name.as_str()
    );
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await?;
    Ok(Current { name, rest: ROLES })
}

/// Removes the creators that have no roles left.
pub(crate) async fn remove_unused(shared: &Shared) -> Result<(), sqlx::Error> {
    let unused = ledger::unused_creators(&shared.pool).await?;
    if !unused.is_empty() {
        shared.creators.forget().await;
    }
    for name in unused {
        let sql = format!(
            "DELETE FROM sqlground.creators WHERE name = '{}'; DROP ROLE IF EXISTS {}",
            name.as_str(),
            name.quoted()
        );
        // It fails where a role is just being made by it (`ledger.sql`), and then nothing is deleted.
        if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&shared.pool)
            .await
        {
            tracing::debug!(%error, "a role that creates roles stays");
        }
    }
    Ok(())
}
