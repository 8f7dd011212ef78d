//! The search for instances on which mistakes show.

use super::{Arsenal, Findings, Mutation, Witness};
use crate::GradeError;
use crate::effort::Effort;
use crate::instance::{Generator, Instance, Pools};
use crate::judge::difference;
use crate::observe::Observation;
use crate::query::Mutant;
use crate::trial::{Known, Trial};
use sqlground_catalogue::Exercise;
use sqlground_model::Run;
use std::time::Instant;

/// How many instances are kept.
const WITNESSES: usize = 36;
/// How many of them at least are of many rows, if there are so many.
const CROWDS: usize = 12;
/// How many are made by chance before those that hold each special value.
const SMALL: usize = 16;
/// How many rows are many.
const MANY: usize = 12;
/// How many of them at most hold each special value once, and show no mistake that others do not.
const SWEEPS: usize = 12;
/// How many at most show nothing.
const SILENT: usize = 8;
/// After how many instances that show no further mistake the mistakes are no longer tried.
const PATIENCE: usize = 200;
/// The same instances come out each time.
const SEED: u64 = 42;

/// The search for witnesses.
pub(super) struct Search<'a> {
    trial: Trial<'a>,
    exercise: &'a Exercise,
    arsenal: &'a Arsenal,
    unsettled: bool,
}

/// An instance and the mutants it tells from the answer.
struct Candidate {
    witness: Witness,
    kills: Vec<usize>,
    is_sweep: bool,
}

impl<'a> Search<'a> {
    pub(super) fn new(trial: Trial<'a>, exercise: &'a Exercise, arsenal: &'a Arsenal) -> Self {
        Self {
            trial,
            exercise,
            arsenal,
            unsettled: false,
        }
    }

    /// Makes instances until enough of them show enough.
    ///
    /// True in the second place if nothing is left of it.
    pub(super) async fn run(
        mut self,
        mutants: Vec<Mutant>,
        effort: &Effort,
    ) -> Result<(Findings, bool), GradeError> {
        let Arsenal { blueprint, .. } = self.arsenal;
        let deadline = Instant::now() + effort.preparation;
        let reading = &self.arsenal.tried;
        let concerned = self.arsenal.concerned(reading);
        let mut pools = Pools::new(blueprint, reading, &self.arsenal.samples);
        self.trial.sift(&mut pools).await?;
        let mut generator = Generator::new(blueprint, &pools, &concerned, SEED);
        let mut alive: Vec<usize> = self.viable(&mutants).await?;
        let viable = alive.len();
        let mut candidates = Vec::new();
        let (mut idle, mut silent, mut tried) = (0, 0, 0);
        let mut instance = Some(Instance::empty(blueprint));
        let mut sweeps = generator.sweeps(None).into_iter();
        let mut is_sweep = false;
        while Instant::now() < deadline {
            tried += 1;
            if let Some(instance) = instance.take()
                && let Some(expected) = self.settled(&instance).await?
            {
                let kills = if idle < PATIENCE {
                    self.kills(&instance, &expected, &mutants, &alive).await?
                } else {
                    Vec::new()
                };
                idle = if kills.is_empty() { idle + 1 } else { 0 };
                alive.retain(|mutant| !kills.contains(mutant));
                let says_nothing = kills.is_empty() && is_silent(&expected);
                silent += usize::from(says_nothing);
                if !says_nothing || silent <= SILENT {
                    let witness = Witness { instance, expected };
                    candidates.push(Candidate {
                        witness,
                        kills,
                        is_sweep,
                    });
                }
            } else {
                idle += 1;
            }
            if (alive.is_empty() || idle >= PATIENCE) && candidates.len() >= WITNESSES {
                break;
            }
            // Most of what is made is not allowed.
            if tried > 20 * WITNESSES {
                break;
            }
            // Small ones come first: on them a difference is seen soonest.
            let sweep = (tried > SMALL).then(|| sweeps.next()).flatten();
            is_sweep = sweep.is_some();
            let draft = sweep.unwrap_or_else(|| generator.draft());
            instance = self.trial.settle(&draft).await?;
        }
        tracing::debug!(tried, idle, alive = alive.len(), "searched");
        let mut numbered: Vec<_> = mutants.into_iter().enumerate().collect();
        numbered.retain(|(number, _)| alive.contains(number));
        let mutation = Mutation {
            mutants: viable,
            survivors: numbered.into_iter().map(|(_, mutant)| mutant).collect(),
        };
        let mut witnesses = Vec::new();
        for witness in chosen(candidates) {
            if self.stays(&witness).await? {
                witnesses.push(witness);
            }
        }
        let findings = Findings {
            witnesses,
            mutation,
            complete: Instant::now() < deadline,
            unsettled: self.unsettled,
        };
        Ok((findings, self.trial.end().await))
    }

