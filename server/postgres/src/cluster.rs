//! The database cluster: made once, complete or not at all.

use crate::account::Account;
use crate::error::{Error, IoContext as _};
use crate::progress::{Progress, Report};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

/// The name of the cluster's superuser.
pub(crate) const SUPERUSER: &str = "postgres";

/// What `initdb` needs to know.
#[derive(Debug)]
pub(crate) struct Initdb<'a> {
    /// The directory that holds `bin/initdb`.
    pub(crate) programs: &'a Path,
    /// Whose files they will be.
    pub(crate) account: &'a Account,
    /// A directory of that user's, closed to others, to hand the password over in.
    pub(crate) private: &'a Path,
    /// The superuser's password.
    pub(crate) password: &'a str,
}

impl Initdb<'_> {
    /// Makes the cluster in `draft` and moves it to `cluster`, which appears with everything in
    /// it and on the disk. Blocks for about a second.
    ///
    /// The locale is `C.UTF-8` of `PostgreSQL`'s own provider: texts sort the same on every host,
    /// and moving the directory to another host breaks no index.
    pub(crate) fn run(&self, draft: &Path, cluster: &Path, report: &Report) -> Result<(), Error> {
        report(Progress::Initialising);
        if draft.exists() {
            fs::remove_dir_all(draft).io("remove", draft)?;
        }
        DirBuilder::new()
            .mode(0o700)
            .create(draft)
            .io("create", draft)?;
        self.account.give(draft)?;

        let password_file = self.private.join("password");
        let written = self.write_password(&password_file);
        let initdb = self.programs.join("bin/initdb");
        let output = written.and_then(|()| {
            self.account
                .command(&initdb, self.private)
                .arg("-D")
                .arg(draft)
                .arg("--pwfile")
                .arg(&password_file)
                .args(["--username", SUPERUSER, "--auth", "scram-sha-256"])
                .args(["--set", "scram_iterations=1"])
                .args(["--encoding", "UTF8", "--locale", "C"])
                .args([
                    "--locale-provider",
                    "builtin",
                    "--builtin-locale",
                    "C.UTF-8",
                ])
                .arg("--no-instructions")
                .output()
                .io("run", &initdb)
        });
        let removed = fs::remove_file(&password_file).io("remove", &password_file);
        let output = output?;
        removed?;
        if !output.status.success() {
            let mut said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if said.is_empty() {
                said = output.status.to_string();
            }
            return Err(Error::Initdb {
                path: draft.to_owned(),
                output: said,
            });
        }
        fs::rename(draft, cluster).io("create", cluster)
    }

    fn write_password(&self, path: &Path) -> Result<(), Error> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(self.password.as_bytes()))
            .io("write", path)?;
        self.account.give(path)
    }
}

/// Checks that the cluster was made by the major version at hand; false if there is no cluster.
pub(crate) fn exists(cluster: &Path, running: u32) -> Result<bool, Error> {
    let path = cluster.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(found) if found.trim() == running.to_string() => Ok(true),
        Ok(found) => Err(Error::Version {
            cluster: cluster.to_owned(),
            found: found.trim().to_owned(),
            running,
        }),
        // A directory without a version is not one that we made: renaming onto it fails, and the
        // operator gets to see its path.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).io("read", &path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_decides() {
        let cluster = tempfile::tempdir().unwrap();
        assert!(!exists(cluster.path(), 18).unwrap());
        fs::write(cluster.path().join("PG_VERSION"), "18\n").unwrap();
        assert!(exists(cluster.path(), 18).unwrap());
        match exists(cluster.path(), 19) {
            Err(error @ Error::Version { .. }) => {
                let text = error.to_string();
                assert!(
                    text.contains("PostgreSQL 18, and this is PostgreSQL 19"),
                    "{text}"
                );
            }
            other => panic!("{other:?}"),
        }
    }
}
