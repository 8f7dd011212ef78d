//! `sqlground run`: a script in a fresh sandbox.

use super::console;
use super::tool::{Tool, named, read_script};
use crate::cli::RunArgs;
use crate::help;
use anyhow::Result;
use sqlground_model::Run;
use std::process::ExitCode;

/// Runs the script and prints what came back; exit code 1 if a statement failed.
pub async fn run(args: RunArgs) -> Result<ExitCode> {
    let script = read_script(&args.file)?;
    let folder = args.common.exercises.as_deref();
    let exercise = named(folder, args.exercise.as_ref())?;
    let tool = Tool::open(&args.common).await?;
    let result = async {
        let space = tool.space(exercise.as_deref()).await?;
        let scratch = tool.sandboxes.scratch(&space).await?;
        let run = scratch.run(&script, &args.limits.limits()).await;
        scratch.discard().await?;
        let mut run = run?;
        help::for_run(&tool.sandboxes, &space, &script, &mut run).await;
        Ok(run)
    }
    .await;
    let run = tool.close(result).await?;
    print(&run, args.json)?;
    Ok(if run.failure().is_some() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn print(run: &Run, json: bool) -> Result<()> {
    for statement in &run.statements {
        if json {
            console::json(statement)?;
        } else {
            console::statement(statement)?;
        }
    }
    if run.statements.is_empty() {
        eprintln!("sqlground: the script has no statement");
    } else if run.skipped > 0 && !json {
        eprintln!("sqlground: {} further statements were not run", run.skipped);
    }
    Ok(())
}
