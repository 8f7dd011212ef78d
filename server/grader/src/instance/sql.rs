//! Instances as SQL.

use super::blueprint::{Blueprint, Table};
use super::generate::Draft;
use super::{Instance, Value};
use sqlground_model::Notice;
use std::fmt::Write;

/// What the notice begins with that says which rows were taken.
const TAKEN: &str = "sqlground took";

/// A name as PostgreSQL takes it literally.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A literal whose meaning does not depend on `standard_conforming_strings`.
fn literal(value: &Value) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) if text.contains('\\') => {
            format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
        }
        Some(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

fn insert(table: &Table, rows: &[&[Value]]) -> String {
    let columns: Vec<_> = table
        .columns
        .iter()
        .map(|column| identifier(&column.name))
        .collect();
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            let values: Vec<_> = row.iter().map(literal).collect();
            format!("({})", values.join(", "))
        })
        .collect();
    format!(
        "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES {}",
        identifier(&table.name),
        columns.join(", "),
        rows.join(", ")
    )
}

/// Statements that insert the rows of an instance and set the sequences that number them to go on
/// after them.
pub(crate) fn insert_sql(blueprint: &Blueprint, instance: &Instance) -> String {
    let mut sql = String::new();
    for (table, rows) in blueprint.tables.iter().zip(&instance.tables) {
        if !rows.is_empty() {
            let rows: Vec<_> = rows.iter().map(Vec::as_slice).collect();
            let _ = writeln!(sql, "{};", insert(table, &rows));
        }
        for (number, column) in table.columns.iter().enumerate() {
            let Some(sequence) = &column.sequence else {
                continue;
            };
            let last = rows
                .iter()
                .filter_map(|row| row[number].as_deref()?.parse::<i64>().ok())
                .max();
            let _ = writeln!(
                sql,
                "SELECT pg_catalog.setval({}, {}, false);",
                literal(&Some(sequence.clone())),
                last.map_or(1, |last| last.max(0) + 1)
            );
        }
    }
    sql
}

/// A statement that inserts of each place's proposals the first that the constraints allow, and says
/// by a notice which that is. It fails if constraints that are checked at the end of a transaction
/// do not hold.
pub(crate) fn tolerant_sql(blueprint: &Blueprint, draft: &Draft) -> String {
    let mut sql = String::from("DO $sqlground$\nDECLARE\n    taken text := '';\nBEGIN\n");
    for (number, (table, places)) in blueprint.tables.iter().zip(&draft.tables).enumerate() {
        let first: Vec<_> = places
            .iter()
            .map(|proposals| proposals[0].as_slice())
            .collect();
        if first.is_empty() {
            continue;
        }
        let mut told = String::new();
        for place in 0..first.len() {
            let _ = write!(told, " {number}.{place}.0");
        }
        // All at once, since rows may refer to each other; else one by one.
        let _ = writeln!(
            sql,
            "BEGIN {}; taken := taken || '{told}';\nEXCEPTION WHEN OTHERS THEN",
            insert(table, &first)
        );
        for (place, proposals) in places.iter().enumerate() {
            for (proposal, row) in proposals.iter().enumerate() {
                let _ = write!(
                    sql,
                    "BEGIN {}; taken := taken || ' {number}.{place}.{proposal}';
                    EXCEPTION WHEN OTHERS THEN ",
                    insert(table, &[row])
                );
            }
            let _ = writeln!(sql, "NULL; {}", "END; ".repeat(proposals.len()));
        }
        sql.push_str("END;\n");
    }
    let _ = write!(
        sql,
        "{CHECK}RAISE NOTICE '{TAKEN}%', taken;\nEND\n$sqlground$"
    );
    sql
}

/// Fails if constraints that are checked at the end of a transaction do not hold, and leaves them as
/// they are to be checked.
const CHECK: &str = "
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION USING ERRCODE = 'ZZ001';
EXCEPTION WHEN SQLSTATE 'ZZ001' THEN NULL;
END;
";

/// Statements that insert the rows of an instance, and fail if any constraint does not hold.
pub(crate) fn checked_sql(blueprint: &Blueprint, instance: &Instance) -> String {
    let inserts = insert_sql(blueprint, instance);
    format!("{inserts}DO $sqlground$ BEGIN {CHECK} END $sqlground$")
}

/// Which proposals were taken: table, place and proposal.
pub(crate) fn accepted(notices: &[Notice]) -> Vec<(usize, usize, usize)> {
    let told = notices
        .iter()
        .find_map(|notice| notice.message.strip_prefix(TAKEN));
    told.unwrap_or_default()
        .split_whitespace()
        .filter_map(|place| {
            let mut numbers = place.split('.').map(str::parse);
            Some((
                numbers.next()?.ok()?,
                numbers.next()?.ok()?,
                numbers.next()?.ok()?,
            ))
        })
        .collect()
}

/// What the notice begins with that says which values are not allowed.
const REFUSED: &str = "sqlground refuses";

/// A statement that says by a notice which of the values, each with its table and column, the checks
/// on that column alone refuse, or its type. None if there is nothing to ask.
pub(crate) fn legality_sql(
    blueprint: &Blueprint,
    values: &[(usize, usize, &str)],
) -> Option<String> {
    let mut sql = String::from("DO $sqlground$\nDECLARE\n    refused text := '';\nBEGIN\n");
    let mut asked = false;
    for (number, &(table, column, value)) in values.iter().enumerate() {
        let described = &blueprint.tables[table].columns[column];
        if described.checks.is_empty() {
            continue;
        }
        asked = true;
        let _ = writeln!(
            sql,
            "BEGIN
                IF NOT (SELECT {checks} FROM (SELECT CAST({value} AS {type_name}) AS {name}) AS it)
                THEN refused := refused || ' {number}'; END IF;
            EXCEPTION WHEN OTHERS THEN refused := refused || ' {number}';
            END;",
            checks = described.checks.join(" AND "),
            value = literal(&Some(value.to_owned())),
            type_name = described.type_name,
            name = identifier(&described.name),
        );
    }
    let _ = write!(sql, "RAISE NOTICE '{REFUSED}%', refused;\nEND\n$sqlground$");
    asked.then_some(sql)
}

/// Which of the values are refused, by their numbers.
pub(crate) fn refused(notices: &[Notice]) -> Vec<usize> {
    let told = notices
        .iter()
        .find_map(|notice| notice.message.strip_prefix(REFUSED));
    told.unwrap_or_default()
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}
