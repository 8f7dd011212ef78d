//! The exercises that are served, and which of their datasets are ready.

use futures_util::future::try_join_all;
use sqlground_catalogue::{Catalogue, Exercise, Topic};
use sqlground_model::{Column, ExerciseId, TopicId};
use sqlground_sandbox::Sandboxes;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// Whether a dataset can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loading {
    /// It is being loaded or waits for that.
    Pending,
    /// It is there.
    Ready,
    /// It could not be loaded; the text is for the operator.
    Failed(String),
}

/// The exercises that are served.
pub struct Library {
    catalogue: Catalogue,
    broken_files: u32,
    datasets: watch::Sender<HashMap<String, Loading>>,
    columns: Mutex<HashMap<ExerciseId, Arc<Vec<Column>>>>,
}

impl Library {
    /// A library of which no dataset is loaded yet.
    pub fn new(catalogue: Catalogue, broken_files: u32) -> Self {
        let datasets = catalogue
            .datasets
            .keys()
            .map(|name| (name.clone(), Loading::Pending))
            .collect();
        Self {
            catalogue,
            broken_files,
            datasets: watch::Sender::new(datasets),
            columns: Mutex::default(),
        }
    }

    /// The topics in order.
    pub fn topics(&self) -> &[Topic] {
        &self.catalogue.topics
    }

    /// A topic.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.catalogue.topic(id)
    }

    /// An exercise.
    pub fn exercise(&self, id: &ExerciseId) -> Option<&Arc<Exercise>> {
        self.catalogue.exercise(id)
    }

    /// All exercises in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Arc<Exercise>> {
        self.catalogue.exercises()
    }

    /// How many exercise files could not be read.
    pub fn broken_files(&self) -> u32 {
        self.broken_files
    }

    /// Loads every dataset into each database, in the order in which the topics need them.
    pub async fn load_datasets(&self, databases: &[Sandboxes]) {
        let mut names: Vec<&String> = Vec::new();
        let needed = self
            .exercises()
            .filter_map(|e| e.dataset.as_ref())
            .map(|d| &d.name);
        for name in needed.chain(self.catalogue.datasets.keys()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            self.load_dataset(databases, name).await;
        }
    }

    /// Loads a dataset into each database; does nothing where it is loaded.
    pub async fn load_dataset(&self, databases: &[Sandboxes], name: &str) {
        let Some(dataset) = self.catalogue.datasets.get(name) else {
            return;
        };
        let source = sqlground_grader::dataset_source(dataset);
        let loading = databases
            .iter()
            .map(|database| database.load_dataset(&source));
        let loading = match try_join_all(loading).await {
            Ok(_) => Loading::Ready,
            Err(error) => {
                tracing::error!("dataset {name}: {:#}", anyhow::Error::new(error));
                Loading::Failed(format!(
                    "The tables of the dataset {name} could not be loaded."
                ))
            }
        };
        self.datasets.send_modify(|datasets| {
            datasets.insert(name.to_owned(), loading);
        });
    }

    /// Whether the tables of an exercise are there.
    pub fn loading(&self, exercise: &Exercise) -> Loading {
        loading_of(&self.datasets.borrow(), exercise)
    }

    /// Waits until the tables of an exercise are there, or turn out not to come.
    pub async fn loaded(&self, exercise: &Exercise) -> Loading {
        let mut datasets = self.datasets.subscribe();
        let found = datasets
            .wait_for(|datasets| loading_of(datasets, exercise) != Loading::Pending)
            .await;
        found.map_or(Loading::Pending, |datasets| loading_of(&datasets, exercise))
    }

    /// How many datasets are not there yet.
    pub fn pending(&self) -> usize {
        self.datasets
            .borrow()
            .values()
            .filter(|l| **l == Loading::Pending)
            .count()
    }

    /// The columns a right answer gives, found out once by running the reference answer; none if
    /// that is not possible.
    pub async fn columns(
        &self,
        answers: &Sandboxes,
        exercise: &Exercise,
    ) -> Option<Arc<Vec<Column>>> {
        let known = self.columns.lock().ok()?.get(&exercise.id).cloned();
        if known.is_some() {
            return known;
        }
        let found = Arc::new(sqlground_grader::result_columns(answers, exercise).await?);
        self.columns
            .lock()
            .ok()?
            .insert(exercise.id.clone(), Arc::clone(&found));
        Some(found)
    }
}

fn loading_of(datasets: &HashMap<String, Loading>, exercise: &Exercise) -> Loading {
    exercise.dataset.as_ref().map_or(Loading::Ready, |dataset| {
        datasets
            .get(&dataset.name)
            .cloned()
            .unwrap_or(Loading::Pending)
    })
}
