//! What a script does: executes it in a scratch sandbox and looks at everything the exercise
//! judges.

use crate::GradeError;
use crate::goals::violates;
use serde::{Deserialize, Serialize};
use sqlground_catalogue::{Block, Exercise, PlanGoal};
use sqlground_model::{Plan, Run, SqlError, StatementRun};
use sqlground_sandbox::{Explained, Limits, Sandboxes, Scratch, Space, plannable_prefixes};

/// What a script did to one variant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Observation {
    /// What came back from the script itself.
    pub(crate) run: Run,
    /// The state it left; empty if the script failed or the exercise judges its result.
    pub(crate) state: State,
    /// How many rows of its result tie in what they are sorted by, group after group; none if that
    /// is not known.
    pub(crate) ties: Option<Vec<u32>>,
}

/// The state a script left, in the order of the exercise's blocks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// What became of the tables that were there before.
    pub(crate) tables: Vec<Table>,
    /// The results of the probes.
    pub(crate) probes: Vec<StatementRun>,
    /// What became of the statements the schema must refuse: the error of each, if any.
    pub(crate) rejects: Vec<Option<SqlError>>,
    /// What became of the statements the schema must take.
    pub(crate) accepts: Vec<Option<SqlError>>,
    /// For each plan goal, the plan, or why there is none.
    pub(crate) plans: Vec<Result<Plan, String>>,
}

/// What stands under the name of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// `pg_class.relkind`.
    pub(crate) kind: String,
    /// True if policies hide rows from its owner.
    pub(crate) hides_rows: bool,
}

/// The relations that bear data, or seem to.
const TABLES: &str = "
SELECT c.relname, c.relkind, c.relrowsecurity AND c.relforcerowsecurity
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY 1";

impl Observation {
    /// Executes a script in a scratch sandbox of the space.
    pub(crate) async fn of(
        sandboxes: &Sandboxes,
        space: &Space,
        exercise: &Exercise,
        script: &str,
        limits: &Limits,
    ) -> Result<Self, GradeError> {
        let scratch = sandboxes.scratch(space).await?;
        // Nobody waits until it is removed.
        let observation = observe(sandboxes, space, &scratch, exercise, script, limits).await?;
        scratch.confirm().await?;
        Ok(observation)
    }

    /// Executes a script in a scratch sandbox of the space, and looks at the rows it gives or leaves:
    /// what a schema refuses and how plans look is judged on the data shown alone.
    pub(crate) async fn of_rows(
        sandboxes: &Sandboxes,
        space: &Space,
        exercise: &Exercise,
        script: &str,
        limits: &Limits,
    ) -> Result<Self, GradeError> {
        let scratch = sandboxes.scratch(space).await?;
        let run = scratch.run(script, limits).await?;
        let mut state = State::default();
        if run.failure().is_none() {
            scratch.forget_settings().await?;
            state.probes = probe(&scratch, exercise, limits).await?;
        }
        scratch.confirm().await?;
        Ok(Self {
            run,
            state,
            ties: None,
        })
    }

    /// True if the script ran to its end.
    pub(crate) fn is_complete(&self) -> bool {
        self.run.failure().is_none() && self.run.skipped == 0
    }

    /// How many rows are kept of all results.
    pub(crate) fn rows(&self) -> usize {
        let results = self.run.statements.iter().chain(&self.state.probes);
        results.map(|result| result.rows.len()).sum()
    }
}

/// True if the exercise is judged by what a script leaves rather than by its result.
pub(crate) fn judges_state(exercise: &Exercise) -> bool {
    !(exercise.probes.is_empty() && exercise.rejects.is_empty() && exercise.accepts.is_empty())
        || exercise
            .plan_goals
            .iter()
            .any(|goal| !is_of_the_script(goal))
}

/// True if the goal is for the script's own last statement.
fn is_of_the_script(goal: &PlanGoal) -> bool {
    goal.query.sql.trim().is_empty()
}

