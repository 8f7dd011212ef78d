//! What is known of an exercise beforehand: small instances on which typical mistakes show.

mod samples;
mod search;

pub(crate) use search::{complete, otherwise};

use crate::GradeError;
use crate::effort::Effort;
use crate::instance::{Blueprint, Instance, QUESTION, Samples};
use crate::observe::{Observation, leaves_tables};
use crate::query::{Keyed, Mutant, Reading, keyed, mutants};
use crate::structure::structure;
use crate::trial::{Known, Trial, trial_limits};
use search::Search;
use serde::{Deserialize, Serialize};
use sqlground_catalogue::Exercise;
use sqlground_sandbox::{Limits, Rehearsal, Sandboxes, Space};
use std::collections::BTreeSet;

/// What an exercise's answer is compared on, besides the data shown.
#[derive(Debug)]
pub(crate) struct Arsenal {
    /// The tables without rows.
    pub(crate) space: Space,
    /// The answer as it is tried within a transaction.
    pub(crate) answer: String,
    pub(crate) blueprint: Blueprint,
    pub(crate) samples: Samples,
    /// What the answer compares.
    pub(crate) reading: Reading,
    /// What the answer and typical mistakes in it compare.
    pub(crate) tried: Reading,
    /// The names in its probes.
    probed: BTreeSet<String>,
    /// True if any table may count, whatever names are read.
    hides_tables: bool,
    pub(crate) keyed: Option<Keyed>,
    pub(crate) findings: Findings,
}

/// What the search for instances found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Findings {
    pub(crate) witnesses: Vec<Witness>,
    pub(crate) mutation: Mutation,
    /// True if it came to its end before its time was over.
    pub(crate) complete: bool,
    /// True if the answer gave something else when the same rows lay in another order, or PostgreSQL
    /// executed it in another way.
    pub(crate) unsettled: bool,
}

/// An instance with what the answer does on it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Witness {
    pub(crate) instance: Instance,
    pub(crate) expected: Observation,
}

/// How well the instances tell mistaken answers from the answer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mutation {
    /// How many mistaken answers run at all.
    pub mutants: usize,
    /// Those that do the same as the answer on all instances that were tried. Some of them are
    /// right.
    pub survivors: Vec<Mutant>,
}

impl Arsenal {
    /// Looks at the exercise's tables and searches for instances on which mistakes show, if they are
    /// not known. None if there is nothing to make instances of, or the answer cannot be tried within
    /// a transaction.
    pub(crate) async fn prepare(
        answers: &Sandboxes,
        exercise: &Exercise,
        limits: &Limits,
        effort: &Effort,
        known: Option<Findings>,
    ) -> Result<Option<Self>, GradeError> {
        let answer = Rehearsal::script(&exercise.answer.sql);
        let Some((space, answer)) = structure(exercise).zip(answer) else {
            return Ok(None);
        };
        let answer = answer.as_ref();
        let limits = trial_limits(limits);
        let scratch = answers.stage(&space).await?;
        let described = scratch.run(QUESTION, &limits).await?;
        let blueprint = Blueprint::read(&described);
        if blueprint.tables.is_empty() {
            return Ok(None);
        }
        let samples = samples::samples(answers, exercise, &blueprint, &limits).await?;
        tracing::trace!(?samples, "values of the data shown");
        let probes = exercise.probes.iter().map(|probe| &probe.block.sql);
        let mutants = mutants(answer);
        let mut arsenal = Self {
            probed: probes.flat_map(|sql| Reading::of(sql).names).collect(),
            hides_tables: hides_tables(&space) || leaves_tables(exercise),
            space,
            blueprint,
            samples,
            reading: Reading::of(answer),
            tried: mutants
                .iter()
                .map(|mutant| Reading::of(&mutant.script))
                .fold(Reading::of(answer), Reading::and),
            keyed: exercise.ordered.then(|| keyed(answer)).flatten(),
            answer: answer.to_owned(),
            findings: Findings::default(),
        };
        if let Some(known) = known {
            arsenal.findings = known;
            scratch.put_aside();
            return Ok(Some(arsenal));
        }
        let rehearsal = scratch.rehearse(&limits).await?;
        let trial = Trial::new(rehearsal, exercise, &arsenal.blueprint);
        let search = Search::new(trial, exercise, &arsenal);
        let (findings, is_undone) = search.run(mutants, effort).await?;
        scratch.confirm().await?;
        if is_undone {
            scratch.put_aside();
        }
        let survivors = findings.mutation.survivors.iter();
        tracing::debug!(
            exercise = %exercise.id,
            mutants = findings.mutation.mutants,
            survivors = ?survivors.map(|mutant| &mutant.mistake).collect::<Vec<_>>(),
            witnesses = findings.witnesses.len(),
            complete = findings.complete,
            "checks are prepared"
        );
        arsenal.findings = findings;
        Ok(Some(arsenal))
    }

    /// The tables a script and the answer may read, as far as their names tell.
    pub(crate) fn concerned(&self, reading: &Reading) -> Vec<bool> {
        let named = [&reading.names, &self.reading.names, &self.probed];
        let concerned = self
            .blueprint
            .concerned(|name| named.iter().any(|names| names.contains(name)));
        // Behind views and functions there may be any table.
        if self.hides_tables || !concerned.contains(&true) {
            return vec![true; concerned.len()];
        }
        concerned
    }

    /// The answer as it is tried, with the ties of its order.
    pub(crate) fn known(&self) -> Known<'_> {
        Known::new(&self.answer, self.keyed.as_ref())
    }
}

/// True if scripts may read tables by other names.
fn hides_tables(space: &Space) -> bool {
    let dataset = space.dataset.iter();
    let texts = dataset.flat_map(|dataset| [&dataset.schema_sql, &dataset.data_sql]);
    texts.chain(&space.setup).any(|text| {
        let text = text.to_ascii_lowercase();
        [" view ", " function "]
            .iter()
            .any(|word| text.contains(word))
    })
}
