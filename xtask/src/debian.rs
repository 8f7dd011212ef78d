//! Debian packages: installed where we may, named where we may not.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::step::{self, step};

/// Installs packages with apt-get.
///
/// Fails, with the command to type, unless this is Debian (or a descendant) and we are root.
/// `missing` begins the sentence "... is missing", `otherwise` says what to do elsewhere.
pub(crate) fn install(packages: &[&str], missing: &str, otherwise: &str) -> Result<()> {
    let names = packages.join(" ");
    if !is_debian() {
        bail!("{missing} is missing: {otherwise}");
    }
    if !rustix::process::geteuid().is_root() {
        bail!("{missing} is missing. Type: sudo apt-get install {names}");
    }
    step(&format!("Installing {names}"), || {
        // A fresh image has no package lists, an old one lists versions that are gone.
        // One broken source of many does not matter if the packages can be had.
        if let Err(error) = step::run(apt_get().arg("update")) {
            step::note(&format!("{error:#}"));
        }
        step::run(
            apt_get()
                .args(["install", "--yes", "--no-install-recommends"])
                .args(packages),
        )
    })
}

/// Whether packages are managed by apt here.
fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

fn apt_get() -> Command {
    let mut apt_get = Command::new("apt-get");
    apt_get
        .arg("--quiet=2")
        .env("DEBIAN_FRONTEND", "noninteractive");
    apt_get
}
