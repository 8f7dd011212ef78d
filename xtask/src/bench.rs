//! How fast the server is.

use anyhow::Result;

use crate::build::build;
use crate::server;
use crate::step::{self, step};
use crate::workspace::{Profile, Workspace};

/// Builds the server with the profile it is released with, and measures it; `args` choose what.
pub(crate) fn bench(workspace: &Workspace, args: &[String]) -> Result<()> {
    build(workspace, Profile::Release)?;
    step("Building the measurements", || {
        let mut cargo = workspace.cargo();
        cargo
            .args(["build", "--package", "sqlground-bench"])
            .args(Profile::Release.args());
        step::run(&mut cargo)
    })?;
    step("Measuring", || {
        let mut bench = std::process::Command::new(workspace.bench());
        server::set_environment(workspace, &mut bench);
        bench
            .env("SQLGROUND_BIN", workspace.server(Profile::Release))
            .args(args);
        step::run(&mut bench)
    })
}
