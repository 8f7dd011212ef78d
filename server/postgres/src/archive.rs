//! `PostgreSQL`'s programs: where they come from and how they get onto the disk.

use crate::account::Account;
use crate::error::{Error, IoContext as _};
use crate::hex::hex;
use crate::progress::{Progress, Report};
use sha2::{Digest as _, Sha256};
use std::borrow::Cow;
use std::fmt;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Says that a folder of programs has reached the disk as a whole.
const DURABLE: &str = ".durable";

/// The oldest `PostgreSQL` whose `initdb` and settings this crate speaks.
const OLDEST_MAJOR: u32 = 18;

/// Where `PostgreSQL`'s programs come from.
///
/// An archive is a tar compressed with zstd, with `bin/`, `lib/` and `share/` at its top. It is
/// unpacked once into the data directory, under its digest.
#[derive(Clone)]
pub enum Programs {
    /// An archive in memory, such as `include_bytes!` gives; cheap to clone when borrowed.
    Archive(Cow<'static, [u8]>),
    /// An archive in a file.
    ArchiveFile(PathBuf),
    /// An installation, used where it is: the directory that holds `bin/postgres`.
    Directory(PathBuf),
}

impl fmt::Debug for Programs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(bytes) => write!(f, "Archive({} bytes)", bytes.len()),
            Self::ArchiveFile(path) => write!(f, "ArchiveFile({})", path.display()),
            Self::Directory(path) => write!(f, "Directory({})", path.display()),
        }
    }
}

impl Programs {
    /// Gives the directory that holds `bin/postgres`, unpacking into `store` if need be. Other
    /// archives' folders in the store are removed, so nothing may run from them any more.
    ///
    /// Blocks: half a second for the first time.
    pub(crate) fn install(&self, store: &Path, report: &Report) -> Result<PathBuf, Error> {
        match self {
            Self::Archive(bytes) => install(bytes, store, report),
            Self::ArchiveFile(path) => install(&fs::read(path).io("read", path)?, store, report),
            Self::Directory(path) => path.canonicalize().io("find", path),
        }
    }
}

fn install(archive: &[u8], store: &Path, report: &Report) -> Result<PathBuf, Error> {
    let folder = store.join(hex(&Sha256::digest(archive)[..8]));
    if folder.join(DURABLE).exists() {
        return Ok(folder);
    }
    // Everything else here is older, half unpacked, or was never seen on the disk as a whole and
    // may have lost parts in a power failure.
    if store.exists() {
        fs::remove_dir_all(store).io("remove", store)?;
    }
    create_public_dir(store)?;
    let draft = store.join("incomplete");
    create_public_dir(&draft)?;
    unpack(archive, &draft, report).map_err(|source| Error::Unpack {
        path: draft.clone(),
        source,
    })?;
    fs::rename(&draft, &folder).io("create", &folder)?;
    confirm_later(folder.clone());
    Ok(folder)
}

/// A directory that everybody may read, whatever the umask: the programs belong to us but run as
/// another user.
fn create_public_dir(path: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .mode(0o755)
        .create(path)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o755)))
        .io("create", path)
}

fn unpack(archive: &[u8], folder: &Path, report: &Report) -> io::Result<()> {
    let counted = Counted {
        bytes: archive,
        total: archive.len(),
        percent: 0,
        report,
    };
    report(Progress::Unpacking { percent: 0 });
    let mut tar = tar::Archive::new(zstd::Decoder::new(counted)?);
    tar.set_preserve_mtime(false);
    tar.unpack(folder)?;
    make_public(folder)
}

/// Opens all folders below, which may come without a mode of their own: the umask of root is
/// often strict.
fn make_public(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::set_permissions(entry.path(), Permissions::from_mode(0o755))?;
            make_public(&entry.path())?;
        }
    }
    Ok(())
}

/// Waits in the background until the folder is on the disk and says so in a file. Waiting in the
/// foreground would make the first start wait for everything else the machine has yet to write.
fn confirm_later(folder: PathBuf) {
    std::thread::spawn(move || {
        let confirmed = File::open(&folder).and_then(|handle| {
            rustix::fs::syncfs(&handle)?;
            File::create(folder.join(DURABLE))
        });
        if let Err(error) = confirmed {
            tracing::debug!(%error, "PostgreSQL will be unpacked again at the next start");
        }
    });
}

/// Reads bytes and reports each percent that is through.
struct Counted<'a> {
    bytes: &'a [u8],
    total: usize,
    percent: u8,
    report: &'a Report,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        let done = (self.total - self.bytes.len()) * 100 / self.total.max(1);
        let percent = u8::try_from(done).unwrap_or(100);
        if percent > self.percent {
            self.percent = percent;
            (self.report)(Progress::Unpacking { percent });
        }
        Ok(count)
    }
}

