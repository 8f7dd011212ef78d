//! What a text holds: plans in any format, among other things.

mod border;
mod comments;
mod escapes;
mod frame;
mod html;
mod lines;
mod log;
mod notices;
mod quotes;
mod tabs;
mod wrap;

pub(crate) use lines::Line;

use crate::document::{self, Found};
use crate::error::PlanError;
use crate::raw::Statement;
use crate::text;
use lines::lines;

/// How often a plan may be wrapped into a string of another document.
const MAX_WRAPPINGS: u32 = 4;

/// Every statement of the text that has a plan, in its order; one at least.
pub(crate) fn statements(text: &str) -> Result<Vec<Statement>, PlanError> {
    if text
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .is_empty()
    {
        return Err(PlanError::Empty);
    }
    let mut reading = Reading::default();
    reading.read(&lines(text), MAX_WRAPPINGS)?;
    match reading {
        Reading { statements, .. } if !statements.is_empty() => Ok(statements),
        Reading {
            is_output: true, ..
        } => Err(PlanError::NoPlan),
        Reading { .. } => Err(PlanError::NotAPlan),
    }
}

/// Whether the text is, or begins as, a plan in any format, rather than SQL: a plan in its comments
/// is one only if there is nothing else.
pub fn looks_like_plan(text: &str) -> bool {
    let lines = lines(text);
    let mut in_comment = false;
    let (mut has_code, mut has_comment) = (false, false);
    for (at, line) in lines.iter().enumerate() {
        let content = line.text.trim();
        let begins_comment = content.starts_with("/*") || content.starts_with("--");
        let is_commented = in_comment || begins_comment || line.is_comment;
        if begins(&lines, at).is_some() {
            if !is_commented {
                return true;
            }
            has_comment = true;
        }
        has_code |= !is_commented && !content.is_empty();
        let comments = content.matches("/*").count();
        let ends = content.matches("*/").count();
        in_comment = if in_comment {
            ends <= comments
        } else {
            comments > ends
        };
    }
    has_comment && !has_code
}

/// What begins on a line.
enum Beginning {
    Json,
    Yaml,
    Xml,
    Text,
}

fn begins(lines: &[Line], at: usize) -> Option<Beginning> {
    let line = lines[at].text.trim();
    match line.as_bytes().first()? {
        b'{' | b'[' if begins_json(&lines[at..]) => Some(Beginning::Json),
        b'<' if ["<explain", "<?xml", "<Plan>", "<Query>"]
            .iter()
            .any(|tag| line.starts_with(tag)) =>
        {
            Some(Beginning::Xml)
        }
        _ if document::yaml::begins(&lines[at..]) => Some(Beginning::Yaml),
        _ if text::begins(lines, at) => Some(Beginning::Text),
        _ => None,
    }
}

/// Whether a value of EXPLAIN's, or one that wraps it, begins here: not a prompt in brackets.
fn begins_json(lines: &[Line]) -> bool {
    let mut rest = lines.iter().flat_map(|line| {
        let text = line.text.chars();
        text.filter(|c| !c.is_whitespace())
    });
    match (rest.next(), rest.next()) {
        (Some('['), Some(next)) => matches!(next, '{' | '[' | '"' | ']'),
        (Some('{'), Some(next)) => matches!(next, '"' | '}'),
        _ => false,
    }
}

#[derive(Default)]
struct Reading {
    statements: Vec<Statement>,
    /// Whether something was EXPLAIN's output, be it without a plan.
    is_output: bool,
    /// What a log says of the plan that follows.
    log: log::Entry,
}

impl Reading {
    fn read(&mut self, lines: &[Line], wrappings: u32) -> Result<(), PlanError> {
        let edge = text::Edge::of(lines);
        let mut at = 0;
        while at < lines.len() {
            let Some(beginning) = begins(lines, at) else {
                let line = &lines[at];
                if text::is_node(&line.text) {
                    let problem = "a node without the one it lies below; \
                                   is the beginning of the plan missing?";
                    return Err(PlanError::at(line.number, problem));
                }
                self.log.note(line);
                at += 1;
                continue;
            };
            let rest = &lines[at..];
            at += match beginning {
                Beginning::Text => {
                    let (statement, taken) = text::read(rest, edge)?;
                    self.push(statement);
                    taken
                }
                Beginning::Json => self.document(document::json::read(rest)?, wrappings)?,
                Beginning::Yaml => self.document(document::yaml::read(rest)?, wrappings)?,
                Beginning::Xml => self.document(document::xml::read(rest)?, wrappings)?,
            };
        }
        Ok(())
    }

    fn push(&mut self, mut statement: Statement) {
        std::mem::take(&mut self.log).complete(&mut statement);
        self.statements.push(statement);
    }

    fn document(
        &mut self,
        (document, taken): (document::Document, usize),
        wrappings: u32,
    ) -> Result<usize, PlanError> {
        self.is_output = true;
        for found in document::statements(document)? {
            match found {
                Found::Statement(statement) => self.push(*statement),
                Found::Text(text, _) if text == "Utility Statement" => {}
                Found::Text(text, number) if wrappings > 0 => {
                    let mut inner = lines(&text);
                    for line in &mut inner {
                        line.number = number;
                    }
                    self.read(&inner, wrappings - 1)?;
                }
                Found::Text(_, number) => {
                    return Err(PlanError::at(number, "a text within a text within a text"));
                }
            }
        }
        Ok(taken)
    }
}
