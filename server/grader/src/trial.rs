//! What scripts do on small instances.

use crate::GradeError;
use crate::instance::{
    Blueprint, Draft, Instance, Pools, accepted, checked_sql, insert_sql, legality_sql, refused,
    tolerant_sql,
};
use crate::observe::{Observation, Probed, State, probes};
use crate::query::{Keyed, Place};
use crate::rows::{self, Row};
use crate::value::{Comparison, Family};
use sqlground_catalogue::{Exercise, Probe};
use sqlground_model::{Run, SqlError, StatementRun};
use sqlground_sandbox::{Error, Limits, Rehearsal};
use std::time::Duration;

/// A script that the answers' side runs.
pub(crate) struct Known<'a> {
    script: &'a str,
    keyed: Option<&'a Keyed>,
}

/// How long a statement may take on a few rows. Most need a hundredth of it; a recursion that goes
/// round in a circle never ends.
const TRIAL_TIME: Duration = Duration::from_millis(500);

/// The limits of a trial: what PostgreSQL says of the rows it takes comes as notices.
pub(crate) fn trial_limits(limits: &Limits) -> Limits {
    Limits {
        statement_time: limits.statement_time.min(TRIAL_TIME),
        ..unhurried_limits(limits)
    }
}

/// The limits of a trial that a statement may take all its time for.
pub(crate) fn unhurried_limits(limits: &Limits) -> Limits {
    Limits {
        notices_kept: 1_000,
        ..limits.clone()
    }
}

/// Statements that take away the ways to execute a query that PostgreSQL likes best.
pub(crate) const OTHER_PLANS: &str = "SET enable_hashagg = off;
SET enable_hashjoin = off;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SET max_parallel_workers_per_gather = 0;
";

/// Scripts on one connection, on one instance after the other.
pub(crate) struct Trial<'a> {
    rehearsal: Rehearsal<'a>,
    /// What is looked at after a script.
    probes: Vec<Probe>,
    blueprint: &'a Blueprint,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(
        rehearsal: Rehearsal<'a>,
        exercise: &'a Exercise,
        blueprint: &'a Blueprint,
    ) -> Self {
        let names = blueprint.tables.iter().map(|table| table.name.as_str());
        Self {
            rehearsal,
            probes: probes(exercise, names),
            blueprint,
        }
    }

    /// Leaves out the values that the checks on their column refuse.
    pub(crate) async fn sift(&mut self, pools: &mut Pools) -> Result<(), GradeError> {
        let Some(sql) = legality_sql(self.blueprint, &pools.values()) else {
            return Ok(());
        };
        match self.rehearsal.set(&sql).await {
            Ok(notices) => {
                let refused = refused(&notices);
                let values = pools.values();
                let left_out: Vec<_> = refused.iter().map(|&number| values[number]).collect();
                tracing::trace!(?left_out, "values the checks refuse");
                pools.leave_out(&refused);
            }
            Err(error) => {
                tracing::debug!(message = error.message, "values cannot be tried");
                unless_unavailable::<()>(&error)?;
            }
        }
        Ok(())
    }

    /// Makes an instance of what the constraints allow of a draft. None if they allow none of it.
    pub(crate) async fn settle(&mut self, draft: &Draft) -> Result<Option<Instance>, GradeError> {
        let sql = tolerant_sql(self.blueprint, draft);
        match self.rehearsal.set(&sql).await {
            Ok(notices) => {
                let instance = draft.settle(&accepted(&notices));
                let rows: Vec<_> = instance.tables.iter().map(Vec::len).collect();
                tracing::trace!(?rows, bytes = sql.len(), "an instance");
                Ok(Some(instance))
            }
            Err(error) => unless_unavailable(&error),
        }
    }

    /// Makes an instance and checks what constraints check at the end of a transaction. False if
    /// the constraints do not allow it.
    pub(crate) async fn set_checked(&mut self, instance: &Instance) -> Result<bool, GradeError> {
        self.set_sql(&checked_sql(self.blueprint, instance)).await
    }

    /// Makes an instance that the constraints allow.
    pub(crate) async fn set(&mut self, instance: &Instance) -> Result<bool, GradeError> {
        self.set_sql(&insert_sql(self.blueprint, instance)).await
    }

    async fn set_sql(&mut self, sql: &str) -> Result<bool, GradeError> {
        match self.rehearsal.set(sql).await {
            Ok(_) => Ok(true),
            Err(error) => Ok(unless_unavailable(&error)?.unwrap_or(false)),
        }
    }

    /// Undoes what the last script did.
    pub(crate) async fn undo(&mut self) -> Result<(), GradeError> {
        match self.rehearsal.undo().await {
            Ok(()) => Ok(()),
            Err(error) => Err(unavailable(&error)),
        }
    }

    /// What a script does on the instance. None if it has ended the transaction, so that nothing can
    /// be said.
    pub(crate) async fn observe(
        &mut self,
        script: &str,
    ) -> Result<Option<Observation>, GradeError> {
        let run = self.rehearsal.run(script).await;
        self.observed(run).await
    }

    /// What the answer does if PostgreSQL executes it in other ways than it likes best.
    pub(crate) async fn observe_otherwise(
        &mut self,
        known: &Known<'_>,
    ) -> Result<Option<Observation>, GradeError> {
        match self.rehearsal.run_planned(OTHER_PLANS, known.script).await {
            Ok(run) => self.observed(run).await,
            Err(error) => unless_unavailable(&error),
        }
    }

    /// What a script has done, with the state it left.
    async fn observed(&mut self, run: Run) -> Result<Option<Observation>, GradeError> {
        if let Some((_, error)) = run
            .failure()
            .filter(|(_, error)| error.is_the_servers_fault())
        {
            return Err(unavailable(error));
        }
        let mut state = State::default();
        if run.failure().is_none() {
            for probe in &self.probes {
                let probed = self.rehearsal.run(&probe.block.sql).await;
                let last = probed.statements.into_iter().next_back();
                state.probes.push(Probed {
                    subject: probe.subject.clone(),
                    result: last.unwrap_or_default(),
                });
            }
        }
        Ok(self.rehearsal.is_sound().then_some(Observation {
            run,
            state,
            ties: None,
        }))
    }

    /// What a script does on an instance that the constraints allow. None if they do not, or as
    /// [`observe`](Self::observe) says.
    pub(crate) async fn on(
        &mut self,
        instance: &Instance,
        script: &str,
    ) -> Result<Option<Observation>, GradeError> {
        if self.set(instance).await? {
            self.observe(script).await
        } else {
            Ok(None)
        }
    }

    /// What a script of the exercise's own does, with the ties of its order.
    pub(crate) async fn observe_known(
        &mut self,
        known: &Known<'_>,
    ) -> Result<Option<Observation>, GradeError> {
        if let Some(keyed) = known.keyed {
            let observed = self.observe(&keyed.script).await?;
            if let Some(observation) = observed.and_then(|seen| with_ties(seen, keyed)) {
                return Ok(Some(observation));
            }
            self.undo().await?;
        }
        self.observe(known.script).await
    }

    /// True if nothing is left of it all.
    pub(crate) async fn end(self) -> bool {
        self.rehearsal.end().await
    }
}

