//! The search for a small instance on which a submission differs from the answer.

mod shrink;

use crate::GradeError;
use crate::arsenal::{Arsenal, settled};
use crate::compare::Difference;
use crate::effort::Effort;
use crate::instance::{Generator, Instance, Pools};
use crate::judge::{difference, does_the_same};
use crate::observe::Observation;
use crate::query::Reading;
use crate::trial::{Known, Trial, trial_limits};
use crate::words::ran_out_of_time;
use sqlground_catalogue::Exercise;
use sqlground_model::VerdictClass;
use sqlground_sandbox::{Limits, Sandboxes, Scratch};
use std::time::{Duration, Instant};

/// How long a submission is run on the instances that are kept. Most need a hundredth of it; some
/// sleep.
const PATIENCE: Duration = Duration::from_secs(5);
/// Another seed than that of the instances which are kept.
const SEED: u64 = 7;

/// An instance on which a submission does something else than the answer.
#[derive(Debug)]
pub(crate) struct Prey {
    pub(crate) instance: Instance,
    pub(crate) expected: Observation,
    pub(crate) actual: Observation,
    pub(crate) finding: Finding,
}

impl Prey {
    /// True if the submission was ended for its time, which it would take again on each instance.
    fn ran_out_of_time(&self) -> bool {
        let failure = self.actual.run.failure();
        failure.is_some_and(|(_, error)| ran_out_of_time(error))
    }
}

/// What is wrong with what a submission does on an instance.
#[derive(Debug)]
pub(crate) enum Finding {
    /// It does something else than the answer.
    Differs(Box<Difference>),
    /// It does not come to its end, where the answer does.
    Fails,
}

impl Finding {
    /// None if both do the same.
    pub(crate) fn of(
        exercise: &Exercise,
        expected: &Observation,
        actual: &Observation,
    ) -> Option<Self> {
        if !actual.is_complete() {
            return Some(Self::Fails);
        }
        difference(exercise, expected, actual).map(|found| Self::Differs(Box::new(found)))
    }

    fn class(&self) -> Option<VerdictClass> {
        match self {
            Self::Differs(difference) => Some(difference.class),
            Self::Fails => None,
        }
    }
}

/// Where the scratches are that a hunt needs.
pub(crate) struct Ground {
    submission: Scratch,
    answer: Scratch,
    limits: Limits,
}

impl Ground {
    pub(crate) async fn open(
        submissions: &Sandboxes,
        answers: &Sandboxes,
        arsenal: &Arsenal,
        limits: &Limits,
    ) -> Result<Self, GradeError> {
        let (submission, answer) = tokio::try_join!(
            submissions.scratch(&arsenal.space),
            answers.scratch(&arsenal.space)
        )?;
        Ok(Self {
            submission,
            answer,
            limits: trial_limits(limits),
        })
    }

    /// True if two scripts that are both not right and can run within a transaction do the same on the instances that are kept and on
    /// the one the submission was found out on.
    pub(crate) async fn agree(
        &self,
        exercise: &Exercise,
        arsenal: &Arsenal,
        known: &str,
        script: &str,
        further: Option<&Instance>,
    ) -> Result<bool, GradeError> {
        let (submission, answer) = tokio::try_join!(
            self.submission.rehearse(&self.limits),
            self.answer.rehearse(&self.limits)
        )?;
        let mut submission = Trial::new(submission, exercise, &arsenal.blueprint);
        let mut wrong = Trial::new(answer, exercise, &arsenal.blueprint);
        let kept = arsenal.witnesses.iter().map(|witness| &witness.instance);
        let mut same = true;
        for instance in kept.chain(further) {
            let (known, submitted) =
                tokio::try_join!(wrong.on(instance, known), submission.on(instance, script))?;
            same = match (known, submitted) {
                (Some(known), Some(submitted)) => does_the_same(exercise, &known, &submitted),
                _ => true,
            };
            if !same {
                break;
            }
        }
        tokio::join!(submission.end(), wrong.end());
        Ok(same)
    }

