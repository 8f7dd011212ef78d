//! What npm installs: esbuild, wasm-opt, the editor's libraries and PostgreSQL itself.

use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::digest::{Inputs, Stamp};
use crate::step::{self, step};
use crate::workspace::Workspace;

/// The oldest major version of Node.js that the tools in `package.json` run on.
const OLDEST_NODE: u32 = 20;

const HOW_TO_GET_NODE: &str =
    "install Node.js 20 or newer with npm from https://nodejs.org, or with your system's packages";

/// Installs exactly what `package-lock.json` names, unless it is installed already.
///
/// npm checks every package against the digest in the lock file.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let inputs = Inputs::default()
        .file(&workspace.root.join("package.json"))?
        .file(&workspace.root.join("package-lock.json"))?;
    // In the folder that it vouches for: who deletes the one deletes the other.
    let stamp = Stamp::new(workspace.root.join("node_modules/.installed"), inputs);
    if stamp.is_current() {
        return Ok(());
    }
    check_node()?;
    step("Installing the npm packages", || {
        // None of the packages needs its install script, so none gets to run code here.
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts"])
            .current_dir(&workspace.root);
        step::run(&mut npm).context(
            "`npm ci` needs the npm registry, or a mirror named by `npm config set registry`",
        )?;
        stamp.set()
    })
}

/// Runs a script of `package.json`, if it has one of that name.
pub(crate) fn run_script(workspace: &Workspace, script: &str) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.args(["run", "--silent", "--if-present", script])
        .current_dir(&workspace.root);
    step::run(&mut npm)
}

/// Fails with what to install when Node.js or npm is missing or too old.
fn check_node() -> Result<()> {
    let Ok(version) = step::output(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing: {HOW_TO_GET_NODE}");
    };
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node.js is {version}, which is too old: {HOW_TO_GET_NODE}");
    }
    if !step::works("npm", &["--version"]) {
        bail!("npm is missing: {HOW_TO_GET_NODE}");
    }
    Ok(())
}

/// The major version in what `node --version` prints.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_compared_as_a_number() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v9.11.2"), Some(9));
        assert_eq!(major("nightly"), None);
    }
}
