//! Values that do not go together.

use super::marks::typographic;
use super::{dialects, functions};
use crate::query::{Query, Source};
use crate::statement::Statement;
use crate::tables::known_tables;
use crate::token::Kind;
use crate::wording::code;
use sqlground_model::TableInfo;

/// `operator does not exist`, `function ... does not exist`.
pub(super) fn undefined(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    if let Some(given) = message.strip_prefix("operator does not exist: ") {
        return operator(statement, given);
    }
    let call = message
        .strip_prefix("function ")?
        .strip_suffix(" does not exist")?;
    let (name, arguments) = call.split_once('(')?;
    if name == "top" {
        return dialects::top(statement);
    }
    functions::undefined(name, arguments.strip_suffix(')')?)
}

const JOINED: &str = "Texts are joined by `||`.";

/// `operator is not unique: ...`.
pub(super) fn unclear(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    let joins = message == "operator is not unique: unknown + unknown";
    joins.then(|| JOINED.to_owned())
}

/// An operator with the types beside it, such as `integer = text`.
fn operator(statement: &Statement<'_>, given: &str) -> Option<String> {
    let is_operator = |word: &str| word.chars().all(|c| "+-*/<>=~!@#%^&|`?".contains(c));
    let sign = given.split(' ').find(|word| is_operator(word))?;
    let (left, right) = given.split_once(sign)?;
    let (left, right) = (left.trim(), right.trim());
    let place = statement.at?;
    let meant = match sign {
        "==" | "===" => Some("PostgreSQL compares with a single `=`."),
        "=<" => Some("\"At most\" is written `<=`."),
        "=>" => Some("\"At least\" is written `>=`."),
        "=!" | "!==" => Some("\"Not equal\" is written `<>`."),
        "<=>" => Some("A comparison that holds for two NULLs is written `IS NOT DISTINCT FROM`."),
        "!" | "!!" => Some("The negation is written `NOT`."),
        "&&" | "&" if left == "boolean" || right == "boolean" => {
            Some("Conditions are joined by `AND`.")
        }
        "||" | "|" if left == "boolean" && right == "boolean" => {
            Some("Either of two conditions is written `OR`.")
        }
        "+" | "&" if is_text(left) || is_text(right) => Some(JOINED),
        _ => None,
    };
    if let Some(meant) = meant {
        return Some(meant.to_owned());
    }
    let before = statement.operand_before(operator_begin(statement, place));
    let after = statement.operand_after(place + 1);
    let text = |operand: Option<(usize, usize)>| {
        operand.map(|(begin, end)| code(&statement.text(begin, end)))
    };
    if sign.contains("~~") {
        let like = if sign.ends_with('*') { "ILIKE" } else { "LIKE" };
        let what = text(before)?;
        return Some(format!(
            "`{like}` compares texts, and {what} is of type {left}. Compare it with a value of that \
             type, or make it a text: {}.",
            code(&format!("{}::text", what.trim_matches('`')))
        ));
    }
    let compares = matches!(sign, "=" | "<>" | "<" | ">" | "<=" | ">=");
    if compares && is_moment(left) && right == "integer" {
        let after = place + 1;
        let is_date = statement
            .token(after + 1)
            .is_some_and(|token| token.text == "-");
        if is_date {
            let date = statement.text(after, after + 5).replace(' ', "");
            return Some(format!(
                "Without quotes, {} is a subtraction. A date takes single quotes: {}.",
                code(&date),
                code(&format!("'{date}'"))
            ));
        }
    }
    let (one, other) = (text(before)?, text(after)?);
    let advice = if compares {
        "only values of like types are compared. Is another column meant? Otherwise convert one of \
         them with `CAST`"
    } else {
        return Some(format!(
            "{one} is of type {left} and {other} of type {right}, for which there is no `{sign}`: convert \
             one of them with `CAST`."
        ));
    };
    Some(format!(
        "{one} is of type {left} and {other} of type {right}: {advice}."
    ))
}

/// Where an operator begins that may be two words, such as `NOT LIKE` and `IN`.
fn operator_begin(statement: &Statement<'_>, place: usize) -> usize {
    match statement.back(place, 1) {
        Some(token) if token.is("not") => place - 1,
        _ => place,
    }
}

pub(super) fn is_text(type_name: &str) -> bool {
    matches!(type_name, "text" | "character varying" | "character")
}

pub(super) fn is_moment(type_name: &str) -> bool {
    type_name == "date" || type_name.starts_with("timestamp")
}

/// A condition that is none, and its like.
pub(super) fn mismatch(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    let given = message.strip_prefix("argument of ")?;
    let (what, given) = given.split_once(" must be type boolean, not type ")?;
    let place = statement.at?;
    let query = Query::around(statement, place).into_iter().next()?;
    let (begin, end) = statement.operand_after(place)?;
    let text = statement.text(begin, end);
    let in_set =
        statement.reads(0, &["update"]) && query.clause("where").is_none_or(|at| at > place);
    match what {
        "AND" if in_set => Some("In `SET`, assignments are parted by commas.".to_owned()),
        "AND" | "OR" => one_value(statement, begin),
        "WHERE" | "HAVING" | "JOIN/ON" | "CASE/WHEN" | "FILTER" => Some(format!(
            "{} is of type {given}: here a condition belongs, which is true or false, such as a \
             comparison.",
            code(&text)
        )),
        "NOT" => Some(format!(
            "`NOT` takes a condition, and {} is of type {given}.",
            code(&text)
        )),
        _ => None,
    }
}

