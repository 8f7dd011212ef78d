//! The one file that `cargo xtask dist` makes.

use rustix::process::{Signal, geteuid};
use sqlground_tests::{Site, data_dir};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The largest size it may have, in bytes.
const MAX_BYTES: u64 = 45_000_000;

/// Some unprivileged user: `nobody` on every Linux.
const NOBODY: u32 = 65_534;

fn packed() -> Option<PathBuf> {
    let path = std::env::var_os("SQLGROUND_DIST").map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: SQLGROUND_DIST is not set, as `cargo xtask test` does");
    }
    path
}

/// A call of the file that finds nothing but what is inside it.
fn call(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for variable in [
        "SQLGROUND_SITE",
        "SQLGROUND_POSTGRES_ARCHIVE",
        "SQLGROUND_EXERCISES",
    ] {
        command.env_remove(variable);
    }
    command
}

/// The file alone in a directory. `cp` writes it, since a file that this process had open for
/// writing could not be started while another test's child still holds it (ETXTBSY).
fn copy(file: &Path, folder: &Path) -> PathBuf {
    let alone = folder.join("sqlground");
    let copied = Command::new("cp").arg(file).arg(&alone).status();
    assert!(copied.expect("cp runs").success(), "the file is copied");
    std::fs::set_permissions(&alone, std::fs::Permissions::from_mode(0o755)).expect("its mode");
    alone
}

async fn serves_the_whole_site(site: &Site) {
    let visitor = site.visitor();
    let home = visitor.page("/").await;
    let topics = home.matches("href=\"/topics/").count();
    assert!(topics >= 13, "{topics} topics: {home}");
    let start = home.find("/pkg/").expect("an asset");
    let asset: String = home[start..].chars().take_while(|c| *c != '"').collect();
    assert_eq!(visitor.get(&asset).await.status(), 200);
    let (status, run) = visitor
        .act(
            "run",
            "first-steps/members-of-two-cities",
            "SELECT version()",
        )
        .await;
    assert_eq!(status, 200, "{run}");
    let version = run["statements"][0]["rows"][0][0]
        .as_str()
        .unwrap_or_default();
    assert!(version.contains("PostgreSQL 18"), "{run}");
}

#[tokio::test]
async fn it_serves_alone_for_the_user_who_starts_it() {
    let Some(file) = packed() else { return };
    let bytes = std::fs::metadata(&file).expect("the packed binary").len();
    assert!(bytes <= MAX_BYTES, "{bytes} bytes");
    let folder = data_dir();
    let binary = copy(&file, folder.path());
    let launch = |place: &Path| {
        let begun = Instant::now();
        let mut command = call(&binary);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(place);
        let site = Site::spawn(command.current_dir(folder.path())).expect("a site");
        println!("ready after {:?}", begun.elapsed());
        site
    };
    let data = folder.path().join("data");
    let site = launch(&data);
    serves_the_whole_site(&site).await;
    assert!(site.stop(Signal::TERM).success());
    let site = launch(&data);
    serves_the_whole_site(&site).await;
}

#[tokio::test]
async fn it_serves_alone_for_an_ordinary_user() {
    let Some(file) = packed() else { return };
    if !geteuid().is_root() {
        return; // The other test did.
    }
    let folder = data_dir();
    let binary = copy(&file, folder.path());
    let home = folder.path().join("home");
    std::fs::create_dir(&home).expect("a home");
    chown(&home, Some(NOBODY), Some(NOBODY)).expect("it belongs to nobody");
    let mut command = call(&binary);
    command
        .args(["serve", "--listen", "127.0.0.1:0"])
        .uid(NOBODY)
        .gid(NOBODY);
    command
        .env("HOME", &home)
        .env_remove("XDG_DATA_HOME")
        .current_dir(&home);
    let site = Site::spawn(&mut command).expect("a site");
    serves_the_whole_site(&site).await;
    assert!(
        home.join(".local/share/sqlground").is_dir(),
        "the data is at home"
    );
}
