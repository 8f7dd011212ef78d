//! How much disk a sandbox takes, and what becomes of one that takes too much.
//!
//! PostgreSQL has no such limit. So sandboxes are measured when they may have outgrown theirs: what
//! one held last, and what could have been written in the time that scripts ran in it since.

mod enforce;

pub(crate) use enforce::{note_start, settle, settle_and_tell_later};

use crate::name::RoleName;
use sqlground_model::SqlError;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// No script writes more than this many bytes into its tables in a microsecond, which is a gigabyte
/// in a second.
const RATE: u128 = 1024;

/// How long a sandbox is remembered that nothing runs in. Afterwards it is measured again.
const MEMORY: Duration = Duration::from_mins(10);

/// What is known of the size of sandboxes.
pub(crate) struct Quota {
    /// How many bytes a student may add.
    limit: u64,
    accounts: Mutex<HashMap<RoleName, Account>>,
    /// Those that could not be measured when they should have been.
    unmeasured: Mutex<HashSet<RoleName>>,
}

struct Account {
    /// What the student had added when it was measured, in bytes; none if it has not been.
    bytes: Option<u64>,
    /// How long scripts have been running in it since.
    busy: Duration,
    /// Whether nothing can be added.
    is_full: bool,
    seen: Instant,
}

impl Quota {
    pub(crate) fn new(limit: u64) -> Self {
        Self {
            limit,
            accounts: Mutex::default(),
            unmeasured: Mutex::default(),
        }
    }

    /// Notes what the ledger says of a sandbox.
    pub(crate) fn open(&self, role: &RoleName, is_full: bool) {
        self.with(role, |account| account.is_full = is_full);
    }

    /// Notes that a sandbox holds nothing but what it began with.
    pub(crate) fn begin(&self, role: &RoleName) {
        self.with(role, |account| account.bytes = Some(0));
    }

    /// Notes that a script ran in a sandbox for so long. True if the sandbox is to be measured.
    pub(crate) fn spend(&self, role: &RoleName, time: Duration) -> bool {
        self.with(role, |account| {
            account.busy += time;
            let written = account.busy.as_micros() * RATE;
            let room = account.bytes.map(|bytes| self.limit.saturating_sub(bytes));
            // A full one may have been emptied.
            account.is_full || room.is_none_or(|room| written > u128::from(room))
        })
    }

    /// True if nothing can be added to the sandbox.
    pub(crate) fn is_full(&self, role: &RoleName) -> bool {
        let accounts = self.accounts();
        accounts.get(role).is_some_and(|account| account.is_full)
    }

    /// True if an error is what comes of the sandbox being full.
    pub(crate) fn refuses(&self, role: &RoleName, error: &SqlError) -> bool {
        error.sqlstate == "42501" && self.is_full(role)
    }

    /// The limit, in bytes.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Notes what a sandbox was measured to hold, and what was made of that.
    fn measured(&self, role: &RoleName, bytes: u64, is_full: bool) {
        self.with(role, |account| {
            account.bytes = Some(bytes);
            account.busy = Duration::ZERO;
            account.is_full = is_full;
        });
    }

    /// Notes that a sandbox is still to be measured.
    pub(crate) fn postpone(&self, role: &RoleName) {
        self.unmeasured().insert(role.clone());
    }

    /// The sandboxes that are still to be measured.
    pub(crate) fn postponed(&self) -> Vec<RoleName> {
        std::mem::take(&mut *self.unmeasured())
            .into_iter()
            .collect()
    }

    /// Forgets the sandboxes that nobody uses.
    pub(crate) fn forget_unused(&self) {
        self.accounts()
            .retain(|_, account| account.seen.elapsed() < MEMORY);
    }

    fn with<T>(&self, role: &RoleName, change: impl FnOnce(&mut Account) -> T) -> T {
        let mut accounts = self.accounts();
        let seen = Instant::now();
        let account = accounts.entry(role.clone()).or_insert(Account {
            bytes: None,
            busy: Duration::ZERO,
            is_full: false,
            seen,
        });
        account.seen = seen;
        change(account)
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<RoleName, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unmeasured(&self) -> MutexGuard<'_, HashSet<RoleName>> {
        self.unmeasured
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_measured_when_it_may_have_outgrown_its_limit() {
        let quota = Quota::new(512 * 1024 * 1024);
        let role = RoleName::random();
        let quarter = Duration::from_millis(250);
        assert!(quota.spend(&role, Duration::ZERO), "nothing is known");
        quota.measured(&role, 0, false);
        assert!(!quota.spend(&role, quarter));
        assert!(quota.spend(&role, quarter * 2));
        quota.measured(&role, 300 * 1024 * 1024, false);
        assert!(quota.spend(&role, quarter));
        quota.measured(&role, 600 * 1024 * 1024, true);
        assert!(quota.is_full(&role));
        assert!(quota.spend(&role, Duration::ZERO));
    }
}
