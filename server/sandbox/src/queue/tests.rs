//! What the queue promises, in order of the module's text.

mod walk;

use super::*;
use std::net::IpAddr;
use tokio::task::JoinHandle;

const LIMITS: QueueLimits = QueueLimits {
    places: 1,
    length: 100,
    session_length: 2,
    time: Duration::from_mins(1),
};

fn queue(limits: QueueLimits) -> Arc<Queue> {
    Arc::new(Queue::new(limits))
}

/// A session of an origin.
fn claimant(origin: u8, session: u8) -> Claimant {
    let name = SessionName::new([session; 16]);
    Claimant::new(name, Some(IpAddr::from([192, 0, 2, origin])))
}

/// Asks for a place in the background and comes back once that waits or is done.
async fn ask(queue: &Arc<Queue>, claimant: &Claimant) -> JoinHandle<Result<Place, Error>> {
    let (queue, claimant) = (Arc::clone(queue), claimant.clone());
    let asking = tokio::spawn(async move { queue.place(&claimant).await });
    tokio::task::yield_now().await;
    asking
}

fn busy(result: Result<Place, Error>) -> Option<Busy> {
    match result {
        Err(Error::Busy(reason)) => Some(reason),
        Err(_) => None,
        Ok(place) => {
            drop(place);
            None
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_runs_one_script_at_a_time() {
    let queue = queue(QueueLimits {
        places: 8,
        ..LIMITS
    });
    let first = queue.place(&claimant(1, 1)).await.unwrap();
    let second = ask(&queue, &claimant(1, 1)).await;
    let _other = queue.place(&claimant(1, 2)).await.unwrap();
    assert!(!second.is_finished());
    drop(first);
    assert!(second.await.unwrap().is_ok());
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_the_own_script_holds_no_place() {
    let queue = queue(QueueLimits {
        places: 2,
        ..LIMITS
    });
    let _first = queue.place(&claimant(1, 1)).await.unwrap();
    let second = ask(&queue, &claimant(1, 1)).await;
    assert!(queue.place(&claimant(1, 2)).await.is_ok());
    assert!(!second.is_finished());
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_too_long_is_told_so_and_leaves_no_trace() {
    let queue = queue(LIMITS);
    let place = queue.place(&claimant(1, 1)).await.unwrap();
    let begun = tokio::time::Instant::now();
    let refused = busy(queue.place(&claimant(1, 2)).await);
    assert_eq!(refused, Some(Busy::TooLong));
    assert_eq!(begun.elapsed().as_secs(), LIMITS.time.as_secs());
    assert_eq!(queue.shared.state().waiting(), 0);
    drop(place);
    assert!(queue.shared.state().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_claim_ends_and_leaves_no_trace() {
    let queue = queue(LIMITS);
    let place = queue.place(&claimant(1, 1)).await.unwrap();
    let student = claimant(1, 2);
    let waiting = ask(&queue, &student).await;
    student.cancel.cancel();
    assert!(matches!(waiting.await.unwrap(), Err(Error::Cancelled)));
    assert!(matches!(queue.place(&student).await, Err(Error::Cancelled)));
    assert_eq!(queue.shared.state().waiting(), 0);
    drop(place);
    assert!(queue.shared.state().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_claim_leaves_no_trace() {
    let queue = queue(LIMITS);
    let place = queue.place(&claimant(1, 1)).await.unwrap();
    for session in [1, 2] {
        let waiting = ask(&queue, &claimant(1, session)).await;
        waiting.abort();
        assert!(waiting.await.is_err_and(|error| error.is_cancelled()));
    }
    assert_eq!(queue.shared.state().waiting(), 0);
    drop(place);
    assert!(queue.shared.state().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_place_tells_that_it_is_no_longer_wanted() {
    let queue = queue(LIMITS);
    let student = claimant(1, 1);
    let place = queue.place(&student).await.unwrap();
    assert!(!place.is_cancelled());
    student.cancel.cancel();
    place.cancelled().await;
}

#[tokio::test(start_paused = true)]
async fn a_place_whose_taker_has_just_gone_goes_to_the_next() {
    let queue = queue(LIMITS);
    let place = queue.place(&claimant(1, 1)).await.unwrap();
    let gone = ask(&queue, &claimant(1, 2)).await;
    let next = ask(&queue, &claimant(1, 3)).await;
    // It has been granted the place, and is dropped before it can take it.
    drop(place);
    gone.abort();
    drop(next.await.unwrap().unwrap());
    assert!(queue.shared.state().is_empty());
}

#[tokio::test(start_paused = true)]
async fn too_many_scripts_of_a_session_are_refused() {
    let queue = queue(QueueLimits {
        places: 8,
        ..LIMITS
    });
    let _running = queue.place(&claimant(1, 1)).await.unwrap();
    let _first = ask(&queue, &claimant(1, 1)).await;
    let _second = ask(&queue, &claimant(1, 1)).await;
    let third = queue.place(&claimant(1, 1)).await;
    assert_eq!(busy(third), Some(Busy::Session));
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_keeps_its_session_out_and_nobody_else() {
    let queue = queue(LIMITS);
    let stuck = queue.place(&claimant(1, 1)).await.unwrap();
    let waiting = ask(&queue, &claimant(1, 1)).await;
    let other = ask(&queue, &claimant(1, 2)).await;
    stuck.leave_stuck();
    stuck.leave_stuck();
    assert_eq!(busy(waiting.await.unwrap()), Some(Busy::Stuck));
    let refused = queue.place(&claimant(1, 1)).await;
    assert_eq!(busy(refused), Some(Busy::Stuck));
    let other = other.await.unwrap().unwrap();
    queue.shared.state().check();
    drop(stuck);
    let again = ask(&queue, &claimant(1, 1)).await;
    assert!(!again.is_finished());
    drop(other);
    drop(again.await.unwrap().unwrap());
    assert!(queue.shared.state().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_has_room_for_whoever_takes_less_of_it() {
    let queue = queue(QueueLimits {
        length: 4,
        ..LIMITS
    });
    let running = queue.place(&claimant(1, 0)).await.unwrap();
    let mut flood = Vec::new();
    for session in 1..=4 {
        flood.push(ask(&queue, &claimant(1, session)).await);
    }
    let refused = busy(queue.place(&claimant(1, 5)).await);
    assert_eq!(refused, Some(Busy::Server), "the flood takes the most");

    let first = ask(&queue, &claimant(2, 6)).await;
    let second = ask(&queue, &claimant(3, 7)).await;
    let evicted: Vec<_> = flood.iter().map(JoinHandle::is_finished).collect();
    assert_eq!(
        evicted,
        [false, false, true, true],
        "those who came last give way"
    );
    assert_eq!(busy(flood.remove(3).await.unwrap()), Some(Busy::Server));

    // Two of the flood and one of each other wait: nobody takes less by more than one.
    assert_eq!(busy(queue.place(&claimant(2, 8)).await), Some(Busy::Server));
    drop((running, flood));
    drop(first.await.unwrap().unwrap());
    drop(second.await.unwrap().unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_session_in_a_loop_delays_others_by_one_place() {
    const RUNNING: Duration = Duration::from_secs(1);
    let queue = queue(LIMITS);
    let looping = tokio::spawn({
        let queue = Arc::clone(&queue);
        async move {
            // Two at a time, so that one always waits.
            let each = || async {
                loop {
                    let _place = queue.place(&claimant(1, 1)).await.unwrap();
                    tokio::time::sleep(RUNNING).await;
                }
            };
            tokio::join!(each(), each());
        }
    });
    for session in 2..7 {
        tokio::time::sleep(Duration::from_millis(333)).await;
        let begun = tokio::time::Instant::now();
        drop(queue.place(&claimant(1, session)).await.unwrap());
        assert!(begun.elapsed() <= RUNNING, "{:?}", begun.elapsed());
    }
    looping.abort();
}

/// In which order sessions, that wait in the order given, get their places.
async fn order(claims: &[(u8, u8)]) -> Vec<u8> {
    let queue = queue(LIMITS);
    let mut place = queue.place(&claimant(0, 0)).await.ok();
    let mut waiting = Vec::new();
    for (origin, session) in claims {
        waiting.push((*session, ask(&queue, &claimant(*origin, *session)).await));
    }
    let mut order = Vec::new();
    while !waiting.is_empty() {
        drop(place.take());
        tokio::task::yield_now().await;
        let next = waiting.iter().position(|(_, asking)| asking.is_finished());
        let (session, asking) = waiting.remove(next.expect("a free place is given"));
        order.push(session);
        place = asking.await.unwrap().ok();
    }
    order
}

#[tokio::test(start_paused = true)]
async fn places_are_given_in_turn_over_origins_then_sessions() {
    let one_origin = [(1, 1), (1, 1), (1, 2), (1, 3)];
    assert_eq!(order(&one_origin).await, [1, 2, 3, 1]);
    let flood = [(1, 1), (1, 2), (1, 3), (1, 4), (2, 5), (3, 6), (2, 7)];
    assert_eq!(order(&flood).await, [1, 5, 6, 2, 7, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_position_is_the_number_of_places_given_before() {
    let queue = queue(LIMITS);
    let _running = queue.place(&claimant(1, 1)).await.unwrap();
    let mut waiting = Vec::new();
    let claims = [
        (1, 1),
        (1, 2),
        (1, 3),
        (1, 4),
        (2, 5),
        (3, 6),
        (2, 7),
        (1, 2),
    ];
    for ((origin, session), request) in claims.into_iter().zip(10..) {
        let mut claimant = claimant(origin, session);
        claimant.request = Some(request);
        waiting.push(ask(&queue, &claimant).await);
    }
    let position = |session, request| {
        let found = queue.position(&SessionName::new([session; 16]), request);
        found.map(|position| (position.waiting_for, position.before))
    };
    assert_eq!(position(1, Some(10)), Some((WaitingFor::OwnScript, 1)));
    // The order is 2, 5, 6, 3, 7, 4.
    let places = [2, 5, 6, 3, 7, 4].into_iter().zip(0..);
    for (session, before) in places.filter(|(session, _)| *session != 2) {
        assert_eq!(
            position(session, None),
            Some((WaitingFor::Place, before)),
            "{session}"
        );
    }
    assert_eq!(position(2, Some(11)), Some((WaitingFor::Place, 0)));
    assert_eq!(position(2, Some(17)), Some((WaitingFor::OwnScript, 1)));
    assert_eq!(position(2, None), position(2, Some(17)));
    assert_eq!(position(2, Some(99)), None);
    assert_eq!(position(9, None), None);
}
