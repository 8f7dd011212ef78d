//! The requests that are going on, so that each can be cancelled by another one.

use crate::session::SessionId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio_util::sync::CancellationToken;

/// The requests that are going on.
#[derive(Default)]
pub(crate) struct Requests {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    begun: u64,
    sessions: HashMap<SessionId, Vec<Request>>,
}

struct Request {
    /// Unlike any other's.
    id: u64,
    /// What the session calls it.
    number: Option<u32>,
    cancel: CancellationToken,
}

/// Counts a request as going on until it is dropped.
pub(crate) struct GoingOn<'a> {
    requests: &'a Requests,
    session: SessionId,
    id: u64,
}

impl Requests {
    /// A request of a session begins; `number` is what the session calls it.
    pub(crate) fn begin(
        &self,
        session: SessionId,
        number: Option<u32>,
        cancel: CancellationToken,
    ) -> GoingOn<'_> {
        let mut state = self.state();
        state.begun += 1;
        let id = state.begun;
        let request = Request { id, number, cancel };
        state.sessions.entry(session).or_default().push(request);
        GoingOn {
            requests: self,
            session,
            id,
        }
    }

    /// Cancels a session's requests of that number, or all where none is named. Gives back how
    /// many.
    pub(crate) fn cancel(&self, session: &SessionId, number: Option<u32>) -> usize {
        let state = self.state();
        let requests = state.sessions.get(session).into_iter().flatten();
        let meant = requests.filter(|request| number.is_none() || request.number == number);
        meant.map(|request| request.cancel.cancel()).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        let mut state = self.requests.state();
        if let Some(requests) = state.sessions.get_mut(&self.session) {
            requests.retain(|request| request.id != self.id);
            if requests.is_empty() {
                state.sessions.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_cancels_its_own_requests_alone() {
        let requests = Requests::default();
        let [ama, bo] = [(); 2].map(|()| SessionId::random().unwrap());
        let token = CancellationToken::new;
        let (first, second, other) = (token(), token(), token());
        let ended = requests.begin(ama, Some(1), token());
        let _first = requests.begin(ama, Some(1), first.clone());
        let _second = requests.begin(ama, None, second.clone());
        let _other = requests.begin(bo, Some(1), other.clone());
        drop(ended);
        assert_eq!(requests.cancel(&ama, Some(7)), 0);
        assert_eq!(requests.cancel(&ama, Some(1)), 1);
        assert!(first.is_cancelled() && !second.is_cancelled());
        assert_eq!(requests.cancel(&ama, None), 2);
        assert!(second.is_cancelled() && !other.is_cancelled());
    }

    #[test]
    fn nothing_is_left_of_what_has_ended() {
        let requests = Requests::default();
        let session = SessionId::random().unwrap();
        let begin = || requests.begin(session, None, CancellationToken::new());
        let (first, second) = (begin(), begin());
        drop(first);
        assert_eq!(requests.cancel(&session, None), 1);
        drop(second);
        assert!(requests.state().sessions.is_empty());
    }
}
