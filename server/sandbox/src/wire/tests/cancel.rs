//! Asking for a cancellation.

use crate::wire::{Address, BackendKey};
use bytes::Bytes;
use std::io;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{Instant, sleep};

/// An address with a listener, in a directory that lasts as long as the value.
fn listener() -> (TempDir, Address, UnixListener) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    (directory, Address::Unix(path), listener)
}

fn key(secret: usize) -> BackendKey {
    BackendKey {
        pid: 7,
        secret: Bytes::from(vec![9; secret]),
    }
}

/// Cancels while the server does something with the connection. Says how long it took.
async fn cancel(secret: usize, server: impl AsyncFnOnce(UnixStream)) -> io::Result<Duration> {
    let (_directory, address, listener) = listener();
    let serving = async { server(listener.accept().await.unwrap().0).await };
    let asked = async {
        let started = Instant::now();
        address
            .cancel(&key(secret))
            .await
            .map(|()| started.elapsed())
    };
    tokio::join!(asked, serving).0
}

#[tokio::test]
async fn the_request_says_its_length_its_code_and_the_key() {
    for secret in [4_u8, 32, 252] {
        cancel(usize::from(secret), async |mut server| {
            let mut heard = vec![0; 12 + usize::from(secret)];
            server.read_exact(&mut heard).await.unwrap();
            let length = u32::from(secret) + 12;
            let expected = [&length.to_be_bytes()[..], b"\x04\xd2\x16\x2e\0\0\0\x07"].concat();
            assert_eq!(heard[..12], expected);
            assert_eq!(heard[12..], vec![9; usize::from(secret)]);
        })
        .await
        .unwrap();
    }
}

/// A statement that is sent after the server has taken the request is not hit by it.
#[tokio::test(start_paused = true)]
async fn it_waits_until_the_server_has_taken_the_request() {
    let served = cancel(4, async |server| {
        sleep(Duration::from_secs(1)).await;
        drop(server);
    });
    assert!(served.await.unwrap() >= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn it_does_not_wait_for_ever() {
    let hung = cancel(4, async |server| {
        sleep(Duration::from_mins(1)).await;
        drop(server);
    });
    assert_eq!(hung.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

/// Nobody listens to what a server says to a request, however much it is.
#[tokio::test]
async fn it_does_not_listen() {
    let talked = cancel(4, async |mut server| {
        // The client goes away in the middle of it.
        let _ = server.write_all(&vec![b'N'; 10_000_000]).await;
    });
    talked.await.unwrap();
}
