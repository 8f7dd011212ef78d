//! Files to begin a topic or an exercise with.

use crate::suggest::{did_you_mean, list};
use crate::tree::{numbered, stem};
use sqlground_model::{ExerciseId, TopicId};
use std::path::{Path, PathBuf};

/// A file that is yet to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Where it belongs, relative to the exercises' folder.
    pub path: PathBuf,
    /// Its text, which can be read as it is and says what goes where.
    pub text: String,
}

/// Why there is nothing to begin with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// There is one of that name.
    #[error("{} is there already", path.display())]
    Exists {
        /// What is there, relative to the exercises' folder.
        path: PathBuf,
    },
    /// The exercise's topic has no folder.
    #[error("there is no topic `{topic}`{help}")]
    UnknownTopic {
        /// The topic.
        topic: TopicId,
        /// A clause that helps on.
        help: String,
    },
}

impl Draft {
    /// A topic's file, in a folder that comes after all others. `folders` are the names of those in the
    /// exercises' folder.
    pub fn topic(topic: &TopicId, folders: &[String]) -> Result<Self, DraftError> {
        let known = || {
            folders
                .iter()
                .filter_map(|name| numbered(name).zip(Some(name)))
        };
        if let Some((_, name)) = known().find(|((_, slug), _)| *slug == topic.as_str()) {
            return Err(DraftError::Exists { path: name.into() });
        }
        let number = known()
            .map(|((number, _), _)| number + 1)
            .max()
            .unwrap_or(0);
        let text = include_str!("draft/topic.md").replace("TITLE", &title(topic.as_str()));
        Ok(Self {
            path: Path::new(&format!("{number:02}-{topic}")).join("topic.md"),
            text,
        })
    }

    /// An exercise's file, after all others of its topic. `folders` are the names of those in the
    /// exercises' folder, `files` gives the names of a folder's files, and `datasets` are the names of
    /// the datasets there are.
    pub fn exercise(
        exercise: &ExerciseId,
        folders: &[String],
        files: impl Fn(&str) -> Vec<String>,
        datasets: &[String],
    ) -> Result<Self, DraftError> {
        let topic = exercise.topic();
        let slugs = || folders.iter().filter_map(|name| Some(numbered(name)?.1));
        let Some(folder) = folders
            .iter()
            .find(|name| numbered(name).is_some_and(|(_, slug)| slug == topic.as_str()))
        else {
            let help = match did_you_mean(topic.as_str(), slugs()) {
                near if !near.is_empty() => near,
                _ => format!("; `sqlground new topic {topic}` makes it"),
            };
            return Err(DraftError::UnknownTopic { topic, help });
        };
        let mut number = 1;
        for file in files(folder) {
            let Some(name) = stem(&file, "md").filter(|name| *name != "topic") else {
                continue;
            };
            let (given, slug) = numbered(name).map_or((0, name), |(given, slug)| (given, slug));
            if slug == exercise.name() {
                let path = Path::new(folder).join(&file);
                return Err(DraftError::Exists { path });
            }
            number = number.max(given + 1);
        }
        let dataset = match datasets {
            [] => "# dataset = \"none yet: make datasets/NAME/schema.sql and data.sql\"".to_owned(),
            [only] => format!("dataset = \"{only}\""),
            [first, ..] => {
                let all = list(datasets.iter().map(String::as_str));
                format!("# There are {all}.\ndataset = \"{first}\"")
            }
        };
        let text = include_str!("draft/exercise.md")
            .replace("TITLE", &title(exercise.name()))
            .replace("# DATASET", &dataset);
        Ok(Self {
            path: Path::new(folder).join(format!("{number:02}-{}.md", exercise.name())),
            text,
        })
    }
}

/// `covering-index` as `Covering index`.
fn title(slug: &str) -> String {
    let words = slug.replace(['-', '_'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
