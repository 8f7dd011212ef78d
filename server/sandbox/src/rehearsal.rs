//! Trying scripts on one small instance of the data after the other.

use crate::backend::{Backend, Clock, Protocol};
use crate::login::Times;
use crate::plannable::control;
use crate::scratch::Scratch;
use crate::split::{Statement, split, tokens};
use crate::wire::{Budget, OUTDATED, Reply};
use crate::{Error, Limits, run};
use sqlground_model::{Notice, Run, SqlError, StatementRun, TransactionState};
use std::borrow::Cow;

/// Where a script finds the instance, and what it did is undone to.
const SAVEPOINT: &str = "sqlground_instance";

/// Statements that leave nothing on the connection once their transaction is rolled back.
const UNDONE: [&str; 12] = [
    "(", "alter", "comment", "create", "delete", "drop", "insert", "select", "table", "truncate",
    "update", "with",
];

/// What a commit does before it commits.
const CHECK_DEFERRED: &str = "SET CONSTRAINTS ALL IMMEDIATE";

/// A connection on which scripts are tried, in transactions that are all rolled back. A place in the
/// queue is held as long as it exists.
pub struct Rehearsal<'a> {
    scratch: &'a Scratch,
    backend: Backend,
    limits: &'a Limits,
    /// True if something may have been left that rolling back does not undo.
    leaves_traces: bool,
    /// True if there may be something to undo.
    is_changed: bool,
    /// True if a script has ended the transaction, so that it may have left something.
    is_broken: bool,
    /// How statements are sent: as long as all are queries and changes of rows, these are planned
    /// once only.
    protocol: Protocol,
}

impl Scratch {
    /// Opens a connection to try scripts on, or goes on with that of the last rehearsal. Waits for a
    /// place in the queue; fails if there is none or no connection.
    pub async fn rehearse<'a>(&'a self, limits: &'a Limits) -> Result<Rehearsal<'a>, Error> {
        let before = self.connection().take();
        Ok(Rehearsal {
            scratch: self,
            backend: self.begin_on(before, limits).await?,
            limits,
            leaves_traces: false,
            is_changed: false,
            is_broken: false,
            protocol: Protocol::Kept,
        })
    }
}

impl Rehearsal<'_> {
    /// A script as it can run within a transaction that it does not end: without the one around all
    /// of it, if it has that. None if it controls transactions in another way.
    pub fn script(script: &str) -> Option<Cow<'_, str>> {
        let statements = split(script);
        let fits = |statements: &[Statement<'_>]| {
            statements.iter().all(|statement| {
                let first = first_word(statement.sql);
                control(statement.sql).is_none()
                    && !matches!(first.as_str(), "savepoint" | "release" | "rollback")
            })
        };
        if fits(&statements) {
            return Some(Cow::Borrowed(script));
        }
        let [begin, within @ .., commit] = statements.as_slice() else {
            return None;
        };
        if !(begins(begin) && commits(commit) && fits(within)) {
            return None;
        }
        let (begin, commit) = (begin.range_in(script), commit.range_in(script));
        // Places in what lies between stay where they are.
        let blank: String = script[begin.clone()]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        Some(Cow::Owned(format!(
            "{}{blank}{}{CHECK_DEFERRED}{}",
            &script[..begin.start],
            &script[begin.end..commit.start],
            &script[commit.end..]
        )))
    }

    /// Undoes everything, then makes an instance: executes statements that end no transaction. Gives
    /// their notices; fails with the first error, and nothing is there then.
    pub async fn set(&mut self, sql: &str) -> Result<Vec<Notice>, SqlError> {
        if std::mem::take(&mut self.leaves_traces) {
            self.execute("ROLLBACK").await?;
            self.execute("DISCARD ALL").await?;
        }
        self.is_changed = false;
        let sql = format!("ROLLBACK;\nBEGIN;\n{sql}\n;\nSAVEPOINT {SAVEPOINT}");
        Ok(self.execute(&sql).await?.notices)
    }

    /// Runs a script on the instance as it was left by the last. What it did stays until
    /// [`undo`](Self::undo).
    pub async fn run(&mut self, script: &str) -> Run {
        self.run_by(self.protocol, script).await
    }

    /// Runs a script as [`run`](Self::run) does, planned anew under settings that statements make. They
    /// last until [`undo`](Self::undo). Fails if they cannot be made.
    pub async fn run_planned(&mut self, settings: &str, script: &str) -> Result<Run, SqlError> {
        self.is_changed = true;
        self.execute(settings).await?;
        Ok(self.run_by(Protocol::Single, script).await)
    }

    async fn run_by(&mut self, protocol: Protocol, script: &str) -> Run {
        let statements = split(script);
        self.leaves_traces |= statements
            .iter()
            .any(|statement| !UNDONE.contains(&first_word(statement.sql).as_str()));
        if !statements.iter().all(keeps_tables) {
            self.protocol = Protocol::Single;
        }
        let protocol = match self.protocol {
            Protocol::Kept => protocol,
            other => other,
        };
        // One statement at a time, so that each shows by its tag what it does to the transaction.
        let (backend, limits) = (&mut self.backend, self.limits);
        let (mut run, mut columns) = run::send(backend, protocol, &statements, limits).await;
        if protocol == Protocol::Kept && is_outdated(&run) && self.undo_all().await.is_ok() {
            let backend = &mut self.backend;
            (run, columns) = run::send(backend, Protocol::Single, &statements, limits).await;
        }
        self.is_broken |= run.statements.iter().any(ends_transaction);
        self.is_changed |= run.failure().is_some() || !statements.iter().all(only_reads);
        run::name_columns(self.scratch, &mut run, columns).await;
        run
    }

    /// Undoes what scripts did to the instance.
    pub async fn undo(&mut self) -> Result<(), SqlError> {
        if !std::mem::take(&mut self.is_changed) {
            return Ok(());
        }
        self.undo_all().await
    }

    async fn undo_all(&mut self) -> Result<(), SqlError> {
        let undo = format!("ROLLBACK TO SAVEPOINT {SAVEPOINT}");
        self.execute(&undo).await.map(drop)
    }

    /// False if the connection is lost or a script has ended the transaction: what was found since
    /// the last instance says nothing.
    pub fn is_sound(&self) -> bool {
        !self.backend.is_lost()
            && !self.is_broken
            && self.backend.transaction() != TransactionState::Idle
    }

    /// Undoes everything. True if nothing is left of it all, but for what no transaction undoes: the
    /// numbers that sequences gave.
    ///
    /// The connection waits for the next rehearsal in the scratch, if scripts can have left nothing
    /// on it.
    pub async fn end(mut self) -> bool {
        let is_undone =
            !self.is_broken && !self.backend.is_lost() && self.execute("ROLLBACK").await.is_ok();
        if is_undone && self.protocol == Protocol::Kept && !self.leaves_traces {
            let times = Times::of(self.limits);
            let cleaned = self.backend.into_clean().await;
            *self.scratch.connection() = cleaned.map(|connection| (connection, times));
        } else {
            self.backend.close().await;
        }
        is_undone
    }

    async fn execute(&mut self, sql: &str) -> Result<Reply, SqlError> {
        let clock = Clock::start(self.limits);
        let mut budget = Budget::new(self.limits);
        let mut reply = self
            .backend
            .execute(Protocol::Simple, sql, &clock, &mut budget)
            .await;
        match reply.error.take() {
            None => Ok(reply),
            Some(error) => Err(error),
        }
    }
}

