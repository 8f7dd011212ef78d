//! Workspaces that are thrown away.

use crate::ledger::{self, KeeperName};
use crate::login::Times;
use crate::name::RoleName;
use crate::owner::Owner;
use crate::queue::Claim;
use crate::removal::{self, Room, remove_soon};
use crate::sandboxes::Shared;
use crate::wire::Connection;
use crate::workspace::Workspace;
use crate::{Error, Space, prepare, quota, role};
use sqlx::AssertSqlSafe;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;

/// A workspace with a role and a schema of its own. Dropping it removes both in the background;
/// what a crash leaves is removed when the server starts again.
pub struct Scratch {
    workspace: Workspace,
    /// None once it is given away or removed.
    room: Option<Room>,
    /// By whom it was known to be in use when it was taken or made.
    keeper: KeeperName,
    /// How often scripts were rehearsed in it.
    uses: u32,
    /// The connection of the last rehearsal, as it was after the log-in, and its limits.
    connection: Mutex<Option<(Connection, Times)>>,
}

impl Scratch {
    /// Takes a spare workspace of the space, or makes one.
    pub(crate) async fn take(
        shared: &Arc<Shared>,
        space: &Space,
        claim: Claim,
    ) -> Result<Self, Error> {
        let failed = || Error::unavailable("prepare a sandbox");
        prepare::require_dataset(shared, space).await?;
        let room = shared.removals.room().await;
        let keeper = shared.keeper.name().await?;
        let digest = space.content_digest();
        let mut scratch = Self {
            workspace: Workspace::new(
                Arc::clone(shared),
                RoleName::random(),
                space.clone(),
                claim.clone(),
            ),
            room: Some(room),
            keeper,
            uses: 0,
            connection: Mutex::default(),
        };
        // Whoever wants it may go away meanwhile, but what the ledger gives is to be known here to be
        // removed.
        let taken = tokio::spawn(async move {
            let pool = &scratch.workspace.shared.pool;
            match ledger::claim_scratch(pool, &digest, &scratch.keeper).await {
                Ok(Some(role)) => {
                    scratch.workspace.rename(role);
                    Ok(Ok(scratch))
                }
                Ok(None) => Ok(Err(scratch.room.take())),
                Err(error) => {
                    drop(scratch.room.take());
                    Err(error)
                }
            }
        });
        let taken = taken
            .await
            .map_err(Error::unavailable("prepare a sandbox"))?;
        let taken = taken.map_err(failed())?;
        if taken.is_ok() || space.has_content() {
            shared.stock.want(space, taken.is_ok());
        }
        match taken {
            Ok(scratch) => Ok(scratch),
            Err(room) => {
                let room = match room {
                    Some(room) => room,
                    None => shared.removals.room().await,
                };
                Self::make_in(shared, space, claim, room).await
            }
        }
    }

    /// Makes a workspace of the space. Where that fails or is given up, what was made is removed.
    pub(crate) async fn make(
        shared: &Arc<Shared>,
        space: &Space,
        claim: Claim,
    ) -> Result<Self, Error> {
        prepare::require_dataset(shared, space).await?;
        let room = shared.removals.room().await;
        Self::make_in(shared, space, claim, room).await
    }

    async fn make_in(
        shared: &Arc<Shared>,
        space: &Space,
        claim: Claim,
        room: Room,
    ) -> Result<Self, Error> {
        let preparing = shared.preparing.acquire().await;
        let _preparing = preparing.expect("the semaphore is never closed");
        let scratch = Self {
            workspace: Workspace::new(Arc::clone(shared), RoleName::random(), space.clone(), claim),
            room: Some(room),
            keeper: shared.keeper.name().await?,
            uses: 0,
            connection: Mutex::default(),
        };
        // Whoever wants it may go away meanwhile, but what PostgreSQL has been told to make is made,
        // and is to be known here to be removed.
        let scratch = tokio::spawn(async move { scratch.create().await.map(|()| scratch) })
            .await
            .map_err(Error::unavailable("prepare a sandbox"))??;
        prepare::fill(&scratch.workspace).await?;
        Ok(scratch)
    }

