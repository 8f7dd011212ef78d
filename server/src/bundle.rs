//! What comes with sqlground: page assets, exercises and PostgreSQL. A packed binary (feature
//! `bundle`) carries them; other builds read what `cargo xtask build` left in the target folder.

use anyhow::{Context, Result};
use sqlground_postgres::Programs;
#[cfg(feature = "bundle")]
use std::borrow::Cow;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files by their path relative to the bundle's root.
pub type Files = Vec<(PathBuf, Vec<u8>)>;

#[cfg(feature = "bundle")]
mod packed {
    pub(super) const SITE: &[u8] =
        include_bytes!(concat!(env!("SQLGROUND_BUNDLE"), "/site.tar.zst"));
    pub(super) const EXERCISES: &[u8] =
        include_bytes!(concat!(env!("SQLGROUND_BUNDLE"), "/exercises.tar.zst"));
    pub(super) const POSTGRES: &[u8] =
        include_bytes!(concat!(env!("SQLGROUND_BUNDLE"), "/postgres.tar.zst"));
}

/// The page assets: `digest` and `pkg/<digest>/...`.
pub fn site(folder: Option<&Path>) -> Result<Files> {
    #[cfg(feature = "bundle")]
    if folder.is_none() {
        return unpack(packed::SITE).context("the page assets in this binary are damaged");
    }
    let folder = folder.map_or_else(|| target("site"), Path::to_path_buf);
    read_folder(&folder).with_context(|| {
        format!(
            "cannot read the page assets in {}: type `cargo xtask build`",
            folder.display()
        )
    })
}

/// The exercises that come with sqlground.
pub fn exercises() -> Result<Files> {
    #[cfg(feature = "bundle")]
    return unpack(packed::EXERCISES).context("the exercises in this binary are damaged");
    #[cfg(not(feature = "bundle"))]
    {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises");
        read_folder(&folder)
            .with_context(|| format!("cannot read the exercises in {}", folder.display()))
    }
}

/// Where PostgreSQL's programs come from.
pub fn postgres(archive: Option<&Path>) -> Programs {
    #[cfg(feature = "bundle")]
    if archive.is_none() {
        return Programs::Archive(Cow::Borrowed(packed::POSTGRES));
    }
    Programs::ArchiveFile(archive.map_or_else(|| target("postgres.tar.zst"), Path::to_path_buf))
}

/// Where `cargo xtask build` leaves its results unless it is told otherwise by environment.
fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../target")
        .join(name)
}

#[cfg(feature = "bundle")]
fn unpack(archive: &[u8]) -> Result<Files> {
    let mut archive = tar::Archive::new(zstd::Decoder::new(archive)?);
    let mut files = Files::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        if entry.header().entry_type().is_file() {
            let path = entry.path()?.into_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.push((path, bytes));
        }
    }
    Ok(files)
}

fn read_folder(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let mut bytes = Vec::new();
                std::fs::File::open(&path)?.read_to_end(&mut bytes)?;
                files.push((path.strip_prefix(root)?.to_path_buf(), bytes));
            }
        }
    }
    Ok(files)
}
