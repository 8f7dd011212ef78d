//! Running the server that was built here.

use std::env;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::step;
use crate::workspace::{Profile, Workspace};

/// Where the server keeps its data, unless `--data` says otherwise.
const DATA: &str = "SQLGROUND_DATA";

/// `sqlground serve` with what was built in this workspace, and `args` after it.
pub(crate) fn command(workspace: &Workspace, profile: Profile, args: &[String]) -> Command {
    let mut server = Command::new(workspace.server(profile));
    server.arg("serve").args(args);
    set_environment(workspace, &mut server);
    if env::var_os(DATA).is_none() {
        server.env(DATA, workspace.data());
    }
    server
}

/// Tells a server, or the tests that start servers, where this workspace's parts are.
pub(crate) fn set_environment(workspace: &Workspace, command: &mut Command) {
    command
        .env_remove("LD_LIBRARY_PATH")
        .env("SQLGROUND_SITE", workspace.site())
        .env("SQLGROUND_POSTGRES_ARCHIVE", workspace.postgres_archive())
        .env("SQLGROUND_EXERCISES", workspace.exercises());
}

/// Becomes the server: signals, terminal and exit code are then its own. Returns only on failure.
pub(crate) fn become_server(
    workspace: &Workspace,
    profile: Profile,
    args: &[String],
) -> Result<()> {
    step::note("Starting sqlground; Ctrl-C stops it");
    let error = command(workspace, profile, args).exec();
    Err(error).context("cannot start the server")
}
