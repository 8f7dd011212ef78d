//! Keeps the server running until it is told to stop.

use crate::error::Error;
use crate::lock::Lock;
use crate::orphan;
use crate::postmaster::{Launcher, Postmaster};
use crate::socket::SocketDir;
use std::time::{Duration, Instant};
use tokio::sync::{oneshot, watch};

/// The pause before the first new start after an unexpected end; doubled with every failure.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A server that ran this long had recovered: the pauses begin anew.
const STABLE: Duration = Duration::from_mins(1);

/// Everything that lives as long as the server. The fields are dropped in their order: first the
/// server ends, then the socket goes, then the data directory is free for others.
#[derive(Debug)]
pub(crate) struct Watch {
    /// None between an unexpected end and the new start.
    pub(crate) postmaster: Option<Postmaster>,
    pub(crate) launcher: Launcher,
    pub(crate) cluster_name: String,
    pub(crate) ready: watch::Sender<bool>,
    pub(crate) _socket: SocketDir,
    pub(crate) _lock: Lock,
}

impl Watch {
    /// Runs until `stop` is sent or its sender is dropped, and ends the server then.
    pub(crate) async fn run(mut self, mut stop: oneshot::Receiver<()>) -> Result<(), Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            let began = Instant::now();
            if let Some(postmaster) = &mut self.postmaster {
                let status = tokio::select! {
                    biased;
                    _ = &mut stop => break,
                    status = postmaster.ended() => status,
                };
                self.ready.send_replace(false);
                let pid = postmaster.pid();
                match status {
                    Ok(status) => tracing::error!(pid, %status, "PostgreSQL ended by itself"),
                    Err(error) => tracing::error!(pid, %error, "PostgreSQL cannot be watched"),
                }
                self.postmaster = None;
                if began.elapsed() >= STABLE {
                    pause = FIRST_PAUSE;
                }
            }
            tokio::select! {
                biased;
                _ = &mut stop => break,
                () = tokio::time::sleep(pause) => {}
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
            tokio::select! {
                biased;
                _ = &mut stop => break,
                started = self.restart() => match started {
                    Ok(postmaster) => {
                        tracing::info!(pid = postmaster.pid(), "PostgreSQL runs again");
                        self.postmaster = Some(postmaster);
                        self.ready.send_replace(true);
                    }
                    Err(error) => {
                        let error = &error as &dyn std::error::Error;
                        tracing::error!(error, retry_in = ?pause, "PostgreSQL does not start");
                    }
                },
            }
        }
        self.ready.send_replace(false);
        match self.postmaster.take() {
            Some(postmaster) => postmaster.stop().await,
            None => Ok(()),
        }
    }

    async fn restart(&self) -> Result<Postmaster, Error> {
        let name = self.cluster_name.clone();
        // Backends that have not noticed the postmaster's end hold the shared memory.
        if let Ok(ended) = tokio::task::spawn_blocking(move || orphan::end_backends(&name)).await {
            ended?;
        }
        self.launcher.start().await
    }
}
