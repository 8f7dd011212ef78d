//! The login roles of workspaces.

use crate::Authors;
use crate::name::{Quote, RoleName, SchemaName, Secret, quote_identifier};
use crate::sandboxes::Shared;
use crate::suitability::TEACHERS;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sqlx::error::DatabaseError;
use sqlx::{AssertSqlSafe, PgExecutor};

/// A password derived by HMAC has 256 random bits, which no number of iterations makes harder to
/// guess; one makes logging in cheap.
const SCRAM_ITERATIONS: u32 = 1;

/// The SQL that creates a role and its schema.
pub(crate) fn create_sql(shared: &Shared, role: &RoleName, creator: Option<&RoleName>) -> String {
    let name = role.quoted();
    let schema = SchemaName::of_role(role).quoted();
    let creator = creator.map_or_else(|| "NONE".to_owned(), Quote::quoted);
    let (inherit, membership) = match shared.authors {
        Authors::Students => ("NOINHERIT", String::new()),
        Authors::Teachers => {
            let teachers = quote_identifier(TEACHERS);
            ("INHERIT", format!("GRANT {teachers} TO {name}; "))
        }
    };
    format!(
        "SET LOCAL ROLE {creator}; \
         CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {inherit} NOREPLICATION \
         NOBYPASSRLS CONNECTION LIMIT {} PASSWORD '{}'; \
         SET LOCAL ROLE NONE; \
         {membership}\
         CREATE SCHEMA {schema}; \
         GRANT USAGE, CREATE ON SCHEMA {schema} TO {name}",
        shared.connections,
        verifier(&shared.secret, role),
    )
}

/// Makes a role fit for logging in and working in its schema again, whatever its student did to
/// its password, settings and privileges. False if role or schema is gone, or what was done cannot
/// be undone.
pub(crate) async fn repair(
    executor: impl PgExecutor<'_>,
    shared: &Shared,
    role: &RoleName,
) -> Result<bool, sqlx::Error> {
    // The last is a setting that cannot be reset.
    const LOST: [&str; 3] = ["42704", "3F000", "0A000"];
    let name = role.quoted();
    // RESET ALL leaves alone what was set for one database.
    let repair = format!(
        "ALTER ROLE {name} LOGIN CONNECTION LIMIT {} VALID UNTIL 'infinity' PASSWORD '{}'; \
         ALTER ROLE {name} RESET ALL; \
         ALTER ROLE {name} IN DATABASE {} RESET ALL",
        shared.connections,
        verifier(&shared.secret, role),
        quote_identifier(&shared.database),
    );
    let sql = format!(
        "{}; GRANT USAGE{} ON SCHEMA {} TO {name}",
        as_creator(role, &repair),
        if shared.quota.is_full(role) {
            ""
        } else {
            ", CREATE"
        },
        SchemaName::of_role(role).quoted(),
    );
    let repaired = sqlx::raw_sql(AssertSqlSafe(sql)).execute(executor).await;
    match repaired {
        Err(error) if code(&error).is_some_and(|code| LOST.contains(&&*code)) => Ok(false),
        result => result.map(|_| true),
    }
}

/// Keeps anybody from logging in as the role. Does nothing if it is gone.
pub(crate) async fn close(
    executor: impl PgExecutor<'_>,
    role: &RoleName,
) -> Result<(), sqlx::Error> {
    let close = format!(
        "IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{}') \
         THEN ALTER ROLE {} NOLOGIN; END IF",
        role.as_str(),
        role.quoted()
    );
    let sql = as_creator(role, &close);
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(executor).await?;
    Ok(())
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

/// The SQL that removes a role with everything it owns or was granted, and its schema. It does
/// nothing if they are not there.
pub(crate) fn drop_sql(role: &RoleName) -> String {
    format!(
        "DROP SCHEMA IF EXISTS {} CASCADE; {}",
        SchemaName::of_role(role).quoted(),
        // A random name has nothing to escape.
        include_str!("role/drop.sql").replace("$role", role.as_str())
    )
}

/// The SQL that does something as the role's creator, which the ledger knows.
pub(crate) fn as_creator(role: &RoleName, sql: &str) -> String {
    // A random name has nothing to escape.
    format!(
        "DO $do$ BEGIN \
         PERFORM set_config('role', creator, true) FROM sqlground.workspaces \
         WHERE name = '{}' AND creator IS NOT NULL; \
         {sql}; \
         PERFORM set_config('role', 'none', true); \
         END $do$",
        role.as_str()
    )
}

fn code(error: &sqlx::Error) -> Option<std::borrow::Cow<'_, str>> {
    error.as_database_error().and_then(DatabaseError::code)
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
