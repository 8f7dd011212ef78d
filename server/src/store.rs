//! Our own tables: sessions, their progress, what they did last.

use crate::session::SessionId;
use sqlground_model::{Attempt, ExerciseId, ExerciseState};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Row};
use std::collections::HashMap;
use std::time::Duration;

/// Our own tables could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer or refuses.
    #[error("the database of progress does not answer")]
    Database(#[from] sqlx::Error),
    /// What came of an action cannot be written down.
    #[error("what came of it cannot be written as JSON")]
    Outcome(#[from] serde_json::Error),
    /// The tables could not be brought up to date.
    #[error("the tables of progress could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// How far a session has come.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    states: HashMap<String, ExerciseState>,
    last: Option<String>,
}

impl Progress {
    /// The state of an exercise.
    pub fn state(&self, exercise: &ExerciseId) -> ExerciseState {
        self.states
            .get(exercise.as_str())
            .copied()
            .unwrap_or_default()
    }

    /// The exercise last worked on.
    pub fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// True if nothing was attempted yet.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}

/// Our own tables.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Connects and brings the tables up to date.
    pub async fn open(options: PgConnectOptions) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Fails if the database does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// How far a session has come.
    pub async fn progress(&self, session: &SessionId) -> Result<Progress, StoreError> {
        let rows = sqlx::query(
            "SELECT exercise, solved_at IS NOT NULL AS solved FROM progress
             WHERE session = $1 ORDER BY last_at",
        )
        .bind(session.key())
        .fetch_all(&self.pool)
        .await?;
        let mut progress = Progress::default();
        for row in rows {
            let exercise: String = row.try_get("exercise")?;
            let solved: bool = row.try_get("solved")?;
            let state = if solved {
                ExerciseState::Solved
            } else {
                ExerciseState::Attempted
            };
            progress.states.insert(exercise.clone(), state);
            progress.last = Some(exercise);
        }
        Ok(progress)
    }

    /// What a session did last on an exercise. What an older version stored and this one cannot
    /// read is as if it were not there.
    pub async fn attempt(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<Option<Attempt>, StoreError> {
        let row = sqlx::query(
            "SELECT sql, outcome::text AS outcome FROM attempt WHERE session = $1 AND exercise = $2",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let outcome: String = row.try_get("outcome")?;
        Ok(match serde_json::from_str(&outcome) {
            Ok(outcome) => Some(Attempt {
                sql: row.try_get("sql")?,
                outcome,
            }),
            Err(_) => None,
        })
    }

    /// Remembers what a session did and, if a submission was judged, its progress.
    pub async fn record(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        attempt: &Attempt,
        judged: Option<bool>,
    ) -> Result<(), StoreError> {
        // PostgreSQL's text has no NUL; the outcome, as JSON, keeps it as an escape.
        let sql = attempt.sql.replace('\0', "\u{fffd}");
        let outcome = serde_json::to_string(&attempt.outcome)?;
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO session (id) VALUES ($1)
             ON CONFLICT (id) DO UPDATE SET seen_at = now()",
        )
        .bind(session.key())
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO attempt (session, exercise, sql, outcome) VALUES ($1, $2, $3, $4::json)
             ON CONFLICT (session, exercise)
             DO UPDATE SET sql = excluded.sql, outcome = excluded.outcome, at = now()",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .bind(sql)
        .bind(outcome)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "INSERT INTO progress (session, exercise, checks, solved_at)
             VALUES ($1, $2, $3, CASE WHEN $4 THEN now() END)
             ON CONFLICT (session, exercise)
             DO UPDATE SET checks = progress.checks + excluded.checks,
                           last_at = now(),
                           solved_at = coalesce(progress.solved_at, excluded.solved_at)",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .bind(i32::from(judged.is_some()))
        .bind(judged == Some(true))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
