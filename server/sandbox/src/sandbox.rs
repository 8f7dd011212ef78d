//! A session's sandbox.

use crate::assignment::Assignment;
use crate::backend::{Backend, Home};
use crate::explain::{self, Explained};
use crate::login::Times;
use crate::name::{RoleName, SchemaName};
use crate::queue::Claim;
use crate::repair::{Flaw, Repair};
use crate::sandboxes::Shared;
use crate::split::split;
use crate::workspace::Workspace;
use crate::{Error, Limits, SessionName, Space, run};
use sqlground_model::{Notice, PlanSwitch, Run, StatementRun};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A session's workspace for one space: found as the student left it, and replaced where that
/// cannot be used any more.
pub struct Sandbox {
    assignment: Assignment,
    current: Mutex<Current>,
}

struct Current {
    role: RoleName,
    /// True if the ledger has just said so; a connection that waited is no proof once it is gone.
    is_certain: bool,
}

/// What is done about a role that cannot log in.
#[derive(Clone, Copy, Debug)]
enum Remedy {
    Repair,
    Replace,
}

impl Sandbox {
    /// Finds the session's workspace, or makes one.
    pub(crate) async fn open(
        shared: &Arc<Shared>,
        session: &SessionName,
        space: &Space,
        claim: Claim,
    ) -> Result<Self, Error> {
        let assignment = Assignment::new(shared, session, space, claim);
        let known = shared.idle.find(&assignment.owner, &assignment.digest);
        let is_certain = known.is_none();
        let role = match known {
            Some(role) => role,
            None => assignment.settle(false).await?,
        };
        Ok(Self {
            assignment,
            current: Mutex::new(Current { role, is_certain }),
        })
    }

    /// The role that scripts run as. A reset replaces it.
    pub fn role(&self) -> RoleName {
        self.current().role.clone()
    }

    /// The schema that scripts create in. A reset replaces it.
    pub fn schema(&self) -> SchemaName {
        SchemaName::of_role(&self.current().role)
    }

    /// Runs a script, as [`Workspace::run`] does.
    ///
    /// The connection may be one that the session used before, with everything undone that a script
    /// leaves on it. The process id tells them apart, and what PostgreSQL has cached.
    pub async fn run(&self, script: &str, limits: &Limits) -> Result<Run, Error> {
        let statements = split(script);
        if statements.is_empty() {
            return Ok(Run::default());
        }
        let (workspace, backend) = self.begin(limits).await?;
        let mut run = run::run(&workspace, backend, &statements, limits).await;
        if let Some(first) = run.statements.first_mut() {
            first.notices.splice(..0, self.news());
        }
        Ok(run)
    }

    /// Runs one query, as [`Workspace::query`] does.
    pub async fn query(&self, sql: &str, limits: &Limits) -> Result<StatementRun, Error> {
        let run = self.run(sql, limits).await?;
        Ok(run.statements.into_iter().next_back().unwrap_or_default())
    }

    /// Explains a script's last statement, as [`Workspace::explain`] does.
    pub async fn explain(&self, script: &str, limits: &Limits) -> Result<Explained, Error> {
        self.explain_without(script, limits, None).await
    }

    /// Explains a script's last statement as PostgreSQL executes it if it has to do without
    /// something.
    pub async fn explain_without(
        &self,
        script: &str,
        limits: &Limits,
        without: Option<PlanSwitch>,
    ) -> Result<Explained, Error> {
        let Some(task) = explain::Task::find(script) else {
            return Ok(Explained::NoStatement);
        };
        let (workspace, backend) = self.begin(limits).await?;
        let mut explained = explain::explain(&workspace, backend, &task, limits, without).await;
        if let Explained::Plan { notices, .. } = &mut explained {
            notices.splice(..0, self.news());
        }
        Ok(explained)
    }

    /// Brings the sandbox back to the start: takes another workspace in place of the one it has.
    pub async fn reset(&self) -> Result<(), Error> {
        // Not under a running script.
        let _place = self.assignment.place().await?;
        let Assignment { shared, owner, .. } = &self.assignment;
        self.assignment.take_back().await?;
        // What was repaired is gone.
        shared.untold.take(owner);
        let role = self.assignment.settle(true).await?;
        let is_certain = true;
        *self.current() = Current { role, is_certain };
        Ok(())
    }

    /// Waits for a place and a connection. A workspace that is gone is replaced, one that its
    /// student broke is repaired.
    async fn begin(&self, limits: &Limits) -> Result<(Workspace, Backend), Error> {
        let Assignment {
            shared,
            owner,
            digest,
            ..
        } = &self.assignment;
        let place = self.assignment.place().await?;
        shared.guard.admit()?;
        let times = Times::of(limits);
        if let Some(idle) = shared.idle.take(owner, digest, times) {
            let workspace = self.workspace(idle.role.clone());
            let backend = Backend::resume(&workspace, idle.connection, place).watched();
            return Ok((workspace, backend.at_home(self.home(times, true))));
        }
        let role = match self.certain() {
            Some(role) => role,
            None => self.assignment.settle(true).await?,
        };
        let mut workspace = self.workspace(role);
        let mut backend = Backend::log_in(&workspace, limits, place.clone()).await;
        for remedy in [Remedy::Repair, Remedy::Replace] {
            let Err(error) = &backend else { break };
            if !error.is_the_roles_fault() {
                break;
            }
            tracing::debug!(%error, ?remedy, "the role cannot log in");
            let role = match remedy {
                Remedy::Repair => self.mend(&workspace.role, error.flaw()).await?,
                Remedy::Replace => self.replace().await?,
            };
            workspace = self.workspace(role);
            backend = Backend::log_in(&workspace, limits, place.clone()).await;
        }
        let backend = backend.map_err(Backend::unavailable)?.watched();
        Ok((workspace, backend.at_home(self.home(times, false))))
    }

    /// Repairs a role that cannot log in, or finds the one that has taken its place.
    async fn mend(&self, broken: &RoleName, flaw: Option<Flaw>) -> Result<RoleName, Error> {
        let Assignment { shared, owner, .. } = &self.assignment;
        let role = self.assignment.settle(true).await?;
        if role != *broken {
            return Ok(role);
        }
        if self.assignment.repair(&role).await? {
            // What could be seen of the role says more.
            if let Some(flaw) = flaw.filter(|_| !shared.untold.has_role(owner)) {
                self.assignment.tell(Repair::Role(vec![flaw]));
            }
            return Ok(role);
        }
        self.replace().await
    }

    /// Takes another workspace in place of one that cannot be repaired.
    async fn replace(&self) -> Result<RoleName, Error> {
        self.assignment.tell(Repair::Gone);
        self.assignment.take_back().await?;
        self.assignment.settle(true).await
    }

    /// What the student is to be told of what was done to the sandbox.
    fn news(&self) -> Vec<Notice> {
        let Assignment { shared, owner, .. } = &self.assignment;
        shared.untold.take(owner)
    }

    /// The role, where the ledger need not be asked before its first use.
    fn certain(&self) -> Option<RoleName> {
        let mut current = self.current();
        std::mem::take(&mut current.is_certain).then(|| current.role.clone())
    }

    fn workspace(&self, role: RoleName) -> Workspace {
        self.current().role.clone_from(&role);
        let Assignment { shared, space, .. } = &self.assignment;
        let claim = self.assignment.claim.clone();
        Workspace::new(Arc::clone(shared), role, space.clone(), claim)
    }

    fn home(&self, times: Times, is_free_of_code: bool) -> Home {
        Home {
            owner: self.assignment.owner.clone(),
            digest: self.assignment.digest.clone(),
            times,
            is_free_of_code,
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
