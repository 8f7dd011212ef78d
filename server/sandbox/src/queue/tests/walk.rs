//! A long life of the queue, at random.

use super::*;
use std::collections::HashMap;

/// A random walk over asking, giving up and finishing. After each step, what is known agrees with
/// itself, nobody holds two places, and none is lost; and nobody is passed twice by the same
/// other.
#[test]
fn no_place_is_lost_and_nobody_is_passed_twice() {
    for seed in 1..=200 {
        let mut walk = Walk::new(seed);
        for _ in 0..400 {
            walk.step();
        }
        while !walk.places.is_empty() || !walk.claims.is_empty() {
            drop(walk.places.pop());
            walk.look();
        }
        assert!(walk.shared.state().is_empty(), "seed {seed}");
    }
}

struct Walk {
    random: u64,
    shared: Arc<Shared>,
    claims: Vec<Claim>,
    places: Vec<(u8, Place)>,
    /// For an origin that waits for its turn: which others had one since.
    passed: HashMap<u8, Vec<u8>>,
}

struct Claim {
    origin: u8,
    session: u8,
    ticket: Ticket,
    answer: oneshot::Receiver<Answer>,
}

impl Claim {
    fn give_up(self, shared: &Arc<Shared>) {
        // In either order.
        if self.session.is_multiple_of(2) {
            drop(self.answer);
            shared.state().leave(&self.ticket);
        } else {
            shared.state().leave(&self.ticket);
            drop(self.answer);
        }
    }
}

const WALK: QueueLimits = QueueLimits {
    places: 3,
    length: 12,
    session_length: 2,
    time: Duration::MAX,
};

impl Walk {
    fn new(seed: u64) -> Self {
        Self {
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            shared: Arc::new(Shared {
                state: Mutex::new(State::new(WALK)),
            }),
            claims: Vec::new(),
            places: Vec::new(),
            passed: HashMap::new(),
        }
    }

    /// A number below `n` (xorshift64).
    fn below(&mut self, n: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random >> 33).unwrap() % n
    }

    fn step(&mut self) {
        match self.below(8) {
            0 if !self.claims.is_empty() => {
                let index = self.below(self.claims.len());
                self.claims.remove(index).give_up(&self.shared);
                self.look();
            }
            1..=3 if !self.places.is_empty() => {
                let index = self.below(self.places.len());
                drop(self.places.remove(index));
                self.look();
            }
            _ => self.ask(),
        }
    }

    fn ask(&mut self) {
        let session = u8::try_from(self.below(12)).unwrap();
        // Half of all come from one address; a few sessions change theirs.
        let origin = match self.below(20) {
            0 => 9,
            _ => (session / 2).saturating_sub(2),
        };
        let of_session = self.claims.iter().filter(|c| c.session == session).count();
        match self.shared.ask(&claimant(origin, session)) {
            Ok((ticket, answer)) => {
                self.claims.push(Claim {
                    origin,
                    session,
                    ticket,
                    answer,
                });
                self.look();
            }
            Err(Error::Busy(Busy::Session)) => assert_eq!(of_session, 2),
            Err(Error::Busy(Busy::Server)) => assert_eq!(self.claims.len(), 12),
            Err(error) => panic!("{error}"),
        }
    }

    /// Takes the answers in.
    fn look(&mut self) {
        let mut granted = Vec::new();
        let mut waiting = Vec::new();
        for mut claim in self.claims.drain(..) {
            match claim.answer.try_recv() {
                Ok(Ok(place)) => granted.push((claim, place)),
                Ok(Err(reason)) => assert_eq!(reason, Busy::Server),
                Err(_) => waiting.push(claim),
            }
        }
        self.claims = waiting;
        let mut served = Vec::new();
        for (claim, place) in granted {
            let twice = self
                .places
                .iter()
                .any(|(session, _)| *session == claim.session);
            assert!(!twice, "{} has two places", claim.session);
            self.places.push((claim.session, place));
            served.push(claim.origin);
        }
        let ready = self.ready();
        self.passed.retain(|origin, _| ready.contains(origin));
        for (waiting, served) in ready
            .iter()
            .flat_map(|w| served.iter().map(move |s| (w, s)))
        {
            let passed = self.passed.entry(*waiting).or_default();
            if waiting == served {
                passed.clear();
            } else {
                assert!(
                    !passed.contains(served),
                    "{waiting} is passed twice by {served}"
                );
                passed.push(*served);
            }
        }
        assert!(self.places.len() <= WALK.places.into());
        assert!(self.claims.len() <= 12);
        self.shared.state().check();
    }

    /// The origins with a session that waits for a place.
    fn ready(&self) -> Vec<u8> {
        let state = self.shared.state();
        let mut ready = Vec::new();
        for claim in &self.claims {
            let name = SessionName::new([claim.session; 16]);
            let first = self.claims.iter().find(|c| c.session == claim.session);
            let waits = state.position(&name, None).is_some()
                && !self
                    .places
                    .iter()
                    .any(|(session, _)| *session == claim.session);
            if waits && first.is_some_and(|first| first.origin == claim.origin) {
                ready.push(claim.origin);
            }
        }
        ready.sort_unstable();
        ready.dedup();
        ready
    }
}
