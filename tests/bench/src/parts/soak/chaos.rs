//! Killing processes.

use crate::ground::Ground;
use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};
use std::fmt;
use std::fs;

/// What was killed.
#[derive(Default)]
pub(super) struct Chaos {
    connections: u32,
    backends: u32,
    postmasters: u32,
    sites: u32,
}

impl Chaos {
    /// Ends something, one way or another.
    pub(super) async fn strike(&mut self, ground: &mut Ground) -> Result<()> {
        match fastrand::u8(0..10) {
            0..=3 => {
                self.connections += 1;
                // Students' and the service's alike.
                ask(
                    ground,
                    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                     WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                     ORDER BY random() LIMIT 1",
                )
                .await?;
            }
            4 | 5 => {
                self.backends += 1;
                if let Some(pid) = backend(ground).await? {
                    kill_process(pid, Signal::KILL)?;
                }
            }
            6 => {
                self.postmasters += 1;
                if let Some(pid) = backend(ground).await? {
                    kill_process(parent(pid)?, Signal::KILL)?;
                }
            }
            7 => {
                self.sites += 1;
                ground.restart_site(Signal::TERM).await?;
            }
            _ => {
                self.sites += 1;
                ground.restart_site(Signal::KILL).await?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ended {} connections, killed {} backends, {} postmasters and {} sites",
            self.connections, self.backends, self.postmasters, self.sites
        )
    }
}

/// One of PostgreSQL's processes that works for somebody.
async fn backend(ground: &Ground) -> Result<Option<Pid>> {
    let pid = ask(
        ground,
        "SELECT pid::text FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1",
    )
    .await?;
    Ok(pid.and_then(|pid| Pid::from_raw(pid.parse().ok()?)))
}

/// None while PostgreSQL starts anew.
async fn ask(ground: &Ground, sql: &str) -> Result<Option<String>> {
    let Ok(mut connection) = PgConnection::connect_with(&ground.superuser()).await else {
        return Ok(None);
    };
    let found: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_optional(&mut connection)
        .await
        .unwrap_or_default();
    Ok(found)
}

fn parent(pid: Pid) -> Result<Pid> {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"));
    let parent = line.and_then(|line| line.trim().parse().ok());
    parent
        .and_then(Pid::from_raw)
        .context("a process without a parent")
}
