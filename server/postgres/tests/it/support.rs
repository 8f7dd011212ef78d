//! A data directory for one test.

use sqlground_postgres::{Programs, Progress, Server, Settings};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Long enough for anything that is going to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A temporary directory that leaves neither files nor processes behind.
pub(crate) struct Home {
    folder: TempDir,
    name: PathBuf,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self::named("data")
    }

    pub(crate) fn named(name: impl Into<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Root's server runs as somebody else, who must get through.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let name = name.into();
        Self { folder, name }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(&self.name)
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(&self.path())
    }

    pub(crate) async fn start(&self) -> Server {
        Server::start(self.settings(), |_| {}).await.unwrap()
    }

    /// Starts and gives what was reported, too.
    pub(crate) async fn start_reporting(&self) -> (Server, Vec<Progress>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&seen);
        let report = move |progress| sink.lock().unwrap().push(progress);
        let server = Server::start(self.settings(), report).await.unwrap();
        let seen = seen.lock().unwrap().clone();
        (server, seen)
    }

    /// The postmaster's number, from its pid file.
    pub(crate) fn postmaster(&self) -> i32 {
        let text = fs::read_to_string(self.path().join("cluster/postmaster.pid")).unwrap();
        text.lines().next().unwrap().parse().unwrap()
    }

    /// Fails if a process that names the data directory is still there after a while.
    pub(crate) fn assert_no_process(&self) {
        let path = self.path();
        let needle = path.as_os_str().as_bytes();
        let names_us = |pid: &Path| {
            let line = fs::read(pid.join("cmdline")).unwrap_or_default();
            line.windows(needle.len()).any(|part| part == needle)
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left: Vec<PathBuf> = fs::read_dir("/proc")
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|pid| names_us(pid))
                .collect();
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{left:?} are left");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_process();
        }
    }
}

pub(crate) fn settings(data_dir: &Path) -> Settings {
    Settings::new(data_dir, Programs::ArchiveFile(archive()))
}

/// The archive that the build makes.
fn archive() -> PathBuf {
    let path = std::env::var_os("SQLGROUND_POSTGRES_ARCHIVE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/postgres.tar.zst"),
        PathBuf::from,
    );
    assert!(
        path.exists(),
        "{} is missing; make it with: cargo xtask build",
        path.display()
    );
    path
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

pub(crate) fn signal(pid: i32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Runs statements and gives the first value of the first row, if there is one.
pub(crate) async fn ask(options: &PgConnectOptions, sql: &str) -> Result<Option<String>, String> {
    let mut connection = connect(options).await?;
    ask_on(&mut connection, sql).await
}

pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, String> {
    options.connect().await.map_err(message)
}

pub(crate) async fn ask_on(
    connection: &mut PgConnection,
    sql: &str,
) -> Result<Option<String>, String> {
    use sqlx::{Row as _, ValueRef as _};
    let row = sqlx::raw_sql(AssertSqlSafe(sql))
        .fetch_optional(connection)
        .await
        .map_err(message)?;
    // By the simple protocol every value is text.
    Ok(row.and_then(|row| {
        let value = row.try_get_raw(0).unwrap();
        (!value.is_null()).then(|| value.as_str().unwrap().to_owned())
    }))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err takes"
)]
fn message(error: sqlx::Error) -> String {
    error
        .as_database_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}
