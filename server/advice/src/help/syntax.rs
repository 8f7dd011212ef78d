//! Errors of syntax.

use super::missing;
use crate::near::nearest;
use crate::scope::{CLAUSES, Query, code};
use crate::statement::{Statement, is_keyword};
use crate::token::{Kind, Token};
use sqlground_model::TableInfo;

pub(super) fn help(statement: &Statement<'_>, tables: &[TableInfo]) -> Option<String> {
    let message = statement.error.message.as_str();
    if message.starts_with("unterminated quoted string") {
        return quote(statement);
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
    characters(statement, place)
        .or_else(|| parentheses(statement, place))
        .or_else(|| missing::case_end(statement, place))
        .or_else(|| comma_too_many(statement, place))
        .or_else(|| other_dialects(statement, place))
        .or_else(|| small_words(statement, place))
        .or_else(|| misspelt(statement, place, tables))
        .or_else(|| missing::join_condition(statement, place))
        .or_else(|| clause_order(statement, place))
        .or_else(|| reserved(statement, place))
        .or_else(|| missing::rest(statement, place))
        .or_else(|| missing::comma(statement, place))
}

/// A text whose end is missing, or that ended too early.
fn quote(statement: &Statement<'_>) -> Option<String> {
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

/// Characters that PostgreSQL does not know, or reads otherwise.
fn characters(statement: &Statement<'_>, place: usize) -> Option<String> {
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
        return Some(quoted(token));
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

/// What other databases write.
fn other_dialects(statement: &Statement<'_>, place: usize) -> Option<String> {
    let before = statement.back(place, 1)?;
    let token = statement.token(place)?;
    if before.is("top") && token.kind == Kind::Number {
        return Some(format!(
            "PostgreSQL has no `TOP`: end the query with `LIMIT {}`.",
            token.text
        ));
    }
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

/// The small words that go together.
fn small_words(statement: &Statement<'_>, place: usize) -> Option<String> {
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
fn misspelt(statement: &Statement<'_>, place: usize, tables: &[TableInfo]) -> Option<String> {
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
        if token.kind != Kind::Word || is_keyword(token) || is_known(token) || after_dot {
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
fn clause_order(statement: &Statement<'_>, place: usize) -> Option<String> {
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
fn reserved(statement: &Statement<'_>, place: usize) -> Option<String> {
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

fn quoted(word: &Token<'_>) -> String {
    format!(
        "{} is a word of SQL's own. As a name it stands in double quotes: {}.",
        code(word.text),
        code(&format!("\"{}\"", word.text.to_lowercase()))
    )
}
