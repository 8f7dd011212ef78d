//! Scripts that were run and not judged, written down shortly afterwards and many at once.
//!
//! Of two scripts of a session on the same exercise only the later is kept anyway. So a run need
//! not wait until it is written, and a student in a hurry does not keep the disk busy.

use super::StoreError;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How long drafts are gathered before they are written.
const GATHERING: Duration = Duration::from_millis(20);

/// How many bytes of drafts may wait.
const ROOM: usize = 32 * 1024 * 1024;

/// A session's key and an exercise.
type Place = ([u8; 32], String);

struct Draft {
    sql: String,
    outcome: String,
}

/// Drafts that are not written yet.
pub(super) struct Drafts {
    shared: Arc<Shared>,
    writer: JoinHandle<()>,
}

struct Shared {
    state: Mutex<State>,
    /// Wakes the writer: there is something to write.
    waiting: Notify,
    /// Wakes the writer: somebody wants it now.
    wanted: Notify,
    /// Something has been written.
    written: Notify,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<Place, Draft>,
    /// Bytes of what waits.
    bytes: usize,
    /// What is being written.
    writing: Vec<Place>,
}

impl Drafts {
    /// Begins to write what it is given.
    pub(super) fn new(pool: PgPool) -> Self {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            waiting: Notify::new(),
            wanted: Notify::new(),
            written: Notify::new(),
        });
        Self {
            writer: tokio::spawn(write_all(Arc::clone(&shared), pool)),
            shared,
        }
    }

    /// Takes a draft, which is lost if this process ends at once. Waits only while too much does.
    pub(super) async fn put(&self, place: Place, sql: String, outcome: String) {
        let draft = Draft { sql, outcome };
        self.shared
            .until(|state| state.bytes + draft.bytes() <= ROOM || state.waiting.is_empty())
            .await;
        let mut state = self.shared.state();
        state.bytes += draft.bytes();
        let before = state.waiting.insert(place, draft);
        state.bytes -= before.map_or(0, |before| before.bytes());
        drop(state);
        self.shared.waiting.notify_one();
    }

    /// Waits until nothing of the session is left to write.
    pub(super) async fn settled(&self, session: [u8; 32]) {
        self.shared
            .until(|state| {
                let first = (session, String::new());
                let waiting = state.waiting.range(first..).next();
                waiting.is_none_or(|(place, _)| place.0 != session)
                    && state.writing.iter().all(|place| place.0 != session)
            })
            .await;
    }

    /// Waits until everything is written.
    pub(super) async fn flush(&self) {
        self.shared
            .until(|state| state.waiting.is_empty() && state.writing.is_empty())
            .await;
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

impl Draft {
    fn bytes(&self) -> usize {
        self.sql.len() + self.outcome.len()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the state is as wanted, and hurries the writer.
    async fn until(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            let mut written = std::pin::pin!(self.written.notified());
            written.as_mut().enable();
            if is_so(&self.state()) {
                return;
            }
            self.wanted.notify_one();
            written.await;
        }
    }
}

async fn write_all(shared: Arc<Shared>, pool: PgPool) {
    loop {
        shared.waiting.notified().await;
        tokio::select! {
            () = sleep(GATHERING) => {}
            () = shared.wanted.notified() => {}
        }
        let drafts = {
            let mut state = shared.state();
            let drafts = std::mem::take(&mut state.waiting);
            state.bytes = 0;
            state.writing = drafts.keys().cloned().collect();
            drafts
        };
        let count = drafts.len();
        // Who waits for the last script may find nothing to write, and then needs no database.
        if count > 0
            && let Err(error) = write(&pool, drafts).await
        {
            tracing::error!("{count} scripts are not remembered: {error}");
        }
        shared.state().writing.clear();
        shared.written.notify_waiters();
    }
}

/// Writes drafts in one statement. They come in order, so that two servers never wait for each
/// other.
async fn write(pool: &PgPool, drafts: BTreeMap<Place, Draft>) -> Result<(), StoreError> {
    let (mut sessions, mut exercises) = (Vec::new(), Vec::new());
    let (mut scripts, mut outcomes) = (Vec::new(), Vec::new());
    for ((session, exercise), draft) in drafts {
        sessions.push(session.to_vec());
        exercises.push(exercise);
        scripts.push(draft.sql);
        outcomes.push(draft.outcome);
    }
    sqlx::query(include_str!("drafts.sql"))
        .bind(sessions)
        .bind(exercises)
        .bind(scripts)
        .bind(outcomes)
        .execute(pool)
        .await?;
    Ok(())
}
