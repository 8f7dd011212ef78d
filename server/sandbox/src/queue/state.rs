//! Who runs and who waits. Every change takes logarithmic time at most.

use super::lines::{Lines, Origin};
use super::{Place, Position, WaitingFor};
use crate::error::Busy;
use crate::settings::QueueLimits;
use crate::{Claimant, SessionName};
use std::collections::{HashMap, VecDeque};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// What a claim comes to.
pub(super) type Answer = Result<Place, Busy>;

/// A claim's number, which says who came first, or that of a turn, which says who is next.
pub(super) type Number = u64;

/// Names a claim.
pub(super) struct Ticket {
    pub(super) session: SessionName,
    pub(super) number: Number,
}

/// A claim whose turn has come.
pub(super) struct Next {
    pub(super) session: SessionName,
    pub(super) cancel: CancellationToken,
    pub(super) answer: oneshot::Sender<Answer>,
}

/// Who runs and who waits.
///
/// A session is *ready* if it has a claim and nothing running. While a place is free, no session is
/// ready: [`next`](Self::next) is called until that holds.
pub(super) struct State {
    limits: QueueLimits,
    /// How many places are taken.
    taken: u16,
    /// How many claims wait.
    waiting: usize,
    /// Counts claims and turns.
    count: Number,
    /// The sessions that run or wait.
    sessions: HashMap<SessionName, Session>,
    /// Whose turn it is.
    lines: Lines,
}

#[derive(Default)]
struct Session {
    running: bool,
    /// True if what runs does not end and holds no place any more.
    stuck: bool,
    /// In the order of asking.
    claims: VecDeque<Waiter>,
    /// If it is ready: the turn it has in the line of its first claim's origin.
    turn: Option<Number>,
}

struct Waiter {
    number: Number,
    origin: Origin,
    request: Option<u32>,
    cancel: CancellationToken,
    answer: oneshot::Sender<Answer>,
}

impl State {
    pub(super) fn new(limits: QueueLimits) -> Self {
        Self {
            limits,
            taken: 0,
            waiting: 0,
            count: 0,
            sessions: HashMap::new(),
            lines: Lines::default(),
        }
    }

    /// Adds a claim. Where it takes the room of another, that is to be told.
    ///
    /// A full queue has room for an origin that takes less of it than another: the last claim of
    /// the origin that takes the most gives way. So nobody can lock others out by filling it.
    pub(super) fn join(
        &mut self,
        claimant: &Claimant,
        answer: oneshot::Sender<Answer>,
    ) -> Result<(Ticket, Option<oneshot::Sender<Answer>>), Busy> {
        let origin = claimant.origin;
        if self.is_stuck(&claimant.session) {
            return Err(Busy::Stuck);
        }
        let mut evicted = None;
        if self.must_wait(&claimant.session) {
            let own = self.sessions.get(&claimant.session);
            let own = own.map_or(0, |session| session.claims.len());
            if own >= self.limits.session_length as usize {
                return Err(Busy::Session);
            }
            if self.waiting >= self.limits.length as usize {
                let victim = self.lines.victim(origin).ok_or(Busy::Server)?;
                evicted = self.remove(&victim).map(|waiter| waiter.answer);
            }
        }
        let number = self.number();
        let session = &claimant.session;
        self.waiting += 1;
        self.lines.add(origin, number, session.clone());
        let entry = self.sessions.entry(session.clone()).or_default();
        entry.claims.push_back(Waiter {
            number,
            origin,
            request: claimant.request,
            cancel: claimant.cancel.clone(),
            answer,
        });
        if !entry.running && entry.turn.is_none() {
            self.make_ready(session, origin);
        }
        let ticket = Ticket {
            session: session.clone(),
            number,
        };
        Ok((ticket, evicted))
    }

    /// Takes a claim back. Does nothing if it has been answered.
    pub(super) fn leave(&mut self, ticket: &Ticket) {
        self.remove(ticket);
    }

    /// Takes a free place for the claim whose turn it is.
    pub(super) fn next(&mut self) -> Option<Next> {
        if self.taken >= self.limits.places.max(1) {
            return None;
        }
        let later = self.number();
        let (origin, name) = self.lines.next(later)?;
        let session = self.sessions.get_mut(&name)?;
        session.running = true;
        session.turn = None;
        let waiter = session.claims.pop_front()?;
        self.taken += 1;
        self.waiting -= 1;
        self.lines.remove(origin, waiter.number);
        Some(Next {
            session: name,
            cancel: waiter.cancel,
            answer: waiter.answer,
        })
    }

