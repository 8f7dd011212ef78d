//! Judging a submission from start to end.

use crate::GradeError;
use crate::compare::Difference;
use crate::judge::{difference, goals_met};
use crate::observe::{Observation, judges_state};
use crate::space::{Variant, space, variants};
use sqlground_catalogue::Exercise;
use sqlground_model::{
    Column, Counterexample, FailedStatement, Judgement, ResultTable, Run, Verdict, VerdictClass,
};
use sqlground_sandbox::{Limits, Sandboxes};
use std::time::{Duration, Instant};

/// How long known wrong answers are run to find the teacher's hint for a submission.
const HINT_TIME: Duration = Duration::from_secs(5);
/// How many rows a counterexample shows of each result.
const COUNTEREXAMPLE_ROWS: usize = 20;

/// Judges submissions. Clones share everything.
#[derive(Clone)]
pub struct Grader {
    submissions: Sandboxes,
    answers: Sandboxes,
    limits: Limits,
}

impl Grader {
    /// A grader that runs scripts in scratch sandboxes under the limits: those of students in one
    /// database, the teacher's answers in another. A database shows who is in it the names of what
    /// others make there, so no student may enter that of the answers.
    pub fn new(submissions: Sandboxes, answers: Sandboxes, limits: Limits) -> Self {
        Self {
            submissions,
            answers,
            limits,
        }
    }

    /// Judges a script: executes it and the reference answer, each in a scratch sandbox, on the
    /// data shown and on the teacher's hidden variants, and compares what they give or leave.
    ///
    /// Fails if the sandboxes cannot be used or the exercise itself is broken; a submission that
    /// fails is a verdict.
    pub async fn grade(&self, exercise: &Exercise, script: &str) -> Result<Verdict, GradeError> {
        let started = Instant::now();
        let (mut verdict, submitted) = self.reference(exercise).compare(script).await?;
        if verdict.verdict == Judgement::Incorrect && verdict.class != VerdictClass::Empty {
            verdict.hint = self.hint(exercise, script, submitted).await?;
        }
        verdict.elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(verdict)
    }

    /// An exercise whose answer is executed once to judge several scripts, without hints.
    pub fn reference<'a>(&'a self, exercise: &'a Exercise) -> Reference<'a> {
        Reference {
            grader: self,
            exercise,
            variants: variants(exercise),
            expected: Vec::new(),
        }
    }

    /// What a student's script does.
    async fn observe(
        &self,
        exercise: &Exercise,
        variant: &Variant,
        script: &str,
    ) -> Result<Observation, GradeError> {
        let (sandboxes, limits) = (&self.submissions, &self.limits);
        Observation::of(sandboxes, &variant.space, exercise, script, limits).await
    }

    /// What a script of the exercise's own does.
    async fn observe_known(
        &self,
        exercise: &Exercise,
        variant: &Variant,
        script: &str,
    ) -> Result<Observation, GradeError> {
        let (sandboxes, limits) = (&self.answers, &self.limits);
        Observation::of(sandboxes, &variant.space, exercise, script, limits).await
    }

    /// The teacher's hint of the first wrong answer that does the same as the submission on every
    /// variant. `submitted` is what the submission did on the first variants.
    async fn hint(
        &self,
        exercise: &Exercise,
        script: &str,
        mut submitted: Vec<Observation>,
    ) -> Result<Option<String>, GradeError> {
        let deadline = Instant::now() + HINT_TIME;
        let variants = variants(exercise);
        for wrong in &exercise.wrong {
            let mut same = true;
            for (i, variant) in variants.iter().enumerate() {
                if Instant::now() > deadline {
                    return Ok(None);
                }
                if submitted.len() == i {
                    submitted.push(self.observe(exercise, variant, script).await?);
                }
                let known = self
                    .observe_known(exercise, variant, &wrong.block.sql)
                    .await?;
                if !does_the_same(exercise, &known, &submitted[i]) {
                    same = false;
                    break;
                }
            }
            if same {
                return Ok(Some(wrong.hint.clone()));
            }
        }
        Ok(None)
    }
}

/// An exercise with what its answer does.
pub struct Reference<'a> {
    grader: &'a Grader,
    exercise: &'a Exercise,
    variants: Vec<Variant>,
    /// What the answer did on the first variants.
    expected: Vec<Observation>,
}

impl Reference<'_> {
    /// Judges a script. Fails as [`Grader::grade`] does.
    pub async fn judge(&mut self, script: &str) -> Result<Verdict, GradeError> {
        let started = Instant::now();
        let (mut verdict, _) = self.compare(script).await?;
        verdict.elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(verdict)
    }

    /// The verdict, and what the script did on the variants it took.
    async fn compare(&mut self, script: &str) -> Result<(Verdict, Vec<Observation>), GradeError> {
        let mut submitted = Vec::new();
        for i in 0..self.variants.len() {
            let variant = &self.variants[i];
            let actual = self.grader.observe(self.exercise, variant, script).await?;
            if actual.run.statements.is_empty() {
                return Ok((empty(), submitted));
            }
            if let Some(failed) = failed_statement(&actual.run) {
                return Ok((failure(failed, variant), submitted));
            }
            if actual.run.skipped > 0 {
                return Ok((unfinished(), submitted));
            }
            if self.expected.len() == i {
                let expected = self.expect(variant).await?;
                self.expected.push(expected);
            }
            let (expected, variant) = (&self.expected[i], &self.variants[i]);
            let found = difference(self.exercise, expected, &actual)
                .map(|found| incorrect(found, variant, &expected.run, &actual.run));
            submitted.push(actual);
            if let Some(verdict) = found {
                return Ok((verdict, submitted));
            }
        }
        let message = "Correct: your answer does what the exercise asks for.";
        let verdict = verdict(Judgement::Correct, VerdictClass::Correct, message);
        Ok((verdict, submitted))
    }

    async fn expect(&self, variant: &Variant) -> Result<Observation, GradeError> {
        let answer = &self.exercise.answer;
        let expected = self
            .grader
            .observe_known(self.exercise, variant, &answer.sql)
            .await?;
        match failed_statement(&expected.run) {
            None if expected.run.last_result().is_none() && !judges_state(self.exercise) => {
                Err(GradeError::NothingToCompare {
                    exercise: self.exercise.id.to_string(),
                    line: answer.line,
                })
            }
            None => Ok(expected),
            // On a busy machine its time may be over as well.
            Some(failed)
                if failed.error.is_the_servers_fault() || failed.error.sqlstate == "57014" =>
            {
                Err(sqlground_sandbox::Error::Unavailable {
                    doing: "run the reference answer",
                    source: failed.error.message.into(),
                }
                .into())
            }
            Some(failed) => Err(GradeError::Answer {
                exercise: self.exercise.id.to_string(),
                line: answer.line + failed.line - 1,
                message: failed.error.message,
            }),
        }
    }
}

