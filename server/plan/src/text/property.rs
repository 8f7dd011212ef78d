//! What is said of a node, line by line.

use super::continuation::{Open, ends_early, join, open};
use super::figures::Actual;
use super::heading::Heading;
use super::reader::{INDENT, Reader};
use super::{is_node, key_value, measures, summary};
use crate::error::PlanError;
use crate::raw::{Node, Value, Worker};

/// How many lines a value may have.
const MAX_VALUE_LINES: usize = 500;

impl Reader<'_> {
    /// The line and those it goes on in: as far as it is left open, or was cut; what `may_follow`
    /// refuses begins something else.
    pub(super) fn value_lines(&mut self, may_follow: impl Fn(&str) -> bool) -> String {
        let first = self.line();
        self.open_line = None;
        let (mut text, mut end) = (first.text.clone(), self.at + 1);
        let mut closed = text.len();
        let limit = self.lines.len().min(self.at + MAX_VALUE_LINES);
        self.at += 1;
        loop {
            let is_closed = open(&text) == Open::Nothing && !ends_early(&text);
            if is_closed {
                closed = text.len();
                self.at = end;
            }
            if end >= limit {
                break;
            }
            let next = &self.lines[end];
            let is_quoted = open(&text) == Open::Quote;
            let begins_anew = is_node(&next.text)
                || key_value(next.text.trim_start()).is_some_and(|(key, _)| {
                    !may_follow(key) || (!is_quoted && next.column() >= first.column())
                });
            let is_rest = self.is_rest(end);
            if !is_rest && (is_closed || begins_anew) {
                break;
            }
            join(&mut text, &next.text, self.blanks(end - 1));
            end += 1;
        }
        if open(&text[..closed]) != Open::Nothing {
            self.open_line = Some(first.number);
        }
        text.truncate(closed);
        text
    }

    pub(super) fn property(&mut self) -> Result<(), PlanError> {
        if let Some(problem) = self.subplan_problem() {
            return Err(problem);
        }
        let line = self.line();
        let column = line.column();
        let level = self.levels.iter().rposition(|level| level.column < column);
        let level = level.unwrap_or(0);
        let is_inner = level + 1 < self.levels.len();
        let (key, _) = key_value(line.text.trim_start()).unwrap_or_default();
        let may_follow_children = summary::is_key(key)
            || self.block.is_some()
            || self.is_extension(level) && column == self.levels[level].column + INDENT;
        if is_inner && !may_follow_children {
            return Err(self.refused("the indentation of this line fits no node"));
        }
        let text = self.value_lines(|key| !summary::is_key(key));
        let Some((key, value)) = key_value(text.trim_start()) else {
            return Ok(());
        };
        if self.block.as_ref().is_some_and(|(_, at)| column <= *at) {
            self.block = None;
        }
        if self.worker.is_some_and(|at| column <= at) {
            self.worker = None;
        }
        let node = &mut self.statement.nodes[self.levels[level].node];
        if let Some((block, _)) = &self.block {
            node.fields.push(format!("{block} {key}"), value);
            return Ok(());
        }
        if value.is_empty() && matches!(key, "JIT" | "Planning") {
            self.block = Some((key.to_owned(), column));
            return Ok(());
        }
        let number = key.strip_prefix("Worker ").and_then(|n| n.parse().ok());
        if let Some(number) = number {
            self.worker = Some(column);
            let block = worker_line(node, number, value, line.number)?;
            self.block = block.map(|block| (block, column));
            return Ok(());
        }
        let fields = match node.workers.last_mut().filter(|_| self.worker.is_some()) {
            Some(worker) => &mut worker.fields,
            None => &mut node.fields,
        };
        measures::add(key, value, fields);
        Ok(())
    }

    /// Whether the node is an extension's: such nodes show the plans of other servers, and what is
    /// said of them may stand below these.
    pub(super) fn is_extension(&self, level: usize) -> bool {
        let node = &self.statement.nodes[self.levels[level].node];
        let has_figures = node.plan_rows.is_some() || node.loops.is_some();
        node.kind == "Custom Scan" || (self.has_figures && !has_figures)
    }

    /// `Update on part_1 t_1`, one of several tables that a node changes.
    pub(super) fn target_table(&mut self, text: &str) -> bool {
        let Some(level) = self.levels.last() else {
            return false;
        };
        let node = &mut self.statement.nodes[level.node];
        let heading = Heading::read(text)
            .ok()
            .filter(|heading| heading.figures.is_none());
        let Some(target) = heading.map(Heading::into_node) else {
            return false;
        };
        if node.kind != "ModifyTable"
            || !matches!(target.kind.as_str(), "ModifyTable" | "Foreign Scan")
        {
            return false;
        }
        let table = Value::Map(target.fields.0);
        let tables = node
            .fields
            .0
            .iter_mut()
            .find(|(key, _)| key == "Target Tables");
        match tables {
            Some((_, Value::List(tables))) => tables.push(table),
            _ => node
                .fields
                .0
                .push(("Target Tables".to_owned(), Value::List(vec![table]))),
        }
        true
    }
}

/// Adds what `Worker 0:` is followed by; gives the name of a block that begins there.
fn worker_line(
    node: &mut Node,
    number: u32,
    value: &str,
    line: usize,
) -> Result<Option<String>, PlanError> {
    let known = node
        .workers
        .iter()
        .position(|worker| worker.number == Some(number));
    let at = known.unwrap_or_else(|| {
        node.workers.push(Worker {
            number: Some(number),
            ..Worker::default()
        });
        node.workers.len() - 1
    });
    // Lines that follow go to the last.
    let worker = node.workers.remove(at);
    node.workers.push(worker);
    let Some(worker) = node.workers.last_mut() else {
        return Ok(None);
    };
    if value.starts_with("actual ") {
        let actual = Actual::read(value).map_err(|problem| PlanError::at(line, problem))?;
        actual.put_into(worker);
    } else if let Some((key, value)) = key_value(value) {
        if value.is_empty() {
            return Ok(Some(key.to_owned()));
        }
        measures::add(key, value, &mut worker.fields);
    } else if !value.is_empty() {
        worker.fields.push("Note", value);
    }
    Ok(None)
}

/// Whether the key is one that PostgreSQL has for nodes: such a line belongs to a node, wherever it
/// stands.
pub(super) fn is_of_node(key: &str) -> bool {
    [" Cond", "Filter", " Key"]
        .iter()
        .any(|end| key.ends_with(end))
        || key.starts_with("Rows Removed by ")
        || key.starts_with("Workers ")
        || key.starts_with("Heap ")
        || matches!(
            key,
            "Buffers"
                | "Output"
                | "Sort Method"
                | "Buckets"
                | "Batches"
                | "Hits"
                | "I/O Timings"
                | "WAL"
                | "Index Searches"
                | "Params Evaluated"
                | "Function Call"
                | "Subplans Removed"
                | "Cache Mode"
                | "Remote SQL"
                | "Order By"
                | "Inner Unique"
        )
}
