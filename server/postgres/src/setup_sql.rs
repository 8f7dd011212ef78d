//! The SQL that prepares a server for the service, the embedded one or somebody else's.

use crate::harden;
use postgres_protocol::escape::{escape_identifier, escape_literal};
use std::fmt::Write as _;

/// The schema in the sandbox database that holds the extensions.
pub const EXTENSIONS_SCHEMA: &str = "extensions";

/// The extensions that exercises may use. All of them are trusted: none reaches outside of the
/// database.
const EXTENSIONS: [&str; 11] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "tablefunc",
    "unaccent",
];

/// What the owner of an external server (`PostgreSQL` 14 or newer) runs once, as a script for
/// `psql`, to prepare the role and the databases: of the service's own tables, of the sandboxes and
/// of the answers. It can be run again.
pub fn external_setup_sql(role: &str, databases: [&str; 3]) -> String {
    let [own_database, sandbox_database, answers_database] = databases;
    let mut script = format!(
        "\
-- Prepares PostgreSQL 14 or newer for sqlground. Run as a superuser:
--   psql --dbname=postgres --set=password='choose one' --file=this-file
\\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I', {role})
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {role}) \\gexec
ALTER {attributes};
{grants}\n",
        role = escape_literal(role),
        attributes = role_attributes(role, ":'password'"),
        grants = role_grants(role),
    );
    for database in databases {
        // The embedded server's order of texts, by code point.
        let _ = write!(
            script,
            "\
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' \
LC_COLLATE ''C'' LC_CTYPE ''C.UTF-8''', {name}, {role})
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {name}) \\gexec
{close}\n",
            name = escape_literal(database),
            role = escape_literal(role),
            close = close_database(database),
        );
    }
    let _ = write!(
        script,
        "\
{settings}{answers_settings}
-- Recommended where nobody else uses this server: students' roles are to enter their own
-- database alone.
-- {close_postgres}
-- {close_template}

\\connect -reuse-previous=on {own}
{own_schema}
\\connect -reuse-previous=on {answers}
{sandbox_schema}{extensions}
\\connect -reuse-previous=on {sandbox}
{sandbox_schema}{extensions}
SELECT EXISTS (SELECT FROM pg_proc WHERE proname = 'sqlground_hardening') AS hardened \\gset
\\if :hardened
\\else
{hardening}\\endif
{service}",
        settings = sandbox_settings(sandbox_database),
        answers_settings = sandbox_settings(answers_database),
        close_postgres = close_database("postgres"),
        close_template = close_database("template1"),
        own = escape_identifier(own_database),
        own_schema = public_schema(role),
        answers = escape_identifier(answers_database),
        sandbox = escape_identifier(sandbox_database),
        sandbox_schema = public_schema(role),
        extensions = extensions(),
        hardening = harden::sql(),
        service = harden::service_sql(role),
    );
    script
}

/// Follows `CREATE` or `ALTER`.
pub(crate) fn role_attributes(role: &str, password: &str) -> String {
    format!(
        "ROLE {} LOGIN CREATEROLE NOCREATEDB NOSUPERUSER PASSWORD {password}",
        escape_identifier(role)
    )
}

/// Sandboxes are watched and their queries ended by the role.
pub(crate) fn role_grants(role: &str) -> String {
    format!(
        "GRANT pg_signal_backend, pg_read_all_stats TO {};",
        escape_identifier(role)
    )
}

/// By default everybody may connect to every database and fill it with temporary tables.
pub(crate) fn close_database(database: &str) -> String {
    format!(
        "REVOKE ALL ON DATABASE {} FROM PUBLIC;",
        escape_identifier(database)
    )
}

/// Settings of the sandboxes' database.
pub(crate) fn sandbox_settings(database: &str) -> String {
    let database = escape_identifier(database);
    format!(
        "\
-- RAISE LOG in a loop must not fill the server's log; students cannot change this one.
ALTER DATABASE {database} SET log_min_messages = panic;
-- A sandbox may lose its last moment in a power failure, and need not wait for the disk.
ALTER DATABASE {database} SET synchronous_commit = off;
"
    )
}

/// Before `PostgreSQL` 15 everybody may create tables here, and the database's owner may not.
pub(crate) fn public_schema(role: &str) -> String {
    format!(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;\n\
         GRANT USAGE, CREATE ON SCHEMA public TO {};\n",
        escape_identifier(role)
    )
}

pub(crate) fn extensions() -> String {
    let mut sql = format!(
        "CREATE SCHEMA IF NOT EXISTS {EXTENSIONS_SCHEMA};\n\
         GRANT USAGE ON SCHEMA {EXTENSIONS_SCHEMA} TO PUBLIC;\n"
    );
    for extension in EXTENSIONS {
        let _ = writeln!(
            sql,
            "CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA {EXTENSIONS_SCHEMA};"
        );
    }
    sql
}
