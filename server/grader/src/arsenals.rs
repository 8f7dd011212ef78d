//! What is known of exercises, kept from check to check.

use crate::GradeError;
use crate::arsenal::Arsenal;
use crate::effort::Effort;
use sqlground_catalogue::Exercise;
use sqlground_sandbox::{Error, Limits, Sandboxes};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// How many exercises are remembered; with more, all are forgotten.
const MOST: usize = 1_000;

type Cell = Arc<OnceCell<Option<Arc<Arsenal>>>>;

/// What graders find out about exercises, once each. Clones share it.
#[derive(Clone, Default)]
pub struct Arsenals {
    known: Arc<Mutex<HashMap<String, Cell>>>,
}

impl Arsenals {
    /// What is known of an exercise, found out if need be; whoever asks at the same time waits. None
    /// if no instances can be made for it.
    pub(crate) async fn get(
        &self,
        answers: &Sandboxes,
        exercise: &Exercise,
        limits: &Limits,
        effort: &Effort,
    ) -> Result<Option<Arc<Arsenal>>, GradeError> {
        let cell = self.cell(key(exercise));
        let (answers, limits, effort) = (answers.clone(), limits.clone(), effort.clone());
        let found = cell.get_or_try_init(|| prepare(answers, exercise, limits, effort));
        found.await.cloned()
    }

    fn cell(&self, key: String) -> Cell {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&key) {
            known.clear();
        }
        Arc::clone(known.entry(key).or_default())
    }
}

async fn prepare(
    answers: Sandboxes,
    exercise: &Exercise,
    limits: Limits,
    effort: Effort,
) -> Result<Option<Arc<Arsenal>>, GradeError> {
    match Arsenal::prepare(&answers, exercise, &limits, &effort).await {
        Ok(arsenal) => Ok(arsenal.map(Arc::new)),
        // The tables cannot be made without their rows.
        Err(GradeError::Sandbox(error @ (Error::Dataset { .. } | Error::Setup { .. }))) => {
            tracing::warn!(exercise = %exercise.id, %error, "answers are compared on the data shown alone");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Changes whenever something else is to be found out.
fn key(exercise: &Exercise) -> String {
    let probes: Vec<_> = exercise
        .probes
        .iter()
        .map(|probe| &probe.block.sql)
        .collect();
    format!(
        "{} {} {} {} {} {probes:?}",
        exercise.id,
        exercise.setup_digest(),
        exercise.ordered,
        exercise.column_names,
        exercise.answer.sql,
    )
}
