//! What was there before stands in for what cannot be read now.

use crate::tree::numbered;
use crate::{Catalogue, Dataset, Exercise, Finding, Loaded, Severity, Topic};
use sqlground_model::TopicId;
use std::path::Path;
use std::sync::Arc;

impl Loaded {
    /// Keeps of an earlier catalogue what has an error now: exercises, topics' texts, datasets. What is
    /// no longer there at all is not kept.
    pub fn keep(&mut self, earlier: &Catalogue) {
        let Self {
            catalogue,
            findings,
        } = self;
        let is_broken = |file: &Path| {
            let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
            errors.any(|finding| finding.file == file || is_folder_of(&finding.file, file))
        };
        for (name, dataset) in &earlier.datasets {
            let folder = Path::new("datasets").join(name);
            let is_broken = ["schema.sql", "data.sql"]
                .iter()
                .any(|file| is_broken(&folder.join(file)));
            if is_broken && !catalogue.datasets.contains_key(name) {
                catalogue.datasets.insert(name.clone(), Arc::clone(dataset));
            }
        }
        for topic in &earlier.topics {
            let now = catalogue.topics.iter_mut().find(|now| now.id == topic.id);
            let Some(now) = now else { continue };
            let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
            if errors.any(|finding| finding.is_about_text_of(&topic.id)) {
                now.title.clone_from(&topic.title);
                now.summary.clone_from(&topic.summary);
                now.introduction_html.clone_from(&topic.introduction_html);
            }
            for (place, exercise) in topic.exercises.iter().enumerate() {
                if position(now, exercise).is_some() || !is_broken(&exercise.file) {
                    continue;
                }
                let mut before = topic.exercises[..place].iter().rev();
                let after = before.find_map(|before| position(now, before));
                let mut kept = Exercise::clone(exercise);
                // Its dataset may be another by now.
                kept.dataset = kept.dataset.map(|dataset| {
                    let now = catalogue.datasets.get(&dataset.name);
                    now.map_or(dataset, Arc::clone)
                });
                now.exercises
                    .insert(after.map_or(0, |after| after + 1), Arc::new(kept));
            }
        }
    }

    /// Puts an earlier dataset in the place of the one of its name, as that turned out not to work.
    pub fn keep_dataset(&mut self, earlier: &Arc<Dataset>) {
        let catalogue = &mut self.catalogue;
        catalogue
            .datasets
            .insert(earlier.name.clone(), Arc::clone(earlier));
        let topics = catalogue.topics.iter_mut();
        for exercise in topics.flat_map(|topic| &mut topic.exercises) {
            let uses_it = exercise
                .dataset
                .as_ref()
                .is_some_and(|dataset| dataset.name == earlier.name);
            if uses_it {
                Arc::make_mut(exercise).dataset = Some(Arc::clone(earlier));
            }
        }
    }
}

fn position(topic: &Topic, exercise: &Exercise) -> Option<usize> {
    let mut exercises = topic.exercises.iter();
    exercises.position(|other| other.id == exercise.id)
}

fn is_folder_of(folder: &Path, file: &Path) -> bool {
    file.parent() == Some(folder)
}

impl Finding {
    /// True if it is about a file or folder of the topic.
    pub fn is_in(&self, topic: &TopicId) -> bool {
        let folder = self.file.components().next();
        let name = folder.map(|folder| folder.as_os_str().to_string_lossy());
        name.is_some_and(|name| numbered(&name).is_some_and(|(_, slug)| slug == topic.as_str()))
    }

    fn is_about_text_of(&self, topic: &TopicId) -> bool {
        self.is_in(topic) && self.file.file_name().is_some_and(|name| name == "topic.md")
    }
}
