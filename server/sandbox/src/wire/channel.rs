//! Messages in a stream of bytes.

use bytes::{Buf, BytesMut};
use postgres_protocol::message::backend::Message;
use std::io;
use std::pin::Pin;
use std::task::{Context, Waker};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// A unix or TCP stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The largest message that is buffered whole. Rows are read value by value and may be longer.
pub(super) const LARGEST_MESSAGE: usize = 1024 * 1024;

/// Tag byte and length that a message begins with.
pub(super) const HEADER: usize = 5;

/// How much is read at once.
const PIECE: usize = 16 * 1024;

/// A stream with a buffer for each direction.
pub(super) struct Channel {
    stream: Box<dyn Stream>,
    incoming: BytesMut,
    /// What the next [`flush`](Self::flush) sends.
    pub(super) outgoing: BytesMut,
}

impl Channel {
    pub(super) fn new(stream: impl Stream + 'static) -> Self {
        Self {
            stream: Box::new(stream),
            incoming: BytesMut::new(),
            outgoing: BytesMut::new(),
        }
    }

    /// Sends what `outgoing` holds.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all_buf(&mut self.outgoing).await?;
        self.stream.flush().await
    }

    /// The tag and the body's length of the next message, which stays unread.
    pub(super) async fn peek(&mut self) -> io::Result<(u8, usize)> {
        self.fill(HEADER).await?;
        let length = u32::from_be_bytes(self.incoming[1..HEADER].try_into().expect("four bytes"));
        let body = usize::try_from(length).ok().and_then(|n| n.checked_sub(4));
        let body = body.ok_or_else(|| malformed("a message is shorter than its own length"))?;
        Ok((self.incoming[0], body))
    }

    /// The next message, which [`peek`](Self::peek) says is no longer than [`LARGEST_MESSAGE`].
    pub(super) async fn message(&mut self, body: usize) -> io::Result<Message> {
        debug_assert!(body <= LARGEST_MESSAGE);
        self.fill(HEADER + body).await?;
        Message::parse(&mut self.incoming)?.ok_or_else(|| malformed("a message ends early"))
    }

    /// The body of the next message, for kinds that `postgres-protocol` does not know or reads too
    /// strictly. [`peek`](Self::peek) says that it is no longer than [`LARGEST_MESSAGE`].
    pub(super) async fn body(&mut self, body: usize) -> io::Result<BytesMut> {
        debug_assert!(body <= LARGEST_MESSAGE);
        self.skip_header();
        self.fill(body).await?;
        Ok(self.incoming.split_to(body))
    }

    /// Drops the tag and the length of a peeked message.
    pub(super) fn skip_header(&mut self) {
        self.incoming.advance(HEADER);
    }

    /// The next bytes, of which there are few.
    pub(super) async fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.fill(N).await?;
        let mut bytes = [0; N];
        self.incoming.copy_to_slice(&mut bytes);
        Ok(bytes)
    }

    /// The next bytes, however many. The memory they take grows with what arrives, not with what
    /// was announced.
    pub(super) async fn take(&mut self, bytes: usize) -> io::Result<Vec<u8>> {
        let mut taken = Vec::with_capacity(bytes.min(PIECE));
        while taken.len() < bytes {
            if self.incoming.is_empty() {
                self.read_more().await?;
            }
            let part = self.incoming.len().min(bytes - taken.len());
            taken.extend_from_slice(&self.incoming[..part]);
            self.incoming.advance(part);
        }
        Ok(taken)
    }

    /// Reads and forgets bytes without keeping them.
    pub(super) async fn skip(&mut self, mut bytes: usize) -> io::Result<()> {
        while bytes > self.incoming.len() {
            bytes -= self.incoming.len();
            self.incoming.clear();
            self.read_more().await?;
        }
        self.incoming.advance(bytes);
        Ok(())
    }

    /// True if the server has said nothing since the last answer, and the connection is open as far
    /// as is known.
    pub(super) fn is_quiet(&mut self) -> bool {
        let mut byte = [0];
        let mut buffer = ReadBuf::new(&mut byte);
        let mut context = Context::from_waker(Waker::noop());
        let read = Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer);
        self.incoming.is_empty() && read.is_pending()
    }

    /// Waits until the server closes the connection, in whatever manner, or says something.
    pub(super) async fn closed(&mut self) {
        if let Err(error) = self.read_more().await {
            tracing::trace!(%error, "the server closes the connection");
        }
    }

    /// Gives the buffers back, so that a connection that waits for work takes no memory.
    pub(super) fn release(&mut self) {
        if self.incoming.is_empty() && self.outgoing.is_empty() {
            (self.incoming, self.outgoing) = (BytesMut::new(), BytesMut::new());
        }
    }

    async fn fill(&mut self, bytes: usize) -> io::Result<()> {
        while self.incoming.len() < bytes {
            self.read_more().await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.incoming.reserve(PIECE);
        if self.stream.read_buf(&mut self.incoming).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }
}

/// The server says something the protocol does not allow.
pub(super) fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
