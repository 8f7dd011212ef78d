//! The user that `PostgreSQL` runs as.

use crate::error::{Error, IoContext as _};
use rustix::process::geteuid;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PASSWD: &str = "/etc/passwd";

/// Who is tried when root names nobody: a user made for the purpose, else the one that owns
/// nothing.
const DEFAULT_USERS: [&str; 2] = ["sqlground", "nobody"];

/// The user for `PostgreSQL`'s processes and files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// Whoever runs sqlground.
    Own,
    /// Somebody else, because sqlground runs as root and `PostgreSQL` refuses to.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// The account to use, given the name or number the operator asks for, if any.
    pub(crate) fn choose(run_as: Option<&str>) -> Result<Self, Error> {
        let passwd = fs::read_to_string(PASSWD).io("read", Path::new(PASSWD))?;
        choose(geteuid().as_raw(), run_as, &passwd)
    }

    /// Makes the user own a file or directory.
    pub(crate) fn give(&self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, .. } => {
                chown(path, Some(*uid), Some(*gid)).io("change the owner of", path)
            }
        }
    }

    /// A command that runs as this user in `directory`, with nothing of our environment (which
    /// may hold passwords and `PG*` variables) and no input. Supplementary groups of root are
    /// dropped by the standard library together with the user.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .current_dir(directory)
            .stdin(Stdio::null());
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
        command
    }

    /// The error for the first directory on the way to `path` that the user may not enter, if
    /// the mode bits show one.
    pub(crate) fn blocked(&self, path: &Path) -> Option<Error> {
        let Self::Other { name, uid, gid } = self else {
            return None;
        };
        let path = path.canonicalize().ok()?;
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        way.into_iter()
            .find(|directory| is_closed(directory, *uid, *gid))
            .map(|directory| Error::Unreachable {
                directory: PathBuf::from(directory),
                user: name.clone(),
            })
    }
}

/// True for a directory that the user has no search permission on.
fn is_closed(directory: &Path, uid: u32, gid: u32) -> bool {
    let Ok(metadata) = fs::metadata(directory) else {
        return false;
    };
    let bit = if metadata.uid() == uid {
        0o100
    } else if metadata.gid() == gid {
        0o010
    } else {
        0o001
    };
    metadata.is_dir() && metadata.mode() & bit == 0
}

fn choose(own_uid: u32, run_as: Option<&str>, passwd: &str) -> Result<Account, Error> {
    if own_uid != 0 {
        return match run_as {
            Some(name) if find(passwd, name).is_none_or(|(_, uid, _)| uid != own_uid) => {
                Err(Error::NotRoot {
                    name: name.to_owned(),
                })
            }
            _ => Ok(Account::Own),
        };
    }
    let found = match run_as {
        Some(name) => find(passwd, name),
        None => DEFAULT_USERS.iter().find_map(|name| find(passwd, name)),
    };
    match found {
        None => Err(Error::UnknownUser {
            name: run_as.unwrap_or("nobody").to_owned(),
        }),
        Some((_, 0, _)) => Err(Error::RootUser),
        Some((name, uid, gid)) => Ok(Account::Other { name, uid, gid }),
    }
}

/// Name, user and group of the line for a name or number. `initdb` wants a line, too, so a number
/// without one is of no use.
fn find(passwd: &str, wanted: &str) -> Option<(String, u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let number = fields.nth(1)?;
        if name != wanted && number != wanted {
            return None;
        }
        Some((
            name.to_owned(),
            number.parse().ok()?,
            fields.next()?.parse().ok()?,
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
        nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n\
        ada:x:1000:1001:Ada:/home/ada:/bin/bash\n";

    fn other(name: &str, uid: u32, gid: u32) -> Account {
        Account::Other {
            name: name.to_owned(),
            uid,
            gid,
        }
    }

    #[test]
    fn root_takes_the_named_user_or_a_default() {
        let choose = |run_as, passwd| choose(0, run_as, passwd).unwrap();
        assert_eq!(choose(None, PASSWD), other("nobody", 65534, 65533));
        assert_eq!(choose(Some("ada"), PASSWD), other("ada", 1000, 1001));
        assert_eq!(choose(Some("1000"), PASSWD), other("ada", 1000, 1001));
        let with_own = format!("{PASSWD}sqlground:x:990:991::/:/bin/false\n");
        assert_eq!(choose(None, &with_own), other("sqlground", 990, 991));
    }

    #[test]
    fn root_cannot_take_root_or_a_stranger() {
        let choose = |run_as| choose(0, Some(run_as), PASSWD).unwrap_err();
        assert!(matches!(choose("root"), Error::RootUser));
        assert!(matches!(choose("0"), Error::RootUser));
        assert!(matches!(choose("bob"), Error::UnknownUser { name } if name == "bob"));
        assert!(matches!(choose("4711"), Error::UnknownUser { .. }));
    }

    #[test]
    fn others_can_only_be_themselves() {
        assert_eq!(choose(1000, None, PASSWD).unwrap(), Account::Own);
        assert_eq!(choose(1000, Some("ada"), PASSWD).unwrap(), Account::Own);
        assert_eq!(choose(4711, None, PASSWD).unwrap(), Account::Own);
        assert!(matches!(
            choose(1000, Some("nobody"), PASSWD),
            Err(Error::NotRoot { name }) if name == "nobody"
        ));
    }

    #[test]
    fn the_closed_directory_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let closed = folder.path().canonicalize().unwrap().join("closed");
        let inside = closed.join("inside");
        fs::create_dir_all(&inside).unwrap();
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        mode(folder.path(), 0o755);
        mode(&inside, 0o755);
        // Neither the owner nor in the group of anything here.
        let stranger = other("stranger", 4_000_000, 4_000_000);
        mode(&closed, 0o755);
        assert!(stranger.blocked(&inside).is_none());
        mode(&closed, 0o750);
        match stranger.blocked(&inside) {
            Some(Error::Unreachable { directory, user }) => {
                assert_eq!(directory, closed);
                assert_eq!(user, "stranger");
            }
            other => panic!("{other:?}"),
        }
    }
}
