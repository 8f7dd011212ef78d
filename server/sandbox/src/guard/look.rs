//! One look at what runs.

use super::{Guard, Reason, Script, UNWATCHED};
use crate::sandboxes::Shared;
use sqlx::{AssertSqlSafe, FromRow};
use std::time::Duration;

/// How long somebody may wait for another's lock.
const WAIT: Duration = Duration::from_secs(1);

/// How long a script may take to end once it is cancelled. Then its process is ended.
const GRACE: Duration = Duration::from_millis(700);

/// Who wrote this much counts as one of those who fill the disk.
const MUCH: u64 = 64 * 1024 * 1024;

/// One look at what runs.
pub(super) struct Looker<'a> {
    guard: &'a Guard,
    shared: &'a Shared,
}

/// What PostgreSQL says of locks.
#[derive(Clone, Debug, FromRow)]
struct Finding {
    /// Who holds too many, or who waits.
    pid: i32,
    /// What it waits for; none if it holds too many.
    locktype: Option<String>,
    /// How it wants to lock it.
    mode: Option<String>,
    /// For whom it waits.
    blocker: Option<i32>,
    /// True if it is the service that waits.
    is_service: bool,
    /// Whose the table is: the `waiter`'s, the `blocker`'s, or neither's.
    owner: Option<String>,
}

impl<'a> Looker<'a> {
    pub(super) fn new(guard: &'a Guard, shared: &'a Shared) -> Self {
        Self { guard, shared }
    }

    pub(super) async fn look(&self) {
        if self.guard.is_disk_full() {
            for (number, script) in self.guard.running_longer(Duration::ZERO) {
                if self
                    .written(number, &script)
                    .is_none_or(|bytes| bytes > MUCH)
                {
                    self.end(number, &script, Reason::DiskFull).await;
                }
            }
        }
        let scripts = self.guard.running_longer(UNWATCHED);
        if scripts.is_empty() {
            return;
        }
        let most = self.guard.limits.bytes_written;
        for (number, script) in &scripts {
            if self
                .written(*number, script)
                .is_some_and(|bytes| bytes > most)
            {
                self.end(*number, script, Reason::Writes(most)).await;
            }
        }
        let pids: Vec<_> = scripts.iter().map(|(_, script)| script.pid).collect();
        let findings = match self.ask(&pids).await {
            Ok(findings) => findings,
            Err(error) => {
                tracing::warn!(%error, "the locks of scripts cannot be watched");
                return;
            }
        };
        for finding in findings {
            let Some((pid, reason)) = finding.culprit(self.guard.limits.locks) else {
                continue;
            };
            let culprit = scripts.iter().find(|(_, script)| script.pid == pid);
            if let Some((number, script)) = culprit {
                self.end(*number, script, reason).await;
            }
        }
    }

    /// How many bytes a script has written since this looked for the first time.
    fn written(&self, number: u64, script: &Script) -> Option<u64> {
        let written = self.guard.disk.as_ref()?.written(script.pid)?;
        let before = script.written_before.unwrap_or_else(|| {
            if let Some(script) = self.guard.running().get_mut(&number) {
                script.written_before = Some(written);
            }
            written
        });
        Some(written.saturating_sub(before))
    }

    async fn ask(&self, pids: &[i32]) -> Result<Vec<Finding>, sqlx::Error> {
        let sql = self.shared.catalogue.fill(include_str!("locks.sql"));
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(pids)
            .bind(i64::from(self.guard.limits.locks))
            .bind(WAIT.as_secs_f64())
            .fetch_all(&self.shared.watch_pool)
            .await
    }

    /// Cancels a script, and ends its process where that does not help. Who fills the table of locks
    /// is not given that time.
    async fn end(&self, number: u64, script: &Script, reason: Reason) {
        let sql = match script.ended {
            None if !matches!(reason, Reason::Locks(_)) => {
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                 WHERE pid = $1 AND usename = $2"
            }
            Some((_, at)) if at.elapsed() < GRACE => return,
            _ => {
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE pid = $1 AND usename = $2"
            }
        };
        self.guard.note_end(number, reason);
        let (role, pid) = (script.role.as_str(), script.pid);
        tracing::info!(role, pid, ?reason, "a script is ended");
        let ended = sqlx::query(sql)
            .bind(pid)
            .bind(role)
            .execute(&self.shared.watch_pool)
            .await;
        if let Err(error) = ended {
            tracing::warn!(%error, role, "a script that takes too much cannot be ended");
        }
    }
}

impl Finding {
    /// Who is to be ended, and why.
    ///
    /// Roles share nothing that they could both lock in good faith. Of two that meet at a table,
    /// one has named it by its number (`nextval` locks what it is given before it looks whose it
    /// is): the one that does not own it. Where neither does, it is the one with the strong lock.
    fn culprit(&self, most_locks: u32) -> Option<(i32, Reason)> {
        const WEAK: [&str; 3] = ["AccessShareLock", "RowShareLock", "RowExclusiveLock"];
        let Some(locktype) = &self.locktype else {
            return Some((self.pid, Reason::Locks(most_locks)));
        };
        let is_strong = self
            .mode
            .as_deref()
            .is_some_and(|mode| !WEAK.contains(&mode));
        let culprit = match (locktype.as_str(), self.owner.as_deref()) {
            // CREATE INDEX CONCURRENTLY waits for every transaction there is.
            ("virtualxid", _) => return None,
            _ if self.is_service => self.blocker?,
            (_, Some("blocker")) => self.pid,
            ("relation", None) if is_strong => self.pid,
            _ => self.blocker?,
        };
        Some((culprit, Reason::Blocks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITER: Option<(i32, Reason)> = Some((1, Reason::Blocks));
    const BLOCKER: Option<(i32, Reason)> = Some((2, Reason::Blocks));

    fn wait(locktype: &str, mode: &str, owner: Option<&str>) -> Finding {
        Finding {
            pid: 1,
            locktype: Some(locktype.to_owned()),
            mode: Some(mode.to_owned()),
            blocker: Some(2),
            is_service: false,
            owner: owner.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn who_locks_what_is_anothers_is_the_culprit() {
        for mode in ["AccessShareLock", "ShareUpdateExclusiveLock"] {
            for locktype in ["relation", "page", "extend"] {
                let culprit = |owner| wait(locktype, mode, Some(owner)).culprit(5);
                assert_eq!(culprit("waiter"), BLOCKER, "{locktype} {mode}");
                assert_eq!(culprit("blocker"), WAITER, "{locktype} {mode}");
            }
        }
    }

    #[test]
    fn of_two_at_what_is_neithers_the_stronger_is_the_culprit() {
        let weak = wait("relation", "RowExclusiveLock", None);
        assert_eq!(weak.culprit(5), BLOCKER);
        let strong = wait("relation", "AccessExclusiveLock", None);
        assert_eq!(strong.culprit(5), WAITER);
        assert_eq!(wait("transactionid", "ShareLock", None).culprit(5), BLOCKER);
        assert_eq!(wait("virtualxid", "ShareLock", None).culprit(5), None);
    }

    #[test]
    fn the_service_is_never_the_culprit() {
        let service = Finding {
            is_service: true,
            ..wait("relation", "AccessExclusiveLock", Some("blocker"))
        };
        assert_eq!(service.culprit(5), BLOCKER);
    }

    #[test]
    fn who_holds_too_many_locks_is_the_culprit() {
        let finding = Finding {
            pid: 1,
            locktype: None,
            mode: None,
            blocker: None,
            is_service: false,
            owner: None,
        };
        assert_eq!(finding.culprit(5), Some((1, Reason::Locks(5))));
    }
}
