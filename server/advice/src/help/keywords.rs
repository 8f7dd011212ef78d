//! Keywords that are misspelt, missing, or in the wrong place.

use super::missing;
use crate::near::nearest;
use crate::query::{CLAUSES, Query};
use crate::statement::{Statement, is_keyword};
use crate::token::{Kind, Token};
use crate::wording::code;
use sqlground_model::TableInfo;

/// The small words that go together.
pub(super) fn small_words(statement: &Statement<'_>, place: usize) -> Option<String> {
    let before = statement.back(place, 1)?;
    let earlier = statement.back(place, 2);
    let text = statement.token(place).map_or("the end", |token| token.text);
    if before.is_any(&["group", "order", "partition"]) && !text.eq_ignore_ascii_case("by") {
        let is_part = earlier.is_some_and(|token| token.is("within"));
        let token = statement.token(place);
        let is_name = token.is_some_and(|token| {
            token.is_any(&CLAUSES)
                || token.is("as")
                || !matches!(token.kind, Kind::Word | Kind::Name)
        });
        if is_name && !before.is("partition") {
            return Some(quoted(before));
        }
        let word = before.text.to_uppercase();
        return (!is_part).then(|| {
            format!(
                "`{word}` is followed by `BY`: {}.",
                code(&format!("{word} BY {text}"))
            )
        });
    }
    let token = statement.token(place)?;
    if before.is("in") && token.is("select") {
        return Some("`IN` takes its subquery in parentheses: `IN (SELECT …)`.".to_owned());
    }
    if token.is("not") && before.ends_operand() && !is_keyword(before) {
        let next = statement.token(place + 1)?;
        if next.kind == Kind::Open {
            return Some("Write `NOT IN (…)`.".to_owned());
        }
    }
    if token.is("then")
        && !statement.tokens[..place]
            .iter()
            .any(|token| token.is("when"))
    {
        return Some("In `CASE`, each condition is preceded by `WHEN`.".to_owned());
    }
    if before.is("in") && token.kind != Kind::Open {
        return Some(format!(
            "`IN` is followed by a list in parentheses: {}.",
            code(&format!("IN ({text}, …)"))
        ));
    }
    if token.is("not") && statement.reads(place + 1, &["null"]) && before.ends_operand() {
        return Some("Write `IS NOT NULL`.".to_owned());
    }
    let after_is =
        before.is("is") || before.is("not") && earlier.is_some_and(|token| token.is("is"));
    if after_is && matches!(token.kind, Kind::Text | Kind::Number) {
        let operator = if before.is("is") { "=" } else { "<>" };
        return Some(format!(
            "`IS` goes with NULL, TRUE and FALSE alone: a value is compared with `{operator}`."
        ));
    }
    if before.is("as") && token.kind == Kind::Text {
        let inner = token.text.trim_matches('\'');
        return Some(format!(
            "A column's new name is a name and no text: write {}.",
            code(&format!("AS \"{inner}\""))
        ));
    }
    missing::between(statement, place)
}

