//! The teacher's hint for a known mistake.

use crate::GradeError;
use crate::grade::{Checked, Reference};
use crate::judge::does_the_same;
use crate::observe::Observation;
use sqlground_sandbox::Rehearsal;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// How long known wrong answers are run to find the hint for a submission.
const HINT_TIME: Duration = Duration::from_secs(5);

impl Reference<'_> {
    /// The teacher's hint of the first wrong answer that does the same as the submission on all data
    /// both can be run on.
    pub(crate) async fn hint(
        &self,
        script: &str,
        checked: &mut Checked,
    ) -> Result<Option<String>, GradeError> {
        let all = self.exercise.wrong.len();
        let twin = self.twin(script, checked, all).await?;
        Ok(twin.map(|number| self.exercise.wrong[number].hint.clone()))
    }

    /// The number of that wrong answer, of the first `among` ones.
    pub(crate) async fn twin(
        &self,
        script: &str,
        checked: &mut Checked,
        among: usize,
    ) -> Result<Option<usize>, GradeError> {
        let deadline = Instant::now() + HINT_TIME;
        for (number, wrong) in self.exercise.wrong[..among].iter().enumerate() {
            if self
                .agrees_on_variants(number, script, &mut checked.submitted, deadline)
                .await?
                && self
                    .agrees_on_instances(&wrong.block.sql, script, checked)
                    .await?
            {
                return Ok(Some(number));
            }
            if Instant::now() > deadline {
                break;
            }
        }
        Ok(None)
    }

    async fn agrees_on_variants(
        &self,
        number: usize,
        script: &str,
        submitted: &mut Vec<Observation>,
        deadline: Instant,
    ) -> Result<bool, GradeError> {
        for (i, variant) in self.variants.iter().enumerate() {
            if Instant::now() > deadline {
                return Ok(false);
            }
            if submitted.len() == i {
                let seen = self.grader.observe(self.exercise, &variant.space, script);
                submitted.push(seen.await?);
            }
            let known = self.known_wrong(number, i).await?;
            if !does_the_same(self.exercise, &known, &submitted[i]) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a known wrong answer does on a variant; run once, however many scripts are compared with it.
    async fn known_wrong(
        &self,
        number: usize,
        variant: usize,
    ) -> Result<Arc<Observation>, GradeError> {
        let kept = || {
            self.known_wrong
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = kept().get(&(number, variant)) {
            return Ok(Arc::clone(known));
        }
        let script = &self.exercise.wrong[number].block.sql;
        let space = &self.variants[variant].space;
        let seen = self.grader.observe_known(self.exercise, space, script);
        let known = Arc::new(seen.await?);
        kept().insert((number, variant), Arc::clone(&known));
        Ok(known)
    }

    async fn agrees_on_instances(
        &self,
        known: &str,
        script: &str,
        checked: &mut Checked,
    ) -> Result<bool, GradeError> {
        let rehearsed = Rehearsal::script(script).zip(Rehearsal::script(known));
        let Some((script, known)) = rehearsed else {
            return Ok(true);
        };
        let Some(arsenal) = self.grader.arsenal(self.exercise).await? else {
            return Ok(true);
        };
        let ground = match checked.ground.take() {
            Some(ground) => ground,
            None => self.grader.ground(&arsenal).await?,
        };
        let instance = checked.instance.as_ref();
        let ground = checked.ground.insert(ground);
        ground
            .agree(self.exercise, &arsenal, &known, &script, instance)
            .await
    }
}
