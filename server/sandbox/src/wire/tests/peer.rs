//! A server whose every word is known beforehand.

use allocation_counter::AllocationInfo;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

/// Says what it was given, in pieces, and closes the connection. It listens to nothing.
pub(super) struct Peer {
    said: Vec<u8>,
    position: usize,
    pieces: Vec<usize>,
    reads: usize,
    waiting: bool,
}

impl Peer {
    /// A server that says `said` in pieces of these lengths, which begin anew when they are used
    /// up.
    pub(super) fn new(said: &[u8], pieces: &[usize]) -> Self {
        Self {
            said: said.to_vec(),
            position: 0,
            pieces: pieces.to_vec(),
            reads: 0,
            waiting: false,
        }
    }
}

impl AsyncRead for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.waiting = !self.waiting;
        if self.waiting {
            return Poll::Pending;
        }
        let rest = &self.said[self.position..];
        let piece = self.pieces[self.reads % self.pieces.len()];
        let piece = piece.min(rest.len()).min(buffer.remaining());
        buffer.put_slice(&rest[..piece]);
        self.position += piece;
        self.reads += 1;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Peer {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        sent: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(sent.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());

/// Drives a future that only a [`Peer`] makes wait, and which therefore ends within as many steps
/// as the peer has bytes to say, plus one for the end. A cancellation finds no server.
pub(super) fn drive<F: Future>(future: F, bytes: usize) -> F::Output {
    let _entered = RUNTIME.enter();
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..bytes + 2 {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it waits for more than the server says");
}

/// What something comes to, and what it allocated on this thread.
pub(super) fn measure<T>(run: impl FnOnce() -> T) -> (T, AllocationInfo) {
    LazyLock::force(&RUNTIME);
    let mut result = None;
    // A panic in it would leave the counter counting.
    let allocated = allocation_counter::measure(|| {
        result = Some(catch_unwind(AssertUnwindSafe(run)));
    });
    match result.unwrap() {
        Ok(value) => (value, allocated),
        Err(panic) => resume_unwind(panic),
    }
}
