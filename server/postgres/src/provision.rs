//! The service's role and databases.

use crate::error::Error;
use crate::harden;
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

/// The database in which the teachers' answers run. No student may enter it.
const ANSWERS: &str = "sqlground_answers";

/// How to reach the service's databases, as the service's role in all of them.
#[derive(Clone, Debug)]
pub struct Databases {
    /// The database of our own tables.
    pub own: PgConnectOptions,
    /// The database of the sandboxes.
    pub sandbox: PgConnectOptions,
    /// The database in which the teachers' answers run, which no student may enter.
    pub answers: PgConnectOptions,
}

/// Prepares the embedded server: the role, the databases, the extensions and the hardening of the
/// sandboxes' database. Does nothing that is done already, so every start calls it.
///
/// The role may log in, make roles, and see and end other roles' queries; it owns the databases
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
    for database in [SERVICE, SANDBOX, ANSWERS] {
        let query = "SELECT FROM pg_database WHERE datname = $1";
        if !exists(&mut admin, query, database).await? {
            create_database(&mut admin, database).await?;
        }
    }
    for database in ["postgres", "template1"] {
        execute(&mut admin, "close a database", &close_database(database)).await?;
    }
    close(admin).await?;

    let mut own = connect(&superuser.clone().database(SERVICE)).await?;
    execute(&mut own, "prepare a schema", &public_schema(SERVICE)).await?;
    close(own).await?;

    provision_sandboxes(superuser).await?;
    prepare_for_scripts(superuser, ANSWERS).await?;

    let service = superuser.clone().username(SERVICE).password(&password);
    Ok(Databases {
        own: service.clone().database(SERVICE),
        sandbox: service.clone().database(SANDBOX),
        answers: service.database(ANSWERS),
    })
}

/// Makes a database that nobody but the service may enter.
async fn create_database(admin: &mut PgConnection, name: &str) -> Result<(), Error> {
    let create = format!(
        "CREATE DATABASE {} OWNER {}",
        escape_identifier(name),
        escape_identifier(SERVICE)
    );
    execute(admin, "create a database", &create).await?;
    execute(admin, "close a database", &close_database(name)).await
}

/// Hardens the database of the sandboxes. One that an other version hardened is made anew, and that
/// of the answers, whose roles look alike: they hold nothing that must last, and students find
/// fresh sandboxes.
async fn provision_sandboxes(superuser: &PgConnectOptions) -> Result<(), Error> {
    let options = superuser.clone().database(SANDBOX);
    let mut sandbox = connect(&options).await?;
    let hardened = hardening(&mut sandbox).await?;
    close(sandbox).await?;
    let is_current = hardened.as_ref().map(|found| *found == harden::version());
    if is_current == Some(false) {
        let mut admin = connect(superuser).await?;
        for database in [SANDBOX, ANSWERS] {
            let drop = format!("DROP DATABASE {} WITH (FORCE)", escape_identifier(database));
            execute(&mut admin, "drop the sandboxes", &drop).await?;
            create_database(&mut admin, database).await?;
        }
        execute(&mut admin, "drop the sandboxes' roles", DROP_STUDENTS).await?;
        close(admin).await?;
    }
    prepare_for_scripts(superuser, SANDBOX).await?;
    if is_current != Some(true) {
        let mut sandbox = connect(&options).await?;
        let sql = harden::sql() + &harden::service_sql(SERVICE);
        execute(&mut sandbox, "harden the sandboxes", &sql).await?;
        close(sandbox).await?;
    }
    Ok(())
}

/// Gives a database what scripts find in it.
async fn prepare_for_scripts(superuser: &PgConnectOptions, database: &str) -> Result<(), Error> {
    let mut connection = connect(&superuser.clone().database(database)).await?;
    // One transaction, so one wait for the disk.
    let content = [
        sandbox_settings(database),
        public_schema(SERVICE),
        extensions(),
    ];
    execute(&mut connection, "create the extensions", &content.concat()).await?;
    close(connection).await
}

/// Drops the roles whose sandboxes are gone. They own nothing outside of those databases.
const DROP_STUDENTS: &str = "DO $$
DECLARE
    student name;
BEGIN
    FOR student IN SELECT rolname FROM pg_roles WHERE rolname ~ '^[a-z]+_[0-9a-f]{20}$' LOOP
        EXECUTE format('DROP ROLE %I', student);
    END LOOP;
END
$$";

/// What the database says of how it was hardened; none if it was not.
async fn hardening(connection: &mut PgConnection) -> Result<Option<String>, Error> {
    let query = "SELECT FROM pg_proc WHERE proname = 'sqlground_hardening'";
    let refused = |error| refusal("look up the hardening", &error);
    let known = sqlx::query(query)
        .fetch_optional(&mut *connection)
        .await
        .map_err(refused)?;
    if known.is_none() {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT pg_catalog.sqlground_hardening()")
        .fetch_one(connection)
        .await
        .map(Some)
        .map_err(refused)
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
