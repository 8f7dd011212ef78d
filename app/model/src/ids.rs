//! Names of topics and exercises as they appear in addresses.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is no valid topic or exercise id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidId(pub String);

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a valid id: use lower-case letters, digits and hyphens",
            self.0
        )
    }
}

impl std::error::Error for InvalidId {}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 80
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A topic's id: its folder's name without the leading number, such as `indexing`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TopicId(String);

impl TopicId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TopicId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if is_slug(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId(text.to_owned()))
        }
    }
}

/// An exercise's id: topic and file name without numbers and ending, such as
/// `indexing/covering-index`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExerciseId {
    text: String,
    slash: usize,
}

impl ExerciseId {
    /// Joins a topic's id and an exercise's own name.
    pub fn new(topic: &TopicId, name: &str) -> Result<Self, InvalidId> {
        format!("{topic}/{name}").parse()
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The topic the exercise belongs to.
    pub fn topic(&self) -> TopicId {
        TopicId(self.text[..self.slash].to_owned())
    }

    /// The part behind the slash.
    pub fn name(&self) -> &str {
        &self.text[self.slash + 1..]
    }
}

impl FromStr for ExerciseId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once('/') {
            Some((topic, name)) if is_slug(topic) && is_slug(name) => Ok(Self {
                text: text.to_owned(),
                slash: topic.len(),
            }),
            _ => Err(InvalidId(text.to_owned())),
        }
    }
}

impl TryFrom<String> for TopicId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl TryFrom<String> for ExerciseId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<TopicId> for String {
    fn from(id: TopicId) -> Self {
        id.0
    }
}

impl From<ExerciseId> for String {
    fn from(id: ExerciseId) -> Self {
        id.text
    }
}

impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ExerciseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_id_has_exactly_two_slugs() {
        for (text, valid) in [
            ("indexing/covering-index", true),
            ("indexing", false),
            ("indexing/", false),
            ("a/b/c", false),
            ("../secret", false),
            ("Indexing/x", false),
            ("indexing/<script>", false),
        ] {
            assert_eq!(text.parse::<ExerciseId>().is_ok(), valid, "{text}");
        }
    }
}
