//! What the server's log puts around the plans of `auto_explain`.

use super::Line;
use crate::raw::Statement;

/// Fewer characters than this are no prefix of a log.
const MIN_PREFIX: usize = 4;

/// Takes off what stands before every line of a log, and the quotes of a log in CSV.
pub(super) fn drop_prefixes(lines: &mut [Line], text: &str) {
    // How syslog writes a tab.
    if text.contains("#011") {
        for line in lines.iter_mut() {
            line.text = line.text.replace("#011", "\t");
        }
    }
    if text.contains("postgres[") {
        for line in lines.iter_mut() {
            if let Some(after) = after_syslog(&line.text) {
                line.text = after.to_owned();
            }
        }
    }
    drop_common_prefix(lines);
    if text.contains(",\"duration: ") {
        drop_csv(lines);
    }
}

/// What follows `postgres[4711]: [3-2] `.
fn after_syslog(line: &str) -> Option<&str> {
    let process = line.find("postgres[")?;
    let (_, after) = line[process..].split_once("]: [")?;
    let (number, after) = after.split_once(']')?;
    let is_number = number.chars().all(|c| c.is_ascii_digit() || c == '-');
    is_number.then(|| after.strip_prefix(' ').unwrap_or(after))
}

/// Takes off what all lines begin with, digits counting as equal: `db-1  | ` or a time and a name.
fn drop_common_prefix(lines: &mut [Line]) {
    let mut filled = lines.iter().filter(|line| !line.is_blank());
    let Some(first) = filled
        .next()
        .filter(|line| !line.text.starts_with([' ', '\t']))
    else {
        return;
    };
    let mut shape = shape(&first.text);
    let mut others = 0;
    for other in filled {
        shape.truncate(common_shape(&shape, &other.text));
        if shape.is_empty() {
            return;
        }
        others += 1;
    }
    if others == 0 {
        return;
    }
    // What the lines say begins after a blank.
    shape.truncate(shape.trim_end().len() + usize::from(shape.ends_with([' ', '\t'])));
    let is_prefix = shape.len() >= MIN_PREFIX
        && shape.ends_with([' ', '\t'])
        && (shape.contains('|') || shape.contains("0:0:0") || shape.matches('0').count() >= 4);
    if !is_prefix {
        return;
    }
    for line in lines.iter_mut() {
        let end = end_of_shape(&line.text, &shape);
        line.text.replace_range(..end, "");
    }
}

/// The line with a single zero for every number.
fn shape(line: &str) -> String {
    let mut shape = String::with_capacity(line.len());
    let mut in_number = false;
    for c in line.chars() {
        if !c.is_ascii_digit() {
            shape.push(c);
        } else if !in_number {
            shape.push('0');
        }
        in_number = c.is_ascii_digit();
    }
    shape
}

/// How many bytes of the shape the line begins with.
fn common_shape(shape: &str, line: &str) -> usize {
    let mut rest = line;
    for (at, c) in shape.char_indices() {
        let next = rest.chars().next();
        let after = if c == '0' {
            rest.trim_start_matches(|c: char| c.is_ascii_digit())
        } else {
            rest.strip_prefix(c).unwrap_or(rest)
        };
        if next.is_none() || after.len() == rest.len() {
            return at;
        }
        rest = after;
    }
    shape.len()
}

/// Where the part of the line ends that has this shape.
fn end_of_shape(line: &str, shape: &str) -> usize {
    let mut end = 0;
    for c in shape.chars() {
        let rest = &line[end..];
        end += if c == '0' {
            rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()
        } else {
            rest.chars().next().map_or(0, char::len_utf8)
        };
    }
    end
}

/// Takes off the quotes around the messages of a log in CSV.
fn drop_csv(lines: &mut [Line]) {
    let mut in_message = false;
    for line in lines {
        if !in_message {
            let begin = line.text.find(",\"duration: ");
            if let Some(begin) = begin.filter(|_| line.text.ends_with("plan:")) {
                line.text.replace_range(..begin + 2, "");
                in_message = true;
            }
            continue;
        }
        let end = line.text.find("\",").filter(|&end| {
            let quotes = line.text[end..].chars().take_while(|&c| c == '"').count();
            quotes % 2 == 1 && line.text[end..].starts_with("\",,")
        });
        if let Some(end) = end {
            line.text.truncate(end);
            in_message = false;
        }
        line.text = line.text.replace("\"\"", "\"");
    }
}

/// What a log, or `auto_explain` itself, says before a plan.
#[derive(Default)]
pub(super) struct Entry {
    duration: Option<f64>,
    query: Option<String>,
    in_query: bool,
}

impl Entry {
    /// Remembers what a line outside of plans says of the next plan.
    pub(super) fn note(&mut self, line: &Line) {
        let text = line.text.trim();
        if let Some((_, after)) = text.split_once("duration: ")
            && text.ends_with("plan:")
        {
            *self = Self {
                duration: after.split_once(" ms").and_then(|(ms, _)| ms.parse().ok()),
                ..Self::default()
            };
        } else if let Some((_, query)) = text.split_once("Query Text: ") {
            self.query = Some(query.to_owned());
            self.in_query = true;
        } else if text.starts_with("Query Parameters: ") {
            self.in_query = false;
        } else if let Some(query) = self.query.as_mut().filter(|_| self.in_query) {
            query.push('\n');
            query.push_str(text);
        }
    }

    /// Adds it to the plan, where the plan does not tell it.
    pub(super) fn complete(self, statement: &mut Statement) {
        statement.query = statement.query.take().or(self.query);
        statement.execution_time = statement.execution_time.or(self.duration);
    }
}
