//! `sqlground new`: a file to begin a topic or an exercise with.

use super::console;
use crate::cli::{NewArgs, NewWhat};
use anyhow::{Context, Result, bail};
use sqlground_catalogue::Draft;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

/// Writes the file and prints where it is. Never overwrites one.
pub fn run(args: &NewArgs) -> Result<ExitCode> {
    let folder = args.exercises.as_path();
    let folders = names(folder, true)?;
    let draft = match &args.what {
        NewWhat::Topic { name } => Draft::topic(name, &folders)?,
        NewWhat::Exercise { id } => {
            let files = |topic: &str| names(&folder.join(topic), false).unwrap_or_default();
            let datasets = names(&folder.join("datasets"), true)?;
            Draft::exercise(id, &folders, files, &datasets)?
        }
    };
    let path = folder.join(&draft.path);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(draft.text.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    console::line(&path.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// The names of the folders, or the files, in a folder; none if it is not there yet.
fn names(folder: &Path, folders: bool) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => bail!("cannot read the folder {}: {error}", folder.display()),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() == folders && !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
