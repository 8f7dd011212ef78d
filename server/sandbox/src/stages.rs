//! Scratches in which scripts were only rehearsed, for the next who rehearses there.

use crate::Space;
use crate::queue::Claim;
use crate::sandboxes::Shared;
use crate::scratch::Scratch;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many wait at a time, in all and for one space.
pub(crate) const MOST: usize = 8;
const MOST_ALIKE: usize = 2;

/// How often one is used. What is rolled back leaves its rows on the disk until they are cleaned
/// away.
const USES: u32 = 25;

/// Scratches that wait for their next rehearsal.
#[derive(Default)]
pub(crate) struct Stages {
    waiting: Mutex<Vec<Stage>>,
}

struct Stage {
    content: String,
    scratch: Scratch,
    since: Instant,
}

impl Stages {
    /// One of a space, for whoever has the claim.
    pub(crate) async fn take(
        &self,
        shared: &Arc<Shared>,
        space: &Space,
        claim: &Claim,
    ) -> Option<Scratch> {
        loop {
            let content = space.content_digest();
            let mut scratch = {
                let mut waiting = self.waiting();
                let place = waiting.iter().rposition(|stage| stage.content == content)?;
                waiting.remove(place).scratch
            };
            // A restart of PostgreSQL may have taken it.
            if shared.keeper.has_lasted(scratch.keeper()).await {
                scratch.claim_for(space, claim.clone());
                return Some(scratch);
            }
        }
    }

    /// Lets one wait. The longest waiting goes if there are too many.
    pub(crate) fn put(&self, mut scratch: Scratch) {
        if scratch.count_use() >= USES {
            return;
        }
        let content = scratch.space.content_digest();
        scratch.free();
        let mut gone = Vec::new();
        let mut waiting = self.waiting();
        let alike = |stage: &Stage| stage.content == content;
        if waiting.iter().filter(|stage| alike(stage)).count() >= MOST_ALIKE
            && let Some(place) = waiting.iter().position(alike)
        {
            gone.push(waiting.remove(place));
        } else if waiting.len() >= MOST {
            gone.push(waiting.remove(0));
        }
        waiting.push(Stage {
            content,
            scratch,
            since: Instant::now(),
        });
        drop(waiting);
        // Removing them begins without the lock.
        drop(gone);
    }

    /// Removes those that have waited so long.
    pub(crate) fn remove_older(&self, time: Duration) {
        let old: Vec<_> = self
            .waiting()
            .extract_if(.., |stage| stage.since.elapsed() >= time)
            .collect();
        drop(old);
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Stage>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