/// A keyword with a slip in it, at the place or right before it.
pub(super) fn misspelt(
    statement: &Statement<'_>,
    place: usize,
    tables: &[TableInfo],
) -> Option<String> {
    const BEGINNINGS: [&str; 12] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "WITH", "VALUES",
        "EXPLAIN", "MERGE", "TRUNCATE",
    ];
    const WORDS: [&str; 40] = [
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "ORDER",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "JOIN",
        "INNER",
        "LEFT",
        "RIGHT",
        "CROSS",
        "USING",
        "AND",
        "NULL",
        "LIKE",
        "ILIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "DISTINCT",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "VALUES",
        "INTO",
        "TABLE",
        "DESC",
        "EXISTS",
        "PRIMARY",
        "REFERENCES",
        "DEFAULT",
        "UNIQUE",
        "CHECK",
        "FOREIGN",
        "CONSTRAINT",
        "RETURNING",
    ];
    let is_known = |token: &Token<'_>| {
        let name = token.name().unwrap_or_default();
        tables.iter().any(|table| {
            table.name == name || table.columns.iter().any(|column| column.name == name)
        })
    };
    let meant = |place: usize, words: &[&'static str]| {
        let token = statement.token(place)?;
        let after_dot = statement
            .back(place, 1)
            .is_some_and(|token| token.kind == Kind::Dot);
        // `int` is a type, and no slip.
        let is_name = is_keyword(token) || is_known(token) || token.is("int");
        if token.kind != Kind::Word || is_name || after_dot {
            return None;
        }
        let word = match &*token.text.to_lowercase() {
            "groupby" => "GROUP BY",
            "orderby" => "ORDER BY",
            _ => nearest(token.text, words.iter().copied())?,
        };
        Some(format!("Is {} meant to be `{word}`?", code(token.text)))
    };
    if place == 0 {
        return meant(0, &BEGINNINGS);
    }
    // A misspelt word mostly passes as a name, and what comes after it is too many.
    let before = place - 1;
    let passes_as_alias = statement
        .back(before, 1)
        .is_some_and(|token| token.ends_operand() || token.text == "*");
    passes_as_alias
        .then(|| meant(before, &WORDS))
        .flatten()
        .or_else(|| meant(place, &WORDS))
}

/// A clause after one that it has to precede.
pub(super) fn clause_order(statement: &Statement<'_>, place: usize) -> Option<String> {
    let token = statement.token(place)?;
    let query = Query::around(statement, place).into_iter().next()?;
    let before: Vec<_> = query.clauses().take_while(|(i, _)| *i < place).collect();
    let shown = |clause: &str| match clause {
        "group" | "order" => format!("{} BY", clause.to_uppercase()),
        _ => clause.to_uppercase(),
    };
    if token.is_any(&["join", "inner", "left", "right", "full", "cross"]) {
        let (_, clause) = before
            .iter()
            .find(|(_, clause)| *clause != "select" && *clause != "from")?;
        return Some(format!(
            "Joins belong to `FROM`, and so before `{}`.",
            shown(clause)
        ));
    }
    let rank = |clause: &str| CLAUSES.iter().position(|known| *known == clause);
    let clause = *CLAUSES.iter().find(|clause| token.is(clause))?;
    // `LIMIT` and `OFFSET` come in any order.
    let own = rank(clause)?.min(7);
    let (i, other) = *before
        .iter()
        .find(|(_, other)| rank(other).is_some_and(|other| other >= own))?;
    if other == clause {
        let line = statement.place(i);
        let advice = match clause {
            "where" | "having" => ": join its conditions with `AND`",
            "select" => "",
            _ => ": put all of it there",
        };
        return (clause != "select").then(|| {
            format!(
                "This query already has a `{}`, in {line}{advice}.",
                shown(clause)
            )
        });
    }
    if clause == "select" {
        return None;
    }
    Some(format!(
        "`{}` comes before `{}`: the order is SELECT, FROM, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT.",
        shown(clause),
        shown(other)
    ))
}

/// A word of SQL's own that is used as a name.
pub(super) fn reserved(statement: &Statement<'_>, place: usize) -> Option<String> {
    const WORDS: [&str; 22] = [
        "all",
        "analyze",
        "asc",
        "case",
        "check",
        "column",
        "constraint",
        "default",
        "desc",
        "do",
        "end",
        "for",
        "from",
        "group",
        "limit",
        "offset",
        "order",
        "primary",
        "references",
        "table",
        "to",
        "user",
    ];
    let (token, before) = (statement.token(place)?, statement.back(place, 1)?);
    let next = statement.token(place + 1);
    let names = before.is_any(&["from", "join", "update", "into", "table", "as"])
        || before.kind == Kind::Dot
        || matches!(before.kind, Kind::Comma | Kind::Open) && statement.reads(0, &["create"]);
    let is_clause = next.is_some_and(|next| next.is("by"));
    (token.is_any(&WORDS) && names && !is_clause).then(|| quoted(token))
}

pub(super) fn quoted(word: &Token<'_>) -> String {
    format!(
        "{} is a word of SQL's own. As a name it stands in double quotes: {}.",
        code(word.text),
        code(&format!("\"{}\"", word.text.to_lowercase()))
    )
}
