//! Accepting connections: how many, and what happens when the server stops.

use super::AppState;
use super::connection::{self, Patience};
use super::places::Places;
use crate::cli::WebArgs;
use axum::Router;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};

/// How long requests under way may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How many clients at once are told that their address has too many connections; more are cut off.
const MAX_REFUSALS: usize = 64;

/// How long to wait when no connection can be accepted, such as for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How often the log is told of the same trouble.
const TELL_INTERVAL: Duration = Duration::from_mins(1);

/// File descriptors for everything but visitors' connections: those to PostgreSQL above all.
const OTHER_FILES: u64 = 512;

/// Serves until `stop` is done. Then no connection is accepted any more, those without a request
/// are closed, and requests under way have five seconds to be answered.
pub async fn serve(
    listener: TcpListener,
    state: AppState,
    settings: &WebArgs,
    stop: impl Future<Output = ()>,
) {
    let mut door = Door::new(listener, settings);
    let router: Router = super::router(state.clone());
    let patience = Patience::new(settings);
    let places = Arc::new(Places::new(settings.max_address_connections));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let (stopping, stopped) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, permit) = tokio::select! {
            () = &mut stop => break,
            Some(ended) = connections.join_next() => {
                tell_panic(ended);
                continue;
            }
            accepted = door.next() => accepted,
        };
        let Some(place) = places.enter(peer.ip(), state.proxies.trust(peer.ip())) else {
            if let Ok(permit) = Arc::clone(&refusals).try_acquire_owned() {
                connections.spawn(async move {
                    connection::refuse(stream).await;
                    drop(permit);
                });
            }
            continue;
        };
        let patience = patience.in_crowd(door.is_crowded());
        let (router, stopped) = (router.clone(), stopped.clone());
        connections.spawn(async move {
            connection::serve(stream, peer, router, patience, stopped).await;
            drop((place, permit));
        });
    }
    drop(door);
    drop(stopping);
    let ended = async {
        while let Some(ended) = connections.join_next().await {
            tell_panic(ended);
        }
    };
    if tokio::time::timeout(GRACE, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// Only what is outside of every handler ends here.
fn tell_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!("a connection ended badly: {error}");
    }
}

/// Where connections come in, and how many there is room for.
struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
    most: usize,
    told: Option<Instant>,
}

impl Door {
    fn new(listener: TcpListener, settings: &WebArgs) -> Self {
        let most = match settings.max_connections {
            0 => Semaphore::MAX_PERMITS,
            most => most as usize,
        };
        if let Some(files) = raise_file_limit(u64::from(settings.max_connections) + OTHER_FILES) {
            tracing::warn!(
                "only {files} files may be open, too few for {} connections: raise the limit with \
                 ulimit -n or LimitNOFILE, or lower --max-connections",
                settings.max_connections
            );
        }
        Self {
            listener,
            room: Arc::new(Semaphore::new(most)),
            most,
            told: None,
        }
    }

    /// The next connection, as soon as there is room for one. Nothing that goes wrong is for good:
    /// others wait in the system's own queue meanwhile.
    async fn next(&mut self) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        loop {
            if self.room.available_permits() == 0 {
                self.tell("as many connections are open as --max-connections allows");
            }
            let Ok(permit) = Arc::clone(&self.room).acquire_owned().await else {
                // Never: nobody closes it.
                return std::future::pending().await;
            };
            match self.listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, permit),
                // The client has gone already.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted
                            | ErrorKind::ConnectionRefused
                            | ErrorKind::ConnectionReset
                            | ErrorKind::Interrupted
                    ) => {}
                Err(error) => {
                    self.tell(&format!("no connection can be accepted: {error}"));
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// True if more than half of the room is taken.
    fn is_crowded(&self) -> bool {
        self.room.available_permits() < self.most / 2
    }

    fn tell(&mut self, trouble: &str) {
        if self.told.is_none_or(|told| told.elapsed() > TELL_INTERVAL) {
            tracing::warn!("{trouble}");
            self.told = Some(Instant::now());
        }
    }
}

/// Lets so many files be open, or as many as the system allows; gives their number if it is less.
fn raise_file_limit(wanted: u64) -> Option<u64> {
    let now = getrlimit(Resource::Nofile);
    let enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= wanted);
    if enough(now.current) {
        return None;
    }
    let current = now.maximum.map_or(wanted, |most| most.min(wanted));
    let raised = Rlimit {
        current: Some(current),
        maximum: now.maximum,
    };
    let current = setrlimit(Resource::Nofile, raised).map_or(now.current, |()| Some(current));
    current.filter(|_| !enough(current))
}
