//! Bodies on their way in: how long they may take and how much of them is kept in memory at once.
//!
//! A body counts from its first byte until its request is answered, so that a flood of large bodies
//! is refused before it fills the memory, and one address cannot take the room of all.

use super::address::ClientAddress;
use super::{AppState, PLAN_PATH};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt, stream};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The largest body that is taken, in bytes. Form encoding triples some characters.
pub(super) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The largest body that is taken where plans are read: one of ten thousand steps has several
/// megabytes.
pub(super) const MAX_PLAN_BODY_BYTES: usize = 12 * MAX_BODY_BYTES;

/// How much of all bodies together is kept.
const MAX_BYTES: usize = 64 * MAX_BODY_BYTES;

/// How much of the bodies from one address is kept.
const MAX_ADDRESS_BYTES: usize = 16 * MAX_BODY_BYTES;

/// The time of a body where no time is set.
const NO_HURRY: Duration = Duration::from_hours(24);

/// Why a body is not read on.
#[derive(Debug, thiserror::Error)]
pub(super) enum BodyError {
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// Too much of other bodies is kept.
    #[error("there is no room for the body")]
    NoRoom,
    /// The client sent something else, or went away.
    #[error("the body is broken")]
    Broken(#[source] axum::Error),
}

/// What is kept of the bodies on their way in.
#[derive(Debug, Default)]
pub(super) struct Bodies(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    bytes: usize,
    of_address: HashMap<ClientAddress, usize>,
}

impl Bodies {
    /// Room for a body, none of it taken yet.
    fn room(self: &Arc<Self>, address: ClientAddress, largest: usize) -> Room {
        Room {
            bodies: Arc::clone(self),
            address,
            largest,
            bytes: AtomicUsize::new(0),
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The room that a body takes. Dropping it gives the room back.
#[derive(Debug)]
struct Room {
    bodies: Arc<Bodies>,
    address: ClientAddress,
    /// The largest body that is taken here.
    largest: usize,
    bytes: AtomicUsize,
}

impl Room {
    /// Takes room for more bytes. What is above the largest body is thrown away by whoever reads
    /// it, and takes none.
    fn take(&self, more: usize) -> Result<(), BodyError> {
        let taken = self.bytes.load(Ordering::Relaxed);
        let more = more.min(self.largest.saturating_sub(taken));
        self.bodies.change(|kept| {
            let of_address = kept.of_address.entry(self.address).or_default();
            if kept.bytes + more > MAX_BYTES || *of_address + more > MAX_ADDRESS_BYTES {
                return Err(BodyError::NoRoom);
            }
            kept.bytes += more;
            *of_address += more;
            self.bytes.store(taken + more, Ordering::Relaxed);
            Ok(())
        })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let taken = self.bytes.load(Ordering::Relaxed);
        self.bodies.change(|kept| {
            kept.bytes -= taken;
            if let Some(of_address) = kept.of_address.get_mut(&self.address) {
                *of_address -= taken;
                if *of_address == 0 {
                    kept.of_address.remove(&self.address);
                }
            }
        });
    }
}

/// Bounds a request's body in time, and in what of it is kept until the answer.
pub(super) async fn bounded(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let address = request.extensions().get::<ClientAddress>().copied();
    let Some(address) = address.filter(|_| !request.body().is_end_stream()) else {
        return next.run(request).await;
    };
    let largest = largest(request.uri().path());
    let room = Arc::new(state.bodies.room(address, largest));
    let until = Instant::now() + state.body_time.unwrap_or(NO_HURRY);
    let inside = Arc::clone(&room);
    let request =
        request.map(|body| Body::from_stream(watched(body.into_data_stream(), inside, until)));
    let response = next.run(request).await;
    drop(room);
    response
}

/// The largest body that is taken at an address of the site.
fn largest(path: &str) -> usize {
    match path {
        PLAN_PATH => MAX_PLAN_BODY_BYTES,
        _ => MAX_BODY_BYTES,
    }
}

fn watched(
    chunks: impl Stream<Item = Result<Bytes, axum::Error>> + Send + Unpin + 'static,
    room: Arc<Room>,
    until: Instant,
) -> impl Stream<Item = Result<Bytes, BodyError>> + Send + 'static {
    stream::unfold(Some((chunks, room)), move |reading| async move {
        let (mut chunks, room) = reading?;
        let chunk = match timeout_at(until, chunks.next()).await {
            Ok(chunk) => chunk?.map_err(BodyError::Broken),
            Err(_) => Err(BodyError::TooSlow),
        };
        let chunk = chunk.and_then(|chunk| room.take(chunk.len()).map(|()| chunk));
        let on = chunk.is_ok().then_some((chunks, room));
        Some((chunk, on))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> ClientAddress {
        ClientAddress::of(text.parse().expect("an address"))
    }

    #[test]
    fn one_address_cannot_take_the_room_of_all() {
        let bodies = Arc::new(Bodies::default());
        let fill = |from: &str, most: usize| -> Vec<Room> {
            (0..most)
                .map(|_| bodies.room(address(from), MAX_BODY_BYTES))
                .take_while(|room| room.take(MAX_BODY_BYTES).is_ok())
                .collect()
        };
        let first = fill("192.0.2.1", 100);
        assert_eq!(first.len(), MAX_ADDRESS_BYTES / MAX_BODY_BYTES);
        let others: Vec<_> = (2..=4)
            .map(|n| fill(&format!("192.0.2.{n}"), 100))
            .collect();
        assert_eq!(fill("192.0.2.5", 1).len(), 0, "all of it is taken");
        drop(others);
        assert_eq!(
            fill("192.0.2.5", 1).len(),
            1,
            "what is dropped is free again"
        );
        drop(first);
        bodies.change(|kept| {
            assert_eq!(kept.bytes, 0);
            assert!(kept.of_address.is_empty(), "nothing is kept of who is gone");
        });
    }

    #[test]
    fn what_is_thrown_away_takes_no_room() {
        let bodies = Arc::new(Bodies::default());
        let room = bodies.room(address("192.0.2.1"), MAX_BODY_BYTES);
        for _ in 0..100 {
            room.take(MAX_BODY_BYTES).expect("room");
        }
        bodies.change(|kept| assert_eq!(kept.bytes, MAX_BODY_BYTES));
    }

    #[test]
    fn large_plans_share_the_room_of_all_bodies() {
        assert_eq!(largest("/plan"), MAX_PLAN_BODY_BYTES);
        assert_eq!(largest("/api/plan"), MAX_BODY_BYTES);
        let bodies = Arc::new(Bodies::default());
        let plans: Vec<_> = (0..100)
            .map(|_| bodies.room(address("192.0.2.1"), MAX_PLAN_BODY_BYTES))
            .take_while(|room| room.take(MAX_PLAN_BODY_BYTES).is_ok())
            .collect();
        assert_eq!(plans.len(), MAX_ADDRESS_BYTES / MAX_PLAN_BODY_BYTES);
    }

    #[tokio::test]
    async fn a_body_that_stops_is_given_up() {
        let bodies = Arc::new(Bodies::default());
        let room = Arc::new(bodies.room(address("192.0.2.1"), MAX_BODY_BYTES));
        let some = stream::iter([Ok(Bytes::from_static(b"some"))]);
        let chunks = Box::pin(some.chain(stream::pending()));
        let until = Instant::now() + Duration::from_millis(20);
        let read: Vec<_> = watched(chunks, room, until).collect().await;
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].as_ref().expect("a chunk"), "some");
        assert!(matches!(read[1], Err(BodyError::TooSlow)), "{read:?}");
    }
}
