//! A folder on disk to files in memory.

use crate::finding::{Finding, Report};
use crate::load::{Loaded, load};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How deep files lie: `datasets/NAME/schema.sql`. Looking no deeper also ends on links that lead
/// in a circle.
const DEPTH: usize = 3;

/// The exercises' folder cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the exercises' folder {}", folder.display())]
pub struct LoadError {
    /// The folder.
    pub folder: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// Reads a folder of exercises.
///
/// Fails only if the folder itself cannot be read. A file or folder inside that cannot be read or
/// is broken is a finding, and everything else loads. Hidden files, README.md and files other
/// than `.md` and `.sql` are ignored.
pub fn load_dir(dir: &Path) -> Result<Loaded, LoadError> {
    let mut walk = Walk::default();
    walk.folder(dir, Path::new(""), DEPTH)
        .map_err(|source| LoadError {
            folder: dir.to_owned(),
            source,
        })?;
    Ok(load(walk.files, walk.findings))
}

#[derive(Default)]
struct Walk {
    files: Vec<(PathBuf, Vec<u8>)>,
    findings: Vec<Finding>,
}

impl Walk {
    fn folder(&mut self, absolute: &Path, relative: &Path, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(absolute)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let relative = relative.join(name);
            let outcome = if path.is_dir() {
                match depth {
                    0 | 1 => Ok(()),
                    _ => self.folder(&path, &relative, depth - 1),
                }
            } else if is_text(&path) {
                fs::read(&path).map(|bytes| self.files.push((relative.clone(), bytes)))
            } else {
                Ok(())
            };
            if let Err(error) = outcome {
                Report::new(&relative, &mut self.findings).error(
                    1,
                    "unreadable",
                    format!("cannot be read: {error}"),
                );
            }
        }
        Ok(())
    }
}

fn is_text(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|it| it.eq_ignore_ascii_case("md") || it.eq_ignore_ascii_case("sql"))
}