/// True if a statement begins a transaction.
fn begins(statement: &Statement<'_>) -> bool {
    matches!(first_word(statement.sql).as_str(), "begin" | "start")
}

/// True if a statement commits one and begins no other.
fn commits(statement: &Statement<'_>) -> bool {
    let words: Vec<String> = tokens(statement.sql)
        .map(|(_, _, text)| text.to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["commit" | "end"] | ["commit" | "end", "work" | "transaction"]
    )
}

/// True if a statement, as PostgreSQL itself says, was one that begins or ends transactions.
fn ends_transaction(statement: &StatementRun) -> bool {
    const TAGS: [&str; 7] = [
        "BEGIN",
        "COMMIT",
        "COMMIT PREPARED",
        "PREPARE TRANSACTION",
        "ROLLBACK",
        "ROLLBACK PREPARED",
        "START TRANSACTION",
    ];
    let tag = statement.tag.as_deref();
    tag.is_some_and(|tag| TAGS.contains(&tag))
}

/// True if a statement, as far as its words tell, changes no table and no setting. A function that
/// it calls may: then the next script finds that.
fn only_reads(statement: &Statement<'_>) -> bool {
    const CHANGING: [&str; 6] = ["insert", "update", "delete", "merge", "into", "set_config"];
    let is_query = matches!(
        first_word(statement.sql).as_str(),
        "(" | "select" | "table" | "values" | "with"
    );
    is_query
        && tokens(statement.sql)
            .all(|(_, _, text)| !CHANGING.contains(&text.to_ascii_lowercase().as_str()))
}

/// True if a statement, as far as its words tell, makes, changes and removes no table.
fn keeps_tables(statement: &Statement<'_>) -> bool {
    let changes_rows = matches!(
        first_word(statement.sql).as_str(),
        "delete" | "insert" | "merge" | "update"
    );
    changes_rows || only_reads(statement)
}

/// True if a statement failed in a way in which only those fail whose plans were kept.
fn is_outdated(run: &Run) -> bool {
    let failure = run.failure();
    failure.is_some_and(|(_, error)| OUTDATED.contains(&error.sqlstate.as_str()))
}

fn first_word(sql: &str) -> String {
    tokens(sql)
        .next()
        .map_or_else(String::new, |(_, _, text)| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_controls_its_transaction_does_not_fit() {
        for script in [
            "SELECT 1",
            "CREATE TABLE t (a int); INSERT INTO t VALUES (1)",
            "",
        ] {
            assert_eq!(Rehearsal::script(script).as_deref(), Some(script));
        }
        for script in [
            "BEGIN; SELECT 1; COMMIT; SELECT 2",
            "BEGIN; SELECT 1; SAVEPOINT a; COMMIT",
            "BEGIN; SELECT 1; COMMIT AND CHAIN",
            "BEGIN; SELECT 1",
            "BEGIN; SELECT 1; ROLLBACK",
            "SELECT 1; /* now */ rollback to savepoint a",
            "SAVEPOINT a",
            "RELEASE a",
            "PREPARE TRANSACTION 'x'",
        ] {
            assert_eq!(Rehearsal::script(script), None, "{script}");
        }
    }

    #[test]
    fn a_transaction_around_all_of_a_script_is_left_out() {
        let check = |script: &str, rehearsed: &str| {
            assert_eq!(Rehearsal::script(script).as_deref(), Some(rehearsed));
        };
        check(
            "-- é\nBegin\n work;\nSELECT 'é';\nend;\n",
            "-- é\n     \n     ;\nSELECT 'é';\nSET CONSTRAINTS ALL IMMEDIATE;\n",
        );
        check(
            "START TRANSACTION ISOLATION LEVEL SERIALIZABLE; DELETE FROM t; COMMIT TRANSACTION",
            "                                              ; DELETE FROM t; SET CONSTRAINTS ALL IMMEDIATE",
        );
    }
}
