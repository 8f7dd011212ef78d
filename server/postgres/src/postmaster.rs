//! One run of the server, from the first process to the last.

use crate::account::Account;
use crate::error::{Error, IoContext as _};
use crate::log::Log;
use crate::process::{ORDERLY, Process};
use rustix::process::{Pid, Resource, getrlimit};
use std::fs;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// How long a start may take. Replaying the log after a crash is what takes long, a minute at
/// worst with the default `max_wal_size`.
const START_PATIENCE: Duration = Duration::from_mins(3);

/// How often to look whether the server is ready.
const GLANCE: Duration = Duration::from_millis(5);

/// How long to wait for the last words of a server that has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Sets the address-space limit (in KiB) and becomes the server.
///
/// The limit is set by a shell before the server runs rather than by `prlimit` afterwards: for a
/// process of another user that takes a capability which root lacks in most containers.
/// `initdb` needs `/bin/sh` as well.
const LIMITED: &str = r#"ulimit -v "$1" && shift && exec "$@""#;

/// How to start the server, as often as need be.
#[derive(Debug)]
pub(crate) struct Launcher {
    pub(crate) programs: PathBuf,
    pub(crate) cluster: PathBuf,
    pub(crate) account: Account,
    /// Bytes of address space for each process.
    pub(crate) memory_limit: u64,
    pub(crate) log: Log,
}

/// A running server. Dropping it ends it, with a wait.
#[derive(Debug)]
pub(crate) struct Postmaster {
    child: Child,
    process: Arc<Process>,
    log_ended: oneshot::Receiver<()>,
}

impl Launcher {
    /// Starts the server and waits until it accepts connections.
    pub(crate) async fn start(&self) -> Result<Postmaster, Error> {
        let mut postmaster = self.spawn()?;
        let deadline = Instant::now() + START_PATIENCE;
        while !self.is_ready(&postmaster) {
            if let Some(status) = postmaster.child.try_wait().io("watch", &self.cluster)? {
                let _ = timeout(LAST_WORDS, &mut postmaster.log_ended).await;
                return Err(Error::Start {
                    status: status.to_string(),
                    log: self.log.path().to_owned(),
                    words: self.log.words(),
                });
            }
            if Instant::now() > deadline {
                return Err(Error::NotReady {
                    seconds: START_PATIENCE.as_secs(),
                    log: self.log.path().to_owned(),
                    words: self.log.words(),
                });
            }
            sleep(GLANCE).await;
        }
        Ok(postmaster)
    }

    fn spawn(&self) -> Result<Postmaster, Error> {
        let program = self.programs.join("bin/postgres");
        let mut limit = self.memory_limit;
        if let Some(maximum) = getrlimit(Resource::As).maximum {
            limit = limit.min(maximum);
        }
        let (reader, writer) = std::io::pipe().io("make a pipe for", &program)?;
        let mut command = self.account.command("/bin/sh", &self.cluster);
        command
            .args(["-c", LIMITED, "sh"])
            .arg((limit / 1024).to_string())
            .arg(&program)
            .arg("-D")
            .arg(&self.cluster)
            // When memory runs out the kernel takes a query, not the postmaster or us.
            .env("PG_OOM_ADJUST_FILE", "/proc/self/oom_score_adj")
            .env("PG_OOM_ADJUST_VALUE", "500")
            .stdout(writer.try_clone().io("copy a pipe for", &program)?)
            .stderr(writer);
        let mut command = Command::from(command);
        // Ctrl-C in a terminal goes to a whole group: the server is to end when we say so.
        let child = command.process_group(0).spawn().io("run", &program)?;
        // With the command our own end of the pipe goes.
        drop(command);
        // Nobody else waits for the child, so its number is still its own.
        let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let process = pid.map(Process::open).transpose();
        let process = process.io("watch", &program)?.flatten();
        let process = process.expect("a child that nobody has waited for");
        Ok(Postmaster {
            child,
            process: Arc::new(process),
            log_ended: self.log.collect(reader).io("log", &program)?,
        })
    }

    /// Looks where `pg_ctl` looks: at the eighth line of the pid file.
    fn is_ready(&self, postmaster: &Postmaster) -> bool {
        let text = fs::read_to_string(self.cluster.join("postmaster.pid")).unwrap_or_default();
        let mut lines = text.lines().map(str::trim_end);
        lines.next() == Some(postmaster.process.pid().to_string().as_str())
            && lines.nth(6) == Some("ready")
    }
}

impl Postmaster {
    /// The process number.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Ends it: first in order, then by force.
    pub(crate) async fn stop(mut self) -> Result<(), Error> {
        let process = Arc::clone(&self.process);
        let pid = process.pid();
        // Cancelled only with the runtime, and then the drop does it.
        match tokio::task::spawn_blocking(move || process.end(ORDERLY)).await {
            Ok(true) => {}
            _ => return Err(Error::Stuck { pid }),
        }
        let _ = self.child.wait().await;
        Ok(())
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        self.process.end(ORDERLY);
        // Takes the zombie away.
        let _ = self.child.try_wait();
    }
}
