//! Using a connection again for the same sandbox.

use super::Backend;
use crate::Limits;
use crate::idle::IdleConnection;
use crate::login::Times;
use crate::name::RoleName;
use crate::owner::Owner;
use crate::sandboxes::Shared;
use crate::wire::{Budget, Connection, Reply};
use sqlground_model::TransactionState;
use std::io;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long undoing what a script left may take.
const CLEANING_TIME: Duration = Duration::from_secs(2);

/// Where a connection waits for the session's next script.
pub(crate) struct Home {
    pub(crate) owner: Owner,
    /// The space's digest.
    pub(crate) digest: String,
    /// The limits it was opened with.
    pub(crate) times: Times,
    /// True if no code of the student's was there when the connection was opened: what comes
    /// later is seen coming.
    pub(crate) is_free_of_code: bool,
}

impl Backend {
    /// Lets the connection wait for the session's next script, where nothing of this one stays on
    /// it; else ends it. That happens in the background, and the place is held until it is done.
    pub(crate) async fn release(mut self) {
        let reusable = !self.lost
            && !self.leaves_traces
            && self.transaction == TransactionState::Idle
            && self.shared.idle.keeps_any();
        match self.home.take() {
            Some(home) if reusable => drop(tokio::spawn(self.go_home(home))),
            _ => self.close().await,
        }
    }

    /// The connection as it was after the log-in. None if it cannot be made so; then it is ended.
    pub(crate) async fn into_clean(mut self) -> Option<Connection> {
        self.clean().await.then(|| self.connection.take())?
    }

    /// True if what scripts left on the connection is undone.
    async fn clean(&mut self) -> bool {
        let Some(connection) = self.connection.as_mut() else {
            return false;
        };
        let cleaned = timeout(CLEANING_TIME, clean(connection)).await;
        let is_clean = matches!(cleaned, Ok(Ok(())));
        if !is_clean {
            tracing::debug!("a student's connection cannot be cleaned");
        }
        is_clean
    }

    async fn go_home(mut self, home: Home) {
        if !self.clean().await {
            return;
        }
        if !home.is_free_of_code && has_code(&self.shared, &self.role).await {
            self.close().await;
            return;
        }
        if let Some(connection) = self.connection.take() {
            let idle = IdleConnection {
                connection,
                role: self.role.clone(),
                digest: home.digest,
                times: home.times,
                since: Instant::now(),
            };
            self.shared.idle.put(home.owner, idle);
        }
    }
}

/// Undoes what a script left: settings, prepared statements, cursors, locks, channels listened to,
/// and what sequences gave.
async fn clean(connection: &mut Connection) -> io::Result<()> {
    let limits = Limits::PREPARATION;
    let mut reply = Reply::default();
    connection
        .simple("DISCARD ALL", &mut Budget::new(&limits), &mut reply)
        .await?;
    connection.forget_kept();
    match reply.error {
        None => Ok(()),
        Some(error) => Err(io::Error::other(error.message)),
    }
}

/// True if the sandbox has functions, which may do anything to a connection when they are called.
async fn has_code(shared: &Shared, role: &RoleName) -> bool {
    let found = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_depend
            WHERE refclassid = 'pg_namespace'::regclass AND refobjid = $1::text::regnamespace
            AND classid = 'pg_proc'::regclass)",
    )
    .bind(role.as_str())
    .fetch_one(&shared.pool)
    .await;
    found.unwrap_or(true)
}
