//! Why a sandbox cannot do what it is asked. A student's failed statement is not among it: that is
//! data, in [`StatementRun::error`](sqlground_model::StatementRun::error).

use sqlground_model::SqlError;
use std::error::Error as StdError;

/// Why a sandbox cannot do what it is asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The script would have to wait, and no longer can.
    #[error("{0}")]
    Busy(Busy),
    /// The student no longer wants it.
    #[error("it was cancelled")]
    Cancelled,
    /// So little of the disk is free that no script may begin.
    #[error("the disk is nearly full")]
    DiskFull,
    /// PostgreSQL does not answer or refuses the service. Trying later may help.
    #[error("PostgreSQL cannot {doing}")]
    Unavailable {
        /// What was to be done, as an infinitive.
        doing: &'static str,
        /// What went wrong.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The database is not set up for sandboxes; the operator has to do something about it.
    #[error("{problem}; {remedy}")]
    Unsuitable {
        /// What is missing.
        problem: String,
        /// What to do, with the SQL to run where there is some.
        remedy: String,
    },
    /// A dataset's file has an error.
    #[error("datasets/{dataset}/{file}:{line}: {}", error.message)]
    Dataset {
        /// The dataset's name.
        dataset: String,
        /// `schema.sql` or `data.sql`.
        file: &'static str,
        /// The line at fault, from 1.
        line: u32,
        /// PostgreSQL's error.
        error: Box<SqlError>,
    },
    /// An exercise's set-up has an error.
    #[error("the set-up of {key} fails in its line {line}: {}", error.message)]
    Setup {
        /// The key of the space.
        key: String,
        /// The line of the set-up, from 1.
        line: u32,
        /// PostgreSQL's error.
        error: Box<SqlError>,
    },
    /// The exercise's dataset has not been loaded.
    #[error("the dataset {0} is not loaded")]
    DatasetMissing(String),
}

/// Why a script cannot wait any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// As many scripts of the session wait already as may.
    #[error("too many scripts of the session wait already")]
    Session,
    /// As many scripts wait already as may.
    #[error("too many scripts wait already")]
    Server,
    /// No place became free in time.
    #[error("the script waited too long for its turn")]
    TooLong,
    /// An earlier script of the session runs on, as PostgreSQL cannot end it.
    #[error("an earlier script of the session cannot be ended")]
    Stuck,
}

impl Error {
    /// For `map_err`: PostgreSQL could not do something.
    pub(crate) fn unavailable<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        move |source| Self::Unavailable {
            doing,
            source: source.into(),
        }
    }
}
