//! Logging in.

use super::Connection;
use super::cancel::{Address, BackendKey, SECRET_LENGTHS};
use super::channel::{Channel, LARGEST_MESSAGE, malformed};
use super::fields::Diagnostics;
use super::kept::KeptStatements;
use bytes::{Buf, Bytes};
use fallible_iterator::FallibleIterator;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{self, AuthenticationSaslBody, Message};
use postgres_protocol::message::frontend;
use sqlground_model::SqlError;
use std::io;

/// Who logs in where.
pub(crate) struct Login<'a> {
    pub(crate) address: &'a Address,
    pub(crate) database: &'a str,
    pub(crate) role: &'a str,
    pub(crate) password: &'a str,
    /// Run-time settings. As part of the start-up message they come after those of the role
    /// (`ALTER ROLE ... SET`), and `RESET` returns to them.
    pub(crate) settings: &'a [(&'a str, &'a str)],
}

/// Why a log-in failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// The server cannot be reached or breaks off.
    #[error("the connection breaks off")]
    Io(#[from] io::Error),
    /// The server says no.
    #[error("the server refuses the log-in: {} (SQLSTATE {})", .0.message, .0.sqlstate)]
    Refused(Box<SqlError>),
    /// The server wants something this client cannot give.
    #[error("the server asks for {0}, which is not supported")]
    Unsupported(&'static str),
}

impl Login<'_> {
    /// Connects and logs in.
    pub(crate) async fn connect(&self) -> Result<Connection, ConnectError> {
        self.log_in(self.address.open().await?).await
    }

    /// Logs in on a connection that has just been opened.
    pub(super) async fn log_in(&self, mut channel: Channel) -> Result<Connection, ConnectError> {
        let identity = [("user", self.role), ("database", self.database)];
        let parameters = identity.iter().chain(self.settings).copied();
        frontend::startup_message(parameters, &mut channel.outgoing)?;
        channel.flush().await?;
        self.authenticate(&mut channel).await?;
        let key = wait_until_ready(&mut channel).await?;
        channel.release();
        Ok(Connection {
            channel,
            address: self.address.clone(),
            key,
            kept: KeptStatements::default(),
        })
    }

    async fn authenticate(&self, channel: &mut Channel) -> Result<(), ConnectError> {
        loop {
            match next(channel).await? {
                Message::AuthenticationOk => return Ok(()),
                Message::AuthenticationCleartextPassword => {
                    frontend::password_message(self.password.as_bytes(), &mut channel.outgoing)?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let (role, password) = (self.role.as_bytes(), self.password.as_bytes());
                    let hash = md5_hash(role, password, body.salt());
                    frontend::password_message(hash.as_bytes(), &mut channel.outgoing)?;
                }
                Message::AuthenticationSasl(body) => {
                    scram(channel, &body, self.password).await?;
                    continue;
                }
                Message::ErrorResponse(body) => return Err(refused(body.fields())?),
                Message::NoticeResponse(_) => continue,
                _ => {
                    return Err(ConnectError::Unsupported(
                        "a way of authentication other than SCRAM, MD5 and password",
                    ));
                }
            }
            channel.flush().await?;
        }
    }
}

/// SCRAM-SHA-256 without channel binding, up to and including the server's proof of itself.
async fn scram(
    channel: &mut Channel,
    body: &AuthenticationSaslBody,
    password: &str,
) -> Result<(), ConnectError> {
    if !body.mechanisms().any(|name| Ok(name == SCRAM_SHA_256))? {
        return Err(ConnectError::Unsupported(
            "a SASL mechanism other than SCRAM-SHA-256",
        ));
    }
    let mut scram = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
    frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut channel.outgoing)?;
    channel.flush().await?;
    loop {
        match next(channel).await? {
            Message::AuthenticationSaslContinue(body) => {
                check_iterations(body.data())?;
                scram
                    .update(body.data())
                    .map_err(|error| unusable_password(&error))?;
                frontend::sasl_response(scram.message(), &mut channel.outgoing)?;
                channel.flush().await?;
            }
            Message::AuthenticationSaslFinal(body) => return Ok(scram.finish(body.data())?),
            Message::ErrorResponse(body) => return Err(refused(body.fields())?),
            _ => return Err(malformed("an unexpected message during SCRAM").into()),
        }
    }
}

/// How many iterations of SCRAM are computed for one log-in: PostgreSQL's own default. A role can set
/// a verifier of its own making with any number.
const MOST_ITERATIONS: u32 = 4_096;

/// Refuses a number of iterations that would keep this process busy, or that is none.
fn check_iterations(server_first_message: &[u8]) -> Result<(), ConnectError> {
    let mut attributes = server_first_message.split(|&byte| byte == b',');
    let iterations = attributes
        .find_map(|attribute| attribute.strip_prefix(b"i="))
        .and_then(|digits| str::from_utf8(digits).ok()?.parse().ok())
        .filter(|&iterations: &u32| iterations <= MOST_ITERATIONS);
    iterations.map(drop).ok_or_else(|| {
        unusable_password(&malformed(
            "the number of iterations of SCRAM is out of range",
        ))
    })
}

/// What the server has in place of the role's password cannot be used to log in.
fn unusable_password(error: &io::Error) -> ConnectError {
    ConnectError::Refused(Box::new(SqlError {
        sqlstate: "28P01".to_owned(),
        message: error.to_string(),
        ..SqlError::default()
    }))
}

async fn wait_until_ready(channel: &mut Channel) -> Result<BackendKey, ConnectError> {
    let mut key = None;
    loop {
        let (tag, body) = channel.peek().await?;
        // postgres-protocol knows secrets of four bytes only.
        if tag == backend::BACKEND_KEY_DATA_TAG {
            let secret = body.saturating_sub(4);
            if !SECRET_LENGTHS.contains(&secret) {
                return Err(malformed("a key for cancelling has no such length").into());
            }
            let mut body = channel.body(body).await?;
            key = Some(BackendKey {
                pid: body.get_i32(),
                secret: Bytes::copy_from_slice(&body),
            });
            continue;
        }
        match next(channel).await? {
            Message::ReadyForQuery(_) => {
                return key.ok_or_else(|| malformed("no key for cancelling").into());
            }
            Message::ErrorResponse(body) => return Err(refused(body.fields())?),
            _ => {}
        }
    }
}

async fn next(channel: &mut Channel) -> io::Result<Message> {
    let (_, body) = channel.peek().await?;
    if body > LARGEST_MESSAGE {
        return Err(malformed("a message of the log-in is too long"));
    }
    channel.message(body).await
}

fn refused(fields: backend::ErrorFields<'_>) -> io::Result<ConnectError> {
    Ok(ConnectError::Refused(Box::new(
        Diagnostics::read(fields)?.into_error(),
    )))
}
