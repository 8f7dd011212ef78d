//! Who may run when: one script a session, and so many in all.

use crate::Error;
use crate::name::RoleName;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Hands out places in the order in which they are asked for.
pub(crate) struct Queue {
    places: Arc<Semaphore>,
    turns: Mutex<HashMap<RoleName, Weak<Semaphore>>>,
    wait: Duration,
}

/// The right to run one script. Dropping it gives the place back.
pub(crate) struct Place {
    _turn: Turn,
    _place: OwnedSemaphorePermit,
}

/// The right to be the only one that works with a role. Dropping it gives the turn back.
pub struct Turn {
    _permit: OwnedSemaphorePermit,
}

impl Queue {
    pub(crate) fn new(places: u16, wait: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(usize::from(places.max(1)))),
            turns: Mutex::default(),
            wait,
        }
    }

    /// Waits until the role has nothing running and a place is free.
    ///
    /// The turn comes first: a session's second script must not hold a place while it waits for
    /// the first.
    pub(crate) async fn place(&self, role: &RoleName) -> Result<Place, Error> {
        let deadline = Instant::now() + self.wait;
        let turn = self.turn_until(role, deadline).await?;
        let place = acquire(Arc::clone(&self.places), deadline).await?;
        Ok(Place {
            _turn: turn,
            _place: place,
        })
    }

    /// Waits until the role has nothing running.
    pub(crate) async fn turn(&self, role: &RoleName) -> Result<Turn, Error> {
        self.turn_until(role, Instant::now() + self.wait).await
    }

    async fn turn_until(&self, role: &RoleName, deadline: Instant) -> Result<Turn, Error> {
        let turn = self.semaphore(role);
        Ok(Turn {
            _permit: acquire(turn, deadline).await?,
        })
    }

    fn semaphore(&self, role: &RoleName) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(role).and_then(Weak::upgrade) {
            return turn;
        }
        // Nobody holds or awaits the others' turns any more.
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(Semaphore::new(1));
        turns.insert(role.clone(), Arc::downgrade(&turn));
        turn
    }
}

async fn acquire(
    semaphore: Arc<Semaphore>,
    deadline: Instant,
) -> Result<OwnedSemaphorePermit, Error> {
    match timeout_at(deadline, semaphore.acquire_owned()).await {
        Ok(permit) => Ok(permit.expect("the semaphore is never closed")),
        Err(_) => Err(Error::Busy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn a_session_runs_one_script_at_a_time() {
        let queue = Queue::new(8, WAIT);
        let role = RoleName::random();
        let first = queue.place(&role).await.unwrap();
        assert!(matches!(queue.place(&role).await, Err(Error::Busy)));
        assert!(queue.place(&RoleName::random()).await.is_ok());
        drop(first);
        assert!(queue.place(&role).await.is_ok());
    }

    #[tokio::test]
    async fn whoever_waits_for_a_turn_holds_no_place() {
        let queue = Arc::new(Queue::new(2, WAIT));
        let role = RoleName::random();
        let _first = queue.place(&role).await.unwrap();
        let second = tokio::spawn({
            let (queue, role) = (Arc::clone(&queue), role.clone());
            async move { queue.place(&role).await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert!(queue.place(&RoleName::random()).await.is_ok());
        assert!(matches!(second.await.unwrap(), Err(Error::Busy)));
    }

    #[tokio::test]
    async fn places_are_limited() {
        let queue = Queue::new(1, WAIT);
        let place = queue.place(&RoleName::random()).await.unwrap();
        assert!(matches!(
            queue.place(&RoleName::random()).await,
            Err(Error::Busy)
        ));
        drop(place);
        assert!(queue.place(&RoleName::random()).await.is_ok());
    }
}
