//! Everything that a running server needs, made in the order of its dependencies.

use anyhow::Result;

use crate::archive::Compression;
use crate::step::{self, step};
use crate::workspace::{Profile, Workspace};
use crate::{assets, npm, postgres, site, wasm};

/// Builds the page assets, PostgreSQL's archive and the server. What is up to date stays.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    build_parts(workspace)?;
    build_server(workspace, profile)
}

/// Builds what a server reads: the page assets and PostgreSQL's archive.
pub(crate) fn build_parts(workspace: &Workspace) -> Result<()> {
    npm::install(workspace)?;
    postgres::pack(workspace, &workspace.postgres_archive(), Compression::Fast)?;
    build_site(workspace)
}

/// Builds the page assets; needs the npm packages.
pub(crate) fn build_site(workspace: &Workspace) -> Result<()> {
    let client = wasm::build(workspace)?;
    let assets = assets::bundle(workspace, &client)?;
    site::publish(&assets, &workspace.site())
}

fn build_server(workspace: &Workspace, profile: Profile) -> Result<()> {
    let title = if workspace.server(profile).exists() {
        "Building the server"
    } else {
        "Building the server (the first time takes some minutes)"
    };
    step(title, || {
        let mut cargo = workspace.cargo();
        cargo
            .args(["build", "--package", "sqlground"])
            .args(profile.args());
        step::run(&mut cargo)
    })
}
