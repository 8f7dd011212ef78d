//! How sentences name what is compared: columns, rows and values in the student's own words.

use super::pairs::is_unique;
use super::{ResultView, Subject};
use crate::rows::Row;

/// How many characters of a value a sentence shows.
const VALUE: usize = 40;
/// How many characters of a row's values a sentence shows.
const VALUES: usize = 60;
/// How many characters a value may have that names its row.
const NAME: usize = 30;

impl<'a> Subject<'a> {
    /// What is compared, in a few words.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Result => "your result",
            Self::Probe(subject) => subject,
        }
    }

    /// A sentence on what is compared; one on a probe says so first.
    pub(super) fn sentence(self, text: &str) -> String {
        match self {
            Self::Result => changed_first(text, char::to_uppercase),
            Self::Probe(subject) => {
                let text = changed_first(text, char::to_lowercase);
                format!("Looking at {subject} afterwards: {text}")
            }
        }
    }

    /// What comes before the number of things in a result.
    pub(super) fn there_are(self, number: usize) -> &'static str {
        match self {
            Self::Result => "you return",
            Self::Probe(_) if number == 1 => "there is",
            Self::Probe(_) => "there are",
        }
    }

    /// What is said of things that should be there.
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Self::Result => "asked for",
            Self::Probe(_) => "expected",
        }
    }
}

fn changed_first<I: Iterator<Item = char>>(text: &str, change: fn(char) -> I) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(change);
    first.into_iter().flatten().chain(rest).collect()
}

/// Names the columns and rows of two results.
pub(super) struct Wording<'a> {
    pub(super) subject: Subject<'a>,
    /// The columns' names, none where PostgreSQL has none.
    columns: Vec<Option<&'a str>>,
    /// True if a row is known by its first value.
    first_is_unique: bool,
}

impl<'a> Wording<'a> {
    /// Columns are called as in the actual result, where they have a name.
    pub(super) fn new(
        subject: Subject<'a>,
        expected: ResultView<'a>,
        actual: ResultView<'a>,
    ) -> Self {
        let name = |name: &'a str| (!name.is_empty() && name != "?column?").then_some(name);
        let columns = expected.columns.iter().zip(actual.columns);
        let columns: Vec<_> = columns
            .map(|(e, a)| name(&a.name).or_else(|| name(&e.name)))
            .collect();
        let first_is_unique = columns.len() == 1
            || (!columns.is_empty() && is_unique(expected.rows, 0) && is_unique(actual.rows, 0));
        Self {
            subject,
            columns,
            first_is_unique,
        }
    }

    /// A column within a sentence.
    pub(super) fn column(&self, index: usize) -> String {
        match self.columns[index] {
            Some(name) => format!("`{name}`"),
            None => format!("column {}", index + 1),
        }
    }

    /// A column at the beginning of a sentence that calls it one.
    pub(super) fn the_column(&self, index: usize) -> String {
        match self.columns[index] {
            Some(name) => format!("column `{name}`"),
            None => format!("column {}", index + 1),
        }
    }

    /// One of several rows: `the one with id 17`, or its values.
    pub(super) fn one(&self, row: &Row) -> String {
        self.known_by(row)
            .map_or_else(|| values(row), |name| format!("the one {name}"))
    }

    /// A row within a sentence: `the row with id 17`, or `the row (7, Ann)`.
    pub(super) fn row(&self, row: &Row) -> String {
        let name = self.known_by(row).unwrap_or_else(|| values(row));
        format!("the row {name}")
    }

    fn known_by(&self, row: &Row) -> Option<String> {
        let column = self.columns.first().copied().flatten()?;
        let value = row.first()?.as_deref()?;
        let short = !value.trim().is_empty() && value.chars().nth(NAME).is_none();
        (self.first_is_unique && short).then(|| format!("with {column} {}", quoted(value, NAME)))
    }
}

/// A row's values as far as there is room: `(7, Ann, NULL)`.
pub(super) fn values(row: &Row) -> String {
    let mut text = String::new();
    for (index, value) in row.iter().enumerate() {
        let value = shown(value.as_deref());
        if index > 0 {
            text.push_str(", ");
            if text.chars().count() + value.chars().count() > VALUES {
                text.push('…');
                break;
            }
        }
        text.push_str(&value);
    }
    format!("({text})")
}

/// A value within a sentence.
pub(super) fn shown(value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(text) => quoted(text, VALUE),
    }
}

/// The text's beginning, in quotes where blanks at its ends could not be seen otherwise.
fn quoted(text: &str, length: usize) -> String {
    let line = one_line(text, length);
    if text.is_empty() || text.trim() != text {
        format!("'{line}'")
    } else {
        line
    }
}

/// The text's beginning, with a blank for each line break and its like.
fn one_line(text: &str, length: usize) -> String {
    let cut = text.chars().nth(length).is_some();
    let beginning = text.chars().take(if cut { length - 1 } else { length });
    let mut line: String = beginning
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if cut {
        line.push('…');
    }
    line
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
