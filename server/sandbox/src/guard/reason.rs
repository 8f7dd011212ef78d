//! Why a script is ended that takes what is everybody's.

use crate::resources::megabytes;
use sqlground_model::SqlError;

/// Why a script is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Others wait for a lock it holds, or it waits for what is another's.
    Blocks,
    /// It holds more than so many locks.
    Locks(u32),
    /// It has written more than so many bytes.
    Writes(u64),
    /// The disk is nearly full, and it writes.
    DiskFull,
}

impl Reason {
    /// True if an error is what comes of being ended, for whatever reason.
    pub(crate) fn explains(error: &SqlError) -> bool {
        // Cancelled, terminated, or the connection lost.
        matches!(error.sqlstate.as_str(), "57014" | "57P01" | "08006")
    }

    /// What the student is told.
    pub(crate) fn error(self) -> SqlError {
        let (sqlstate, message, hint) = match self {
            Self::Blocks => (
                "57014",
                "ended: the script kept another session waiting".to_owned(),
                "It locked something that is not its own, such as a table or sequence named by its \
                 number. Work with the tables of the exercise and your own.",
            ),
            Self::Locks(most) => (
                "53400",
                format!("ended: the script held more than {most} locks"),
                "A transaction keeps a lock on every table and index it has touched, dropped ones \
                 included. COMMIT more often, or touch fewer of them.",
            ),
            Self::Writes(most) => (
                "53400",
                format!("ended: the script wrote more than {}", megabytes(most)),
                "Look for a missing join condition or a loop without an end, and try it with fewer \
                 rows.",
            ),
            Self::DiskFull => (
                "53100",
                "ended: the server's disk is nearly full".to_owned(),
                "Try it with fewer rows, or later. DROP tables you no longer need.",
            ),
        };
        SqlError {
            sqlstate: sqlstate.to_owned(),
            message,
            hint: Some(hint.to_owned()),
            ..SqlError::default()
        }
    }
}
