//! Errors of syntax.

use super::{dialects, keywords, marks, missing};
use crate::query::CLAUSES;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;
use sqlground_model::TableInfo;

pub(super) fn help(statement: &Statement<'_>, tables: &[TableInfo]) -> Option<String> {
    let message = statement.error.message.as_str();
    if message.starts_with("unterminated quoted string") {
        return marks::quote(statement);
    }
    if message.starts_with("unterminated quoted identifier") {
        let open = statement.tokens.iter().position(|token| !token.is_closed)?;
        let place = statement.place(open);
        return Some(format!(
            "The double quote in {place} opens a name that is not closed. A text takes single quotes."
        ));
    }
    if message.starts_with("unterminated /* comment") {
        let open = statement.tokens.iter().position(|token| !token.is_closed)?;
        let place = statement.place(open);
        return Some(format!(
            "The comment that `/*` opens in {place} is not closed by `*/`."
        ));
    }
    if message.starts_with("LIMIT #,# syntax") {
        return limit(statement);
    }
    if message == "subquery must return only one column" {
        return Some(
            "This subquery stands where one value belongs, so let it select a single column."
                .to_owned(),
        );
    }
    let place = if message == "syntax error at end of input" {
        statement.tokens.len()
    } else if message.starts_with("syntax error at or near") {
        statement.at?
    } else {
        return None;
    };
    marks::characters(statement, place)
        .or_else(|| parentheses(statement, place))
        .or_else(|| dialects::syntax(statement, place))
        .or_else(|| missing::case_end(statement, place))
        .or_else(|| comma_too_many(statement, place))
        .or_else(|| beginnings(statement, place))
        .or_else(|| keywords::small_words(statement, place))
        .or_else(|| keywords::misspelt(statement, place, tables))
        .or_else(|| missing::join_condition(statement, place))
        .or_else(|| keywords::clause_order(statement, place))
        .or_else(|| keywords::reserved(statement, place))
        .or_else(|| missing::rest(statement, place))
        .or_else(|| missing::comma(statement, place))
}

fn limit(statement: &Statement<'_>) -> Option<String> {
    let limit = statement
        .tokens
        .iter()
        .rposition(|token| token.is("limit"))?;
    let comma =
        (limit..statement.tokens.len()).find(|&i| statement.tokens[i].kind == Kind::Comma)?;
    let (skipped, count) = (
        statement.text(limit + 1, comma),
        statement.text(comma + 1, comma + 2),
    );
    let meant = format!("LIMIT {count} OFFSET {skipped}");
    Some(format!(
        "Skip rows with `OFFSET`: {} is {} in PostgreSQL.",
        code(&statement.text(limit, comma + 2)),
        code(&meant)
    ))
}

/// Parentheses that have no partner.
fn parentheses(statement: &Statement<'_>, place: usize) -> Option<String> {
    let open = statement.open_before(place);
    let Some(token) = statement.token(place) else {
        let last = *open.last()?;
        return Some(format!(
            "The parenthesis that opens in {} is not closed.",
            statement.place(last)
        ));
    };
    if token.kind == Kind::Close && open.is_empty() {
        return Some(format!(
            "The parenthesis in {} closes none: there is no `(` for it.",
            statement.place(place)
        ));
    }
    let last = *open.last()?;
    let is_query = statement.token(last + 1).is_some_and(|token| {
        token.is_any(&["select", "with", "values", "insert", "update", "delete"])
    });
    let is_window = statement
        .back(last, 1)
        .is_some_and(|token| token.is_any(&["over", "as", "group", "filter"]));
    let begins_clause = token.is_any(&[
        "from", "where", "group", "having", "limit", "join", "select",
    ]);
    (begins_clause && !is_query && !is_window).then(|| {
        format!(
            "The parenthesis that opens in {} is not closed before {}.",
            statement.place(last),
            code(token.text)
        )
    })
}

fn comma_too_many(statement: &Statement<'_>, place: usize) -> Option<String> {
    statement
        .back(place, 1)
        .filter(|token| token.kind == Kind::Comma)?;
    let at = statement.place(place - 1);
    let Some(token) = statement.token(place) else {
        return Some(format!(
            "Something is missing after the comma in {at}, or the comma is too many."
        ));
    };
    let is_word = token.is_any(&["group", "order"]);
    if is_word && !statement.reads(place + 1, &["by"]) {
        return Some(keywords::quoted(token));
    }
    let ends = token.is_any(&CLAUSES) || token.kind == Kind::Close || token.is_any(&["set", "on"]);
    if token.kind == Kind::Comma {
        return Some(format!("There are two commas in a row in {at}."));
    }
    ends.then(|| {
        format!(
            "There is a comma too many in {at}, before {}.",
            code(token.text)
        )
    })
}

/// A statement that changes rows and lacks a word at its beginning.
fn beginnings(statement: &Statement<'_>, place: usize) -> Option<String> {
    statement.token(place)?;
    if statement.reads(0, &["delete"]) && place == 1 {
        return Some(
            "`DELETE` removes whole rows, and is followed by `FROM` and the table.".to_owned(),
        );
    }
    if statement.reads(0, &["insert"]) && place == 1 {
        return Some("`INSERT` is followed by `INTO` and the table.".to_owned());
    }
    let is_update = statement.reads(0, &["update"]);
    if is_update
        && place <= 4
        && !statement.tokens[..place]
            .iter()
            .any(|token| token.is("set"))
    {
        return Some("After `UPDATE` and the table comes `SET`.".to_owned());
    }
    None
}
