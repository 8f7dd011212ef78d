//! The search for a small instance on which a submission differs from the answer.

mod shrink;

use crate::GradeError;
use crate::arsenal::{Arsenal, Witness, complete, otherwise};
use crate::compare::Difference;
use crate::effort::Effort;
use crate::instance::{Generator, Instance, Pools};
use crate::judge::{difference, does_the_same};
use crate::observe::Observation;
use crate::query::Reading;
use crate::trial::{Known, Trial, trial_limits, unhurried_limits};
use crate::words::ran_out_of_time;
use sqlground_catalogue::Exercise;
use sqlground_model::VerdictClass;
use sqlground_sandbox::{Limits, Sandboxes, Scratch};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long a submission is run on the instances that are kept. Most need a hundredth of it; some
/// sleep.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many instances are tried for a submission at least, on however busy a machine.
const LEAST_DRAFTS: u32 = 8;
/// How long that may take.
const SEARCH_PATIENCE: Duration = Duration::from_secs(1);
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
    /// An instance that is kept, if what a submission does there is something else.
    pub(crate) fn of(exercise: &Exercise, witness: &Witness, actual: Observation) -> Option<Self> {
        let finding = Finding::of(exercise, &witness.expected, &actual)?;
        Some(Self {
            instance: witness.instance.clone(),
            expected: witness.expected.clone(),
            actual,
            finding,
        })
    }

    /// True if the submission was ended for its time, which it would take again on each instance.
    fn ran_out_of_time(&self) -> bool {
        let failure = self.actual.run.failure();
        failure.is_some_and(|(_, error)| ran_out_of_time(error))
    }
}

/// What came of a hunt.
#[derive(Debug)]
pub(crate) enum Hunted {
    Prey(Box<Prey>),
    Nothing,
    /// The script has a statement that does not run within a transaction.
    OutOfReach,
}

/// True if PostgreSQL refused a statement only because it stood in a transaction.
fn needs_no_transaction(actual: &Observation) -> bool {
    const ACTIVE_TRANSACTION: &str = "25001";
    let failure = actual.run.failure();
    failure.is_some_and(|(_, error)| error.sqlstate == ACTIVE_TRANSACTION)
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
    unhurried: Limits,
    /// True if nothing is left of what was tried there.
    is_clean: AtomicBool,
}

impl Ground {
    pub(crate) async fn open(
        submissions: &Sandboxes,
        answers: &Sandboxes,
        arsenal: &Arsenal,
        limits: &Limits,
    ) -> Result<Self, GradeError> {
        let (submission, answer) = tokio::try_join!(
            submissions.stage(&arsenal.space),
            answers.stage(&arsenal.space)
        )?;
        Ok(Self {
            submission,
            answer,
            limits: trial_limits(limits),
            unhurried: unhurried_limits(limits),
            is_clean: AtomicBool::new(true),
        })
    }

    /// Leaves it to the next hunt, if it is as it was.
    pub(crate) fn leave(self) {
        if self.is_clean.into_inner() {
            self.submission.put_aside();
            self.answer.put_aside();
        }
    }