    /// The mutants that run.
    async fn viable(&mut self, mutants: &[Mutant]) -> Result<Vec<usize>, GradeError> {
        let mut viable = Vec::new();
        if !self
            .trial
            .set(&Instance::empty(&self.arsenal.blueprint))
            .await?
        {
            return Ok(viable);
        }
        for (number, mutant) in mutants.iter().enumerate() {
            let seen = self.trial.observe(&mutant.script).await?;
            self.trial.undo().await?;
            if seen.is_some_and(|seen| !is_stillborn(&seen.run)) {
                viable.push(number);
            }
        }
        Ok(viable)
    }

    /// What the answer does on an instance that the constraints allow; none if they do not, it fails,
    /// or what it does depends on the order in which the rows lie or the way it is executed.
    async fn settled(&mut self, instance: &Instance) -> Result<Option<Observation>, GradeError> {
        let answer = self.arsenal.known();
        let other = instance.reversed(&self.arsenal.blueprint);
        let Some(other) = complete(&mut self.trial, &answer, &other).await? else {
            return Ok(None);
        };
        // Last, so that it lies there afterwards.
        let Some(expected) = complete(&mut self.trial, &answer, instance).await? else {
            return Ok(None);
        };
        let planned = otherwise(&mut self.trial, &answer).await?;
        let same = |other| difference(self.exercise, &expected, other).is_none();
        if !(same(&other) && planned.as_ref().is_some_and(same)) {
            self.unsettled = true;
            return Ok(None);
        }
        Ok(Some(expected))
    }

    /// False if what the answer does on an instance that is to be kept is another with its rows in
    /// further orders.
    async fn stays(&mut self, witness: &Witness) -> Result<bool, GradeError> {
        let answer = self.arsenal.known();
        for order in witness.instance.shuffled(&self.arsenal.blueprint) {
            let other = complete(&mut self.trial, &answer, &order).await?;
            let difference = |other| difference(self.exercise, &witness.expected, &other);
            if other.is_none_or(|other| difference(other).is_some()) {
                self.unsettled = true;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Which of the mutants do something else on the instance.
    async fn kills(
        &mut self,
        instance: &Instance,
        expected: &Observation,
        mutants: &[Mutant],
        alive: &[usize],
    ) -> Result<Vec<usize>, GradeError> {
        let mut kills = Vec::new();
        if !self.trial.set(instance).await? {
            return Ok(kills);
        }
        for &number in alive {
            let seen = self.trial.observe(&mutants[number].script).await?;
            self.trial.undo().await?;
            let killed = seen.is_some_and(|seen| {
                seen.run.failure().is_some() || difference(self.exercise, expected, &seen).is_some()
            });
            if killed {
                kills.push(number);
            }
        }
        Ok(kills)
    }
}

/// Those that show most mistakes, and of the others some with many rows; small ones first, since on
/// them a difference is seen soonest.
fn chosen(mut candidates: Vec<Candidate>) -> Vec<Witness> {
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.kills.len()));
    let telling = candidates.iter().position(|other| other.kills.is_empty());
    let others = candidates.split_off(telling.unwrap_or(candidates.len()));
    let (sweeps, others): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|candidate| candidate.is_sweep);
    candidates.extend(sweeps.into_iter().take(SWEEPS));
    let (crowds, few): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|candidate| candidate.witness.instance.rows() >= MANY);
    let crowds_wanted = CROWDS.min(crowds.len());
    let witnesses = candidates.into_iter().take(WITNESSES - crowds_wanted);
    let mut crowds = crowds.into_iter();
    let mut chosen: Vec<_> = witnesses
        .chain(crowds.by_ref().take(crowds_wanted))
        .collect();
    let left = WITNESSES - chosen.len();
    chosen.extend(few.into_iter().chain(crowds).take(left));
    chosen.sort_by_key(|candidate| candidate.witness.instance.rows());
    chosen
        .into_iter()
        .map(|candidate| candidate.witness)
        .collect()
}

/// What a script of the exercise's own does on an instance that the constraints allow; none if they do
/// not, or it fails.
pub(crate) async fn complete(
    trial: &mut Trial<'_>,
    answer: &Known<'_>,
    instance: &Instance,
) -> Result<Option<Observation>, GradeError> {
    if !trial.set_checked(instance).await? {
        return Ok(None);
    }
    let observation = trial.observe_known(answer).await?;
    Ok(observation.filter(Observation::is_complete))
}

/// What it does on the same instance if PostgreSQL executes it in another way.
pub(crate) async fn otherwise(
    trial: &mut Trial<'_>,
    answer: &Known<'_>,
) -> Result<Option<Observation>, GradeError> {
    trial.undo().await?;
    let observation = trial.observe_otherwise(answer).await?;
    trial.undo().await?;
    Ok(observation.filter(Observation::is_complete))
}

/// True if nothing came of the answer.
fn is_silent(expected: &Observation) -> bool {
    let results = expected.run.last_result().into_iter();
    results
        .chain(expected.state.probes.iter().map(|probed| &probed.result))
        .all(|result| result.rows.is_empty())
}

/// True if a script was never a program: what it names does not exist, or its types do not fit.
fn is_stillborn(run: &Run) -> bool {
    run.failure().is_some_and(|(_, error)| {
        ["42", "0A", "22P02", "25"]
            .iter()
            .any(|class| error.sqlstate.starts_with(class))
    })
}
