//! How often a visitor may ask.
//!
//! Cheap requests and expensive ones are counted apart, each for its address and for its session:
//! an address may be a whole class, a session is one browser. Making a session costs a role in
//! PostgreSQL, so first actions are counted once more, for their address alone.

mod excess;

pub(super) use excess::Excess;

use super::AppState;
use super::address::ClientAddress;
use crate::cli::WebArgs;
use crate::session::SessionId;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::middleware::Next;
use axum::response::Response;
use excess::Limit;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How many seconds' worth of requests may come at once.
const BURST_SECONDS: u32 = 10;

/// After how many requests the keys that owe nothing are forgotten.
const SWEEP: u32 = 4096;

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cost {
    /// A page or an asset.
    Page,
    /// Something that PostgreSQL works for.
    Action,
}

impl Cost {
    /// What a request costs. Paths are compared as they came: one with a character in disguise is
    /// an action to the router as well, or nothing.
    pub(super) fn of(method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        if method == Method::POST && path.starts_with("/api/") && path != "/api/cancel" {
            Self::Action
        } else {
            Self::Page
        }
    }
}

/// The requests of late, by who sent them.
pub(super) struct Rates {
    address_pages: Rate<ClientAddress>,
    address_actions: Rate<ClientAddress>,
    session_pages: Rate<SessionId>,
    session_actions: Rate<SessionId>,
    new_sessions: Rate<ClientAddress>,
}

impl Rates {
    pub(super) fn new(settings: &WebArgs) -> Self {
        Self {
            address_pages: Rate::a_second(settings.page_rate),
            address_actions: Rate::a_second(settings.action_rate),
            session_pages: Rate::a_second(settings.session_page_rate),
            session_actions: Rate::a_second(settings.session_action_rate),
            new_sessions: Rate::an_hour(settings.new_session_rate),
        }
    }

    /// Counts a request for its address.
    fn address(&self, address: ClientAddress, cost: Cost) -> Result<(), Excess> {
        let rate = match cost {
            Cost::Page => &self.address_pages,
            Cost::Action => &self.address_actions,
        };
        rate.count(&address)
            .map_err(|wait| Excess::new(Limit::Address(cost), wait))
    }

    /// Counts a request for its session.
    pub(super) fn session(&self, session: SessionId, cost: Cost) -> Result<(), Excess> {
        let rate = match cost {
            Cost::Page => &self.session_pages,
            Cost::Action => &self.session_actions,
        };
        rate.count(&session)
            .map_err(|wait| Excess::new(Limit::Session(cost), wait))
    }

    /// Counts a session's first action for its address.
    pub(super) fn new_session(&self, address: ClientAddress) -> Result<(), Excess> {
        self.new_sessions
            .count(&address)
            .map_err(|wait| Excess::new(Limit::NewSessions, wait))
    }
}

/// How often each key may come; none if as often as it likes.
///
/// A key takes memory only until it owes nothing, which is a fraction of a second for most, and
/// until the next sweep: what is kept is bounded by what the server can answer in that time.
struct Rate<K: Hash + Eq + Clone, C: Clock = DefaultClock> {
    limiter: Option<Limiter<K, C>>,
    counted: AtomicU32,
}

type Limiter<K, C> = RateLimiter<K, HashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl<K: Hash + Eq + Clone> Rate<K> {
    fn a_second(often: u32) -> Self {
        let burst = NonZeroU32::new(often.saturating_mul(BURST_SECONDS));
        let quota = NonZeroU32::new(often).map(Quota::per_second);
        let quota = quota
            .zip(burst)
            .map(|(quota, burst)| quota.allow_burst(burst));
        Self::new(quota, DefaultClock::default())
    }

    fn an_hour(often: u32) -> Self {
        Self::new(
            NonZeroU32::new(often).map(Quota::per_hour),
            DefaultClock::default(),
        )
    }
}

impl<K: Hash + Eq + Clone, C: Clock> Rate<K, C> {
    fn new(quota: Option<Quota>, clock: C) -> Self {
        Self {
            limiter: quota.map(|quota| RateLimiter::hashmap_with_clock(quota, clock)),
            counted: AtomicU32::new(0),
        }
    }

    /// Counts a request, or tells how long it must wait to be counted.
    fn count(&self, key: &K) -> Result<(), Duration> {
        let Some(limiter) = &self.limiter else {
            return Ok(());
        };
        if self.counted.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter
            .check_key(key)
            .map_err(|excess| excess.wait_time_from(limiter.clock().now()))
    }
}

/// Refuses a request if its address sent too many of late. That the process lives is told always.
pub(super) async fn by_address(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let cost = Cost::of(request.method(), request.uri());
    let alive = request.uri().path() == "/healthz" && request.uri().query() == Some("live");
    let address = request.extensions().get::<ClientAddress>().copied();
    match address
        .filter(|_| !alive)
        .map(|a| state.rates.address(a, cost))
    {
        Some(Err(excess)) => excess.refuse(&state, request).await,
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    #[test]
    fn a_burst_is_let_in_and_then_so_many_a_second() {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_second(NonZeroU32::new(2).expect("not 0"))
            .allow_burst(NonZeroU32::new(5).expect("not 0"));
        let rate = Rate::new(Some(quota), clock.clone());
        let count = |key: u8| (0..100).filter(|_| rate.count(&key).is_ok()).count();
        assert_eq!(count(1), 5);
        assert_eq!(count(2), 5, "keys are counted apart");
        let wait = rate.count(&1).expect_err("too many");
        assert_eq!(wait, Duration::from_millis(500));
        clock.advance(wait);
        assert_eq!(count(1), 1, "whoever waits is let in");
        clock.advance(Duration::from_mins(1));
        assert_eq!(count(1), 5);
    }

    #[test]
    fn no_rate_is_no_limit() {
        let rate = Rate::a_second(0);
        assert!((0..10_000).all(|_| rate.count(&1).is_ok()));
        let rate = Rate::an_hour(0);
        assert!((0..10_000).all(|_| rate.count(&1).is_ok()));
    }

    #[test]
    fn keys_that_owe_nothing_are_forgotten() {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_second(NonZeroU32::new(2).expect("not 0"));
        let rate = Rate::new(Some(quota), clock.clone());
        for key in 0..10 * SWEEP {
            clock.advance(Duration::from_millis(1));
            assert!(rate.count(&key).is_ok());
        }
        let kept = rate.limiter.as_ref().map_or(0, RateLimiter::len);
        assert!(kept <= SWEEP as usize + 1000, "{kept} keys");
    }

    #[test]
    fn what_postgresql_works_for_is_an_action() {
        let check = |method: Method, path: &str, cost| {
            let uri = path.parse().expect("a path");
            assert_eq!(Cost::of(&method, &uri), cost, "{method} {path}");
        };
        check(Method::POST, "/api/run", Cost::Action);
        check(Method::POST, "/api/check?x", Cost::Action);
        check(Method::GET, "/api/run", Cost::Page);
        check(Method::POST, "/api/%72un", Cost::Action);
        check(Method::POST, "/api/dance", Cost::Action);
        check(Method::POST, "/api/cancel", Cost::Page);
        check(Method::POST, "/theme", Cost::Page);
        check(Method::GET, "/", Cost::Page);
    }
}
