//! Limits as settings: a named flag each, whose default is the library's.

use super::bytes::Bytes;
use clap::{Args, value_parser};
use sqlground_sandbox::{Limits, QueueLimits, Settings};
use std::time::Duration;

/// The longest time that can be set: PostgreSQL takes no more than 24 days.
const DAY: u64 = 24 * 60 * 60;

/// What a script may use.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of a script")]
pub struct LimitArgs {
    /// Seconds a statement may run
    #[arg(
        long,
        env = "SQLGROUND_STATEMENT_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(1..=DAY),
        default_value_t = Limits::DISPLAY.statement_time.as_secs()
    )]
    pub statement_seconds: u64,

    /// Seconds all statements of a script may run together [default: three times as many as one]
    #[arg(
        long,
        env = "SQLGROUND_SCRIPT_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(1..=DAY)
    )]
    pub script_seconds: Option<u64>,

    /// Seconds a statement may wait for a lock, unless the script sets another time
    #[arg(
        long,
        env = "SQLGROUND_LOCK_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(1..=DAY),
        default_value_t = Limits::DISPLAY.lock_time.as_secs()
    )]
    pub lock_seconds: u64,

    /// Seconds a transaction may stay open with nothing to do
    #[arg(
        long,
        env = "SQLGROUND_IDLE_IN_TRANSACTION_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(1..=DAY),
        default_value_t = Limits::DISPLAY.idle_time.as_secs()
    )]
    pub idle_in_transaction_seconds: u64,

    /// Statements of a script that are run
    #[arg(
        long,
        env = "SQLGROUND_MAX_STATEMENTS",
        value_name = "N",
        value_parser = value_parser!(u32).range(1..),
        default_value_t = Limits::DISPLAY.statements
    )]
    pub max_statements: u32,

    /// Rows of a result that are shown; the others are counted
    #[arg(
        long,
        env = "SQLGROUND_MAX_ROWS",
        value_name = "N",
        default_value_t = Limits::DISPLAY.rows_kept
    )]
    pub max_rows: u32,

    /// Bytes of a script's results that are shown
    #[arg(
        long,
        env = "SQLGROUND_MAX_BYTES",
        value_name = "SIZE",
        default_value_t = Bytes(Limits::DISPLAY.bytes_kept)
    )]
    pub max_bytes: Bytes,

    /// Bytes of one value that are shown
    #[arg(
        long,
        env = "SQLGROUND_MAX_VALUE_BYTES",
        value_name = "SIZE",
        default_value_t = Bytes(Limits::DISPLAY.value_bytes.into())
    )]
    pub max_value_bytes: Bytes,

    /// Bytes of a script's results that are read before it is stopped
    #[arg(
        long,
        env = "SQLGROUND_MAX_BYTES_READ",
        value_name = "SIZE",
        default_value_t = Bytes(Limits::DISPLAY.bytes_read)
    )]
    pub max_bytes_read: Bytes,

    /// Notices of a script that are shown; the others are counted
    #[arg(
        long,
        env = "SQLGROUND_MAX_NOTICES",
        value_name = "N",
        default_value_t = Limits::DISPLAY.notices_kept
    )]
    pub max_notices: u32,
}

impl LimitArgs {
    /// The limits for results that are shown.
    pub fn limits(&self) -> Limits {
        let script_seconds = self.script_seconds.unwrap_or(self.statement_seconds * 3);
        Limits {
            statement_time: Duration::from_secs(self.statement_seconds),
            script_time: Duration::from_secs(script_seconds),
            lock_time: Duration::from_secs(self.lock_seconds),
            idle_time: Duration::from_secs(self.idle_in_transaction_seconds),
            statements: self.max_statements,
            rows_kept: self.max_rows,
            rows_fingerprinted: 0,
            bytes_kept: self.max_bytes.0,
            value_bytes: u32::try_from(self.max_value_bytes.0).unwrap_or(u32::MAX),
            bytes_read: self.max_bytes_read.0,
            notices_kept: self.max_notices,
        }
    }
}

