//! What a sandbox server is told when it is opened, and the limits scripts run under.

use crate::name::Secret;
use sqlx::postgres::PgConnectOptions;
use std::time::Duration;

/// What [`Sandboxes::open`](crate::Sandboxes::open) needs to know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service's own log-in to the database that holds the sandboxes and nothing else. The
    /// role owns the database, has CREATEROLE and `pg_signal_backend`, and is no superuser. Its
    /// unix socket or TCP address is used for the students' log-ins as well.
    pub database: PgConnectOptions,
    /// What role names and passwords are derived with. With another secret, sessions begin anew.
    pub secret: Secret,
    /// How many scripts may run at the same time. Each takes one connection; twice as many again
    /// are used for preparing sandboxes and for the service itself.
    pub max_running: u16,
    /// How long a script waits for its turn before it is refused as [`Busy`](crate::Error::Busy).
    pub queue_time: Duration,
}

impl Settings {
    /// Settings with four scripts at a time and a wait of 20 seconds.
    pub fn new(database: PgConnectOptions, secret: Secret) -> Self {
        Self {
            database,
            secret,
            max_running: 4,
            queue_time: Duration::from_secs(20),
        }
    }
}

/// What a script may use. Where nothing else is said, a limit is for the whole script.
///
/// The times are kept from outside PostgreSQL, by cancelling and, where that does not help,
/// terminating: no setting a student changes moves them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time of one statement.
    pub statement_time: Duration,
    /// Wall-clock time of all statements together.
    pub script_time: Duration,
    /// How many statements are sent; the others count as skipped.
    pub statements: u32,
    /// How many rows of each result are kept. Further rows are counted and not kept.
    pub rows_kept: u32,
    /// How many bytes of values are kept.
    pub bytes_kept: u64,
    /// How many bytes of one value are kept. A longer value is cut at a character and ends in `…`.
    pub value_bytes: u32,
    /// How many bytes of results are read before the statement is cancelled.
    pub bytes_read: u64,
    /// How many notices are kept. Further notices are counted and not kept.
    pub notices_kept: u32,
}

impl Limits {
    /// The limits for results that a page shows.
    pub const DISPLAY: Self = Self {
        statement_time: Duration::from_secs(10),
        script_time: Duration::from_secs(30),
        statements: 1_000,
        rows_kept: 500,
        bytes_kept: 1024 * 1024,
        value_bytes: 64 * 1024,
        bytes_read: 256 * 1024 * 1024,
        notices_kept: 200,
    };

    /// The limits for results that are compared: nothing is cut that is not cut with
    /// [`truncated`](sqlground_model::StatementRun::truncated) set.
    pub const COMPARISON: Self = Self {
        rows_kept: 1_000_000,
        bytes_kept: 64 * 1024 * 1024,
        value_bytes: 8 * 1024 * 1024,
        notices_kept: 20,
        ..Self::DISPLAY
    };

    /// The limits for datasets and set-ups, which teachers wrote.
    pub(crate) const PREPARATION: Self = Self {
        statement_time: Duration::from_mins(5),
        script_time: Duration::from_mins(10),
        statements: u32::MAX,
        rows_kept: 0,
        bytes_kept: 0,
        value_bytes: 0,
        bytes_read: u64::MAX,
        notices_kept: 0,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DISPLAY
    }
}
