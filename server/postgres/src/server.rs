//! The running server.

use crate::cluster::SUPERUSER;
use crate::config::{PORT, Settings};
use crate::error::Error;
use crate::prepare::{Prepared, prepare, superuser_password};
use crate::progress::{Progress, Report};
use crate::secret::Secret;
use crate::watch::Watch;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

/// A `PostgreSQL` server of our own.
///
/// It is watched: should it end by itself, it is started again after a pause that grows from a
/// tenth of a second to half a minute. Connections are lost then; what was committed is not.
///
/// [`Server::stop`] ends it and waits. A server that is merely dropped ends in the background, or
/// at the latest when the tokio runtime does.
#[derive(Debug)]
pub struct Server {
    superuser: PgConnectOptions,
    socket_dir: PathBuf,
    secret: Secret,
    ready: watch::Receiver<bool>,
    stop: oneshot::Sender<()>,
    watcher: JoinHandle<Result<(), Error>>,
}

impl Server {
    /// Starts the server and returns once it accepts connections.
    ///
    /// The first time this unpacks the programs and makes the cluster, which takes one to two
    /// seconds; later it takes a tenth of a second. A server that an earlier process left behind
    /// is stopped first. Fails if another process has the data directory, if something cannot be
    /// read, written or run, or if the server ends while starting; the error then quotes its log.
    pub async fn start(
        settings: Settings,
        report: impl Fn(Progress) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let began = Instant::now();
        let report: Report = Arc::new(report);
        let task_report = Arc::clone(&report);
        let prepared = tokio::task::spawn_blocking(move || prepare(&settings, &task_report));
        let Prepared {
            launcher,
            secret,
            cluster_name,
            socket,
            lock,
        } = prepared
            .await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))?;

        report(Progress::Starting);
        let postmaster = launcher.start().await?;
        report(Progress::Ready);
        tracing::info!(
            pid = postmaster.pid(),
            elapsed = ?began.elapsed(),
            "PostgreSQL is ready"
        );

        let socket_dir = socket.path().to_owned();
        let (ready_sender, ready) = watch::channel(true);
        let (stop, stop_receiver) = oneshot::channel();
        let watch = Watch {
            postmaster: Some(postmaster),
            launcher,
            cluster_name,
            ready: ready_sender,
            _socket: socket,
            _lock: lock,
        };
        Ok(Self {
            superuser: PgConnectOptions::new_without_pgpass()
                .socket(&socket_dir)
                .port(PORT)
                .username(SUPERUSER)
                .password(&superuser_password(&secret))
                .database("postgres")
                .application_name("sqlground")
                .ssl_mode(PgSslMode::Disable),
            socket_dir,
            secret,
            ready,
            stop,
            watcher: tokio::spawn(watch.run(stop_receiver)),
        })
    }

    /// How to connect as the superuser, to the database `postgres`. Never for a student's SQL.
    pub fn superuser(&self) -> PgConnectOptions {
        self.superuser.clone()
    }

    /// The directory of the unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    /// The port number, which is part of the socket's name.
    pub fn port(&self) -> u16 {
        PORT
    }

    /// The data directory's secret.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// True unless the server ended by itself and is not back yet.
    pub fn is_ready(&self) -> bool {
        *self.ready.borrow()
    }

    /// Resolves when [`is_ready`](Self::is_ready) has become `ready`, at once if it is already.
    pub async fn becomes(&self, ready: bool) {
        // The sender lives in the watcher, which ends with the server; then nothing becomes.
        let mut changes = self.ready.clone();
        if changes.wait_for(|now| *now == ready).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Ends the server and waits for its end: open transactions are rolled back and the data is
    /// written. Where that takes more than ten seconds it is forced, and the next start replays
    /// the log. Fails only if a process survives even that.
    pub async fn stop(self) -> Result<(), Error> {
        // The watcher may have ended already, together with the server.
        let _ = self.stop.send(());
        self.watcher
            .await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }
}
