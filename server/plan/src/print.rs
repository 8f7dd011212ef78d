//! A plan in EXPLAIN's text format, whatever format it was read from.

mod measures;

use crate::label::label;
use crate::raw::{Fields, Node, Statement, Value, Worker};
use crate::tree::Tree;
use std::fmt::Write;

/// How much further right each level of the tree stands.
const STEP: usize = 6;

/// The longest text that is written, in bytes: of a plan that nests thousands of levels deep, nearly
/// all would be blanks.
const LONGEST: usize = 4 * 1024 * 1024;

/// The plan as psql shows it. Figures that PostgreSQL rounds in its text format are as exact as they
/// were read. Empty for a plan whose text would be longer than anybody could read.
pub(crate) fn text(tree: &Tree<'_>, statement: &Statement) -> String {
    let mut text = String::new();
    // The column at which what is said of a node stands.
    let mut columns: Vec<usize> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let raw = node.raw;
        let column = match node.parent {
            None => {
                line(&mut text, 0, &heading(raw));
                2
            }
            Some(parent) => {
                let mut arrow = columns[parent];
                if let Some(name) = &raw.subplan_name {
                    line(&mut text, arrow, name);
                    arrow += 2;
                }
                line(&mut text, arrow, &format!("->  {}", heading(raw)));
                arrow + STEP
            }
        };
        for said in measures::lines(raw) {
            line(&mut text, column, &said);
        }
        for worker in &raw.workers {
            write_worker(&mut text, column, worker);
        }
        columns.push(column);
        if text.len() > LONGEST {
            return String::new();
        }
    }
    summary(&mut text, statement);
    text
}

fn line(text: &mut String, column: usize, said: &str) {
    let _ = writeln!(text, "{:column$}{said}", "");
}

/// `Index Scan using t_pkey on public.t a  (cost=…) (actual …)`.
fn heading(node: &Node) -> String {
    let mut heading = label(node);
    let fields = &node.fields;
    if let Some(index) = fields.text("Index Name") {
        let word = if node.kind == "Bitmap Index Scan" {
            "on"
        } else {
            "using"
        };
        let _ = write!(heading, " {word} {}", identifier(index));
    }
    let alias = fields.text("Alias");
    if let Some(relation) = node.relation() {
        let schema = fields
            .text("Schema")
            .map_or_else(String::new, |schema| format!("{}.", identifier(schema)));
        let _ = write!(heading, " on {schema}{}", identifier(relation));
        if let Some(alias) = alias.filter(|&alias| alias != relation) {
            let _ = write!(heading, " {}", identifier(alias));
        }
    } else if let Some(alias) = alias {
        let _ = write!(heading, " on {}", identifier(alias));
    }
    heading.push_str(&figures(node));
    heading
}

