//! PostgreSQL without sqlground.

use crate::ground::Ground;
use crate::times::Times;
use anyhow::{Context, Result, bail};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::process::Command;

/// A connection of one's own.
pub(crate) struct Direct(PgConnection);

impl Direct {
    pub(crate) async fn connect(ground: &Ground) -> Result<Self> {
        let connection = PgConnection::connect_with(&ground.databases.sandbox).await?;
        Ok(Self(connection))
    }

    /// Runs a statement and gives back how long that took.
    pub(crate) async fn run(&mut self, sql: &str) -> Result<Duration> {
        let started = Instant::now();
        let statement = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        self.0.fetch_all(statement).await?;
        Ok(started.elapsed())
    }

    /// The least that a statement takes in some tries, in milliseconds.
    pub(crate) async fn least(&mut self, sql: &str) -> Result<f64> {
        let mut times = Times::default();
        for _ in 0..21 {
            times.push(self.run(sql).await?);
        }
        Ok(times.least())
    }
}

/// How often pgbench runs a statement in a second, with so many connections.
pub(crate) async fn pgbench(
    ground: &Ground,
    sql: &str,
    clients: usize,
    time: Duration,
) -> Result<f64> {
    let script = tempfile::NamedTempFile::new()?;
    std::fs::write(script.path(), format!("{sql};\n"))?;
    let options = &ground.databases.sandbox;
    let url = sqlx::ConnectOptions::to_url_lossy(options);
    let output = Command::new(program()?)
        .args(["--no-vacuum", "--jobs=2", "--file"])
        .arg(script.path())
        .arg(format!("--client={clients}"))
        .arg(format!("--time={}", time.as_secs()))
        .arg(format!("--host={}", ground.socket_dir))
        .arg(format!("--port={}", options.get_port()))
        .arg(format!("--username={}", options.get_username()))
        .arg(options.get_database().context("no database")?)
        .env("PGPASSWORD", url.password().unwrap_or_default())
        .output()
        .await?;
    let said = String::from_utf8_lossy(&output.stdout);
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    match rate {
        Some(rate) if output.status.success() => Ok(rate),
        _ => bail!("pgbench fails: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// pgbench is not among the programs that sqlground carries.
fn program() -> Result<PathBuf> {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    std::env::split_paths(&in_path)
        .chain(debian)
        .map(|folder| folder.join("pgbench"))
        .find(|path| Path::exists(path))
        .context("pgbench is missing; on Debian: apt-get install postgresql-15")
}
