//! Everything there is to learn.

use crate::{Dataset, Exercise, Topic};
use sqlground_model::{ExerciseId, TopicId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything there is to learn.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The topics in the order of their numbers.
    pub topics: Vec<Topic>,
    /// The datasets by name.
    pub datasets: BTreeMap<String, Arc<Dataset>>,
}

impl Catalogue {
    /// The topic with this id.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// The exercise with this id.
    pub fn exercise(&self, id: &ExerciseId) -> Option<&Arc<Exercise>> {
        self.topic(&id.topic())?
            .exercises
            .iter()
            .find(|exercise| exercise.id == *id)
    }

    /// Every exercise, in the order of topics and of exercises within them.
    pub fn exercises(&self) -> impl Iterator<Item = &Arc<Exercise>> {
        self.topics.iter().flat_map(|topic| &topic.exercises)
    }
}
