//! An exercise's front matter, checked.

use crate::Dataset;
use crate::dataset::Datasets;
use crate::finding::Report;
use crate::front_matter::{self, Document, ExerciseKeys, required, required_text};
use crate::suggest::did_you_mean;
use std::sync::Arc;
use toml::Spanned;

/// An exercise's front matter.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the front matter"
)]
pub(crate) struct Header {
    pub(crate) title: String,
    pub(crate) dataset: Option<Arc<Dataset>>,
    pub(crate) concepts: Vec<String>,
    pub(crate) difficulty: u8,
    pub(crate) writable: bool,
    /// The line that says so, if the rows' order counts.
    pub(crate) ordered: Option<u32>,
    pub(crate) column_names: bool,
    pub(crate) returned_rows: bool,
    pub(crate) shown_data_only: bool,
}

impl Header {
    /// None, with errors in the report, if a key is missing or a value is not allowed.
    pub(crate) fn read(
        document: &Document<'_>,
        datasets: &Datasets,
        report: &mut Report<'_>,
    ) -> Option<Self> {
        let keys: ExerciseKeys = front_matter::parse(document, report)?;
        let title = required_text(document, "title", keys.title, report);
        let dataset = keys
            .dataset
            .map(|name| find(document, &name, datasets, report));
        let concepts = required("concepts", keys.concepts, report)
            .and_then(|it| concepts(document, &it, report));
        let difficulty = required("difficulty", keys.difficulty, report)
            .and_then(|it| difficulty(document, &it, report));
        let ordered = keys
            .ordered
            .filter(|it| *it.get_ref())
            .map(|it| document.line_of(&it));
        Some(Self {
            title: title?,
            dataset: match dataset {
                Some(found) => Some(found?),
                None => None,
            },
            concepts: concepts?,
            difficulty: difficulty?,
            writable: keys.writable,
            ordered,
            column_names: keys.column_names,
            returned_rows: keys.returned_rows,
            shown_data_only: keys.shown_data_only,
        })
    }
}

fn find(
    document: &Document<'_>,
    name: &Spanned<String>,
    datasets: &Datasets,
    report: &mut Report<'_>,
) -> Option<Arc<Dataset>> {
    let text = name.get_ref().as_str();
    if let Some(dataset) = datasets.intact.get(text) {
        return Some(Arc::clone(dataset));
    }
    let message = if datasets.broken.contains(text) {
        format!("the dataset `{text}` is broken; see the errors in datasets/{text}")
    } else {
        let known = datasets.intact.keys().chain(&datasets.broken);
        format!(
            "there is no dataset `{text}`{}",
            did_you_mean(text, known.map(String::as_str))
        )
    };
    report.error(document.line_of(name), "unknown-dataset", message);
    None
}

fn concepts(
    document: &Document<'_>,
    concepts: &Spanned<Vec<String>>,
    report: &mut Report<'_>,
) -> Option<Vec<String>> {
    let names: Vec<String> = concepts
        .get_ref()
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        report.error(
            document.line_of(concepts),
            "empty-concepts",
            "`concepts` must name at least one concept, and none may be empty",
        );
        return None;
    }
    Some(names)
}

fn difficulty(
    document: &Document<'_>,
    difficulty: &Spanned<i64>,
    report: &mut Report<'_>,
) -> Option<u8> {
    let given = *difficulty.get_ref();
    let level = u8::try_from(given)
        .ok()
        .filter(|level| (1..=5).contains(level));
    if level.is_none() {
        report.error(
            document.line_of(difficulty),
            "difficulty-range",
            format!("`difficulty` is {given}; it goes from 1 (a first step) to 5 (hard)"),
        );
    }
    level
}
