//! What a sandbox server is told when it is opened, and the limits scripts run under.

use crate::ResourceLimits;
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
    /// How many scripts run at the same time, and how many wait for how long.
    pub queue: QueueLimits,
    /// How many connections a sandbox's role may have.
    pub connections: u16,
    /// How much is kept ready.
    pub ready: ReadyLimits,
    /// What scripts and sandboxes may take of what all share.
    pub resources: ResourceLimits,
    /// Who the scripts are from.
    pub authors: Authors,
    /// True if a database may be used in which students see or disturb each other. What they can
    /// do is warned of then.
    pub allow_weak_isolation: bool,
}

impl Settings {
    /// How many connections a sandbox's role may have where nothing else is said.
    pub const CONNECTIONS: u16 = 8;

    /// Settings with the default limits.
    pub fn new(database: PgConnectOptions, secret: Secret) -> Self {
        Self {
            database,
            secret,
            queue: QueueLimits::DEFAULT,
            connections: Self::CONNECTIONS,
            ready: ReadyLimits::DEFAULT,
            resources: ResourceLimits::DEFAULT,
            authors: Authors::Students,
            allow_weak_isolation: false,
        }
    }
}

/// Who the scripts of a database are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authors {
    /// Anybody. Each role that is made may enter the database, and what they could do to each other
    /// is tried out.
    Students,
    /// Whoever wrote the exercises. Only roles that are made for this database may enter it.
    Teachers,
}

/// How many scripts run and wait at the same time. Beyond it they are refused as
/// [`Busy`](crate::Error::Busy).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// How many scripts run at the same time. Each takes one connection; twice as many again are
    /// used for preparing sandboxes and for the service itself.
    pub places: u16,
    /// How many scripts wait at the same time.
    pub length: u32,
    /// How many scripts of one session wait at the same time.
    pub session_length: u32,
    /// How long a script waits.
    pub time: Duration,
}

impl QueueLimits {
    /// The limits for a site on a small machine.
    pub const DEFAULT: Self = Self {
        places: 8,
        length: 200,
        session_length: 3,
        time: Duration::from_secs(30),
    };
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How much is kept ready so that students need not wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadyLimits {
    /// How many students' connections are kept open between scripts; fewer if PostgreSQL's
    /// `max_connections` does not allow it.
    pub connections: u16,
    /// How many sandboxes there are for whoever comes next to an exercise that was asked for
    /// lately.
    pub spares: u16,
    /// How many such sandboxes there are in all.
    pub max_spares: u16,
}

impl ReadyLimits {
    /// The limits for a site on a small machine.
    pub const DEFAULT: Self = Self {
        connections: 64,
        spares: 2,
        max_spares: 32,
    };

    /// Nothing is kept ready: for a program that runs a few scripts and ends.
    pub const NOTHING: Self = Self {
        connections: 0,
        spares: 0,
        max_spares: 0,
    };
}

impl Default for ReadyLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a script may use. Where nothing else is said, a limit is for the whole script.
///
/// The times of a statement and a script are kept from outside PostgreSQL, by cancelling and, where
/// that does not help, terminating: no setting a student changes moves them. They hold for waiting
/// as well; the times for locks and idle transactions are PostgreSQL's own, told apart to give a
/// better answer sooner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wall-clock time of one statement.
    pub statement_time: Duration,
    /// Wall-clock time of all statements together.
    pub script_time: Duration,
    /// How long a statement waits for a lock that another connection holds.
    pub lock_time: Duration,
    /// How long a transaction may stay open with nothing to do.
    pub idle_time: Duration,
    /// How many statements are sent; the others count as skipped.
    pub statements: u32,
    /// How many rows of each result are kept. Further rows are counted and not kept.
    pub rows_kept: u32,
    /// Of how many rows of each result fingerprints are taken, if not all are kept: equal for rows of
    /// equal numbers, whatever their scale, and otherwise of values with equal texts.
    pub rows_fingerprinted: u32,
    /// How many bytes of values are kept, and apart from them of notices.
    pub bytes_kept: u64,
    /// How many bytes of one value are kept. A longer value is cut at a character and ends in `…`.
    pub value_bytes: u32,
    /// How many bytes are read, be it of results or of notices, before the statement is cancelled.
    pub bytes_read: u64,
    /// How many notices are kept. Further notices are counted and not kept.
    pub notices_kept: u32,
}

impl Limits {
    /// The limits for results that a page shows.
    pub const DISPLAY: Self = Self {
        statement_time: Duration::from_secs(10),
        script_time: Duration::from_secs(30),
        lock_time: Duration::from_secs(5),
        idle_time: Duration::from_mins(1),
        statements: 1_000,
        rows_kept: 500,
        rows_fingerprinted: 0,
        bytes_kept: 1024 * 1024,
        value_bytes: 64 * 1024,
        bytes_read: 256 * 1024 * 1024,
        notices_kept: 200,
    };

    /// The limits for results that are compared: of rows that are not kept there are fingerprints, or
    /// [`truncated`](sqlground_model::StatementRun::truncated) is set.
    pub const COMPARISON: Self = Self {
        rows_kept: 100_000,
        rows_fingerprinted: 4_000_000,
        bytes_kept: 16 * 1024 * 1024,
        value_bytes: 8 * 1024 * 1024,
        notices_kept: 20,
        ..Self::DISPLAY
    };

    /// The limits for results that are compared, where these are for showing them: the times and
    /// the number of statements stay.
    #[must_use]
    pub fn for_comparison(&self) -> Self {
        Self {
            statement_time: self.statement_time,
            script_time: self.script_time,
            lock_time: self.lock_time,
            idle_time: self.idle_time,
            statements: self.statements,
            bytes_read: self.bytes_read,
            ..Self::COMPARISON
        }
    }

    /// The limits for datasets and set-ups, which teachers wrote.
    pub(crate) const PREPARATION: Self = Self {
        statement_time: Duration::from_mins(5),
        script_time: Duration::from_mins(10),
        lock_time: Duration::from_mins(1),
        idle_time: Duration::from_mins(1),
        statements: u32::MAX,
        rows_kept: 0,
        rows_fingerprinted: 0,
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
