//! Whose turn it is: over origins, and within an origin over its sessions.

use super::state::{Number, Ticket};
use crate::SessionName;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// Where a request came from. All of which that is not known count as one.
pub(super) type Origin = Option<IpAddr>;

/// The claims that wait, in a line for each origin.
#[derive(Default)]
pub(super) struct Lines {
    origins: HashMap<Origin, Line>,
    /// The origins with ready sessions, in turn.
    turns: BTreeMap<Number, Origin>,
    /// The origins by how many claims wait.
    lengths: BTreeSet<(usize, Origin)>,
}

/// What waits from one origin.
#[derive(Default)]
struct Line {
    /// If a session is ready: the turn the origin has.
    turn: Option<Number>,
    /// The ready sessions, in turn.
    ready: BTreeMap<Number, SessionName>,
    /// All claims.
    claims: BTreeMap<Number, SessionName>,
}

impl Lines {
    /// Adds a claim to an origin's line.
    pub(super) fn add(&mut self, origin: Origin, number: Number, session: SessionName) {
        self.change(origin, |line| {
            line.claims.insert(number, session);
        });
    }

    /// Takes a claim out of an origin's line. Its session is not ready there any more, unless it
    /// has other claims in it.
    pub(super) fn remove(&mut self, origin: Origin, number: Number) {
        self.change(origin, |line| {
            line.claims.remove(&number);
        });
    }

    /// Puts a session at the end of its origin's line, and the origin at the end of all where it
    /// has no turn yet.
    pub(super) fn make_ready(&mut self, origin: Origin, turn: Number, session: SessionName) {
        let line = self.origins.entry(origin).or_default();
        line.ready.insert(turn, session);
        if line.turn.is_none() {
            line.turn = Some(turn);
            self.turns.insert(turn, origin);
        }
    }

    /// Takes a session's turn, and the origin's with the last of them.
    pub(super) fn make_unready(&mut self, origin: Origin, turn: Number) {
        let Some(line) = self.origins.get_mut(&origin) else {
            return;
        };
        line.ready.remove(&turn);
        if line.ready.is_empty()
            && let Some(turn) = line.turn.take()
        {
            self.turns.remove(&turn);
        }
    }

    /// The origin and the session whose turn it is. The origin's next session waits until the other
    /// origins have had theirs: it gets the turn `later`.
    pub(super) fn next(&mut self, later: Number) -> Option<(Origin, SessionName)> {
        let (_, origin) = self.turns.pop_first()?;
        let line = self.origins.get_mut(&origin)?;
        let (_, session) = line.ready.pop_first()?;
        line.turn = (!line.ready.is_empty()).then_some(later);
        if line.turn.is_some() {
            self.turns.insert(later, origin);
        }
        Some((origin, session))
    }

    /// How many ready sessions have their turn before the one with this turn in its origin's line.
    pub(super) fn ready_before(&self, origin: Origin, turn: Number) -> usize {
        let Some(line) = self.origins.get(&origin) else {
            return 0;
        };
        let rounds = line.ready.range(..turn).count();
        let of_others = self.turns.iter().filter(|(_, other)| **other != origin);
        let of_others = of_others.map(|(other_turn, other)| {
            let in_this_round = usize::from(Some(*other_turn) < line.turn);
            let ready = self.origins.get(other).map_or(0, |line| line.ready.len());
            ready.min(rounds + in_this_round)
        });
        rounds + of_others.sum::<usize>()
    }

    /// The claim that gives way to one from `origin`, if any does: the last of the longest line,
    /// unless that of `origin` would be as long.
    pub(super) fn victim(&self, origin: Origin) -> Option<Ticket> {
        let own = self
            .origins
            .get(&origin)
            .map_or(0, |line| line.claims.len());
        let (length, longest) = self.lengths.last()?;
        if own + 1 >= *length {
            return None;
        }
        let (number, session) = self.origins.get(longest)?.claims.last_key_value()?;
        Some(Ticket {
            session: session.clone(),
            number: *number,
        })
    }

    /// Changes the claims of an origin and keeps what counts them.
    fn change(&mut self, origin: Origin, change: impl FnOnce(&mut Line)) {
        let line = self.origins.entry(origin).or_default();
        self.lengths.remove(&(line.claims.len(), origin));
        change(line);
        if line.claims.is_empty() {
            self.origins.remove(&origin);
        } else {
            self.lengths.insert((line.claims.len(), origin));
        }
    }

    /// True if nothing is left of those who waited.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.origins.is_empty() && self.turns.is_empty() && self.lengths.is_empty()
    }

    /// How many claims wait and how many sessions are ready. Fails if what is known does not agree
    /// with itself.
    #[cfg(test)]
    pub(super) fn check(&self) -> (usize, usize) {
        let lines = || self.origins.values();
        for line in lines() {
            assert!(!line.claims.is_empty());
            assert_eq!(line.turn.is_some(), !line.ready.is_empty());
        }
        for (turn, origin) in &self.turns {
            assert_eq!(self.origins[origin].turn, Some(*turn));
        }
        assert_eq!(
            lines().filter(|line| line.turn.is_some()).count(),
            self.turns.len()
        );
        for (length, origin) in &self.lengths {
            assert_eq!(self.origins[origin].claims.len(), *length);
        }
        assert_eq!(self.lengths.len(), self.origins.len());
        let claims = lines().map(|line| line.claims.len()).sum();
        (claims, lines().map(|line| line.ready.len()).sum())
    }
}
