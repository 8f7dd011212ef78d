//! Reads YAML.

use super::{Builder, Document};
use crate::error::PlanError;
use crate::input::Line;
use saphyr_parser::{Event, Parser};

/// Whether EXPLAIN's YAML begins here: a list of statements, a statement, or the text of one.
pub(crate) fn begins(lines: &[Line]) -> bool {
    let text = lines[0].text.trim_start();
    let text = text.strip_prefix("- ").unwrap_or(text).trim_start();
    let next = || lines[1..].iter().find(|line| !line.is_blank());
    text == "Plan:" && next().is_some_and(|line| line.text.contains(": "))
        || text.starts_with("Node Type: ")
        || text.starts_with("Query Text: \"")
            && lines.iter().take(3).any(|line| line.text.trim() == "Plan:")
}

/// Reads the document that begins with the first line, and tells how many lines it takes.
pub(crate) fn read(lines: &[Line]) -> Result<(Document, usize), PlanError> {
    let column = lines[0].column();
    let is_list = lines[0].text.trim_start().starts_with('-');
    let goes_on = |line: &&Line| {
        line.is_blank()
            || line.column() > column
            || (line.column() == column && begins_item(line.text.trim_start(), is_list))
    };
    let end = 1 + lines[1..].iter().take_while(goes_on).count();
    let lines = &lines[..end];
    let mut text = String::new();
    for line in lines {
        text.push_str(line.text.get(column..).unwrap_or(""));
        text.push('\n');
    }
    let number = |line: usize| lines[line.saturating_sub(1).min(end - 1)].number;
    let mut builder = Builder::default();
    // Whether each open list or map is a map whose next scalar is a key.
    let mut keys: Vec<Option<bool>> = Vec::new();
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.map_err(|error| {
            let problem = format!("the YAML is broken: {}", error.info());
            PlanError::at(number(error.marker().line()), problem)
        })?;
        let line = number(span.start.line());
        let is_key = matches!(keys.last(), Some(Some(true)));
        match event {
            Event::Scalar(key, ..) if is_key => {
                builder.key(key.into_owned());
                if let Some(Some(expects_key)) = keys.last_mut() {
                    *expects_key = false;
                }
                continue;
            }
            Event::SequenceStart(..) | Event::MappingStart(..) if is_key => {
                return Err(PlanError::at(
                    line,
                    "the YAML is broken: a key that is no text",
                ));
            }
            Event::Scalar(value, ..) => {
                let text = if value == "~" {
                    String::new()
                } else {
                    value.into_owned()
                };
                builder.text(text, line);
            }
            Event::SequenceStart(..) => {
                builder.begin_list(line);
                keys.push(None);
                continue;
            }
            Event::MappingStart(..) => {
                builder.begin_map(line);
                keys.push(Some(true));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                builder.end();
                keys.pop();
            }
            Event::Alias(_) => return Err(PlanError::at(line, "EXPLAIN writes no aliases")),
            _ => continue,
        }
        if let Some(Some(expects_key)) = keys.last_mut() {
            *expects_key = true;
        }
        if keys.is_empty() {
            break;
        }
    }
    Ok((builder.finish(), end))
}

/// Whether the line begins an item of the list, or of the map, that began in its column.
fn begins_item(text: &str, is_list: bool) -> bool {
    let begins = if is_list {
        text.starts_with('-')
    } else {
        text.starts_with(|c: char| c.is_ascii_uppercase())
    };
    begins && text.contains(':')
}
