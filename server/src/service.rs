//! What a student can ask for, whoever carries the question: HTTP or the command line.

mod answers;
mod plans;

use crate::cancel::Requests;
use crate::help;
use crate::library::{Library, Loading};
use crate::session::SessionId;
use crate::store::{Standing, Store, StoreError};
use plans::Desk;
use sqlground_advice::tell_origins;
use sqlground_catalogue::Exercise;
use sqlground_grader::{Arsenals, Effort, GradeError, Grader, space};
use sqlground_model::{
    Action, Attempt, ExerciseCard, ExerciseId, ExerciseState, Outcome, PlanSwitch, Problem, Report,
    Solution,
};
use sqlground_sandbox::{
    Busy, Claimant, Error as SandboxError, Explained, Limits, Position, Sandboxes,
};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The longest script that is taken, in bytes.
pub const MAX_SCRIPT_BYTES: usize = 256 * 1024;

/// How long after somebody has come to an exercise its checks are prepared.
const GET_READY_DELAY: Duration = Duration::from_secs(2);

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
    /// Too many scripts run or wait already.
    #[error("the server is busy")]
    Busy(#[source] Busy),
    /// So little of the disk is free that no script begins.
    #[error("the disk is nearly full")]
    DiskFull,
    /// The student no longer wants it.
    #[error("it was cancelled")]
    Cancelled,
    /// The answer is not to be seen yet.
    #[error("the answer is closed: {tries} tries")]
    AnswerClosed {
        /// How many different checks have failed.
        tries: u32,
        /// How many are enough, if any.
        enough: Option<NonZeroU32>,
    },
    /// What was to be shared is no plan.
    #[error("it cannot be read as a plan")]
    NoPlan(#[source] sqlground_plan::PlanError),
    /// The session has shared enough plans for today.
    #[error("too many plans were shared")]
    TooManyShared,
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
            SandboxError::Busy(reason) => Self::Busy(reason),
            SandboxError::Cancelled => Self::Cancelled,
            SandboxError::DiskFull => Self::DiskFull,
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
                error @ (SandboxError::Busy(_)
                | SandboxError::Cancelled
                | SandboxError::DiskFull
                | SandboxError::Unavailable { .. }
                | SandboxError::Unsuitable { .. }),
            ) => error.into(),
            error => Self::Grade(error),
        }
    }
}

/// Who asks for something.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// The session.
    pub session: SessionId,
    /// Where the request comes from, if that is known.
    pub address: Option<IpAddr>,
    /// What the session calls its request.
    pub request: Option<u32>,
    /// True if the answer shows the solution of an exercise that is solved.
    pub sees_solution: bool,
}

impl Asker {
    fn claimant(&self) -> Claimant {
        let mut claimant = Claimant::new(self.session.sandbox_name(), self.address);
        claimant.request = self.request;
        claimant
    }
}

/// What somebody asks for on an exercise.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The action.
    pub action: Action,
    /// The script; none to take the one that is kept.
    pub sql: Option<&'a str>,
    /// What PostgreSQL has to do without when it makes a plan.
    pub without: Option<PlanSwitch>,
}

/// The playground.
pub struct Service {
    /// The exercises.
    pub library: Arc<Library>,
    /// Where students' scripts run.
    pub sandboxes: Sandboxes,
    /// Where the exercises' answers run.
    pub answers: Sandboxes,
    /// Our own tables.
    pub store: Store,
    requests: Requests,
    limits: Limits,
    effort: Effort,
    answer_after: Option<NonZeroU32>,
    arsenals: Arsenals,
}

impl Service {
    /// A playground with the limits for scripts, the effort for checks and what is known of
    /// exercises.
    pub fn new(
        library: Arc<Library>,
        sandboxes: Sandboxes,
        answers: Sandboxes,
        store: Store,
        limits: Limits,
        effort: Effort,
        arsenals: Arsenals,
    ) -> Self {
        Self {
            requests: Requests::default(),
            effort,
            answer_after: None,
            arsenals,
            library,
            sandboxes,
            answers,
            store,
            limits,
        }
    }

    /// The same, with reference answers that can be opened after so many different checks that
    /// failed; none to keep them closed.
    #[must_use]
    pub fn with_answers_after(self, tries: Option<NonZeroU32>) -> Self {
        Self {
            answer_after: tries,
            ..self
        }
    }