/// A name, quoted where it needs to be.
fn identifier(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '$';
    // The server marks generated names so.
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_' || c == '*');
    if starts && name.trim_matches('*').chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

fn figures(node: &Node) -> String {
    let mut figures = String::new();
    if let (Some(startup), Some(total), Some(rows), Some(width)) = (
        node.startup_cost,
        node.total_cost,
        node.plan_rows,
        node.width,
    ) {
        let _ = write!(
            figures,
            "  (cost={startup:.2}..{total:.2} rows={rows:.0} width={width:.0})"
        );
    }
    let gap = if figures.is_empty() { "  " } else { " " };
    match node.loops {
        Some(loops) if loops <= 0.0 => {
            let _ = write!(figures, "{gap}(never executed)");
        }
        Some(loops) => {
            let time = node.startup_time.zip(node.time);
            let rows = actual_rows(node.rows);
            let _ = write!(
                figures,
                "{gap}(actual {}{rows} loops={loops:.0})",
                range(time)
            );
        }
        None => {}
    }
    figures
}

fn range(time: Option<(f64, f64)>) -> String {
    time.map_or_else(String::new, |(startup, total)| {
        format!("time={startup:.3}..{total:.3} ")
    })
}

fn actual_rows(rows: Option<crate::raw::RowCount>) -> String {
    match rows {
        Some(rows) if rows.has_decimals => format!("rows={:.2}", rows.value),
        Some(rows) => format!("rows={:.0}", rows.value),
        None => "rows=0".to_owned(),
    }
}

/// `Worker 0:  actual time=0.010..0.020 rows=3 loops=1`, and what else is told of it.
fn write_worker(text: &mut String, column: usize, worker: &Worker) {
    let Some(number) = worker.number else { return };
    let actual = worker.loops.map(|loops| {
        let time = range(worker.startup_time.zip(worker.time));
        let rows = actual_rows(worker.rows);
        format!("actual {time}{rows} loops={loops:.0}")
    });
    let said = measures::worker_lines(&worker.fields);
    let mut lines = actual.into_iter().chain(said);
    if let Some(first) = lines.next() {
        line(text, column, &format!("Worker {number}:  {first}"));
    }
    for said in lines {
        line(text, column + 2, &said);
    }
}

/// What is said of the statement as a whole.
fn summary(text: &mut String, statement: &Statement) {
    if !statement.settings.is_empty() {
        let settings: Vec<String> = statement
            .settings
            .iter()
            .map(|(name, value)| format!("{name} = '{}'", value.replace('\'', "''")))
            .collect();
        line(text, 0, &format!("Settings: {}", settings.join(", ")));
    }
    if let Some(identifier) = &statement.query_identifier {
        line(text, 0, &format!("Query Identifier: {identifier}"));
    }
    let planning = planning_lines(&statement.planning);
    if !planning.is_empty() {
        line(text, 0, "Planning:");
        for said in planning {
            line(text, 2, &said);
        }
    }
    if let Some(ms) = statement.planning_time {
        line(text, 0, &format!("Planning Time: {ms:.3} ms"));
    }
    for trigger in &statement.triggers {
        let mut said = "Trigger".to_owned();
        if let Some(name) = &trigger.name {
            let _ = write!(said, " {name}");
        }
        if let Some(constraint) = &trigger.constraint {
            let _ = write!(said, " for constraint {constraint}");
        }
        let time = trigger.time.map(|ms| format!(" time={ms:.3}"));
        let calls = trigger.calls.unwrap_or(0.0);
        let _ = write!(said, ":{} calls={calls:.0}", time.unwrap_or_default());
        line(text, 0, &said);
    }
    jit(text, statement);
    if let Some(ms) = statement.execution_time {
        line(text, 0, &format!("Execution Time: {ms:.3} ms"));
    }
}

fn planning_lines(planning: &Fields) -> Vec<String> {
    let mut lines = measures::usage_lines(planning);
    let memory = [("Memory Used", "used"), ("Memory Allocated", "allocated")];
    let memory: Vec<String> = memory
        .into_iter()
        .filter_map(|(key, name)| {
            Some(format!(
                "{name}={}kB",
                planning.get(key).and_then(Value::text)?
            ))
        })
        .collect();
    if !memory.is_empty() {
        lines.push(format!("Memory: {}", memory.join("  ")));
    }
    lines
}

fn jit(text: &mut String, statement: &Statement) {
    let Some(jit) = &statement.jit else { return };
    line(text, 0, "JIT:");
    line(
        text,
        2,
        &format!("Functions: {:.0}", jit.functions.unwrap_or(0.0)),
    );
    let parts = [
        ("Generation", jit.generation),
        ("Inlining", jit.inlining),
        ("Optimization", jit.optimization),
        ("Emission", jit.emission),
        ("Total", jit.total),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter_map(|(name, ms)| Some(format!("{name} {:.3} ms", ms?)))
        .collect();
    if !parts.is_empty() {
        line(text, 2, &format!("Timing: {}", parts.join(", ")));
    }
}
