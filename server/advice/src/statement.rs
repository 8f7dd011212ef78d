//! A statement that failed, in tokens, and the place PostgreSQL names.

use crate::token::{Kind, Token, tokens};
use sqlground_model::SqlError;

/// A statement that failed.
pub(crate) struct Statement<'a> {
    /// The script before it.
    before: &'a str,
    pub(crate) sql: &'a str,
    pub(crate) tokens: Vec<Token<'a>>,
    pub(crate) error: &'a SqlError,
    /// The token that PostgreSQL points at; the number of tokens for the statement's end. None if it
    /// points at nothing.
    pub(crate) at: Option<usize>,
}

impl<'a> Statement<'a> {
    /// `start` is how many characters of the script precede the statement.
    pub(crate) fn new(script: &'a str, start: u32, sql: &'a str, error: &'a SqlError) -> Self {
        let tokens = tokens(sql);
        let at = error
            .position
            .and_then(|position| byte_of(sql, position.checked_sub(1)?))
            .map(|byte| {
                let found = tokens.iter().position(|token| token.end() > byte);
                found.unwrap_or(tokens.len())
            });
        let before = byte_of(script, start).and_then(|byte| script.get(..byte));
        Self {
            before: before.unwrap_or_default(),
            sql,
            tokens,
            error,
            at,
        }
    }

    /// The token at a place.
    pub(crate) fn token(&self, place: usize) -> Option<&Token<'a>> {
        self.tokens.get(place)
    }

    /// The token so many before a place.
    pub(crate) fn back(&self, place: usize, by: usize) -> Option<&Token<'a>> {
        self.tokens.get(place.checked_sub(by)?)
    }

    /// True if the keywords stand one after the other from the place on.
    pub(crate) fn reads(&self, place: usize, words: &[&str]) -> bool {
        let mut words = words.iter().enumerate();
        words.all(|(i, word)| self.token(place + i).is_some_and(|token| token.is(word)))
    }

    /// Line and column of a token, as in `line 3, column 5`.
    pub(crate) fn place(&self, place: usize) -> String {
        let token = &self.tokens[place];
        let lines = |text: &str| text.matches('\n').count();
        let until = &self.sql[..token.start];
        let line = lines(self.before) + lines(until) + 1;
        let last = |text: &'a str| text.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = if until.contains('\n') {
            last(until)
        } else {
            last(self.before) + until.chars().count()
        };
        format!("line {line}, column {}", column + 1)
    }

    /// What stands from one token to before another, on one line and not too long.
    pub(crate) fn text(&self, from: usize, to: usize) -> String {
        let Some(last) = to.checked_sub(1).and_then(|last| self.tokens.get(last)) else {
            return String::new();
        };
        self.tokens
            .get(from)
            .and_then(|first| self.sql.get(first.start..last.end()))
            .map(short)
            .unwrap_or_default()
    }

    /// Where the parenthesis that opens at a place closes; the end if it does not.
    pub(crate) fn close(&self, open: usize) -> usize {
        let depth = self.tokens[open].depth;
        let rest = self.tokens[open + 1..].iter();
        rest.enumerate()
            .find(|(_, token)| token.kind == Kind::Close && token.depth == depth)
            .map_or(self.tokens.len(), |(i, _)| open + 1 + i)
    }

    /// The parentheses before a place that are not closed there, outermost first.
    pub(crate) fn open_before(&self, place: usize) -> Vec<usize> {
        let mut open = Vec::new();
        for (i, token) in self.tokens.iter().enumerate().take(place) {
            match token.kind {
                Kind::Open => open.push(i),
                Kind::Close => {
                    open.pop();
                }
                _ => {}
            }
        }
        open
    }

    /// Where the column that a token belongs to begins and ends: `m.name` has three tokens.
    pub(crate) fn path(&self, place: usize) -> (usize, usize) {
        let is = |place: usize, kind| self.token(place).is_some_and(|token| token.kind == kind);
        let is_name = |place| is(place, Kind::Word) || is(place, Kind::Name);
        let (mut from, mut to) = (place, place + 1);
        while from >= 2 && is(from - 1, Kind::Dot) && is_name(from - 2) {
            from -= 2;
        }
        while is(to, Kind::Dot) && is_name(to + 1) {
            to += 2;
        }
        (from, to)
    }

    /// What ends before a place: a column, a constant, or a call or parenthesis as a whole.
    pub(crate) fn operand_before(&self, place: usize) -> Option<(usize, usize)> {
        let last = place.checked_sub(1)?;
        match self.token(last)?.kind {
            Kind::Word | Kind::Name => Some((self.path(last).0, place)),
            Kind::Text | Kind::Number => Some((last, place)),
            Kind::Close => {
                let depth = self.tokens[last].depth;
                let open = self.tokens[..last]
                    .iter()
                    .rposition(|token| token.kind == Kind::Open && token.depth == depth)?;
                let is_call = self
                    .back(open, 1)
                    .is_some_and(|token| token.kind == Kind::Word && !is_keyword(token));
                Some((if is_call { open - 1 } else { open }, place))
            }
            _ => None,
        }
    }

    /// What begins at a place, likewise.
    pub(crate) fn operand_after(&self, place: usize) -> Option<(usize, usize)> {
        match self.token(place)?.kind {
            Kind::Word | Kind::Name => {
                let to = self.path(place).1;
                let is_call = self.token(to).is_some_and(|next| next.kind == Kind::Open);
                Some((place, if is_call { self.close(to) + 1 } else { to }))
            }
            Kind::Text | Kind::Number => Some((place, place + 1)),
            Kind::Open => Some((place, self.close(place) + 1)),
            _ => None,
        }
    }
}

/// The byte at which a character of a text begins.
fn byte_of(text: &str, characters: u32) -> Option<usize> {
    let ends = text.char_indices().map(|(byte, _)| byte);
    ends.chain([text.len()]).nth(characters as usize)
}

/// A piece of SQL on one line, cut where it is long for a sentence.
pub(crate) fn short(sql: &str) -> String {
    shortened(sql, 48)
}

/// A piece of SQL on one line with so many characters at most.
pub(crate) fn shortened(sql: &str, most: usize) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    cut.trim_end().to_owned() + "…"
}

/// Words that begin or join parts of a statement, and so name nothing.
pub(crate) fn is_keyword(token: &Token<'_>) -> bool {
    const WORDS: [&str; 62] = [
        "all",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "cast",
        "check",
        "cross",
        "delete",
        "desc",
        "distinct",
        "else",
        "end",
        "except",
        "exists",
        "false",
        "fetch",
        "for",
        "foreign",
        "from",
        "full",
        "group",
        "having",
        "ilike",
        "in",
        "inner",
        "insert",
        "intersect",
        "into",
        "is",
        "join",
        "lateral",
        "left",
        "like",
        "limit",
        "natural",
        "not",
        "null",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "primary",
        "references",
        "returning",
        "right",
        "select",
        "set",
        "then",
        "true",
        "union",
        "unique",
        "update",
        "using",
        "values",
        "when",
        "where",
    ];
    token.is_any(&WORDS)
}
