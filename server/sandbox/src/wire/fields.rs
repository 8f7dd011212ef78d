//! Errors, notices and columns as the server describes them.

use super::channel::malformed;
use super::text::text;
use bytes::Buf as _;
use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::ErrorFields;
use sqlground_model::{Notice, SqlError};
use std::io;

/// How many bytes of an error's or a notice's field are kept: more than anybody reads.
pub(super) const LONGEST_FIELD: usize = 64 * 1024;

/// A result's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) type_oid: u32,
    pub(crate) type_modifier: i32,
}

impl Field {
    /// About how many bytes it takes to keep, its type's name included.
    pub(crate) fn size(&self) -> u64 {
        self.name.len() as u64 + 32
    }
}

/// PostgreSQL's `text`.
const TEXT_OID: u32 = 25;

impl Field {
    /// The one column that `COPY TO STDOUT` is shown as.
    pub(super) fn copy() -> Self {
        Self {
            name: "copy".to_owned(),
            type_oid: TEXT_OID,
            type_modifier: -1,
        }
    }
}

/// The columns that a `RowDescription` describes. `postgres-protocol` takes names in UTF-8 only,
/// and a connection whose `client_encoding` was changed sends others.
pub(super) fn columns(mut body: &[u8]) -> io::Result<Vec<Field>> {
    let mut columns = Vec::new();
    for _ in 0..body.try_get_u16()? {
        let name = string(&mut body)?;
        let (_table, _column) = (body.try_get_u32()?, body.try_get_u16()?);
        let type_oid = body.try_get_u32()?;
        let _size = body.try_get_i16()?;
        let type_modifier = body.try_get_i32()?;
        let _format = body.try_get_u16()?;
        columns.push(Field {
            name,
            type_oid,
            type_modifier,
        });
    }
    at_end(body)?;
    Ok(columns)
}

/// A text that a zero byte ends.
fn string(body: &mut &[u8]) -> io::Result<String> {
    let length = body.iter().position(|&byte| byte == 0);
    let length = length.ok_or_else(|| malformed("a text does not end"))?;
    let text = String::from_utf8_lossy(&body[..length]).into_owned();
    body.advance(length + 1);
    Ok(text)
}

fn at_end(body: &[u8]) -> io::Result<()> {
    match body {
        [] => Ok(()),
        _ => Err(malformed("a message is longer than what it says")),
    }
}

/// The fields of an error or notice (manual section 54.8), each of which is cut to
/// [`LONGEST_FIELD`]. The SQLSTATE is five letters and digits of ASCII, or missing.
#[derive(Debug, Default)]
pub(super) struct Diagnostics {
    severity: String,
    error: SqlError,
    internal_query: Option<String>,
}

impl Diagnostics {
    pub(super) fn read(mut fields: ErrorFields<'_>) -> io::Result<Self> {
        let mut it = Self::default();
        while let Some(field) = fields.next()? {
            let value = field.value_bytes();
            let kept = &value[..value.len().min(LONGEST_FIELD)];
            let (value, _) = text(kept.to_vec(), kept.len() == value.len(), LONGEST_FIELD);
            match field.type_() {
                // The severity in English, whatever lc_messages says.
                b'V' => it.severity = value,
                b'C' if is_sqlstate(&value) => it.error.sqlstate = value,
                b'M' => it.error.message = value,
                b'D' => it.error.detail = Some(value),
                b'H' => it.error.hint = Some(value),
                b'P' => it.error.position = value.parse().ok(),
                b'W' => it.error.context = Some(value),
                b'q' => it.internal_query = Some(value),
                _ => {}
            }
        }
        Ok(it)
    }

    /// True if the server ends the connection.
    pub(super) fn is_fatal(&self) -> bool {
        matches!(self.severity.as_str(), "FATAL" | "PANIC")
    }

    pub(super) fn into_error(self) -> SqlError {
        let mut error = self.error;
        if let (Some(query), None) = (self.internal_query, &error.context) {
            error.context = Some(format!("in the query: {query}"));
        }
        error
    }

    pub(super) fn into_notice(self) -> Notice {
        Notice {
            severity: self.severity,
            sqlstate: self.error.sqlstate,
            message: self.error.message,
            detail: self.error.detail,
            hint: self.error.hint,
        }
    }
}

fn is_sqlstate(value: &str) -> bool {
    value.len() == 5 && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `NOTIFY` reaches whoever listens; it is shown among the notices. Like names of columns, its
/// texts may not be UTF-8.
pub(super) fn notification(mut body: &[u8]) -> io::Result<Notice> {
    let _pid = body.try_get_i32()?;
    let channel = string(&mut body)?;
    let payload = string(&mut body)?;
    at_end(body)?;
    Ok(Notice {
        severity: "NOTIFY".to_owned(),
        sqlstate: String::new(),
        message: format!("notification on channel {channel}"),
        detail: (!payload.is_empty()).then_some(payload),
        hint: None,
    })
}

/// About how many bytes a notice takes to keep.
pub(super) fn size(notice: &Notice) -> usize {
    let texts = [
        Some(&notice.severity),
        Some(&notice.sqlstate),
        Some(&notice.message),
        notice.detail.as_ref(),
        notice.hint.as_ref(),
    ];
    size_of::<Notice>() + texts.into_iter().flatten().map(String::len).sum::<usize>()
}

/// A notice in which sqlground speaks.
pub(crate) fn limit_notice(message: impl Into<String>, hint: Option<&str>) -> Notice {
    Notice {
        severity: "LIMIT".to_owned(),
        sqlstate: String::new(),
        message: message.into(),
        detail: None,
        hint: hint.map(str::to_owned),
    }
}
