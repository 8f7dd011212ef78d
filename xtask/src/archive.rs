//! Deterministic `tar.zst` archives: the same content gives the same bytes on every machine.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tar::{Builder, EntryType, Header};
use walkdir::WalkDir;

/// How hard zstd works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Done in a second; for development.
    Fast,
    /// As small as it gets; for what is handed out.
    Small,
}

impl Compression {
    /// The level in zstd's own scale of 1 to 22.
    pub(crate) fn level(self) -> i32 {
        match self {
            Self::Fast => 3,
            Self::Small => 22,
        }
    }
}

/// One file or symbolic link of an archive.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// The path inside the archive, with `/` between its parts.
    pub(crate) path: String,
    /// What is there.
    pub(crate) content: Content,
}

/// What an entry holds.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// A copy of this file; `executable` decides between modes 0755 and 0644.
    File {
        /// Where the content comes from.
        source: PathBuf,
        /// Whether it may be executed.
        executable: bool,
    },
    /// A symbolic link to this target.
    Link(String),
}

/// Every file below `folder`, as entries relative to it, none of them executable.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for found in WalkDir::new(folder) {
        let found = found.with_context(|| format!("cannot list {}", folder.display()))?;
        if found.file_type().is_file() {
            let path = found
                .path()
                .strip_prefix(folder)
                .expect("found below the folder");
            entries.push(Entry {
                path: path.to_string_lossy().into_owned(),
                content: Content::File {
                    source: found.path().to_owned(),
                    executable: false,
                },
            });
        }
    }
    Ok(entries)
}

/// Packs the entries, sorted by path and stripped of owners and times.
pub(crate) fn pack(mut entries: Vec<Entry>, compression: Compression) -> Result<Vec<u8>> {
    entries.sort();
    let mut compressor = zstd::Encoder::new(Vec::new(), compression.level())?;
    compressor.include_checksum(true)?;
    let mut tar = Builder::new(compressor);
    for entry in &entries {
        append(&mut tar, entry).with_context(|| format!("cannot pack {}", entry.path))?;
    }
    Ok(tar.into_inner()?.finish()?)
}

/// Writes `content` to `path` unless it is there already, so that whatever depends on the file
/// is not rebuilt for nothing. A reader sees the old or the new content, never a part.
pub(crate) fn write_if_changed(path: &Path, content: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

fn append(tar: &mut Builder<impl io::Write>, entry: &Entry) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    match &entry.content {
        Content::File { source, executable } => {
            let content = fs::read(source)?;
            header.set_entry_type(EntryType::Regular);
            header.set_mode(if *executable { 0o755 } else { 0o644 });
            header.set_size(content.len() as u64);
            tar.append_data(&mut header, &entry.path, content.as_slice())
        }
        Content::Link(target) => {
            header.set_entry_type(EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            tar.append_link(&mut header, &entry.path, target)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str, content: Content) -> Entry {
        Entry {
            path: path.to_owned(),
            content,
        }
    }

    #[test]
    fn the_same_content_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("file");
        fs::write(&source, "content").unwrap();
        let entries = || {
            vec![
                entry("lib/a.so", Content::Link("a.so.1".to_owned())),
                entry(
                    "bin/a",
                    Content::File {
                        source: source.clone(),
                        executable: true,
                    },
                ),
            ]
        };
        let first = pack(entries(), Compression::Fast).unwrap();
        fs::write(&source, "content").unwrap();
        let second = pack(entries().into_iter().rev().collect(), Compression::Fast).unwrap();
        assert_eq!(first, second);
    }

    #[test]
    fn an_unpacked_archive_has_modes_and_links() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("file");
        fs::write(&source, "content").unwrap();
        let packed = pack(
            vec![
                entry(
                    "bin/run",
                    Content::File {
                        source: source.clone(),
                        executable: true,
                    },
                ),
                entry("lib/name", Content::Link("../bin/run".to_owned())),
            ],
            Compression::Fast,
        )
        .unwrap();
        let unpacked = folder.path().join("unpacked");
        tar::Archive::new(zstd::Decoder::new(packed.as_slice()).unwrap())
            .unpack(&unpacked)
            .unwrap();
        assert_eq!(
            fs::read_to_string(unpacked.join("lib/name")).unwrap(),
            "content"
        );
        let mode = fs::metadata(unpacked.join("bin/run"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755);
    }

    #[test]
    fn an_unchanged_file_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/file");
        write_if_changed(&path, b"one").unwrap();
        let first = fs::metadata(&path).unwrap().modified().unwrap();
        write_if_changed(&path, b"one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), first);
        write_if_changed(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }
}
