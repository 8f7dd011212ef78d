//! What a script does: executes it in a scratch sandbox and looks at everything the exercise
//! judges.

use crate::GradeError;
use crate::goals::violates;
use crate::instance::identifier;
use crate::query::returns_rows;
use crate::tables::{Before, Table};
use serde::{Deserialize, Serialize};
use sqlground_catalogue::{Block, Exercise, PlanGoal, Probe};
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
    /// What became of the tables that were there before, and what is new.
    pub(crate) tables: Vec<Table>,
    /// The results of the probes.
    pub(crate) probes: Vec<Probed>,
    /// What became of the statements the schema must refuse: the error of each, if any.
    pub(crate) rejects: Vec<Option<SqlError>>,
    /// What became of the statements the schema must take.
    pub(crate) accepts: Vec<Option<SqlError>>,
    /// For each plan goal, the plan, or why there is none.
    pub(crate) plans: Vec<Result<Plan, String>>,
}

/// What a probe shows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Probed {
    /// What it looks at, as sentences name it.
    pub(crate) subject: String,
    pub(crate) result: StatementRun,
}

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
        let probes = if leaves_tables(exercise) {
            let before = Before::of(&scratch, limits).await?;
            probes(exercise, before.tables())
        } else {
            exercise.probes.clone()
        };
        let run = scratch.run(script, limits).await?;
        let mut state = State::default();
        if run.failure().is_none() {
            scratch.forget_settings().await?;
            state.probes = probe(&scratch, &probes, limits).await?;
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
        let probed = self.state.probes.iter().map(|probed| &probed.result);
        let results = self.run.statements.iter().chain(probed);
        results.map(|result| result.rows.len()).sum()
    }
}

/// True if the exercise is judged by what a script leaves rather than by its result.
pub(crate) fn judges_state(exercise: &Exercise) -> bool {
    says_what_is_left(exercise) || leaves_tables(exercise)
}

/// True if blocks of the exercise look at what a script leaves.
fn says_what_is_left(exercise: &Exercise) -> bool {
    !(exercise.probes.is_empty() && exercise.rejects.is_empty() && exercise.accepts.is_empty())
        || exercise
            .plan_goals
            .iter()
            .any(|goal| !is_of_the_script(goal))
}

/// True if the exercise is judged by all its tables: its answer gives no rows, or not only these count,
/// and no block says what to look at instead.
pub(crate) fn leaves_tables(exercise: &Exercise) -> bool {
    let has_tables = exercise.writable || exercise.setup.is_some();
    let leaves_more = || exercise.returned_rows || !returns_rows(&exercise.answer.sql);
    has_tables && !says_what_is_left(exercise) && leaves_more()
}

/// What is looked at after a script: the exercise's probes or, where it is judged by all its tables,
/// each of these.
pub(crate) fn probes<'a>(exercise: &Exercise, tables: impl Iterator<Item = &'a str>) -> Vec<Probe> {
    if !leaves_tables(exercise) {
        return exercise.probes.clone();
    }
    let probe = |name: &str| Probe {
        block: Block {
            sql: format!("SELECT * FROM {}", identifier(name)),
            line: exercise.answer.line,
        },
        subject: format!("the table {name}"),
    };
    tables.map(probe).collect()
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
        Some(Before::of(scratch, limits).await?)
    } else {
        None
    };
    let run = scratch.run(script, limits).await?;
    let mut state = State::default();
    if run.failure().is_none() {
        if let Some(before) = before {
            scratch.forget_settings().await?;
            state.tables = before.after(scratch, limits).await?;
            let probes = probes(exercise, before.tables());
            state.probes = probe(scratch, &probes, limits).await?;
        }
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
    probes: &[Probe],
    limits: &Limits,
) -> Result<Vec<Probed>, GradeError> {
    let mut results = Vec::with_capacity(probes.len());
    for probe in probes {
        results.push(Probed {
            subject: probe.subject.clone(),
            result: scratch.query(&probe.block.sql, limits).await?,
        });
    }
    Ok(results)
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
