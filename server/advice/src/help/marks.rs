//! Quotes, operators and other characters that are not PostgreSQL's, or not where they belong.

use super::dialects::comment_in_quote;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;

/// A text whose end is missing, or that ended too early.
pub(super) fn quote(statement: &Statement<'_>) -> Option<String> {
    let tokens = &statement.tokens;
    let early = (1..tokens.len()).find(|&i| {
        tokens[i].kind == Kind::Word
            && tokens[i - 1].kind == Kind::Text
            && tokens[i - 1].end() == tokens[i].start
    });
    if let Some(word) = early
        && let Some(help) = apostrophe(statement, word)
    {
        return Some(help);
    }
    let open = match early {
        Some(word) => word - 1,
        None => tokens.iter().position(|token| !token.is_closed)?,
    };
    if let Some(help) = comment_in_quote(statement, open) {
        return Some(help);
    }
    Some(format!(
        "The quote that opens in {} is not closed: {}.",
        statement.place(open),
        code(tokens[open].text.lines().next()?)
    ))
}

/// A word right behind a text: it was to be part of it.
fn apostrophe(statement: &Statement<'_>, word: usize) -> Option<String> {
    let (text, word) = (statement.back(word, 1)?, statement.token(word)?);
    if text.kind != Kind::Text || word.kind != Kind::Word || text.end() != word.start {
        return None;
    }
    let inner = text.text.strip_prefix('\'')?.strip_suffix('\'')?;
    // Where much stands before it, a quote is missing there.
    if inner.contains(['=', ',', '(', ')', '\n']) || inner.to_lowercase().contains(" and ") {
        return None;
    }
    let meant = format!("'{inner}''{}'", word.text);
    Some(format!(
        "The text ends at the quote before {}: an apostrophe inside a text is written twice, as in {}.",
        code(word.text),
        code(&meant)
    ))
}

/// Characters that PostgreSQL does not know, or reads otherwise.
pub(super) fn characters(statement: &Statement<'_>, place: usize) -> Option<String> {
    let tokens = &statement.tokens;
    let near = tokens.iter().enumerate().take(place + 2);
    for (i, token) in near {
        if token.kind == Kind::Backtick {
            let name = tokens.get(i + 1).filter(|next| next.kind == Kind::Word);
            let example =
                name.map_or_else(String::new, |name| format!(", as in {},", code(name.text)));
            return Some(format!(
                "The backtick in {} is not PostgreSQL's: names stand plain{example} or in double \
                 quotes.",
                statement.place(i)
            ));
        }
        if let Some(help) = typographic(statement, i) {
            return Some(help);
        }
    }
    let token = statement.token(place)?;
    if let Some(help) = apostrophe(statement, place) {
        return Some(help);
    }
    let before = statement.back(place, 1)?;
    if before.kind == Kind::Text && before.end() == token.start && token.kind == Kind::Word {
        return Some(format!(
            "The text that opens in {} reaches to {}: is its closing quote missing?",
            statement.place(place - 1),
            code(token.text)
        ));
    }
    if is_comparison(token.text) {
        return joined(statement, place).or_else(|| chained(statement, place));
    }
    match token.text {
        "=>" => Some("\"At least\" is written `>=`.".to_owned()),
        "!" => Some("The negation is written `NOT`.".to_owned()),
        _ => None,
    }
}

fn is_comparison(text: &str) -> bool {
    matches!(text, "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=")
}

/// Two comparisons with an operator between them that is `AND` or `OR` elsewhere.
fn joined(statement: &Statement<'_>, place: usize) -> Option<String> {
    let (begin, _) = statement.operand_before(place)?;
    let operator = statement.back(begin, 1)?;
    let (earlier, _) = statement.operand_before(begin.checked_sub(1)?)?;
    statement
        .back(earlier, 1)
        .filter(|token| is_comparison(token.text))?;
    match operator.text {
        "&&" | "&" => Some("Conditions are joined by `AND`.".to_owned()),
        "||" | "|" => Some("Either of two conditions is written `OR`.".to_owned()),
        _ => None,
    }
}

/// Two comparisons of the same value in a row.
fn chained(statement: &Statement<'_>, place: usize) -> Option<String> {
    let (begin, end) = statement.operand_before(place)?;
    let earlier = begin.checked_sub(1)?;
    let sign = statement
        .token(earlier)
        .filter(|token| is_comparison(token.text))?;
    let (first, _) = statement.operand_before(earlier)?;
    let (_, last) = statement.operand_after(place + 1)?;
    let (left, middle) = (statement.text(first, earlier), statement.text(begin, end));
    let is_constant = matches!(statement.tokens[begin].kind, Kind::Number | Kind::Text);
    let subject = if is_constant { &left } else { &middle };
    let meant = format!(
        "{left} {} {middle} AND {subject} {}",
        sign.text,
        statement.text(place, last)
    );
    Some(format!("Comparisons do not go on: write {}.", code(&meant)))
}

/// A typographic quote, as word processors write them.
pub(super) fn typographic(statement: &Statement<'_>, place: usize) -> Option<String> {
    let token = statement.token(place)?;
    let quoted = matches!(token.kind, Kind::Word | Kind::Other);
    let quote = token.text.chars().find(|c| "‘’‚“”„′″".contains(*c))?;
    quoted.then(|| {
        format!(
            "The {quote} in {} is a typographic quote: a text takes the straight one, as in `'text'`.",
            statement.place(place)
        )
    })
}
