//! Tables that other databases have of themselves, and how others join them.

use super::phrases::TABLES;
use crate::statement::Statement;
use crate::tables::Table;
use crate::token::Kind;
use crate::wording::{code, written};

/// Tables of other databases, and what PostgreSQL has for them.
const OTHERS: [(&str, &str); 6] = [
    (
        "dual",
        "`dual` is Oracle's: without a table, PostgreSQL needs no `FROM`.",
    ),
    ("sqlite_master", TABLES),
    ("sqlite_schema", TABLES),
    ("user_tables", TABLES),
    ("all_tables", TABLES),
    ("sys.tables", TABLES),
];

/// A table that is not there: one of another database's own, or behind the schema `dbo`.
pub(in crate::help) fn relation(name: &str, known: &[Table]) -> Option<String> {
    if let Some((_, help)) = OTHERS.iter().find(|(other, _)| *other == name) {
        return Some((*help).to_owned());
    }
    let table = name.strip_prefix("dbo.")?;
    let is_known = known.iter().any(|known| known.name == table);
    is_known.then(|| {
        format!(
            "PostgreSQL has no schema `dbo`: the table is {}.",
            code(&written(table))
        )
    })
}

/// A join, or a `LIMIT`, in an `UPDATE` or a `DELETE`.
pub(super) fn joined(statement: &Statement<'_>, place: usize) -> Option<String> {
    let token = statement.token(place).filter(|token| token.depth == 0)?;
    let first = statement.token(0)?;
    if !first.is_any(&["update", "delete"]) {
        return None;
    }
    if token.is("limit") && statement.token(place + 1)?.kind == Kind::Number {
        return Some(format!(
            "`{}` has no `LIMIT` in PostgreSQL: pick the rows by a subquery, as in `WHERE id IN \
             (SELECT id FROM … LIMIT {})`.",
            first.text.to_uppercase(),
            statement.text(place + 1, place + 2)
        ));
    }
    let join = (place..place + 3).find(|&i| statement.reads(i, &["join"]))?;
    let is_join = token.is_any(&["join", "inner", "left", "right", "full"]);
    let before = &statement.tokens[..place];
    // `FROM` and `USING` are there for a join, and what comes after them is another mistake.
    let begins = if first.is("update") { 1 } else { 2 };
    let reads_more = before
        .iter()
        .skip(begins)
        .any(|token| token.is_any(&["from", "using", "set", "where"]));
    if !is_join || reads_more || place <= begins {
        return None;
    }
    let changed = statement.text(begins, place);
    let (from, to) = statement.operand_after(join + 1)?;
    let end = (to..to + 3).find(|&i| {
        statement
            .token(i)
            .is_none_or(|token| token.is_any(&["on", "using", "set"]))
    })?;
    let other = statement.text(from, end);
    let meant = if first.is("update") {
        format!("UPDATE {changed} SET … FROM {other} WHERE …")
    } else {
        format!("DELETE FROM {changed} USING {other} WHERE …")
    };
    Some(format!(
        "PostgreSQL names the other table in a clause of its own: {}.",
        code(&meant)
    ))
}
