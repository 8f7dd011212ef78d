//! Files to a catalogue.

use crate::dataset::{Dataset, Datasets, is_dataset_name};
use crate::finding::Report;
use crate::source::decode;
use crate::tree::{File, Folder, Tree, numbered, stem};
use crate::{Catalogue, Exercise, Finding, Topic, exercise_file};
use sqlground_model::{ExerciseId, TopicId};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What could be loaded, and what is wrong with the rest.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// Everything that is intact.
    pub catalogue: Catalogue,
    /// What is wrong, in the order of files and lines.
    pub findings: Vec<Finding>,
}

/// Reads exercises from files in memory; paths are relative to the exercises' folder.
///
/// Ignores what [`load_dir`](crate::load_dir) ignores.
pub fn load_files(files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) -> Loaded {
    load(files, Vec::new())
}

pub(crate) fn load(
    files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>,
    findings: Vec<Finding>,
) -> Loaded {
    let mut loader = Loader {
        findings,
        ..Loader::default()
    };
    let tree = Tree::sort(files, &mut loader.findings);
    for (name, folder) in tree.datasets {
        loader.dataset(name, folder);
    }
    for (name, folder) in tree.topics {
        loader.topic(&name, folder);
    }
    loader.finish()
}

#[derive(Default)]
struct Loader {
    topics: Vec<Topic>,
    topic_folders: BTreeMap<TopicId, String>,
    datasets: Datasets,
    findings: Vec<Finding>,
}

impl Loader {
    fn dataset(&mut self, name: String, mut folder: Folder) {
        let path = Path::new("datasets").join(&name);
        let mut schema = None;
        let mut data = None;
        if is_dataset_name(&name) {
            schema = self.dataset_text(&path, &mut folder, "schema.sql");
            data = self.dataset_text(&path, &mut folder, "data.sql");
        } else {
            Report::new(&path, &mut self.findings).error(
                1,
                "invalid-name",
                format!(
                    "`{name}` is not a valid name of a dataset: use at most 40 lower-case \
                     letters, digits, hyphens and underscores"
                ),
            );
        }
        if let Some(text) = &schema
            && text.trim().is_empty()
        {
            Report::new(&path.join("schema.sql"), &mut self.findings).error(
                1,
                "empty-schema",
                "creates no tables",
            );
            schema = None;
        }
        if let (Some(schema), Some(data)) = (schema, data) {
            let dataset = Dataset::new(name.clone(), schema, data);
            self.datasets.intact.insert(name, Arc::new(dataset));
        } else {
            self.datasets.broken.insert(name);
        }
    }

    fn dataset_text(&mut self, path: &Path, folder: &mut Folder, name: &str) -> Option<String> {
        let path = path.join(name);
        let mut report = Report::new(&path, &mut self.findings);
        let Some(file) = folder.remove(name) else {
            report.error(
                1,
                "missing-dataset-file",
                "is missing: a dataset has schema.sql with its tables and data.sql with their rows",
            );
            return None;
        };
        decode(file.bytes, &mut report)
    }

    fn topic(&mut self, name: &str, mut folder: Folder) {
        let introduction = folder.remove("topic.md");
        let path = Path::new(name);
        let Some((number, slug)) = numbered(name) else {
            let mut report = Report::new(path, &mut self.findings);
            let message = "a topic's folder begins with its number, such as 02-indexing";
            if introduction.is_some() {
                report.error(1, "missing-number", message);
            } else {
                report.warning(1, "missing-number", format!("is not read: {message}"));
            }
            return;
        };
        let id: TopicId = match slug.parse() {
            Ok(id) => id,
            Err(error) => {
                Report::new(path, &mut self.findings).error(1, "invalid-name", error.to_string());
                return;
            }
        };
        if let Some(other) = self.topic_folders.get(&id) {
            Report::new(path, &mut self.findings).error(
                1,
                "duplicate-id",
                format!("has the same id as {other}: `{id}`"),
            );
            return;
        }
        self.topic_folders.insert(id.clone(), name.to_owned());
        let mut topic = Topic::untitled(id, number);
        self.introduction(&mut topic, path, introduction);
        if folder.is_empty() {
            Report::new(path, &mut self.findings).warning(
                1,
                "empty-topic",
                "this topic has no exercises",
            );
        }
        self.exercises(&mut topic, folder);
        self.topics.push(topic);
    }

    fn introduction(&mut self, topic: &mut Topic, folder: &Path, file: Option<File>) {
        let path = folder.join("topic.md");
        let mut report = Report::new(&path, &mut self.findings);
        let Some(file) = file else {
            report.error(
                1,
                "missing-topic",
                "is missing: it gives the topic its title, summary and introduction",
            );
            return;
        };
        if let Some(text) = decode(file.bytes, &mut report) {
            topic.read(&text, &mut report);
        }
    }

    fn exercises(&mut self, topic: &mut Topic, folder: Folder) {
        let mut exercises: Vec<(Option<u32>, Exercise)> = Vec::new();
        let mut seen: BTreeMap<ExerciseId, PathBuf> = BTreeMap::new();
        for (name, File { path, bytes }) in folder {
            let mut report = Report::new(&path, &mut self.findings);
            let name = stem(&name, "md").unwrap_or(&name);
            let (number, slug) = match numbered(name) {
                Some((number, slug)) => (Some(number), slug),
                None => (None, name),
            };
            let id = match ExerciseId::new(&topic.id, slug) {
                Ok(id) => id,
                Err(error) => {
                    report.error(1, "invalid-name", error.to_string());
                    continue;
                }
            };
            if let Some(other) = seen.get(&id) {
                let message = format!("has the same id as {}: `{id}`", other.display());
                report.error(1, "duplicate-id", message);
                continue;
            }
            seen.insert(id.clone(), path.clone());
            let exercise = decode(bytes, &mut report).and_then(|text| {
                exercise_file::read(id, &path, &text, &self.datasets, &mut report)
            });
            exercises.extend(exercise.map(|exercise| (number, exercise)));
        }
        exercises.sort_by(|(a, one), (b, other)| {
            let key = |number: &Option<u32>| number.map_or(u64::MAX, u64::from);
            (key(a), &one.id).cmp(&(key(b), &other.id))
        });
        topic.exercises = exercises
            .into_iter()
            .map(|(_, exercise)| Arc::new(exercise))
            .collect();
    }

    fn finish(mut self) -> Loaded {
        if self.topics.is_empty() {
            Report::new(Path::new("."), &mut self.findings).warning(
                1,
                "no-topics",
                "there are no topics: each is a folder such as 01-first-steps with a topic.md",
            );
        }
        self.topics
            .sort_by(|a, b| (a.number, &a.id).cmp(&(b.number, &b.id)));
        self.findings
            .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Loaded {
            catalogue: Catalogue {
                topics: self.topics,
                datasets: self.datasets.intact,
            },
            findings: self.findings,
        }
    }
}
