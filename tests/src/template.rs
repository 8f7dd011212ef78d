//! A data directory that is made once and copied for each site, which saves each the two seconds of
//! a first start.

use crate::place::{binary, data_dir};
use crate::site::Site;
use rustix::process::Signal;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;
use tempfile::TempDir;

/// What the folders are called in which one is kept between runs.
const PREFIX: &str = "site-template-";

/// A data directory in which a site has been before. Which copies do not matter to each other: all
/// have the same secret.
pub fn used_data_dir() -> TempDir {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(template);
    let folder = data_dir();
    copy(template, folder.path());
    folder
}

/// The one that the binary under test has made.
fn template() -> PathBuf {
    let binary = binary();
    let made = fs::metadata(&binary).expect("the binary is there");
    let time = made.modified().expect("it has a time");
    let time = time.duration_since(UNIX_EPOCH).expect("of this age");
    let folder = binary.parent().expect("a folder");
    let name = format!("{PREFIX}{}-{}", made.len(), time.as_nanos());
    let template = folder.join(&name);
    if template.exists() {
        return template;
    }
    remove_others(folder);
    let data = data_dir();
    let status = Site::start_in(data.path(), &[]).stop(Signal::TERM);
    assert!(status.success(), "{status}");
    let draft = tempfile::tempdir_in(folder).expect("a directory");
    copy(data.path(), draft.path());
    // Another process may have been faster.
    if fs::rename(draft.path(), &template).is_ok() {
        let _ = draft.keep();
    }
    template
}

fn remove_others(folder: &Path) {
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Copies what is in a folder, with owners and permissions.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .status()
        .expect("cp runs");
    assert!(status.success(), "{} cannot be copied", from.display());
}
