//! A connection that does not wait forever for the other side.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// How slowly an answer may be taken in the long run: a thousand bytes a second.
const SLOWEST_READER: Duration = Duration::from_millis(1);

/// Whether a connection's request is being answered. Clones tell of the same connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Busy(Arc<AtomicBool>);

impl Busy {
    /// Says so until it is dropped.
    pub(super) fn begin(&self) -> BusyGuard {
        self.0.store(true, Ordering::Relaxed);
        BusyGuard(self.clone())
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A request is being answered.
#[derive(Debug)]
pub(super) struct BusyGuard(Busy);

impl Drop for BusyGuard {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

/// A TCP connection whose reads fail once the head of a request takes too long, counted from its
/// first byte, and whose writes fail once the client takes too little of an answer.
///
/// Each byte that is taken earns the client a little time, up to the time it had at first: a reader
/// on a bad line is waited for, one that takes a byte now and then is not.
#[derive(Debug)]
pub(super) struct PatientStream {
    stream: TcpStream,
    busy: Busy,
    head_time: Option<Duration>,
    head: Option<Pin<Box<Sleep>>>,
    write_time: Option<Duration>,
    write_left: Duration,
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl PatientStream {
    /// A connection with the times for a head and for a write that gets nowhere; none waits
    /// forever.
    pub(super) fn new(
        stream: TcpStream,
        busy: Busy,
        head_time: Option<Duration>,
        write_time: Option<Duration>,
    ) -> Self {
        Self {
            stream,
            busy,
            head_time,
            head: None,
            write_time,
            write_left: write_time.unwrap_or_default(),
            blocked: None,
        }
    }

    fn write(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let written = write(Pin::new(&mut self.stream), cx);
        // What was sent after the request that is being answered had to wait for this.
        self.head = None;
        let Some(write_time) = self.write_time else {
            return written;
        };
        match &written {
            Poll::Ready(Ok(bytes)) => {
                if let Some((since, _)) = self.blocked.take() {
                    let earned = SLOWEST_READER * u32::try_from(*bytes).unwrap_or(u32::MAX);
                    let left = self.write_left.saturating_sub(since.elapsed());
                    self.write_left = left.saturating_add(earned).min(write_time);
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                let left = self.write_left;
                let (_, patience) = self
                    .blocked
                    .get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
                ready!(patience.as_mut().poll(cx));
                // The system must not go on trying to send what it holds.
                let _ = self.stream.set_zero_linger();
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        written
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let Some(head_time) = self.head_time else {
            return read;
        };
        if self.busy.is_set() {
            self.head = None;
            return read;
        }
        if buffer.filled().len() > before {
            self.head.get_or_insert_with(|| Box::pin(sleep(head_time)));
        }
        if read.is_pending()
            && let Some(patience) = &mut self.head
        {
            ready!(patience.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(cx, |stream, cx| stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
