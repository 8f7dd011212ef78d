//! What comes before a start: the data directory, the programs, the cluster.

use crate::account::Account;
use crate::archive;
use crate::cluster::{self, Initdb};
use crate::config::{self, Settings};
use crate::error::{Error, IoContext as _};
use crate::hex::hex;
use crate::lock::Lock;
use crate::log::Log;
use crate::orphan;
use crate::postmaster::Launcher;
use crate::progress::Report;
use crate::secret::Secret;
use crate::socket::SocketDir;
use sha2::{Digest as _, Sha256};
use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Derived, so that it is stored nowhere.
pub(crate) fn superuser_password(secret: &Secret) -> String {
    secret.derive_password("postgresql superuser")
}

/// Everything that a server needs before it starts. Dropping it gives the directory back.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) launcher: Launcher,
    pub(crate) secret: Secret,
    pub(crate) cluster_name: String,
    pub(crate) socket: SocketDir,
    pub(crate) lock: Lock,
}

/// Brings the data directory into a state that the server can start from. Blocks.
pub(crate) fn prepare(settings: &Settings, report: &Report) -> Result<Prepared, Error> {
    let account = Account::choose(settings.run_as.as_deref())?;
    let data_dir = open_data_dir(&settings.data_dir, &account)?;
    let lock = lock_data_dir(&data_dir)?;
    let cluster = data_dir.join("cluster");
    let draft = data_dir.join("cluster.incomplete");
    let cluster_name = cluster_name(&cluster);
    let secret = Secret::load(&data_dir.join("secret"), !cluster.exists())?;

    orphan::end_all(&cluster, &draft, &cluster_name, report)?;
    let programs = settings
        .programs
        .install(&data_dir.join("postgres"), report)?;
    let major = archive::probe(&programs, &data_dir, &account)?;
    let socket = SocketDir::create(&data_dir, &std::env::temp_dir(), &account)?;
    if !cluster::exists(&cluster, major)? {
        let initdb = Initdb {
            programs: &programs,
            account: &account,
            private: socket.path(),
            password: &superuser_password(&secret),
        };
        initdb.run(&draft, &cluster, report)?;
    }
    let conf = cluster.join("postgresql.conf");
    let text = config::render(settings, socket.path(), &cluster_name);
    fs::write(&conf, text).io("write", &conf)?;

    let launcher = Launcher {
        programs,
        cluster,
        account,
        memory_limit: settings.memory_limit,
        log: Log::open(&make_log_dir(&data_dir)?)?,
    };
    Ok(Prepared {
        launcher,
        secret,
        cluster_name,
        socket,
        lock,
    })
}

/// Makes the data directory if need be and gives its full path. Where the server runs as another
/// user, that user must be able to pass through; what is secret in it is closed by itself.
fn open_data_dir(path: &Path, account: &Account) -> Result<PathBuf, Error> {
    let mode = match account {
        Account::Own => 0o700,
        Account::Other { .. } => 0o711,
    };
    let open = || {
        if !path.exists() {
            DirBuilder::new().recursive(true).mode(mode).create(path)?;
            // Whatever the umask.
            fs::set_permissions(path, Permissions::from_mode(mode))?;
        }
        let full = path.canonicalize()?;
        if full.is_dir() {
            Ok(full)
        } else {
            Err(io::ErrorKind::NotADirectory.into())
        }
    };
    open().map_err(|source| data_directory_error(path, source))
}

/// Takes the lock; a directory that cannot be written to comes to light here.
fn lock_data_dir(data_dir: &Path) -> Result<Lock, Error> {
    Lock::acquire(&data_dir.join("lock")).map_err(|error| match error {
        Error::Io { source, .. } => data_directory_error(data_dir, source),
        other => other,
    })
}

fn data_directory_error(path: &Path, source: io::Error) -> Error {
    Error::DataDirectory {
        path: path.to_owned(),
        source,
    }
}

fn make_log_dir(data_dir: &Path) -> Result<PathBuf, Error> {
    let path = data_dir.join("log");
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&path)
        .io("create", &path)?;
    Ok(path)
}

/// A name that tells this cluster's processes from those of any other on the machine. It comes
/// from the path, so that a copy of the directory has a name of its own.
fn cluster_name(cluster: &Path) -> String {
    let digest = Sha256::digest(cluster.as_os_str().as_bytes());
    format!("sqlground-{}", hex(&digest[..6]))
}
