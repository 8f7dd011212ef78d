//! What the commands print for people, and JSON lines for programs.

use anyhow::Result;
use serde::Serialize;
use sqlground_model::{Column, Counterexample, Judgement, RowDiff, StatementRun, Verdict};
use sqlground_postgres::Progress;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::mem::{discriminant, replace};
use std::sync::{Arc, Mutex};

/// Prints one JSON object on one line.
pub(super) fn json(value: &impl Serialize) -> Result<()> {
    line(&serde_json::to_string(value)?)
}

/// Prints one line.
pub(super) fn line(text: &str) -> Result<()> {
    writeln!(stdout().lock(), "{text}")?;
    Ok(())
}

/// Prints one line of comma-separated values (RFC 4180).
pub(super) fn csv(values: &[&str]) -> Result<()> {
    let fields: Vec<String> = values.iter().map(|value| csv_field(value)).collect();
    line(&fields.join(","))
}

fn csv_field(value: &str) -> String {
    if value.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value.to_owned()
    }
}

/// Replaces the line that says how far a command is; nothing where nobody watches.
pub(super) fn progress(text: &str) {
    if stderr().is_terminal() {
        eprint!("\r\x1b[2K{text}");
    }
}

/// Tells the steps of PostgreSQL's start: one line that changes for somebody who watches, a line a
/// step for a log.
pub(super) fn starting() -> impl Fn(Progress) + Clone + Send + Sync + 'static {
    let last = Arc::new(Mutex::new(None));
    move |step| {
        if stderr().is_terminal() {
            let end = if step == Progress::Ready { "\n" } else { "" };
            eprint!("\r\x1b[2Ksqlground: {step}{end}");
            return;
        }
        let kind = Some(discriminant(&step));
        if last
            .lock()
            .is_ok_and(|mut last| replace(&mut *last, kind) != kind)
        {
            eprintln!("sqlground: {step}");
        }
    }
}

/// Prints what came back from a statement.
pub(super) fn statement(run: &StatementRun) -> Result<()> {
    for notice in &run.notices {
        eprintln!("{}: {}", notice.severity, notice.message);
    }
    if let Some(columns) = &run.columns {
        table(columns, &run.rows)?;
        let cut = if run.truncated {
            format!(", the first {} shown", run.rows.len())
        } else {
            String::new()
        };
        line(&format!("({}{cut})", counted(run.row_count, "row")))?;
    } else if let Some(tag) = &run.tag {
        line(tag)?;
    }
    if let Some(error) = &run.error {
        eprintln!(
            "line {}: ERROR {}: {}",
            run.line, error.sqlstate, error.message
        );
        let remarks = [
            ("DETAIL", &error.detail),
            ("HINT", &error.hint),
            ("HELP", &error.help),
        ];
        for (name, text) in remarks {
            if let Some(text) = text {
                eprintln!("{name}: {text}");
            }
        }
    }
    Ok(())
}

fn counted(n: u64, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

fn table(columns: &[Column], rows: &[Vec<Option<String>>]) -> Result<()> {
    table_lines(columns, rows)
        .iter()
        .try_for_each(|text| line(text))
}

/// Prints a table of texts.
pub(super) fn text_table(names: &[&str], rows: Vec<Vec<String>>) -> Result<()> {
    let columns: Vec<Column> = names
        .iter()
        .map(|name| Column {
            name: (*name).to_owned(),
            type_name: "text".to_owned(),
            numeric: false,
        })
        .collect();
    let rows: Vec<Vec<Option<String>>> = rows
        .into_iter()
        .map(|row| row.into_iter().map(Some).collect())
        .collect();
    table(&columns, &rows)
}

/// A table's heading, a rule below it, and its rows.
fn table_lines(columns: &[Column], rows: &[Vec<Option<String>>]) -> Vec<String> {
    let cell = |value: &Option<String>| value.clone().unwrap_or_else(|| "NULL".to_owned());
    let mut widths: Vec<usize> = columns.iter().map(|c| c.name.chars().count()).collect();
    for row in rows {
        for (width, value) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell(value).chars().count());
        }
    }
    let names: Vec<String> = columns.iter().map(|c| c.name.clone()).collect();
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = vec![row_text(&names, &widths, |_| false), rules.join("-+-")];
    lines.extend(rows.iter().map(|row| {
        let cells: Vec<String> = row.iter().map(cell).collect();
        row_text(&cells, &widths, |i| columns[i].numeric)
    }));
    lines
}

fn row_text(cells: &[String], widths: &[usize], right: impl Fn(usize) -> bool) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(i, (cell, width))| {
            if right(i) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        })
        .collect();
    cells.join(" | ").trim_end().to_owned()
}

/// Prints a verdict.
pub(super) fn verdict(file: &str, verdict: &Verdict) -> Result<()> {
    let word = match verdict.verdict {
        Judgement::Correct => "correct",
        Judgement::Incorrect => "incorrect",
        Judgement::Error => "error",
    };
    line(&format!("{file}: {word}: {}", verdict.message))?;
    for text in verdict.sql.iter().flat_map(|sql| sql.lines()) {
        line(&format!("    {text}"))?;
    }
    if let Some(help) = verdict.error.as_ref().and_then(|it| it.error.help.as_ref()) {
        line(&format!("  help: {help}"))?;
    }
    if let Some(hint) = &verdict.hint {
        line(&format!("  hint: {hint}"))?;
    }
    for (sign, row) in verdict.diff.iter().flat_map(RowDiff::signed_rows) {
        let cells: Vec<&str> = row.iter().map(|v| v.as_deref().unwrap_or("NULL")).collect();
        line(&format!("  {sign} {}", cells.join(" | ")))?;
    }
    if let Some(example) = &verdict.counterexample {
        counterexample(example)?;
    }
    for advice in &verdict.advice {
        line(&format!("  line {}: {}", advice.line, advice.message))?;
    }
    Ok(())
}

/// Prints small tables, then what the answer and what the submission gives on them.
fn counterexample(example: &Counterexample) -> Result<()> {
    if let Some(change) = &example.change {
        line("  after this change of the data shown:")?;
        for text in change.lines() {
            line(&format!("    {text}"))?;
        }
    }
    let results = [
        ("expected", &example.expected),
        ("this gives", &example.actual),
    ];
    let tables = example
        .tables
        .iter()
        .map(|(name, rows)| (name.as_str(), rows));
    for (name, content) in tables.chain(results) {
        if content.rows.is_empty() {
            line(&format!("  {name}: no rows"))?;
            continue;
        }
        line(&format!("  {name}:"))?;
        for text in table_lines(&content.columns, &content.rows) {
            line(&format!("    {text}"))?;
        }
    }
    Ok(())
}
