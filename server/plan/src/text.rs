//! Reads the text format.
//!
//! A node's heading stands behind an arrow, what is said of it two columns to the right of the
//! heading's beginning, and so do its children's arrows: the columns tell what belongs to what.

mod continuation;
mod edge;
mod figures;
mod heading;
mod measures;
mod property;
mod reader;
mod summary;
mod whole;

pub(crate) use edge::Edge;
pub(crate) use reader::read;

use crate::input::Line;
use heading::{Heading, Problem};

/// The key and the value of a line such as `Filter: (id = 3)`.
fn key_value(text: &str) -> Option<(&str, &str)> {
    const LONGEST: usize = 64;
    if text.starts_with("Trigger ") {
        let end = [": time=", ": calls="]
            .iter()
            .filter_map(|figure| text.rfind(figure))
            .min()?;
        return Some((&text[..end], &text[end + 2..]));
    }
    let (key, value) = text.split_once(':')?;
    let is_name = key.starts_with(|c: char| c.is_ascii_uppercase())
        && key.len() <= LONGEST
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || " _-/.()".contains(c));
    (is_name && (value.is_empty() || value.starts_with(' '))).then(|| (key, value.trim()))
}

/// What stands behind the arrow of a line; none if there is no arrow.
fn behind_arrow(text: &str) -> Option<&str> {
    let behind = text.strip_prefix("->")?;
    let name = behind.trim_start();
    let is_name = name.starts_with(|c: char| c.is_ascii_uppercase());
    (behind.len() > name.len() && is_name).then_some(name)
}

/// Whether the line is that of a node below another.
pub(crate) fn is_node(line: &str) -> bool {
    behind_arrow(line.trim_start()).is_some_and(|name| {
        heading::has_figures(name) || Heading::read(name).is_ok_and(|heading| heading.is_known)
    })
}

/// Whether the text is, or begins as, a heading with figures.
pub(crate) fn is_heading(text: &str) -> bool {
    match Heading::read(text) {
        Ok(heading) => heading.figures.is_some(),
        Err(problem) => matches!(problem, Problem::Open),
    }
}

/// Whether a node stands somewhere in the line, behind something else.
fn holds_node(line: &str) -> bool {
    line.split_once("->  ").is_some_and(|(before, name)| {
        !before.trim().is_empty()
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && heading::has_figures(name)
    })
}

/// Whether the text is a line of a plan by itself: a heading with figures, or a key and a value.
pub(crate) fn is_line(text: &str) -> bool {
    let heading = || Heading::read(text).is_ok_and(|heading| heading.figures.is_some());
    is_node(text) || key_value(text).is_some() || heading()
}

/// Whether a row of psql's, which has a blank before it, is one of a plan's lines and no piece of one.
pub(crate) fn begins_row(row: &str) -> bool {
    let text = row.trim_start();
    let heading = || Heading::read(text).ok().filter(|heading| heading.is_known);
    match row.len() - text.len() {
        0 | 2 => false,
        1 => {
            key_value(text).is_some_and(|(key, _)| summary::is_key(key))
                || heading().is_some_and(|heading| heading.figures.is_some())
        }
        _ => {
            behind_arrow(text).is_some()
                || key_value(text).is_some()
                || reader::subplan_name(text).is_some()
                || heading().is_some()
        }
    }
}

/// Whether a plan begins on the line.
pub(crate) fn begins(lines: &[Line], at: usize) -> bool {
    let text = lines[at].text.trim_start();
    // A part of a plan, with nothing before it, may begin with an arrow.
    let is_first = lines[..at].iter().all(Line::is_blank);
    let text = behind_arrow(text).filter(|_| is_first).unwrap_or(text);
    if !text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    match Heading::read(text) {
        Ok(heading) if heading.figures.is_some() => true,
        Ok(heading) => {
            (heading.is_known && stands_alone(lines, at))
                || lines
                    .get(at + 1)
                    .is_some_and(|next| heading::names_node_with(text, &next.text))
        }
        Err(Problem::Open) => true,
        // A sentence may speak of figures, too.
        Err(Problem::Wrong(_)) => heading::names_node(text),
    }
}

/// Whether what is around a heading without figures shows that it is one, and no other word.
fn stands_alone(lines: &[Line], at: usize) -> bool {
    if lines[at].is_below_heading {
        return true;
    }
    let column = lines[at].column();
    let after = lines[at + 1..].iter().find(|line| !line.is_blank());
    let before = lines[..at].iter().rfind(|line| !line.is_blank());
    match after {
        Some(after) if after.column() > column => {
            let text = after.text.trim_start();
            behind_arrow(text).is_some()
                || key_value(text).is_some()
                || reader::subplan_name(text).is_some()
                || Heading::read(text).is_ok_and(|heading| heading.is_known)
        }
        Some(after) if key_value(&after.text).is_some_and(|(key, _)| summary::is_key(key)) => true,
        _ => before.is_none_or(|line| line.text.to_ascii_uppercase().contains("EXPLAIN")),
    }
}
