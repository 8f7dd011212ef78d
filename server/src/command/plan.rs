//! `sqlground plan`: what a plan says, be it in a file or that of a script's last statement.

mod tree;

use super::console;
use super::tool::{Tool, file_name, named, read_file};
use crate::cli::PlanArgs;
use crate::help;
use crate::service::{MAX_SCRIPT_BYTES, explained};
use anyhow::{Result, anyhow, bail};
use sqlground_model::{Outcome, Plan};
use std::process::ExitCode;

/// A log with the plans of a day is larger than any script.
const MAX_PLAN_BYTES: usize = 64 << 20;

/// Prints the plans in a file, or executes and explains the last statement of a script that has a
/// plan.
pub async fn run(args: PlanArgs) -> Result<ExitCode> {
    let text = read_file(&args.file, MAX_PLAN_BYTES, "a plan")?;
    if sqlground_plan::looks_like_plan(&text) {
        let name = file_name(&args.file);
        let plans = sqlground_plan::parse_all(&text, None).map_err(|error| match error.line() {
            Some(line) => anyhow!("{name}:{line}: {}", error.problem()),
            None => anyhow!("{name}: {error}"),
        })?;
        return print(&plans, args.json);
    }
    if text.len() > MAX_SCRIPT_BYTES {
        bail!(
            "{} has {} bytes; a script may have {MAX_SCRIPT_BYTES}, and it is no plan",
            file_name(&args.file),
            text.len()
        );
    }
    explain(args, &text).await
}

async fn explain(args: PlanArgs, script: &str) -> Result<ExitCode> {
    let folder = args.common.exercises.as_deref();
    let exercise = named(folder, args.exercise.as_ref())?;
    let tool = Tool::open(&args.common).await?;
    let result = async {
        let space = tool.space(exercise.as_deref()).await?;
        let scratch = tool.sandboxes.scratch(&space).await?;
        let found = scratch.explain(script, &args.limits.limits()).await;
        scratch.discard().await?;
        let mut found = found?;
        help::for_plan(&tool.sandboxes, &space, script, &mut found).await;
        Ok(explained(found))
    }
    .await;
    match tool.close(result).await? {
        Outcome::Plan(plan) => print(&[plan], args.json),
        Outcome::Problem(problem) => {
            let error = problem.error.map(|error| match error.help {
                Some(help) => format!("{}. {help}", error.message),
                None => error.message,
            });
            let reason = error.or(problem.help);
            bail!("{} {}", problem.message, reason.unwrap_or_default());
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn print(plans: &[Plan], as_json: bool) -> Result<ExitCode> {
    for (plan, number) in plans.iter().zip(1..) {
        if as_json {
            console::json(plan)?;
            continue;
        }
        if plans.len() > 1 {
            console::line(&format!("Plan {number} of {}", plans.len()))?;
        }
        tree::print(plan)?;
        if number < plans.len() {
            console::line("")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
