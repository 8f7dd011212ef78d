//! Starting, stopping and starting again.

use crate::support::{Home, ask, is_root};
use rustix::process::{Pid, getpgid};
use sqlground_postgres::{Error, Programs, Progress, Server};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::PathBuf;

#[tokio::test]
async fn data_survives_a_restart() {
    let home = Home::new();
    let (server, seen) = home.start_reporting().await;
    assert_eq!(seen.first(), Some(&Progress::Unpacking { percent: 0 }));
    assert!(seen.contains(&Progress::Unpacking { percent: 100 }));
    assert!(seen.ends_with(&[Progress::Initialising, Progress::Starting, Progress::Ready]));
    ask(
        &server.superuser(),
        "CREATE TABLE kept AS SELECT 'kept' AS it",
    )
    .await
    .unwrap();
    server.stop().await.unwrap();
    home.assert_no_process();
    assert!(!home.path().join("cluster/postmaster.pid").exists());
    assert!(!home.path().join("run").exists());

    let (server, seen) = home.start_reporting().await;
    assert!(seen.ends_with(&[Progress::Starting, Progress::Ready]));
    assert!(!seen.contains(&Progress::Initialising));
    let kept = ask(&server.superuser(), "SELECT it FROM kept")
        .await
        .unwrap();
    assert_eq!(kept.as_deref(), Some("kept"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_on_the_same_directory_is_refused() {
    let home = Home::new();
    let first = home.start().await;
    let error = Server::start(home.settings(), |_| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::InUse { .. }), "{text}");
    assert!(
        text.contains(&format!("process {}", std::process::id())),
        "{text}"
    );
    // The first does not notice.
    ask(&first.superuser(), "SELECT 1").await.unwrap();
    first.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_server_ends_and_gives_the_directory_back() {
    let home = Home::new();
    drop(home.start().await);
    tokio::task::spawn_blocking(move || {
        home.assert_no_process();
        home
    })
    .await
    .unwrap();
}

#[test]
fn a_server_does_not_outlive_the_runtime() {
    let home = Home::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(home.start());
    drop(runtime);
    home.assert_no_process();
    drop(server);
}

#[tokio::test]
async fn it_listens_on_a_private_socket_alone() {
    let home = Home::new();
    let server = home.start().await;
    let metadata = fs::metadata(server.socket_dir()).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o700);
    let superuser = server.superuser();
    for (setting, expected) in [("listen_addresses", ""), ("fsync", "on"), ("jit", "off")] {
        let value = ask(&superuser, &format!("SHOW {setting}")).await.unwrap();
        assert_eq!(value.as_deref(), Some(expected), "{setting}");
    }
    let wrong = superuser.clone().password("wrong");
    let refusal = ask(&wrong, "SELECT 1").await.unwrap_err();
    assert!(
        refusal.contains("password authentication failed"),
        "{refusal}"
    );
    server.stop().await.unwrap();
}

#[tokio::test]
async fn ctrl_c_in_a_terminal_does_not_reach_it() {
    let home = Home::new();
    let server = home.start().await;
    let postmaster = Pid::from_raw(home.postmaster());
    assert_eq!(getpgid(postmaster).ok(), postmaster);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn an_installation_is_used_where_it_is() {
    let source = Home::new();
    source.start().await.stop().await.unwrap();
    let store = fs::read_dir(source.path().join("postgres")).unwrap();
    let installation = store.map(|entry| entry.unwrap().path()).next().unwrap();

    let home = Home::new();
    let mut settings = home.settings();
    settings.programs = Programs::Directory(installation);
    let server = Server::start(settings, |_| {}).await.unwrap();
    ask(&server.superuser(), "SELECT 1").await.unwrap();
    server.stop().await.unwrap();
    assert!(!home.path().join("postgres").exists());
}

#[tokio::test]
async fn text_sorts_and_folds_the_same_everywhere() {
    let home = Home::new();
    let server = home.start().await;
    let sql = "SELECT string_agg(w, ' ' ORDER BY w) || ' ' || upper('é') || ' ' || \
               (to_tsvector('simple', 'ÉTÉ') @@ 'été'::tsquery) \
               FROM (VALUES ('b'), ('B'), ('a'), ('é')) v(w)";
    let sorted = ask(&server.superuser(), sql).await.unwrap();
    assert_eq!(sorted.as_deref(), Some("B a b é É true"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_is_no_obstacle() {
    let home = Home::named("a long name, and odd: ".repeat(9));
    let server = home.start().await;
    let socket_dir = server.socket_dir().to_owned();
    assert!(!socket_dir.starts_with(home.path()));
    ask(&server.superuser(), "SELECT 1").await.unwrap();
    server.stop().await.unwrap();
    assert!(!socket_dir.exists());
}

#[tokio::test]
async fn what_a_crash_left_half_made_is_made_again() {
    let home = Home::new();
    let half_unpacked = home.path().join("postgres/incomplete/bin");
    let half_made = home.path().join("cluster.incomplete");
    for folder in [&half_unpacked, &half_made] {
        fs::create_dir_all(folder).unwrap();
        fs::write(folder.join("PG_VERSION"), "1").unwrap();
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o711)).unwrap();
    let server = home.start().await;
    ask(&server.superuser(), "SELECT 1").await.unwrap();
    server.stop().await.unwrap();
    assert!(!half_unpacked.exists());
    assert!(!half_made.exists());
}

#[tokio::test]
async fn a_query_that_wants_too_much_memory_fails_alone() {
    let home = Home::new();
    let server = home.start().await;
    let postmaster = home.postmaster();
    let error = ask(&server.superuser(), "SELECT length(repeat('x', 900000000))")
        .await
        .unwrap_err();
    assert_eq!(error, "out of memory");
    let length = ask(&server.superuser(), "SELECT length(repeat('x', 90000000))").await;
    assert_eq!(length.unwrap().as_deref(), Some("90000000"));
    assert_eq!(home.postmaster(), postmaster);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_failed_start_shows_what_the_server_said() {
    let home = Home::new();
    let mut settings = home.settings();
    // Enough for the program, too little for its shared memory.
    settings.memory_limit = 128 * 1024 * 1024;
    let error = Server::start(settings, |_| {}).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Start { .. }), "{text}");
    assert!(
        text.contains("FATAL:  could not map anonymous shared memory"),
        "{text}"
    );
    home.assert_no_process();
    // Nothing is spoilt by it.
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn another_version_s_cluster_is_left_alone() {
    let home = Home::new();
    let cluster = home.path().join("cluster");
    fs::create_dir_all(&cluster).unwrap();
    fs::write(home.path().join("secret"), [1; 32]).unwrap();
    fs::write(cluster.join("PG_VERSION"), "17\n").unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o711)).unwrap();
    let error = Server::start(home.settings(), |_| {}).await.unwrap_err();
    assert!(
        matches!(&error, Error::Version { found, .. } if found == "17"),
        "{error}"
    );
    assert_eq!(fs::read_dir(&cluster).unwrap().count(), 1);
}

#[tokio::test]
async fn a_cluster_without_its_secret_is_left_alone() {
    let home = Home::new();
    home.start().await.stop().await.unwrap();
    fs::remove_file(home.path().join("secret")).unwrap();
    let error = Server::start(home.settings(), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::SecretLost { .. }), "{error}");
    assert!(home.path().join("cluster/PG_VERSION").exists());
}

#[tokio::test]
async fn an_unusable_data_directory_is_named() {
    let home = Home::named("file/data");
    fs::write(home.path().parent().unwrap(), "").unwrap();
    let error = Server::start(home.settings(), |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::DataDirectory { .. }), "{error}");
    assert!(
        error.to_string().contains(home.path().to_str().unwrap()),
        "{error}"
    );

    if !is_root() {
        let home = Home::new();
        fs::create_dir(home.path()).unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o500)).unwrap();
        let error = Server::start(home.settings(), |_| {}).await.unwrap_err();
        assert!(matches!(error, Error::DataDirectory { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_directory_closed_to_root_s_deputy_is_named() {
    if !is_root() {
        // Everybody else runs the server as themselves.
        return;
    }
    let home = Home::named("closed/data");
    let closed: PathBuf = home.path().parent().unwrap().to_owned();
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    match Server::start(home.settings(), |_| {}).await.unwrap_err() {
        Error::Unreachable { directory, .. } => assert_eq!(directory, closed),
        error => panic!("{error}"),
    }
}
