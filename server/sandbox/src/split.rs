//! A script's statements.
//!
//! The split decides what is sent together, not what is allowed: where it is wrong PostgreSQL
//! reports a syntax error.

use squawk_lexer::{Token, TokenKind, tokenize};

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

/// Splits a script at the semicolons that end a statement, and leaves out empty statements.
///
/// Semicolons in parentheses (`CREATE RULE`) and in `BEGIN ATOMIC` bodies end nothing. What is not
/// terminated reaches to the end of the script.
pub fn split(script: &str) -> Vec<Statement<'_>> {
    let mut statements = Vec::new();
    let mut current: Option<Open> = None;
    let mut position = Position::default();
    for token in tokenize(script) {
        let text = &script[position.byte..position.byte + token.len as usize];
        if token.kind == TokenKind::Semi && current.as_ref().is_none_or(Open::at_top) {
            statements.extend(current.take().map(|open| open.close(script)));
        } else if !is_trivia(&token) {
            let open = current.get_or_insert_with(|| Open::new(position));
            open.push(token.kind, text);
            open.end = position.byte + text.len();
        }
        position.advance(text);
    }
    statements.extend(current.map(|open| open.close(script)));
    statements
}

/// The tokens of a statement with their byte offsets, without white space and comments.
pub(crate) fn tokens(sql: &str) -> impl Iterator<Item = (usize, TokenKind, &str)> {
    let mut end = 0;
    tokenize(sql).filter_map(move |token| {
        let start = end;
        end += token.len as usize;
        (!is_trivia(&token)).then(|| (start, token.kind, &sql[start..end]))
    })
}

fn is_trivia(token: &Token) -> bool {
    matches!(
        token.kind,
        TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { terminated: true }
            | TokenKind::Eof
    )
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
    /// What `BEGIN ATOMIC` and each `CASE` in it opened and no `END` closed.
    bodies: u32,
    /// True if the statement defines a function or procedure, as far as it has been read.
    routine: Routine,
    after_begin: bool,
}

/// How far `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}` has been read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Routine {
    Start,
    Create,
    Or,
    Yes,
    No,
}

impl Open {
    fn new(start: Position) -> Self {
        Self {
            start,
            end: start.byte,
            parentheses: 0,
            bodies: 0,
            routine: Routine::Start,
            after_begin: false,
        }
    }

    fn at_top(&self) -> bool {
        self.parentheses == 0 && self.bodies == 0
    }

    fn push(&mut self, kind: TokenKind, text: &str) {
        let is = |word: &str| kind == TokenKind::Ident && text.eq_ignore_ascii_case(word);
        match kind {
            TokenKind::OpenParen => self.parentheses += 1,
            TokenKind::CloseParen => self.parentheses = self.parentheses.saturating_sub(1),
            _ => {}
        }
        self.routine = match self.routine {
            Routine::Start if is("create") => Routine::Create,
            Routine::Create if is("or") => Routine::Or,
            Routine::Or if is("replace") => Routine::Create,
            Routine::Create if is("function") || is("procedure") => Routine::Yes,
            Routine::Yes => Routine::Yes,
            _ => Routine::No,
        };
        if self.routine != Routine::Yes {
            return;
        }
        if (self.after_begin && is("atomic")) || (self.bodies > 0 && is("case")) {
            self.bodies += 1;
        } else if is("end") {
            self.bodies = self.bodies.saturating_sub(1);
        }
        self.after_begin = is("begin");
    }

    fn close(self, script: &str) -> Statement<'_> {
        Statement {
            sql: &script[self.start.byte..self.end],
            line: self.start.line,
            start: self.start.chars,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, expected: &[&str]) {
        let statements: Vec<_> = split(script).iter().map(|s| s.sql).collect();
        assert_eq!(statements, expected, "{script}");
    }

    #[test]
    fn statements_end_at_semicolons() {
        check("SELECT 1; SELECT 2", &["SELECT 1", "SELECT 2"]);
        check("SELECT 1;", &["SELECT 1"]);
        check(" ;; SELECT 1 ; ; ", &["SELECT 1"]);
        check("", &[]);
        check(" -- nothing\n/* at all; */ ;", &[]);
    }

    #[test]
    fn quoted_semicolons_end_nothing() {
        for quoted in [
            "';'",
            "'it''s;'",
            r"E'\';'",
            r"e'a\\;'",
            r"U&'d\0061;'",
            "B'1;'",
            "N';'",
            r#"";""#,
            r#""a"";b""#,
            r#"U&";""#,
            "$$;$$",
            "$a$ $$;$b$ $a$",
            "$größe$;$größe$",
            "1 /* ; /* ; */ ; */ + 1",
            "1 -- ;\n + 1",
        ] {
            let statement = format!("SELECT {quoted}");
            check(&format!("{statement}; SELECT 2"), &[&statement, "SELECT 2"]);
        }
    }

