//! The text of an exercise file to a typed exercise.

use crate::blocks;
use crate::dataset::Datasets;
use crate::finding::Report;
use crate::front_matter;
use crate::header::Header;
use crate::parts::Parts;
use crate::{Exercise, markdown};
use sqlground_model::ExerciseId;
use std::path::Path;

/// Reads an exercise. None, with errors in the report, if anything about it is wrong.
pub(crate) fn read(
    id: ExerciseId,
    file: &Path,
    text: &str,
    datasets: &Datasets,
    report: &mut Report<'_>,
) -> Option<Exercise> {
    let document = front_matter::split(text, report)?;
    let header = Header::read(&document, datasets, report);
    let page = blocks::split(document.body, document.body_line, report);
    let parts = Parts::read(page.fences, report);
    // A misspelt fence would be reported a second time as a missing block.
    if page.intact {
        if !markdown::has_content(&page.prose) {
            report.error(
                document.body_line,
                "empty-prompt",
                "the prompt is missing: say in Markdown what the student is to do",
            );
        }
        parts.check_presence(document.body_line, report);
    }
    let header = header?;
    if let Some(line) = header.ordered
        && !parts.probes.is_empty()
        && !header.returned_rows
    {
        report.warning(
            line,
            "ordered-with-probes",
            "`ordered` has no effect on an exercise judged by probes; order the probes instead",
        );
    }
    if report.errors() > 0 {
        return None;
    }
    Some(Exercise {
        id,
        file: file.to_owned(),
        title: header.title,
        dataset: header.dataset,
        concepts: header.concepts,
        difficulty: header.difficulty,
        writable: header.writable,
        ordered: header.ordered.is_some(),
        column_names: header.column_names,
        returned_rows: header.returned_rows,
        shown_data_only: header.shown_data_only,
        prompt_html: markdown::to_html(page.prose),
        starter: parts.starter,
        setup: parts.setup,
        answer: parts.answer?,
        wrong: parts.wrong,
        hidden: parts.hidden,
        probes: parts.probes,
        rejects: parts.rejects,
        accepts: parts.accepts,
        plan_goals: parts.plan_goals,
        hints_html: parts.hints_html,
        explanation_html: parts.explanation_html,
    })
}
