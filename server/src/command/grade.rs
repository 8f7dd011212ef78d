//! `sqlground grade`: scripts judged as answers to an exercise.

use super::console;
use super::tool::{Tool, exercises, find, read_script};
use crate::cli::GradeArgs;
use anyhow::Result;
use serde::Serialize;
use sqlground_grader::{Effort, Grader};
use sqlground_model::{Judgement, Verdict};
use std::process::ExitCode;

/// A verdict with the file it is about.
#[derive(Serialize)]
struct Line<'a> {
    file: String,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

/// Judges each file and prints its verdict; exit code 1 if any is not correct.
pub async fn run(args: GradeArgs) -> Result<ExitCode> {
    let loaded = exercises(args.common.exercises.as_deref())?;
    let exercise = find(&loaded, &args.exercise)?;
    let scripts: Vec<_> = args
        .files
        .iter()
        .map(|file| Ok((file, read_script(file)?)))
        .collect::<Result<_>>()?;
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
        let mut all_correct = true;
        for (file, script) in &scripts {
            let verdict = grader.grade(exercise, script).await?;
            all_correct &= verdict.verdict == Judgement::Correct;
            let file = file.display().to_string();
            if args.json {
                console::json(&Line {
                    file,
                    verdict: &verdict,
                })?;
            } else {
                console::verdict(&file, &verdict)?;
            }
        }
        Ok(all_correct)
    }
    .await;
    Ok(if tool.close(result).await? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
