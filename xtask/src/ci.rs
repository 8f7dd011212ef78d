//! All that must hold before a change is accepted.

use anyhow::{Result, bail};

use crate::lint::lint;
use crate::site;
use crate::step::{self, step};
use crate::test::test;
use crate::workspace::Workspace;

/// Runs every check, even if one fails, and prints what took how long.
pub(crate) fn ci(workspace: &Workspace) -> Result<()> {
    let outcomes = [
        lint(workspace),
        test(workspace, true, &[]),
        step("Weighing what browsers download", || {
            site::check_budget(&workspace.site())
        }),
    ];
    step::print_table();
    let failures: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    for failure in &failures {
        eprintln!("error: {failure:#}");
    }
    if !failures.is_empty() {
        bail!("{} of the three parts failed", failures.len());
    }
    Ok(())
}
