//! Examples. Properties are in `tests/it/split.rs`, psql's reading in `tests/it/split_as_psql.rs`.

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
fn a_string_that_goes_on_in_the_next_line_goes_on_as_it_began() {
    for string in [
        "E'a'\n'\\';b'",
        "e'a' -- it's\n \t'b'\r'\\';c'",
        "E'a'\n'\\\\' ",
        "E'a'\n-- ;\n'b''\\';c'",
        // Nothing of this goes on.
        "E'a' '\\' ",
        "E'a' /*\n*/ '\\' ",
        "E'a' || \n'\\' ",
        "'a'\n'\\' ",
        "U&'a'\n'\\' ",
    ] {
        let statement = format!("SELECT {string}");
        check(
            &format!("{statement}; SELECT 2"),
            &[statement.trim_end(), "SELECT 2"],
        );
    }
    check(
        "SELECT E'a'\n'\\'; SELECT 2",
        &["SELECT E'a'\n'\\'; SELECT 2"],
    );
}

#[test]
fn a_dollar_sign_that_begins_nothing_stands_alone() {
    let routine = "$create procedure p() begin;";
    check(&format!("{routine} end"), &[&format!("{routine} end")]);
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
fn a_body_is_read_as_psql_does() {
    for whole in [
        "create function f() begin; end",
        "CREATE PROCEDURE p(begin int) BEGIN ATOMIC SELECT (CASE WHEN true THEN 1 END); END",
        "create /* x */ or\nreplace function f(end) begin; case; end; end",
    ] {
        check(&format!("{whole}; SELECT 1"), &[whole, "SELECT 1"]);
    }
    for first in [
        "create or function f() begin",
        "create replace function f() begin",
        "create function f(begin case)",
        "create trigger t begin",
        "begin",
    ] {
        check(&format!("{first}; end"), &[first, "end"]);
    }
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
