//! The login roles of sessions and scratches.

use crate::Error;
use crate::name::{Quote, RoleName, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, PgExecutor};

/// How many connections a role may have: one script, one preparation, and some that are ending.
const CONNECTION_LIMIT: u32 = 8;

/// A password derived by HMAC has 256 random bits, which no number of iterations makes harder to
/// guess; one makes logging in cheap.
const SCRAM_ITERATIONS: u32 = 1;

/// Creates the role.
pub(crate) async fn create(
    connection: &mut PgConnection,
    secret: &Secret,
    role: &RoleName,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION \
         NOBYPASSRLS CONNECTION LIMIT {CONNECTION_LIMIT} PASSWORD '{}'",
        role.quoted(),
        verifier(secret, role),
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes a role fit for logging in again, whatever its student did to its password and settings;
/// creates it if it is gone.
pub(crate) async fn repair(
    connection: &mut PgConnection,
    secret: &Secret,
    role: &RoleName,
) -> Result<(), sqlx::Error> {
    if !exists(&mut *connection, role).await? {
        return create(connection, secret, role).await;
    }
    let name = role.quoted();
    let sql = format!(
        "ALTER ROLE {name} LOGIN CONNECTION LIMIT {CONNECTION_LIMIT} VALID UNTIL 'infinity' \
         PASSWORD '{}'; ALTER ROLE {name} RESET ALL",
        verifier(secret, role),
    );
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await?;
    // RESET ALL leaves alone what was set for one database.
    let sql: String = sqlx::query_scalar(
        "SELECT format('ALTER ROLE %I IN DATABASE %I RESET ALL', $1, current_database())",
    )
    .bind(role.as_str())
    .fetch_one(&mut *connection)
    .await?;
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await?;
    Ok(())
}

async fn exists(executor: impl PgExecutor<'_>, role: &RoleName) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(role.as_str())
        .fetch_one(executor)
        .await
}

/// Ends the role's connections and waits until they are gone.
pub(crate) async fn terminate(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = $1")
        .bind(role.as_str())
        .execute(executor)
        .await?;
    Ok(())
}

/// Removes the role with everything it owns or was granted. Does nothing if there is no such role.
pub(crate) async fn drop(connection: &mut PgConnection, role: &RoleName) -> Result<(), Error> {
    let failed = || Error::unavailable("remove a role");
    terminate(&mut *connection, role).await.map_err(failed())?;
    if !exists(&mut *connection, role).await.map_err(failed())? {
        return Ok(());
    }
    // DROP OWNED wants the privileges of the role, which CREATEROLE alone does not bring.
    let name = role.quoted();
    let sql =
        format!("GRANT {name} TO CURRENT_USER; DROP OWNED BY {name} CASCADE; DROP ROLE {name}");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .map_err(failed())?;
    Ok(())
}

/// What PostgreSQL stores in place of the password (RFC 5803). The salt is derived too, so that a
/// role always has the same verifier.
fn verifier(secret: &Secret, role: &RoleName) -> String {
    let password = role.password(secret);
    let salt = &secret.derive(&[b"salt", role.as_str().as_bytes()])[..16];
    // PBKDF2 of one iteration is one HMAC over the salt and the number of the block.
    let salted = hmac(password.as_bytes(), &[salt, &1_u32.to_be_bytes()]);
    let stored_key = Sha256::digest(hmac(&salted, &[b"Client Key"]));
    let server_key = hmac(&salted, &[b"Server Key"]);
    format!(
        "SCRAM-SHA-256${SCRAM_ITERATIONS}:{}${}:{}",
        BASE64.encode(salt),
        BASE64.encode(stored_key),
        BASE64.encode(server_key),
    )
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
