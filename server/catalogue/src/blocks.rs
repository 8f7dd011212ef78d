//! Markdown taken apart: prose here, fenced blocks with a role there.

use crate::Block;
use crate::finding::Report;
use crate::markdown::OPTIONS;
use crate::role::Role;
use crate::source::line_at;
use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Parser, Tag, TagEnd};
use std::ops::Range;

/// Markdown taken apart.
pub(crate) struct Page<'a> {
    /// What is left without the blocks that have a role.
    pub(crate) prose: Vec<Event<'a>>,
    /// The blocks that have a role, in the file's order.
    pub(crate) fences: Vec<Fence>,
    /// False if a fence could not be understood, so that blocks may be missing.
    pub(crate) intact: bool,
}

/// A fenced block with a role.
pub(crate) struct Fence {
    pub(crate) role: Role,
    /// The line of the opening fence.
    pub(crate) line: u32,
    pub(crate) content: Block,
}

/// Takes Markdown apart that begins on the given line of its file.
pub(crate) fn split<'a>(markdown: &'a str, first_line: u32, report: &mut Report<'_>) -> Page<'a> {
    let errors_before = report.errors();
    let file_line = |offset| first_line + line_at(markdown, offset) - 1;
    let mut prose = Vec::new();
    let mut fences = Vec::new();
    let mut events = Parser::new_ext(markdown, OPTIONS).into_offset_iter();
    while let Some((event, range)) = events.next() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = &event else {
            if is_failed_fence(&event, markdown, &range) {
                report.error(
                    file_line(range.start),
                    "broken-fence",
                    "this line does not open a fenced block: text behind ``` cannot contain \
                     backticks (open the block with ~~~ instead), and a fence inside HTML needs a \
                     blank line before it",
                );
            }
            prose.push(event);
            continue;
        };
        let line = file_line(range.start);
        if !is_closed(&markdown[range]) {
            report.error(
                line,
                "unclosed-fence",
                "this fenced block is never closed; a block that contains others needs a longer \
                 fence than they have",
            );
        }
        let text = code_text(&mut events);
        match Role::parse(info) {
            Ok(Some(role)) => {
                let content = trimmed(&text, line + 1);
                if content.sql.is_empty() && !role.may_be_empty() {
                    report.error(line, "empty-block", format!("`{role}` is empty"));
                }
                fences.push(Fence {
                    role,
                    line,
                    content,
                });
            }
            Ok(None) => prose.extend([
                event,
                Event::Text(text.into()),
                Event::End(TagEnd::CodeBlock),
            ]),
            Err(fault) => report.fault(line, fault),
        }
    }
    Page {
        prose,
        fences,
        intact: report.errors() == errors_before,
    }
}

/// The text of the code block that has begun, up to and with its end.
fn code_text(events: &mut OffsetIter<'_>) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    text
}

/// The text without blank lines before and white space after it.
fn trimmed(text: &str, first_line: u32) -> Block {
    let text = text.trim_end();
    let blank = text.len() - text.trim_start().len();
    let start = text[..blank].rfind('\n').map_or(0, |offset| offset + 1);
    Block {
        sql: text[start..].to_owned(),
        line: first_line + line_at(text, start) - 1,
    }
}

/// True if the source of a fenced block ends with its closing fence, not with the document or the
/// list or quotation it stands in.
fn is_closed(block: &str) -> bool {
    let block = block.trim();
    let Some((opening, rest)) = block.split_once('\n') else {
        return false;
    };
    let fence = opening
        .find(|c| c != '`' && c != '~')
        .map_or(opening, |end| &opening[..end]);
    let last = rest.rsplit('\n').next().unwrap_or(rest);
    let last = last.trim_start_matches([' ', '\t', '>']);
    last.starts_with(fence) && last.chars().all(|c| fence.starts_with(c))
}

/// True for text on whose line the author meant to open a fenced block.
fn is_failed_fence(event: &Event<'_>, markdown: &str, range: &Range<usize>) -> bool {
    let source = &markdown[range.clone()];
    let is_text = match event {
        // Inline code between triple backticks on a single line is what it looks like.
        Event::Code(_) => source.contains('\n'),
        Event::Text(_) | Event::Html(_) | Event::InlineHtml(_) => true,
        _ => false,
    };
    let before = markdown[..range.start].rsplit('\n').next().unwrap_or("");
    let text = source.trim_start();
    is_text
        && (text.starts_with("```") || text.starts_with("~~~"))
        && before
            .trim_matches([' ', '\t', '>', '-', '*', '+'])
            .is_empty()
}