    /// Ends what was tried. Without it, the ground is not used again.
    async fn end(&self, submission: Trial<'_>, answer: Trial<'_>) {
        let (submission, answer) = tokio::join!(submission.end(), answer.end());
        self.is_clean.store(submission && answer, Ordering::Relaxed);
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
        self.is_clean.store(false, Ordering::Relaxed);
        let (submission, answer) = tokio::try_join!(
            self.submission.rehearse(&self.limits),
            self.answer.rehearse(&self.limits)
        )?;
        let mut submission = Trial::new(submission, exercise, &arsenal.blueprint);
        let mut wrong = Trial::new(answer, exercise, &arsenal.blueprint);
        let kept = arsenal
            .findings
            .witnesses
            .iter()
            .map(|witness| &witness.instance);
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
        self.end(submission, wrong).await;
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
    ) -> Result<Hunted, GradeError> {
        self.is_clean.store(false, Ordering::Relaxed);
        let started = Instant::now();
        let trial = |rehearsal| Trial::new(rehearsal, exercise, &arsenal.blueprint);
        let mut submission = trial(self.submission.rehearse(&self.limits).await?);
        // Connected meanwhile.
        let (kept, answer) =
            tokio::try_join!(on_kept(&mut submission, exercise, arsenal, script), async {
                Ok(self.answer.rehearse(&self.limits).await?)
            })?;
        let mut hunt = Hunt {
            submission,
            reference: trial(answer),
            answer: arsenal.known(),
            exercise,
            arsenal,
            script,
            tried: HashSet::new(),
        };
        let time = if found {
            effort.counterexample
        } else {
            effort.search
        };
        tracing::debug!(elapsed = ?started.elapsed(), "tried on what is kept");
        let prey = match kept {
            Kept::Differ(prey) => Some(*prey),
            Kept::TakeLong => None,
            Kept::Agree => hunt.search(time).await?,
            Kept::NeedNoTransaction => {
                self.end(hunt.submission, hunt.reference).await;
                return Ok(Hunted::OutOfReach);
            }
        };
        tracing::debug!(elapsed = ?started.elapsed(), found = prey.is_some(), "searched");
        let prey = match prey {
            Some(prey) if !prey.ran_out_of_time() => {
                let prey = hunt.shrink(prey, effort.shrinking).await?;
                Some(hunt.smaller(prey, effort.shrinking).await?)
            }
            other => other,
        };
        self.end(hunt.submission, hunt.reference).await;
        let prey = match prey {
            Some(prey) if prey.ran_out_of_time() => {
                self.given_time(exercise, arsenal, script, prey).await?
            }
            other => other,
        };
        tracing::debug!(elapsed = ?started.elapsed(), "hunted");
        if prey.is_some() {
            tokio::try_join!(self.submission.confirm(), self.answer.confirm())?;
        }
        Ok(prey.map_or(Hunted::Nothing, |prey| Hunted::Prey(Box::new(prey))))
    }

    /// What a submission that took longer than a trial does in the time of a script of its own; none
    /// if it is right then.
    async fn given_time(
        &self,
        exercise: &Exercise,
        arsenal: &Arsenal,
        script: &str,
        prey: Prey,
    ) -> Result<Option<Prey>, GradeError> {
        let rehearsal = self.submission.rehearse(&self.unhurried).await?;
        let mut submission = Trial::new(rehearsal, exercise, &arsenal.blueprint);
        let actual = submission.on(&prey.instance, script).await?;
        if !submission.end().await {
            self.is_clean.store(false, Ordering::Relaxed);
        }
        Ok(actual.and_then(|actual| {
            let finding = Finding::of(exercise, &prey.expected, &actual)?;
            Some(Prey {
                actual,
                finding,
                ..prey
            })
        }))
    }
}

/// What a submission does on the instances that are kept.
enum Kept {
    /// What the answer does.
    Agree,
    Differ(Box<Prey>),
    /// It takes too long to go on.
    TakeLong,
    /// It has a statement that runs in no transaction, such as VACUUM.
    NeedNoTransaction,
}

/// A submission on the instances that are kept.
async fn on_kept(
    submission: &mut Trial<'_>,
    exercise: &Exercise,
    arsenal: &Arsenal,
    script: &str,
) -> Result<Kept, GradeError> {
    let patience = Instant::now() + PATIENCE;
    for witness in &arsenal.findings.witnesses {
        if Instant::now() > patience {
            return Ok(Kept::TakeLong);
        }
        let Some(actual) = submission.on(&witness.instance, script).await? else {
            continue;
        };
        if needs_no_transaction(&actual) {
            return Ok(Kept::NeedNoTransaction);
        }
        if let Some(prey) = Prey::of(exercise, witness, actual) {
            return Ok(Kept::Differ(Box::new(prey)));
        }
    }
    Ok(Kept::Agree)
}

