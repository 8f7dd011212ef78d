//! `sqlground check`: exercise files that hold what they promise.

mod reporter;

use super::console;
use super::tool::{Tool, exercises};
use crate::cli::CheckArgs;
use anyhow::Result;
use futures_util::{StreamExt, stream};
use reporter::{Found, Reporter};
use sqlground_catalogue::{Block, Catalogue, Exercise, Finding, Severity};
use sqlground_grader::{Effort, GradeError, Grader, Reference, is_sorted};
use sqlground_model::{Judgement, Verdict};
use sqlground_sandbox::Limits;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;

/// How long an answer may take until its author is told.
const SLOW_MS: f64 = 2_000.0;

/// Reads every file, then judges every answer, wrong answer and starter; prints what is found.
/// Exit code 1 if any finding is an error.
pub async fn run(args: CheckArgs) -> Result<ExitCode> {
    let folder = args.dir.as_deref().or(args.common.exercises.as_deref());
    let loaded = exercises(folder)?;
    let mut reporter = Reporter::new(args.json, args.mutants);
    for finding in &loaded.findings {
        reporter.report(finding)?;
    }
    for finding in orphans(&loaded.catalogue) {
        reporter.report(&finding)?;
    }
    let total = loaded.catalogue.exercises().count();
    if total > 0 {
        let tool = Tool::open(&args.common).await?;
        let result = async {
            // All that runs here is the teacher's own.
            let answers = &tool.answers;
            let grader = Grader::new(answers.clone(), answers.clone(), Limits::COMPARISON)
                .with_effort(Effort::THOROUGH);
            let mut prepared = Vec::with_capacity(total);
            for exercise in loaded.catalogue.exercises() {
                console::progress(&format!("0/{total} {}", exercise.id));
                prepared.push((Arc::clone(exercise), tool.prepare_answers(exercise).await));
            }
            // PostgreSQL and the search keep about one processor busy for each exercise.
            let at_once = available_parallelism().map_or(1, usize::from);
            let mut checked = stream::iter(prepared)
                .map(|(exercise, prepared)| {
                    let grader = grader.clone();
                    tokio::spawn(async move {
                        let mut found = Found::about(exercise);
                        match prepared {
                            Ok(()) => check(&mut found, &grader).await,
                            Err(error) => found.error(1, "dataset", format!("{error:#}")),
                        }
                        found
                    })
                })
                .buffered(at_once);
            let mut number = 0;
            while let Some(found) = checked.next().await {
                let found = found?;
                number += 1;
                console::progress(&format!("{number}/{total} {}", found.exercise.id));
                reporter.report_all(&found)?;
            }
            console::progress("");
            Ok(())
        }
        .await;
        tool.close(result).await?;
    }
    reporter.summarize(total);
    Ok(if reporter.errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The datasets that no exercise starts from.
fn orphans(catalogue: &Catalogue) -> Vec<Finding> {
    let used = |name: &String| {
        catalogue
            .exercises()
            .filter_map(|exercise| exercise.dataset.as_ref())
            .any(|dataset| dataset.name == *name)
    };
    let orphans = catalogue.datasets.keys().filter(|name| !used(name));
    orphans
        .map(|name| Finding {
            file: Path::new("datasets").join(name).join("schema.sql"),
            line: 1,
            severity: Severity::Warning,
            rule: "orphan-dataset",
            message: "no exercise starts from this dataset: name it in one, or remove it".into(),
        })
        .collect()
}

async fn check(found: &mut Found, grader: &Grader) {
    let exercise = Arc::clone(&found.exercise);
    let mut reference = grader.reference(&exercise);
    if !answer(found, &mut reference, &exercise).await {
        return;
    }
    order(found, &exercise);
    match reference.mutation().await {
        Ok(mutation) => found.mutation = mutation,
        Err(error) => found.error(exercise.answer.line, "answer", told(error)),
    }
    for number in 0..exercise.wrong.len() {
        wrong(found, &mut reference, &exercise, number).await;
    }
    if let Some(starter) = &exercise.starter {
        match reference.judge(&starter.sql).await {
            Ok(verdict) if verdict.verdict == Judgement::Correct => {
                found.error(starter.line, "starter", NOT_TOLD_APART);
            }
            Ok(_) => {}
            Err(error) => found.error(starter.line, "starter", told(error)),
        }
    }
}

/// The answer itself. False if nothing can be compared with it.
async fn answer(found: &mut Found, reference: &mut Reference<'_>, exercise: &Exercise) -> bool {
    let block = &exercise.answer;
    match reference.judge(&block.sql).await {
        Ok(verdict) if verdict.verdict == Judgement::Correct => {}
        Ok(verdict) => {
            let message = format!("the answer is not judged correct: {}", verdict.message);
            found.error(line(block, &verdict), "answer", message);
        }
        Err(error) => {
            found.error(block.line, "answer", told(error));
            return false;
        }
    }
    let scrutiny = match reference.scrutinize().await {
        Ok(scrutiny) => scrutiny,
        Err(error) => {
            found.error(block.line, "answer", told(error));
            return true;
        }
    };
    if let Some(other) = scrutiny.undetermined {
        let message = format!(
            "the answer gives something else {}, so that right submissions are refused by chance: \
             leave nothing open (a LIMIT wants an ORDER BY without ties; no random(), no now()). \
             What it gives then: {}",
            other.when, other.difference
        );
        found.error(block.line, "undetermined", message);
    }
    if scrutiny.elapsed_ms > SLOW_MS {
        let message = format!(
            "the answer takes {:.1} s, and students wait for it: use less data",
            scrutiny.elapsed_ms / 1e3
        );
        found.warning(block.line, "slow", message);
    }
    true
}

/// Whether the exercise and its answer agree about the order.
fn order(found: &mut Found, exercise: &Exercise) {
    if exercise.ordered && !is_sorted(&exercise.answer.sql) {
        let message = "`ordered = true`, but the answer has no ORDER BY: any order would do";
        found.error(exercise.answer.line, "order", message);
    }
}

async fn wrong(
    found: &mut Found,
    reference: &mut Reference<'_>,
    exercise: &Exercise,
    number: usize,
) {
    let block = &exercise.wrong[number].block;
    let known = match reference.judge_wrong(number).await {
        Ok(known) => known,
        Err(error) => return found.error(block.line, "wrong", told(error)),
    };
    match known.verdict.verdict {
        Judgement::Correct => found.error(block.line, "wrong", NOT_TOLD_APART),
        Judgement::Error => {
            let message = format!("this wrong answer does not run: {}", known.verdict.message);
            found.warning(line(block, &known.verdict), "wrong", message);
        }
        Judgement::Incorrect => {
            if let Some(first) = known.twin {
                let message = format!(
                    "this wrong answer does the same as the one in line {}, whose hint is given \
                     instead: remove it, or let a hidden block tell them apart",
                    exercise.wrong[first].block.line
                );
                found.warning(block.line, "wrong", message);
            }
        }
    }
}

const NOT_TOLD_APART: &str =
    "this is judged correct: make the data or a hidden block tell it from the answer";

fn told(error: GradeError) -> String {
    format!("{:#}", anyhow::Error::new(error))
}

/// The line of the file a verdict is about.
fn line(block: &Block, verdict: &Verdict) -> u32 {
    block.line
        + verdict
            .error
            .as_ref()
            .map_or(0, |failed| failed.line.saturating_sub(1))
}
