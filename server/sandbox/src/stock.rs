//! Workspaces that are made before anybody asks for them.

use crate::ledger;
use crate::queue::Claim;
use crate::sandboxes::Shared;
use crate::scratch::Scratch;
use crate::{Error, Space};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

/// How long a space that nobody asks for counts as wanted.
const MEMORY: Duration = Duration::from_hours(1);

/// Whoever has just been given a spare workspace is about to use it and goes first.
const DELAY: Duration = Duration::from_millis(20);

/// Knows which workspaces are worth having spare ones of.
pub(crate) struct Stock {
    /// How many of each content.
    each: u16,
    /// How many in all.
    most: u16,
    wanted: Mutex<HashMap<String, Wanted>>,
    changed: Notify,
}

struct Wanted {
    space: Space,
    at: Instant,
}

impl Stock {
    pub(crate) fn new(each: u16, most: u16) -> Self {
        Self {
            each: each.min(most),
            most,
            wanted: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Notes that somebody asked for the space, so that others will. `taken` if a spare one is
    /// missing now.
    pub(crate) fn want(&self, space: &Space, taken: bool) {
        if self.each == 0 {
            return;
        }
        let at = Instant::now();
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing = taken;
        wanted
            .entry(space.content_digest())
            .and_modify(|known| known.at = at)
            .or_insert_with(|| {
                missing = true;
                let space = space.clone();
                Wanted { space, at }
            });
        drop(wanted);
        if missing {
            self.changed.notify_one();
        }
    }

    fn forget(&self, digest: &str) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.remove(digest);
        drop(wanted);
        // The others may still be missing.
        self.changed.notify_one();
    }

    /// The contents to have spare workspaces of, what was asked for last first.
    fn wanted(&self) -> Vec<(String, Space)> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.retain(|_, wanted| wanted.at.elapsed() < MEMORY);
        let mut latest: Vec<_> = wanted.iter().collect();
        latest.sort_unstable_by_key(|(_, wanted)| std::cmp::Reverse(wanted.at));
        latest.truncate(usize::from(self.most / self.each.max(1)));
        latest
            .into_iter()
            .map(|(digest, wanted)| (digest.clone(), wanted.space.clone()))
            .collect()
    }
}

/// Keeps the stock filled, one workspace at a time, until the sandboxes are gone.
pub(crate) async fn keep_filled(stock: Arc<Stock>, shared: Weak<Shared>) {
    loop {
        stock.changed.notified().await;
        sleep(DELAY).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        if let Err(error) = fill(&shared).await {
            tracing::warn!(%error, "no spare sandbox can be made");
        }
    }
}

/// Makes what is missing.
async fn fill(shared: &Arc<Shared>) -> Result<(), Error> {
    let failed = || Error::unavailable("prepare a spare sandbox");
    loop {
        let wanted = shared.stock.wanted();
        let spares = ledger::spares(&shared.pool).await.map_err(failed())?;
        let each = i64::from(shared.stock.each);
        let missing = wanted
            .iter()
            .find(|(digest, _)| spares.get(digest).is_none_or(|&count| count < each));
        let Some((digest, space)) = missing else {
            return Ok(());
        };
        if spares.values().sum::<i64>() >= i64::from(shared.stock.most) {
            let wanted: Vec<_> = wanted.iter().map(|(digest, _)| digest.clone()).collect();
            if !make_room(shared, &wanted).await? {
                return Ok(());
            }
        }
        let made = async {
            Scratch::make(shared, space, Claim::Free)
                .await?
                .put_by(digest)
                .await
        };
        if let Err(error) = made.await {
            // It is wanted again when somebody asks for it.
            shared.stock.forget(digest);
            return Err(error);
        }
    }
}

/// Removes a spare workspace that nobody asks for. False if there is none.
async fn make_room(shared: &Arc<Shared>, wanted: &[String]) -> Result<bool, Error> {
    let keeper = shared.keeper.name().await?;
    let room = shared.removals.room().await;
    let taken = ledger::take_back_spare(&shared.pool, wanted, &keeper)
        .await
        .map_err(Error::unavailable("remove a spare sandbox"))?;
    let Some(role) = taken else { return Ok(false) };
    crate::removal::remove_soon(Arc::clone(shared), role, room).await;
    Ok(true)
}
