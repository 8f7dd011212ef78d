//! The search for instances on which mistakes show.

use super::{Arsenal, Mutation, Witness};
use crate::GradeError;
use crate::effort::Effort;
use crate::instance::{Blueprint, Generator, Instance, Pools};
use crate::judge::difference;
use crate::observe::Observation;
use crate::query::{Mutant, Reading, mutants};
use crate::trial::{Known, Trial};
use sqlground_catalogue::Exercise;
use sqlground_model::Run;
use std::time::Instant;

/// How many instances are kept.
const WITNESSES: usize = 48;
/// How many of them at most show nothing.
const SILENT: usize = 8;
/// After how many instances that show no further mistake the mistakes are no longer tried.
const PATIENCE: usize = 80;
/// The same instances come out each time.
const SEED: u64 = 42;

/// The search for witnesses.
pub(super) struct Search<'a> {
    trial: Trial<'a>,
    exercise: &'a Exercise,
    arsenal: &'a Arsenal,
}

/// An instance and the mutants it tells from the answer.
struct Candidate {
    witness: Witness,
    kills: Vec<usize>,
}

impl<'a> Search<'a> {
    pub(super) fn new(trial: Trial<'a>, exercise: &'a Exercise, arsenal: &'a Arsenal) -> Self {
        Self {
            trial,
            exercise,
            arsenal,
        }
    }

    /// Makes instances until enough of them show enough.
    pub(super) async fn run(
        mut self,
        effort: &Effort,
    ) -> Result<(Vec<Witness>, Mutation), GradeError> {
        let Arsenal { blueprint, .. } = self.arsenal;
        let deadline = Instant::now() + effort.preparation;
        let mutants = mutants(&self.exercise.answer.sql);
        let readings = mutants.iter().map(|mutant| Reading::of(&mutant.script));
        let reading = readings.fold(self.arsenal.reading.clone(), Reading::and);
        let concerned = self.arsenal.concerned(&reading);
        let mut pools = Pools::new(blueprint, &reading, &self.arsenal.samples);
        self.trial.sift(&mut pools).await?;
        let mut generator = Generator::new(blueprint, &pools, &concerned, SEED);
        let mut alive: Vec<usize> = self.viable(&mutants).await?;
        let viable = alive.len();
        let mut candidates = Vec::new();
        let (mut idle, mut silent, mut tried) = (0, 0, 0);
        let mut instance = Some(Instance::empty(blueprint));
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
                    candidates.push(Candidate { witness, kills });
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
            let draft = generator.draft();
            instance = self.trial.settle(&draft).await?;
        }
        tracing::debug!(tried, idle, alive = alive.len(), "searched");
        let mut numbered: Vec<_> = mutants.into_iter().enumerate().collect();
        numbered.retain(|(number, _)| alive.contains(number));
        let mutation = Mutation {
            mutants: viable,
            survivors: numbered.into_iter().map(|(_, mutant)| mutant).collect(),
        };
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.kills.len()));
        let witnesses = candidates.into_iter().map(|candidate| candidate.witness);
        let witnesses = witnesses.take(WITNESSES).collect();
        self.trial.end().await;
        Ok((witnesses, mutation))
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

    /// What the answer does on an instance; none if it fails or PostgreSQL leaves open what it does.
    async fn settled(&mut self, instance: &Instance) -> Result<Option<Observation>, GradeError> {
        let answer = self.arsenal.answer(self.exercise);
        settled(
            &mut self.trial,
            self.exercise,
            &self.arsenal.blueprint,
            &answer,
            instance,
        )
        .await
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

/// What a script of the exercise's own does on an instance that the constraints allow; none if they do
/// not, it fails, or what it does depends on the order in which the rows lie.
pub(crate) async fn settled(
    trial: &mut Trial<'_>,
    exercise: &Exercise,
    blueprint: &Blueprint,
    answer: &Known<'_>,
    instance: &Instance,
) -> Result<Option<Observation>, GradeError> {
    let mut seen = Vec::new();
    for arranged in [instance.reversed(blueprint), instance.clone()] {
        if !trial.set_checked(&arranged).await? {
            return Ok(None);
        }
        let Some(observation) = trial.observe_known(answer).await? else {
            return Ok(None);
        };
        if !observation.is_complete() {
            return Ok(None);
        }
        seen.push(observation);
    }
    let [other, expected] = seen.try_into().expect("two arrangements");
    let same = difference(exercise, &expected, &other).is_none();
    Ok(same.then_some(expected))
}

/// True if nothing came of the answer.
fn is_silent(expected: &Observation) -> bool {
    let results = expected.run.last_result().into_iter();
    results
        .chain(&expected.state.probes)
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
