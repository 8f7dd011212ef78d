//! Words for what students meet here and PostgreSQL cannot explain.

use crate::wire::Reply;
use sqlground_model::SqlError;
use std::time::Duration;

const QUERY_CANCELED: &str = "57014";
const SYNTAX_ERROR: &str = "42601";

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
    *error = SqlError {
        sqlstate: QUERY_CANCELED.to_owned(),
        message: format!(
            "stopped: the statement took longer than {}",
            seconds(allowed)
        ),
        hint: Some(
            "Look for a missing join condition, a loop without an end or a lock it waits for. \
             Nothing of the statement remains."
                .to_owned(),
        ),
        context: error.context.take(),
        ..SqlError::default()
    };
}

/// The statement was cancelled because its result was too large.
pub(crate) fn too_large(error: &mut SqlError) {
    *error = SqlError {
        sqlstate: QUERY_CANCELED.to_owned(),
        message: "stopped: the result is too large".to_owned(),
        hint: Some("Add a LIMIT or a narrower WHERE. Nothing of the statement remains.".to_owned()),
        ..SqlError::default()
    };
}

/// The connection was lost. What the server said last is kept.
pub(crate) fn lost(reply: &mut Reply) {
    reply.tag = None;
    let error = reply.error.get_or_insert_with(|| SqlError {
        sqlstate: "08006".to_owned(),
        message: "the connection to PostgreSQL was lost".to_owned(),
        ..SqlError::default()
    });
    error.hint.get_or_insert_with(|| {
        "The statement ended the connection or met the end of the server. Run the script again."
            .to_owned()
    });
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
        _ => return,
    };
    error.hint.get_or_insert_with(|| hint.to_owned());
}

fn points_at_backslash(error: &SqlError, sql: &str) -> bool {
    let Some(position) = error.position.and_then(|p| p.checked_sub(1)) else {
        return false;
    };
    sql.chars().nth(position as usize) == Some('\\')
}

fn seconds(duration: Duration) -> String {
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
    fn times_are_rounded() {
        assert_eq!(seconds(Duration::from_millis(9_960)), "10 s");
        assert_eq!(seconds(Duration::from_millis(1_540)), "1.5 s");
    }
}
