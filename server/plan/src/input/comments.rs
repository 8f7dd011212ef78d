//! Plans in the comments of a script or a program, and in the lines of a diff.

use super::Line;
use crate::text;

/// What comments begin their lines with.
const MARKS: [&str; 7] = ["--", "//", "#", ";;", ";", "%", "*"];
/// What a diff begins lines with. One of a plan's lines only is a change within it.
const CHANGES: [&str; 2] = ["+", "-"];

/// Takes off the marks of those comments that hold a plan.
pub(super) fn drop_marks(lines: &mut [Line]) {
    for change in CHANGES {
        let mut filled = lines.iter().filter(|line| !line.is_blank());
        let are_all = filled.all(|line| line.text.starts_with(change));
        if are_all && drop_mark(lines, change) {
            return;
        }
    }
    let mut at = 0;
    while at < lines.len() {
        let column = lines[at].column();
        let content = &lines[at].text[column..];
        let mark = MARKS.into_iter().find(|mark| content.starts_with(mark));
        let Some(mark) = mark else {
            at += 1;
            continue;
        };
        let is_marked =
            |line: &&Line| line.column() == column && line.text[column..].starts_with(mark);
        let end = at + lines[at..].iter().take_while(is_marked).count();
        drop_mark(&mut lines[at..end], mark);
        at = end;
    }
}

/// Takes the mark off each of the lines, if they hold a plan without it; tells whether they do.
fn drop_mark(lines: &mut [Line], mark: &str) -> bool {
    let unmarked = |line: &Line| {
        let text = line.text.trim_start().strip_prefix(mark);
        Line {
            number: line.number,
            text: text.unwrap_or_default().to_owned(),
            is_below_heading: false,
            is_comment: true,
        }
    };
    let plain: Vec<Line> = lines.iter().map(unmarked).collect();
    let holds_plan = (0..plain.len()).any(|at| begins(&plain, at));
    if holds_plan {
        for (line, plain) in lines.iter_mut().zip(plain) {
            *line = plain;
        }
    }
    holds_plan
}

/// Whether a plan begins on the line, be it between quotes or as a document.
fn begins(lines: &[Line], at: usize) -> bool {
    let text = lines[at].text.trim_start();
    let is_document = ["\"Node Type\": ", "Node Type: ", "<Node-Type>"]
        .iter()
        .any(|sign| text.starts_with(sign));
    let unquoted = text.trim_matches(['"', '\'', '|', ' ', ',']);
    let is_heading =
        unquoted.starts_with(|c: char| c.is_ascii_uppercase()) && text::is_heading(unquoted);
    is_document || is_heading || text::begins(lines, at)
}
