//! Removing roles with everything they own.

use crate::Error;
use crate::ledger;
use crate::name::{Quote, RoleName};
use crate::role;
use crate::sandboxes::Shared;
use sqlx::AssertSqlSafe;

/// Removes a role, its schemas and everything else it owns, and waits until its connections are
/// gone. Does nothing if there is no such role.
pub(crate) async fn remove(shared: &Shared, role: &RoleName) -> Result<(), Error> {
    let failed = || Error::unavailable("remove a role");
    let mut connection = shared.pool.acquire().await.map_err(failed())?;
    role::terminate(&mut *connection, role)
        .await
        .map_err(failed())?;
    let schemas = ledger::schemas_of(&mut *connection, role)
        .await
        .map_err(failed())?;
    for schema in schemas {
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", schema.quoted());
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut *connection)
            .await
            .map_err(failed())?;
    }
    role::drop(&mut connection, role).await?;
    ledger::remove_role(&mut *connection, role)
        .await
        .map_err(failed())
}

/// Removes the scratches of servers that are gone.
pub(crate) async fn sweep(shared: &Shared) -> Result<(), Error> {
    let orphans = ledger::orphans(&shared.pool)
        .await
        .map_err(Error::unavailable("list what a crash left behind"))?;
    for role in &orphans {
        // A leftover that cannot be removed harms nobody: the next start tries again.
        if let Err(error) = remove(shared, role).await {
            tracing::warn!(role = role.as_str(), %error, "a leftover role stays");
        }
    }
    Ok(())
}
