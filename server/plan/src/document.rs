//! JSON, YAML and XML as one kind of document, and the statements in it.
//!
//! A document is a list of values that name each other by number: however deep it nests, neither
//! reading nor dropping it recurses.

pub(crate) mod json;
mod statements;
pub(crate) mod xml;
pub(crate) mod yaml;

pub(crate) use statements::{Found, statements};

use crate::error::PlanError;
use crate::raw::Value;

/// How deep a property may nest; PostgreSQL's own nest four deep.
const MAX_PROPERTY_DEPTH: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct Document {
    /// The first is the whole document.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// The key it has in its map.
    key: String,
    content: Content,
    /// The line it stands on, counted from 1.
    line: usize,
}

#[derive(Debug)]
enum Content {
    Text(String),
    List(Vec<usize>),
    Map(Vec<usize>),
}

impl Entry {
    fn children(&self) -> &[usize] {
        match &self.content {
            Content::Text(_) => &[],
            Content::List(children) | Content::Map(children) => children,
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    fn is_map(&self) -> bool {
        matches!(self.content, Content::Map(_))
    }
}

impl Document {
    /// The value of a map's key; the first if there are several.
    fn get(&self, map: usize, key: &str) -> Option<usize> {
        let entry = &self.entries[map];
        let mut children = entry.children().iter().copied();
        children.find(|&child| entry.is_map() && self.entries[child].key == key)
    }

    /// Takes a property's value out of the document.
    fn take_value(&mut self, id: usize) -> Result<Value, PlanError> {
        self.take_value_at(id, MAX_PROPERTY_DEPTH)
    }

    fn take_value_at(&mut self, id: usize, depth_left: usize) -> Result<Value, PlanError> {
        let entry = &mut self.entries[id];
        let Some(depth_left) = depth_left.checked_sub(1) else {
            return Err(PlanError::at(entry.line, "this nests too deep"));
        };
        let content = std::mem::replace(&mut entry.content, Content::Text(String::new()));
        Ok(match content {
            Content::Text(text) => Value::Text(text),
            Content::List(items) => Value::List(
                items
                    .into_iter()
                    .map(|item| self.take_value_at(item, depth_left))
                    .collect::<Result<_, _>>()?,
            ),
            Content::Map(items) => Value::Map(
                items
                    .into_iter()
                    .map(|item| {
                        let key = std::mem::take(&mut self.entries[item].key);
                        Ok((key, self.take_value_at(item, depth_left)?))
                    })
                    .collect::<Result<_, PlanError>>()?,
            ),
        })
    }
}

/// Puts a document together from what a reader meets, in order.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    document: Document,
    /// The lists and maps that are open, the innermost last.
    open: Vec<usize>,
    key: String,
}

impl Builder {
    /// The key of the value that comes next.
    pub(crate) fn key(&mut self, key: String) {
        self.key = key;
    }

    pub(crate) fn text(&mut self, text: String, line: usize) {
        self.push(Content::Text(text), line);
    }

    pub(crate) fn begin_list(&mut self, line: usize) {
        let id = self.push(Content::List(Vec::new()), line);
        self.open.push(id);
    }

    pub(crate) fn begin_map(&mut self, line: usize) {
        let id = self.push(Content::Map(Vec::new()), line);
        self.open.push(id);
    }

    /// Ends the innermost list or map.
    pub(crate) fn end(&mut self) {
        self.open.pop();
    }

    /// How many lists and maps are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The line on which the innermost open list or map began.
    pub(crate) fn open_line(&self) -> Option<usize> {
        self.open.last().map(|&id| self.document.entries[id].line)
    }

    pub(crate) fn finish(self) -> Document {
        self.document
    }

    fn push(&mut self, content: Content, line: usize) -> usize {
        let id = self.document.entries.len();
        let key = std::mem::take(&mut self.key);
        if let Some(&parent) = self.open.last()
            && let Content::List(children) | Content::Map(children) =
                &mut self.document.entries[parent].content
        {
            children.push(id);
        }
        self.document.entries.push(Entry { key, content, line });
        id
    }
}
