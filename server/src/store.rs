//! Our own tables: sessions, their progress, what they did last.

mod drafts;
mod plans;

use crate::session::SessionId;
use drafts::Drafts;
use sqlground_model::{Attempt, ExerciseId, ExerciseState};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{Connection, PgPool, Row};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long closing waits for what is not written yet.
const CLOSING: Duration = Duration::from_secs(5);

/// How long a connection that nobody uses counts as alive.
const TRUST: Duration = Duration::from_secs(1);

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

/// What was judged, as far as progress depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// True if it was right.
    pub correct: bool,
    /// What tells the script from others, if it counts as a try.
    pub failed: Option<[u8; 32]>,
    /// How many tries are worth counting.
    pub enough: u32,
}

/// How far a session is with an exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: ExerciseState,
    /// How many different scripts were judged not to be right, at most as many as are worth counting.
    pub tries: u32,
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
    drafts: Arc<Drafts>,
}

impl Store {
    /// Connects and brings the tables up to date.
    pub async fn open(options: PgConnectOptions) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            // A connection that was used a moment ago need not be tried out.
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUST {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await?;
        sqlx::migrate!().run(&pool).await?;
        let drafts = Arc::new(Drafts::new(pool.clone()));
        Ok(Self { pool, drafts })
    }

    /// Fails if the database does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// How far a session has come.
    pub async fn progress(&self, session: &SessionId) -> Result<Progress, StoreError> {
        self.drafts.settled(session.key()).await;
        let rows = sqlx::query(
            "SELECT exercise, solved_at < coalesce(answer_seen_at, 'infinity') IS TRUE AS solved,
                    answer_seen_at IS NOT NULL AS seen
             FROM progress WHERE session = $1 ORDER BY last_at",
        )
        .bind(session.key())
        .fetch_all(&self.pool)
        .await?;
        let mut progress = Progress::default();
        for row in rows {
            let exercise: String = row.try_get("exercise")?;
            progress.states.insert(exercise.clone(), state(&row)?);
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
        self.drafts.settled(session.key()).await;
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

    /// Remembers what a session ran. It is written within moments, and shown at once.
    pub async fn draft(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let place = (session.key(), exercise.as_str().to_owned());
        let outcome = serde_json::to_string(&attempt.outcome)?;
        self.drafts.put(place, text(&attempt.sql), outcome).await;
        Ok(())
    }

    /// Remembers a submission and what was judged of it; it is on the disk afterwards. Gives back
    /// how far the session is with the exercise then.
    pub async fn submission(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
        attempt: &Attempt,
        judged: Judged,
    ) -> Result<Standing, StoreError> {
        // A draft that is written later would take its place.
        self.drafts.settled(session.key()).await;
        let row = sqlx::query(include_str!("store/record.sql"))
            .bind(session.key())
            .bind(exercise.as_str())
            .bind(text(&attempt.sql))
            .bind(serde_json::to_string(&attempt.outcome)?)
            .bind(judged.correct)
            .bind(judged.failed)
            .bind(i64::from(judged.enough))
            .fetch_one(&self.pool)
            .await?;
        standing(&row)
    }

    /// How far the session is with the exercise.
    pub async fn standing(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<Standing, StoreError> {
        self.drafts.settled(session.key()).await;
        let row = sqlx::query(
            "SELECT solved_at < coalesce(answer_seen_at, 'infinity') IS TRUE AS solved,
                    answer_seen_at IS NOT NULL AS seen,
                    (SELECT count(*) FROM failed_script AS f
                     WHERE f.session = p.session AND f.exercise = p.exercise) AS tries
             FROM progress AS p WHERE session = $1 AND exercise = $2",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map_or(Ok(Standing::default()), standing)
    }

    /// Remembers that a session that has attempted the exercise has seen its answer.
    pub async fn answer_seen(
        &self,
        session: &SessionId,
        exercise: &ExerciseId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE progress SET answer_seen_at = coalesce(answer_seen_at, now())
             WHERE session = $1 AND exercise = $2",
        )
        .bind(session.key())
        .bind(exercise.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Writes what is not written yet and closes the connections.
    pub async fn close(&self) {
        if timeout(CLOSING, self.drafts.flush()).await.is_err() {
            tracing::error!("the last scripts are not remembered: the database does not answer");
        }
        self.pool.close().await;
    }
}

fn standing(row: &PgRow) -> Result<Standing, StoreError> {
    let tries: i64 = row.try_get("tries")?;
    Ok(Standing {
        state: state(row)?,
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
    })
}

fn state(row: &PgRow) -> Result<ExerciseState, StoreError> {
    Ok(match (row.try_get("solved")?, row.try_get("seen")?) {
        (true, _) => ExerciseState::Solved,
        (false, true) => ExerciseState::AnswerSeen,
        (false, false) => ExerciseState::Attempted,
    })
}

/// PostgreSQL's text has no NUL; an outcome, as JSON, keeps it as an escape.
fn text(sql: &str) -> String {
    sql.replace('\0', "\u{fffd}")
}
