//! What a student can ask for, whoever carries the question: HTTP or the command line.

use crate::library::{Library, Loading};
use crate::session::SessionId;
use crate::store::{Store, StoreError};
use sqlground_catalogue::Exercise;
use sqlground_grader::{GradeError, Grader, space};
use sqlground_model::{
    Action, Attempt, ExerciseCard, ExerciseId, ExerciseState, Judgement, Outcome, Problem, Report,
    Solution,
};
use sqlground_sandbox::{Error as SandboxError, Explained, Limits, Sandboxes};
use std::sync::Arc;

/// The longest script that is taken, in bytes.
pub const MAX_SCRIPT_BYTES: usize = 256 * 1024;

/// Settings that sqlground itself changes from their defaults.
const SANDBOX_SETTINGS: [&str; 2] = ["jit", "search_path"];

/// Why an action could not be done, besides what the student wrote.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such exercise.
    #[error("there is no exercise `{0}`")]
    UnknownExercise(String),
    /// The script is too long.
    #[error("the script has {0} bytes; at most {MAX_SCRIPT_BYTES} are taken")]
    TooLong(usize),
    /// Too many scripts run already.
    #[error("the server is busy")]
    Busy,
    /// The tables of the exercise could not be loaded.
    #[error("{0}")]
    NotLoaded(String),
    /// PostgreSQL or the exercise is at fault, not the student.
    #[error("the sandbox cannot be used")]
    Sandbox(#[source] SandboxError),
    /// The exercise's own answer is broken.
    #[error("the exercise cannot be judged")]
    Grade(#[source] GradeError),
    /// Our own tables cannot be used.
    #[error("progress cannot be kept")]
    Store(#[from] StoreError),
}

impl From<SandboxError> for ServiceError {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::Busy => Self::Busy,
            // The author of the exercise has to mend these.
            error @ (SandboxError::Dataset { .. } | SandboxError::Setup { .. }) => {
                Self::Grade(error.into())
            }
            error => Self::Sandbox(error),
        }
    }
}

impl From<GradeError> for ServiceError {
    fn from(error: GradeError) -> Self {
        match error {
            GradeError::Sandbox(
                error @ (SandboxError::Busy
                | SandboxError::Unavailable { .. }
                | SandboxError::Unsuitable { .. }),
            ) => error.into(),
            error => Self::Grade(error),
        }
    }
}

/// The playground.
pub struct Service {
    /// The exercises.
    pub library: Arc<Library>,
    /// Where scripts run.
    pub sandboxes: Sandboxes,
    /// Our own tables.
    pub store: Store,
    grader: Grader,
    limits: Limits,
}

impl Service {
    /// A playground with the limits for scripts.
    pub fn new(library: Arc<Library>, sandboxes: Sandboxes, store: Store, limits: Limits) -> Self {
        let grading = Limits {
            statement_time: limits.statement_time,
            script_time: limits.script_time,
            ..Limits::COMPARISON
        };
        Self {
            grader: Grader::new(sandboxes.clone(), grading),
            library,
            sandboxes,
            store,
            limits,
        }
    }

    /// Does what a session asks for on an exercise and remembers what came of it.
    pub async fn act(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        action: Action,
        sql: Option<&str>,
    ) -> Result<Report, ServiceError> {
        let found = self
            .library
            .exercise(exercise)
            .ok_or_else(|| ServiceError::UnknownExercise(exercise.to_string()))?;
        // A reset that brings no script leaves the one that was there.
        let kept = match sql {
            Some(_) => None,
            None => self.store.attempt(session, exercise).await?,
        };
        let sql = sql
            .or(kept.as_ref().map(|attempt| attempt.sql.as_str()))
            .unwrap_or("");
        if sql.len() > MAX_SCRIPT_BYTES {
            return Err(ServiceError::TooLong(sql.len()));
        }
        if let Loading::Failed(message) = self.library.loaded(found).await {
            return Err(ServiceError::NotLoaded(message));
        }
        let outcome = self.outcome(session, found, action, sql).await?;
        let judged = match &outcome {
            Outcome::Check(verdict) => Some(verdict.verdict == Judgement::Correct),
            _ => None,
        };
        let attempt = Attempt {
            sql: sql.to_owned(),
            outcome,
        };
        self.store
            .record(session, exercise, &attempt, judged)
            .await?;
        let progress = self.store.progress(session).await?;
        Ok(Report {
            outcome: attempt.outcome,
            solution: (progress.state(exercise) == ExerciseState::Solved)
                .then(|| self.solution(found, |id| progress.state(id))),
        })
    }

