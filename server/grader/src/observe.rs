//! What a script does: executes it in a scratch sandbox and looks at everything the exercise
//! judges.

use crate::GradeError;
use sqlground_catalogue::{Block, Exercise};
use sqlground_model::{Plan, Run, SqlError, StatementRun};
use sqlground_sandbox::{Explained, Limits, Sandboxes, Scratch, Space};

/// What a script did to one variant.
#[derive(Debug)]
pub(crate) struct Observation {
    /// What came back from the script itself.
    pub(crate) run: Run,
    /// The state it left; empty if the script failed or the exercise judges its result.
    pub(crate) state: State,
}

/// The state a script left, in the order of the exercise's blocks.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// The results of the probes.
    pub(crate) probes: Vec<StatementRun>,
    /// What became of the statements the schema must refuse: the error of each, if any.
    pub(crate) rejects: Vec<Option<SqlError>>,
    /// What became of the statements the schema must take.
    pub(crate) accepts: Vec<Option<SqlError>>,
    /// For each plan goal, the plan, or why there is none.
    pub(crate) plans: Vec<Result<Plan, String>>,
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
        let observed = observe(&scratch, exercise, script, limits).await;
        scratch.discard().await?;
        let mut observed = observed?;
        if observed.run.failure().is_none() {
            // The script's own plan is made where the script has not run before.
            for (goal, plan) in exercise.plan_goals.iter().zip(&mut observed.state.plans) {
                if goal.query.sql.trim().is_empty() {
                    let scratch = sandboxes.scratch(space).await?;
                    let explained = explain(&scratch, script, limits).await;
                    scratch.discard().await?;
                    *plan = explained?;
                }
            }
        }
        Ok(observed)
    }
}

/// True if the exercise is judged by what a script leaves rather than by its result.
pub(crate) fn judges_state(exercise: &Exercise) -> bool {
    !(exercise.probes.is_empty() && exercise.rejects.is_empty() && exercise.accepts.is_empty())
        || exercise
            .plan_goals
            .iter()
            .any(|goal| !goal.query.sql.trim().is_empty())
}

async fn observe(
    scratch: &Scratch,
    exercise: &Exercise,
    script: &str,
    limits: &Limits,
) -> Result<Observation, GradeError> {
    let run = scratch.run(script, limits).await?;
    let mut state = State::default();
    if run.failure().is_none() {
        scratch.forget_settings().await?;
        for probe in &exercise.probes {
            state
                .probes
                .push(scratch.query(&probe.block.sql, limits).await?);
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
            state
                .plans
                .push(explain(scratch, &goal.query.sql, limits).await?);
        }
    }
    Ok(Observation { run, state })
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
