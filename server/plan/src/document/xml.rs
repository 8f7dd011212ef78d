//! Reads XML as EXPLAIN writes it.

use super::{Builder, Content, Document};
use crate::error::PlanError;
use crate::input::Line;
use crate::raw::Value;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Reads the element `explain` that begins with the first line, and tells how many lines it takes.
pub(crate) fn read(lines: &[Line]) -> Result<(Document, usize), PlanError> {
    let end = lines
        .iter()
        .position(|line| line.text.contains("</explain>"))
        .map_or(lines.len(), |last| last + 1);
    let lines = &lines[..end];
    let mut text = String::new();
    let mut starts = Vec::with_capacity(end);
    for line in lines {
        starts.push(text.len());
        text.push_str(&line.text);
        text.push('\n');
    }
    let number_at = |offset: u64| {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let at = starts.partition_point(|&start| start <= offset);
        lines[at.saturating_sub(1)].number
    };
    let mut reader = Reader::from_str(&text);
    let mut builder = Builder::default();
    let mut content = String::new();
    loop {
        let offset = reader.buffer_position();
        let broken = |problem: String, reader: &Reader<&[u8]>| {
            let number = number_at(reader.error_position().max(offset));
            PlanError::at(number, format!("the XML is broken: {problem}"))
        };
        match reader.read_event() {
            Err(error) => return Err(broken(error.to_string(), &reader)),
            Ok(Event::Start(tag)) => {
                builder.key(key(tag.name().as_ref()));
                builder.begin_map(number_at(offset));
                content.clear();
            }
            Ok(Event::Empty(tag)) => {
                builder.key(key(tag.name().as_ref()));
                builder.text(String::new(), number_at(offset));
            }
            Ok(Event::Text(text)) => content.push_str(&text.html_content()),
            Ok(Event::CData(text)) => content.push_str(&text.html_content()),
            Ok(Event::GeneralRef(entity)) => {
                content.push_str(&html_escape::decode_html_entities(&format!(
                    "&{};",
                    &*entity
                )));
            }
            Ok(Event::End(_)) => {
                builder.end_element(&content);
                content.clear();
                if builder.depth() == 0 {
                    return Ok((builder.finish(), end));
                }
            }
            Ok(Event::Eof) => {
                let begun = builder.open_line().unwrap_or(lines[0].number);
                let problem = format!("the XML ends inside what began on line {begun}");
                return Err(PlanError::at(lines[end - 1].number, problem));
            }
            Ok(_) => {}
        }
    }
}

/// A key as JSON has it, from the name of an element, which cannot have blanks or slashes.
fn key(name: &str) -> String {
    if name.contains('_') {
        return name.to_owned();
    }
    name.replace('-', " ")
        .replace("I O ", "I/O ")
        .replace("Full sort", "Full-sort")
        .replace("Pre sorted", "Pre-sorted")
        .replace("One Time", "One-Time")
}

/// The groups of an Incremental Sort with the names that JSON has for its parts. XML calls both
/// kinds of groups the same, the full ones first, and does not say where they were sorted but by the
/// methods.
pub(super) fn sort_groups(groups: Value, has_full: bool) -> (String, Value) {
    let is_external = |method: &Value| method.text().is_some_and(|text| text.contains("external"));
    let methods = groups
        .get("Sort Methods Used")
        .map_or(&[][..], Value::items);
    let mut space = if !methods.is_empty() && methods.iter().all(is_external) {
        "Sort Space Disk"
    } else {
        "Sort Space Memory"
    };
    let Value::Map(mut entries) = groups else {
        return ("Incremental Sort Groups".to_owned(), groups);
    };
    for (key, _) in &mut entries {
        if key == "Sort Space" {
            space.clone_into(key);
            space = "Sort Space Disk";
        }
    }
    let kind = if has_full { "Pre-sorted" } else { "Full-sort" };
    (format!("{kind} Groups"), Value::Map(entries))
}

impl Builder {
    /// Ends an element: a text if there is nothing in it, a list if all in it are alike.
    fn end_element(&mut self, text: &str) {
        let Some(id) = self.open.pop() else { return };
        let entries = &self.document.entries;
        let children = entries[id].children();
        let is_list = match entries[id].key.as_str() {
            "Plans" | "Workers" | "Triggers" | "Grouping Sets" | "Target Tables" | "Group Keys"
            | "Hash Keys" => true,
            "explain" => children.iter().all(|&child| entries[child].key == "Query"),
            _ => children.iter().all(|&child| entries[child].key == "Item"),
        };
        let content = if children.is_empty() {
            Content::Text(text.trim().to_owned())
        } else if is_list {
            Content::List(children.to_vec())
        } else {
            return;
        };
        self.document.entries[id].content = content;
    }
}