    /// Gives back the place of a session that runs.
    pub(super) fn give_back(&mut self, name: &SessionName) {
        let Some(session) = self.sessions.get_mut(name) else {
            return;
        };
        if !std::mem::take(&mut session.stuck) {
            self.taken -= 1;
        }
        session.running = false;
        match session.claims.front().map(|waiter| waiter.origin) {
            Some(origin) => self.make_ready(name, origin),
            None => drop(self.sessions.remove(name)),
        }
    }

    /// Gives the place of a session to others although what runs does not end. The session gets none
    /// until it does; gives back the session's claims, which are to be told.
    pub(super) fn leave_stuck(&mut self, name: &SessionName) -> Vec<oneshot::Sender<Answer>> {
        let Some(session) = self.sessions.get_mut(name) else {
            return Vec::new();
        };
        if !std::mem::replace(&mut session.stuck, true) {
            self.taken -= 1;
        }
        let numbers: Vec<_> = session.claims.iter().map(|claim| claim.number).collect();
        let refused = numbers.into_iter().filter_map(|number| {
            let session = name.clone();
            self.remove(&Ticket { session, number })
        });
        refused.map(|claim| claim.answer).collect()
    }

    /// Where a request of the session stands, or its last one where none is named.
    pub(super) fn position(&self, name: &SessionName, request: Option<u32>) -> Option<Position> {
        let session = self.sessions.get(name)?;
        let index = match request {
            Some(_) => session.claims.iter().position(|w| w.request == request)?,
            None => session.claims.len().checked_sub(1)?,
        };
        let (before, waiting_for) = match session.turn.filter(|_| index == 0) {
            Some(turn) => {
                let before = self.lines.ready_before(session.claims[0].origin, turn);
                (before, WaitingFor::Place)
            }
            None => (index + usize::from(session.running), WaitingFor::OwnScript),
        };
        Some(Position {
            before: u32::try_from(before).unwrap_or(u32::MAX),
            waiting_for,
        })
    }

    fn is_stuck(&self, name: &SessionName) -> bool {
        self.sessions.get(name).is_some_and(|session| session.stuck)
    }

    fn must_wait(&self, name: &SessionName) -> bool {
        // A session that is not ready has nothing waiting unless something of it runs.
        self.taken >= self.limits.places.max(1)
            || self
                .sessions
                .get(name)
                .is_some_and(|session| session.running)
    }

    fn remove(&mut self, ticket: &Ticket) -> Option<Waiter> {
        let session = self.sessions.get_mut(&ticket.session)?;
        let mut claims = session.claims.iter();
        let index = claims.position(|waiter| waiter.number == ticket.number)?;
        let waiter = session.claims.remove(index)?;
        let first = session.claims.front().map(|waiter| waiter.origin);
        self.waiting -= 1;
        // A session has its turn where its first claim came from.
        if index == 0
            && first != Some(waiter.origin)
            && let Some(turn) = session.turn.take()
        {
            self.lines.make_unready(waiter.origin, turn);
            match first {
                Some(origin) => self.make_ready(&ticket.session, origin),
                None => drop(self.sessions.remove(&ticket.session)),
            }
        }
        self.lines.remove(waiter.origin, waiter.number);
        Some(waiter)
    }

    fn make_ready(&mut self, name: &SessionName, origin: Origin) {
        let turn = self.number();
        self.lines.make_ready(origin, turn, name.clone());
        if let Some(session) = self.sessions.get_mut(name) {
            session.turn = Some(turn);
        }
    }

    fn number(&mut self) -> Number {
        self.count += 1;
        self.count
    }

    /// How many claims wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// True if nobody runs or waits, and nothing is left of those who did.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.taken == 0 && self.waiting == 0 && self.sessions.is_empty() && self.lines.is_empty()
    }

    /// Fails if what is known does not agree with itself.
    #[cfg(test)]
    pub(super) fn check(&self) {
        let sessions = || self.sessions.values();
        for session in sessions() {
            assert!(session.running || !session.claims.is_empty());
            let ready = !session.running && !session.claims.is_empty();
            assert_eq!(session.turn.is_some(), ready);
        }
        let places = sessions().filter(|session| session.running && !session.stuck);
        assert_eq!(places.count(), usize::from(self.taken));
        let claims: usize = sessions().map(|session| session.claims.len()).sum();
        let ready = sessions().filter(|session| session.turn.is_some()).count();
        assert_eq!(self.waiting, claims);
        assert_eq!(self.lines.check(), (claims, ready));
        let full = self.taken >= self.limits.places.max(1);
        assert!(
            full || ready == 0,
            "a place is free and somebody waits for it"
        );
    }
}
