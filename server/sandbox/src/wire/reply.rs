//! What comes back for one statement, kept within limits.

use super::channel::{HEADER, LARGEST_MESSAGE, malformed};
use super::fields::{Diagnostics, Field, columns, limit_notice, notification, size};
use super::rows::read_row;
use super::{Connection, Mode};
use crate::Limits;
use postgres_protocol::message::backend::{self, Message};
use postgres_protocol::message::frontend;
use sqlground_model::{Notice, SqlError, TransactionState};
use std::io;

/// What a script has used of its limits.
pub(crate) struct Budget<'a> {
    pub(super) limits: &'a Limits,
    bytes_kept: u64,
    bytes_read: u64,
    notices_kept: u32,
    notice_bytes_kept: u64,
}

impl<'a> Budget<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            bytes_kept: 0,
            bytes_read: 0,
            notices_kept: 0,
            notice_bytes_kept: 0,
        }
    }

    /// How many bytes of the next value may be kept.
    pub(super) fn value(&self) -> usize {
        let rest = self.limits.bytes_kept.saturating_sub(self.bytes_kept);
        usize::try_from(rest.min(u64::from(self.limits.value_bytes))).unwrap_or(usize::MAX)
    }

    /// True if a row of so many bytes and columns may be kept whole.
    pub(super) fn has_room_for(&self, body: usize, columns: usize) -> bool {
        let bytes = size_of::<Vec<()>>() + columns * size_of::<Option<String>>() + body;
        let bytes = self.bytes_kept.saturating_add(bytes as u64);
        body <= self.limits.value_bytes as usize && bytes <= self.limits.bytes_kept
    }

    /// Bytes of a row are kept.
    pub(super) fn keep(&mut self, bytes: usize) {
        self.bytes_kept = self.bytes_kept.saturating_add(bytes as u64);
    }

    /// True if a notice may be kept, which is then counted. Notices have as many bytes as values,
    /// and apart from them: the last words of a script whose result is long are not lost.
    fn keep_notice(&mut self, notice: &Notice) -> bool {
        let bytes_kept = self.notice_bytes_kept.saturating_add(size(notice) as u64);
        let fits =
            self.notices_kept < self.limits.notices_kept && bytes_kept <= self.limits.bytes_kept;
        if fits {
            self.notices_kept += 1;
            self.notice_bytes_kept = bytes_kept;
        }
        fits
    }

    fn read(&mut self, bytes: usize) {
        self.bytes_read = self.bytes_read.saturating_add(bytes as u64);
    }

    fn is_overdrawn(&self) -> bool {
        self.bytes_read > self.limits.bytes_read
    }
}

/// What came back for one statement.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    pub(crate) tag: Option<String>,
    pub(crate) columns: Option<Vec<Field>>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
    /// Of all rows, if not all are kept and the limits ask for it.
    pub(crate) fingerprints: Vec<u128>,
    pub(crate) row_count: u64,
    pub(crate) notices: Vec<Notice>,
    pub(crate) error: Option<SqlError>,
    /// The state after the statement; unchanged if the connection was lost.
    pub(crate) transaction: TransactionState,
    /// True if a value was cut.
    pub(crate) values_cut: bool,
    /// True if the statement was cancelled because its result is too large.
    pub(crate) too_large: bool,
    /// How many notices were left out.
    pub(crate) notices_dropped: u64,
    /// True if `COPY TO STDOUT` sends binary data, which is counted and not shown.
    pub(crate) binary: bool,
}

impl Reply {
    /// True if rows or parts of values are missing.
    pub(crate) fn is_truncated(&self) -> bool {
        let known = self.rows.len().max(self.fingerprints.len());
        self.values_cut || self.too_large || self.row_count > known as u64
    }

    /// Of several results, which come where the split is wrong, the last is kept.
    fn begin_result(&mut self, columns: Vec<Field>, binary: bool) {
        self.columns = Some(columns);
        self.rows = Vec::new();
        self.fingerprints = Vec::new();
        self.row_count = 0;
        self.values_cut = false;
        self.binary = binary;
    }

