//! `sqlground setup-sql`: what the owner of an external PostgreSQL runs once.

use super::console;
use anyhow::Result;
use sqlground_postgres::external_setup_sql;
use std::process::ExitCode;

/// Prints a script for `psql` that makes the role and the databases.
pub fn run() -> Result<ExitCode> {
    console::line(&external_setup_sql(
        "sqlground",
        ["sqlground", "sqlground_sandbox", "sqlground_answers"],
    ))?;
    Ok(ExitCode::SUCCESS)
}
