//! What stands below the tree: times, triggers, compilation, settings.

use super::heading::without_mark;
use super::measures;
use crate::error::PlanError;
use crate::raw::{Fields, Jit, Statement, Trigger, Value, number};

/// Whether a line with this key stands below the tree, not in it.
pub(super) fn is_key(key: &str) -> bool {
    matches!(
        key,
        "Planning"
            | "Planning Time"
            | "Planning time"
            | "Execution Time"
            | "Execution time"
            | "Total runtime"
            | "JIT"
            | "Settings"
            | "Query Identifier"
            | "Serialization"
    ) || key.starts_with("Trigger ")
}

/// Reads the lines below the tree.
#[derive(Default)]
pub(super) struct Summary {
    has_begun: bool,
    /// The block, such as `Planning`, that the next lines may belong to.
    block: String,
    jit: Option<Vec<(String, Value)>>,
}

impl Summary {
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether the key belongs to the block that the last line began.
    pub(super) fn goes_on_with(&self, key: &str) -> bool {
        match self.block.as_str() {
            "JIT" => {
                matches!(
                    key,
                    "Functions"
                        | "Options"
                        | "Timing"
                        | "Inlining"
                        | "Optimization"
                        | "Expressions"
                        | "Deforming"
                        // As PostgreSQL 11 has it.
                        | "Generation Time"
                        | "Inlining Time"
                        | "Optimization Time"
                        | "Emission Time"
                )
            }
            "Planning" | "Serialization" => {
                matches!(key, "Buffers" | "I/O Timings" | "Memory" | "WAL")
            }
            _ => false,
        }
    }

    pub(super) fn line(
        &mut self,
        key: &str,
        value: &str,
        line: usize,
        statement: &mut Statement,
    ) -> Result<(), PlanError> {
        self.has_begun = true;
        if self.goes_on_with(key) {
            match &mut self.jit {
                Some(jit) if self.block == "JIT" => jit.push(jit_entry(key, value)),
                _ if self.block == "Planning" => measures::add(key, value, &mut statement.planning),
                _ => self.serialized(key, value, statement),
            }
            return Ok(());
        }
        key.clone_into(&mut self.block);
        match key {
            "Planning" if value.is_empty() => {}
            "JIT" if value.is_empty() => self.jit = Some(Vec::new()),
            "Planning Time" | "Planning time" => {
                statement.planning_time = Some(milliseconds(key, value, line)?);
            }
            "Execution Time" | "Execution time" | "Total runtime" => {
                statement.execution_time = Some(milliseconds(key, value, line)?);
            }
            "Serialization" => {
                let parts = value.split_whitespace().filter_map(|part| {
                    let (name, figure) = part.split_once('=')?;
                    let (key, unit) = match name {
                        "time" => ("Time", "ms"),
                        "output" => ("Output Volume", "kB"),
                        "format" => ("Format", ""),
                        _ => return None,
                    };
                    let figure = figure.strip_suffix(unit).unwrap_or(figure);
                    Some((key.to_owned(), Value::Text(figure.to_owned())))
                });
                let parts = Value::Map(parts.collect());
                statement.fields.0.push((key.to_owned(), parts));
            }
            "Settings" => statement.settings = settings(value),
            "Query Identifier" => statement.query_identifier = Some(value.to_owned()),
            _ if key.starts_with("Trigger ") => {
                statement.triggers.push(trigger(key, value, line)?);
            }
            _ => statement.fields.push(key, value),
        }
        Ok(())
    }

    /// Adds what handing the rows over read and wrote.
    fn serialized(&self, key: &str, value: &str, statement: &mut Statement) {
        let mut fields = Fields::default();
        measures::add(key, value, &mut fields);
        let block = statement
            .fields
            .0
            .iter_mut()
            .find(|(name, _)| *name == self.block);
        if let Some((_, Value::Map(entries))) = block {
            entries.append(&mut fields.0);
        }
    }

    pub(super) fn finish(self, statement: &mut Statement) {
        if let Some(jit) = self.jit {
            statement.jit = Some(Jit::read(&Value::Map(jit)));
        }
    }
}

fn milliseconds(key: &str, value: &str, line: usize) -> Result<f64, PlanError> {
    // Before 8.0 the unit had four letters.
    let mut units = ["ms", "msec"].into_iter();
    let figure = units.find_map(|unit| value.strip_suffix(unit));
    let figure = figure.unwrap_or(value).trim();
    let time = number(figure).filter(|&ms| ms >= 0.0);
    time.ok_or_else(|| PlanError::not_a_number(line, key, &Value::Text(value.to_owned())))
}

/// `Generation 1.2 ms (Deform 0.1 ms), Inlining 0.0 ms, …, Total 5.1 ms` as a map of numbers.
fn jit_entry(key: &str, value: &str) -> (String, Value) {
    let text = |text: &str| Value::Text(text.to_owned());
    let value = if key == "Timing" {
        let parts = value.split(", ").filter_map(|part| {
            let part = part.split(" (").next()?;
            let (name, time) = part.trim().split_once(' ')?;
            Some((name.to_owned(), text(time.strip_suffix("ms")?.trim())))
        });
        Value::Map(parts.collect())
    } else {
        text(value.strip_suffix(" ms").unwrap_or(value))
    };
    (key.to_owned(), value)
}

/// `work_mem = '64MB', jit = 'off'`.
fn settings(value: &str) -> Vec<(String, String)> {
    let mut settings = Vec::new();
    let mut rest = value;
    while let Some((name, after)) = rest.split_once(" = '") {
        let mut text = String::new();
        let mut after = after;
        while let Some((before, behind)) = after.split_once('\'') {
            text.push_str(before);
            after = behind;
            match after.strip_prefix('\'') {
                Some(behind) => {
                    text.push('\'');
                    after = behind;
                }
                None => break,
            }
        }
        settings.push((name.trim_start_matches([',', ' ']).to_owned(), text));
        rest = after;
    }
    settings
}

/// `Trigger check_it for constraint fk on t: time=47.327 calls=100`.
fn trigger(key: &str, value: &str, line: usize) -> Result<Trigger, PlanError> {
    let mut figures = Fields::default();
    for word in without_mark(value).split_whitespace() {
        let (name, figure) = word.split_once('=').unwrap_or((word, ""));
        if number(figure).is_none() {
            return Err(PlanError::at(
                line,
                format!("`{word}` is no figure of a trigger"),
            ));
        }
        figures.push(name, figure);
    }
    let name = key.strip_prefix("Trigger ").unwrap_or(key);
    let (name, constraint) = match name.strip_prefix("for constraint ") {
        Some(constraint) => (None, Some(constraint)),
        None => match name.split_once(" for constraint ") {
            Some((name, constraint)) => (Some(name), Some(constraint)),
            None => (Some(name), None),
        },
    };
    // A relation is named where there are several.
    let without_relation = |name: &str| {
        name.split_once(" on ")
            .map_or(name, |(name, _)| name)
            .to_owned()
    };
    Ok(Trigger {
        name: name.map(without_relation),
        constraint: constraint.map(without_relation),
        time: figures.number("time"),
        calls: figures.number("calls"),
    })
}
