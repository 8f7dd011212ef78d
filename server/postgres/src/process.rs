//! A process that may or may not be our child, held so that its number cannot be mistaken.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::io;
use std::time::{Duration, Instant};

/// A signal and how long to wait for its effect before the next, harsher one.
pub(crate) type Step = (Signal, Duration);

/// Ends a postmaster: fast shutdown, then immediate shutdown, then the kernel's way. The waits
/// are what `PostgreSQL` needs on a slow disk, not what it usually takes (some 50 ms).
pub(crate) const ORDERLY: &[Step] = &[
    (Signal::INT, Duration::from_secs(10)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// Ends a backend that has lost its postmaster: there is nobody left to report to.
pub(crate) const AT_ONCE: &[Step] = &[
    (Signal::QUIT, Duration::from_secs(1)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// A process by its pidfd: it stays this very process even after its number is given to another.
#[derive(Debug)]
pub(crate) struct Process {
    pid: Pid,
    handle: OwnedFd,
}

impl Process {
    /// The running process with this number, if there is one.
    pub(crate) fn open(pid: Pid) -> io::Result<Option<Self>> {
        match pidfd_open(pid, PidfdFlags::empty()) {
            Ok(handle) => Ok(Some(Self { pid, handle })),
            Err(Errno::SRCH) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Its number.
    pub(crate) fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits for its end; false if it still runs after `patience`. A zombie counts as ended.
    pub(crate) fn wait(&self, patience: Duration) -> bool {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec {
                tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: left.subsec_nanos().into(),
            };
            let mut descriptors = [PollFd::new(&self.handle, PollFlags::IN)];
            match poll(&mut descriptors, Some(&timeout)) {
                Err(Errno::INTR) => {}
                Ok(0) | Err(_) => return false,
                Ok(_) => return true,
            }
        }
    }

    /// Sends the signals one after the other until it has ended; false if it outlives them all.
    /// Blocks for as long as the steps allow.
    pub(crate) fn end(&self, steps: &[Step]) -> bool {
        steps.iter().any(|&(signal, patience)| {
            // An error means that it has just ended, or that it is not ours to signal; the wait
            // tells which.
            let _ = pidfd_send_signal(&self.handle, signal);
            self.wait(patience)
        })
    }
}
