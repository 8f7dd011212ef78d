//! `sqlground plan`: the plan of a script's last statement.

use super::console;
use super::tool::{Tool, named, read_script};
use crate::cli::PlanArgs;
use crate::help;
use crate::service::explained;
use anyhow::{Result, bail};
use sqlground_model::Outcome;
use std::process::ExitCode;

/// Executes and explains the script's last statement that has a plan, and prints the plan.
pub async fn run(args: PlanArgs) -> Result<ExitCode> {
    let script = read_script(&args.file)?;
    let folder = args.common.exercises.as_deref();
    let exercise = named(folder, args.exercise.as_ref())?;
    let tool = Tool::open(&args.common).await?;
    let result = async {
        let space = tool.space(exercise.as_deref()).await?;
        let scratch = tool.sandboxes.scratch(&space).await?;
        let found = scratch.explain(&script, &args.limits.limits()).await;
        scratch.discard().await?;
        let mut found = found?;
        help::for_plan(&tool.sandboxes, &space, &script, &mut found).await;
        Ok(explained(found))
    }
    .await;
    match tool.close(result).await? {
        Outcome::Plan(plan) if args.json => console::json(&plan)?,
        Outcome::Plan(plan) => console::plan(&plan)?,
        Outcome::Problem(problem) => {
            let error = problem.error.map(|error| match error.help {
                Some(help) => format!("{}. {help}", error.message),
                None => error.message,
            });
            let reason = error.or(problem.help);
            bail!("{} {}", problem.message, reason.unwrap_or_default());
        }
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}
