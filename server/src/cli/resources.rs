//! What scripts and sandboxes may take of what all share, as settings.

use super::bytes::Bytes;
use clap::{Args, value_parser};
use sqlground_sandbox::ResourceLimits;
use std::time::Duration;

/// What scripts and sandboxes may take of what all share.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of a sandbox and of what all share")]
pub struct ResourceArgs {
    /// Disk space a student may fill in a sandbox. One that has more can be read and emptied, but
    /// does not grow; one that has twice as much is reset
    #[arg(
        long,
        env = "SQLGROUND_MAX_SANDBOX_SIZE",
        value_name = "SIZE",
        default_value_t = Bytes(ResourceLimits::DEFAULT.sandbox_bytes)
    )]
    pub max_sandbox_size: Bytes,

    /// Tables, indexes, functions and other objects a sandbox may hold
    #[arg(
        long,
        env = "SQLGROUND_MAX_SANDBOX_OBJECTS",
        value_name = "N",
        value_parser = value_parser!(u32).range(1..=1_000_000),
        default_value_t = 1_000
    )]
    pub max_sandbox_objects: u32,

    /// Days a sandbox is kept that nobody uses. Progress is kept for ever
    #[arg(
        long,
        env = "SQLGROUND_UNUSED_DAYS",
        value_name = "DAYS",
        value_parser = value_parser!(u16).range(1..),
        default_value_t = 30
    )]
    pub unused_days: u16,

    /// Locks a script may hold at the same time, one for each table and index a transaction touches
    #[arg(
        long,
        env = "SQLGROUND_MAX_LOCKS",
        value_name = "N",
        value_parser = value_parser!(u32).range(1..),
        default_value_t = ResourceLimits::DEFAULT.locks
    )]
    pub max_locks: u32,

    /// Bytes a script may write to the disk, temporary files included. It counts for the PostgreSQL
    /// inside
    #[arg(
        long,
        env = "SQLGROUND_MAX_BYTES_WRITTEN",
        value_name = "SIZE",
        default_value_t = Bytes(ResourceLimits::DEFAULT.bytes_written)
    )]
    pub max_bytes_written: Bytes,

    /// Disk space that is kept free: below it, no script begins and those that write are ended. It
    /// counts for the PostgreSQL inside [default: 1GB, or 2 % of the disk if that is more]
    #[arg(long, env = "SQLGROUND_MIN_FREE_SPACE", value_name = "SIZE")]
    pub min_free_space: Option<Bytes>,

    /// Scripts that PostgreSQL cannot end and that run on with the lowest priority. Beyond it, the
    /// PostgreSQL inside is started anew, which ends all scripts
    #[arg(
        long,
        env = "SQLGROUND_MAX_STUCK",
        value_name = "N",
        default_value_t = ResourceLimits::DEFAULT.stuck_processes
    )]
    pub max_stuck: u16,
}

impl ResourceArgs {
    /// The limits, for a server whose other settings are these.
    pub fn limits(&self, settings: &ResourceLimits) -> ResourceLimits {
        ResourceLimits {
            sandbox_bytes: self.max_sandbox_size.0,
            sandbox_objects: Some(self.max_sandbox_objects),
            locks: self.max_locks,
            bytes_written: self.max_bytes_written.0,
            bytes_free: self.min_free_space.map(|bytes| bytes.0),
            stuck_processes: self.max_stuck,
            ..settings.clone()
        }
    }

    /// How long a sandbox is kept that nobody uses.
    pub fn unused(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.unused_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use std::path::PathBuf;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        resources: ResourceArgs,
    }

    fn settings() -> ResourceLimits {
        ResourceLimits {
            data_directory: Some(PathBuf::from("/data")),
            ..ResourceLimits::DEFAULT
        }
    }

    #[test]
    fn the_defaults_are_the_librarys() {
        let expected = ResourceLimits {
            sandbox_objects: Some(1_000),
            ..settings()
        };
        let resources = Command::parse_from(["test"]).resources;
        assert_eq!(resources.limits(&settings()), expected);
    }

    #[test]
    fn each_limit_has_a_flag_of_its_own() {
        let resources = Command::parse_from([
            "test",
            "--max-sandbox-size=1MB",
            "--max-sandbox-objects=2",
            "--unused-days=3",
            "--max-locks=4",
            "--max-bytes-written=5kB",
            "--min-free-space=6",
        ])
        .resources;
        let expected = ResourceLimits {
            sandbox_bytes: 1024 * 1024,
            sandbox_objects: Some(2),
            locks: 4,
            bytes_written: 5 * 1024,
            bytes_free: Some(6),
            ..settings()
        };
        assert_eq!(resources.limits(&settings()), expected);
        assert_eq!(resources.unused(), Duration::from_hours(72));
    }
}
