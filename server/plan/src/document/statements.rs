//! The statements in a document, in whatever shape tools hand them on.

use super::{Content, Document, xml};
use crate::error::PlanError;
use crate::raw::{Node, Statement, Worker};

/// What a document holds.
pub(crate) enum Found {
    /// A statement with a plan.
    Statement(Box<Statement>),
    /// A text that may be a plan in another format, and the line it stands on.
    Text(String, usize),
}

/// Names of the column, or the key, that tools put a plan below, in lower case.
const COLUMNS: [&str; 7] = [
    "query plan",
    "query_plan",
    "plan",
    "explain",
    "explain_plan",
    "message",
    "log",
];

/// Everything in the document that is or may be a plan, in its order.
pub(crate) fn statements(mut document: Document) -> Result<Vec<Found>, PlanError> {
    let mut found: Vec<Found> = Vec::new();
    let mut waiting = vec![0];
    while let Some(id) = waiting.pop() {
        let entry = &document.entries[id];
        let plan = document.get(id, "Plan");
        match &entry.content {
            Content::List(items) => waiting.extend(items.iter().rev()),
            // A row of a result each: together they are the text.
            Content::Text(text) => match found.last_mut() {
                Some(Found::Text(before, _)) => {
                    before.push('\n');
                    before.push_str(text);
                }
                _ => found.push(Found::Text(text.clone(), entry.line)),
            },
            Content::Map(_) if document.get(id, "Node Type").is_some() => {
                let mut statement = Statement::default();
                nodes(&mut document, id, &mut statement)?;
                found.push(Found::Statement(Box::new(statement)));
            }
            Content::Map(_) if plan.is_some_and(|plan| document.entries[plan].is_map()) => {
                let statement = statement(&mut document, id)?;
                found.push(Found::Statement(Box::new(statement)));
            }
            Content::Map(keys) => {
                let is_column =
                    |key: &str| COLUMNS.iter().any(|name| key.eq_ignore_ascii_case(name));
                let keys = keys.iter().copied().rev();
                let columns = keys
                    .clone()
                    .filter(|&key| is_column(&document.entries[key].key));
                let before = waiting.len();
                waiting.extend(columns);
                if waiting.len() == before {
                    // What a service wraps its answers in.
                    let nested = keys.filter(|&key| document.entries[key].text().is_none());
                    waiting.extend(nested);
                }
            }
        }
    }
    Ok(found)
}

fn statement(document: &mut Document, id: usize) -> Result<Statement, PlanError> {
    let mut statement = Statement::default();
    for key in document.entries[id].children().to_vec() {
        let entry = &mut document.entries[key];
        let line = entry.line;
        if entry.key == "Plan" && entry.is_map() {
            if !statement.nodes.is_empty() {
                return Err(PlanError::at(line, "a second \"Plan\" in one object"));
            }
            nodes(document, key, &mut statement)?;
        } else {
            let name = std::mem::take(&mut entry.key);
            statement.set(name, document.take_value(key)?, line)?;
        }
    }
    Ok(statement)
}

/// Adds the node and everything below it, each node before what lies below it.
fn nodes(document: &mut Document, root: usize, statement: &mut Statement) -> Result<(), PlanError> {
    let mut waiting = vec![(root, None)];
    while let Some((id, parent)) = waiting.pop() {
        let line = document.entries[id].line;
        let content = &mut document.entries[id].content;
        let Content::Map(keys) = std::mem::replace(content, Content::Text(String::new())) else {
            return Err(PlanError::at(line, "a node should stand here"));
        };
        let mut node = Node {
            parent,
            ..Node::default()
        };
        let place = statement.nodes.len();
        let mut below = Vec::new();
        for key in keys {
            let property = &mut document.entries[key];
            match (property.key.as_str(), &property.content) {
                ("Plans", Content::List(plans)) => below.extend(plans),
                ("Plans", Content::Map(_)) => below.push(key),
                ("Workers", Content::List(workers)) => {
                    for worker in workers.clone() {
                        add_worker(document, worker, &mut node)?;
                    }
                }
                // An empty list in YAML and XML.
                ("Plans" | "Workers", Content::Text(text)) if text.is_empty() => {}
                ("Incremental Sort Groups", Content::Map(_)) => {
                    let has_full = node.fields.get("Full-sort Groups").is_some();
                    let groups = xml::sort_groups(document.take_value(key)?, has_full);
                    node.fields.0.push(groups);
                }
                _ => {
                    let (name, line) = (std::mem::take(&mut property.key), property.line);
                    node.set(name, document.take_value(key)?, line)?;
                }
            }
        }
        if node.kind.is_empty() {
            return Err(PlanError::at(line, "a node without \"Node Type\""));
        }
        statement.nodes.push(node);
        waiting.extend(below.into_iter().rev().map(|child| (child, Some(place))));
    }
    Ok(())
}

/// Adds what a worker did. Before PostgreSQL 13 a node has up to two lists of the same workers.
fn add_worker(document: &mut Document, id: usize, node: &mut Node) -> Result<(), PlanError> {
    let mut worker = Worker::default();
    for key in document.entries[id].children().to_vec() {
        let property = &mut document.entries[key];
        let (name, line) = (std::mem::take(&mut property.key), property.line);
        worker.set(name, document.take_value(key)?, line)?;
    }
    let known = node
        .workers
        .iter_mut()
        .find(|known| known.number.is_some() && known.number == worker.number);
    match known {
        Some(known) => {
            known.time = known.time.or(worker.time);
            known.rows = known.rows.or(worker.rows);
            known.loops = known.loops.or(worker.loops);
            known.fields.0.append(&mut worker.fields.0);
        }
        None => node.workers.push(worker),
    }
    Ok(())
}
