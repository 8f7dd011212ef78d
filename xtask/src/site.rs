//! The page assets as they are served: in a folder named after their content, so that browsers
//! may keep them for ever, and compressed once instead of at every request.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::write::GzEncoder;

use crate::archive::{self, Content};
use crate::digest::Inputs;
use crate::step::{self, step};

/// The most that a browser may have to download of a file, in bytes after brotli.
const BUDGET: &[(&str, u64)] = &[
    ("sqlground_bg.wasm.br", 150_000),
    ("sql-editor.js.br", 200_000),
    ("plan-view.js.br", 10_000),
];

/// Hexadecimal digits in the folder's name: 64 bits, far more than chance needs.
const DIGEST_LENGTH: usize = 16;

/// Publishes the files of `assets` as `site/pkg/<digest>/`, names that digest in `site/digest`,
/// and removes what was published before.
pub(crate) fn publish(assets: &Path, site: &Path) -> Result<()> {
    let files = asset_files(assets)?;
    let digest = digest_of(&files)?;
    let published = site.join("pkg").join(&digest);
    if current(site).is_some_and(|folder| folder == published) {
        return Ok(());
    }
    step("Compressing the page assets", || {
        remove_folder(&site.join("pkg"))?;
        for (name, source) in &files {
            publish_file(source, &published.join(name))?;
        }
        // Last: a folder that the digest names is complete.
        archive::write_if_changed(&site.join("digest"), digest.as_bytes())
    })
}

/// Fails when a published file is larger than its budget; notes each file's size otherwise.
pub(crate) fn check_budget(site: &Path) -> Result<()> {
    let folder = current(site).context("no page assets; type `cargo xtask build`")?;
    let mut exceeded = Vec::new();
    for (name, budget) in BUDGET {
        let bytes = fs::metadata(folder.join(name))
            .with_context(|| format!("no {name}"))?
            .len();
        step::note(&format!("{name}: {bytes} of {budget} bytes"));
        if bytes > *budget {
            exceeded.push(*name);
        }
    }
    if !exceeded.is_empty() {
        bail!("larger than its budget: {}", exceeded.join(", "));
    }
    Ok(())
}

/// The folder that `site/digest` names, if it exists.
fn current(site: &Path) -> Option<PathBuf> {
    let digest = fs::read_to_string(site.join("digest")).ok()?;
    let folder = site.join("pkg").join(digest);
    folder.is_dir().then_some(folder)
}

/// The names and paths of the assets, sorted by name.
fn asset_files(assets: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in archive::files_below(assets)? {
        if let Content::File { source, .. } = entry.content {
            files.push((entry.path, source));
        }
    }
    files.sort();
    Ok(files)
}

fn digest_of(files: &[(String, PathBuf)]) -> Result<String> {
    let mut inputs = Inputs::default();
    for (name, source) in files {
        inputs = inputs.bytes(name.as_bytes()).file(source)?;
    }
    let mut digest = inputs.finish();
    digest.truncate(DIGEST_LENGTH);
    Ok(digest)
}

/// Copies a file and puts its compressed forms beside it where they are smaller.
fn publish_file(source: &Path, target: &Path) -> Result<()> {
    let content = fs::read(source)?;
    archive::write_if_changed(target, &content)?;
    let forms = [("br", brotli(&content)?), ("gz", gzip(&content)?)];
    for (ending, compressed) in forms {
        if compressed.len() < content.len() {
            let mut name = target.as_os_str().to_owned();
            name.push(".");
            name.push(ending);
            archive::write_if_changed(Path::new(&name), &compressed)?;
        }
    }
    Ok(())
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    #[test]
    fn compressed_forms_exist_where_they_are_smaller() {
        let repetitive = "a".repeat(1000);
        let assets = assets(&[("long.js", &repetitive), ("short.js", "x")]);
        let site = tempfile::tempdir().unwrap();
        publish(assets.path(), site.path()).unwrap();
        let folder = current(site.path()).unwrap();
        for present in ["long.js", "long.js.br", "long.js.gz", "short.js"] {
            assert!(folder.join(present).exists(), "{present}");
        }
        for absent in ["short.js.br", "short.js.gz"] {
            assert!(!folder.join(absent).exists(), "{absent}");
        }
    }

    #[test]
    fn new_content_replaces_the_old_folder() {
        let site = tempfile::tempdir().unwrap();
        publish(assets(&[("a.js", "one")]).path(), site.path()).unwrap();
        let first = current(site.path()).unwrap();
        publish(assets(&[("a.js", "two")]).path(), site.path()).unwrap();
        let second = current(site.path()).unwrap();
        assert_ne!(first, second);
        assert!(!first.exists());
        assert_eq!(fs::read_to_string(second.join("a.js")).unwrap(), "two");
    }

    #[test]
    fn a_file_over_budget_is_named() {
        let site = tempfile::tempdir().unwrap();
        publish(assets(&[("a.js", "one")]).path(), site.path()).unwrap();
        let folder = current(site.path()).unwrap();
        let write = |name: &str, size: usize| fs::write(folder.join(name), vec![0; size]).unwrap();
        write("sqlground_bg.wasm.br", 150_000);
        write("sql-editor.js.br", 200_001);
        write("plan-view.js.br", 10_000);
        let error = check_budget(site.path()).unwrap_err().to_string();
        assert!(
            error.contains("sql-editor.js.br") && !error.contains("wasm"),
            "{error}"
        );
    }
}
