//! Plans: the last one of a session on an exercise, and those that were shared.

use super::{Store, StoreError, text};
use crate::session::SessionId;
use sqlground_model::{ExerciseId, Plan};
use sqlx::Row;

/// How many plans a session may share in a day.
const SHARED_A_DAY: i64 = 50;

impl Store {
    /// The last plan a session was shown on an exercise. What an older version stored and this one
    /// cannot read is as if it were not there.
    pub async fn last_plan(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<Option<Plan>, StoreError> {
        let row = sqlx::query(
            "SELECT plan::text AS plan FROM last_plan WHERE session = $1 AND exercise = $2",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let plan: String = row.try_get("plan")?;
        Ok(serde_json::from_str(&plan).ok())
    }

    /// Remembers a plan as the last one. It is lost if the server ends within moments.
    pub async fn keep_plan(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        plan: &Plan,
    ) -> Result<(), StoreError> {
        sqlx::query(include_str!("last_plan.sql"))
            .bind(session.key())
            .bind(exercise.as_str())
            .bind(serde_json::to_string(plan)?)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Keeps a plan for whoever knows the id that is given back. Plans shared long ago are forgotten.
    /// None if the session has shared so many today that this one is not kept.
    pub async fn share_plan(
        &self,
        session: &SessionId,
        plan: &str,
    ) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(include_str!("share_plan.sql"))
            .bind(session.key())
            .bind(text(plan))
            .bind(SHARED_A_DAY)
            .fetch_optional(&self.pool)
            .await?;
        row.map(|row| Ok(row.try_get("id")?)).transpose()
    }

    /// The text of a shared plan; none if there is none under that id.
    pub async fn shared_plan(&self, id: &str) -> Result<Option<String>, StoreError> {
        let row = sqlx::query(
            "SELECT text FROM shared_plan WHERE id = $1 AND made_at > now() - interval '90 days'",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| Ok(row.try_get("text")?)).transpose()
    }
}
