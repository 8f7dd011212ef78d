//! A role and a schema in which scripts run.

use crate::backend::Backend;
use crate::explain::{self, Explained};
use crate::login::Times;
use crate::name::{RoleName, SchemaName};
use crate::queue::Claim;
use crate::sandboxes::Shared;
use crate::split::split;
use crate::wire::Connection;
use crate::{Error, Limits, Space, run};
use sqlground_model::{Run, StatementRun};
use std::sync::Arc;

/// A role and a schema in which scripts run, one at a time.
pub struct Workspace {
    pub(crate) shared: Arc<Shared>,
    pub(crate) role: RoleName,
    pub(crate) schema: SchemaName,
    pub(crate) space: Space,
    /// How its scripts come to a place.
    pub(crate) claim: Claim,
}

impl Workspace {
    pub(crate) fn new(shared: Arc<Shared>, role: RoleName, space: Space, claim: Claim) -> Self {
        Self {
            shared,
            schema: SchemaName::of_role(&role),
            role,
            space,
            claim,
        }
    }

    /// Makes it that of another role.
    pub(crate) fn rename(&mut self, role: RoleName) {
        self.schema = SchemaName::of_role(&role);
        self.role = role;
    }

    /// The role that scripts run as.
    pub fn role(&self) -> &RoleName {
        &self.role
    }

    /// The schema that scripts create in.
    pub fn schema(&self) -> &SchemaName {
        &self.schema
    }

    /// Runs a script on a fresh connection with fixed settings.
    ///
    /// Each statement goes out alone. An error ends the script; what was committed stays, a
    /// transaction left open is rolled back. Dropping the future ends the statement in PostgreSQL.
    ///
    /// Fails only if the script could not begin.
    pub async fn run(&self, script: &str, limits: &Limits) -> Result<Run, Error> {
        let statements = split(script);
        if statements.is_empty() {
            return Ok(Run::default());
        }
        let backend = self.begin(limits).await?;
        Ok(run::run(self, backend, &statements, limits).await)
    }

    /// Runs one query, such as a probe, on a fresh connection and gives back its result. Of several
    /// statements it gives back the last that was sent; of none, an empty one.
    pub async fn query(&self, sql: &str, limits: &Limits) -> Result<StatementRun, Error> {
        let run = self.run(sql, limits).await?;
        Ok(run.statements.into_iter().next_back().unwrap_or_default())
    }

    /// Executes and explains the last statement of a script that has a plan, after the statements
    /// before it, all in a transaction that is rolled back whatever the script says.
    ///
    /// A leading `EXPLAIN` with its options is taken off that statement. `BEGIN` and `COMMIT` are
    /// passed over, since everything runs in one transaction; `ROLLBACK` takes effect.
    pub async fn explain(&self, script: &str, limits: &Limits) -> Result<Explained, Error> {
        let Some(task) = explain::Task::find(script) else {
            return Ok(Explained::NoStatement);
        };
        let backend = self.begin(limits).await?;
        Ok(explain::explain(self, backend, &task, limits, None).await)
    }

    pub(crate) async fn begin(&self, limits: &Limits) -> Result<Backend, Error> {
        self.begin_on(None, limits).await
    }

    /// Takes a connection that is as it was after the log-in, if it lives and has these limits, or
    /// opens one.
    pub(crate) async fn begin_on(
        &self,
        mut waiting: Option<(Connection, Times)>,
        limits: &Limits,
    ) -> Result<Backend, Error> {
        let place = self.claim.place(&self.shared.queue).await?;
        // What the server itself needs to know is little.
        if place.is_some() {
            self.shared.guard.admit()?;
        }
        let fits = |(connection, times): &mut (Connection, Times)| {
            *times == Times::of(limits) && connection.is_quiet()
        };
        let backend = match waiting.take_if(fits) {
            Some((connection, _)) => Backend::resume(self, connection, place),
            None => Backend::connect(self, limits, place).await?,
        };
        Ok(backend.watched())
    }
}
