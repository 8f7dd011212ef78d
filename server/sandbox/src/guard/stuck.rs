//! Processes that nothing ends: a few of PostgreSQL's functions take hours for large values and never
//! look whether they are to stop.

use crate::name::RoleName;
use crate::queue::Place;
use crate::sandboxes::Shared;
use rustix::process::{Pid, Signal, kill_process, setpriority_process};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::sleep;

/// How often this looks whether a process has ended.
const INTERVAL: Duration = Duration::from_secs(1);

/// The lowest priority (`nice(2)`): a hundredth of what another process gets.
const LOWEST: i32 = 19;

/// Waits until a process of the role has ended that did not when it was told to. The place goes to
/// others meanwhile, and the process gets what nobody else wants of the machine. Where there are too
/// many of the kind, all of them are killed.
pub(crate) async fn outlast(
    shared: Arc<Shared>,
    role: RoleName,
    pid: i32,
    place: Option<Arc<Place>>,
) {
    tracing::warn!(role = role.as_str(), pid, "a script does not end");
    if let Some(place) = &place {
        place.leave_stuck();
    }
    let guard = Arc::clone(&shared.guard);
    let number = {
        let mut stuck = guard.stuck();
        stuck.insert(pid, role.clone());
        stuck.len()
    };
    if guard.limits.data_directory.is_some() {
        if number > usize::from(guard.limits.stuck_processes) {
            kill_all(&shared).await;
        } else {
            yield_to_others(pid);
        }
    }
    let known = Arc::downgrade(&shared);
    // It may take hours, and the sandboxes need not be there for so long.
    drop(shared);
    while is_there(&known, &role, pid).await {
        sleep(INTERVAL).await;
    }
    guard.stuck().remove(&pid);
}

/// Gives a process the lowest priority.
fn yield_to_others(pid: i32) {
    let lowered = Pid::from_raw(pid).map(|process| setpriority_process(Some(process), LOWEST));
    if let Some(Err(error)) = lowered {
        tracing::warn!(%error, pid, "the process cannot be given the lowest priority");
    }
}

/// Kills what does not end, whereupon PostgreSQL ends all its processes and starts anew.
async fn kill_all(shared: &Shared) {
    let stuck = shared.guard.stuck().clone();
    let number = stuck.len();
    tracing::error!("PostgreSQL is started anew: {number} scripts do not end");
    for (pid, role) in stuck {
        // The number may be another's by now.
        if find(shared, &role, pid).await.unwrap_or(false)
            && let Some(process) = Pid::from_raw(pid)
            && let Err(error) = kill_process(process, Signal::KILL)
        {
            tracing::error!(%error, pid, "the process cannot be killed");
        }
    }
}

/// False once the process has ended, or nobody is left who wants to know.
async fn is_there(shared: &Weak<Shared>, role: &RoleName, pid: i32) -> bool {
    let Some(shared) = shared.upgrade() else {
        return false;
    };
    match find(&shared, role, pid).await {
        Ok(is_there) => is_there,
        Err(sqlx::Error::PoolClosed) => false,
        // While PostgreSQL starts anew.
        Err(_) => true,
    }
}

async fn find(shared: &Shared, role: &RoleName, pid: i32) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND usename = $2)",
    )
    .bind(pid)
    .bind(role.as_str())
    .fetch_one(&shared.watch_pool)
    .await
}
