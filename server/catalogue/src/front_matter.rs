//! The TOML a file begins with.

use crate::finding::Report;
use crate::source::line_at;
use crate::suggest::{did_you_mean, list};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

/// A file taken apart at its `+++` lines.
pub(crate) struct Document<'a> {
    /// The front matter; begins on line 2.
    pub(crate) toml: &'a str,
    /// What follows it.
    pub(crate) body: &'a str,
    /// The line the body begins on.
    pub(crate) body_line: u32,
}

impl Document<'_> {
    /// The line of the file a value of the front matter begins on.
    pub(crate) fn line_of<T>(&self, value: &Spanned<T>) -> u32 {
        self.line_at(value.span().start)
    }

    fn line_at(&self, offset: usize) -> u32 {
        line_at(self.toml, offset) + 1
    }
}

/// The keys of an exercise. All are optional here, so that every missing one is reported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the front matter"
)]
pub(crate) struct ExerciseKeys {
    pub(crate) title: Option<Spanned<String>>,
    pub(crate) dataset: Option<Spanned<String>>,
    pub(crate) concepts: Option<Spanned<Vec<String>>>,
    pub(crate) difficulty: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) writable: bool,
    pub(crate) ordered: Option<Spanned<bool>>,
    #[serde(default)]
    pub(crate) column_names: bool,
    #[serde(default)]
    pub(crate) returned_rows: bool,
    #[serde(default)]
    pub(crate) shown_data_only: bool,
}

/// The keys of a topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicKeys {
    pub(crate) title: Option<Spanned<String>>,
    pub(crate) summary: Option<Spanned<String>>,
}

/// A set of front matter keys.
pub(crate) trait Keys: DeserializeOwned {
    /// The keys as they are written.
    const KEYS: &'static [&'static str];
}

impl Keys for ExerciseKeys {
    const KEYS: &'static [&'static str] = &[
        "title",
        "dataset",
        "concepts",
        "difficulty",
        "writable",
        "ordered",
        "column_names",
        "returned_rows",
        "shown_data_only",
    ];
}

impl Keys for TopicKeys {
    const KEYS: &'static [&'static str] = &["title", "summary"];
}

/// Takes a file apart. None, with an error in the report, if its front matter has no beginning or
/// no end.
pub(crate) fn split<'a>(text: &'a str, report: &mut Report<'_>) -> Option<Document<'a>> {
    let is_fence = |line: &str| line.trim_end() == "+++";
    let mut lines = text.split_inclusive('\n');
    let Some(opening) = lines.next().filter(|line| is_fence(line)) else {
        report.error(
            1,
            "missing-front-matter",
            "the file must begin with a line `+++`, then title and other keys in TOML, then `+++`",
        );
        return None;
    };
    let mut end = opening.len();
    for line in lines {
        if is_fence(line) {
            let body_start = end + line.len();
            let body = &text[body_start..];
            return Some(Document {
                toml: &text[opening.len()..end],
                body,
                body_line: line_at(text, body_start),
            });
        }
        end += line.len();
    }
    report.error(
        1,
        "unterminated-front-matter",
        "the front matter that begins here is not ended by another line `+++`",
    );
    None
}

/// Reads the keys. None, with errors in the report, if the TOML or a value's type is wrong; an
/// unknown key is reported and passed over.
pub(crate) fn parse<T: Keys>(document: &Document<'_>, report: &mut Report<'_>) -> Option<T> {
    let mut table = match DeTable::parse(document.toml) {
        Ok(table) => table,
        Err(error) => {
            invalid(document, &error, report);
            return None;
        }
    };
    let unknown: Vec<_> = table
        .get_ref()
        .keys()
        .filter(|key| !T::KEYS.contains(&key.get_ref().as_ref()))
        .cloned()
        .collect();
    for key in unknown {
        let name = key.get_ref();
        report.error(
            document.line_of(&key),
            "unknown-key",
            format!(
                "unknown key `{name}`; known are {}{}",
                list(T::KEYS.iter().copied()),
                did_you_mean(name, T::KEYS.iter().copied())
            ),
        );
        table.get_mut().remove(&key);
    }
    T::deserialize(Deserializer::from(table))
        .map_err(|error| invalid(document, &error, report))
        .ok()
}

fn invalid(document: &Document<'_>, error: &toml::de::Error, report: &mut Report<'_>) {
    let offset = error.span().map_or(0, |span| span.start);
    let message = error.message().replace('\n', "; ");
    report.error(document.line_at(offset), "invalid-front-matter", message);
}

/// The value of a key that must be there.
pub(crate) fn required<T>(
    key: &'static str,
    value: Option<T>,
    report: &mut Report<'_>,
) -> Option<T> {
    if value.is_none() {
        report.error(1, "missing-key", format!("the key `{key}` is missing"));
    }
    value
}

/// The text of a key that must be there and must not be empty.
pub(crate) fn required_text(
    document: &Document<'_>,
    key: &'static str,
    value: Option<Spanned<String>>,
    report: &mut Report<'_>,
) -> Option<String> {
    let value = required(key, value, report)?;
    let text = value.get_ref().trim();
    if text.is_empty() {
        let line = document.line_of(&value);
        report.error(line, "missing-key", format!("the key `{key}` is empty"));
        return None;
    }
    Some(text.to_owned())
}
