//! The service's role and databases.

use crate::error::Error;
use crate::secret::Secret;
use crate::setup_sql::{
    close_database, extensions, public_schema, role_attributes, role_grants, sandbox_settings,
};
use postgres_protocol::escape::{escape_identifier, escape_literal};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// The role that the service works as, and the database of its own tables.
const SERVICE: &str = "sqlground";

/// The database of the students' sandboxes.
const SANDBOX: &str = "sqlground_sandbox";

/// How to reach the service's databases, as the service's role in both.
#[derive(Clone, Debug)]
pub struct Databases {
    /// The database of our own tables.
    pub own: PgConnectOptions,
    /// The database of the sandboxes.
    pub sandbox: PgConnectOptions,
}

/// Prepares the embedded server: the role, both databases and the extensions. Does nothing that
/// is done already, so every start calls it.
///
/// The role may log in, make roles, and see and end other roles' queries; it owns both databases
/// and is no superuser. Nobody else may enter any database: the sandboxes' roles get into theirs
/// by a grant from the owner. Fails if the server refuses a step or the connection breaks.
pub async fn provision(superuser: &PgConnectOptions, secret: &Secret) -> Result<Databases, Error> {
    let password = secret.derive_password("postgresql service");
    let mut admin = connect(superuser).await?;

    let is_new = !exists(
        &mut admin,
        "SELECT FROM pg_roles WHERE rolname = $1",
        SERVICE,
    )
    .await?;
    let verb = if is_new { "CREATE" } else { "ALTER" };
    let role = format!(
        "{verb} {}",
        role_attributes(SERVICE, &escape_literal(&password))
    );
    execute(&mut admin, "prepare the role", &role).await?;
    execute(&mut admin, "grant to the role", &role_grants(SERVICE)).await?;
    for database in [SERVICE, SANDBOX] {
        let query = "SELECT FROM pg_database WHERE datname = $1";
        if !exists(&mut admin, query, database).await? {
            let create = format!(
                "CREATE DATABASE {} OWNER {}",
                escape_identifier(database),
                escape_identifier(SERVICE)
            );
            execute(&mut admin, "create a database", &create).await?;
        }
    }
    for database in [SERVICE, SANDBOX, "postgres", "template1"] {
        execute(&mut admin, "close a database", &close_database(database)).await?;
    }
    execute(
        &mut admin,
        "set the sandboxes up",
        &sandbox_settings(SANDBOX),
    )
    .await?;
    close(admin).await?;

    let mut own = connect(&superuser.clone().database(SERVICE)).await?;
    execute(&mut own, "prepare a schema", &public_schema(SERVICE)).await?;
    close(own).await?;

    let mut sandbox = connect(&superuser.clone().database(SANDBOX)).await?;
    // One transaction, so one wait for the disk.
    let content = format!("{}{}", public_schema(SERVICE), extensions());
    execute(&mut sandbox, "create the extensions", &content).await?;
    close(sandbox).await?;

    let service = superuser.clone().username(SERVICE).password(&password);
    Ok(Databases {
        own: service.clone().database(SERVICE),
        sandbox: service.database(SANDBOX),
    })
}

async fn connect(options: &PgConnectOptions) -> Result<PgConnection, Error> {
    // Statements hold passwords, and "already exists, skipping" is no news.
    options
        .clone()
        .disable_statement_logging()
        .options([("client_min_messages", "warning")])
        .connect()
        .await
        .map_err(|error| refusal("connect", &error))
}

async fn close(connection: PgConnection) -> Result<(), Error> {
    connection
        .close()
        .await
        .map_err(|error| refusal("disconnect", &error))
}

async fn exists(
    connection: &mut PgConnection,
    query: &'static str,
    name: &str,
) -> Result<bool, Error> {
    sqlx::query(query)
        .bind(name)
        .fetch_optional(connection)
        .await
        .map(|row| row.is_some())
        .map_err(|error| refusal("look up roles and databases", &error))
}

async fn execute(connection: &mut PgConnection, step: &str, sql: &str) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(connection)
        .await
        .map(|_| ())
        .map_err(|error| refusal(step, &error))
}

fn refusal(step: &str, error: &sqlx::Error) -> Error {
    let reason = match error.as_database_error() {
        Some(database) => database.message().to_owned(),
        None => error.to_string(),
    };
    Error::Provision {
        step: step.to_owned(),
        reason,
    }
}
