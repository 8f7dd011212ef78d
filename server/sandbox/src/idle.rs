//! Connections that wait for their session's next script.
//!
//! Opening a connection takes longer than most scripts. So a session's connection is kept for a
//! while, once everything a script may have left on it is undone.

use crate::login::Times;
use crate::name::RoleName;
use crate::owner::Owner;
use crate::wire::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// How long a connection that was used is not taken from its session.
const MOMENT: Duration = Duration::from_secs(5);

/// A connection that nothing runs on, as it was after the log-in.
pub(crate) struct IdleConnection {
    pub(crate) connection: Connection,
    /// Whom it is logged in as.
    pub(crate) role: RoleName,
    /// The space it is for.
    pub(crate) digest: String,
    /// The limits it was opened with.
    pub(crate) times: Times,
    /// Since when it waits.
    pub(crate) since: Instant,
}

/// The connections that wait, one for a sandbox at most.
pub(crate) struct IdleConnections {
    most: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: HashMap<Owner, IdleConnection>,
    /// The roles that were used since the ledger was told.
    used: HashSet<String>,
}

impl IdleConnections {
    /// Keeps so many connections at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            state: Mutex::default(),
        }
    }

    /// True if any connection may wait.
    pub(crate) fn keeps_any(&self) -> bool {
        self.most > 0
    }

    /// The role of the sandbox whose connection waits: it was there a moment ago, and nobody has
    /// removed it since without ending the connection.
    pub(crate) fn find(&self, owner: &Owner, digest: &str) -> Option<RoleName> {
        let state = self.state();
        let found = state.waiting.get(owner)?;
        (found.digest == digest).then(|| found.role.clone())
    }

    /// The owner's connection, if one waits that is alive and as wanted.
    pub(crate) fn take(&self, owner: &Owner, digest: &str, times: Times) -> Option<IdleConnection> {
        let mut taken = self.state().waiting.remove(owner)?;
        if taken.digest == digest && taken.times == times && taken.connection.is_quiet() {
            return Some(taken);
        }
        close(taken);
        None
    }

    /// Lets a connection wait. Where there are too many, the one that has waited longest goes; but
    /// where all were used a moment ago this one goes, since sessions that take turns would
    /// otherwise each find that theirs has just gone.
    pub(crate) fn put(&self, owner: Owner, connection: IdleConnection) {
        let mut state = self.state();
        state.used.insert(connection.role.as_str().to_owned());
        if state.waiting.len() >= self.most && !state.waiting.contains_key(&owner) {
            let oldest = state.waiting.iter().min_by_key(|(_, idle)| idle.since);
            let oldest = oldest.filter(|(_, idle)| idle.since.elapsed() >= MOMENT);
            let oldest = oldest.map(|(owner, _)| owner.clone());
            let Some(oldest) = oldest.and_then(|owner| state.waiting.remove(&owner)) else {
                drop(state);
                return close(connection);
            };
            close(oldest);
        }
        let before = state.waiting.insert(owner, connection);
        drop(state);
        before.into_iter().for_each(close);
    }

    /// Closes the owner's connection.
    pub(crate) fn forget(&self, owner: &Owner) {
        let forgotten = self.state().waiting.remove(owner);
        forgotten.into_iter().for_each(close);
    }

    /// Closes the connection of a role.
    pub(crate) fn forget_role(&self, role: &RoleName) {
        self.close_where(|idle| idle.role == *role);
    }

    /// Closes the connections that have waited so long.
    pub(crate) fn close_older(&self, age: Duration) {
        self.close_where(|idle| idle.since.elapsed() >= age);
    }

    /// The roles that were used since this was asked last.
    pub(crate) fn used(&self) -> Vec<String> {
        std::mem::take(&mut self.state().used).into_iter().collect()
    }

    fn close_where(&self, is_to_go: impl Fn(&IdleConnection) -> bool) {
        let mut state = self.state();
        let gone: Vec<_> = state
            .waiting
            .extract_if(|_, idle| is_to_go(idle))
            .map(|(_, idle)| idle)
            .collect();
        drop(state);
        gone.into_iter().for_each(close);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says goodbye, so that the server's log has nothing to complain about.
fn close(idle: IdleConnection) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(idle.connection.close());
    }
}
