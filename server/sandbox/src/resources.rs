//! What scripts and sandboxes may take of what all of them share.

use std::path::PathBuf;

/// What scripts and sandboxes may take of what all of them share: disk and locks. Each limit is
/// kept from outside, by privileges and by ending the process in PostgreSQL, and the student is
/// told which it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    /// How many bytes a student may add to a sandbox. One that has more can be read and emptied,
    /// but nothing can be added until it has less; one that has twice as much is reset.
    pub sandbox_bytes: u64,
    /// How many tables, indexes, functions and other objects a sandbox may hold, where the database
    /// is hardened; none leaves it at what the database is set to.
    pub sandbox_objects: Option<u32>,
    /// How many locks a script may hold at a time. PostgreSQL's table of locks is one for all.
    pub locks: u32,
    /// How many bytes a script may write, temporary files included. It counts where the server's
    /// processes can be watched.
    pub bytes_written: u64,
    /// How much of the disk is kept free: below it, scripts that write are ended and no further
    /// ones begin. None is 1 GB or a fiftieth of the disk, whichever is more.
    pub bytes_free: Option<u64>,
    /// How many processes that PostgreSQL cannot end may run on, with the lowest priority. Beyond it
    /// they are killed, which starts PostgreSQL anew and ends all scripts. It counts where the
    /// server's processes can be watched.
    pub stuck_processes: u16,
    /// Where PostgreSQL keeps its data, if that is on this machine: what is written is watched.
    pub data_directory: Option<PathBuf>,
}

impl ResourceLimits {
    /// The limits for a site on a small machine.
    pub const DEFAULT: Self = Self {
        sandbox_bytes: 256 * MEGABYTE,
        sandbox_objects: None,
        locks: 5_000,
        bytes_written: 1024 * MEGABYTE,
        bytes_free: None,
        stuck_processes: 3,
        data_directory: None,
    };

    /// How much of a disk of that size is kept free.
    pub(crate) fn reserve(&self, disk: u64) -> u64 {
        self.bytes_free
            .unwrap_or_else(|| (disk / 50).max(1024 * MEGABYTE))
    }
}

impl Default for ResourceLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

const MEGABYTE: u64 = 1024 * 1024;

/// An amount as students read it.
pub(crate) fn megabytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / MEGABYTE;
    match (tenths / 10, tenths % 10) {
        (whole, tenth) if whole < 10 && tenth > 0 => format!("{whole}.{tenth} MB"),
        (whole, _) => format!("{whole} MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reserve_grows_with_the_disk_unless_it_is_set() {
        let limits = ResourceLimits::DEFAULT;
        assert_eq!(limits.reserve(10 * 1024 * MEGABYTE), 1024 * MEGABYTE);
        assert_eq!(limits.reserve(100 * 1024 * MEGABYTE), 2048 * MEGABYTE);
        let set = ResourceLimits {
            bytes_free: Some(0),
            ..limits
        };
        assert_eq!(set.reserve(100 * 1024 * MEGABYTE), 0);
    }

    #[test]
    fn amounts_are_short() {
        assert_eq!(megabytes(256 * MEGABYTE), "256 MB");
        assert_eq!(megabytes(3 * MEGABYTE / 2), "1.5 MB");
        assert_eq!(megabytes(257 * MEGABYTE + 1), "257 MB");
        assert_eq!(megabytes(0), "0 MB");
    }
}
