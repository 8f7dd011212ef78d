//! The connection by which other servers see that this one lives.

use crate::Error;
use crate::ledger::KeeperName;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Keeps one connection open. When the server ends, however it does, PostgreSQL closes it, and the
/// scratches that name it are known to be orphans.
pub(crate) struct Keeper {
    options: PgConnectOptions,
    connection: Mutex<Option<Kept>>,
}

struct Kept {
    connection: PgConnection,
    name: KeeperName,
    /// When it was last seen to be alive.
    seen: Instant,
}

/// How long the connection counts as alive without being asked.
const TRUST: Duration = Duration::from_secs(1);

impl Keeper {
    pub(crate) fn new(options: PgConnectOptions) -> Self {
        Self {
            options,
            connection: Mutex::new(None),
        }
    }

    /// The name of the connection, opened again if it is lost.
    pub(crate) async fn name(&self) -> Result<KeeperName, Error> {
        let mut kept = self.connection.lock().await;
        if let Some(kept) = kept.as_mut() {
            if kept.seen.elapsed() < TRUST {
                return Ok(kept.name.clone());
            }
            if kept.connection.ping().await.is_ok() {
                kept.seen = Instant::now();
                return Ok(kept.name.clone());
            }
        }
        let opened = self
            .open()
            .await
            .map_err(Error::unavailable("be reached"))?;
        Ok(kept.insert(opened).name.clone())
    }

    /// False if PostgreSQL may have been started anew since the connection had this name: what was
    /// committed the moment before may be lost then, since nobody waits until it is on the disk.
    pub(crate) async fn has_lasted(&self, name: &KeeperName) -> bool {
        let mut kept = self.connection.lock().await;
        match kept.as_mut() {
            Some(kept) => kept.name == *name && kept.connection.ping().await.is_ok(),
            None => false,
        }
    }

    async fn open(&self) -> Result<Kept, sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let (pid, start) = sqlx::query_as(
            "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()",
        )
        .fetch_one(&mut connection)
        .await?;
        Ok(Kept {
            connection,
            name: KeeperName { pid, start },
            seen: Instant::now(),
        })
    }
}