fn unfinished() -> Verdict {
    verdict(
        Judgement::Error,
        VerdictClass::TooSlow,
        "The script was not run to its end: it has too many statements or took too long in all.",
    )
}

fn empty() -> Verdict {
    verdict(
        Judgement::Incorrect,
        VerdictClass::Empty,
        "There is nothing to check yet: write your answer in the editor.",
    )
}

/// The columns a right answer gives, found out by running it in a scratch of the answers; none if the
/// exercise is judged by what a script leaves, or the answer fails.
pub async fn result_columns(answers: &Sandboxes, exercise: &Exercise) -> Option<Vec<Column>> {
    if judges_state(exercise) {
        return None;
    }
    let scratch = answers.scratch(&space(exercise)).await.ok()?;
    let limits = Limits {
        rows_kept: 0,
        ..Limits::COMPARISON
    };
    let run = scratch.run(&exercise.answer.sql, &limits).await;
    run.ok()?.last_result()?.columns.clone()
}

/// True if two scripts that are both not correct do the same, failing alike included.
fn does_the_same(exercise: &Exercise, known: &Observation, submitted: &Observation) -> bool {
    match (known.run.failure(), submitted.run.failure()) {
        (None, None) => {
            known.run.last_result().is_some() == submitted.run.last_result().is_some()
                && refusals(known) == refusals(submitted)
                && goals_met(exercise, known) == goals_met(exercise, submitted)
                && difference(exercise, known, submitted).is_none_or(|found| {
                    // What both do not reach alike is no difference between them.
                    matches!(
                        found.class,
                        VerdictClass::PlanGoalMissed | VerdictClass::WrongConstraint
                    )
                })
        }
        (Some((_, known)), Some((_, submitted))) => known.sqlstate == submitted.sqlstate,
        _ => false,
    }
}

/// The SQLSTATEs of all statements that were tried on the schema.
fn refusals(observation: &Observation) -> Vec<Option<&str>> {
    let state = &observation.state;
    state
        .rejects
        .iter()
        .chain(&state.accepts)
        .map(|error| error.as_ref().map(|error| error.sqlstate.as_str()))
        .collect()
}

fn failed_statement(run: &Run) -> Option<FailedStatement> {
    run.failure().map(|(statement, error)| FailedStatement {
        statement: statement.statement,
        line: statement.line,
        start: statement.start,
        error: error.clone(),
    })
}

/// The verdict on a script of which a statement failed.
fn failure(failed: FailedStatement, variant: &Variant) -> Verdict {
    // query_canceled: the sandbox's limits end a statement so.
    let class = if failed.error.sqlstate == "57014" {
        VerdictClass::TooSlow
    } else {
        VerdictClass::Error
    };
    let place = match &variant.change {
        None => "",
        Some(_) => " on other data than shown",
    };
    let message = match class {
        VerdictClass::TooSlow => format!(
            "Statement {} was ended{place}: {}.",
            failed.statement, failed.error.message
        ),
        _ => format!(
            "Statement {} failed{place}: {}.",
            failed.statement, failed.error.message
        ),
    };
    Verdict {
        error: Some(failed),
        ..verdict(Judgement::Error, class, message)
    }
}

fn incorrect(found: Difference, variant: &Variant, expected: &Run, actual: &Run) -> Verdict {
    let counterexample = variant.change.as_ref().map(|change| Counterexample {
        change: Some(change.clone()),
        tables: Vec::new(),
        expected: table(expected),
        actual: table(actual),
    });
    let message = if counterexample.is_some() {
        format!(
            "Right on the data shown, but not on other data. {}",
            found.message
        )
    } else {
        found.message
    };
    Verdict {
        sql: found.sql,
        diff: found.diff,
        counterexample,
        ..verdict(Judgement::Incorrect, found.class, message)
    }
}

fn table(run: &Run) -> ResultTable {
    run.last_result()
        .map_or_else(ResultTable::default, |result| ResultTable {
            columns: result.columns.clone().unwrap_or_default(),
            rows: result
                .rows
                .iter()
                .take(COUNTEREXAMPLE_ROWS)
                .cloned()
                .collect(),
            row_count: result.row_count,
        })
}

fn verdict(judgement: Judgement, class: VerdictClass, message: impl Into<String>) -> Verdict {
    Verdict {
        verdict: judgement,
        class,
        message: message.into(),
        sql: None,
        hint: None,
        diff: None,
        error: None,
        counterexample: None,
        elapsed_ms: 0.0,
    }
}
