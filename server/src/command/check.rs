//! `sqlground check`: exercise files that hold what they promise.

use super::console;
use super::tool::{Tool, exercises};
use crate::cli::CheckArgs;
use anyhow::Result;
use serde_json::json;
use sqlground_catalogue::{Block, Exercise, Finding, Severity};
use sqlground_grader::{Effort, Grader, Reference};
use sqlground_model::{Judgement, Verdict};
use sqlground_sandbox::Limits;
use std::process::ExitCode;

/// Reads every file, then judges every answer, wrong answer and starter; prints what is found.
/// Exit code 1 if any finding is an error.
pub async fn run(args: CheckArgs) -> Result<ExitCode> {
    let folder = args.dir.as_deref().or(args.common.exercises.as_deref());
    let loaded = exercises(folder)?;
    let mut checker = Checker {
        json: args.json,
        mutants: args.mutants,
        made: 0,
        survived: 0,
        errors: 0,
        findings: 0,
    };
    for finding in &loaded.findings {
        checker.report(finding)?;
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
                    Ok(()) => checker.check(&grader, exercise).await?,
                    Err(error) => checker.error(exercise, 1, "dataset", format!("{error:#}"))?,
                }
            }
            console::progress("");
            Ok(())
        }
        .await;
        tool.close(result).await?;
    }
    if !args.json {
        println!(
            "{total} exercises, {} errors, {} warnings; {} of {} mistaken answers show",
            checker.errors,
            checker.findings - checker.errors,
            checker.made - checker.survived,
            checker.made
        );
    }
    Ok(if checker.errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

struct Checker {
    json: bool,
    /// Show the mistaken answers that nothing tells from the answer.
    mutants: bool,
    /// How many mistaken answers were made, and how many of them do the same as the answer.
    made: usize,
    survived: usize,
    errors: usize,
    findings: usize,
}

impl Checker {
    async fn check(&mut self, grader: &Grader, exercise: &Exercise) -> Result<()> {
        let mut reference = grader.reference(exercise);
        match reference.judge(&exercise.answer.sql).await {
            Ok(verdict) if verdict.verdict == Judgement::Correct => {}
            Ok(verdict) => {
                let message = format!("the answer is not judged correct: {}", verdict.message);
                self.error(
                    exercise,
                    line(&exercise.answer, &verdict),
                    "answer",
                    message,
                )?;
            }
            Err(error) => {
                let message = format!("{:#}", anyhow::Error::new(error));
                self.error(exercise, exercise.answer.line, "answer", message)?;
                return Ok(());
            }
        }
        let wrong = exercise
            .wrong
            .iter()
            .map(|wrong| (&wrong.block, "wrong answer"));
        self.mutants(&reference, exercise).await?;
        let starter = exercise.starter.iter().map(|block| (block, "starter"));
        for (block, what) in wrong.chain(starter) {
            let verdict = match reference.judge(&block.sql).await {
                Ok(verdict) => verdict,
                Err(error) => {
                    let message = format!("{:#}", anyhow::Error::new(error));
                    self.error(exercise, block.line, "wrong", message)?;
                    continue;
                }
            };
            if verdict.verdict == Judgement::Correct {
                let message = format!(
                    "this {what} is judged correct: make the data or a hidden block tell it from \
                     the answer"
                );
                self.error(exercise, block.line, "wrong", message)?;
            } else if verdict.verdict == Judgement::Error && what == "wrong answer" {
                let message = format!("this wrong answer does not run: {}", verdict.message);
                self.finding(
                    exercise,
                    line(block, &verdict),
                    Severity::Warning,
                    "wrong",
                    message,
                )?;
            }
        }
        Ok(())
    }

    /// Counts the mistaken answers that the exercise's data tells from the answer.
    async fn mutants(&mut self, reference: &Reference<'_>, exercise: &Exercise) -> Result<()> {
        let Some(mutation) = reference.mutation().await? else {
            return Ok(());
        };
        self.made += mutation.mutants;
        self.survived += mutation.survivors.len();
        if !self.mutants {
            return Ok(());
        }
        for mutant in &mutation.survivors {
            let before = &exercise.answer.sql[..mutant.at];
            let line = exercise.answer.line as usize + before.matches('\n').count();
            let file = exercise.file.display();
            let mistake = &mutant.mistake;
            if self.json {
                console::json(
                    &json!({"file": file.to_string(), "line": line, "survivor": mistake}),
                )?;
            } else {
                console::line(&format!(
                    "{file}:{line}: nothing shows this mistake: {mistake}"
                ))?;
            }
        }
        Ok(())
    }

    fn error(
        &mut self,
        exercise: &Exercise,
        line: u32,
        rule: &'static str,
        message: String,
    ) -> Result<()> {
        self.finding(exercise, line, Severity::Error, rule, message)
    }

    fn finding(
        &mut self,
        exercise: &Exercise,
        line: u32,
        severity: Severity,
        rule: &'static str,
        message: String,
    ) -> Result<()> {
        let file = exercise.file.clone();
        self.report(&Finding {
            file,
            line,
            severity,
            rule,
            message,
        })
    }

    fn report(&mut self, finding: &Finding) -> Result<()> {
        self.findings += 1;
        self.errors += usize::from(finding.severity == Severity::Error);
        if self.json {
            console::json(finding)
        } else {
            console::line(&finding.to_string())
        }
    }
}

/// The line of the file a verdict is about.
fn line(block: &Block, verdict: &Verdict) -> u32 {
    block.line
        + verdict
            .error
            .as_ref()
            .map_or(0, |failed| failed.line.saturating_sub(1))
}
