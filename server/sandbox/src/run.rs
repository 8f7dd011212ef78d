//! Executing a script.

use crate::backend::{Backend, Clock, Protocol};
use crate::split::Statement;
use crate::wire::{Budget, Field, Reply, limit_notice};
use crate::workspace::Workspace;
use crate::{Limits, explanation};
use sqlground_model::{Notice, Run, StatementRun, TransactionState};
use std::time::{Duration, Instant};

/// Why the rest of a script is not sent, although no statement failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// The student no longer wants it.
    Cancelled,
    /// Its time is over.
    Time,
    /// The headings of its results are too large.
    Headings,
    /// It has too many statements.
    Statements,
}

/// Runs the statements as [`send`] does, measures what they left, and gives the connection back.
pub(crate) async fn run(
    workspace: &Workspace,
    mut backend: Backend,
    statements: &[Statement<'_>],
    limits: &Limits,
) -> Run {
    let (mut run, columns) = send(&mut backend, Protocol::Simple, statements, limits).await;
    if run.transaction != TransactionState::Idle
        && let Some(last) = run.statements.last_mut()
    {
        let hint = "End a transaction with COMMIT to keep what it did.";
        let message = "the transaction was still open at the end and was rolled back";
        last.notices.push(limit_notice(message, Some(hint)));
    }
    if let (Some(notice), Some(last)) = (backend.settle_long().await, run.statements.last_mut()) {
        last.notices.push(notice);
    }
    backend.release().await;
    name_columns(workspace, &mut run, columns).await;
    run
}

/// The columns of each statement's result, before their types have names.
pub(crate) type Headings = Vec<Option<Vec<Field>>>;

/// Sends the statements one by one until one fails or a limit is reached.
pub(crate) async fn send(
    backend: &mut Backend,
    protocol: Protocol,
    statements: &[Statement<'_>],
    limits: &Limits,
) -> (Run, Headings) {
    let clock = Clock::start(limits);
    let mut budget = Budget::new(limits);
    let mut run = Run::default();
    let mut columns = Vec::new();
    // What the results' headings take; a script of wide, empty results is nothing but headings.
    let mut described = 0;
    let mut end = End::Statements;
    for (statement, number) in statements.iter().zip(1..=limits.statements) {
        let sent = Instant::now();
        let reply = backend
            .execute(protocol, statement.sql, &clock, &mut budget)
            .await;
        let (finished, fields) = statement_run(statement, number, reply, sent.elapsed());
        described += fields.iter().flatten().map(Field::size).sum::<u64>();
        let failed = finished.error.is_some();
        run.statements.push(finished);
        columns.push(fields);
        if failed || backend.is_lost() {
            break;
        } else if backend.is_cancelled() {
            end = End::Cancelled;
            break;
        } else if clock.is_over() {
            end = End::Time;
            break;
        } else if described > limits.bytes_kept {
            end = End::Headings;
            break;
        }
    }
    run.skipped = u32::try_from(statements.len() - run.statements.len()).unwrap_or(u32::MAX);
    run.transaction = backend.transaction();
    run.elapsed_ms = milliseconds(clock.elapsed());
    if let Some(last) = run.statements.last_mut()
        && run.skipped > 0
        && last.error.is_none()
    {
        last.notices.push(ended(end, run.skipped, limits));
    }
    (run, columns)
}

/// Gives the columns of a run the names of their types.
pub(crate) async fn name_columns(workspace: &Workspace, run: &mut Run, columns: Headings) {
    let path = [
        Some(workspace.schema.clone()),
        workspace.space.shared_schema(),
    ];
    let path: Vec<_> = path.iter().flatten().collect();
    let shared = &workspace.shared;
    let columns = shared.types.columns(&shared.pool, &path, columns).await;
    for (statement, columns) in run.statements.iter_mut().zip(columns) {
        statement.columns = columns;
    }
}

/// Says why the last statements were not run.
fn ended(end: End, skipped: u32, limits: &Limits) -> Notice {
    let (reason, hint) = match end {
        End::Cancelled => ("you cancelled the script here".to_owned(), None),
        End::Time => {
            let time = explanation::seconds(limits.script_time);
            let reason = format!("the script took longer than {time}");
            (reason, Some("Run it in parts."))
        }
        End::Headings => (
            "the script's results are larger than what is shown".to_owned(),
            Some("Run it in parts."),
        ),
        End::Statements => {
            let reason = format!("a script may have {} statements", limits.statements);
            (reason, Some("Run it in parts."))
        }
    };
    let statements = match skipped {
        1 => "one statement was".to_owned(),
        n => format!("{n} statements were"),
    };
    limit_notice(format!("{reason}; {statements} not run"), hint)
}

fn statement_run(
    statement: &Statement<'_>,
    number: u32,
    reply: Reply,
    elapsed: Duration,
) -> (StatementRun, Option<Vec<Field>>) {
    let mut run = StatementRun {
        statement: number,
        line: statement.line,
        start: statement.start,
        sql: statement.sql.to_owned(),
        truncated: reply.is_truncated(),
        elapsed_ms: milliseconds(elapsed),
        ..StatementRun::default()
    };
    let limits = limits_reached(&reply);
    run.tag = reply.tag;
    run.rows = reply.rows;
    run.fingerprints = reply.fingerprints;
    run.row_count = reply.row_count;
    run.notices = reply.notices;
    run.notices.extend(limits);
    run.error = reply.error;
    (run, reply.columns)
}

fn limits_reached(reply: &Reply) -> Vec<Notice> {
    let mut notices = Vec::new();
    let (kept, all) = (reply.rows.len() as u64, reply.row_count);
    if reply.too_large {
        notices.push(limit_notice(
            "the result is too large and was not read to its end",
            Some("Add a LIMIT or a narrower WHERE."),
        ));
    } else if reply.binary {
        notices.push(limit_notice(
            "COPY in binary format has no text to show",
            Some("Leave FORMAT binary out."),
        ));
    } else if kept < all {
        notices.push(limit_notice(
            format!("the first {kept} of {all} rows were kept"),
            Some("A WHERE, an ORDER BY or an OFFSET shows others."),
        ));
    }
    if reply.values_cut {
        notices.push(limit_notice(
            "long values were cut; they end in …",
            Some("length(value) tells how long they are, substr(value, 1000, 100) shows a part."),
        ));
    }
    if reply.notices_dropped > 0 {
        let message = format!("{} further notices were left out", reply.notices_dropped);
        notices.push(limit_notice(message, Some("Raise fewer.")));
    }
    notices
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
