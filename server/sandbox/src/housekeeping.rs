//! What is done from time to time.

use crate::ledger;
use crate::quota::settle_and_tell_later;
use crate::removal;
use crate::sandboxes::Shared;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::time::interval;

/// How long a connection waits for its session's next script. PostgreSQL itself ends it after a
/// minute.
const IDLE_TIME: Duration = Duration::from_secs(45);

/// How long a scratch waits for the next rehearsal.
const STAGE_TIME: Duration = Duration::from_mins(1);

/// How often this looks for connections that have waited long enough.
const TICK: Duration = Duration::from_secs(5);

/// How often the ledger is told which sandboxes are in use, and what crashes left is removed.
const NOTE_TIME: Duration = Duration::from_mins(1);

/// Works until the sandboxes are gone.
pub(crate) async fn keep_house(shared: Weak<Shared>) {
    let mut ticks = interval(TICK);
    let mut noted = Instant::now();
    loop {
        ticks.tick().await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        shared.idle.close_older(IDLE_TIME);
        shared.stages.remove_older(STAGE_TIME);
        if noted.elapsed() >= NOTE_TIME {
            noted = Instant::now();
            note_use(&shared).await;
            shared.quota.forget_unused();
            if let Err(error) = removal::sweep(&shared).await {
                tracing::debug!(%error, "what crashes left stays for now");
            }
        }
        measure(&shared).await;
    }
}

/// Measures the sandboxes that could not be measured when their scripts ended.
async fn measure(shared: &Arc<Shared>) {
    for role in shared.quota.postponed() {
        if shared.guard.is_running(&role) {
            shared.quota.postpone(&role);
        } else {
            settle_and_tell_later(shared, &role).await;
        }
    }
}

/// Tells the ledger which sandboxes were used without asking it.
async fn note_use(shared: &Shared) {
    let used = shared.idle.used();
    if used.is_empty() {
        return;
    }
    if let Err(error) = ledger::note_use(&shared.pool, &used).await {
        tracing::warn!(%error, "the use of sandboxes cannot be noted");
    }
}