struct Hunt<'a> {
    submission: Trial<'a>,
    reference: Trial<'a>,
    answer: Known<'a>,
    exercise: &'a Exercise,
    arsenal: &'a Arsenal,
    script: &'a str,
    /// The instances that were tried to make another smaller.
    tried: HashSet<Instance>,
}

impl Hunt<'_> {
    /// Tries instances made for what the submission compares.
    async fn search(&mut self, time: Duration) -> Result<Option<Prey>, GradeError> {
        if self.is_the_answer() {
            return Ok(None);
        }
        let own = Reading::of(self.script);
        let deadline = Instant::now() + time;
        let reading = self.arsenal.reading.clone().and(own);
        let blueprint = &self.arsenal.blueprint;
        let samples = &self.arsenal.samples;
        let mut pools = Pools::new(blueprint, &reading, samples);
        let known = Pools::new(blueprint, &self.arsenal.reading, samples);
        self.reference.sift(&mut pools).await?;
        let concerned = self.arsenal.concerned(&reading);
        let generator = Generator::new(blueprint, &pools, &concerned, SEED);
        // Small ones are kept.
        let mut generator = generator.past_the_small();
        let mut sweeps = generator.sweeps(Some(&known)).into_iter();
        let mut tried = 0;
        let patience = Instant::now() + SEARCH_PATIENCE;
        loop {
            let sweep = sweeps.next().filter(|_| Instant::now() < patience);
            let goes_on =
                Instant::now() < deadline || (tried < LEAST_DRAFTS && Instant::now() < patience);
            let draft = match sweep {
                Some(draft) => draft,
                None if goes_on => {
                    tried += 1;
                    generator.draft()
                }
                None => return Ok(None),
            };
            let Some(instance) = self.reference.settle(&draft).await? else {
                continue;
            };
            if let Some(prey) = self.try_settled(&instance).await? {
                return Ok(Some(prey));
            }
        }
    }

    /// Both on an instance that the answer's side has just made.
    async fn try_settled(&mut self, instance: &Instance) -> Result<Option<Prey>, GradeError> {
        let script = self.script;
        let (reference, submission) = (&mut self.reference, &mut self.submission);
        let (expected, actual) = tokio::try_join!(
            reference.observe_known(&self.answer),
            submission.on(instance, script)
        )?;
        let expected = expected.filter(Observation::is_complete);
        self.judged(instance, expected, actual).await
    }

    /// Both on an instance of which it is not known whether the constraints allow it.
    async fn try_unsettled(&mut self, instance: &Instance) -> Result<Option<Prey>, GradeError> {
        let script = self.script;
        let (reference, submission) = (&mut self.reference, &mut self.submission);
        let (expected, actual) = tokio::try_join!(
            complete(reference, &self.answer, instance),
            submission.on(instance, script)
        )?;
        self.judged(instance, expected, actual).await
    }

    /// The difference on an instance, if what the answer does there depends neither on the order in
    /// which the rows lie nor on the way PostgreSQL executes it.
    async fn judged(
        &mut self,
        instance: &Instance,
        expected: Option<Observation>,
        actual: Option<Observation>,
    ) -> Result<Option<Prey>, GradeError> {
        let (Some(expected), Some(actual)) = (expected, actual) else {
            return Ok(None);
        };
        let Some(finding) = Finding::of(self.exercise, &expected, &actual) else {
            return Ok(None);
        };
        let (reference, answer) = (&mut self.reference, &self.answer);
        let same = |other: Option<Observation>| {
            other.is_some_and(|other| difference(self.exercise, &expected, &other).is_none())
        };
        let mut determined = same(otherwise(reference, answer).await?);
        let blueprint = &self.arsenal.blueprint;
        let orders = instance.shuffled(blueprint).into_iter();
        for order in [instance.reversed(blueprint)].into_iter().chain(orders) {
            determined = determined
                && (order == *instance || same(complete(reference, answer, &order).await?));
        }
        Ok(determined.then(|| Prey {
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
        normal(self.script) == normal(&self.arsenal.answer)
    }
}
