//! `sqlground grade`: scripts judged as answers to an exercise.

use super::console;
use super::submissions::{self, Submission};
use super::tool::{Tool, exercises, find};
use crate::cli::GradeArgs;
use anyhow::{Context, Result};
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use sqlground_catalogue::Exercise;
use sqlground_grader::{Effort, Grader, unreadable};
use sqlground_model::{Judgement, Verdict};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::available_parallelism;

/// A verdict with the file it is about.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

/// How verdicts are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Csv,
    /// A line a file once all are judged.
    Table,
    /// Each with all that is known.
    Whole,
}

/// Judges each file, several at a time, and prints the verdicts in the files' order; exit code 1 if
/// any is not correct.
pub async fn run(args: GradeArgs) -> Result<ExitCode> {
    let loaded = exercises(args.common.exercises.as_deref())?;
    let exercise = find(&loaded, &args.exercise)?;
    let submissions = submissions::read(&args.files)?;
    let form = match (args.json, args.csv) {
        (true, _) => Form::Json,
        (_, true) => Form::Csv,
        _ if args.files.iter().any(|path| path.is_dir()) => Form::Table,
        _ => Form::Whole,
    };
    let tool = Tool::open(&args.common).await?;
    let result = async {
        tool.prepare(exercise).await?;
        tool.prepare_answers(exercise).await?;
        let grader = Grader::new(
            tool.sandboxes.clone(),
            tool.answers.clone(),
            args.limits.limits().for_comparison(),
        )
        .knowing(tool.arsenals())
        .with_effort(args.effort.effort(Effort::THOROUGH));
        let jobs = match args.jobs {
            0 => available_parallelism().map_or(1, usize::from),
            jobs => jobs.into(),
        };
        judge(&grader, exercise, &submissions, jobs, form).await
    }
    .await;
    Ok(if tool.close(result).await? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// True if all are correct.
async fn judge(
    grader: &Grader,
    exercise: &Exercise,
    submissions: &[Submission],
    jobs: usize,
    form: Form,
) -> Result<bool> {
    let done = AtomicUsize::new(0);
    let verdict = async |submission: &Submission| {
        let verdict = match &submission.script {
            Ok(script) => {
                let judging = Box::pin(grader.grade(exercise, script));
                judging.await.with_context(|| submission.file.clone())?
            }
            Err(reason) => unreadable(reason),
        };
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        console::progress(&format!("{done}/{} judged", submissions.len()));
        anyhow::Ok(verdict)
    };
    let mut verdicts = stream::iter(submissions).map(verdict).buffered(jobs);
    let mut all = submissions.iter();
    let mut rows = Vec::new();
    let mut correct = 0;
    if form == Form::Csv {
        console::line("file,verdict,class,message,elapsed_ms")?;
    }
    while let (Some(verdict), Some(submission)) = (verdicts.next().await, all.next()) {
        let (verdict, file) = (&verdict?, submission.file.as_str());
        correct += usize::from(verdict.verdict == Judgement::Correct);
        match form {
            Form::Json => {
                console::progress("");
                console::json(&Line { file, verdict })?;
            }
            Form::Csv => {
                console::progress("");
                let elapsed = format!("{:.1}", verdict.elapsed_ms);
                let [word, class] = words(verdict);
                console::csv(&[file, &word, &class, &verdict.message, &elapsed])?;
            }
            Form::Whole => {
                console::progress("");
                console::verdict(file, verdict)?;
            }
            Form::Table => {
                let [word, class] = words(verdict);
                let message = verdict.message.replace('\n', " ");
                rows.push(vec![file.to_owned(), word, class, message]);
            }
        }
    }
    console::progress("");
    if form == Form::Table {
        console::text_table(&["file", "verdict", "class", "message"], rows)?;
        let all = submissions.len();
        console::line(&format!("{correct} of {all} correct"))?;
    }
    Ok(correct == submissions.len())
}

/// Verdict and class as JSON writes them.
fn words(verdict: &Verdict) -> [String; 2] {
    let word = |value: serde_json::Result<serde_json::Value>| {
        let value = value.unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    };
    [
        word(serde_json::to_value(verdict.verdict)),
        word(serde_json::to_value(verdict.class)),
    ]
}
