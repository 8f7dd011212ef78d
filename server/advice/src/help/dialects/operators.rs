//! Words that compute or compare elsewhere.

use crate::query::Query;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;

/// Words that compare a text with a pattern, and what PostgreSQL has for each and its negation.
const PATTERNS: [(&str, &str, &str); 2] = [("regexp", "~", "!~"), ("rlike", "~", "!~")];

/// Words between two numbers, and the function that PostgreSQL has for each.
const FUNCTIONS: [(&str, &str); 2] = [("div", "div"), ("mod", "mod")];

/// Units of a span of time.
const UNITS: [&str; 7] = ["second", "minute", "hour", "day", "week", "month", "year"];

pub(super) fn help(statement: &Statement<'_>, place: usize) -> Option<String> {
    pattern(statement, place)
        .or_else(|| glob(statement, place))
        .or_else(|| function(statement, place))
        .or_else(|| interval(statement, place))
}

/// The word that compares a text at a place with the pattern behind it, as in `a NOT GLOB 'b'`.
fn comparison(statement: &Statement<'_>, place: usize, word: &str) -> Option<(bool, usize)> {
    let is_negated = statement.reads(place, &["not", word]);
    let at = if is_negated { place + 1 } else { place };
    let fits = statement.reads(at, &[word])
        && statement.token(at + 1)?.kind == Kind::Text
        && statement.back(place, 1)?.ends_operand();
    fits.then_some((is_negated, at))
}

fn pattern(statement: &Statement<'_>, place: usize) -> Option<String> {
    PATTERNS.iter().find_map(|(word, plain, negated)| {
        let (is_negated, at) = comparison(statement, place, word)?;
        let sign = if is_negated { negated } else { plain };
        let (begin, end) = statement.operand_before(place)?;
        let meant = format!(
            "{} {sign} {}",
            statement.text(begin, end),
            statement.text(at + 1, at + 2)
        );
        Some(format!(
            "PostgreSQL compares with a regular expression by `{sign}`: {}.",
            code(&meant)
        ))
    })
}

fn glob(statement: &Statement<'_>, place: usize) -> Option<String> {
    comparison(statement, place, "glob")?;
    Some(
        "PostgreSQL has no `GLOB`: write `LIKE`, with `%` for any characters and `_` for one."
            .to_owned(),
    )
}

fn function(statement: &Statement<'_>, place: usize) -> Option<String> {
    let word = statement.back(place, 1)?;
    let (_, function) = FUNCTIONS.iter().find(|(other, _)| word.is(other))?;
    let (left, left_end) = statement.operand_before(place - 1)?;
    let (right, right_end) = statement.operand_after(place)?;
    // Where `FROM` is missing, the word is the name of a column and what follows is the table.
    let reads = || {
        let query = Query::around(statement, place).into_iter().next();
        query.is_some_and(|query| query.clause("from").is_some())
    };
    if statement.token(right)?.kind != Kind::Number && !reads() {
        return None;
    }
    let meant = format!(
        "{function}({}, {})",
        statement.text(left, left_end),
        statement.text(right, right_end)
    );
    Some(format!(
        "PostgreSQL has a function for {}: {}.",
        code(&statement.text(left, right_end)),
        code(&meant)
    ))
}

/// A span of time without quotes, as in `INTERVAL 7 DAY`.
fn interval(statement: &Statement<'_>, place: usize) -> Option<String> {
    statement
        .back(place, 1)
        .filter(|token| token.is("interval"))?;
    let (begin, end) = statement.operand_after(place)?;
    let unit = statement.token(end).filter(|token| token.is_any(&UNITS))?;
    let amount = statement.text(begin, end);
    let meant = match (statement.token(place)?.kind, &*unit.text.to_lowercase()) {
        (Kind::Number, unit) if amount == "1" => format!("interval '1 {unit}'"),
        (Kind::Number, unit) => format!("interval '{amount} {unit}s'"),
        (_, unit) => format!("{amount} * interval '1 {unit}'"),
    };
    Some(format!(
        "A span of time stands in quotes in PostgreSQL: {}.",
        code(&meant)
    ))
}
