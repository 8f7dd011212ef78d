//! Files sorted by where they lie.

use crate::Finding;
use crate::finding::Report;
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// The files worth reading, by folder.
#[derive(Default)]
pub(crate) struct Tree {
    /// The topics' folders by name.
    pub(crate) topics: BTreeMap<String, Folder>,
    /// The folders in `datasets/` by name.
    pub(crate) datasets: BTreeMap<String, Folder>,
}

/// The files of a folder by name.
pub(crate) type Folder = BTreeMap<String, File>;

/// A file that is not decoded yet.
pub(crate) struct File {
    /// Its path, relative to the exercises' folder.
    pub(crate) path: PathBuf,
    pub(crate) bytes: Vec<u8>,
}

impl Tree {
    /// Sorts files; a Markdown file that lies where none is read is worth a warning.
    pub(crate) fn sort(
        files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut tree = Self::default();
        for (path, bytes) in files {
            if !tree.add(&path, bytes) {
                Report::new(&path, findings).warning(
                    1,
                    "misplaced-file",
                    "is not read: exercises lie in a topic's folder, such as \
                     02-indexing/01-first-index.md",
                );
            }
        }
        tree
    }

    /// False if the author likely expects the file to be read, but it is not.
    fn add(&mut self, path: &Path, bytes: Vec<u8>) -> bool {
        let names = names(path);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let is_hidden = names.iter().any(|name| name.starts_with('.'));
        let Some(file) = names.last() else {
            return true;
        };
        if is_hidden || file.eq_ignore_ascii_case("readme.md") {
            return true;
        }
        let is_markdown = stem(file, "md").is_some();
        let (folders, folder) = match names[..] {
            ["datasets", folder, file] if stem(file, "sql").is_some() => {
                (&mut self.datasets, folder)
            }
            [folder, _] if is_markdown && folder != "datasets" => (&mut self.topics, folder),
            _ => return !is_markdown,
        };
        let file = (*file).to_owned();
        let path = path.to_owned();
        folders
            .entry(folder.to_owned())
            .or_default()
            .insert(file, File { path, bytes });
        true
    }
}

/// The names a relative path consists of.
fn names(path: &Path) -> Vec<String> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect()
}

/// A file's name without this ending, if it has it.
pub(crate) fn stem<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let (stem, given) = name.rsplit_once('.')?;
    given.eq_ignore_ascii_case(extension).then_some(stem)
}

/// Takes `02-indexing` apart into 2 and `indexing`.
pub(crate) fn numbered(name: &str) -> Option<(u32, &str)> {
    let (number, rest) = name.split_once('-')?;
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}
