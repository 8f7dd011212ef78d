//! The random bytes that every password and cookie is derived from.

use crate::error::{Error, IoContext as _};
use crate::hex::hex;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// 32 random bytes that belong to a data directory.
///
/// Nothing is used as it is: whoever needs a key takes [`Secret::derive`] with a label of its own,
/// so that one key tells nothing of another.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret from bytes that are already random, for servers without a data directory.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret of a data directory without a server in it: made, directory included, if it is
    /// missing. For a `PostgreSQL` that runs elsewhere.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(data_dir).map_err(|source| Error::DataDirectory {
            path: data_dir.to_owned(),
            source,
        })?;
        Self::load(&data_dir.join("secret"), true)
    }

    /// The key for one purpose: the HMAC-SHA256 of the label.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        // HMAC takes keys of any length, so this cannot fail.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of 32 bytes");
        mac.update(label.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The key for one purpose as 64 hexadecimal digits, fit for a password.
    pub fn derive_password(&self, label: &str) -> String {
        hex(&self.derive(label))
    }

    /// Reads the secret, or makes it if `may_create`.
    ///
    /// The file belongs to this process alone (mode 0600). It appears complete or not at all. The
    /// caller holds the data directory's lock, so nobody else makes one at the same time.
    pub(crate) fn load(path: &Path, may_create: bool) -> Result<Self, Error> {
        match fs::read(path) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| Error::SecretMalformed {
                    path: path.to_owned(),
                })?;
                // A copy from a backup may have become readable to others.
                fs::set_permissions(path, Permissions::from_mode(0o600)).io("protect", path)?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && may_create => {
                Self::create(path)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::SecretLost {
                path: path.to_owned(),
            }),
            Err(error) => Err(error).io("read", path),
        }
    }

    fn create(path: &Path) -> Result<Self, Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(io::Error::from)
            .io("draw random bytes for", path)?;
        let draft = path.with_extension("new");
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).io("remove", &draft);
            }
            _ => {}
        }
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)
            .and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()
            })
            .io("write", &draft)?;
        fs::rename(&draft, path).io("create", path)?;
        Ok(Self(bytes))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_once_and_kept_to_ourselves() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let made = Secret::load(&path, true).unwrap();
        let read = Secret::load(&path, false).unwrap();
        assert_eq!(made.0, read.0);
        assert_ne!(made.0, [0; 32]);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lost_or_cut_secret_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert!(matches!(
            Secret::load(&path, false),
            Err(Error::SecretLost { .. })
        ));
        fs::write(&path, [7; 31]).unwrap();
        assert!(matches!(
            Secret::load(&path, true),
            Err(Error::SecretMalformed { .. })
        ));
    }

    #[test]
    fn keys_differ_by_label_and_are_not_shown() {
        let secret = Secret::from_bytes([1; 32]);
        assert_eq!(secret.derive("cookie"), secret.derive("cookie"));
        assert_ne!(secret.derive("cookie"), secret.derive("password"));
        assert_eq!(secret.derive_password("password").len(), 64);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
