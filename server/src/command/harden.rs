//! `sqlground harden`: what a superuser runs once in an external database of sandboxes.

use super::console;
use crate::cli::HardenArgs;
use anyhow::{Context, Result};
use sqlground_postgres::harden;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::process::ExitCode;

/// Prints the script, or runs it in the database it is given.
pub async fn run(args: HardenArgs) -> Result<ExitCode> {
    let Some(url) = args.apply else {
        console::line(&harden::sql())?;
        return Ok(ExitCode::SUCCESS);
    };
    let options: PgConnectOptions = url.parse().context("--apply is not a PostgreSQL URL")?;
    let mut connection = options
        .disable_statement_logging()
        .connect()
        .await
        .context("the database cannot be reached")?;
    let applied = sqlx::raw_sql(AssertSqlSafe(harden::sql()))
        .execute(&mut connection)
        .await;
    if let Err(error) = applied {
        let reason = error
            .as_database_error()
            .map_or_else(|| error.to_string(), |error| error.message().to_owned());
        anyhow::bail!("the database was not changed: {reason}");
    }
    connection.close().await?;
    eprintln!("sqlground: the database is hardened");
    Ok(ExitCode::SUCCESS)
}
