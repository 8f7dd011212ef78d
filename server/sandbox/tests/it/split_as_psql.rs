//! The split against psql's own reading of scripts: psql sends what it takes for a statement to a
//! server that listens and does nothing.

mod listener;

use crate::property::check;
use crate::scripts::{disorderly, orderly};
use crate::split::{skip_nothings, skip_space};
use listener::Psql;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use sqlground_sandbox::split;
use std::cell::RefCell;

/// psql leaves out empty lines between tokens, and a script's last line break: line breaks in a row
/// count as one, and the last not at all.
fn one_break(text: &str) -> String {
    let mut text = text.trim_end_matches('\n').to_owned();
    while text.contains("\n\n") {
        text = text.replace("\n\n", "\n");
    }
    text
}

fn ours(script: &str) -> Vec<String> {
    split(script)
        .iter()
        .map(|statement| one_break(statement.sql))
        .collect()
}

/// What psql sends, without comments before it and what is nothing else. Behind a statement its
/// semicolon and comments may follow.
fn theirs(psql: &mut Psql, script: &str) -> Vec<String> {
    let sent = psql.read(script);
    let sent = sent.iter().map(|query| one_break(skip_nothings(query)));
    sent.filter(|query| !query.is_empty()).collect()
}

fn compare(psql: &mut Psql, script: &str) -> TestCaseResult {
    let (ours, theirs) = (ours(script), theirs(psql, script));
    let same = |(ours, theirs): (&String, &String)| {
        let rest = theirs.strip_prefix(ours.as_str());
        rest.is_some_and(|rest| skip_nothings(rest).is_empty())
    };
    let equal = ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same);
    prop_assert!(equal, "\nhere: {ours:?}\npsql: {theirs:?}");
    Ok(())
}

/// Runs a test with psql, if there is one.
fn with_psql(test: impl FnOnce(Psql)) {
    match Psql::start() {
        Some(psql) => test(psql),
        None => eprintln!("not tested: there is no psql in /usr/lib/postgresql"),
    }
}

/// True if a string might go on in the next line, where psql forgets what kind of string it was.
fn may_go_on(script: &str) -> bool {
    script.match_indices('\'').any(|(quote, _)| {
        let after = &script[quote + 1..];
        let rest = skip_space(after);
        rest.starts_with('\'') && after[..after.len() - rest.len()].contains('\n')
    })
}

/// A script without what only psql knows, or a line of its input cannot hold: its commands, its
/// variables and NUL. And without letters that follow a digit, which is an error in a way that
/// depends on the version.
fn plain(script: &str) -> String {
    let mut plain = String::new();
    let mut after_digit = false;
    for c in script.replace(['\\', ':', '\0'], " ").chars() {
        if after_digit && (c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()) {
            plain.push(' ');
        }
        plain.push(c);
        after_digit = c.is_ascii_digit();
    }
    plain
}

/// Checks scripts in which a backslash is never outside a string, where psql would take it for a
/// command of its own.
fn check_scripts(cases: u32, scripts: impl Strategy<Value = String>) {
    with_psql(|psql| {
        let psql = RefCell::new(psql);
        check(cases, scripts, |script| {
            prop_assume!(!may_go_on(&script));
            compare(&mut psql.borrow_mut(), &script)
        });
    });
}

#[test]
fn orderly_scripts() {
    check_scripts(1_000, orderly());
}

#[test]
fn disorderly_scripts() {
    check_scripts(1_000, disorderly().prop_map(|script| plain(&script)));
}

/// What PostgreSQL reads as one string and psql does not.
#[test]
fn a_string_that_goes_on_is_read_as_postgresql_does() {
    with_psql(|mut psql| {
        let script = "SELECT E'a' -- b\n'\\';c'; SELECT 2";
        assert_eq!(ours(script), ["SELECT E'a' -- b\n'\\';c'", "SELECT 2"]);
        assert_ne!(theirs(&mut psql, script), ours(script));
        // Within a line there is only the carriage return, which psql sees.
        compare(&mut psql, "SELECT E'a'\r'\\';c'; SELECT 2").unwrap();
    });
}
