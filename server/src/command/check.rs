//! `sqlground check`: exercise files that hold what they promise.

mod reporter;

use super::console;
use super::tool::{Tool, exercises};
use crate::cli::CheckArgs;
use anyhow::Result;
use reporter::Reporter;
use sqlground_catalogue::{Block, Catalogue, Exercise, Finding, Severity};
use sqlground_grader::{Effort, GradeError, Grader, Reference, is_sorted};
use sqlground_model::{Judgement, Verdict};
use sqlground_sandbox::Limits;
use std::path::Path;
use std::process::ExitCode;

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
            for (i, exercise) in loaded.catalogue.exercises().enumerate() {
                console::progress(&format!("{}/{total} {}", i + 1, exercise.id));
                match tool.prepare_answers(exercise).await {
                    Ok(()) => check(&mut reporter, &grader, exercise).await?,
                    Err(error) => reporter.error(exercise, 1, "dataset", format!("{error:#}"))?,
                }
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

async fn check(reporter: &mut Reporter, grader: &Grader, exercise: &Exercise) -> Result<()> {
    let mut reference = grader.reference(exercise);
    if !answer(reporter, &mut reference, exercise).await? {
        return Ok(());
    }
    order(reporter, exercise)?;
    if let Some(mutation) = reference.mutation().await? {
        reporter.mutation(exercise, &mutation)?;
    }
    for number in 0..exercise.wrong.len() {
        wrong(reporter, &mut reference, exercise, number).await?;
    }
    if let Some(starter) = &exercise.starter {
        match reference.judge(&starter.sql).await {
            Ok(verdict) if verdict.verdict == Judgement::Correct => {
                reporter.error(exercise, starter.line, "starter", NOT_TOLD_APART)?;
            }
            Ok(_) => {}
            Err(error) => reporter.error(exercise, starter.line, "starter", told(error))?,
        }
    }
    Ok(())
}

/// The answer itself. False if nothing can be compared with it.
async fn answer(
    reporter: &mut Reporter,
    reference: &mut Reference<'_>,
    exercise: &Exercise,
) -> Result<bool> {
    let block = &exercise.answer;
    match reference.judge(&block.sql).await {
        Ok(verdict) if verdict.verdict == Judgement::Correct => {}
        Ok(verdict) => {
            let message = format!("the answer is not judged correct: {}", verdict.message);
            reporter.error(exercise, line(block, &verdict), "answer", message)?;
        }
        Err(error) => {
            reporter.error(exercise, block.line, "answer", told(error))?;
            return Ok(false);
        }
    }
    let found = match reference.scrutinize().await {
        Ok(found) => found,
        Err(error) => {
            reporter.error(exercise, block.line, "answer", told(error))?;
            return Ok(true);
        }
    };
    if let Some(other) = found.undetermined {
        let message = format!(
            "the answer gives something else {}, so that right submissions are refused by chance: \
             leave nothing open (a LIMIT wants an ORDER BY without ties; no random(), no now()). \
             What it gives then: {}",
            other.when, other.difference
        );
        reporter.error(exercise, block.line, "undetermined", message)?;
    }
    if found.elapsed_ms > SLOW_MS {
        let message = format!(
            "the answer takes {:.1} s, and students wait for it: use less data",
            found.elapsed_ms / 1e3
        );
        reporter.warning(exercise, block.line, "slow", message)?;
    }
    Ok(true)
}

/// Whether the exercise and its answer agree about the order.
fn order(reporter: &mut Reporter, exercise: &Exercise) -> Result<()> {
    let line = exercise.answer.line;
    let sorted = is_sorted(&exercise.answer.sql);
    if exercise.ordered && !sorted {
        let message = "`ordered = true`, but the answer has no ORDER BY: any order would do";
        return reporter.error(exercise, line, "order", message);
    }
    Ok(())
}

async fn wrong(
    reporter: &mut Reporter,
    reference: &mut Reference<'_>,
    exercise: &Exercise,
    number: usize,
) -> Result<()> {
    let block = &exercise.wrong[number].block;
    let known = match reference.judge_wrong(number).await {
        Ok(known) => known,
        Err(error) => return reporter.error(exercise, block.line, "wrong", told(error)),
    };
    match known.verdict.verdict {
        Judgement::Correct => reporter.error(exercise, block.line, "wrong", NOT_TOLD_APART),
        Judgement::Error => {
            let message = format!("this wrong answer does not run: {}", known.verdict.message);
            reporter.warning(exercise, line(block, &known.verdict), "wrong", message)
        }
        Judgement::Incorrect => match known.twin {
            Some(first) => {
                let message = format!(
                    "this wrong answer does the same as the one in line {}, whose hint is given \
                     instead: remove it, or let a hidden block tell them apart",
                    exercise.wrong[first].block.line
                );
                reporter.warning(exercise, block.line, "wrong", message)
            }
            None => Ok(()),
        },
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
