//! What holds of the statements of any script.

use crate::property::check;
use crate::scripts::{disorderly, orderly};
use proptest::prelude::*;
use sqlground_sandbox::split;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn any_script() -> impl Strategy<Value = String> {
    prop_oneof![orderly(), disorderly()]
}

/// What follows the white space and the comments in lines of their own that a text begins with.
pub(crate) fn skip_space(mut text: &str) -> &str {
    loop {
        text = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{b}', '\u{c}']);
        if !text.starts_with("--") {
            return text;
        }
        text = text.find(['\n', '\r']).map_or("", |end| &text[end..]);
    }
}

/// What follows the white space, comments and semicolons that a text begins with, read as simply as
/// can be.
pub(crate) fn skip_nothings(mut text: &str) -> &str {
    loop {
        let before = text.len();
        text = skip_space(text).trim_start_matches(';');
        if text.starts_with("/*") {
            text = after_comment(text).unwrap_or(text);
        }
        if text.len() == before {
            return text;
        }
    }
}

/// What follows the comment that a text begins with, if it ends.
fn after_comment(text: &str) -> Option<&str> {
    let (mut rest, mut depth) = (&text[2..], 1);
    while depth > 0 {
        let at = rest.find("/*").into_iter().chain(rest.find("*/")).min()?;
        depth += if rest[at..].starts_with("/*") { 1 } else { -1 };
        rest = &rest[at + 2..];
    }
    Some(rest)
}

#[test]
fn between_the_statements_is_nothing() {
    check(1_000, any_script(), |script| {
        let mut rest = script.strip_prefix('\u{feff}').unwrap_or(&script);
        for statement in split(&script) {
            let gap = rest.len() - skip_nothings(rest).len();
            prop_assert!(rest[gap..].starts_with(statement.sql));
            let place = script.len() - rest.len() + gap;
            prop_assert_eq!(statement.start as usize, script[..place].chars().count());
            prop_assert_eq!(
                statement.line as usize,
                1 + script[..place].matches('\n').count()
            );
            rest = &script[place + statement.sql.len()..];
        }
        prop_assert_eq!(skip_nothings(rest), "");
        Ok(())
    });
}

#[test]
fn a_statement_is_one_statement() {
    check(1_000, any_script(), |script| {
        for statement in split(&script) {
            // Where a script begins, the mark is none.
            if !statement.sql.starts_with('\u{feff}') {
                let again: Vec<_> = split(statement.sql).iter().map(|s| s.sql).collect();
                prop_assert_eq!(again, [statement.sql]);
            }
        }
        Ok(())
    });
}

#[test]
fn statements_that_are_joined_come_apart_again() {
    check(1_000, any_script(), |script| {
        let statements: Vec<_> = split(&script).iter().map(|s| s.sql).collect();
        let joined = format!(";{}", statements.join(" /* ; */;-- ;\n"));
        let again: Vec<_> = split(&joined).iter().map(|s| s.sql).collect();
        prop_assert_eq!(again, statements);
        Ok(())
    });
}

#[test]
fn any_characters() {
    check(1_000, ".{0,40}", |script| {
        let length: usize = split(&script).iter().map(|s| s.sql.len()).sum();
        prop_assert!(length <= script.len());
        Ok(())
    });
}

fn time_to_split(script: &str) -> Duration {
    let started = Instant::now();
    black_box(split(script));
    started.elapsed()
}

/// True if eight times a script took about eight times as long; quadratic growth would be 64 times.
fn is_linear(unit: &str) -> bool {
    const SMALL: usize = 16 * 1024;
    let [small, large] =
        [SMALL, 8 * SMALL].map(|size| time_to_split(&unit.repeat(size / unit.len())));
    large < small * 24
}

#[test]
fn eight_times_the_script_takes_about_eight_times_as_long() {
    for unit in [
        "select 1;",
        ";",
        "(",
        "'",
        r"'\'\",
        r"E'\'",
        "E'a'\n'b'\n",
        "E'a'\n",
        "\"",
        "$",
        "$a",
        "$a ",
        "$a$ $b$ ",
        "$a$$",
        "a$",
        "/*",
        "*/",
        "-",
        "--\n",
        "1e",
        "U&",
        "create function begin ",
        "case ",
        "\u{feff}",
        "é",
        "\r\n",
    ] {
        // A busy machine only ever adds time.
        assert!((0..20).any(|_| is_linear(unit)), "{unit:?}");
    }
}
