//! One connection.
//!
//! hyper's HTTP/1.1 alone is spoken: its guess between that and HTTP/2 waits without a limit for
//! the first bytes, and browsers speak HTTP/2 only over TLS, which a proxy ends.

use super::stream::{Busy, PatientStream};
use crate::cli::{WebArgs, seconds};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// How long a request's line and headers may be together, in bytes.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How much of a connection's input is held at once.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

/// How long a client that is refused may take to read that.
const REFUSAL_TIME: Duration = Duration::from_secs(1);

/// What a client reads whose address has too many connections.
const REFUSAL: &str = "Too many connections come from your network. Close some and try again.\n";

/// How long a connection waits for its client; none waits forever.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    head: Option<Duration>,
    write: Option<Duration>,
    idle: Option<Duration>,
}

impl Patience {
    pub(super) fn new(settings: &WebArgs) -> Self {
        Self {
            head: seconds(settings.head_seconds),
            write: seconds(settings.write_seconds),
            idle: seconds(settings.idle_seconds),
        }
    }

    /// In a crowd, a connection without a request is not kept for longer than a head may take.
    pub(super) fn in_crowd(self, crowded: bool) -> Self {
        let idle = match self.head.filter(|_| crowded) {
            Some(head) => Some(self.idle.map_or(head, |idle| idle.min(head))),
            None => self.idle,
        };
        Self { idle, ..self }
    }
}

/// Answers a connection's requests until either side ends it. Once the sender of `stopped` is gone,
/// it ends after the request that is under way.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    patience: Patience,
    mut stopped: watch::Receiver<()>,
) {
    // Answers are written whole. It fails for a connection that is gone, which shows soon enough.
    let _ = stream.set_nodelay(true);
    let busy = Busy::default();
    let stream = PatientStream::new(stream, busy.clone(), patience.head, patience.write);
    let handler = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let busy = busy.begin();
        let answer = handler.call(request);
        async move {
            let answer = answer.await;
            drop(busy);
            answer
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            // Counts from the end of the last answer: from the first byte on, the stream is
            // stricter.
            .header_read_timeout(patience.idle)
            .max_header_size(MAX_HEAD_BYTES)
            .max_buf_size(MAX_BUFFER_BYTES)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(
            "the connection of {peer} ended: {:#}",
            anyhow::Error::new(error)
        );
    }
}

/// Tells a client that its address has too many connections. It is read to the end for a while,
/// since closing with something unread would take the answer back.
pub(super) async fn refuse(mut stream: TcpStream) {
    let answer = format!(
        "HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain; charset=utf-8\r\n\
         content-length: {}\r\nretry-after: 5\r\nconnection: close\r\n\r\n{REFUSAL}",
        REFUSAL.len()
    );
    let told = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        let mut unread = [0; 4096];
        while stream.read(&mut unread).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not listen has to do without.
    let _ = tokio::time::timeout(REFUSAL_TIME, told).await;
}