/// A value behind `AND` or `OR`, where a condition belongs.
fn one_value(statement: &Statement<'_>, begin: usize) -> Option<String> {
    let word = statement
        .back(begin, 1)
        .filter(|token| token.is_any(&["or", "and"]))?;
    let (_, end) = statement.operand_after(begin)?;
    let text = statement.text(begin, end);
    let (value, _) = statement.operand_before(begin - 1)?;
    let operator = statement
        .back(value, 1)
        .filter(|token| token.kind == Kind::Operator);
    let column = operator.and_then(|_| statement.operand_before(value - 1));
    let example = column.map_or_else(String::new, |(from, to)| {
        let operator = statement.text(value - 1, value);
        let repeated = format!("{} {operator} {text}", statement.text(from, to));
        format!(": {}", code(&repeated))
    });
    Some(format!(
        "Both sides of `{}` are conditions, and {} is a value. Write the comparison out again{example}.",
        word.text.to_uppercase(),
        code(&text)
    ))
}

/// A text that cannot be read as a value of its type.
pub(super) fn unreadable(
    statement: &Statement<'_>,
    script: &str,
    tables: &[TableInfo],
) -> Option<String> {
    let place = statement.at?;
    let token = statement
        .token(place)
        .filter(|token| token.kind == Kind::Text)?;
    if let Some(help) = typographic(statement, place) {
        return Some(help);
    }
    let message = statement.error.message.as_str();
    if &*statement.error.sqlstate != "22P02" {
        return Some(
            "A date is surest as year, month and day, such as `'2024-02-29'`, and has to be one that \
             there is."
                .to_owned(),
        );
    }
    let type_name = message
        .strip_prefix("invalid input syntax for type ")?
        .split_once(": ")?
        .0;
    if type_name == "boolean" {
        return one_value(statement, place);
    }
    // What has a digit may be a number that is written otherwise.
    let is_added = [place.checked_sub(1), Some(place + 1)]
        .into_iter()
        .flatten()
        .any(|beside| {
            statement
                .token(beside)
                .is_some_and(|token| token.text == "+")
        });
    if is_added && token.text != "''" && !token.text.contains(|c: char| c.is_ascii_digit()) {
        return Some(JOINED.to_owned());
    }
    if token.text == "''" {
        return Some(format!(
            "An empty text is no {type_name}: where there is no value, that is NULL, asked for with \
             `IS NULL`."
        ));
    }
    statement
        .back(place, 1)
        .filter(|token| token.kind == Kind::Operator)?;
    let (begin, end) = statement.operand_before(place - 1)?;
    let other = statement.text(begin, end);
    let known = known_tables(script, tables);
    let sources: Vec<Source> = Query::around(statement, place)
        .iter()
        .flat_map(|query| query.sources(&known))
        .collect();
    let column = statement.token(end - 1)?.name()?;
    let type_known = sources
        .iter()
        .filter_map(|source| source.columns.as_ref()?.column(&column))
        .map(|column| column.type_name.as_str())
        .find(|name| !name.is_empty());
    Some(format!(
        "{} is of type {}, and {} cannot be read as one.",
        code(&other),
        type_known.unwrap_or(type_name),
        code(token.text)
    ))
}

/// A subquery that gives several rows where one value belongs.
pub(super) fn too_many_rows(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    if message != "more than one row returned by a subquery used as an expression" {
        return None;
    }
    let compared = statement
        .tokens
        .windows(3)
        .any(|three| three[0].text == "=" && three[1].kind == Kind::Open && three[2].is("select"));
    Some(if compared {
        "If any of the subquery's rows will do, write `IN` instead of `=`; otherwise let it give one \
         row."
            .to_owned()
    } else {
        "Let the subquery give one row: with a condition that ties it to the outer row, an \
         aggregate, or `LIMIT 1`."
            .to_owned()
    })
}

/// A division by zero.
pub(super) fn division(statement: &Statement<'_>) -> Option<String> {
    let slash: Vec<_> = statement
        .tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| matches!(token.text, "/" | "%"))
        .map(|(i, _)| i)
        .collect();
    let [only] = slash[..] else { return None };
    let (begin, end) = statement.operand_after(only + 1)?;
    let divisor = statement.text(begin, end);
    let bare = divisor
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .unwrap_or(&divisor);
    let is_constant = statement.tokens[begin].kind == Kind::Number;
    (!is_constant).then(|| {
        format!(
            "{} is 0 in a row: {} makes it NULL there, and so the result.",
            code(&divisor),
            code(&format!("nullif({bare}, 0)"))
        )
    })
}
