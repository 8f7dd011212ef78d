//! Calls that are written in another way.

use super::types;
use crate::help::functions;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;

/// What is no column but a part of a date, in calls such as `DATEDIFF(day, a, b)`.
const UNITS: [&str; 18] = [
    "year", "yyyy", "yy", "quarter", "month", "mm", "week", "wk", "weekday", "day", "dd", "d",
    "hour", "hh", "minute", "mi", "second", "ss",
];

/// The functions that have a part of a date as their first argument.
const UNIT_CALLS: [&str; 7] = [
    "dateadd",
    "datediff",
    "datename",
    "datepart",
    "datetrunc",
    "timestampadd",
    "timestampdiff",
];

/// Names of types that `CONVERT` has elsewhere, other than those that PostgreSQL does not have.
const TYPES: [&str; 18] = [
    "bigint",
    "char",
    "character",
    "date",
    "decimal",
    "double",
    "float",
    "int",
    "integer",
    "money",
    "numeric",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "varchar",
    "boolean",
];

/// `TOP`, which limits the rows at the beginning of a query, right before a place if there is one.
pub(super) fn top(statement: &Statement<'_>, place: Option<usize>) -> Option<String> {
    let top = (1..statement.tokens.len()).find(|&i| {
        statement.tokens[i].is("top") && statement.tokens[i - 1].is_any(&["select", "distinct"])
    })?;
    if place.is_some_and(|place| place > top + 5) {
        return None;
    }
    let after = statement.token(top + 1)?;
    let number = match after.kind {
        Kind::Number => after,
        Kind::Open if statement.token(top + 3)?.kind == Kind::Close => statement
            .token(top + 2)
            .filter(|token| token.kind == Kind::Number)?,
        _ => return None,
    };
    if statement.reads(top + 2, &["percent"]) {
        return Some(
            "PostgreSQL has no `TOP`: `LIMIT` at the end of the query takes a number of rows."
                .to_owned(),
        );
    }
    Some(format!(
        "PostgreSQL has no `TOP`: end the query with `LIMIT {}`.",
        number.text
    ))
}

/// `GROUP_CONCAT` with a `SEPARATOR` at the place.
pub(super) fn separator(statement: &Statement<'_>, place: usize) -> Option<String> {
    statement
        .token(place)
        .filter(|token| token.is("separator"))?;
    let open = call(statement, place, &["group_concat"])?;
    let order = (open..place).find(|&i| statement.reads(i, &["order", "by"]));
    let text = statement.text(open + 1, order.unwrap_or(place));
    let order = order.map_or_else(String::new, |order| {
        format!(" {}", statement.text(order, place))
    });
    let between = statement.text(place + 1, statement.close(open));
    Some(format!(
        "PostgreSQL writes it {}.",
        code(&format!("string_agg({text}, {between}{order})"))
    ))
}

/// The part of a date at the place, which passes as a column.
pub(super) fn unit(statement: &Statement<'_>, place: usize) -> Option<String> {
    statement
        .token(place)
        .filter(|token| token.is_any(&UNITS))?;
    let open = call(statement, place, &UNIT_CALLS).filter(|open| open + 1 == place)?;
    functions::other(&statement.back(open, 1)?.name()?)
}

/// `CONVERT` with a type, which comes first in SQL Server and last in `MySQL`.
pub(super) fn cast(statement: &Statement<'_>, place: usize) -> Option<String> {
    let open = call(statement, place, &["convert"])?;
    let comma = comma(statement, open, open + 1)?;
    let close = statement.close(open);
    let end = self::comma(statement, open, comma + 1).unwrap_or(close);
    let is_type = |at: usize| {
        statement
            .token(at)
            .is_some_and(|token| token.is_any(&TYPES) || types::here(token.text).is_some())
    };
    let (kind, value) = if is_type(open + 1) {
        ((open + 1, comma), (comma + 1, end))
    } else if is_type(comma + 1) {
        ((comma + 1, end), (open + 1, comma))
    } else {
        return None;
    };
    let value = statement.text(value.0, value.1);
    let has_style = end < close;
    let name = statement.token(kind.0)?;
    let meant = if has_style && name.is_any(&["char", "varchar", "nvarchar"]) {
        format!("to_char({value}, 'YYYY-MM-DD')")
    } else {
        let here = match types::here(name.text) {
            Some(here) => here.to_owned(),
            // `char` alone is a single character.
            None if name.is("char") => "text".to_owned(),
            None => statement.text(kind.0, kind.1).to_lowercase(),
        };
        format!("CAST({value} AS {here})")
    };
    Some(format!("PostgreSQL writes it {}.", code(&meant)))
}

/// The parenthesis around a place, if it is that of a call of one of the functions.
fn call(statement: &Statement<'_>, place: usize, functions: &[&str]) -> Option<usize> {
    let is_call = |open: &usize| {
        statement
            .back(*open, 1)
            .is_some_and(|function| function.is_any(functions))
    };
    statement
        .open_before(place)
        .into_iter()
        .rev()
        .take(2)
        .find(is_call)
}

/// The first comma of a call's own from a place on.
fn comma(statement: &Statement<'_>, open: usize, from: usize) -> Option<usize> {
    let inside = statement.token(open)?.depth + 1;
    (from..statement.close(open))
        .find(|&i| statement.tokens[i].kind == Kind::Comma && statement.tokens[i].depth == inside)
}
