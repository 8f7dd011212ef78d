//! A PostgreSQL that is not ours: Debian's 15, prepared by the script that sqlground prints.

use serde_json::json;
use sqlground_tests::{Process, Site, binary, data_dir};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Where Debian puts its programs.
const PROGRAMS: &str = "/usr/lib/postgresql/15/bin";
const PASSWORD: &str = "a password";

/// A cluster on a unix socket of its own. Root's runs as `nobody`, because PostgreSQL refuses root.
struct Cluster {
    _server: Process,
    folder: TempDir,
}

impl Cluster {
    fn start() -> Self {
        let folder = data_dir();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a directory");
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&data, Some(65_534), Some(65_534)).expect("chown");
        }
        let cluster = data.join("cluster");
        let made = Self::program("initdb")
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
        let server = Self::program("postgres")
            .arg("-D")
            .arg(&cluster)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(&data)
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres starts");
        let cluster = Self {
            _server: Process::new(server),
            folder,
        };
        for _ in 0..200 {
            if cluster.psql(&["--command=SELECT 1"]) {
                return cluster;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not answer");
    }

    fn program(name: &str) -> Command {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(Path::new(PROGRAMS).join(name));
        command.current_dir("/");
        if rustix::process::geteuid().is_root() {
            command.uid(65_534).gid(65_534);
        }
        command
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn psql(&self, arguments: &[&str]) -> bool {
        Command::new(Path::new(PROGRAMS).join("psql"))
            .args([
                "--quiet",
                "--no-psqlrc",
                "--username=postgres",
                "--dbname=postgres",
                "--host",
            ])
            .arg(self.socket())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

#[tokio::test]
async fn the_job_is_done_on_debians_postgresql() {
    if !Path::new(PROGRAMS).exists() {
        eprintln!("skipped: there is no PostgreSQL 15 in {PROGRAMS}");
        return;
    }
    let cluster = Cluster::start();
    let script = Command::new(binary())
        .arg("setup-sql")
        .output()
        .expect("it runs")
        .stdout;
    let file = cluster.folder.path().join("setup.sql");
    std::fs::write(&file, script).expect("a file");
    let file = format!("--file={}", file.display());
    assert!(
        cluster.psql(&[&format!("--set=password={PASSWORD}"), &file]),
        "the script runs"
    );

    let data = data_dir();
    let password = PASSWORD.replace(' ', "%20");
    let socket = cluster.socket().display().to_string().replace('/', "%2F");
    let url = format!("postgres://sqlground:{password}@{socket}/sqlground");
    let site = Site::start_in(data.path(), &["--database-url", &url]);
    let visitor = site.visitor();

    let (_, run) = visitor
        .act(
            "run",
            "writing/a-discount",
            "SHOW is_superuser; DELETE FROM book; TABLE book",
        )
        .await;
    assert_eq!(run["statements"][0]["rows"], json!([["off"]]), "{run}");
    assert_eq!(run["statements"][2]["row_count"], 0, "{run}");
    let right = "SELECT title FROM book WHERE pages > 100";
    let (_, verdict) = visitor.act("check", "reading/long-books", right).await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
    let (_, plan) = visitor.act("plan", "reading/long-books", right).await;
    assert_eq!(plan["nodes"][0]["relation"], "book", "{plan}");
    assert!(visitor.page("/topics/reading").await.contains("Solved"));
    assert!(
        !data.path().join("cluster").exists(),
        "no PostgreSQL of our own is made"
    );
}
