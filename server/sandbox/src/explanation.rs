//! Words for what students meet here and PostgreSQL cannot explain.

use crate::repair::ROOM;
use crate::resources::megabytes;
use crate::wire::Reply;
use sqlground_model::SqlError;
use std::time::Duration;

const QUERY_CANCELED: &str = "57014";
const SYNTAX_ERROR: &str = "42601";
const LOCK_NOT_AVAILABLE: &str = "55P03";
const IDLE_IN_TRANSACTION: &str = "25P03";
const TRANSACTION_TIMEOUT: &str = "25P04";
const IDLE_SESSION: &str = "57P05";

/// PostgreSQL's texts end at a NUL character, so that it cannot take one.
pub(crate) fn null_character(position: usize) -> SqlError {
    SqlError {
        sqlstate: "22021".to_owned(),
        message: "the statement contains a NUL character (U+0000)".to_owned(),
        hint: Some("Remove it: PostgreSQL's texts cannot hold it.".to_owned()),
        position: u32::try_from(position + 1).ok(),
        ..SqlError::default()
    }
}

/// The statement was stopped because its time was over.
pub(crate) fn stopped(error: &mut SqlError, allowed: Duration) {
    let message = format!("the statement took longer than {}", seconds(allowed));
    let hint = "Look for a missing join condition, a loop without an end or a lock it waits for.";
    *error = stop(&message, hint, error);
}

/// The statement was stopped because the time of the whole script was over.
pub(crate) fn script_stopped(error: &mut SqlError, allowed: Duration) {
    let message = format!("the script took longer than {}", seconds(allowed));
    let hint = "Run it in parts, or make its slowest statements faster.";
    *error = stop(&message, hint, error);
}

/// The student cancelled the statement.
pub(crate) fn cancelled(error: &mut SqlError) {
    *error = stop("you cancelled the statement", "", error);
}

/// The sandbox holds too much for anything to be added to it.
pub(crate) fn full(error: &mut SqlError, limit: u64) {
    error.hint = Some(format!(
        "Your sandbox takes more than the {} it may, so nothing can be added to it. {ROOM}",
        megabytes(limit)
    ));
}

/// The statement was cancelled because its result was too large.
pub(crate) fn too_large(error: &mut SqlError) {
    let hint = "Add a LIMIT or a narrower WHERE.";
    *error = stop("the result is too large", hint, error);
}

fn stop(message: &str, hint: &str, error: &mut SqlError) -> SqlError {
    let hint = format!("{hint} Nothing of the statement remains.");
    SqlError {
        sqlstate: QUERY_CANCELED.to_owned(),
        message: format!("stopped: {message}"),
        hint: Some(hint.trim_start().to_owned()),
        context: error.context.take(),
        ..SqlError::default()
    }
}

/// The connection was lost. What the server said last is kept.
pub(crate) fn lost(reply: &mut Reply) {
    reply.tag = None;
    let error = reply.error.get_or_insert_with(|| SqlError {
        sqlstate: "08006".to_owned(),
        message: "the connection to PostgreSQL was lost".to_owned(),
        ..SqlError::default()
    });
    let hint = time_over(error).unwrap_or(
        "The statement ended the connection or met the end of the server. Run the script again.",
    );
    error.hint.get_or_insert_with(|| hint.to_owned());
}

/// Adds a hint where PostgreSQL has none and the cause is known.
pub(crate) fn add_hint(error: &mut SqlError, sql: &str) {
    let hint = match error.sqlstate.as_str() {
        SYNTAX_ERROR if sql.contains('\\') && points_at_backslash(error, sql) => {
            "Commands with a backslash belong to psql and do not work here; only SQL does."
        }
        QUERY_CANCELED if error.message.contains("COPY FROM STDIN") => {
            "Use INSERT INTO ... VALUES instead."
        }
        _ => match time_over(error) {
            Some(hint) => hint,
            None => return,
        },
    };
    error.hint.get_or_insert_with(|| hint.to_owned());
}

