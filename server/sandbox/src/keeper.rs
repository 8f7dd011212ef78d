//! The connection by which other servers see that this one lives.

use crate::Error;
use crate::ledger::KeeperName;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;

/// Keeps one connection open. When the server ends, however it does, PostgreSQL closes it, and the
/// scratches that name it are known to be orphans.
pub(crate) struct Keeper {
    options: PgConnectOptions,
    connection: Mutex<Option<(PgConnection, KeeperName)>>,
}

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
        if let Some((connection, name)) = kept.as_mut()
            && connection.ping().await.is_ok()
        {
            return Ok(name.clone());
        }
        let opened = self
            .open()
            .await
            .map_err(Error::unavailable("be reached"))?;
        let name = opened.1.clone();
        *kept = Some(opened);
        Ok(name)
    }

    async fn open(&self) -> Result<(PgConnection, KeeperName), sqlx::Error> {
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let (pid, start) = sqlx::query_as(
            "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()",
        )
        .fetch_one(&mut connection)
        .await?;
        Ok((connection, KeeperName { pid, start }))
    }
}
