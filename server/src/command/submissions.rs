//! Scripts to judge: files that are named, and those in folders.

use super::tool::read_script;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// A script to judge.
pub(super) struct Submission {
    /// The file as it is to be shown.
    pub(super) file: String,
    /// The script, or why it cannot be read.
    pub(super) script: Result<String, String>,
}

/// The scripts of files and folders, in the order in which they are named; those of a folder by
/// their paths. A named file that cannot be read is an error, one in a folder is a submission that
/// says so: the others are judged all the same.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Submission>> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            let script = read_script(path)?;
            found.push(submission(path, Ok(script)));
            continue;
        }
        let mut files = Vec::new();
        scripts_in(path, &mut files)
            .with_context(|| format!("cannot read the folder {}", path.display()))?;
        if files.is_empty() {
            bail!("there is no *.sql in {}", path.display());
        }
        files.sort();
        found.extend(files.iter().map(|file| {
            let script = read_script(file).map_err(|error| format!("{error:#}"));
            submission(file, script)
        }));
    }
    Ok(found)
}

fn submission(file: &Path, script: Result<String, String>) -> Submission {
    Submission {
        file: file.display().to_string(),
        script,
    }
}

/// Gathers every `*.sql` below a folder but what is hidden. Links to folders are not followed, as
/// they may lead in a circle.
fn scripts_in(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.file_type()?.is_dir() {
            scripts_in(&path, files)?;
        } else if path.is_file()
            && path
                .extension()
                .is_some_and(|it| it.eq_ignore_ascii_case("sql"))
        {
            files.push(path);
        }
    }
    Ok(())
}
