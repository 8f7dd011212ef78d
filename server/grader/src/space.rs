//! From exercise files to what a sandbox starts with.

use sqlground_catalogue::{Dataset, Exercise};
use sqlground_sandbox::{DatasetSource, Space};
use std::sync::Arc;

/// What a student finds in the sandbox of an exercise.
pub fn space(exercise: &Exercise) -> Space {
    Space {
        key: exercise.id.to_string(),
        dataset: exercise
            .dataset
            .as_deref()
            .map(|d| Arc::new(dataset_source(d))),
        writable: exercise.writable,
        setup: exercise.setup.as_ref().map(|block| block.sql.clone()),
    }
}

/// A dataset's files as the sandbox takes them.
pub fn dataset_source(dataset: &Dataset) -> DatasetSource {
    DatasetSource {
        name: dataset.name.clone(),
        schema_sql: dataset.schema_sql.clone(),
        data_sql: dataset.data_sql.clone(),
        digest: dataset.digest.clone(),
    }
}

/// An instance of the data that submission and answer are compared on.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// What a scratch sandbox of it starts with.
    pub(crate) space: Space,
    /// The SQL that made it from the data shown; none for the data shown itself.
    pub(crate) change: Option<String>,
}

/// The same, with data of its own that a script changes after the set-up.
pub(crate) fn changed(space: &Space, script: &str) -> Space {
    let setup = space.setup.iter().map(String::as_str).chain([script]);
    Space {
        writable: true,
        setup: Some(setup.collect::<Vec<_>>().join("\n;\n")),
        ..space.clone()
    }
}

/// The data shown, then the teacher's hidden variants.
pub(crate) fn variants(exercise: &Exercise) -> Vec<Variant> {
    let shown = space(exercise);
    let hidden = exercise.hidden.iter().map(|block| Variant {
        space: changed(&shown, &block.sql),
        change: Some(block.sql.trim().to_owned()),
    });
    std::iter::once(Variant {
        space: shown.clone(),
        change: None,
    })
    .chain(hidden)
    .collect()
}