    #[test]
    fn a_plain_string_has_no_backslash_escapes() {
        check(r"SELECT '\'; SELECT 2", &[r"SELECT '\'", "SELECT 2"]);
    }

    #[test]
    fn what_looks_like_a_quote_and_is_none_ends_nothing_early() {
        check(
            "SELECT a$b$ FROM t; SELECT $1; SELECT 2",
            &["SELECT a$b$ FROM t", "SELECT $1", "SELECT 2"],
        );
        check("SELECT $x; SELECT 2", &["SELECT $x", "SELECT 2"]);
    }

    #[test]
    fn unterminated_constructs_reach_to_the_end() {
        for tail in [
            "'a; b",
            "\"a; b",
            "$$a; b",
            "$t$a; b$$",
            "/* a; b",
            "E'a\\'; b",
            "(1; b",
        ] {
            let statement = format!("SELECT {tail}");
            check(&format!("SELECT 0; {statement}"), &["SELECT 0", &statement]);
        }
    }

    #[test]
    fn a_rule_keeps_its_parenthesis_together() {
        let rule = "CREATE RULE r AS ON UPDATE TO t DO (DELETE FROM a; DELETE FROM b)";
        check(&format!("{rule}; SELECT 1"), &[rule, "SELECT 1"]);
    }

    #[test]
    fn a_closing_parenthesis_too_many_is_one_statements_matter() {
        check(
            "SELECT 1); SELECT (2); SELECT 3",
            &["SELECT 1)", "SELECT (2)", "SELECT 3"],
        );
    }

    #[test]
    fn an_atomic_body_keeps_its_statements_together() {
        let body = "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC\n\
            SELECT 1; SELECT CASE WHEN a = 1 THEN CASE a WHEN 1 THEN 2 END ELSE 3 END; END";
        check(&format!("{body}; SELECT 1"), &[body, "SELECT 1"]);
        let empty = "create procedure p() begin atomic end";
        check(&format!("{empty}; SELECT 1"), &[empty, "SELECT 1"]);
    }

    #[test]
    fn begin_elsewhere_opens_no_body() {
        check(
            "BEGIN; SELECT 1; END; COMMIT",
            &["BEGIN", "SELECT 1", "END", "COMMIT"],
        );
        check(
            "CREATE TABLE \"begin atomic\"(a int); SELECT 1",
            &["CREATE TABLE \"begin atomic\"(a int)", "SELECT 1"],
        );
        check(
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2'; SELECT 3",
            &[
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2'",
                "SELECT 3",
            ],
        );
    }

    #[test]
    fn comments_around_a_statement_are_left_out_and_within_kept() {
        check("-- a\nSELECT /* b */ 1 -- c\n; -- d", &["SELECT /* b */ 1"]);
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_statement() {
        let script = "\u{feff}SELECT 1";
        assert_eq!(
            split(script)[0],
            Statement {
                sql: "SELECT 1",
                line: 1,
                start: 1
            }
        );
    }

    #[test]
    fn a_null_character_loses_nothing() {
        check(
            "SELECT 1; SELECT 'a\0b'; SELECT \0 3",
            &["SELECT 1", "SELECT 'a\0b'", "SELECT \0 3"],
        );
    }

    #[test]
    fn backslash_commands_stay_as_they_are() {
        check(
            "\\d members\nSELECT 1; SELECT 2",
            &["\\d members\nSELECT 1", "SELECT 2"],
        );
    }

    #[test]
    fn places_count_characters_and_lines() {
        let places: Vec<_> = split("SELECT 'größe 𐐷';\r\n\r\n  -- über\r\n  SELECT 2;SELECT 3")
            .iter()
            .map(|s| (s.line, s.start))
            .collect();
        assert_eq!(places, [(1, 0), (4, 34), (4, 43)]);
    }

    #[test]
    fn the_texts_stand_where_the_places_say() {
        let script = "/* é */ SELECT 'ü;';\n\nUPDATE t SET a = $$ß;$$ ; DELETE FROM t";
        for statement in split(script) {
            let found: String = script
                .chars()
                .skip(statement.start as usize)
                .take(statement.sql.chars().count())
                .collect();
            assert_eq!(found, statement.sql);
        }
    }
}
