//! Which workspace is a session's.

use crate::ledger::{self, Found, Wanted};
use crate::name::RoleName;
use crate::owner::Owner;
use crate::queue::{Claim, Place};
use crate::removal::remove_soon;
use crate::repair::Repair;
use crate::sandboxes::Shared;
use crate::scratch::Scratch;
use crate::{Error, SessionName, Space, login, role};
use std::sync::Arc;

/// Finds, makes, repairs and takes away the workspace that a session has for a space. The ledger
/// knows which it is; nothing is remembered here.
pub(crate) struct Assignment {
    pub(crate) shared: Arc<Shared>,
    pub(crate) claim: Claim,
    pub(crate) owner: Owner,
    pub(crate) space: Space,
    pub(crate) digest: String,
}

impl Assignment {
    pub(crate) fn new(
        shared: &Arc<Shared>,
        session: &SessionName,
        space: &Space,
        claim: Claim,
    ) -> Self {
        Self {
            shared: Arc::clone(shared),
            claim,
            owner: Owner::new(&shared.secret, session, &space.key),
            space: space.clone(),
            digest: space.digest(),
        }
    }

    /// Waits for the right to work on the session's behalf.
    pub(crate) async fn place(&self) -> Result<Option<Arc<Place>>, Error> {
        self.claim.place(&self.shared.queue).await
    }

    /// Finds the owner's workspace, gives the owner a spare one, or makes one, for which it waits
    /// for a place unless it has one.
    pub(crate) async fn settle(&self, has_place: bool) -> Result<RoleName, Error> {
        let mut has_place = has_place || matches!(self.claim, Claim::Holds(_));
        let mut _place = None;
        loop {
            let found = self.find().await?;
            if found.was_unused {
                self.tell(Repair::Unused);
            }
            if let Some(role) = found.name() {
                if self.is_usable(&role, &found).await? {
                    return Ok(role);
                }
                self.take_back().await?;
            } else if !has_place {
                // Meanwhile another of the session's requests may make it.
                _place = self.place().await?;
                has_place = true;
            } else {
                self.shared.stock.want(&self.space, true);
                let made = Scratch::make(&self.shared, &self.space, Claim::Free).await?;
                // Another server may have been faster: then this finds what that made.
                if let Some(role) = made.assign(&self.owner, &self.digest).await? {
                    self.shared.quota.begin(&role);
                    return Ok(role);
                }
            }
        }
    }

    /// True if what was found can be used, be it after a repair. What was done is going to be told.
    async fn is_usable(&self, role: &RoleName, found: &Found) -> Result<bool, Error> {
        if !found.is_current() {
            self.tell(Repair::Outdated);
            return Ok(false);
        }
        if found.was_spare() {
            self.shared.stock.want(&self.space, true);
            self.shared.quota.begin(role);
            return Ok(true);
        }
        self.shared.quota.open(role, found.is_full());
        match found.flaws() {
            Some(flaws) if flaws.is_empty() => return Ok(true),
            Some(flaws) if self.repair(role).await? => {
                self.tell(Repair::Role(flaws));
                return Ok(true);
            }
            _ => {}
        }
        self.tell(Repair::Gone);
        Ok(false)
    }

    /// Lets the student know on the next occasion.
    pub(crate) fn tell(&self, repair: Repair) {
        self.shared.untold.add(&self.owner, repair);
    }

    async fn find(&self) -> Result<Found, Error> {
        let dataset = self.space.shared_schema();
        let content = self.space.content_digest();
        let wanted = Wanted {
            digest: &self.digest,
            content: &content,
            dataset: dataset.as_ref(),
            settings: &login::setting_names(self.shared.server_version),
        };
        loop {
            match ledger::find_or_claim(&self.shared.pool, &self.owner, wanted).await {
                Err(error) if ledger::is_duplicate(&error) => {}
                Ok(found) if !found.is_loaded => {
                    let dataset = self.space.dataset.as_ref();
                    let name = dataset.map_or_else(String::new, |d| d.name.clone());
                    return Err(Error::DatasetMissing(name));
                }
                result => return result.map_err(Error::unavailable("find a sandbox")),
            }
        }
    }

    /// Makes the role fit for use again. False if it or its schema is gone.
    pub(crate) async fn repair(&self, role: &RoleName) -> Result<bool, Error> {
        role::repair(&self.shared.pool, &self.shared, role)
            .await
            .map_err(Error::unavailable("repair a role"))
    }

    /// Takes the workspace from its owner, keeps everybody from logging in to it, and lets it be
    /// removed.
    pub(crate) async fn take_back(&self) -> Result<(), Error> {
        let failed = || Error::unavailable("reset a sandbox");
        let shared = &self.shared;
        let room = shared.removals.room().await;
        let keeper = shared.keeper.name().await?;
        let mut connection = shared.pool.acquire().await.map_err(failed())?;
        let taken = ledger::take_back(&mut *connection, &self.owner, &keeper).await;
        let Some(role) = taken.map_err(failed())? else {
            return Ok(());
        };
        shared.idle.forget(&self.owner);
        let closed = role::close(&mut *connection, &role).await;
        tokio::spawn(remove_soon(Arc::clone(shared), role, room));
        closed.map_err(failed())
    }
}
