//! Judging a submission from start to end.

use crate::GradeError;
use crate::arsenal::{Arsenal, Mutation};
use crate::arsenals::Arsenals;
use crate::effort::Effort;
use crate::example::with_example;
use crate::hunt::{Ground, Hunted, Prey};
use crate::instance::{Instance, insert_sql};
use crate::judge::difference;
use crate::observe::{Observation, judges_state, leaves_tables};
use crate::opening::Opening;
use crate::query::keyed;
use crate::space::{Variant, space, variants};
use crate::trial::with_ties;
use crate::words::{
    correct, empty, failed_statement, failure, incorrect, ran_out_of_time, unfinished,
};
use sqlground_catalogue::Exercise;
use sqlground_model::{Column, Judgement, Verdict, VerdictClass};
use sqlground_sandbox::{Limits, Rehearsal, Sandboxes, Space};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// On how many instances a script is tried that ends its transaction, and so needs a scratch for each.
const SCRATCHES: usize = 6;

/// Judges submissions. Clones share everything.
#[derive(Clone)]
pub struct Grader {
    pub(crate) submissions: Sandboxes,
    answers: Sandboxes,
    limits: Limits,
    effort: Effort,
    arsenals: Arsenals,
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
            effort: Effort::default(),
            arsenals: Arsenals::default(),
        }
    }

    /// The same, with what other graders have found out about exercises.
    #[must_use]
    pub fn knowing(self, arsenals: Arsenals) -> Self {
        Self { arsenals, ..self }
    }

    /// The same, with another effort.
    #[must_use]
    pub fn with_effort(self, effort: Effort) -> Self {
        Self { effort, ..self }
    }

    /// Judges a script: executes it and the reference answer, each in a scratch sandbox, on the
    /// data shown, on the teacher's hidden variants and on small instances made from the schema's
    /// constraints and the constants of both, and compares what they give or leave.
    ///
    /// Fails if the sandboxes cannot be used or the exercise itself is broken; a submission that
    /// fails is a verdict.
    pub async fn grade(&self, exercise: &Exercise, script: &str) -> Result<Verdict, GradeError> {
        let started = Instant::now();
        let mut reference = self.reference(exercise);
        let mut checked = reference.check(script, true).await?;
        let class = checked.verdict.class;
        if checked.verdict.verdict == Judgement::Incorrect && class != VerdictClass::Empty {
            checked.verdict.hint = reference.hint(script, &mut checked).await?;
        }
        let mut verdict = checked.leave();
        self.assist(exercise, script, &mut verdict).await;
        verdict.elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(verdict)
    }

    /// Finds out beforehand what [`grade`](Self::grade) needs to know of an exercise.
    pub async fn get_ready(&self, exercise: &Exercise) -> Result<(), GradeError> {
        self.arsenal(exercise).await.map(drop)
    }

    /// An exercise whose answer is executed once to judge several scripts, without hints.
    pub fn reference<'a>(&'a self, exercise: &'a Exercise) -> Reference<'a> {
        Reference {
            grader: self,
            exercise,
            variants: variants(exercise),
            expected: Vec::new(),
            known_wrong: Mutex::default(),
        }
    }

    pub(crate) async fn ground(&self, arsenal: &Arsenal) -> Result<Ground, GradeError> {
        Ground::open(&self.submissions, &self.answers, arsenal, &self.limits).await
    }

    pub(crate) async fn arsenal(
        &self,
        exercise: &Exercise,
    ) -> Result<Option<Arc<Arsenal>>, GradeError> {
        self.arsenals
            .get(&self.answers, exercise, &self.limits, &self.effort)
            .await
    }

    /// What a student's script does.
    pub(crate) async fn observe(
        &self,
        exercise: &Exercise,
        space: &Space,
        script: &str,
    ) -> Result<Observation, GradeError> {
        Observation::of(&self.submissions, space, exercise, script, &self.limits).await
    }

    /// What a script of the exercise's own does.
    pub(crate) async fn observe_known(
        &self,
        exercise: &Exercise,
        space: &Space,
        script: &str,
    ) -> Result<Observation, GradeError> {
        Observation::of(&self.answers, space, exercise, script, &self.limits).await
    }
}

/// An exercise with what its answer does.
pub struct Reference<'a> {
    pub(crate) grader: &'a Grader,
    pub(crate) exercise: &'a Exercise,
    pub(crate) variants: Vec<Variant>,
    /// What the answer did on the first variants.
    expected: Vec<Arc<Observation>>,
    /// What known wrong answers did, by their number and the variant's.
    pub(crate) known_wrong: Mutex<HashMap<(usize, usize), Arc<Observation>>>,
}

