//! The browser client: Rust to WebAssembly and its JavaScript glue.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::digest::{Inputs, Stamp};
use crate::step::{self, step};
use crate::toolchain::{TARGET, Toolchain};
use crate::workspace::Workspace;

/// The part of the built files' names that pages refer to.
const NAME: &str = "sqlground";

/// What rustc assumes of every browser, so wasm-opt may assume it too.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The client, ready to be packed into the page assets.
pub(crate) struct Client {
    /// The JavaScript module that loads the client; it may import others in its folder.
    pub(crate) glue: PathBuf,
    /// The client itself.
    pub(crate) wasm: PathBuf,
}

/// Builds the client, small before fast.
pub(crate) fn build(workspace: &Workspace) -> Result<Client> {
    let compiled = compile(workspace)?;
    let folder = workspace.target.join("client-package");
    let inputs = Inputs::default()
        .file(&compiled)?
        // Names the versions of wasm-opt, and of wasm-bindgen through the lock file of cargo.
        .file(&workspace.root.join("package-lock.json"))?
        .file(&workspace.root.join("Cargo.lock"))?;
    let stamp = Stamp::new(workspace.target.join("client-package.stamp"), inputs);
    if !stamp.is_current() {
        step("Making the client small", || {
            bind(&compiled, &folder)?;
            shrink(workspace, &folder)?;
            stamp.set()
        })?;
    }
    let file = |name: &str| folder.join(format!("{NAME}{name}"));
    Ok(Client {
        glue: file(".js"),
        wasm: file("_bg.wasm"),
    })
}

/// Compiles the client; cargo does nothing when nothing has changed.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let toolchain = Toolchain::find()?;
    let compiled = workspace
        .target
        .join(TARGET)
        .join("client/sqlground_client.wasm");
    let title = if compiled.exists() {
        "Building the browser client"
    } else {
        "Building the browser client (the first time takes about 6 minutes)"
    };
    step(title, || {
        let mut cargo = workspace.cargo();
        cargo.args([
            "build",
            "--package",
            "sqlground-client",
            "--profile",
            "client",
        ]);
        toolchain.apply(&mut cargo);
        step::run(&mut cargo)
    })?;
    Ok(compiled)
}

/// Writes the glue between JavaScript and the compiled client.
fn bind(compiled: &Path, folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).context("cannot remove the last client package")?;
    }
    Bindgen::new()
        .input_path(compiled)
        .out_name(NAME)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .context("wasm-bindgen cannot read the compiled client")
}

/// Optimises the bound client for size, in place.
fn shrink(workspace: &Workspace, folder: &Path) -> Result<()> {
    let wasm = folder.join(format!("{NAME}_bg.wasm"));
    let before = fs::metadata(&wasm)?.len();
    let mut wasm_opt = workspace.npm_program("wasm-opt");
    wasm_opt
        .arg("-Oz")
        .args(FEATURES)
        .arg(&wasm)
        .arg("--output")
        .arg(&wasm);
    step::run(&mut wasm_opt)?;
    let after = fs::metadata(&wasm)?.len();
    step::note(&format!(
        "{}, was {}",
        step::size(after),
        step::size(before)
    ));
    Ok(())
}
