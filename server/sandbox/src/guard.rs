//! Watches the scripts that take long, and ends those that take what is everybody's: locks that
//! others wait for, the table of locks, the disk. Those that do not end are made to take little.

mod disk;
mod look;
mod reason;
mod stuck;

pub(crate) use reason::Reason;
pub(crate) use stuck::outlast;

use crate::name::RoleName;
use crate::sandboxes::Shared;
use crate::{Error, ResourceLimits};
use disk::Disk;
use look::Looker;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::sleep;

/// How often this looks while scripts run.
const INTERVAL: Duration = Duration::from_millis(250);

/// Scripts that run no longer than this are not looked at.
const UNWATCHED: Duration = Duration::from_millis(300);

/// Knows the scripts that run.
pub(crate) struct Guard {
    limits: ResourceLimits,
    disk: Option<Disk>,
    running: Mutex<HashMap<u64, Script>>,
    next: AtomicU64,
    /// Told when a script begins while none runs.
    begun: Notify,
    /// The processes that do not end.
    stuck: Mutex<HashMap<i32, RoleName>>,
}

/// A script that runs.
#[derive(Clone, Debug)]
struct Script {
    pid: i32,
    role: RoleName,
    since: Instant,
    /// What its process had written when this looked for the first time.
    written_before: Option<u64>,
    /// Why and when it was told to end.
    ended: Option<(Reason, Instant)>,
}

/// A script that is watched. Dropping it ends that.
pub(crate) struct Watch {
    guard: Arc<Guard>,
    number: u64,
}

impl Guard {
    pub(crate) fn new(limits: ResourceLimits) -> Self {
        Self {
            disk: limits.data_directory.clone().map(Disk::new),
            limits,
            running: Mutex::default(),
            next: AtomicU64::new(0),
            begun: Notify::new(),
            stuck: Mutex::default(),
        }
    }

    /// Watches what runs in a process of the role.
    pub(crate) fn watch(self: &Arc<Self>, pid: i32, role: &RoleName) -> Watch {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let script = Script {
            pid,
            role: role.clone(),
            since: Instant::now(),
            written_before: None,
            ended: None,
        };
        let mut running = self.running();
        let is_first = running.is_empty();
        running.insert(number, script);
        drop(running);
        if is_first {
            self.begun.notify_one();
        }
        Watch {
            guard: Arc::clone(self),
            number,
        }
    }

    /// True if a script of the role runs.
    pub(crate) fn is_running(&self, role: &RoleName) -> bool {
        self.running().values().any(|script| script.role == *role)
    }

    /// Fails if so little of the disk is free that no script may begin.
    pub(crate) fn admit(&self) -> Result<(), Error> {
        if self.is_disk_full() {
            return Err(Error::DiskFull);
        }
        Ok(())
    }

    fn is_disk_full(&self) -> bool {
        self.disk
            .as_ref()
            .is_some_and(|disk| disk.is_full(&self.limits))
    }

    /// Notes why a script is ended.
    fn note_end(&self, number: u64, reason: Reason) {
        if let Some(script) = self.running().get_mut(&number) {
            script.ended.get_or_insert((reason, Instant::now()));
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<u64, Script>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stuck(&self) -> MutexGuard<'_, HashMap<i32, RoleName>> {
        self.stuck.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What runs longer than so.
    fn running_longer(&self, time: Duration) -> Vec<(u64, Script)> {
        self.running()
            .iter()
            .filter(|(_, script)| script.since.elapsed() >= time)
            .map(|(&number, script)| (number, script.clone()))
            .collect()
    }
}

impl Watch {
    /// Why the script was ended, if it was.
    pub(crate) fn reason(&self) -> Option<Reason> {
        let running = self.guard.running();
        running.get(&self.number)?.ended.map(|(reason, _)| reason)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.guard.running().remove(&self.number);
    }
}

/// Watches until the sandboxes are gone. Where nothing runs, or only what is short, it asks
/// PostgreSQL nothing.
pub(crate) async fn keep_watch(guard: Arc<Guard>, shared: Weak<Shared>) {
    loop {
        if guard.running().is_empty() {
            guard.begun.notified().await;
        }
        sleep(INTERVAL).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        Looker::new(&guard, &shared).look().await;
    }
}