impl<'a> Known<'a> {
    pub(crate) fn new(script: &'a str, keyed: Option<&'a Keyed>) -> Self {
        Self { script, keyed }
    }
}

/// Takes the added sort keys off the result and notes which rows tie. None if the result is not
/// that of the keyed script.
pub(crate) fn with_ties(mut observation: Observation, keyed: &Keyed) -> Option<Observation> {
    let result = last_result(&mut observation.run)?;
    if !result.fingerprints.is_empty() {
        return None;
    }
    let columns = result.columns.as_mut()?;
    let own = columns.len().checked_sub(keyed.added)?;
    let places: Vec<usize> = keyed
        .keys
        .iter()
        .map(|place| match *place {
            Place::Column(column) => column,
            Place::Added(added) => own + added,
        })
        .collect();
    if places.iter().any(|place| *place >= columns.len()) {
        return None;
    }
    let comparisons: Vec<_> = places
        .iter()
        .map(|&place| Family::of(&columns[place].type_name))
        .map(|family| Comparison::between(&family, &family))
        .collect();
    let key_of = |row: &Row| -> Row { places.iter().map(|&place| row[place].clone()).collect() };
    let mut groups: Vec<u32> = Vec::new();
    let mut last_key = None;
    for row in &result.rows {
        let key = key_of(row);
        let tied = last_key
            .as_ref()
            .is_some_and(|last| rows::equal(last, &key, &comparisons));
        match groups.last_mut().filter(|_| tied) {
            Some(last) => *last += 1,
            None => groups.push(1),
        }
        last_key = Some(key);
    }
    columns.truncate(own);
    for row in &mut result.rows {
        row.truncate(own);
    }
    observation.ties = Some(groups);
    Some(observation)
}

fn last_result(run: &mut Run) -> Option<&mut StatementRun> {
    if run.failure().is_some() {
        return None;
    }
    let mut statements = run.statements.iter_mut().rev();
    statements.find(|statement| statement.columns.is_some())
}

fn unavailable(error: &SqlError) -> GradeError {
    Error::Unavailable {
        doing: "try an answer on other data",
        source: error.message.clone().into(),
    }
    .into()
}

/// None, unless it is PostgreSQL that could not.
fn unless_unavailable<T>(error: &SqlError) -> Result<Option<T>, GradeError> {
    if error.is_the_servers_fault() {
        Err(unavailable(error))
    } else {
        tracing::trace!(message = error.message, "an instance is not allowed");
        Ok(None)
    }
}
