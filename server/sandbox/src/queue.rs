//! Who may run when: one script a session, so many in all, and nobody starves.
//!
//! Places are given in turn: round robin over the origins that wait, within an origin over its
//! sessions, and within a session in the order of asking. A busy student, or an address with a
//! thousand made-up sessions, delays anybody else by the time of one place.

mod lines;
mod state;

use crate::error::Busy;
use crate::settings::QueueLimits;
use crate::{Claimant, Error, SessionName};
use state::{Answer, State, Ticket};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

/// Hands out places.
pub(crate) struct Queue {
    shared: Arc<Shared>,
    time: Duration,
}

struct Shared {
    state: Mutex<State>,
}

/// The right to run one script on a session's behalf. Dropping it gives the place back.
pub struct Place {
    shared: Arc<Shared>,
    session: SessionName,
    cancel: CancellationToken,
}

/// How a workspace's scripts come to a place.
#[derive(Clone)]
pub(crate) enum Claim {
    /// Each takes one in the queue.
    Queues(Claimant),
    /// All run under one that is held.
    Holds(Arc<Place>),
    /// They need none.
    Free,
}

/// Where a script stands in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// How many scripts get a place before it, as things are.
    pub before: u32,
    /// What it waits for.
    pub waiting_for: WaitingFor,
}

/// What a script waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingFor {
    /// The end of an earlier script of the same session.
    OwnScript,
    /// A free place.
    Place,
}

impl Claim {
    /// The right to work on the session's behalf; none where nobody needs to wait.
    pub(crate) async fn place(&self, queue: &Queue) -> Result<Option<Arc<Place>>, Error> {
        Ok(match self {
            Self::Queues(claimant) => Some(Arc::new(queue.place(claimant).await?)),
            Self::Holds(place) => Some(Arc::clone(place)),
            Self::Free => None,
        })
    }
}

impl Queue {
    pub(crate) fn new(limits: QueueLimits) -> Self {
        Self {
            time: limits.time,
            shared: Arc::new(Shared {
                state: Mutex::new(State::new(limits)),
            }),
        }
    }

    /// Waits until the claimant's session has nothing running and a place is free.
    ///
    /// Fails if too many wait already, when the time for waiting is over, and when the claimant
    /// cancels. Dropping the future leaves no trace.
    pub(crate) async fn place(&self, claimant: &Claimant) -> Result<Place, Error> {
        let (ticket, answer) = self.shared.ask(claimant)?;
        // Withdraws the claim, unless it has been answered, however this function ends.
        let _waiting = Waiting {
            shared: &self.shared,
            ticket,
        };
        let granted = async {
            match answer.await {
                Ok(answer) => answer.map_err(Error::Busy),
                Err(_) => Err(Error::Busy(Busy::Server)),
            }
        };
        tokio::select! {
            biased;
            () = claimant.cancel.cancelled() => Err(Error::Cancelled),
            granted = timeout(self.time, granted) => {
                granted.unwrap_or(Err(Error::Busy(Busy::TooLong)))
            }
        }
    }

    /// Where a request of the session stands, or its last one where none is named.
    pub(crate) fn position(&self, session: &SessionName, request: Option<u32>) -> Option<Position> {
        self.shared.state().position(session, request)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(
        self: &Arc<Self>,
        claimant: &Claimant,
    ) -> Result<(Ticket, oneshot::Receiver<Answer>), Error> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        let (ticket, evicted) = state.join(claimant, sender).map_err(Error::Busy)?;
        drop(state);
        if let Some(evicted) = evicted {
            // Whoever has just given up does not need to be told.
            let _ = evicted.send(Err(Busy::Server));
        }
        self.grant();
        Ok((ticket, receiver))
    }

    /// Gives the free places to those whose turn it is.
    fn grant(self: &Arc<Self>) {
        loop {
            let Some(next) = self.state().next() else {
                return;
            };
            let place = Place {
                shared: Arc::clone(self),
                session: next.session,
                cancel: next.cancel,
            };
            // One that has just given up drops the place, which goes to the next.
            let _ = next.answer.send(Ok(place));
        }
    }
}

/// A claim that has been made.
struct Waiting<'a> {
    shared: &'a Arc<Shared>,
    ticket: Ticket,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.shared.state().leave(&self.ticket);
    }
}

impl Place {
    /// Resolves when the student no longer wants what the place is for.
    pub fn cancelled(&self) -> WaitForCancellationFuture<'_> {
        self.cancel.cancelled()
    }

    /// Gives the place to others although what runs under it does not end. The session runs nothing
    /// until this is dropped: who asks on its behalf is refused at once.
    pub(crate) fn leave_stuck(&self) {
        let refused = self.shared.state().leave_stuck(&self.session);
        for answer in refused {
            // Whoever has just given up does not need to be told.
            let _ = answer.send(Err(Busy::Stuck));
        }
        self.shared.grant();
    }

    /// True if the student no longer wants what the place is for.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.state().give_back(&self.session);
        self.shared.grant();
    }
}

#[cfg(test)]
mod tests;
