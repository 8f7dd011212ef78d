//! Checks of the sources that need no server.

use anyhow::Result;

use crate::npm;
use crate::step::{self, step};
use crate::workspace::Workspace;

/// Formatting, clippy, the editor's types, licences, unused dependencies: all of them, even if
/// one fails.
pub(crate) fn lint(workspace: &Workspace) -> Result<()> {
    npm::install(workspace)?;
    let outcomes = [
        cargo(
            workspace,
            "Checking the format",
            &["fmt", "--all", "--check"],
        ),
        // The client's features contradict the server's, so the two are never checked together.
        cargo(
            workspace,
            "Checking with clippy",
            &[
                "clippy",
                "--workspace",
                "--exclude=sqlground-client",
                "--all-targets",
                "--",
                "-Dwarnings",
            ],
        ),
        // For the host: the browser's standard library may come from another compiler.
        cargo(
            workspace,
            "Checking the client with clippy",
            &["clippy", "--package=sqlground-client", "--", "-Dwarnings"],
        ),
        step("Checking the editor's types", || {
            npm::run_script(workspace, "typecheck")
        }),
        // Those of other platforms too, whose licences are looked at as well.
        cargo(
            workspace,
            "Fetching the sources of all dependencies",
            &["fetch", "--locked", "--quiet"],
        ),
        optional(workspace, "deny", "Checking licences and sources", {
            // Advisories need a database from the network; licences and sources do not.
            &[
                "deny",
                "--offline",
                "--log-level=error",
                "check",
                "licenses",
                "bans",
                "sources",
            ]
        }),
        optional(
            workspace,
            "machete",
            "Looking for unused dependencies",
            &["machete"],
        ),
    ];
    outcomes.into_iter().collect()
}

fn cargo(workspace: &Workspace, title: &str, args: &[&str]) -> Result<()> {
    step(title, || step::run(workspace.cargo().args(args)))
}

/// Runs a subcommand that cargo does not bring along; without it the check is skipped, aloud.
fn optional(workspace: &Workspace, tool: &str, title: &str, args: &[&str]) -> Result<()> {
    if !step::works(format!("cargo-{tool}"), &["--version"]) {
        eprintln!("==> {title}: skipped; `cargo install --locked cargo-{tool}` enables it");
        return Ok(());
    }
    cargo(workspace, title, args)
}
