//! A script's statements.
//!
//! The split decides what is sent together, not what is allowed: where it is wrong PostgreSQL
//! reports a syntax error.

mod lexer;
#[cfg(test)]
mod tests;

pub(crate) use lexer::tokens;

use lexer::{is_trivia, lex};
use squawk_lexer::{BOM, TokenKind};
use std::ops::Range;

/// A statement of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'a> {
    /// From its first token to its last, without the semicolon.
    pub sql: &'a str,
    /// The line it begins on, from 1.
    pub line: u32,
    /// How many characters (Unicode scalar values) of the script precede it.
    pub start: u32,
}

impl Statement<'_> {
    /// Where it stands in the script that it was split from, in bytes.
    pub(crate) fn range_in(&self, script: &str) -> Range<usize> {
        let start = self.sql.as_ptr().addr() - script.as_ptr().addr();
        start..start + self.sql.len()
    }
}

/// Splits a script at the semicolons that end a statement, and leaves out empty statements.
///
/// The borders are psql's: no semicolon in parentheses (`CREATE RULE`) ends a statement, nor one
/// between a `BEGIN` and its `END` in a statement that begins with `CREATE [OR REPLACE] {FUNCTION |
/// PROCEDURE}`, where `CASE` too has an `END`. What is not terminated reaches to the end of the
/// script. White space and comments around a statement do not belong to it, nor does a byte order
/// mark at the beginning of the script.
///
/// It differs from psql in three things, and sides with PostgreSQL in the first:
///
/// * A string with escapes that goes on in the next line, as in `E'a'` and below it `'\''`, goes on
///   with escapes. psql reads line by line and forgets them.
/// * A backslash in a plain string is a backslash. psql reads it as an escape once a script has set
///   `standard_conforming_strings` to off.
/// * psql's own commands and variables (`\d`, `\;`, `:name`) are text like any other, which
///   PostgreSQL reports as a syntax error.
pub fn split(script: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut current: Option<Open> = None;
    let mut position = Position::default();
    let text = script.strip_prefix(BOM).unwrap_or(script);
    position.advance(&script[..script.len() - text.len()]);
    for (kind, token) in lex(text) {
        if kind == TokenKind::Semi && current.as_ref().is_none_or(Open::at_top) {
            statements.extend(current.take().map(|open| open.close(script)));
        } else if !is_trivia(kind) {
            let open = current.get_or_insert_with(|| Open::new(position));
            open.push(kind, token);
            open.end = position.byte + token.len();
        }
        position.advance(token);
    }
    statements.extend(current.map(|open| open.close(script)));
    statements
}

/// A place in the script.
#[derive(Clone, Copy)]
struct Position {
    byte: usize,
    chars: u32,
    line: u32,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            byte: 0,
            chars: 0,
            line: 1,
        }
    }
}

impl Position {
    fn advance(&mut self, text: &str) {
        self.byte += text.len();
        self.chars += count(text.chars().count());
        self.line += count(text.bytes().filter(|&b| b == b'\n').count());
    }
}

/// Scripts are far below 4 GB: requests are limited to megabytes.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A statement whose end has not been found.
struct Open {
    start: Position,
    end: usize,
    parentheses: u32,
    words: Words,
    /// What `BEGIN` and each `CASE` after it opened and no `END` closed.
    bodies: u32,
}

/// How far `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}` has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Words {
    None,
    Create,
    CreateOr,
    CreateOrReplace,
    /// The statement defines a routine.
    Routine,
    /// It does not.
    Else,
}

impl Words {
    fn then(self, word: &str) -> Self {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        match self {
            Self::Routine => Self::Routine,
            Self::None if is("create") => Self::Create,
            Self::Create if is("or") => Self::CreateOr,
            Self::CreateOr if is("replace") => Self::CreateOrReplace,
            Self::Create | Self::CreateOrReplace if is("function") || is("procedure") => {
                Self::Routine
            }
            _ => Self::Else,
        }
    }
}

impl Open {
    fn new(start: Position) -> Self {
        Self {
            start,
            end: start.byte,
            parentheses: 0,
            words: Words::None,
            bodies: 0,
        }
    }

    fn at_top(&self) -> bool {
        self.parentheses == 0 && self.bodies == 0
    }

    fn push(&mut self, kind: TokenKind, text: &str) {
        match kind {
            TokenKind::OpenParen => self.parentheses += 1,
            TokenKind::CloseParen => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Ident => self.push_word(text),
            _ => {}
        }
    }

    fn push_word(&mut self, word: &str) {
        self.words = self.words.then(word);
        if self.words != Words::Routine || self.parentheses > 0 {
            return;
        }
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        if is("begin") || (is("case") && self.bodies > 0) {
            self.bodies += 1;
        } else if is("end") {
            self.bodies = self.bodies.saturating_sub(1);
        }
    }

    fn close(self, script: &str) -> Statement<'_> {
        Statement {
            sql: &script[self.start.byte..self.end],
            line: self.start.line,
            start: self.start.chars,
        }
    }
}