/// What to do about one of PostgreSQL's own times that is over. They are what the site or the
/// script has set, and the student need not know of either.
fn time_over(error: &SqlError) -> Option<&'static str> {
    let says = |part: &str| error.message.contains(part);
    Some(match error.sqlstate.as_str() {
        LOCK_NOT_AVAILABLE if says("lock timeout") => {
            "Something else held a lock that the statement needs: a transaction of yours that is \
             still open, which COMMIT or ROLLBACK ends, or a script of yours that is just ending. \
             Try again. SET lock_timeout changes how long a statement waits."
        }
        LOCK_NOT_AVAILABLE => {
            "Something else holds a lock that the statement needs, and NOWAIT says not to wait for \
             it. Leave NOWAIT out, or try again."
        }
        QUERY_CANCELED if says("statement timeout") => {
            "The statement took longer than the script's own statement_timeout. Raise that with \
             SET statement_timeout, or make the statement faster."
        }
        QUERY_CANCELED if says("user request") => {
            "Somebody asked PostgreSQL to cancel it, for example with pg_cancel_backend. \
             Run it again."
        }
        IDLE_IN_TRANSACTION => {
            "The transaction was open for too long without anything to do, and what it did is \
             undone. Send BEGIN, its statements and COMMIT in one script."
        }
        TRANSACTION_TIMEOUT => {
            "The transaction took longer than the script's own transaction_timeout, and what it \
             did is undone. Raise that with SET transaction_timeout, or do less in one transaction."
        }
        IDLE_SESSION => {
            "The connection had nothing to do for too long and was closed. Run the script again."
        }
        _ => return None,
    })
}

fn points_at_backslash(error: &SqlError, sql: &str) -> bool {
    let Some(position) = error.position.and_then(|p| p.checked_sub(1)) else {
        return false;
    };
    sql.chars().nth(position as usize) == Some('\\')
}

/// A time in words, to a tenth of a second.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    // A tenth is close enough to say what happened.
    format!("{} s", (seconds * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_syntax_error_at_a_backslash_is_explained_by_psql() {
        let error = |position| SqlError {
            sqlstate: SYNTAX_ERROR.to_owned(),
            position,
            ..SqlError::default()
        };
        for (position, expected) in [(Some(1), true), (Some(2), false), (None, false)] {
            let mut error = error(position);
            add_hint(&mut error, r"\d members");
            assert_eq!(error.hint.is_some(), expected, "{position:?}");
        }
    }

    #[test]
    fn a_time_that_is_over_is_explained() {
        let check = |sqlstate: &str, message: &str, hint: Option<&str>| {
            let mut error = SqlError {
                sqlstate: sqlstate.to_owned(),
                message: message.to_owned(),
                ..SqlError::default()
            };
            add_hint(&mut error, "SELECT 1");
            let found = error.hint.as_deref();
            assert_eq!(found.is_some(), hint.is_some(), "{found:?}");
            assert!(
                found.is_none_or(|found| found.contains(hint.unwrap())),
                "{found:?}"
            );
        };
        // PostgreSQL's own words.
        let canceling = "canceling statement due to";
        let terminating = "terminating connection due to";
        let row = "could not obtain lock on row in relation \"t\"";
        check(
            "55P03",
            &format!("{canceling} lock timeout"),
            Some("lock_timeout"),
        );
        check("55P03", row, Some("NOWAIT"));
        check(
            "57014",
            &format!("{canceling} statement timeout"),
            Some("statement_timeout"),
        );
        check(
            "57014",
            &format!("{canceling} user request"),
            Some("pg_cancel_backend"),
        );
        let idle = format!("{terminating} idle-in-transaction timeout");
        check("25P03", &idle, Some("one script"));
        let long = format!("{terminating} transaction timeout");
        check("25P04", &long, Some("transaction_timeout"));
        check(
            "57P05",
            &format!("{terminating} idle-session timeout"),
            Some("again"),
        );
        check("42P01", "relation \"t\" does not exist", None);

        let error = SqlError {
            sqlstate: "25P03".to_owned(),
            message: idle,
            ..SqlError::default()
        };
        let mut reply = Reply {
            error: Some(error),
            ..Reply::default()
        };
        lost(&mut reply);
        let hint = reply.error.unwrap().hint.unwrap();
        assert!(hint.contains("undone"), "{hint}");
    }

    #[test]
    fn times_are_rounded() {
        assert_eq!(seconds(Duration::from_millis(9_960)), "10 s");
        assert_eq!(seconds(Duration::from_millis(1_540)), "1.5 s");
    }
}
