//! What a script does to its sandbox.

use super::Backend;
use crate::name::RoleName;
use crate::queue::Place;
use crate::quota;
use crate::sandboxes::Shared;
use sqlground_model::{Notice, TransactionState};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// A script that takes this long can wait for its sandbox to be measured, which takes a
/// millisecond, so that it says itself what it came to.
const LONG: Duration = Duration::from_millis(250);

/// Counts how long a script runs in its sandbox. Dropping it lets the sandbox be measured, if it may
/// have outgrown its limit, and keeps the script's place until that is done.
pub(super) struct Meter {
    shared: Arc<Shared>,
    role: RoleName,
    place: Option<Arc<Place>>,
    began: Instant,
    is_settled: bool,
}

impl Meter {
    pub(super) fn start(shared: &Arc<Shared>, role: &RoleName, place: Option<Arc<Place>>) -> Self {
        Self {
            shared: Arc::clone(shared),
            role: role.clone(),
            place,
            began: Instant::now(),
            is_settled: false,
        }
    }

    /// True if the sandbox is to be measured.
    fn settle(&mut self) -> bool {
        !std::mem::replace(&mut self.is_settled, true)
            && self.shared.quota.spend(&self.role, self.began.elapsed())
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if !self.settle() {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (shared, role) = (Arc::clone(&self.shared), self.role.clone());
        let place = self.place.take();
        runtime.spawn(async move {
            quota::settle_and_tell_later(&shared, &role).await;
            drop(place);
        });
    }
}

impl Backend {
    /// Measures the sandbox after a script that took long. Gives back what the student is to be
    /// told.
    pub(crate) async fn settle_long(&mut self) -> Option<Notice> {
        // What is still locked cannot be measured.
        if self.lost || self.transaction != TransactionState::Idle {
            return None;
        }
        let meter = self.meter.as_mut()?;
        if meter.began.elapsed() < LONG || !meter.settle() {
            return None;
        }
        match quota::settle(&self.shared, &self.role).await {
            Ok(repair) => {
                // The sandbox may have been taken away.
                self.leaves_traces |= repair.is_some();
                repair.map(|(_, repair)| repair.notice())
            }
            Err(error) => {
                tracing::debug!(%error, "a sandbox cannot be measured now");
                self.shared.quota.postpone(&self.role);
                None
            }
        }
    }
}
