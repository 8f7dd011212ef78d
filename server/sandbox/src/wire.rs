//! A client for PostgreSQL's simple query protocol (manual chapter 54), made for SQL nobody has
//! read: results are counted and cut while they are read, no message can take unbounded memory, and
//! everything the server says is kept in order.
//!
//! Whatever the server sends, a reply keeps no more than [`Limits::bytes_kept`] of values and as
//! much of notices, apart from its columns, its error, and the row in which the bytes run out. While
//! it is read it takes one message of at most a megabyte on top. Memory grows with what arrives, not
//! with what is announced. What is read counts against [`Limits::bytes_read`]; past that, as during
//! the log-in, small messages without end are ended by the caller's clock.
//!
//! Framing and SCRAM come from `postgres-protocol`.
//!
//! [`Limits::bytes_kept`]: crate::Limits::bytes_kept
//! [`Limits::bytes_read`]: crate::Limits::bytes_read

mod cancel;
mod channel;
mod connect;
mod fields;
mod fingerprint;
mod kept;
mod reply;
mod rows;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use cancel::{Address, BackendKey};
pub(crate) use connect::{ConnectError, Login};
pub(crate) use fields::{Field, limit_notice};
pub(crate) use kept::OUTDATED;
pub(crate) use reply::{Budget, Reply};

use channel::Channel;
use kept::KeptStatements;
use postgres_protocol::message::frontend;
use std::io;

/// A connection that is logged in.
pub(crate) struct Connection {
    channel: Channel,
    address: Address,
    key: BackendKey,
    kept: KeptStatements,
}

impl Connection {
    /// What a request to cancel this connection's statement needs.
    pub(crate) fn canceller(&self) -> (Address, BackendKey) {
        (self.address.clone(), self.key.clone())
    }

    /// The process that serves this connection.
    pub(crate) fn pid(&self) -> i32 {
        self.key.pid
    }

    /// Sends SQL by the simple protocol and reads what comes back into `reply`.
    ///
    /// Fails if the connection is lost; what came until then is in `reply`. A dropped future leaves
    /// the connection in the middle of an answer: it must not be used again.
    pub(crate) async fn simple(
        &mut self,
        sql: &str,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        frontend::query(sql, &mut self.channel.outgoing)?;
        self.channel.flush().await?;
        self.read_reply(Mode::Simple, budget, reply).await
    }

    /// Sends one statement by the extended protocol, which refuses more than one (SQLSTATE 42601),
    /// and reads what comes back into `reply`, as [`simple`](Self::simple) does.
    pub(crate) async fn single(
        &mut self,
        sql: &str,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        frontend::parse("", sql, [], &mut self.channel.outgoing)?;
        self.execute_prepared("", budget, reply).await
    }

    /// Sends, after what is going out already, the execution of a prepared statement, and reads what
    /// comes back for all of it.
    async fn execute_prepared(
        &mut self,
        name: &str,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        let out = &mut self.channel.outgoing;
        bind(name, out)?;
        frontend::describe(b'P', "", out)?;
        frontend::execute("", 0, out)?;
        frontend::sync(out);
        self.channel.flush().await?;
        self.read_reply(Mode::Extended, budget, reply).await
    }

    /// True if nothing has come since the last answer: no farewell, and nothing unasked for.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.channel.is_quiet()
    }

    /// Says goodbye. The server rolls back what is open and ends the process soon after.
    pub(crate) async fn close(mut self) {
        frontend::terminate(&mut self.channel.outgoing);
        if let Err(error) = self.channel.flush().await {
            tracing::debug!(%error, "the connection was closed already");
        }
    }
}

/// Which protocol a reply belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Simple,
    Extended,
}

/// Binds a prepared statement without parameters to the unnamed portal.
fn bind(statement: &str, out: &mut bytes::BytesMut) -> io::Result<()> {
    let no_values: [(); 0] = [];
    frontend::bind(
        "",
        statement,
        [],
        no_values,
        |(), _| unreachable!("no values"),
        [],
        out,
    )
    .map_err(|error| match error {
        frontend::BindError::Conversion(error) => io::Error::other(error),
        frontend::BindError::Serialization(error) => error,
    })
}

/// A connection to a server that a test plays.
#[cfg(test)]
fn connection_to(stream: impl channel::Stream + 'static) -> Connection {
    Connection {
        channel: Channel::new(stream),
        address: Address::Unix("/nowhere".into()),
        key: BackendKey::nobody(),
        kept: KeptStatements::default(),
    }
}
