//! The teacher's hint for a known mistake.

use crate::GradeError;
use crate::grade::{Checked, Reference};
use crate::instance::Instance;
use crate::judge::does_the_same;
use crate::observe::Observation;
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
        let deadline = Instant::now() + HINT_TIME;
        for wrong in &self.exercise.wrong {
            let known = &wrong.block.sql;
            if self
                .agrees_on_variants(known, script, &mut checked.submitted, deadline)
                .await?
                && self
                    .agrees_on_instances(known, script, checked.instance.as_ref())
                    .await?
            {
                return Ok(Some(wrong.hint.clone()));
            }
            if Instant::now() > deadline {
                break;
            }
        }
        Ok(None)
    }

    async fn agrees_on_variants(
        &self,
        known: &str,
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
            let known = self
                .grader
                .observe_known(self.exercise, &variant.space, known)
                .await?;
            if !does_the_same(self.exercise, &known, &submitted[i]) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn agrees_on_instances(
        &self,
        known: &str,
        script: &str,
        instance: Option<&Instance>,
    ) -> Result<bool, GradeError> {
        let Some(arsenal) = self.grader.arsenal(self.exercise).await? else {
            return Ok(true);
        };
        let ground = self.grader.ground(&arsenal).await?;
        ground
            .agree(self.exercise, &arsenal, known, script, instance)
            .await
    }
}
