//! Names and pieces of SQL in sentences.

use crate::statement::short;
use crate::token::unquoted;

/// A name as it is to be written: quoted where it must be.
pub(crate) fn written(name: &str) -> String {
    let is_plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.starts_with(|c: char| !c.is_ascii_digit());
    if is_plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A name in a message, as PostgreSQL writes it there: `"Name"` or `m.name`.
pub(crate) fn named(text: &str) -> (Option<&str>, String) {
    if text.starts_with('"') {
        return (None, unquoted(text));
    }
    match text.split_once('.') {
        Some((table, column)) => (Some(table), column.to_owned()),
        None => (None, text.to_owned()),
    }
}

/// SQL in a sentence. What has a backtick cannot stand between backticks.
pub(crate) fn code(sql: &str) -> String {
    format!("`{}`", short(&sql.replace('`', "'")))
}
