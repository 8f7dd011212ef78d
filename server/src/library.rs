//! The exercises that are served, and which of their datasets are ready.

use futures_util::future::try_join_all;
use sqlground_catalogue::{Catalogue, Dataset, Exercise, Finding, Loaded, Severity, Topic};
use sqlground_model::{Column, ExerciseId, FileError};
use sqlground_sandbox::{Error as SandboxError, Sandboxes};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
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

/// The exercises as they were read at one time.
#[derive(Debug)]
pub struct Edition {
    /// All that could be read, then or earlier.
    pub catalogue: Catalogue,
    /// What could not, and why.
    pub errors: Vec<Finding>,
}

impl Edition {
    /// What was read.
    pub fn new(loaded: Loaded) -> Self {
        let errors = loaded.findings.into_iter();
        Self {
            catalogue: loaded.catalogue,
            errors: errors
                .filter(|finding| finding.severity == Severity::Error)
                .collect(),
        }
    }

    /// How many exercise files could not be read.
    pub fn broken_files(&self) -> u32 {
        u32::try_from(self.errors.len()).unwrap_or(u32::MAX)
    }

    /// What is wrong with a topic's files, or with the datasets of its exercises.
    pub fn errors_in_topic(&self, topic: &Topic) -> Vec<FileError> {
        let concerns = |finding: &&Finding| {
            let mut exercises = topic.exercises.iter();
            finding.is_in(&topic.id) || exercises.any(|exercise| concerns(finding, exercise))
        };
        self.errors
            .iter()
            .filter(concerns)
            .map(file_error)
            .collect()
    }

    /// What is wrong with an exercise's file, or with its dataset.
    pub fn errors_in_exercise(&self, exercise: &Exercise) -> Vec<FileError> {
        let concerns = |finding: &&Finding| concerns(finding, exercise);
        self.errors
            .iter()
            .filter(concerns)
            .map(file_error)
            .collect()
    }
}

fn concerns(finding: &Finding, exercise: &Exercise) -> bool {
    let dataset = exercise.dataset.as_ref();
    finding.file == exercise.file
        || dataset.is_some_and(|it| finding.file.starts_with(dataset_folder(&it.name)))
}

fn dataset_folder(name: &str) -> PathBuf {
    Path::new("datasets").join(name)
}

fn file_error(finding: &Finding) -> FileError {
    FileError {
        file: finding.file.display().to_string(),
        line: finding.line,
        message: finding.message.clone(),
    }
}

/// The exercises that are served.
pub struct Library {
    edition: RwLock<Arc<Edition>>,
    datasets: watch::Sender<HashMap<String, Loading>>,
    columns: Mutex<HashMap<ColumnsKey, Arc<Vec<Column>>>>,
}

/// An exercise, and what its answer's columns depend on.
type ColumnsKey = (ExerciseId, String);

impl Library {
    /// A library of which no dataset is loaded yet.
    pub fn new(loaded: Loaded) -> Self {
        let datasets = loaded
            .catalogue
            .datasets
            .keys()
            .map(|name| (name.clone(), Loading::Pending))
            .collect();
        Self {
            edition: RwLock::new(Arc::new(Edition::new(loaded))),
            datasets: watch::Sender::new(datasets),
            columns: Mutex::default(),
        }
    }

    /// The exercises as they are now. Whoever needs several of them takes them from one edition.
    pub fn edition(&self) -> Arc<Edition> {
        let edition = self.edition.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&edition)
    }

    /// An exercise.
    pub fn exercise(&self, id: &ExerciseId) -> Option<Arc<Exercise>> {
        self.edition().catalogue.exercise(id).map(Arc::clone)
    }

    /// Takes over what was read anew, once its datasets are loaded. What has an error now stays as it
    /// was.
    pub async fn replace(&self, mut loaded: Loaded, databases: &[Sandboxes]) {
        let earlier = self.edition();
        loaded.keep(&earlier.catalogue);
        let datasets: Vec<_> = loaded.catalogue.datasets.values().cloned().collect();
        for dataset in datasets {
            let before = earlier.catalogue.datasets.get(&dataset.name);
            if before.is_some_and(|before| before.digest == dataset.digest) {
                continue;
            }
            let Err(error) = load_into(databases, &dataset).await else {
                self.tell(&dataset.name, Loading::Ready);
                continue;
            };
            match before {
                Some(before) => loaded.keep_dataset(before),
                None => self.tell(&dataset.name, not_loaded(&dataset.name)),
            }
            loaded.findings.push(dataset_finding(&dataset.name, error));
        }
        for finding in &loaded.findings {
            match finding.severity {
                Severity::Error => tracing::error!("{finding}"),
                Severity::Warning => tracing::debug!("{finding}"),
            }
        }
        let edition = Edition::new(loaded);
        let exercises = edition.catalogue.exercises().count();
        *self.edition.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(edition);
        let mut columns = self.columns.lock().unwrap_or_else(PoisonError::into_inner);
        columns.clear();
        tracing::info!("read the exercises again: {exercises}");
    }

    fn tell(&self, dataset: &str, loading: Loading) {
        self.datasets.send_modify(|datasets| {
            datasets.insert(dataset.to_owned(), loading);
        });
    }

    /// Loads every dataset into each database, in the order in which the topics need them.
    pub async fn load_datasets(&self, databases: &[Sandboxes]) {
        let edition = self.edition();
        let catalogue = &edition.catalogue;
        let mut names: Vec<&String> = Vec::new();
        let needed = catalogue
            .exercises()
            .filter_map(|e| e.dataset.as_ref())
            .map(|d| &d.name);
        for name in needed.chain(catalogue.datasets.keys()) {
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
        let edition = self.edition();
        let Some(dataset) = edition.catalogue.datasets.get(name) else {
            return;
        };
        let loading = match load_into(databases, dataset).await {
            Ok(()) => Loading::Ready,
            Err(error) => {
                tracing::error!("dataset {name}: {:#}", anyhow::Error::new(error));
                not_loaded(name)
            }
        };
        self.tell(name, loading);
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
        let depends_on = format!("{} {}", exercise.setup_digest(), exercise.answer.sql);
        let key = (exercise.id.clone(), depends_on);
        let known = self.columns.lock().ok()?.get(&key).cloned();
        if known.is_some() {
            return known;
        }
        let found = Arc::new(sqlground_grader::result_columns(answers, exercise).await?);
        self.columns.lock().ok()?.insert(key, Arc::clone(&found));
        Some(found)
    }
}

async fn load_into(databases: &[Sandboxes], dataset: &Dataset) -> Result<(), SandboxError> {
    let source = sqlground_grader::dataset_source(dataset);
    let loading = databases
        .iter()
        .map(|database| database.load_dataset(&source));
    try_join_all(loading).await.map(drop)
}

fn not_loaded(name: &str) -> Loading {
    Loading::Failed(format!(
        "The tables of the dataset {name} could not be loaded."
    ))
}

/// Why a dataset that could be read cannot be loaded.
fn dataset_finding(name: &str, error: SandboxError) -> Finding {
    let (file, line, message) = match error {
        SandboxError::Dataset {
            file, line, error, ..
        } => (file, line, error.message),
        error => ("schema.sql", 1, format!("{:#}", anyhow::Error::new(error))),
    };
    Finding {
        file: dataset_folder(name).join(file),
        line,
        severity: Severity::Error,
        rule: "dataset",
        message,
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
