//! What can go wrong, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

/// Why `PostgreSQL` cannot be had.
///
/// Each message says what happened and, where something can be done, what. None repeats its
/// source, so printing the whole chain says everything once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The data directory cannot be made or read.
    #[error(
        "cannot use the data directory {}: give this user the right to write there, \
         or choose another with --data", .path.display()
    )]
    DataDirectory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// Another sqlground works in the data directory.
    #[error(
        "the data directory {} is in use by another sqlground{}: stop it, or choose another \
         directory with --data", .data_dir.display(), holder_phrase(*.holder)
    )]
    InUse {
        /// The directory.
        data_dir: PathBuf,
        /// The other's process number, if it has already signed.
        holder: Option<u32>,
    },

    /// There is a cluster but the secret its passwords come from is gone.
    #[error(
        "{} is missing, and the database beside it cannot be opened without: bring it back from \
         a backup, or remove the data directory to begin anew", .path.display()
    )]
    SecretLost {
        /// Where the secret should be.
        path: PathBuf,
    },

    /// The secret's file holds something else.
    #[error(
        "{} is not a secret of sqlground (32 bytes): bring it back from a backup, or remove the \
         data directory to begin anew", .path.display()
    )]
    SecretMalformed {
        /// The file.
        path: PathBuf,
    },

    /// Nobody on this machine has the name given.
    #[error("there is no user {name} in /etc/passwd to run PostgreSQL as")]
    UnknownUser {
        /// The name.
        name: String,
    },

    /// `PostgreSQL` refuses to run as root.
    #[error("PostgreSQL does not run as root: name an unprivileged user")]
    RootUser,

    /// Only root may start a process as somebody else.
    #[error("only root can run PostgreSQL as {name}: start sqlground as root or as {name}")]
    NotRoot {
        /// The user asked for.
        name: String,
    },

    /// The user `PostgreSQL` runs as may not enter a directory on the way.
    #[error(
        "PostgreSQL runs as the user {user}, who may not enter {}: choose a directory elsewhere, \
         such as --data /var/lib/sqlground, or allow it with: chmod o+x {}",
        .directory.display(), .directory.display()
    )]
    Unreachable {
        /// The first directory that is closed.
        directory: PathBuf,
        /// The user.
        user: String,
    },

    /// The archive of `PostgreSQL`'s programs cannot be unpacked.
    #[error("cannot unpack PostgreSQL into {}", .path.display())]
    Unpack {
        /// The directory being filled.
        path: PathBuf,
        /// What the system or the archive's reader said.
        source: io::Error,
    },

    /// `PostgreSQL`'s programs do not run.
    #[error("PostgreSQL does not run from {}: {reason}", .path.display())]
    Programs {
        /// The program that was tried.
        path: PathBuf,
        /// What it said, or what is wrong with it.
        reason: String,
    },

    /// The cluster was made by another major version.
    #[error(
        "{} was made by PostgreSQL {found}, and this is PostgreSQL {running}: dump it with \
         version {found} and restore it, or choose another directory with --data",
        .cluster.display()
    )]
    Version {
        /// The cluster's directory.
        cluster: PathBuf,
        /// The major version that made it.
        found: String,
        /// The major version at hand.
        running: u32,
    },

    /// `initdb` failed.
    #[error("cannot make a new database cluster in {}:\n{output}", .path.display())]
    Initdb {
        /// The directory.
        path: PathBuf,
        /// What `initdb` said.
        output: String,
    },

    /// No directory is short and plain enough for a unix socket.
    #[error(
        "no place for the socket: {} is too long for a unix socket (107 bytes) or holds unusual \
         characters; set TMPDIR to a short path such as /tmp", .path.display()
    )]
    SocketPath {
        /// The last directory tried.
        path: PathBuf,
    },

    /// A process of the server outlives every signal; it hangs in the kernel, on a dead disk
    /// mostly.
    #[error("PostgreSQL's process {pid} does not end, not even by SIGKILL: is its disk gone?")]
    Stuck {
        /// Its process number.
        pid: u32,
    },

    /// The server ended while it was starting.
    #[error("PostgreSQL ended while starting ({status}); its last words, from {}:\n{words}", .log.display())]
    Start {
        /// How it ended.
        status: String,
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        words: String,
    },

    /// The server runs but does not become ready.
    #[error("PostgreSQL is not ready after {seconds} s; its last words, from {}:\n{words}", .log.display())]
    NotReady {
        /// How long it was given.
        seconds: u64,
        /// The log file.
        log: PathBuf,
        /// The log's last lines.
        words: String,
    },

    /// Roles and databases could not be prepared.
    #[error("cannot {step} in PostgreSQL: {reason}")]
    Provision {
        /// What was being done.
        step: String,
        /// What the server or the connection said.
        reason: String,
    },

    /// A file or directory could not be used.
    #[error("cannot {action} {}", .path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn holder_phrase(holder: Option<u32>) -> String {
    holder.map_or_else(String::new, |pid| format!(" (process {pid})"))
}

/// Says what was being done when an operation on a file failed.
pub(crate) trait IoContext<T> {
    /// Turns the error into [`Error::Io`].
    fn io(self, action: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn io(self, action: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io {
            action,
            path: path.to_owned(),
            source,
        })
    }
}
