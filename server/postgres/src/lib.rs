//! An embedded `PostgreSQL`: unpacked, initialised, started, watched and stopped.
//!
//! ```no_run
//! # async fn example() -> Result<(), sqlground_postgres::Error> {
//! use sqlground_postgres::{Programs, Server, Settings, provision};
//!
//! let programs = Programs::ArchiveFile("postgres.tar.zst".into());
//! let settings = Settings::new("data", programs);
//! let server = Server::start(settings, |progress| eprintln!("{progress}")).await?;
//! let databases = provision(&server.superuser(), server.secret()).await?;
//! // ... connect to databases.own and databases.sandbox ...
//! # let _ = databases;
//! server.stop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # The data directory
//!
//! | path | what | whose |
//! |---|---|---|
//! | `lock` | held while a sqlground works here; names its process | ours |
//! | `secret` | 32 random bytes that passwords and cookies come from | ours, 0600 |
//! | `postgres/<digest>/` | the programs, unpacked | ours, readable |
//! | `cluster/` | the databases; `postgresql.conf` is written at every start | the server's, 0700 |
//! | `run/` | the socket, while the server runs | the server's, 0700 |
//! | `socket` | where the socket is instead, if the path above is too long for one | ours |
//! | `log/` | the server's messages, two files of 4 MB | ours, 0700 |
//!
//! Programs and cluster are made under another name and renamed, so a crash at any moment leaves
//! either all or nothing of them. "The server's" is whoever runs sqlground, except that root's
//! server runs as an unprivileged user (see [`Settings::run_as`]).
//!
//! # What is guaranteed
//!
//! * One process a data directory: a second [`Server::start`] fails and names the first.
//! * The server is reachable through a unix socket in a private directory, never by TCP, and only
//!   with a password of 256 random bits.
//! * No server process uses more address space than [`Settings::memory_limit`].
//! * The server does not outlive an orderly end of this process. What `kill -9` leaves behind,
//!   the next start stops before it begins.
//! * What was committed survives all of this.
//!
//! Linux only: processes are held by pidfd and recognised through `/proc`.

mod account;
mod archive;
mod cluster;
mod config;
mod error;
pub mod harden;
mod hex;
mod lock;
mod log;
mod orphan;
mod postmaster;
mod prepare;
mod process;
mod progress;
mod provision;
mod secret;
mod server;
mod setup_sql;
mod socket;
mod watch;

pub use archive::Programs;
pub use config::{
    DEFAULT_MAX_CONNECTIONS, DEFAULT_MEMORY_LIMIT, DEFAULT_TEMP_FILE_LIMIT, Settings,
};
pub use error::Error;
pub use progress::Progress;
pub use provision::{Databases, provision};
pub use secret::Secret;
pub use server::Server;
pub use setup_sql::{EXTENSIONS_SCHEMA, external_setup_sql};
