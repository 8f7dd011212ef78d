//! A plan as a program's string: with a sign for each line break.

use super::wrap::Row;
use std::borrow::Cow;

const BREAK: &str = "\\n";
const QUOTES: [char; 2] = ['"', '\''];

/// Puts line breaks in the place of their signs, if the text is a string in quotes, or several.
pub(super) fn break_lines(rows: &mut Vec<Row<'_>>) {
    let mut filled = rows.iter().filter(|(_, text)| !text.trim().is_empty());
    let is_string = filled
        .next()
        .is_some_and(|(_, text)| text.trim().starts_with(QUOTES));
    // The first is behind a node's figures.
    let has_signs = |(_, text): &Row<'_>| text.contains(")\\n");
    if !is_string || !rows.iter().any(has_signs) {
        return;
    }
    let mut broken = Vec::with_capacity(rows.len());
    for (number, text) in rows.drain(..) {
        let text = without_last(&text);
        for line in text.split(BREAK) {
            let line = line.replace("\\\"", "\"").replace("\\'", "'");
            broken.push((number, Cow::Owned(line)));
        }
    }
    *rows = broken;
}

/// The text without the sign right before its last quote: a line of its own ends there.
fn without_last(text: &str) -> Cow<'_, str> {
    let last = QUOTES.iter().filter_map(|&quote| text.rfind(quote)).max();
    let before = last.and_then(|at| text[..at].strip_suffix(BREAK).map(|before| (before, at)));
    match before {
        Some((before, at)) => format!("{before}{}", &text[at..]).into(),
        None => text.into(),
    }
}
