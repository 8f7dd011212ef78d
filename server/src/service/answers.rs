//! Reference answers that open to those who have tried.

use super::{Service, ServiceError};
use crate::session::SessionId;
use crate::store::{Judged, Standing};
use sha2::{Digest, Sha256};
use sqlground_model::{ExerciseId, Judgement, Solution, Verdict, VerdictClass};
use std::num::NonZeroU32;

impl Service {
    /// What progress is to know of a verdict on a script.
    pub(super) fn judged(&self, verdict: &Verdict, sql: &str) -> Judged {
        let correct = verdict.verdict == Judgement::Correct;
        let is_try = !correct && verdict.class != VerdictClass::Empty;
        Judged {
            correct,
            failed: is_try.then(|| try_digest(sql)),
            enough: self.answer_after.map_or(0, NonZeroU32::get),
        }
    }

    /// True if a session may open the answer of an exercise with which it is so far.
    pub(super) fn offers_answer(&self, standing: Standing) -> bool {
        let enough = self.answer_after.map(NonZeroU32::get);
        !standing.state.is_settled() && enough.is_some_and(|enough| standing.tries >= enough)
    }

    /// True if the session may open the exercise's answer now.
    pub async fn answer_offered(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<bool, ServiceError> {
        let standing = self.store.standing(session, exercise).await?;
        Ok(self.offers_answer(standing))
    }

    /// Opens the answer of an exercise to a session that has tried it honestly or solved it, and
    /// remembers that.
    pub async fn open_answer(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<Solution, ServiceError> {
        let found = self
            .library
            .exercise(exercise)
            .ok_or_else(|| ServiceError::UnknownExercise(exercise.to_string()))?;
        let standing = self.store.standing(session, exercise).await?;
        if !standing.state.is_settled() {
            if !self.offers_answer(standing) {
                return Err(ServiceError::AnswerClosed {
                    tries: standing.tries,
                    enough: self.answer_after,
                });
            }
            self.store.answer_seen(session, exercise).await?;
        }
        let progress = self.store.progress(session).await?;
        Ok(self.solution(&found, |id| progress.state(id)))
    }
}

/// What tells a script from others that differ in more than white space and capital letters.
fn try_digest(sql: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    for word in sql.split_whitespace() {
        digest.update(word.to_lowercase());
        digest.update(b" ");
    }
    digest.finalize().into()
}
