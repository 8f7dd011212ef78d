//! Explaining a script's last statement in a transaction that is rolled back.

use crate::Limits;
use crate::backend::{Backend, Clock, Protocol};
use crate::plannable::{Control, control, plannable};
use crate::split::{Statement, split};
use crate::wire::{Budget, Reply};
use crate::workspace::Workspace;
use sqlground_model::{Notice, PlanSwitch, SqlError};

/// What came of explaining a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Explained {
    /// The plan.
    Plan {
        /// The statement that was explained.
        statement: StatementPlace,
        /// What `EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS, WAL, FORMAT JSON)` gave.
        json: String,
        /// The server's `server_version_num`, such as 180004.
        server_version: u32,
        /// Notices of all statements.
        notices: Vec<Notice>,
    },
    /// A statement failed, be it the explained one or one before it.
    Failed {
        /// The statement that failed.
        statement: StatementPlace,
        /// Why, with the position in the statement as the student wrote it.
        error: SqlError,
    },
    /// No statement of the script has a plan.
    NoStatement,
}

/// Which statement of a script it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementPlace {
    /// The statement's number in the script, from 1.
    pub statement: u32,
    /// The line of the script it begins on, from 1.
    pub line: u32,
    /// How many characters (Unicode scalar values) of the script precede it.
    pub start: u32,
    /// Its text without the semicolon.
    pub sql: String,
}

/// What `EXPLAIN` is asked for.
const EXPLAIN: &str = "EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS, WAL, FORMAT JSON) ";

/// The statements up to and including the last that has a plan.
pub(crate) struct Task<'a> {
    before: Vec<Statement<'a>>,
    last: Statement<'a>,
    /// Where in the last statement the part begins that is explained, in bytes.
    offset: usize,
}

impl<'a> Task<'a> {
    /// None if no statement of the script has a plan.
    pub(crate) fn find(script: &'a str) -> Option<Self> {
        let mut statements = split(script);
        while let Some(last) = statements.pop() {
            if let Some(offset) = plannable(last.sql) {
                return Some(Self {
                    before: statements,
                    last,
                    offset,
                });
            }
        }
        None
    }
}

/// The script up to each statement that has a plan, the shortest first: explained one by one, they
/// give the plans of all its statements.
pub fn plannable_prefixes(script: &str) -> Vec<&str> {
    let statements = split(script);
    let with_plan = statements
        .iter()
        .filter(|statement| plannable(statement.sql).is_some());
    with_plan
        .map(|statement| &script[..statement.range_in(script).end])
        .collect()
}

/// Runs the statements of the task and explains its last, where PostgreSQL has to do without
/// something if it is told so.
///
/// Everything goes out by the extended protocol, in which PostgreSQL itself refuses more than one
/// statement at a time: no semicolon that the split misread ends the transaction.
pub(crate) async fn explain(
    workspace: &Workspace,
    backend: Backend,
    task: &Task<'_>,
    limits: &Limits,
    without: Option<PlanSwitch>,
) -> Explained {
    // A plan comes as one value.
    let limits = Limits {
        rows_kept: 1,
        rows_fingerprinted: 0,
        bytes_kept: Limits::COMPARISON.bytes_kept,
        value_bytes: Limits::COMPARISON.value_bytes,
        ..limits.clone()
    };
    let mut transaction = Transaction {
        backend,
        clock: Clock::start(&limits),
        budget: Budget::new(&limits),
        notices: Vec::new(),
        without,
    };
    let explained = transaction
        .explain(task, workspace.shared.server_version)
        .await;
    let _ = transaction.execute("ROLLBACK").await;
    transaction.backend.release().await;
    explained
}

struct Transaction<'a> {
    backend: Backend,
    clock: Clock<'a>,
    budget: Budget<'a>,
    notices: Vec<Notice>,
    without: Option<PlanSwitch>,
}