    /// Goes after a script that can run within a transaction. `found` says that it is known to be
    /// wrong.
    pub(crate) async fn hunt(
        &self,
        exercise: &Exercise,
        arsenal: &Arsenal,
        script: &str,
        found: bool,
        effort: &Effort,
    ) -> Result<Option<Prey>, GradeError> {
        let (submission, answer) = tokio::try_join!(
            self.submission.rehearse(&self.limits),
            self.answer.rehearse(&self.limits)
        )?;
        let mut hunt = Hunt {
            submission: Trial::new(submission, exercise, &arsenal.blueprint),
            reference: Trial::new(answer, exercise, &arsenal.blueprint),
            answer: arsenal.answer(exercise),
            exercise,
            arsenal,
            script,
        };
        let time = if found {
            effort.counterexample
        } else {
            effort.search
        };
        let prey = match hunt.search(time).await? {
            Some(prey) if prey.ran_out_of_time() => Some(prey),
            Some(prey) => Some(hunt.shrink(prey, effort.shrinking).await?),
            None => None,
        };
        tokio::join!(hunt.submission.end(), hunt.reference.end());
        if prey.is_some() {
            tokio::try_join!(self.submission.confirm(), self.answer.confirm())?;
        }
        Ok(prey)
    }
}

struct Hunt<'a> {
    submission: Trial<'a>,
    reference: Trial<'a>,
    answer: Known<'a>,
    exercise: &'a Exercise,
    arsenal: &'a Arsenal,
    script: &'a str,
}

impl Hunt<'_> {
    async fn search(&mut self, time: Duration) -> Result<Option<Prey>, GradeError> {
        let patience = Instant::now() + PATIENCE;
        for witness in &self.arsenal.witnesses {
            if Instant::now() > patience {
                return Ok(None);
            }
            let Some(actual) = self.submission.on(&witness.instance, self.script).await? else {
                continue;
            };
            if let Some(finding) = Finding::of(self.exercise, &witness.expected, &actual) {
                return Ok(Some(Prey {
                    instance: witness.instance.clone(),
                    expected: witness.expected.clone(),
                    actual,
                    finding,
                }));
            }
        }
        if self.is_the_answer() {
            return Ok(None);
        }
        let deadline = Instant::now() + time;
        let reading = self.arsenal.reading.clone().and(Reading::of(self.script));
        let blueprint = &self.arsenal.blueprint;
        let mut pools = Pools::new(blueprint, &reading, &self.arsenal.samples);
        self.reference.sift(&mut pools).await?;
        let concerned = self.arsenal.concerned(&reading);
        let mut generator = Generator::new(blueprint, &pools, &concerned, SEED);
        while Instant::now() < deadline {
            let draft = generator.draft();
            let Some(instance) = self.reference.settle(&draft).await? else {
                continue;
            };
            if let Some(prey) = self.try_settled(&instance).await? {
                return Ok(Some(prey));
            }
        }
        Ok(None)
    }

    /// Both on an instance that the answer's side has just made.
    async fn try_settled(&mut self, instance: &Instance) -> Result<Option<Prey>, GradeError> {
        let script = self.script;
        let (reference, submission) = (&mut self.reference, &mut self.submission);
        let (expected, actual) = tokio::try_join!(
            reference.observe_known(&self.answer),
            submission.on(instance, script)
        )?;
        let (Some(expected), Some(actual)) = (expected, actual) else {
            return Ok(None);
        };
        let finding = Finding::of(self.exercise, &expected, &actual);
        if !expected.is_complete() || finding.is_none() {
            return Ok(None);
        }
        // Only now it is worth knowing whether the answer's result is determined at all.
        self.judged(instance, actual).await
    }

    /// The difference on an instance, if the answer's result on it is determined.
    async fn judged(
        &mut self,
        instance: &Instance,
        actual: Observation,
    ) -> Result<Option<Prey>, GradeError> {
        let blueprint = &self.arsenal.blueprint;
        let (reference, answer) = (&mut self.reference, &self.answer);
        let Some(expected) = settled(reference, self.exercise, blueprint, answer, instance).await?
        else {
            return Ok(None);
        };
        let finding = Finding::of(self.exercise, &expected, &actual);
        Ok(finding.map(|finding| Prey {
            instance: instance.clone(),
            expected,
            actual,
            finding,
        }))
    }

    /// True if the script is the answer, but for white space.
    fn is_the_answer(&self) -> bool {
        let normal = |script: &str| -> String {
            let words = script.split_whitespace().collect::<Vec<_>>().join(" ");
            words.trim_end_matches([';', ' ']).to_owned()
        };
        normal(self.script) == normal(&self.exercise.answer.sql)
    }
}
