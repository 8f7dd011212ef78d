//! The lines of a text without what tools put around them.

use super::{border, comments, escapes, frame, html, log, notices, quotes, tabs, wrap};
use std::borrow::Cow;

/// A line of a plan.
#[derive(Debug)]
pub(crate) struct Line {
    /// Its number in the text as it was given, from 1.
    pub(crate) number: usize,
    /// What it says: no tabs, no blanks at its end.
    pub(crate) text: String,
    /// Whether the heading `QUERY PLAN` stood above it.
    pub(crate) is_below_heading: bool,
    /// Whether it stood in a comment.
    pub(crate) is_comment: bool,
}

impl Line {
    /// The column of the first character that is not blank.
    pub(crate) fn column(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// Cuts the text into lines and takes off what does not belong to a plan. A line that holds nothing
/// else is left out; the numbers stay those of the text.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}');
    let has_cells = html::has_cells(text);
    let text = unescaped(text, has_cells);
    let text = text.replace("\r\n", "\n");
    let text = without_colours(&text);
    let rows = text.split(['\n', '\r']).map(Cow::Borrowed);
    let mut rows: Vec<wrap::Row<'_>> = (1..).zip(rows).collect();
    wrap::join(&mut rows);
    if text.contains("\\n") {
        escapes::break_lines(&mut rows);
    }
    let mut lines: Vec<Line> = rows
        .into_iter()
        .map(|(number, text)| Line {
            number,
            text: plain(&text),
            is_below_heading: false,
            is_comment: false,
        })
        .collect();
    if has_cells {
        html::drop_tags(&mut lines);
    }
    // Most texts have none of these, and looking through the whole is quicker than through each line.
    if text.contains('`')
        || text.contains("~~~")
        || text.contains("<pre>")
        || text.contains("<code>")
    {
        frame::drop_fences(&mut lines);
    }
    if text.contains("**") {
        frame::drop_stars(&mut lines);
    }
    quotes::drop_mail_quotes(&mut lines);
    comments::drop_marks(&mut lines);
    log::drop_prefixes(&mut lines, &text);
    if text.contains(":  ") {
        notices::drop_levels(&mut lines);
    }
    if text.contains(border::BARS) {
        border::drop_borders(&mut lines);
    }
    border::drop_bare_names(&mut lines);
    quotes::drop_quotes(&mut lines);
    frame::drop_frame(&mut lines);
    frame::drop_line_numbers(&mut lines);
    tabs::expand(&mut lines);
    for line in &mut lines {
        line.text.truncate(line.text.trim_end().len());
    }
    lines
}

/// The text behind HTML's escapes, if it is a table of HTML or a plan's arrows or keys are written
/// with them.
fn unescaped(text: &str, has_cells: bool) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    // In XML they belong to the values, and so they do behind arrows that are plain.
    let is_plain = text.contains("<explain") || text.contains("->  ");
    let signs = [
        "-&gt;",
        "&quot;Plan&quot;",
        "&quot;Node Type&quot;",
        "&lt;explain",
    ];
    let is_escaped = has_cells
        || text.contains("&nbsp;") && !text.contains("<explain")
        || !is_plain && signs.iter().any(|sign| text.contains(sign));
    if is_escaped {
        html_escape::decode_html_entities(text)
    } else {
        text.into()
    }
}

/// The text without the codes that colour it in a terminal.
fn without_colours(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "\u{1b}[";
    let mut pieces = text.split(BEGIN);
    let first = pieces.next().unwrap_or_default();
    if first.len() == text.len() {
        return text.into();
    }
    let mut plain = first.to_owned();
    for piece in pieces {
        let code = piece.find(|c: char| !c.is_ascii_digit() && c != ';');
        let after = code.map(|at| &piece[at..]).unwrap_or_default();
        plain.push_str(after.strip_prefix(['m', 'K']).unwrap_or(after));
    }
    plain.into()
}

/// The line with plain blanks and arrows, and without characters that cannot be seen.
fn plain(line: &str) -> String {
    if line.is_ascii() {
        return line.trim_end().to_owned();
    }
    let mut plain = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{3000}' => plain.push(' '),
            '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            _ => plain.push(c),
        }
    }
    plain.truncate(plain.trim_end().len());
    let content = plain.trim_start();
    for arrow in ["→", "–>", "—>", "‑>", "−>", "⇒", "➜"] {
        if let Some(rest) = content.strip_prefix(arrow) {
            let blank = &plain[..plain.len() - content.len()];
            return format!("{blank}->{rest}");
        }
    }
    plain
}