    fn notice(&mut self, notice: Notice, budget: &mut Budget<'_>) {
        if budget.keep_notice(&notice) {
            self.notices.push(notice);
        } else {
            self.notices_dropped += 1;
        }
    }
}

/// A kind of message that `postgres-protocol` does not know: the answer to `START_REPLICATION`.
const COPY_BOTH_RESPONSE_TAG: u8 = b'W';

const NO_COPY_IN: &str = "COPY FROM STDIN has no input here";

impl Connection {
    /// Reads up to `ReadyForQuery`.
    pub(super) async fn read_reply(
        &mut self,
        mode: Mode,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        loop {
            let (tag, body) = self.channel.peek().await?;
            budget.read(HEADER + body);
            if budget.is_overdrawn() && !reply.too_large {
                reply.too_large = true;
                self.address.cancel(&self.key).await?;
            }
            match tag {
                backend::DATA_ROW_TAG | backend::COPY_DATA_TAG => {
                    read_row(&mut self.channel, (tag, body), budget, reply).await?;
                }
                COPY_BOTH_RESPONSE_TAG => return Err(malformed("replication is not possible")),
                _ if body > LARGEST_MESSAGE => self.skip_message(tag, body, budget, reply).await?,
                backend::ROW_DESCRIPTION_TAG => {
                    reply.begin_result(columns(&self.channel.body(body).await?)?, false);
                }
                backend::NOTIFICATION_RESPONSE_TAG => {
                    reply.notice(notification(&self.channel.body(body).await?)?, budget);
                }
                _ => {
                    let message = self.channel.message(body).await?;
                    if self.take_message(message, mode, budget, reply).await? {
                        self.channel.release();
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Takes one message in. True if it ends the reply.
    async fn take_message(
        &mut self,
        message: Message,
        mode: Mode,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<bool> {
        match message {
            Message::CommandComplete(body) => reply.tag = Some(body.tag()?.to_owned()),
            Message::CopyOutResponse(body) => {
                reply.begin_result(vec![Field::copy()], body.format() != 0);
            }
            Message::CopyInResponse(_) => {
                frontend::copy_fail(NO_COPY_IN, &mut self.channel.outgoing)?;
                if mode == Mode::Extended {
                    // The server ignores the Sync it was sent while it waited for data.
                    frontend::sync(&mut self.channel.outgoing);
                }
                self.channel.flush().await?;
            }
            Message::ErrorResponse(body) => {
                let diagnostics = Diagnostics::read(body.fields())?;
                let fatal = diagnostics.is_fatal();
                reply.tag = None;
                reply.error = Some(diagnostics.into_error());
                if fatal {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
            }
            Message::NoticeResponse(body) => {
                let notice = Diagnostics::read(body.fields())?.into_notice();
                reply.notice(notice, budget);
            }
            Message::ReadyForQuery(body) => {
                reply.transaction = match body.status() {
                    b'T' => TransactionState::Open,
                    b'E' => TransactionState::Failed,
                    _ => TransactionState::Idle,
                };
                return Ok(true);
            }
            _ => {}
        }
        Ok(false)
    }

    /// Passes over a message that is too long to be buffered, such as a notice of 100 MB.
    async fn skip_message(
        &mut self,
        tag: u8,
        body: usize,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> io::Result<()> {
        self.channel.skip_header();
        self.channel.skip(body).await?;
        match tag {
            backend::ERROR_RESPONSE_TAG => {
                reply.tag = None;
                reply.error = Some(SqlError {
                    sqlstate: "XX000".to_owned(),
                    message: format!("an error whose text of {body} bytes is too long to show"),
                    ..SqlError::default()
                });
            }
            backend::NOTICE_RESPONSE_TAG | backend::NOTIFICATION_RESPONSE_TAG => {
                let message = format!("a notice of {body} bytes is too long to show");
                reply.notice(limit_notice(message, None), budget);
            }
            backend::PARAMETER_STATUS_TAG => {}
            _ => return Err(malformed("a message is too long")),
        }
        Ok(())
    }
}