    /// Does what a session asks for on an exercise and remembers what came of it.
    pub async fn act(
        &self,
        asker: &Asker,
        exercise: &ExerciseId,
        request: Request<'_>,
    ) -> Result<Report, ServiceError> {
        let (session, claimant) = (&asker.session, asker.claimant());
        let _going_on = self
            .requests
            .begin(*session, asker.request, claimant.cancel.clone());
        let found = self
            .library
            .exercise(exercise)
            .ok_or_else(|| ServiceError::UnknownExercise(exercise.to_string()))?;
        // A reset that brings no script leaves the one that was there.
        let kept = match request.sql {
            Some(_) => None,
            None => self.store.attempt(session, exercise).await?,
        };
        let sql = request
            .sql
            .or(kept.as_ref().map(|attempt| attempt.sql.as_str()))
            .unwrap_or("");
        if sql.len() > MAX_SCRIPT_BYTES {
            return Err(ServiceError::TooLong(sql.len()));
        }
        let found = &found;
        let loaded = async { Ok(self.library.loaded(found).await) };
        if let Loading::Failed(message) = unless(&claimant.cancel, loaded).await? {
            return Err(ServiceError::NotLoaded(message));
        }
        // A check is a large future.
        let request = Request {
            sql: Some(sql),
            ..request
        };
        let outcome = Box::pin(self.outcome(asker, &claimant, found, &request)).await?;
        let attempt = Attempt {
            sql: sql.to_owned(),
            outcome,
        };
        let standing = match &attempt.outcome {
            Outcome::Check(verdict) => {
                let judged = self.judged(verdict, sql);
                let standing = self.store.submission(session, exercise, &attempt, judged);
                standing.await?
            }
            _ if asker.sees_solution => self.store.standing(session, exercise).await?,
            _ => Standing::default(),
        };
        let solution = if standing.state.is_settled() && asker.sees_solution {
            let progress = self.store.progress(session).await?;
            Some(self.solution(found, |id| progress.state(id)))
        } else {
            None
        };
        if !matches!(attempt.outcome, Outcome::Check(_)) {
            self.store.draft(session, exercise, &attempt).await?;
        }
        Ok(Report {
            outcome: attempt.outcome,
            solution,
            answer_offered: self.offers_answer(standing),
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
        Ok(self.store.draft(session, exercise, &attempt).await?)
    }

    /// Where a session's request stands in the queue, or the one that came last where none is
    /// named; none if it does not wait.
    pub fn position(&self, session: &SessionId, request: Option<u32>) -> Option<Position> {
        self.sandboxes.position(&session.sandbox_name(), request)
    }

    /// Cancels a session's requests of that number, or all where none is named: what waits gives
    /// up, what runs is cancelled in PostgreSQL. Gives back how many.
    pub fn cancel(&self, session: &SessionId, request: Option<u32>) -> usize {
        self.requests.cancel(session, request)
    }

    async fn outcome(
        &self,
        asker: &Asker,
        claimant: &Claimant,
        exercise: &Exercise,
        request: &Request<'_>,
    ) -> Result<Outcome, ServiceError> {
        let sql = request.sql.unwrap_or_default();
        let place = self.sandboxes.place(claimant).await?;
        let sandboxes = self.sandboxes.holding(place);
        let space = space(exercise);
        let sandbox = async { Ok(sandboxes.sandbox(claimant, &space).await?) };
        let cancel = &claimant.cancel;
        Ok(match request.action {
            Action::Run => {
                let sandbox = unless(cancel, sandbox).await?;
                let mut run = sandbox.run(sql, &self.limits).await?;
                help::for_run(&sandboxes, &space, sql, &mut run).await;
                Outcome::Run(run)
            }
            Action::Plan => {
                let sandbox = unless(cancel, sandbox).await?;
                let desk = Desk {
                    sandboxes: &sandboxes,
                    space: &space,
                    sandbox: &sandbox,
                };
                self.plan(asker, exercise, &desk, request).await?
            }
            Action::Check => {
                let grader = self.grader(&sandboxes);
                let verdict = async { Ok(Box::pin(grader.grade(exercise, sql)).await?) };
                Outcome::Check(unless(cancel, verdict).await?)
            }
            Action::Reset => {
                let reset = async { Ok(sandbox.await?.reset().await?) };
                Box::pin(unless(cancel, reset)).await?;
                Outcome::Reset
            }
        })
    }

    /// A grader that runs submissions in these sandboxes.
    fn grader(&self, sandboxes: &Sandboxes) -> Grader {
        let limits = self.limits.for_comparison();
        Grader::new(sandboxes.clone(), self.answers.clone(), limits)
            .with_effort(self.effort.clone())
            .knowing(self.arsenals.clone())
    }

    /// Finds out in the background what checking an exercise takes, for somebody who has just come
    /// to it.
    pub fn get_ready(&self, exercise: &Arc<Exercise>) {
        if self.arsenals.knows(exercise) {
            return;
        }
        let (grader, exercise) = (self.grader(&self.sandboxes), Arc::clone(exercise));
        tokio::spawn(async move {
            // Whoever has just come runs something first, and is not to wait for this.
            sleep(GET_READY_DELAY).await;
            if let Err(error) = grader.get_ready(&exercise).await {
                tracing::debug!(exercise = %exercise.id, %error, "checks are not prepared");
            }
        });
    }

    /// What a session that solved the exercise, or opened its answer, gets to read.
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
                .map(|next| card(&next, state(&next.id))),
        }
    }

    /// The exercise after this one, in the next topic if need be.
    pub fn following(&self, id: &ExerciseId) -> Option<Arc<Exercise>> {
        let edition = self.library.edition();
        let mut rest = edition
            .catalogue
            .exercises()
            .skip_while(|exercise| exercise.id != *id);
        rest.nth(1).map(Arc::clone)
    }
}

/// Does some work, unless the student no longer wants it: then it is dropped half-way.
async fn unless<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, ServiceError>>,
) -> Result<T, ServiceError> {
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(ServiceError::Cancelled),
        done = work => done,
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
            statement,
            json,
            server_version,
            notices,
        } => match sqlground_plan::parse(&json, Some(server_version)) {
            Ok(mut plan) => {
                // Every sandbox has these; they say nothing about the student's plan.
                plan.settings
                    .retain(|(name, _)| !SANDBOX_SETTINGS.contains(&name.as_str()));
                plan.notices = notices;
                tell_origins(&statement.sql, &mut plan);
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