/// A verdict with what is needed to find a hint.
pub(crate) struct Checked {
    pub(crate) verdict: Verdict,
    /// What the script did on the first variants.
    pub(crate) submitted: Vec<Observation>,
    /// The small instance it was found out on.
    pub(crate) instance: Option<Instance>,
    /// Where it was tried on small instances.
    pub(crate) ground: Option<Ground>,
}

impl Reference<'_> {
    /// How well typical mistakes in the answer are told from it; none if no data can be made.
    pub async fn mutation(&self) -> Result<Option<Mutation>, GradeError> {
        let arsenal = self.grader.arsenal(self.exercise).await?;
        Ok(arsenal.map(|arsenal| arsenal.findings.mutation.clone()))
    }

    /// Judges a script, without a counterexample where it is wrong on the data shown. Fails as
    /// [`Grader::grade`] does.
    pub async fn judge(&mut self, script: &str) -> Result<Verdict, GradeError> {
        let started = Instant::now();
        let mut verdict = self.check(script, false).await?.leave();
        verdict.elapsed_ms = started.elapsed().as_secs_f64() * 1e3;
        Ok(verdict)
    }

    /// Compares on all data there is. With `examples`, what is wrong on the data shown is shown on
    /// less data, too.
    pub(crate) async fn check(
        &mut self,
        script: &str,
        examples: bool,
    ) -> Result<Checked, GradeError> {
        let started = Instant::now();
        let opening = self.open_early(script);
        let mut checked = self.compare(script).await?;
        let is_correct = checked.verdict.verdict == Judgement::Correct;
        if !(is_correct || examples) || !may_differ_elsewhere(self.exercise, &checked.verdict) {
            if let Some(opening) = opening {
                opening.leave();
            }
            return Ok(checked);
        }
        let Some(arsenal) = self.grader.arsenal(self.exercise).await? else {
            return Ok(checked);
        };
        tracing::debug!(elapsed = ?started.elapsed(), "compared on the data shown");
        if let Some(opening) = opening {
            checked.ground = Some(opening.ground().await?);
        }
        tracing::debug!(elapsed = ?started.elapsed(), "ready to hunt");
        let Some(prey) = self.hunt(&arsenal, script, &mut checked).await? else {
            return Ok(checked);
        };
        checked.instance = Some(prey.instance.clone());
        let shown = Some(checked.verdict).filter(|verdict| verdict.verdict != Judgement::Correct);
        checked.verdict = with_example(&arsenal, script, prey, shown);
        Ok(checked)
    }

    /// Makes ready, while the script runs on the data shown, what it takes to run it on other data.
    fn open_early(&self, script: &str) -> Option<Opening> {
        let arsenal = self.grader.arsenals.found(self.exercise)?;
        let grader = self.grader.clone();
        let may_be_needed = Rehearsal::script(script).is_some() && !script.trim().is_empty();
        may_be_needed.then(|| Opening::begin(async move { grader.ground(&arsenal).await }))
    }

    /// Compares on the data shown and the teacher's variants of it.
    async fn compare(&mut self, script: &str) -> Result<Checked, GradeError> {
        let mut submitted = Vec::new();
        for i in 0..self.variants.len() {
            let variant = &self.variants[i];
            let on_other_data = variant.change.is_some();
            let actual = self
                .grader
                .observe(self.exercise, &variant.space, script)
                .await?;
            let verdict = if actual.run.statements.is_empty() {
                Some(empty())
            } else if let Some(failed) = failed_statement(&actual.run) {
                // Where the answer fails as well, it is the exercise that is broken.
                if let Err(broken @ GradeError::Answer { .. }) = self.expect(variant).await {
                    return Err(broken);
                }
                Some(failure(failed, on_other_data))
            } else if actual.run.skipped > 0 {
                Some(unfinished())
            } else {
                if self.expected.len() == i {
                    let expected = self.expect(variant).await?;
                    self.expected.push(expected);
                }
                let (expected, variant) = (&self.expected[i], &self.variants[i]);
                let found = difference(self.exercise, expected, &actual)
                    .map(|found| incorrect(found, variant, &expected.run, &actual.run));
                submitted.push(actual);
                found
            };
            if let Some(verdict) = verdict {
                return Ok(Checked::of(verdict, submitted));
            }
        }
        Ok(Checked::of(correct(), submitted))
    }

    /// Searches for a small instance on which a script does something else than the answer.
    async fn hunt(
        &self,
        arsenal: &Arsenal,
        script: &str,
        checked: &mut Checked,
    ) -> Result<Option<Prey>, GradeError> {
        let known_wrong = checked.verdict.verdict != Judgement::Correct;
        if let Some(rehearsed) = Rehearsal::script(script) {
            let ground = match checked.ground.take() {
                Some(ground) => ground,
                None => self.grader.ground(arsenal).await?,
            };
            let ground = checked.ground.insert(ground);
            let effort = &self.grader.effort;
            let hunt = ground.hunt(self.exercise, arsenal, &rehearsed, known_wrong, effort);
            match hunt.await? {
                Hunted::Prey(prey) => return Ok(Some(*prey)),
                Hunted::Nothing => return Ok(None),
                Hunted::OutOfReach => {}
            }
        }
        for witness in arsenal.findings.witnesses.iter().take(SCRATCHES) {
            let rows = insert_sql(&arsenal.blueprint, &witness.instance);
            let setup = arsenal.space.setup.iter().cloned().chain([rows]);
            let space = Space {
                setup: Some(setup.collect::<Vec<_>>().join(";\n")),
                ..arsenal.space.clone()
            };
            let grader = self.grader;
            let submissions = &grader.submissions;
            let actual =
                Observation::of_rows(submissions, &space, self.exercise, script, &grader.limits)
                    .await?;
            if let Some(prey) = Prey::of(self.exercise, witness, actual) {
                return Ok(Some(prey));
            }
        }
        Ok(None)
    }

    /// What the answer does on a variant.
    pub(crate) async fn expect(&self, variant: &Variant) -> Result<Arc<Observation>, GradeError> {
        let arsenals = &self.grader.arsenals;
        let is_shown = variant.change.is_none();
        if let Some(known) = is_shown.then(|| arsenals.shown(self.exercise)).flatten() {
            return Ok(known);
        }
        let expected = self.execute(&variant.space).await?;
        if is_shown {
            arsenals.keep_shown(self.exercise, &expected);
        }
        Ok(Arc::new(expected))
    }

    /// Executes the answer.
    async fn execute(&self, space: &Space) -> Result<Observation, GradeError> {
        let keyed = self
            .exercise
            .ordered
            .then(|| keyed(&self.exercise.answer.sql));
        if let Some(keyed) = &keyed.flatten() {
            let seen = self
                .grader
                .observe_known(self.exercise, space, &keyed.script)
                .await?;
            if let Some(expected) = with_ties(seen, keyed) {
                return Ok(expected);
            }
        }
        let answer = &self.exercise.answer;
        let expected = self
            .grader
            .observe_known(self.exercise, space, &answer.sql)
            .await?;
        match failed_statement(&expected.run) {
            None if gives_nothing(self.exercise, &expected) => Err(GradeError::NothingToCompare {
                exercise: self.exercise.id.to_string(),
                line: answer.line,
            }),
            None => Ok(expected),
            // On a busy machine its time may be over as well.
            Some(failed)
                if failed.error.is_the_servers_fault() || ran_out_of_time(&failed.error) =>
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

impl Checked {
    /// The verdict, once nothing more is to be found out.
    pub(crate) fn leave(self) -> Verdict {
        if let Some(ground) = self.ground {
            ground.leave();
        }
        self.verdict
    }

    fn of(verdict: Verdict, submitted: Vec<Observation>) -> Self {
        Self {
            verdict,
            submitted,
            instance: None,
            ground: None,
        }
    }
}

/// True if nothing an answer does can be compared.
fn gives_nothing(exercise: &Exercise, expected: &Observation) -> bool {
    let is_silent = expected.run.last_result().is_none();
    if exercise.returned_rows && is_silent {
        return true;
    }
    if leaves_tables(exercise) {
        let state = &expected.state;
        state.tables.iter().all(|table| table.is_untouched)
    } else {
        is_silent && !judges_state(exercise)
    }
}

/// True if other data can tell more of a script: one that is right so far, or gives other rows.
fn may_differ_elsewhere(exercise: &Exercise, verdict: &Verdict) -> bool {
    let tries_constraints = !(exercise.rejects.is_empty() && exercise.accepts.is_empty());
    let has_rows_to_compare = !tries_constraints || !exercise.probes.is_empty();
    has_rows_to_compare
        && !matches!(
            verdict.class,
            VerdictClass::Empty
                | VerdictClass::Error
                | VerdictClass::TooSlow
                | VerdictClass::NoResult
                | VerdictClass::WrongColumns
                | VerdictClass::PlanGoalMissed
        )
}

/// The columns a right answer gives, found out by running it in a scratch of the answers; none if the
/// exercise is judged by what a script leaves, or the answer fails.
pub async fn result_columns(answers: &Sandboxes, exercise: &Exercise) -> Option<Vec<Column>> {
    if judges_state(exercise) && !exercise.returned_rows {
        return None;
    }
    let scratch = answers.scratch(&space(exercise)).await.ok()?;
    let limits = Limits {
        rows_kept: 0,
        rows_fingerprinted: 0,
        ..Limits::COMPARISON
    };
    let run = scratch.run(&exercise.answer.sql, &limits).await;
    run.ok()?.last_result()?.columns.clone()
}