impl Transaction<'_> {
    async fn explain(&mut self, task: &Task<'_>, server_version: u32) -> Explained {
        let place = |number: usize, statement: &Statement<'_>| StatementPlace {
            statement: u32::try_from(number + 1).unwrap_or(u32::MAX),
            line: statement.line,
            start: statement.start,
            sql: statement.sql.to_owned(),
        };
        let mut begun = self.execute("BEGIN").await.map(drop);
        for (number, statement) in task.before.iter().enumerate() {
            if begun.is_ok() {
                begun = self.run_before(statement.sql).await;
            }
            if let Err(error) = begun {
                return Explained::Failed {
                    statement: place(number, statement),
                    error,
                };
            }
        }
        let statement = place(task.before.len(), &task.last);
        let explained = match begun {
            Ok(()) => self.explain_last(task).await,
            Err(error) => Err(error),
        };
        match explained {
            Ok(json) => Explained::Plan {
                statement,
                json,
                server_version,
                notices: std::mem::take(&mut self.notices),
            },
            Err(error) => Explained::Failed { statement, error },
        }
    }

    /// Runs a statement that precedes the explained one.
    async fn run_before(&mut self, sql: &str) -> Result<(), SqlError> {
        match control(sql) {
            Some(Control::PassOver) => return Ok(()),
            Some(Control::Rollback) => {
                self.execute("ROLLBACK").await?;
                self.execute("BEGIN").await?;
            }
            Some(Control::Refuse) => {
                return Err(SqlError {
                    sqlstate: "0A000".to_owned(),
                    message: "a plan is made in one transaction, which this would end".to_owned(),
                    ..SqlError::default()
                });
            }
            None => {
                self.execute(sql).await?;
            }
        }
        Ok(())
    }

    async fn explain_last(&mut self, task: &Task<'_>) -> Result<String, SqlError> {
        if let Some((name, value)) = self.without.map(PlanSwitch::setting) {
            self.execute(&format!("SET LOCAL {name} = {value}")).await?;
        }
        let (head, explained) = task.last.sql.split_at(task.offset);
        let reply = match self.execute(&format!("{EXPLAIN}{explained}")).await {
            Ok(reply) => reply,
            Err(mut error) => {
                error.position = error.position.and_then(|position| {
                    position
                        .checked_sub(characters(EXPLAIN))?
                        .checked_add(characters(head))
                });
                return Err(error);
            }
        };
        let cut = reply.is_truncated();
        let json = reply
            .rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next()?);
        json.filter(|_| !cut).ok_or_else(|| SqlError {
            sqlstate: "54000".to_owned(),
            message: "the plan is too large to show".to_owned(),
            ..SqlError::default()
        })
    }

    async fn execute(&mut self, sql: &str) -> Result<Reply, SqlError> {
        let (clock, budget) = (&self.clock, &mut self.budget);
        let mut reply = self
            .backend
            .execute(Protocol::Single, sql, clock, budget)
            .await;
        self.notices.append(&mut reply.notices);
        match reply.error.take() {
            None => Ok(reply),
            Some(error) => Err(with_hint(error)),
        }
    }
}

fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

/// Explains what is different from running the same statement.
fn with_hint(mut error: SqlError) -> SqlError {
    const ACTIVE_TRANSACTION: &str = "25001";
    const PROTOCOL_VIOLATION: &str = "08P01";
    match error.sqlstate.as_str() {
        ACTIVE_TRANSACTION => {
            error.hint.get_or_insert_with(|| {
                "A plan is made in a transaction that is rolled back. Run this statement first, \
                 then ask for the plan of the rest."
                    .to_owned()
            });
        }
        PROTOCOL_VIOLATION if error.message.starts_with("bind message supplies 0") => {
            "42P02".clone_into(&mut error.sqlstate);
            "a parameter such as $1 has no value here".clone_into(&mut error.message);
            error.hint = Some("Write the value itself, or use PREPARE and EXECUTE.".to_owned());
        }
        _ => {}
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_cut_behind_each_statement_with_a_plan() {
        let script = "CREATE TABLE é AS SELECT 1; ANALYZE é; TABLE é; COMMIT";
        assert_eq!(
            plannable_prefixes(script),
            [
                "CREATE TABLE é AS SELECT 1",
                "CREATE TABLE é AS SELECT 1; ANALYZE é; TABLE é"
            ]
        );
        assert!(plannable_prefixes("COMMIT").is_empty());
    }

    #[test]
    fn the_last_statement_with_a_plan_is_explained() {
        let task = Task::find("SELECT 1; CREATE TABLE t(a int); SELECT 2; COMMIT").unwrap();
        assert_eq!(task.last.sql, "SELECT 2");
        assert_eq!(task.before.len(), 2);
        assert!(Task::find("COMMIT; -- SELECT 1").is_none());
    }
}
