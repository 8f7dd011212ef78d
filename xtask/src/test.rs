//! Every test of the workspace, with all that they need built first.

use anyhow::Result;

use crate::build::{build, build_parts};
use crate::debian;
use crate::dist::dist;
use crate::server;
use crate::step::{self, step};
use crate::workspace::{Profile, Workspace};

/// The browser by any of its names.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

/// Builds the server under test and runs every test; `args` go to `cargo test`.
///
/// The server is the packed file, which is handed out and optimised; if `with_dist` is false, a debug
/// build, and the tests of the packed file are left out.
pub(crate) fn test(workspace: &Workspace, with_dist: bool, args: &[String]) -> Result<()> {
    prepare_browser()?;
    if with_dist {
        dist(workspace)?;
        build_parts(workspace)?;
    } else {
        build(workspace, Profile::Dev)?;
    }
    step("Testing", || {
        let mut cargo = workspace.cargo();
        // The client is for browsers alone; its features would change what the server links.
        cargo
            .args(["test", "--workspace", "--exclude", "sqlground-client"])
            .args(args);
        server::set_environment(workspace, &mut cargo);
        if with_dist {
            cargo
                .env("SQLGROUND_BIN", workspace.dist())
                .env("SQLGROUND_DIST", workspace.dist());
        } else {
            cargo.env("SQLGROUND_BIN", workspace.server(Profile::Dev));
        }
        step::run(&mut cargo)
    })
}

/// Makes sure that the browser tests can run.
pub(crate) fn prepare_browser() -> Result<()> {
    let browser = BROWSERS
        .iter()
        .any(|browser| step::works(browser, &["--version"]));
    if browser && step::works("chromedriver", &["--version"]) {
        return Ok(());
    }
    debian::install(
        &["chromium", "chromium-driver"],
        "Chromium with its driver, which the browser tests control,",
        "install Chromium (or Chrome) and chromedriver so that both are in PATH",
    )
}
