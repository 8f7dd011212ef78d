//! The tokens of SQL, as PostgreSQL reads them with `standard_conforming_strings` on.

use squawk_lexer::{BOM, LiteralKind, TokenKind, tokenize};
use std::iter;

/// The tokens of a text in order, white space and comments among them: together they are the text.
///
/// They are squawk's but for three. A string with escapes that goes on after a line break goes on
/// with escapes (manual section 4.1.2.1). A dollar sign that begins nothing is a token of its own.
/// And a byte order mark is a letter like any other: a text that begins with one is not always the
/// beginning of a file.
pub(super) fn lex(text: &str) -> impl Iterator<Item = (TokenKind, &str)> {
    let mut rest = text;
    let mut tokens = tokenize(rest);
    let mut after = After::Else;
    iter::from_fn(move || {
        let (kind, length) = if after == After::EscapesAndLineBreak && rest.starts_with('\'') {
            let (kind, length) = escape_string(rest);
            tokens = tokenize(&rest[length..]);
            (kind, length)
        } else {
            let token = tokens.next()?;
            match token.kind {
                TokenKind::PositionalParam {
                    trailing_junk_start: 1,
                } => {
                    tokens = tokenize(&rest[1..]);
                    (TokenKind::Unknown, 1)
                }
                TokenKind::Whitespace if rest.starts_with(BOM) => (TokenKind::Ident, BOM.len()),
                kind => (kind, token.len as usize),
            }
        };
        let token;
        (token, rest) = rest.split_at(length);
        after = after.then(kind, token);
        Some((kind, token))
    })
}

/// The tokens of a statement with their byte offsets, without white space and comments.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = (usize, TokenKind, &str)> {
    let mut end = 0;
    lex(sql).filter_map(move |(kind, text)| {
        let start = end;
        end += text.len();
        (!is_trivia(kind)).then_some((start, kind, text))
    })
}

/// True for white space and comments. A comment that does not end is an error, which PostgreSQL
/// shall report.
pub(super) fn is_trivia(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { terminated: true }
            | TokenKind::Eof
    )
}

/// What a token comes after, as far as it matters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// A string with escapes, white space and comments to the end of the line.
    Escapes,
    /// The same with a line break: a quote continues the string.
    EscapesAndLineBreak,
    Else,
}

impl After {
    fn then(self, kind: TokenKind, text: &str) -> Self {
        match kind {
            TokenKind::Literal {
                kind: LiteralKind::EscStr { terminated: true },
            } => Self::Escapes,
            TokenKind::Whitespace if self == Self::Escapes && text.contains(['\n', '\r']) => {
                Self::EscapesAndLineBreak
            }
            TokenKind::Whitespace | TokenKind::LineComment => self,
            _ => Self::Else,
        }
    }
}

/// The kind and the length of the string with escapes whose opening quote a text begins with.
fn escape_string(text: &str) -> (TokenKind, usize) {
    let bytes = text.as_bytes();
    let mut at = 1;
    let terminated = loop {
        at += match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) => break false,
            (Some(b'\\'), _) | (Some(b'\''), Some(b'\'')) => 2,
            (Some(b'\''), _) => break true,
            _ => 1,
        };
    };
    let kind = LiteralKind::EscStr { terminated };
    (TokenKind::Literal { kind }, bytes.len().min(at + 1))
}