async fn observe(
    sandboxes: &Sandboxes,
    space: &Space,
    scratch: &Scratch,
    exercise: &Exercise,
    script: &str,
    limits: &Limits,
) -> Result<Observation, GradeError> {
    let before = if judges_state(exercise) {
        tables(scratch, limits).await?
    } else {
        Vec::new()
    };
    let run = scratch.run(script, limits).await?;
    let mut state = State::default();
    if run.failure().is_none() {
        if judges_state(exercise) {
            scratch.forget_settings().await?;
            let was_there = |table: &Table| before.iter().any(|old| old.name == table.name);
            state.tables = tables(scratch, limits).await?;
            state.tables.retain(was_there);
        }
        state.probes = probe(scratch, exercise, limits).await?;
        for rejects in &exercise.rejects {
            state
                .rejects
                .push(attempt(scratch, &rejects.block, limits).await?);
        }
        for accepts in &exercise.accepts {
            state.accepts.push(attempt(scratch, accepts, limits).await?);
        }
        for goal in &exercise.plan_goals {
            let plan = if is_of_the_script(goal) {
                plan_of_script(sandboxes, space, goal, script, limits).await?
            } else {
                explain(scratch, &goal.query.sql, limits).await?
            };
            state.plans.push(plan);
        }
    }
    Ok(Observation {
        run,
        state,
        ties: None,
    })
}

/// The results of the probes.
async fn probe(
    scratch: &Scratch,
    exercise: &Exercise,
    limits: &Limits,
) -> Result<Vec<StatementRun>, GradeError> {
    let mut results = Vec::with_capacity(exercise.probes.len());
    for probe in &exercise.probes {
        results.push(scratch.query(&probe.block.sql, limits).await?);
    }
    Ok(results)
}

async fn tables(scratch: &Scratch, limits: &Limits) -> Result<Vec<Table>, GradeError> {
    let found = scratch.query(TABLES, limits).await?;
    let table = |row: Vec<Option<String>>| {
        let [name, kind, hides_rows] = row.try_into().ok()?;
        Some(Table {
            name: name?,
            kind: kind?,
            hides_rows: hides_rows.as_deref() == Some("t"),
        })
    };
    Ok(found.rows.into_iter().filter_map(table).collect())
}

/// Tries a statement in a transaction of its own that is rolled back. Deferred constraints are
/// checked at its end, as a commit would.
async fn attempt(
    scratch: &Scratch,
    block: &Block,
    limits: &Limits,
) -> Result<Option<SqlError>, GradeError> {
    let script = format!("BEGIN;\n{}\n;\nSET CONSTRAINTS ALL IMMEDIATE", block.sql);
    let run = scratch.run(&script, limits).await?;
    Ok(run.failure().map(|(_, error)| error.clone()))
}

/// The plan of the script's last statement, or the first plan of an earlier one that does what the
/// goal forbids: a table filled by one statement and read by the next is no way around it.
async fn plan_of_script(
    sandboxes: &Sandboxes,
    space: &Space,
    goal: &PlanGoal,
    script: &str,
    limits: &Limits,
) -> Result<Result<Plan, String>, GradeError> {
    let mut prefixes = plannable_prefixes(script);
    prefixes.pop();
    for prefix in prefixes.into_iter().chain([script]) {
        // Made where the script has not run before.
        let fresh = sandboxes.scratch(space).await?;
        let plan = explain(&fresh, prefix, limits).await?;
        let is_last = prefix.len() == script.len();
        if is_last || plan.as_ref().is_ok_and(|plan| violates(goal, plan)) {
            return Ok(plan);
        }
    }
    Ok(Err("no statement of the script has a plan".to_owned()))
}

async fn explain(
    scratch: &Scratch,
    script: &str,
    limits: &Limits,
) -> Result<Result<Plan, String>, GradeError> {
    Ok(match scratch.explain(script, limits).await? {
        Explained::Plan {
            json,
            server_version,
            ..
        } => sqlground_plan::parse(&json, Some(server_version)).map_err(|error| error.to_string()),
        Explained::Failed { error, .. } => Err(error.message),
        Explained::NoStatement => Err("no statement of the script has a plan".to_owned()),
    })
}
