//! Removing workspaces with everything in them.

use crate::Error;
use crate::ledger;
use crate::name::RoleName;
use crate::role;
use crate::sandboxes::Shared;
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

/// How many workspaces are removed at a time.
const WORKERS: usize = 2;

/// How long [`Removals::finish`] waits.
const FINISH_TIME: Duration = Duration::from_secs(10);

/// How long to wait before a removal is tried again; at last always as long.
const RETRY_PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(5),
    Duration::from_secs(30),
];

/// Bounds what waits to be removed.
pub(crate) struct Removals {
    room: Arc<Semaphore>,
    size: u32,
    workers: Semaphore,
}

/// The right to make a workspace that is going to be removed. It is given back afterwards.
pub(crate) type Room = OwnedSemaphorePermit;

impl Removals {
    /// Room for so many workspaces at a time.
    pub(crate) fn new(size: u32) -> Self {
        Self {
            room: Arc::new(Semaphore::new(size as usize)),
            size,
            workers: Semaphore::new(WORKERS),
        }
    }

    /// Waits for room.
    pub(crate) async fn room(&self) -> Room {
        let room = Arc::clone(&self.room).acquire_owned().await;
        room.expect("the semaphore is never closed")
    }

    /// Waits until everything that is to be removed is, but not for ever.
    pub(crate) async fn finish(&self) {
        if timeout(FINISH_TIME, self.room.acquire_many(self.size))
            .await
            .is_err()
        {
            tracing::warn!("some workspaces stay until the next start");
        }
    }
}

/// Removes a workspace in the background. What cannot be removed, as PostgreSQL starts anew or does
/// not end its process, is tried again for as long as the server lives.
pub(crate) async fn remove_soon(shared: Arc<Shared>, role: RoleName, room: Room) {
    let mut room = Some(room);
    let last = RETRY_PAUSES[RETRY_PAUSES.len() - 1];
    for pause in RETRY_PAUSES.into_iter().chain(std::iter::repeat(last)) {
        {
            let _working = shared.removals.workers.acquire().await;
            let Err(error) = remove(&shared, &role).await else {
                return;
            };
            tracing::debug!(role = role.as_str(), %error, "a role cannot be removed now");
        }
        // Nobody is kept waiting for what takes so long.
        room.take();
        if shared.pool.is_closed() {
            return;
        }
        sleep(pause).await;
    }
}

/// Removes a workspace and everything its role owns, and waits until its connections are gone.
/// Does nothing if there is no such workspace.
pub(crate) async fn remove(shared: &Shared, role: &RoleName) -> Result<(), Error> {
    let failed = || Error::unavailable("remove a role");
    shared.idle.forget_role(role);
    let mut connection = shared.pool.acquire().await.map_err(failed())?;
    role::terminate(&mut *connection, role)
        .await
        .map_err(failed())?;
    // Sent at once, these are one transaction.
    let sql = format!("{}; {}", role::drop_sql(role), ledger::remove_sql(role));
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await
        .map_err(failed())?;
    Ok(())
}

/// Removes the scratches of servers that are gone.
pub(crate) async fn sweep(shared: &Shared) -> Result<(), Error> {
    let orphans = ledger::orphans(&shared.pool)
        .await
        .map_err(Error::unavailable("list what a crash left behind"))?;
    for role in &orphans {
        // A leftover that cannot be removed harms nobody: the next start tries again.
        if let Err(error) = remove(shared, role).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(role = role.as_str(), error, "a leftover role stays");
        }
    }
    Ok(())
}