/// Runs `postgres --version` as the account, from the directory it will run in, and gives the
/// major version. This is where closed directories, missing libraries and the like come to light.
pub(crate) fn probe(programs: &Path, directory: &Path, account: &Account) -> Result<u32, Error> {
    let postgres = programs.join("bin/postgres");
    let broken = |reason: String| Error::Programs {
        path: postgres.clone(),
        reason,
    };
    let output = account
        .command(&postgres, directory)
        .arg("--version")
        .output()
        .map_err(|error| {
            let closed = || {
                account
                    .blocked(directory)
                    .or_else(|| account.blocked(&postgres))
            };
            match error.kind() {
                io::ErrorKind::PermissionDenied => closed().unwrap_or_else(|| {
                    broken(format!("{error} (is the file system mounted noexec?)"))
                }),
                _ => broken(error.to_string()),
            }
        })?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(broken(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    // "postgres (PostgreSQL) 18.4", "postgres (PostgreSQL) 19beta1"
    let digits = said.rsplit(' ').next().unwrap_or_default();
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    match digits[..end].parse() {
        Ok(major) if major >= OLDEST_MAJOR => Ok(major),
        Ok(major) => Err(broken(format!(
            "it is version {major}, and the embedded server must be {OLDEST_MAJOR} or newer"
        ))),
        Err(_) => Err(broken(format!("its version reads {:?}", said.trim()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    fn archive(content: &str) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_size(0);
        header.set_mode(0o700);
        tar.append_data(&mut header, "bin", io::empty()).unwrap();
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        tar.append_data(&mut header, "bin/postgres", content.as_bytes())
            .unwrap();
        zstd::encode_all(tar.into_inner().unwrap().as_slice(), 1).unwrap()
    }

    /// Installs and waits until that is confirmed.
    fn check(programs: &Programs, store: &Path, unpacked: bool) -> PathBuf {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let report: Report = Arc::new(move |progress| sink.lock().unwrap().push(progress));
        let folder = programs.install(store, &report).unwrap();
        let seen = seen.lock().unwrap();
        if unpacked {
            assert_eq!(seen.first(), Some(&Progress::Unpacking { percent: 0 }));
            assert_eq!(seen.last(), Some(&Progress::Unpacking { percent: 100 }));
        } else {
            assert!(seen.is_empty(), "{seen:?}");
        }
        while !folder.join(DURABLE).exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        folder
    }

    #[test]
    fn an_archive_is_unpacked_once() {
        let data = tempfile::tempdir().unwrap();
        let store = data.path().join("postgres");
        let first = Programs::Archive(archive("one").into());
        let folder = check(&first, &store, true);
        assert_eq!(
            fs::read_to_string(folder.join("bin/postgres")).unwrap(),
            "one"
        );
        let mode = fs::metadata(folder.join("bin"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o755);
        assert_eq!(check(&first, &store, false), folder);

        let file = data.path().join("archive");
        fs::write(&file, archive("two")).unwrap();
        let second = Programs::ArchiveFile(file);
        let other = check(&second, &store, true);
        assert_eq!(
            fs::read_to_string(other.join("bin/postgres")).unwrap(),
            "two"
        );
        assert!(!folder.exists(), "the older one goes");
    }

    #[test]
    fn what_may_not_have_reached_the_disk_is_unpacked_again() {
        let data = tempfile::tempdir().unwrap();
        let store = data.path().join("postgres");
        let programs = Programs::Archive(archive("whole").into());
        let folder = check(&programs, &store, true);
        fs::remove_file(folder.join(DURABLE)).unwrap();
        fs::write(folder.join("bin/postgres"), "").unwrap();
        check(&programs, &store, true);
        assert_eq!(
            fs::read_to_string(folder.join("bin/postgres")).unwrap(),
            "whole"
        );
    }

    #[test]
    fn a_cut_archive_leaves_nothing_that_counts() {
        let data = tempfile::tempdir().unwrap();
        let store = data.path().join("postgres");
        let mut bytes = archive(&"long ".repeat(1000));
        bytes.truncate(bytes.len() / 2);
        let report: Report = Arc::new(|_| {});
        let error = Programs::Archive(bytes.into()).install(&store, &report);
        assert!(matches!(error, Err(Error::Unpack { .. })));
        check(&Programs::Archive(archive("whole").into()), &store, true);
        assert_eq!(fs::read_dir(&store).unwrap().count(), 1);
    }

    #[test]
    fn programs_that_do_not_run_say_why() {
        let folder = tempfile::tempdir().unwrap();
        let check = |script: Option<&str>, expected: &str| {
            let program = folder.path().join("bin/postgres");
            if let Some(script) = script {
                fs::create_dir_all(program.parent().unwrap()).unwrap();
                fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
                fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
            }
            let text = match probe(folder.path(), folder.path(), &Account::Own) {
                Ok(major) => major.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(text.contains(expected), "{text}");
        };
        check(None, "No such file");
        check(Some("echo 'postgres (PostgreSQL) 18.4'"), "18");
        check(Some("echo 'postgres (PostgreSQL) 19beta1'"), "19");
        check(
            Some("echo 'postgres (PostgreSQL) 15.9'"),
            "must be 18 or newer",
        );
        check(Some("echo hello"), "its version reads \"hello\"");
        check(
            Some("echo 'libxml2.so.2: not found' >&2; exit 127"),
            "libxml2.so.2",
        );
    }
}
