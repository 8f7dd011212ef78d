//! A PostgreSQL that is not ours: Debian's 15, prepared by the script that sqlground prints.

use crate::place::{binary, data_dir};
use crate::process::Process;
use rustix::process::Signal;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian puts its programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
/// The service's password, with a character that addresses must escape.
const PASSWORD: &str = "a password";
/// Starts a program with the address space of each of its processes limited to the kilobytes given
/// first, as an owner who knows what sqlground asks for does. The embedded server has the same.
const LIMITED: &str = "ulimit -v \"$0\" && exec \"$@\"";
const KILOBYTES: &str = "716800";

/// A cluster on a unix socket of its own, whose superuser `postgres` needs no password. Root's runs
/// as `nobody`, because PostgreSQL refuses root.
pub struct Cluster {
    server: Process,
    folder: TempDir,
}

impl Cluster {
    /// Starts a new cluster; none where Debian's PostgreSQL 15 is not installed, which is said.
    pub fn start() -> Option<Self> {
        if !Path::new(PROGRAMS).exists() {
            eprintln!("skipped: there is no PostgreSQL 15 in {PROGRAMS}");
            return None;
        }
        let folder = data_dir();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a directory");
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&data, Some(65_534), Some(65_534)).expect("chown");
        }
        let cluster = data.join("cluster");
        let made = as_its_user(Path::new(PROGRAMS).join("initdb"))
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=postgres",
                "--pgdata",
            ])
            .arg(&cluster)
            .stdout(Stdio::null())
            .status()
            .expect("initdb runs");
        assert!(made.success(), "initdb");
        let server = as_its_user("sh")
            .args(["-c", LIMITED, KILOBYTES])
            .arg(Path::new(PROGRAMS).join("postgres"))
            .arg("-D")
            .arg(&cluster)
            .args(["-c", "listen_addresses=", "-c", "fsync=off"])
            .args(["-c", "temp_file_limit=512MB", "-k"])
            .arg(&data)
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres starts");
        let cluster = Self {
            server: Process::new(server),
            folder,
        };
        for _ in 0..200 {
            if cluster.query("postgres", "SELECT 1").is_ok() {
                return Some(cluster);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not answer");
    }

    /// Runs the script that sqlground prints for the owner of a server, and gives the address for
    /// `--database-url`.
    pub fn prepare(&self) -> String {
        let script = Command::new(binary())
            .arg("setup-sql")
            .output()
            .expect("it runs")
            .stdout;
        let file = self.folder.path().join("setup.sql");
        std::fs::write(&file, script).expect("a file");
        let done = self
            .psql("postgres")
            .arg(format!("--set=password={PASSWORD}"))
            .arg("--file")
            .arg(file)
            .output()
            .expect("psql runs");
        let stderr = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "the script fails: {stderr}");
        let password = PASSWORD.replace(' ', "%20");
        let socket = self.socket().display().to_string().replace('/', "%2F");
        format!("postgres://sqlground:{password}@{socket}/sqlground")
    }

    /// Runs SQL as the superuser. Gives the rows, a line each, or what psql complains of.
    pub fn query(&self, database: &str, sql: &str) -> Result<String, String> {
        let done = self
            .psql(database)
            .args(["--set=ON_ERROR_STOP=1", "--tuples-only", "--no-align"])
            .arg(format!("--command={sql}"))
            .output()
            .expect("psql runs");
        if done.status.success() {
            Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).trim().to_owned())
        }
    }

    fn psql(&self, database: &str) -> Command {
        let mut command = Command::new(Path::new(PROGRAMS).join("psql"));
        command
            .args(["--quiet", "--no-psqlrc", "--username=postgres", "--host"])
            .arg(self.socket())
            .arg(format!("--dbname={database}"))
            .stdin(Stdio::null());
        command
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // An immediate shutdown, which kills what does not end by itself within five seconds.
        self.server.signal(Signal::QUIT);
        self.server.wait();
    }
}

/// A program that runs as the server's user.
fn as_its_user(program: impl AsRef<OsStr>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.current_dir("/");
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    command
}
