//! The disk that PostgreSQL writes to, and who writes.

use crate::ResourceLimits;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long it is believed how much of the disk is free.
const TRUST: Duration = Duration::from_millis(100);

/// The disk that PostgreSQL writes to.
pub(super) struct Disk {
    directory: PathBuf,
    /// When the disk was looked at, and whether it was full.
    known: Mutex<Option<(Instant, bool)>>,
    /// Whether a warning was given that something cannot be read.
    has_warned: AtomicBool,
}

impl Disk {
    pub(super) fn new(directory: PathBuf) -> Self {
        Self {
            directory,
            known: Mutex::new(None),
            has_warned: AtomicBool::new(false),
        }
    }

    /// True if less is free than is to be kept free. What cannot be found out does not count.
    pub(super) fn is_full(&self, limits: &ResourceLimits) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, is_full)) = *known
            && at.elapsed() < TRUST
        {
            return is_full;
        }
        let is_full = match rustix::fs::statvfs(&self.directory) {
            Ok(disk) => {
                let (size, free) = (disk.f_blocks * disk.f_frsize, disk.f_bavail * disk.f_frsize);
                free < limits.reserve(size)
            }
            Err(error) => {
                self.warn("how much of the disk is free", &error.into());
                false
            }
        };
        if is_full && !known.is_some_and(|(_, was_full)| was_full) {
            let directory = self.directory.display();
            tracing::error!("the disk of {directory} is nearly full: no script begins");
        }
        *known = Some((Instant::now(), is_full));
        is_full
    }

    /// How many bytes the process has written in its life. None if that cannot be found out.
    ///
    /// What PostgreSQL's other processes write for it does not count, nor does what it reserves by
    /// extending a table; it writes what it reserved later.
    pub(super) fn written(&self, pid: i32) -> Option<u64> {
        let text = match fs::read_to_string(format!("/proc/{pid}/io")) {
            Ok(text) => text,
            // It has just ended.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            // ESRCH: it is ending.
            Err(error) if error.raw_os_error() == Some(3) => return None,
            Err(error) => {
                self.warn("what PostgreSQL's processes write", &error);
                return None;
            }
        };
        let line = text.lines().find_map(|line| line.strip_prefix("wchar: "));
        line.and_then(|bytes| bytes.trim().parse().ok())
    }

    /// Once: it would be the same every time.
    fn warn(&self, what: &str, error: &io::Error) {
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%error, "it cannot be watched {what}");
        }
    }
}
