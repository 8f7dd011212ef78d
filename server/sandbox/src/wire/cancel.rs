//! Where the server is, and asking it to end another connection's statement.

use super::channel::Channel;
use bytes::{BufMut, Bytes};
use sqlx::postgres::PgConnectOptions;
use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// How long asking for a cancellation may take.
const CANCEL_TIME: Duration = Duration::from_secs(2);

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The socket's file.
    Unix(PathBuf),
    /// A host and a port.
    Tcp(String, u16),
}

impl Address {
    /// Where the service itself connects to.
    pub(crate) fn of(options: &PgConnectOptions) -> Self {
        let (host, port) = (options.get_host(), options.get_port());
        let directory = options
            .get_socket()
            .cloned()
            .or_else(|| host.starts_with('/').then(|| PathBuf::from(host)));
        match directory {
            Some(directory) => Self::Unix(directory.join(format!(".s.PGSQL.{port}"))),
            None => Self::Tcp(host.to_owned(), port),
        }
    }

    pub(super) async fn open(&self) -> io::Result<Channel> {
        match self {
            Self::Unix(path) => Ok(Channel::new(UnixStream::connect(path).await?)),
            Self::Tcp(host, port) => {
                let stream = TcpStream::connect((host.as_str(), *port)).await?;
                stream.set_nodelay(true)?;
                Ok(Channel::new(stream))
            }
        }
    }

    /// Asks the server to cancel the statement a connection is executing (manual section 54.2.8).
    /// The server does not say whether it did, but the cancellation is under way when this returns:
    /// it does not hit a statement that is sent later.
    pub(crate) async fn cancel(&self, key: &BackendKey) -> io::Result<()> {
        const CANCEL_REQUEST: i32 = 80_877_102;
        let ask = async {
            let mut channel = self.open().await?;
            let length = i32::try_from(12 + key.secret.len()).map_err(io::Error::other)?;
            channel.outgoing.put_i32(length);
            channel.outgoing.put_i32(CANCEL_REQUEST);
            channel.outgoing.put_i32(key.pid);
            channel.outgoing.put_slice(&key.secret);
            channel.flush().await?;
            // The server closes the connection when it has sent the signal.
            channel.closed().await;
            Ok(())
        };
        timeout(CANCEL_TIME, ask).await?
    }
}

/// How long a secret can be (manual section 54.7).
pub(super) const SECRET_LENGTHS: RangeInclusive<usize> = 4..=256;

/// A connection's process and the secret that permits cancelling its statement. Since protocol 3.2
/// the secret's length varies.
#[derive(Clone)]
pub(crate) struct BackendKey {
    pub(crate) pid: i32,
    pub(super) secret: Bytes,
}

#[cfg(test)]
impl BackendKey {
    pub(super) fn nobody() -> Self {
        Self {
            pid: 0,
            secret: Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_a_path_is_a_socket() {
        let options = PgConnectOptions::new_without_pgpass().port(7);
        let socket = Address::Unix("/run/x/.s.PGSQL.7".into());
        assert_eq!(Address::of(&options.clone().host("/run/x")), socket);
        assert_eq!(Address::of(&options.clone().socket("/run/x")), socket);
        let host = Address::Tcp("db.example".to_owned(), 7);
        assert_eq!(Address::of(&options.host("db.example")), host);
    }
}
