//! Help with errors that PostgreSQL 18 really gave: `cases.toml` has them as they came, and an
//! end-to-end test sends the same scripts to a PostgreSQL to see that they still come so.

use serde::Deserialize;
use sqlground_advice::help;
use sqlground_model::{ColumnInfo, SqlError, TableInfo};

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    /// The script; its last statement is the one that fails.
    script: String,
    sqlstate: String,
    message: String,
    position: Option<u32>,
    hint: Option<String>,
    context: Option<String>,
    /// What is to be said; nothing if there is none.
    help: Option<String>,
}

fn table(name: &str, columns: &[(&str, &str)]) -> TableInfo {
    let column = |(name, type_name): &(&str, &str)| ColumnInfo {
        name: (*name).to_owned(),
        type_name: (*type_name).to_owned(),
        ..ColumnInfo::default()
    };
    TableInfo {
        name: name.to_owned(),
        columns: columns.iter().map(column).collect(),
        ..TableInfo::default()
    }
}

fn shelf() -> Vec<TableInfo> {
    vec![
        table("author", &[("id", "integer"), ("name", "text")]),
        table(
            "book",
            &[
                ("id", "integer"),
                ("author_id", "integer"),
                ("title", "text"),
                ("pages", "integer"),
                ("price", "numeric(8,2)"),
            ],
        ),
    ]
}

/// The statement of a script that fails and how many characters precede it.
fn failing(script: &str) -> (u32, &str) {
    let begin = match script.rsplit_once(";\n") {
        Some((before, _)) => before.len() + 2,
        None => 0,
    };
    let characters = script[..begin].chars().count();
    (u32::try_from(characters).unwrap(), &script[begin..])
}

#[test]
fn each_error_is_helped_with_in_these_words() {
    let cases: Cases = toml::from_str(include_str!("cases.toml")).unwrap();
    assert!(cases.case.len() > 150, "{}", cases.case.len());
    for case in cases.case {
        let error = SqlError {
            sqlstate: case.sqlstate,
            message: case.message,
            position: case.position,
            hint: case.hint,
            context: case.context,
            ..SqlError::default()
        };
        let (start, sql) = failing(&case.script);
        let said = help(&case.script, start, sql, &error, &shelf());
        assert_eq!(said, case.help, "{}", case.script);
    }
}

#[test]
fn what_names_no_table_is_no_misspelt_one() {
    let error = SqlError {
        sqlstate: "42P01".to_owned(),
        message: "relation with OID 30112 does not exist".to_owned(),
        ..SqlError::default()
    };
    assert_eq!(help("ANALYZE", 0, "ANALYZE", &error, &shelf()), None);
}

#[test]
fn any_place_in_any_text_is_borne() {
    let scripts = [
        "",
        "'",
        "\"",
        "(((",
        ")))",
        "SELECT",
        "SELECT a.",
        "SELECT ü FROM „x",
        "WITH a AS",
        "CASE CASE CASE",
        "INSERT INTO",
        "UPDATE SET",
        "SELECT a b c d e FROM f g h i WHERE j k l",
        "SELECT (SELECT (SELECT a FROM b",
        "SELECT TOP(5",
        "SELECT convert(varchar(",
        "SELECT convert(int,",
        "SELECT group_concat(a SEPARATOR",
        "SELECT a[ ] FROM [",
        "SELECT [ ü ] + @x := # y",
        "# x",
        "SELECT a (+)",
        "SELECT 1 DIV",
        "SELECT INTERVAL 1",
        "CREATE TABLE t (KEY k (",
        "CREATE TABLE t (a int(",
        "UPDATE a JOIN",
        "DELETE FROM a JOIN b",
        "DELETE FROM a LIMIT",
        "\\d",
        ".",
        "a GO\nGO\nGO",
    ];
    let messages = [
        ("42601", "syntax error at end of input"),
        ("42601", "syntax error at or near \"x\""),
        ("42601", "unterminated quoted string at or near \"'\""),
        ("42601", "LIMIT #,# syntax is not supported"),
        ("42703", "column \"x\" does not exist"),
        ("42703", "column a.x does not exist"),
        ("42702", "column reference \"x\" is ambiguous"),
        ("42P01", "relation \"x\" does not exist"),
        ("42P01", "missing FROM-clause entry for table \"a\""),
        ("42803", "aggregate functions are not allowed in WHERE"),
        (
            "42803",
            "column \"a\" must appear in the GROUP BY clause or be used in an aggregate function",
        ),
        ("42P20", "window functions are not allowed in WHERE"),
        ("42P10", "ORDER BY position 3 is not in select list"),
        ("42883", "operator does not exist: integer = text"),
        ("42883", "operator does not exist: ="),
        ("42883", "function f() does not exist"),
        (
            "42804",
            "argument of OR must be type boolean, not type integer",
        ),
        ("22P02", "invalid input syntax for type boolean: \"x\""),
        ("22P02", "invalid input syntax for type integer: \"x\""),
        ("22012", "division by zero"),
        ("42704", "type \"k\" does not exist"),
        ("42704", "unrecognized configuration parameter \"tables\""),
        ("42883", "function top(integer) does not exist"),
        ("42725", "operator is not unique: unknown + unknown"),
    ];
    for script in scripts {
        for (sqlstate, message) in messages {
            for position in (0..60).map(Some).chain([None]) {
                let error = SqlError {
                    sqlstate: sqlstate.to_owned(),
                    message: message.to_owned(),
                    position,
                    ..SqlError::default()
                };
                _ = help(script, 0, script, &error, &shelf());
                _ = help(script, 1_000, script, &error, &[]);
            }
        }
    }
}
