//! What is known of exercises, kept from check to check.

mod shelf;

use crate::GradeError;
use crate::arsenal::Arsenal;
use crate::effort::Effort;
use crate::observe::Observation;
use shelf::Shelf;
use sqlground_catalogue::Exercise;
use sqlground_sandbox::{Error, Limits, Sandboxes};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How many rows of an answer are kept.
const MOST_ROWS: usize = 1_000;

/// How many exercises are remembered; with more, all are forgotten.
const MOST: usize = 1_000;

/// What is known of one exercise.
#[derive(Default)]
struct Known {
    arsenal: OnceCell<Option<Arc<Arsenal>>>,
    /// What the answer does on the data shown, if it always does the same and that is little.
    shown: Mutex<Option<Arc<Observation>>>,
}

/// What graders find out about exercises, once each. Clones share it.
#[derive(Clone, Default)]
pub struct Arsenals {
    known: Arc<Mutex<HashMap<String, Arc<Known>>>>,
    shelf: Option<Shelf>,
}

impl Arsenals {
    /// Nothing but what is kept in a folder, where what is found out is put, too. The folder is made
    /// if need be, and may be removed at any time.
    pub fn kept_in(folder: PathBuf) -> Self {
        Self {
            known: Arc::default(),
            shelf: Some(Shelf::new(folder)),
        }
    }

    /// True if what checking an exercise takes has been found out.
    pub fn knows(&self, exercise: &Exercise) -> bool {
        exercise.shown_data_only || self.known(exercise).arsenal.initialized()
    }

    /// What is known of an exercise, found out if need be; whoever asks at the same time waits. None
    /// if no instances can be made for it.
    pub(crate) async fn get(
        &self,
        answers: &Sandboxes,
        exercise: &Exercise,
        limits: &Limits,
        effort: &Effort,
    ) -> Result<Option<Arc<Arsenal>>, GradeError> {
        if exercise.shown_data_only {
            return Ok(None);
        }
        let known = self.known(exercise);
        let found = known
            .arsenal
            .get_or_try_init(|| self.prepare(answers, exercise, limits, effort));
        found.await.cloned()
    }

    /// What has been found out about an exercise.
    pub(crate) fn found(&self, exercise: &Exercise) -> Option<Arc<Arsenal>> {
        if exercise.shown_data_only {
            return None;
        }
        self.known(exercise).arsenal.get()?.clone()
    }

    /// What the answer is known to do on the data shown.
    pub(crate) fn shown(&self, exercise: &Exercise) -> Option<Arc<Observation>> {
        let known = self.known(exercise);
        known
            .shown
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps what the answer does on the data shown, unless it is large or may be another next time.
    pub(crate) fn keep_shown(&self, exercise: &Exercise, observation: &Observation) {
        if observation.rows() > MOST_ROWS || depends_on_the_moment(exercise) {
            return;
        }
        let known = self.known(exercise);
        *known.shown.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Arc::new(observation.clone()));
    }

    async fn prepare(
        &self,
        answers: &Sandboxes,
        exercise: &Exercise,
        limits: &Limits,
        effort: &Effort,
    ) -> Result<Option<Arc<Arsenal>>, GradeError> {
        let key = key(exercise);
        let kept = match &self.shelf {
            Some(kept) => kept.get(&exercise.id, &key).await,
            None => None,
        };
        let is_new = kept.is_none();
        match Arsenal::prepare(answers, exercise, limits, effort, kept).await {
            Ok(Some(arsenal)) => {
                let findings = &arsenal.findings;
                if let Some(shelf) = &self.shelf
                    && is_new
                    && findings.are_complete()
                {
                    shelf.put(&exercise.id, &key, findings).await;
                }
                Ok(Some(Arc::new(arsenal)))
            }
            Ok(None) => Ok(None),
            // The tables cannot be made without their rows.
            Err(GradeError::Sandbox(error @ (Error::Dataset { .. } | Error::Setup { .. }))) => {
                tracing::warn!(exercise = %exercise.id, %error, "answers are compared on the data shown alone");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn known(&self, exercise: &Exercise) -> Arc<Known> {
        let key = key(exercise);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&key) {
            known.clear();
        }
        Arc::clone(known.entry(key).or_default())
    }
}

/// True if the answer may do something else a moment later.
fn depends_on_the_moment(exercise: &Exercise) -> bool {
    const CHANGING: [&str; 14] = [
        "clock_timestamp",
        "current_date",
        "current_time",
        "current_timestamp",
        "gen_random_uuid",
        "localtime",
        "localtimestamp",
        "now",
        "random",
        "statement_timestamp",
        "timeofday",
        "transaction_timestamp",
        "uuidv4",
        "uuidv7",
    ];
    let setup = exercise.setup.iter().map(|block| &block.sql);
    let probes = exercise.probes.iter().map(|probe| &probe.block.sql);
    let texts = setup.chain(probes).chain([&exercise.answer.sql]);
    texts.into_iter().any(|text| {
        let text = text.to_ascii_lowercase();
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .any(|word| CHANGING.contains(&word))
    })
}

/// Changes whenever something else is to be found out.
fn key(exercise: &Exercise) -> String {
    let probes: Vec<_> = exercise
        .probes
        .iter()
        .map(|probe| &probe.block.sql)
        .collect();
    let tried = exercise.rejects.iter().map(|rejects| &rejects.block);
    let tried: Vec<_> = tried
        .chain(&exercise.accepts)
        .map(|block| &block.sql)
        .collect();
    let explained: Vec<_> = exercise
        .plan_goals
        .iter()
        .map(|goal| &goal.query.sql)
        .collect();
    format!(
        "{} {} {} {} {} {} {probes:?} {tried:?} {explained:?}",
        exercise.id,
        exercise.setup_digest(),
        exercise.ordered,
        exercise.column_names,
        exercise.returned_rows,
        exercise.answer.sql,
    )
}
