//! The page assets before compression: esbuild bundles the scripts and the style sheet.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::step::{self, step};
use crate::wasm::Client;
use crate::workspace::Workspace;

/// What every bundle is built for: the browsers of the last few years.
const COMMON: &[&str] = &[
    "--bundle",
    "--minify",
    "--format=esm",
    "--target=es2022",
    "--log-level=warning",
];

/// What the style sheet refers to is copied beside it under its own name.
const COPIED: &[&str] = &[
    "--loader:.woff2=file",
    "--loader:.svg=file",
    "--asset-names=[name]",
];

/// Puts all that a browser loads, under the names that pages use, into one folder and returns it.
pub(crate) fn bundle(workspace: &Workspace, client: &Client) -> Result<PathBuf> {
    let folder = workspace.target.join("assets");
    step("Bundling the scripts and the style sheet", || {
        if folder.exists() {
            fs::remove_dir_all(&folder).context("cannot remove the last bundle")?;
        }
        fs::create_dir_all(&folder)?;
        let root = &workspace.root;
        esbuild(workspace, &client.glue, &folder.join("sqlground.js"))?;
        esbuild(
            workspace,
            &root.join("app/editor/main.ts"),
            &folder.join("sql-editor.js"),
        )?;
        esbuild(
            workspace,
            &root.join("app/plan-view/main.ts"),
            &folder.join("plan-view.js"),
        )?;
        esbuild(
            workspace,
            &root.join("style/main.css"),
            &folder.join("sqlground.css"),
        )?;
        copy(&client.wasm, &folder.join("sqlground_bg.wasm"))?;
        copy(&root.join("style/favicon.svg"), &folder.join("favicon.svg"))
    })?;
    Ok(folder)
}

fn esbuild(workspace: &Workspace, entry: &Path, output: &Path) -> Result<()> {
    let mut esbuild = workspace.npm_program("esbuild");
    esbuild.arg(entry).args(COMMON).args(COPIED);
    step::run(esbuild.arg(format!("--outfile={}", output.display())))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
