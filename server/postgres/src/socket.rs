//! A private directory for the server's socket.

use crate::account::Account;
use crate::config::PORT;
use crate::error::{Error, IoContext as _};
use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// The longest path of a unix socket: `sun_path` has 108 bytes, one of them for the end.
const SOCKET_PATH_BYTES: usize = 107;

/// The beginning of directories under the system's temporary directory.
const PREFIX: &str = "sqlground-";

/// The directory of the socket, mode 0700, owned by the server's user. It is removed when dropped.
#[derive(Debug)]
pub(crate) struct SocketDir {
    path: PathBuf,
    /// Remembers a path outside the data directory for the next start.
    note: PathBuf,
}

impl SocketDir {
    /// Makes `<data_dir>/run`, or where that is no path for a socket, a directory with an
    /// unpredictable name under `temporary`. What an earlier start left behind is removed first;
    /// no server may run any more.
    pub(crate) fn create(
        data_dir: &Path,
        temporary: &Path,
        account: &Account,
    ) -> Result<Self, Error> {
        let note = data_dir.join("socket");
        remove_noted(&note)?;
        let near = data_dir.join("run");
        remove(&near)?;
        let path = if fits(&near) {
            near
        } else {
            let mut random = [0; 8];
            getrandom::fill(&mut random)
                .map_err(io::Error::from)
                .io("draw a name for", &near)?;
            let name = format!("{PREFIX}{:016x}", u64::from_ne_bytes(random));
            let far = temporary.join(name);
            if !fits(&far) {
                return Err(Error::SocketPath { path: far });
            }
            // Noted first: a crash in between leaves a note of nothing.
            fs::write(&note, far.as_os_str().as_bytes()).io("write", &note)?;
            far
        };
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .io("create", &path)?;
        let directory = Self { path, note };
        account.give(&directory.path)?;
        Ok(directory)
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketDir {
    fn drop(&mut self) {
        let removed = remove(&self.path).and_then(|()| remove_noted(&self.note));
        if let Err(error) = removed {
            tracing::debug!(%error, "the socket's directory is left for the next start");
        }
    }
}

/// True if a socket in the directory has a path that is short enough, and plain enough to be
/// written into a list in `postgresql.conf` without quotes.
fn fits(directory: &Path) -> bool {
    let path = directory.as_os_str().as_bytes();
    let file_bytes = format!("/.s.PGSQL.{PORT}").len();
    path.len() + file_bytes <= SOCKET_PATH_BYTES
        && path
            .iter()
            .all(|&byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
}

fn remove(directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).io("remove", directory),
        _ => Ok(()),
    }
}

/// Removes the directory that the note names, if the name is one of ours, and the note.
fn remove_noted(note: &Path) -> Result<(), Error> {
    let bytes = match fs::read(note) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        result => result.io("read", note)?,
    };
    let path = PathBuf::from(OsString::from_vec(bytes));
    let ours = path
        .file_name()
        .is_some_and(|name| name.as_bytes().starts_with(PREFIX.as_bytes()));
    if ours && path.is_absolute() {
        remove(&path)?;
    }
    fs::remove_file(note).io("remove", note)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(data_dir: &Path, temporary: &Path) -> Result<SocketDir, Error> {
        SocketDir::create(data_dir, temporary, &Account::Own)
    }

    #[test]
    fn a_short_path_stays_in_the_data_directory() {
        let data = tempfile::tempdir().unwrap();
        let socket = create(data.path(), Path::new("/nowhere")).unwrap();
        assert_eq!(socket.path(), data.path().join("run"));
        drop(socket);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_long_or_odd_path_goes_elsewhere_and_is_cleaned_up() {
        let temporary = tempfile::tempdir().unwrap();
        let data = tempfile::tempdir().unwrap();
        for name in ["long".repeat(25), "it's, \"odd\"".to_owned()] {
            let data = data.path().join(name);
            fs::create_dir(&data).unwrap();
            let socket = create(&data, temporary.path()).unwrap();
            assert!(socket.path().starts_with(temporary.path()));
            drop(socket);
            assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
            assert_eq!(fs::read_dir(&data).unwrap().count(), 0);

            // As after kill -9: nobody cleans up before the next start.
            std::mem::forget(create(&data, temporary.path()).unwrap());
            let socket = create(&data, temporary.path()).unwrap();
            assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 1);
            drop(socket);
        }
    }

    #[test]
    fn a_foreign_note_removes_nothing() {
        let data = tempfile::tempdir().unwrap();
        let precious = data.path().join("precious");
        fs::create_dir(&precious).unwrap();
        fs::write(data.path().join("socket"), precious.as_os_str().as_bytes()).unwrap();
        drop(create(data.path(), Path::new("/nowhere")).unwrap());
        assert!(precious.exists());
    }

    #[test]
    fn no_place_at_all_is_an_error() {
        let data = tempfile::tempdir().unwrap();
        let long = data.path().join("long".repeat(25));
        fs::create_dir(&long).unwrap();
        assert!(matches!(
            create(&long, &long),
            Err(Error::SocketPath { .. })
        ));
    }
}
