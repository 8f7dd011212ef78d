//! What a statement lacks.

use crate::query::{CLAUSES, Query, common_tables};
use crate::statement::{Statement, is_keyword};
use crate::token::{Kind, Token};
use crate::wording::code;

/// A `CASE` without its `END`.
pub(super) fn case_end(statement: &Statement<'_>, place: usize) -> Option<String> {
    let mut open = Vec::new();
    for (i, token) in statement.tokens.iter().enumerate().take(place) {
        if token.is("case") {
            open.push(i);
        } else if token.is("end") {
            open.pop();
        }
    }
    let case = open.pop()?;
    let ends = statement.token(place).is_none_or(|token| {
        token.is_any(&CLAUSES) || token.is("as") || matches!(token.kind, Kind::Close | Kind::Comma)
    });
    ends.then(|| format!("The `CASE` in {} has no `END`.", statement.place(case)))
}

/// A `JOIN` that does not say which rows belong together.
pub(super) fn join_condition(statement: &Statement<'_>, place: usize) -> Option<String> {
    let ends = statement.token(place).is_none_or(|token| {
        token.is_any(&[
            "where", "group", "order", "having", "limit", "union", "join", "left", "inner",
        ]) || token.kind == Kind::Close
    });
    let query = Query::around(statement, place).into_iter().next()?;
    let from = query.clause("from")?;
    let mut open = Vec::new();
    for (i, token) in query.own().skip_while(|(i, _)| *i < from) {
        if i >= place {
            break;
        }
        if token.is("join") {
            let is_free = (1..=3).any(|by| {
                statement
                    .back(i, by)
                    .is_some_and(|before| before.is_any(&["cross", "natural"]) && i - by > from)
            });
            if !is_free {
                open.push(i);
            }
        } else if token.is_any(&["on", "using"]) {
            open.pop();
        } else if CLAUSES[2..].iter().any(|clause| token.is(clause)) {
            break;
        }
    }
    let join = open.pop().filter(|_| ends)?;
    let (begin, end) = statement.operand_after(join + 1)?;
    Some(format!(
        "{} does not say which rows belong together: add `ON` and a condition.",
        code(&format!("JOIN {}", statement.text(begin, end)))
    ))
}

/// `BETWEEN` with a comma.
pub(super) fn between(statement: &Statement<'_>, place: usize) -> Option<String> {
    let token = statement.token(place)?;
    if !(token.kind == Kind::Comma || token.is("to")) {
        return None;
    }
    let between = statement.tokens[..place]
        .iter()
        .rposition(|token| token.is("between"))?;
    let rest = &statement.tokens[between..place];
    if place - between > 6 || rest.iter().any(|token| token.is("and")) {
        return None;
    }
    let (low, high) = (
        statement.text(between + 1, place),
        statement.text(place + 1, place + 2),
    );
    Some(format!(
        "The ends of `BETWEEN` are joined by `AND`: {}.",
        code(&format!("BETWEEN {low} AND {high}"))
    ))
}

/// The end came too early.
pub(super) fn rest(statement: &Statement<'_>, place: usize) -> Option<String> {
    let next = statement.token(place);
    if next.is_some_and(|token| !token.is_any(&CLAUSES) && token.kind != Kind::Close) {
        return None;
    }
    let last = statement.back(place, 1)?;
    let shown = code(&last.text.to_uppercase());
    let lacks = if last.is_any(&["where", "and", "or", "on", "having", "when", "not"]) {
        "a condition"
    } else if last.is_any(&["from", "join", "into", "update"]) {
        "a table"
    } else if last.is_any(&["select", "by", "set", "distinct", "using"]) {
        "a column"
    } else if last.is_any(&["limit", "offset"]) {
        "a number"
    } else if last.is_any(&["union", "except", "intersect"]) {
        "another query"
    } else if last.kind == Kind::Operator {
        "a value"
    } else {
        if next.is_some() {
            return None;
        }
        let common = common_tables(statement);
        let (_, name) = common.last().filter(|_| last.kind == Kind::Close)?;
        return Some(format!(
            "`WITH` alone gives no result: a query that uses {} has to follow.",
            code(name)
        ));
    };
    Some(match next {
        None => format!("The statement ends after {shown}, where {lacks} is missing."),
        Some(next) => format!(
            "Between {shown} and {}, {lacks} is missing.",
            code(next.text)
        ),
    })
}

/// Two things side by side that something has to part.
pub(super) fn comma(statement: &Statement<'_>, place: usize) -> Option<String> {
    let (token, before) = (statement.token(place)?, statement.back(place, 1)?);
    let begins = match token.kind {
        Kind::Word => !is_keyword(token) || token.is_any(&["case", "null", "not", "true", "false"]),
        Kind::Name | Kind::Text | Kind::Number => true,
        Kind::Open => before.kind == Kind::Close,
        _ => false,
    };
    let ends = before.ends_operand()
        && (!is_keyword(before) || before.is_any(&["end", "null", "true", "false", "asc", "desc"]));
    if !(begins && ends) {
        return None;
    }
    let what = code(token.text);
    let in_list = |open: usize| {
        // A list of values or columns, not a condition.
        statement.back(open, 1).is_some_and(|token| {
            token.is_any(&["in", "values"]) || token.kind == Kind::Comma || !is_keyword(token)
        })
    };
    let a_comma = || Some(format!("Is a comma missing before {what}?"));
    if let Some(open) = statement.open_before(place).pop() {
        let is_query = statement
            .token(open + 1)
            .is_some_and(|token| token.is_any(&["select", "with"]));
        if !is_query {
            let has_condition = statement.tokens[open..place]
                .iter()
                .any(|token| token.kind == Kind::Operator && token.text != "*");
            return if has_condition && !statement.reads(0, &["create"]) {
                None
            } else {
                in_list(open).then(a_comma).flatten()
            };
        }
    }
    let values = |token: &Token<'_>| token.is("values");
    if token.kind == Kind::Open {
        return statement.tokens[..place]
            .iter()
            .any(values)
            .then(a_comma)
            .flatten();
    }
    let query = Query::around(statement, place).into_iter().next()?;
    if statement.reads(0, &["update"]) && query.clause("where").is_none_or(|at| at > place) {
        return a_comma();
    }
    let (clause_begins, clause) = query.clause_at(place)?;
    match clause {
        "select" | "group" | "order" => a_comma(),
        "where" | "having" => {
            let whole = statement.tokens[clause_begins..place]
                .iter()
                .any(|token| token.kind == Kind::Operator || token.is_any(&["is", "like", "in"]));
            whole.then(|| format!("Is `AND` or `OR` missing before {what}?"))
        }
        "from" => {
            let on = query
                .own()
                .any(|(i, token)| (clause_begins..place).contains(&i) && token.is("on"));
            Some(if on {
                format!("Is `AND` or a clause such as `WHERE` missing before {what}?")
            } else {
                format!("Is a comma, `JOIN` or `WHERE` missing before {what}?")
            })
        }
        _ => None,
    }
}
