//! Starting, stopping, crashing, starting again.

use rustix::process::Signal;
use serde_json::Value;
use sqlground_tests::{Process, Site, binary, data_dir, used_data_dir};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

const EXERCISE: &str = "reading/long-books";
const ANSWER: &str = "SELECT title FROM book WHERE pages > 100";

/// How many processes have the directory in their command line.
fn processes_of(data: &std::path::Path) -> usize {
    let name = data.to_str().expect("a path in UTF-8");
    std::fs::read_dir("/proc")
        .expect("/proc")
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .filter(|command| String::from_utf8_lossy(command).contains(name))
        .count()
}

async fn solved(site: &Site, cookie: &str) -> bool {
    let page = reqwest::Client::new()
        .get(site.url("/topics/reading"))
        .header("cookie", cookie)
        .send()
        .await
        .expect("an answer");
    page.text().await.expect("a text").contains("Solved")
}

#[tokio::test]
async fn progress_survives_a_restart_and_a_crash() {
    let data = data_dir();
    let site = Site::start_in(data.path(), &[]);
    let response = site
        .visitor()
        .request("/api/check")
        .form(&[("exercise", EXERCISE), ("sql", ANSWER)])
        .send()
        .await
        .expect("an answer");
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .expect("text")
        .to_owned();
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let verdict: Value = response.json().await.expect("JSON");
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
    assert!(site.stop(Signal::TERM).success());
    assert_eq!(processes_of(data.path()), 0, "PostgreSQL stops with it");

    let site = Site::start_in(data.path(), &[]);
    assert!(solved(&site, &cookie).await, "after a restart");
    site.stop(Signal::KILL);

    let site = Site::start_in(data.path(), &[]);
    assert!(solved(&site, &cookie).await, "after a crash");
    assert!(site.stop(Signal::INT).success());
    assert_eq!(processes_of(data.path()), 0, "nothing is left of the crash");
}

#[tokio::test]
async fn files_that_cannot_be_read_are_waited_for_and_nothing_is_lost() {
    let data = used_data_dir();
    let cluster = data.path().join("cluster");
    let permit = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&cluster, mode).expect("its mode is changed");
    };
    let site = Site::start_in(data.path(), &[]);
    let visitor = site.visitor();
    let (_, verdict) = visitor.act("check", EXERCISE, ANSWER).await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");

    permit(0o000);
    let (status, answer) = site.visitor().act("run", EXERCISE, "SELECT 1").await;
    permit(0o700);
    assert_eq!(status, 503, "{answer}");
    let message = "The database does not answer at the moment.";
    assert_eq!(answer["error"]["message"], message, "{answer}");

    let (status, run) = site.visitor().act("run", EXERCISE, "SELECT 1").await;
    assert_eq!(status, 200, "{run}");
    assert!(visitor.page("/topics/reading").await.contains("Solved"));
}

#[test]
fn a_second_start_on_the_same_data_says_so() {
    let data = data_dir();
    let first = Site::start_in(data.path(), &[]);
    let output = Command::new(binary())
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .output()
        .expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains(&first.pid().to_string()) && stderr.contains("--data"),
        "{stderr}"
    );
}

#[test]
fn what_stands_in_the_way_of_a_start_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let data = data_dir();
    let blocked = data.path().join("file");
    std::fs::write(&blocked, "not a directory").expect("a file");
    let blocked = blocked.to_str().expect("a path in UTF-8");
    for (arguments, code, part) in [
        (vec!["serve", "--listen", &address], 1, address.as_str()),
        (
            vec!["serve", "--listen", "127.0.0.1:0", "--data", blocked],
            1,
            blocked,
        ),
        (
            vec!["serve", "--exercises", "/no/such/folder"],
            1,
            "/no/such/folder",
        ),
        (vec!["serve", "--speed", "fast"], 2, "--speed"),
        (vec!["serve", "--listen", "somewhere"], 2, "somewhere"),
    ] {
        let mut command = Command::new(binary());
        command.args(&arguments);
        if !arguments.contains(&"--listen") {
            command.args(["--listen", "127.0.0.1:0"]);
        }
        if !arguments.contains(&"--data") {
            command.arg("--data").arg(data.path());
        }
        let output = command.output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(part), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_command_that_is_interrupted_leaves_nothing_running() {
    for signal in [Signal::INT, Signal::TERM] {
        let data = data_dir();
        let script = data.path().join("sleep.sql");
        std::fs::write(&script, "SELECT pg_sleep(60)").expect("a file");
        let command = Command::new(binary())
            .arg("run")
            .arg(&script)
            .arg("--data")
            .arg(data.path().join("data"))
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("it runs");
        let mut command = Process::new(command);
        let pid_file = data.path().join("data/cluster/postmaster.pid");
        while !pid_file.exists() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        command.signal(signal);
        assert_eq!(command.wait().and_then(|status| status.code()), Some(130));
        assert_eq!(processes_of(data.path()), 0, "{signal:?}");
    }
}

#[tokio::test]
async fn a_broken_exercise_file_is_reported_and_the_others_load() {
    let folder = data_dir();
    let topic = folder.path().join("00-first");
    std::fs::create_dir(&topic).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(topic.join(name), text).expect("a file");
    write(
        "topic.md",
        "+++\ntitle = \"First\"\nsummary = \"One.\"\n+++\nHello.\n",
    );
    let exercise = "+++\ntitle = \"One\"\nconcepts = [\"a\"]\ndifficulty = 1\n+++\nReturn 1.\n\n\
                    ```sql answer\nSELECT 1\n```\n";
    write("01-good.md", exercise);
    write("02-bad.md", &exercise.replace("difficulty", "dificulty"));
    let site = Site::start_with_exercises(folder.path());
    let log = site.log();
    assert!(
        log.contains("00-first/02-bad.md:4") && log.contains("difficulty"),
        "{log}"
    );
    let visitor = site.visitor();
    assert_eq!(
        visitor.act("check", "first/good", "SELECT 1").await.1["verdict"],
        "correct"
    );
    assert_eq!(visitor.act("check", "first/bad", "SELECT 1").await.0, 404);
}
