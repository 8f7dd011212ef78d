//! What one execution of a script gave.

use serde::{Deserialize, Serialize};

/// One execution of a script: its statements in order, up to and including the first that failed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// One entry a statement that was sent.
    pub statements: Vec<StatementRun>,
    /// How many further statements the script has that were not sent because one failed.
    pub skipped: u32,
    /// The state the script left its transaction in. A transaction left open is rolled back.
    pub transaction: TransactionState,
    /// Wall-clock time of the whole script in milliseconds.
    pub elapsed_ms: f64,
}

impl Run {
    /// The error that ended the run, with the statement that caused it.
    pub fn failure(&self) -> Option<(&StatementRun, &SqlError)> {
        self.statements
            .iter()
            .find_map(|s| s.error.as_ref().map(|e| (s, e)))
    }

    /// The last statement that returned columns, be it without a row.
    pub fn last_result(&self) -> Option<&StatementRun> {
        self.statements.iter().rev().find(|s| s.columns.is_some())
    }
}

/// The transaction state PostgreSQL reports with `ReadyForQuery` (manual section 54.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionState {
    /// No transaction block is open.
    #[default]
    Idle,
    /// A transaction block is open.
    Open,
    /// A transaction block is open and failed: only ROLLBACK is accepted.
    Failed,
}

/// One statement of a script and what came back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StatementRun {
    /// The statement's number in the script, from 1.
    pub statement: u32,
    /// The line of the script the statement begins on, from 1.
    pub line: u32,
    /// How many characters (Unicode scalar values) of the script precede the statement.
    pub start: u32,
    /// The statement as it was sent, without the semicolon.
    pub sql: String,
    /// PostgreSQL's command tag, such as `INSERT 0 3`; none if the statement failed.
    pub tag: Option<String>,
    /// The result's columns, if the statement returns rows, be they none.
    pub columns: Option<Vec<Column>>,
    /// The rows kept, each value as PostgreSQL's text or null.
    pub rows: Vec<Vec<Option<String>>>,
    /// A fingerprint of every row in order, where not all are kept and fingerprints were asked for;
    /// never sent anywhere.
    #[serde(skip)]
    pub fingerprints: Vec<u128>,
    /// How many rows came back, kept or not.
    pub row_count: u64,
    /// True if rows were left out of `rows`, or reading ended early: see `notices` for why.
    pub truncated: bool,
    /// Notices and warnings in the order they came.
    pub notices: Vec<Notice>,
    /// Why the statement failed.
    pub error: Option<SqlError>,
    /// Wall-clock time in milliseconds from sending the statement to its end.
    pub elapsed_ms: f64,
}

/// A result column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// The type's name as `format_type` gives it, such as `numeric(10,2)`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// True if values of this type read best right-aligned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub numeric: bool,
}

/// A notice or warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// PostgreSQL's severity, such as `NOTICE` or `WARNING`; `LIMIT` where sqlground speaks.
    pub severity: String,
    /// The SQLSTATE code, empty where sqlground speaks.
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// PostgreSQL's detail.
    pub detail: Option<String>,
    /// PostgreSQL's hint.
    pub hint: Option<String>,
}

/// Why a statement failed, in PostgreSQL's words (manual section 54.8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlError {
    /// The SQLSTATE code (manual appendix A).
    pub sqlstate: String,
    /// The message.
    pub message: String,
    /// PostgreSQL's detail.
    pub detail: Option<String>,
    /// PostgreSQL's hint, or sqlground's where it ended the statement.
    pub hint: Option<String>,
    /// The place of the error: characters into the statement's `sql`, from 1.
    pub position: Option<u32>,
    /// Where in a function's body or an internal query it happened.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// What sqlground adds: what may be meant, or what to look for. Names stand between backticks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl SqlError {
    /// True if a statement failed since `PostgreSQL` ended its connection, was stopped, or was short
    /// of disk, memory or connections: the statement can be as it should.
    pub fn is_the_servers_fault(&self) -> bool {
        ["08", "57P", "53100", "53200", "53300"]
            .iter()
            .any(|class| self.sqlstate.starts_with(class))
    }
}