    async fn create(&self) -> Result<(), Error> {
        let Workspace { shared, role, .. } = &self.workspace;
        let mut tries = 0;
        loop {
            let creator = shared.creators.next(shared).await;
            let creator = creator.map_err(Error::unavailable("prepare a sandbox"))?;
            let creator = creator.as_ref();
            // Sent at once, these are one transaction: what exists is in the ledger.
            let sql = format!(
                "{}; {}",
                ledger::add_sql(role, creator, &self.keeper),
                role::create_sql(shared, role, creator)
            );
            match sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&shared.pool)
                .await
            {
                Ok(_) => return Ok(()),
                // Another server may just have removed the creator.
                Err(_) if creator.is_some() && tries == 0 => {
                    tries += 1;
                    shared.creators.forget().await;
                }
                Err(error) => return Err(Error::unavailable("prepare a sandbox")(error)),
            }
        }
    }

    pub(crate) fn keeper(&self) -> &KeeperName {
        &self.keeper
    }

    /// Makes it that of whoever has the claim.
    pub(crate) fn claim_for(&mut self, space: &Space, claim: Claim) {
        self.workspace.space = space.clone();
        self.workspace.claim = claim;
    }

    /// Gives up the place it is used under.
    pub(crate) fn free(&mut self) {
        self.workspace.claim = Claim::Free;
    }

    /// Where the connection waits between rehearsals.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Option<(Connection, Times)>> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a use; gives how many there were.
    pub(crate) fn count_use(&mut self) -> u32 {
        self.uses += 1;
        self.uses
    }

    /// Lets the next rehearsal of the same space have it, for some time.
    ///
    /// To be called only if all that was done in it were rehearsals of which
    /// [`end`](crate::Rehearsal::end) said that nothing is left of them.
    pub fn put_aside(self) {
        let shared = Arc::clone(&self.workspace.shared);
        shared.stages.put(self);
    }

    /// Makes it an owner's. None if the owner has another already; then it is removed.
    pub(crate) async fn assign(
        mut self,
        owner: &Owner,
        digest: &str,
    ) -> Result<Option<RoleName>, Error> {
        let role = self.workspace.role.clone();
        self.note_start().await?;
        let assigned = ledger::assign(&self.workspace.shared.pool, &role, owner, digest).await;
        if assigned.map_err(Error::unavailable("prepare a sandbox"))? {
            self.room = None;
            return Ok(Some(role));
        }
        Ok(None)
    }

    /// Notes what it holds to begin with.
    async fn note_start(&self) -> Result<(), Error> {
        let Workspace {
            shared,
            role,
            space,
            ..
        } = &self.workspace;
        if space.has_content() {
            quota::note_start(shared, role).await?;
        }
        Ok(())
    }

    /// Makes it a spare one.
    pub(crate) async fn put_by(mut self, content: &str) -> Result<(), Error> {
        self.note_start().await?;
        ledger::put_by(&self.workspace.shared.pool, &self.workspace.role, content)
            .await
            .map_err(Error::unavailable("prepare a sandbox"))?;
        self.room = None;
        Ok(())
    }

    /// Fails if PostgreSQL has been started anew since the scratch was taken, so that what was done
    /// in it may be lost in part.
    pub async fn confirm(&self) -> Result<(), Error> {
        if self.workspace.shared.keeper.has_lasted(&self.keeper).await {
            Ok(())
        } else {
            Err(Error::unavailable("judge")("it was started anew meanwhile"))
        }
    }

    /// Undoes what a script set for its role (`ALTER ROLE ... SET`), so that what is looked at
    /// afterwards does not depend on it.
    pub async fn forget_settings(&self) -> Result<(), Error> {
        let workspace = &self.workspace;
        let repaired = role::repair(&workspace.shared.pool, &workspace.shared, &workspace.role);
        match repaired.await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::unavailable("reset a role")("it is gone")),
            Err(error) => Err(Error::unavailable("reset a role")(error)),
        }
    }

    /// Removes the role and everything it owns, and waits for that.
    pub async fn discard(mut self) -> Result<(), Error> {
        removal::remove(&self.workspace.shared, &self.workspace.role).await?;
        self.room = None;
        Ok(())
    }
}

impl Deref for Scratch {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some(room) = self.room.take() else {
            return;
        };
        // Outside a runtime it is an orphan, which the next start removes.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let shared = Arc::clone(&self.workspace.shared);
        runtime.spawn(remove_soon(shared, self.workspace.role.clone(), room));
    }
}
