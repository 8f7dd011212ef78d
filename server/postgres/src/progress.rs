//! What a start is busy with.

use std::fmt;
use std::sync::Arc;

/// A step of [`Server::start`](crate::Server::start), for whoever waits. Its `Display` is a
/// phrase to show, such as `unpacking PostgreSQL: 40 %`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A server that outlived an earlier sqlground is being stopped.
    StoppingOrphan {
        /// Its process number.
        pid: u32,
    },
    /// The programs are being unpacked; only the first time.
    Unpacking {
        /// How much is done, from 0 to 100.
        percent: u8,
    },
    /// The database cluster is being made; only the first time.
    Initialising,
    /// The server is starting; after a crash it first replays its log.
    Starting,
    /// The server accepts connections.
    Ready,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoppingOrphan { pid } => write!(
                f,
                "stopping the PostgreSQL of an earlier start (process {pid})"
            ),
            Self::Unpacking { percent } => write!(f, "unpacking PostgreSQL: {percent} %"),
            Self::Initialising => f.write_str("making the database cluster"),
            Self::Starting => f.write_str("starting PostgreSQL"),
            Self::Ready => f.write_str("PostgreSQL is ready"),
        }
    }
}

/// Where progress goes.
pub(crate) type Report = Arc<dyn Fn(Progress) + Send + Sync>;