    /// Remembers a script that nothing came of, so that a page that is shown next still has it.
    pub async fn keep(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        sql: &str,
        problem: Problem,
    ) -> Result<(), ServiceError> {
        let attempt = Attempt {
            sql: sql.to_owned(),
            outcome: Outcome::Problem(problem),
        };
        Ok(self.store.record(session, exercise, &attempt, None).await?)
    }

    async fn outcome(
        &self,
        session: &SessionId,
        exercise: &Exercise,
        action: Action,
        sql: &str,
    ) -> Result<Outcome, ServiceError> {
        let sandbox = || async {
            self.sandboxes
                .sandbox(&session.sandbox_name(), &space(exercise))
                .await
        };
        Ok(match action {
            Action::Run => Outcome::Run(sandbox().await?.run(sql, &self.limits).await?),
            Action::Check => {
                // Scratch sandboxes are nobody's; the turn keeps a session from filling the site.
                let _turn = self.sandboxes.turn(&session.sandbox_name()).await?;
                Outcome::Check(self.grader.grade(exercise, sql).await?)
            }
            Action::Plan => explained(sandbox().await?.explain(sql, &self.limits).await?),
            Action::Reset => {
                sandbox().await?.reset().await?;
                Outcome::Reset
            }
        })
    }

    /// What a session that solved the exercise gets to read.
    pub fn solution(
        &self,
        exercise: &Exercise,
        state: impl Fn(&ExerciseId) -> ExerciseState,
    ) -> Solution {
        Solution {
            explanation_html: exercise.explanation_html.clone(),
            answer: exercise.answer.sql.trim().to_owned(),
            following: self
                .following(&exercise.id)
                .map(|next| card(next, state(&next.id))),
        }
    }

    /// The exercise after this one, in the next topic if need be.
    pub fn following(&self, id: &ExerciseId) -> Option<&Arc<Exercise>> {
        self.library
            .exercises()
            .skip_while(|exercise| exercise.id != *id)
            .nth(1)
    }
}

/// An exercise as lists show it.
pub fn card(exercise: &Exercise, state: ExerciseState) -> ExerciseCard {
    ExerciseCard {
        id: exercise.id.clone(),
        title: exercise.title.clone(),
        difficulty: exercise.difficulty,
        concepts: exercise.concepts.clone(),
        state,
    }
}

/// The plan of what was explained, or why there is none.
pub fn explained(explained: Explained) -> Outcome {
    match explained {
        Explained::Plan {
            json,
            server_version,
            ..
        } => match sqlground_plan::parse(&json, Some(server_version)) {
            Ok(mut plan) => {
                // Every sandbox has these; they say nothing about the student's plan.
                plan.settings
                    .retain(|(name, _)| !SANDBOX_SETTINGS.contains(&name.as_str()));
                Outcome::Plan(plan)
            }
            Err(error) => {
                tracing::error!("a plan cannot be read: {error}");
                Outcome::Problem(Problem::new(
                    "PostgreSQL's plan could not be read.",
                    "This is a fault of sqlground. Please report it with your script.",
                ))
            }
        },
        Explained::Failed { statement, error } => Outcome::Problem(Problem {
            message: format!(
                "Statement {} failed, so there is no plan.",
                statement.statement
            ),
            help: None,
            error: Some(error),
            start: Some(statement.start),
        }),
        Explained::NoStatement => Outcome::Problem(Problem::new(
            "No statement of the script has a plan.",
            "Plans exist for SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES and CREATE TABLE AS. \
             Write one of them; the last one is explained.",
        )),
    }
}
