//! Values of the data shown.

use crate::GradeError;
use crate::instance::{Blueprint, Samples, identifier};
use crate::space::space;
use sqlground_catalogue::Exercise;
use sqlground_sandbox::{Limits, Sandboxes};
use std::fmt::Write;

/// How many values of a column are taken.
const SAMPLES: usize = 6;

/// Some values of each column in the data shown.
pub(super) async fn samples(
    answers: &Sandboxes,
    exercise: &Exercise,
    blueprint: &Blueprint,
    limits: &Limits,
) -> Result<Samples, GradeError> {
    let scratch = answers.scratch(&space(exercise)).await?;
    let mut script = String::new();
    let mut places = Vec::new();
    for table in &blueprint.tables {
        for column in &table.columns {
            // Spread over the table, not the first values alone.
            let _ = write!(
                script,
                "SELECT shown.x::text FROM (
                    SELECT DISTINCT x FROM (
                        SELECT {column} AS x FROM {table} WHERE {column} IS NOT NULL LIMIT 5000
                    ) AS few
                ) AS shown ORDER BY shown.x LIMIT 200;\n",
                column = identifier(&column.name),
                table = identifier(&table.name),
            );
            places.push((table.name.clone(), column.name.clone()));
        }
    }
    let mut samples = Samples::new();
    let mut rest = script.as_str();
    // A type without an order ends the script; its column has no samples, the others have theirs.
    while !rest.is_empty() {
        let run = scratch.run(rest, limits).await?;
        let done = run.statements.len();
        if done == 0 {
            break;
        }
        if let Some((_, error)) = run.failure() {
            tracing::debug!(message = error.message, "a column has no samples");
        }
        for (statement, place) in run.statements.iter().zip(places.drain(..done)) {
            let values: Vec<String> = statement
                .rows
                .iter()
                .filter_map(|row| row.first().cloned().flatten())
                .collect();
            samples.insert(place, spread(&values));
        }
        rest = rest
            .match_indices(";\n")
            .nth(done - 1)
            .map_or("", |(at, _)| &rest[at + 2..]);
    }
    Ok(samples)
}

/// A few of many values, the first and the last among them.
fn spread(values: &[String]) -> Vec<String> {
    if values.len() <= SAMPLES {
        return values.to_vec();
    }
    (0..SAMPLES)
        .map(|i| values[i * (values.len() - 1) / (SAMPLES - 1)].clone())
        .collect()
}
