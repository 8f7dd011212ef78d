//! The tokens of a statement.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a name without quotes.
    Word,
    /// A name in double quotes.
    Name,
    /// A text or another constant in quotes.
    Text,
    Number,
    /// Characters that PostgreSQL reads as one operator (manual section 4.1.3).
    Operator,
    Comma,
    Dot,
    Open,
    Close,
    Backtick,
    /// A comment that does not end; one that does is left out.
    Comment,
    Other,
}

/// A token of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub(crate) kind: Kind,
    pub(crate) text: &'a str,
    /// How many bytes of the statement precede it.
    pub(crate) start: usize,
    /// In how many parentheses it stands. They themselves stand outside.
    pub(crate) depth: u32,
    /// False for a text, name or comment without its end.
    pub(crate) is_closed: bool,
}

impl Token<'_> {
    /// True for this keyword, however it is written.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// True for one of these keywords.
    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    /// The name it stands for if it is one, as PostgreSQL folds it.
    pub(crate) fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Word => Some(self.text.to_lowercase()),
            Kind::Name => Some(unquoted(self.text)),
            _ => None,
        }
    }

    /// Where it ends, in bytes of the statement.
    pub(crate) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// True if an expression can end with it. Keywords are left to the caller.
    pub(crate) fn ends_operand(&self) -> bool {
        matches!(
            self.kind,
            Kind::Word | Kind::Name | Kind::Text | Kind::Number | Kind::Close
        )
    }
}

/// What a quoted name stands for.
pub(crate) fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').unwrap_or(name);
    inner
        .strip_suffix('"')
        .unwrap_or(inner)
        .replace("\"\"", "\"")
}

/// The tokens of a statement, without white space and comments.
pub(crate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    let (mut end, mut depth) = (0, 0_u32);
    for token in tokenize(sql) {
        let start = end;
        end += token.len as usize;
        let Some(text) = sql.get(start..end) else {
            break;
        };
        let Some((kind, is_closed)) = kind(token.kind) else {
            continue;
        };
        if kind == Kind::Operator
            && let Some(last) = found.last_mut()
            && last.kind == Kind::Operator
            && last.end() == start
        {
            last.text = &sql[last.start..end];
            continue;
        }
        if kind == Kind::Close {
            depth = depth.saturating_sub(1);
        }
        found.push(Token {
            kind,
            text,
            start,
            depth,
            is_closed,
        });
        if kind == Kind::Open {
            depth += 1;
        }
    }
    found
}

fn kind(kind: TokenKind) -> Option<(Kind, bool)> {
    Some(match kind {
        TokenKind::Whitespace
        | TokenKind::LineComment
        | TokenKind::BlockComment { terminated: true }
        | TokenKind::Eof => return None,
        TokenKind::BlockComment { terminated: false } => (Kind::Comment, false),
        TokenKind::Ident => (Kind::Word, true),
        TokenKind::QuotedIdent { terminated, .. } => (Kind::Name, terminated),
        TokenKind::Literal { kind } => literal(kind),
        TokenKind::Comma => (Kind::Comma, true),
        TokenKind::Dot => (Kind::Dot, true),
        TokenKind::OpenParen => (Kind::Open, true),
        TokenKind::CloseParen => (Kind::Close, true),
        TokenKind::Backtick => (Kind::Backtick, true),
        TokenKind::Minus
        | TokenKind::Eq
        | TokenKind::Gt
        | TokenKind::And
        | TokenKind::Lt
        | TokenKind::Bang
        | TokenKind::Plus
        | TokenKind::Tilde
        | TokenKind::Pound
        | TokenKind::Question
        | TokenKind::Or
        | TokenKind::Percent
        | TokenKind::Caret
        | TokenKind::Star
        | TokenKind::Slash
        | TokenKind::At => (Kind::Operator, true),
        _ => (Kind::Other, true),
    })
}

fn literal(kind: LiteralKind) -> (Kind, bool) {
    match kind {
        LiteralKind::Int { .. } | LiteralKind::Numeric { .. } => (Kind::Number, true),
        LiteralKind::Str { terminated }
        | LiteralKind::NationalStr { terminated }
        | LiteralKind::ByteStr { terminated }
        | LiteralKind::BitStr { terminated }
        | LiteralKind::DollarQuotedString { terminated }
        | LiteralKind::UnicodeEscStr { terminated }
        | LiteralKind::EscStr { terminated } => (Kind::Text, terminated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_whole_and_parentheses_counted() {
        let found = tokens("a == (b /* c */ || 'x') -- d");
        let texts: Vec<_> = found.iter().map(|token| token.text).collect();
        assert_eq!(texts, ["a", "==", "(", "b", "||", "'x'", ")"]);
        let depths: Vec<_> = found.iter().map(|token| token.depth).collect();
        assert_eq!(depths, [0, 0, 0, 1, 1, 1, 0]);
    }

    #[test]
    fn names_are_folded_as_postgresql_does() {
        let names: Vec<_> = tokens("Ab \"Ab\"\"c\"")
            .iter()
            .map(|token| token.name().unwrap())
            .collect();
        assert_eq!(names, ["ab", "Ab\"c"]);
        assert!(!tokens("'abc").first().unwrap().is_closed);
    }
}