/// How many scripts run and wait.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of the server")]
pub struct QueueArgs {
    /// Scripts that run at the same time, at most one a session
    #[arg(
        long,
        env = "SQLGROUND_MAX_RUNNING",
        value_name = "N",
        value_parser = value_parser!(u16).range(1..),
        default_value_t = QueueLimits::DEFAULT.places
    )]
    pub max_running: u16,

    /// Scripts that wait for a place at the same time; further ones are told to try again
    #[arg(
        long,
        env = "SQLGROUND_QUEUE_LENGTH",
        value_name = "N",
        default_value_t = QueueLimits::DEFAULT.length
    )]
    pub queue_length: u32,

    /// Scripts of one session that wait at the same time
    #[arg(
        long,
        env = "SQLGROUND_QUEUE_LENGTH_PER_SESSION",
        value_name = "N",
        default_value_t = QueueLimits::DEFAULT.session_length
    )]
    pub queue_length_per_session: u32,

    /// Seconds a script waits for a place before it is told to try again
    #[arg(
        long,
        env = "SQLGROUND_QUEUE_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(1..=DAY),
        default_value_t = QueueLimits::DEFAULT.time.as_secs()
    )]
    pub queue_seconds: u64,

    /// Connections to PostgreSQL that a sandbox's role may have: the one that runs a script, and
    /// those that are just ending
    #[arg(
        long,
        env = "SQLGROUND_CONNECTIONS_PER_SANDBOX",
        value_name = "N",
        value_parser = value_parser!(u16).range(2..),
        default_value_t = Settings::CONNECTIONS
    )]
    pub connections_per_sandbox: u16,
}

impl QueueArgs {
    /// The limits of the queue.
    pub fn limits(&self) -> QueueLimits {
        QueueLimits {
            places: self.max_running,
            length: self.queue_length,
            session_length: self.queue_length_per_session,
            time: Duration::from_secs(self.queue_seconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        script: LimitArgs,
        #[command(flatten)]
        queue: QueueArgs,
    }

    #[test]
    fn the_defaults_are_the_librarys() {
        let command = Command::parse_from(["test"]);
        assert_eq!(command.script.limits(), Limits::DISPLAY);
        assert_eq!(command.queue.limits(), QueueLimits::DEFAULT);
    }

    #[test]
    fn each_limit_has_a_flag_of_its_own() {
        let command = Command::parse_from([
            "test",
            "--statement-seconds=1",
            "--script-seconds=2",
            "--lock-seconds=3",
            "--idle-in-transaction-seconds=4",
            "--max-statements=5",
            "--max-rows=6",
            "--max-bytes=7kB",
            "--max-value-bytes=8",
            "--max-bytes-read=9MB",
            "--max-notices=10",
            "--max-running=11",
            "--queue-length=12",
            "--queue-length-per-session=13",
            "--queue-seconds=14",
            "--connections-per-sandbox=15",
        ]);
        let expected = Limits {
            statement_time: Duration::from_secs(1),
            script_time: Duration::from_secs(2),
            lock_time: Duration::from_secs(3),
            idle_time: Duration::from_secs(4),
            statements: 5,
            rows_kept: 6,
            rows_fingerprinted: 0,
            bytes_kept: 7 * 1024,
            value_bytes: 8,
            bytes_read: 9 * 1024 * 1024,
            notices_kept: 10,
        };
        assert_eq!(command.script.limits(), expected);
        let expected = QueueLimits {
            places: 11,
            length: 12,
            session_length: 13,
            time: Duration::from_secs(14),
        };
        assert_eq!(command.queue.limits(), expected);
        assert_eq!(command.queue.connections_per_sandbox, 15);
    }

    #[test]
    fn a_time_of_nothing_is_refused() {
        for flag in [
            "--statement-seconds=0",
            "--queue-seconds=0",
            "--max-running=0",
        ] {
            assert!(Command::try_parse_from(["test", flag]).is_err(), "{flag}");
        }
    }
}
