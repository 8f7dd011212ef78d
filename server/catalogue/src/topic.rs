//! A topic with its exercises, and its file.

use crate::blocks;
use crate::finding::Report;
use crate::front_matter::{self, TopicKeys};
use crate::{Exercise, markdown};
use sqlground_model::TopicId;
use std::sync::Arc;

/// A topic with its exercises.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The topic's id.
    pub id: TopicId,
    /// The number its folder's name begins with.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// A sentence on what it teaches.
    pub summary: String,
    /// Its introduction as HTML.
    pub introduction_html: String,
    /// Its exercises in the order of their numbers.
    pub exercises: Vec<Arc<Exercise>>,
}

impl Topic {
    /// A topic known by its folder alone, for when `topic.md` is missing or broken: its exercises
    /// are worth showing all the same.
    pub(crate) fn untitled(id: TopicId, number: u32) -> Self {
        let mut title = id.as_str().replace('-', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Self {
            id,
            number,
            title,
            summary: String::new(),
            introduction_html: String::new(),
            exercises: Vec::new(),
        }
    }

    /// Takes title, summary and introduction from the text of `topic.md`, as far as they are there.
    pub(crate) fn read(&mut self, text: &str, report: &mut Report<'_>) {
        let Some(document) = front_matter::split(text, report) else {
            return;
        };
        if let Some(keys) = front_matter::parse::<TopicKeys>(&document, report) {
            let title = front_matter::required_text(&document, "title", keys.title, report);
            let summary = front_matter::required_text(&document, "summary", keys.summary, report);
            if let Some(title) = title {
                self.title = title;
            }
            self.summary = summary.unwrap_or_default();
        }
        let page = blocks::split(document.body, document.body_line, report);
        for fence in &page.fences {
            report.error(
                fence.line,
                "misplaced-block",
                format!(
                    "`{}` belongs into an exercise, not into topic.md",
                    fence.role
                ),
            );
        }
        self.introduction_html = markdown::to_html(page.prose);
    }
}
