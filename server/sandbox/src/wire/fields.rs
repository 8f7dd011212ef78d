//! Errors, notices and columns as the server describes them.

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{
    ErrorFields, NotificationResponseBody, RowDescriptionBody,
};
use sqlground_model::{Notice, SqlError};
use std::io;

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

/// The columns of a result.
pub(super) fn columns(body: &RowDescriptionBody) -> io::Result<Vec<Field>> {
    body.fields()
        .map(|field| {
            Ok(Field {
                name: field.name().to_owned(),
                type_oid: field.type_oid(),
                type_modifier: field.type_modifier(),
            })
        })
        .collect()
}

/// The fields of an error or notice (manual section 54.8).
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
            let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
            match field.type_() {
                // The severity in English, whatever lc_messages says.
                b'V' => it.severity = value,
                b'C' => it.error.sqlstate = value,
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

/// `NOTIFY` reaches whoever listens; it is shown among the notices.
pub(super) fn notification(body: &NotificationResponseBody) -> io::Result<Notice> {
    let payload = body.message()?;
    Ok(Notice {
        severity: "NOTIFY".to_owned(),
        sqlstate: String::new(),
        message: format!("notification on channel {}", body.channel()?),
        detail: (!payload.is_empty()).then(|| payload.to_owned()),
        hint: None,
    })
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
