//! The one file that is handed out: the server with page assets, exercises and PostgreSQL inside.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::archive::{self, Compression};
use crate::build::build_site;
use crate::step::{self, step};
use crate::workspace::{Profile, Workspace};
use crate::{npm, postgres};

/// The most that the file may weigh, in bytes.
const BUDGET: u64 = 45_000_000;

/// Builds the file; fails if it is over its budget.
pub(crate) fn dist(workspace: &Workspace) -> Result<()> {
    npm::install(workspace)?;
    build_site(workspace)?;
    let bundle = workspace.target.join("bundle");
    fs::create_dir_all(&bundle)?;
    postgres::pack(
        workspace,
        &bundle.join("postgres.tar.zst"),
        Compression::Small,
    )?;
    step("Packing page assets and exercises", || {
        pack_folder(&workspace.site(), &bundle.join("site.tar.zst"))?;
        pack_folder(&workspace.exercises(), &bundle.join("exercises.tar.zst"))
    })?;
    step("Building the server with everything inside", || {
        let mut cargo = workspace.cargo();
        cargo
            .args(["rustc", "--package", "sqlground", "--bin", "sqlground"])
            .args(["--features", "bundle", "--release", "--target-dir"])
            // Apart from the plain release build, which would otherwise be rebuilt every time.
            .arg(workspace.target.join("dist-build"))
            // Cargo forgets the profile's `strip` for a package with an `opt-level` of its own.
            .args(["--", "-Cstrip=symbols"])
            .env("SQLGROUND_BUNDLE", &bundle);
        step::run(&mut cargo)
    })?;
    let built = workspace
        .target
        .join("dist-build")
        .join(Profile::Release.folder());
    let size = copy(&built.join("sqlground"), &workspace.dist())?;
    step::note(&format!(
        "{}: {}",
        workspace.dist().display(),
        step::size(size)
    ));
    if size > BUDGET {
        bail!("the file is {size} bytes, its budget is {BUDGET}");
    }
    Ok(())
}

fn pack_folder(folder: &Path, archive: &Path) -> Result<()> {
    let packed = archive::pack(archive::files_below(folder)?, Compression::Small)?;
    archive::write_if_changed(archive, &packed)
}

/// Copies a program and returns its size.
fn copy(from: &Path, to: &Path) -> Result<u64> {
    let copy = || -> std::io::Result<u64> {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        // A program that is running cannot be overwritten, but its name can be given away.
        if to.exists() {
            fs::remove_file(to)?;
        }
        fs::copy(from, to)
    };
    copy().with_context(|| format!("cannot copy the program to {}", to.display()))
}
