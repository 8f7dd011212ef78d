//! Types of other databases.

use super::setting;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;

/// What other databases have, and what PostgreSQL has for it.
const OTHERS: [(&str, &str); 32] = [
    ("nvarchar", "varchar"),
    ("nvarchar2", "varchar"),
    ("varchar2", "varchar"),
    ("nchar", "char"),
    ("string", "text"),
    ("tinytext", "text"),
    ("mediumtext", "text"),
    ("longtext", "text"),
    ("ntext", "text"),
    ("clob", "text"),
    ("nclob", "text"),
    ("tinyint", "smallint"),
    ("mediumint", "integer"),
    ("signed", "integer"),
    ("unsigned", "integer"),
    ("number", "numeric"),
    ("currency", "numeric"),
    ("smallmoney", "numeric"),
    ("double", "double precision"),
    ("binary_double", "double precision"),
    ("datetime", "timestamp"),
    ("datetime2", "timestamp"),
    ("smalldatetime", "timestamp"),
    ("datetimeoffset", "timestamptz"),
    ("year", "smallint"),
    ("blob", "bytea"),
    ("tinyblob", "bytea"),
    ("longblob", "bytea"),
    ("binary", "bytea"),
    ("varbinary", "bytea"),
    ("image", "bytea"),
    ("uniqueidentifier", "uuid"),
];

/// What PostgreSQL has for a type of other databases; none for one of its own.
pub(super) fn here(name: &str) -> Option<&'static str> {
    let mut others = OTHERS.iter();
    let (_, here) = others.find(|(other, _)| name.eq_ignore_ascii_case(other))?;
    Some(here)
}

/// `type ... does not exist`, `unrecognized configuration parameter ...`.
pub(in crate::help) fn undefined(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    if message.starts_with("unrecognized configuration parameter ") {
        return setting(statement);
    }
    let name = message
        .strip_prefix("type \"")?
        .strip_suffix("\" does not exist")?;
    if let Some(place) = statement.at
        && let Some(help) = index(statement, place)
    {
        return Some(help);
    }
    if name == "enum" {
        return Some(
            "PostgreSQL makes a type of its own first: `CREATE TYPE … AS ENUM (…)`. A `text` with \
             `CHECK (a IN (…))` does as well."
                .to_owned(),
        );
    }
    Some(format!("PostgreSQL's type for it is `{}`.", here(name)?))
}

/// An index among the columns of a table: its name passes as a type.
fn index(statement: &Statement<'_>, place: usize) -> Option<String> {
    let name = statement.token(place)?;
    let is_index = statement.reads(0, &["create", "table"])
        && statement.back(place, 1)?.is_any(&["key", "index"])
        && matches!(statement.back(place, 2)?.kind, Kind::Comma | Kind::Open)
        && statement.token(place + 1)?.kind == Kind::Open;
    let columns = statement.operand_after(place + 1).filter(|_| is_index)?;
    let list = statement.open_before(place).first().copied()?;
    let table = statement.operand_before(list)?;
    Some(format!(
        "PostgreSQL makes an index in a statement of its own: {}.",
        code(&format!(
            "CREATE INDEX {} ON {} {}",
            name.text,
            statement.text(table.0, table.1),
            statement.text(columns.0, columns.1)
        ))
    ))
}

/// A length, as in `INT(11)`, of a type that has none.
pub(super) fn length(statement: &Statement<'_>, place: usize) -> Option<String> {
    const TYPES: [&str; 4] = ["int", "integer", "bigint", "smallint"];
    statement
        .token(place)
        .filter(|token| token.kind == Kind::Open)?;
    let name = statement
        .back(place, 1)
        .filter(|token| token.is_any(&TYPES))?;
    let number = statement.token(place + 1)?.kind == Kind::Number;
    number.then(|| {
        format!(
            "{} takes no length in PostgreSQL: write it alone.",
            code(name.text)
        )
    })
}
