//! Workspaces that are thrown away.

use crate::Error;
use crate::backend;
use crate::ledger::KeeperName;
use crate::removal;
use crate::workspace::Workspace;
use std::ops::Deref;
use std::sync::Arc;
use tokio::runtime::Handle;

/// A workspace with a role and a schema of its own. Dropping it removes both in the background;
/// what a crash leaves is removed when the server starts again.
pub struct Scratch {
    workspace: Workspace,
    discarded: bool,
}

impl Scratch {
    /// Undoes what a script set for its role (`ALTER ROLE ... SET`), so that what is looked at
    /// afterwards does not depend on it.
    pub async fn forget_settings(&self) -> Result<(), Error> {
        backend::repair(&self.workspace)
            .await
            .map_err(Error::unavailable("reset a role"))
    }

    /// Removes the role and everything it owns, and waits for that.
    pub async fn discard(mut self) -> Result<(), Error> {
        removal::remove(&self.workspace.shared, &self.workspace.role).await?;
        self.discarded = true;
        Ok(())
    }
}

/// Prepares the workspace. Where that fails or is given up, what was made is removed.
pub(crate) async fn prepare(workspace: Workspace, keeper: &KeeperName) -> Result<Scratch, Error> {
    let scratch = Scratch {
        workspace,
        discarded: false,
    };
    scratch.workspace.prepare(Some(keeper)).await?;
    Ok(scratch)
}

impl Deref for Scratch {
    type Target = Workspace;

    fn deref(&self) -> &Workspace {
        &self.workspace
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.discarded {
            return;
        }
        // Outside a runtime it is an orphan, which the next start removes.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let shared = Arc::clone(&self.workspace.shared);
        let role = self.workspace.role.clone();
        runtime.spawn(async move {
            if let Err(error) = removal::remove(&shared, &role).await {
                tracing::warn!(role = role.as_str(), %error, "a scratch stays until the next start");
            }
        });
    }
}
