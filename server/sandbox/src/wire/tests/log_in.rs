//! Whatever a server says in place of a log-in, it ends in a connection or an error.

use super::messages::{authentication, diagnostics, log_ins, message, pieces};
use super::peer::{Peer, drive, measure};
use crate::property::check;
use crate::wire::channel::Channel;
use crate::wire::{Address, ConnectError, Connection, Login};
use proptest::collection::vec;
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

const LOGIN: Login<'static> = Login {
    address: &Address::Unix(std::path::PathBuf::new()),
    database: "d",
    role: "r",
    password: "p",
    settings: &[("client_encoding", "UTF8")],
};

fn log_in(said: &[u8], pieces: &[usize]) -> Result<Connection, ConnectError> {
    let channel = Channel::new(Peer::new(said, pieces));
    drive(LOGIN.log_in(channel), said.len())
}

fn words(result: Result<Connection, ConnectError>) -> Result<(i32, Vec<u8>), String> {
    match result {
        Ok(connection) => Ok((connection.key.pid, connection.key.secret.to_vec())),
        Err(error) => Err(format!("{error:?}")),
    }
}

#[test]
fn any_messages() {
    check(1_000, (log_ins(), pieces()), |(said, pieces)| {
        let said = said.concat();
        let (whole, allocated) = measure(|| words(log_in(&said, &[usize::MAX])));
        prop_assert_eq!(&whole, &words(log_in(&said, &pieces)));
        let memory = allocated.bytes_max;
        prop_assert!(
            memory <= 64 * 1024 + 16 * said.len() as u64,
            "{memory} bytes"
        );
        if let Ok((_, secret)) = whole {
            prop_assert!((4..=256).contains(&secret.len()));
        }
        Ok(())
    });
}

#[test]
fn any_bytes() {
    check(
        500,
        (vec(any::<u8>(), 0..200), pieces()),
        |(said, pieces)| {
            prop_assert_eq!(
                words(log_in(&said, &[usize::MAX])),
                words(log_in(&said, &pieces))
            );
            Ok(())
        },
    );
}

#[test]
fn secrets_of_protocol_3_2_are_longer() {
    for (length, valid) in [
        (0, false),
        (3, false),
        (4, true),
        (32, true),
        (256, true),
        (257, false),
    ] {
        let key = [&[0, 0, 0, 7][..], &vec![9; length]].concat();
        let said = [
            authentication(0, b""),
            message(b'K', &key),
            message(b'Z', b"I"),
        ]
        .concat();
        let expected = valid.then(|| (7, vec![9; length]));
        assert_eq!(words(log_in(&said, &[100])).ok(), expected, "{length}");
    }
}

#[test]
fn a_server_that_is_not_ready_says_why() {
    let why = diagnostics(b'E', &[(b'V', "FATAL"), (b'C', "53300"), (b'M', "full")]);
    for before in [
        vec![],
        vec![authentication(0, b"")],
        vec![authentication(10, b"SCRAM-SHA-256\0\0")],
    ] {
        let said = [before.concat(), why.to_vec()].concat();
        let Err(ConnectError::Refused(error)) = log_in(&said, &[100]) else {
            panic!("{said:?} is no refusal");
        };
        assert_eq!(error.sqlstate, "53300");
    }
}

/// Reads a message of the client, with its tag and length, and gives back what follows them.
async fn heard(server: &mut DuplexStream) -> Vec<u8> {
    server.read_u8().await.unwrap();
    let mut body = vec![0; server.read_u32().await.unwrap() as usize - 4];
    server.read_exact(&mut body).await.unwrap();
    body
}

/// Begins SCRAM and asks for what a verifier says that a student may have set.
async fn refusal(rest_of_first_message: &str) -> ConnectError {
    let (client, mut server) = duplex(10_000);
    let asked = tokio::spawn(async { LOGIN.log_in(Channel::new(client)).await.map(drop) });
    let mut startup = vec![0; server.read_u32().await.unwrap() as usize - 4];
    server.read_exact(&mut startup).await.unwrap();
    server
        .write_all(&authentication(10, b"SCRAM-SHA-256\0\0"))
        .await
        .unwrap();
    let initial = String::from_utf8(heard(&mut server).await).unwrap();
    let (_, nonce) = initial.split_once("r=").unwrap();
    let first = format!("r={nonce}x,{rest_of_first_message}");
    server
        .write_all(&authentication(11, first.as_bytes()))
        .await
        .unwrap();
    // The client goes on only if it took the verifier; then the server hangs up.
    let mut answer = [0; 1];
    let answered = tokio::select! {
        read = server.read(&mut answer) => read.unwrap() > 0,
        () = async { while !asked.is_finished() { tokio::task::yield_now().await } } => false,
    };
    drop(server);
    let error = asked.await.unwrap().unwrap_err();
    assert_eq!(answered, matches!(error, ConnectError::Io(_)), "{error:?}");
    error
}

/// Refused and not broken off: then the role is repaired.
#[tokio::test]
async fn a_verifier_that_a_student_set_cannot_keep_the_client_busy() {
    for rest in [
        "s=c2FsdA==,i=4097",
        "s=c2FsdA==,i=2000000000",
        "s=c2FsdA==,i=-1",
        "s=*,i=1",
        "",
    ] {
        let ConnectError::Refused(error) = refusal(rest).await else {
            panic!("{rest} is taken");
        };
        assert_eq!(error.sqlstate, "28P01", "{rest}");
    }
    for rest in ["s=c2FsdA==,i=1", "s=c2FsdA==,i=4096"] {
        assert!(matches!(refusal(rest).await, ConnectError::Io(_)), "{rest}");
    }
}
