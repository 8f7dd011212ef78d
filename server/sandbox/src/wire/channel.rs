//! Messages in a stream of bytes.

use bytes::{Buf, BytesMut};
use postgres_protocol::message::backend::Message;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A unix or TCP stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The largest message that is buffered whole. Rows are read value by value and may be longer.
pub(super) const LARGEST_MESSAGE: usize = 1024 * 1024;

/// Tag byte and length that a message begins with.
const HEADER: usize = 5;

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
            incoming: BytesMut::with_capacity(16 * 1024),
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

    /// The body of the next message, for kinds that `postgres-protocol` does not know.
    pub(super) async fn body(&mut self, body: usize) -> io::Result<BytesMut> {
        self.skip_header();
        self.take(body).await
    }

    /// Drops the tag and the length of a peeked message.
    pub(super) fn skip_header(&mut self) {
        self.incoming.advance(HEADER);
    }

    /// The next bytes.
    pub(super) async fn take(&mut self, bytes: usize) -> io::Result<BytesMut> {
        self.fill(bytes).await?;
        Ok(self.incoming.split_to(bytes))
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

    async fn fill(&mut self, bytes: usize) -> io::Result<()> {
        while self.incoming.len() < bytes {
            self.read_more().await?;
        }
        Ok(())
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.incoming.reserve(16 * 1024);
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
