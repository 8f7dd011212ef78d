//! Signs of other databases: brackets, comments, variables, outer joins.

use crate::statement::{Statement, is_keyword, short};
use crate::token::{Kind, Token};
use crate::wording::code;

/// A name in brackets, as SQL Server and Access quote it.
pub(super) fn brackets(statement: &Statement<'_>, place: usize) -> Option<String> {
    let end = (place + 1).min(statement.tokens.len());
    let open = statement.tokens[..end]
        .iter()
        .rposition(|token| token.text == "[")?;
    let rest = &statement.tokens[open + 1..];
    let length = rest.iter().position(|token| token.text == "]")?;
    // `a[1]` is an element and `ARRAY[a]` an array.
    let is_name = rest[..length].iter().all(|token| token.kind == Kind::Word);
    let in_array = statement.tokens[..open]
        .iter()
        .any(|token| token.is("array"));
    let is_element = statement.back(open, 1).is_some_and(|before| {
        before.ends_operand() && before.end() == statement.tokens[open].start
    });
    if length == 0 || !is_name || in_array || is_element || open + length + 1 < place {
        return None;
    }
    let inner = statement.text(open + 1, open + 1 + length);
    let meant = match &rest[..length] {
        [word] if !is_keyword(word) => inner,
        [word] => format!("\"{}\"", word.text.to_lowercase()),
        _ => format!("\"{inner}\""),
    };
    Some(format!(
        "PostgreSQL puts no brackets around a name: {} is written {}.",
        code(&statement.text(open, open + length + 2)),
        code(&meant)
    ))
}

/// A comment that begins with `#` or `//` on the line of the place, or on that before it.
pub(super) fn comment(statement: &Statement<'_>, place: usize) -> Option<String> {
    let mark = opening(statement, place)?;
    let token = statement.token(mark)?;
    let next = statement.token(mark + 1)?;
    let into = ["from", "join", "into", "table", "update"];
    let is_name = next.start == token.end() && next.kind == Kind::Word;
    if is_name
        && token.text == "#"
        && statement
            .back(mark, 1)
            .is_some_and(|before| before.is_any(&into))
    {
        return Some(format!(
            "A name does not begin with `#` in PostgreSQL: `CREATE TEMPORARY TABLE` makes a table \
             for a while, with a name such as {}.",
            code(next.text)
        ));
    }
    if !matches!(next.kind, Kind::Word | Kind::Name) || !on_one_line(statement, mark, mark + 1) {
        return None;
    }
    Some(written(statement, token))
}

/// A text that a comment with an apostrophe seems to open.
pub(in crate::help) fn comment_in_quote(statement: &Statement<'_>, quote: usize) -> Option<String> {
    let mark = (0..quote)
        .rev()
        .find(|i| is_comment_mark(&statement.tokens[*i]))
        .filter(|mark| on_one_line(statement, *mark, quote))?;
    Some(written(statement, statement.token(mark)?))
}

fn written(statement: &Statement<'_>, mark: &Token<'_>) -> String {
    let rest = statement.sql.get(mark.end()..).unwrap_or_default();
    let words = short(rest.lines().next().unwrap_or_default());
    format!(
        "PostgreSQL's comments begin with `--`: {}.",
        code(&format!("-- {words}"))
    )
}

/// The mark of a comment that the place is in, or is the first place behind.
fn opening(statement: &Statement<'_>, place: usize) -> Option<usize> {
    let end = (place + 1).min(statement.tokens.len());
    let mark = statement.tokens[..end].iter().rposition(is_comment_mark)?;
    let last = place.saturating_sub(1).max(mark);
    // What stands right behind something is an operator between two values.
    let before = statement.sql.get(..statement.tokens[mark].start)?;
    let is_apart = before.is_empty() || before.ends_with(char::is_whitespace);
    (is_apart && on_one_line(statement, mark, last)).then_some(mark)
}

fn is_comment_mark(token: &Token<'_>) -> bool {
    token.kind == Kind::Operator && matches!(token.text, "#" | "//")
}

fn on_one_line(statement: &Statement<'_>, from: usize, to: usize) -> bool {
    let (Some(first), Some(last)) = (statement.token(from), statement.token(to)) else {
        return false;
    };
    let between = statement.sql.get(first.start..last.start);
    between.is_some_and(|between| !between.contains('\n'))
}

/// A variable such as `@n`.
pub(super) fn variable(statement: &Statement<'_>, place: usize) -> Option<String> {
    let is_set = statement.token(place)?.text.starts_with(':');
    let earlier = place.checked_sub(2).filter(|_| is_set);
    let begins = [Some(place), place.checked_sub(1), earlier];
    let (sign, name) = begins.into_iter().flatten().find_map(|begin| {
        let (sign, name) = (statement.token(begin)?, statement.token(begin + 1)?);
        let is_variable = sign.kind == Kind::Operator
            && sign.text.ends_with('@')
            && name.kind == Kind::Word
            && !is_keyword(name)
            && sign.end() == name.start;
        is_variable.then_some((sign, name))
    })?;
    // `@ pages` is the absolute value, and `@@` looks for words.
    if sign.text != "@" {
        return None;
    }
    Some(format!(
        "PostgreSQL's SQL has no variables: write the value itself in place of {}.",
        code(&format!("@{}", name.text))
    ))
}

/// The outer join that Oracle marks at a column.
pub(super) fn outer_join(statement: &Statement<'_>, place: usize) -> Option<String> {
    let plus = place.checked_sub(1)?;
    let open = place.checked_sub(2)?;
    let is_mark = statement.token(open)?.kind == Kind::Open
        && statement.token(plus)?.text == "+"
        && statement.token(place)?.kind == Kind::Close;
    let (begin, end) = statement.operand_before(open).filter(|_| is_mark)?;
    Some(format!(
        "`(+)` is Oracle's outer join. PostgreSQL writes it in `FROM`, as `LEFT JOIN … ON …` with \
         the table of {} behind `JOIN`.",
        code(&statement.text(begin, end))
    ))
}
