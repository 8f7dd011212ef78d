//! Where lines were cut: by a terminal at its edge, or by a mail program between words.

use super::{is_heading, is_node, key_value};
use crate::input::Line;

/// Narrower than this, nothing is cut.
const MIN_WIDTH: usize = 40;
/// How many blanks at the edge get lost where lines are copied.
const LOST_BLANKS: usize = 2;

/// How wide the lines are, and how they were cut.
#[derive(Clone, Copy, Default)]
pub(crate) struct Edge {
    width: usize,
    /// Whether every word was left whole.
    is_between_words: bool,
}

impl Edge {
    /// Looks at the lines of plans, and at those that directly follow them and are nothing by
    /// themselves: pieces, most of them.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let mut edge = Self::default();
        let mut before = None;
        let mut cuts = Vec::new();
        for line in lines {
            let columns = line.text.chars().count();
            let text = line.text.trim();
            let is_line = is_node(text) || key_value(text).is_some() || is_heading(text);
            if let Some(before) = before.filter(|_| !is_line && !line.is_blank()) {
                cuts.push(before);
            }
            let is_of_plan = is_line || (before.is_some() && !line.is_blank());
            before = is_of_plan.then_some(columns);
            edge.width = edge.width.max(before.unwrap_or(0));
        }
        let full = cuts.iter().filter(|&&columns| columns == edge.width);
        edge.is_between_words = 2 * full.count() < cuts.len();
        edge
    }

    fn reaches(self, columns: usize) -> bool {
        columns + LOST_BLANKS >= self.width
    }

    /// Whether the text was cut behind a line, so that the next one is the rest of it.
    pub(super) fn cuts(self, line: &Line, next: &Line) -> bool {
        let columns = line.text.chars().count();
        let word = next.text.split_whitespace().next().unwrap_or_default();
        self.width >= MIN_WIDTH
            && if self.is_between_words {
                columns + LOST_BLANKS + word.chars().count() > self.width
            } else {
                self.reaches(columns)
            }
    }

    /// What stood between a line and its rest, where the line was cut at the edge; none for others.
    pub(super) fn blanks(self, line: &Line) -> Option<usize> {
        let columns = line.text.chars().count();
        if self.is_between_words {
            return None;
        }
        self.reaches(columns)
            .then(|| self.width.saturating_sub(columns))
    }
}
