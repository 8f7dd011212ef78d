//! Scripts that take what is everybody's, and what becomes of them.

use crate::support::{TestDatabase, empty, on_every_server, run, value};
use sqlground_model::{Run, SqlError};
use sqlground_sandbox::{Error, Limits, QueueLimits, ResourceLimits, Sandbox, Sandboxes, Settings};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Locks what bears a number, whosever it is, and goes on.
fn lock(number: &str) -> String {
    format!(
        "DO $$ BEGIN PERFORM nextval({number}::oid::regclass); EXCEPTION WHEN OTHERS THEN END $$"
    )
}

fn failure(run: &Run) -> &SqlError {
    run.failure().expect("a statement that failed").1
}

fn is_ended_for_blocking(run: &Run) {
    let error = failure(run);
    assert_eq!(error.sqlstate, "57014");
    assert!(
        error.message.contains("kept another session waiting"),
        "{error:?}"
    );
    assert!(
        error.hint.as_ref().unwrap().contains("not its own"),
        "{error:?}"
    );
}

/// The number of an object, known to who watches.
async fn number(sandbox: &Sandbox, name: &str) -> String {
    value(sandbox, &format!("SELECT '{name}'::regclass::oid")).await
}

/// Waits until somebody holds a lock on what bears the number.
async fn wait_for_lock(database: &TestDatabase, number: &str) {
    database
        .wait_until(&format!(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = {number} AND granted)"
        ))
        .await;
}

#[tokio::test]
async fn who_locks_what_is_anothers_is_ended_and_the_other_goes_on() {
    on_every_server(async |database| {
        let (victim, attacker) = (database.empty(1).await, database.empty(2).await);
        run(&victim, "CREATE SEQUENCE s").await;
        let number = number(&victim, "s").await;
        let script = format!("BEGIN; {}; SELECT pg_sleep(9)", lock(&number));
        let attack = attacker.run(&script, &Limits::DISPLAY);
        let defence = async {
            wait_for_lock(&database, &number).await;
            run(&victim, "DROP SEQUENCE s").await;
        };
        let (attack, ()) = tokio::join!(attack, defence);
        is_ended_for_blocking(&attack.unwrap());
        run(&attacker, "SELECT 1").await;
    })
    .await;
}

#[tokio::test]
async fn who_catches_the_cancellation_is_ended_all_the_same() {
    on_every_server(async |database| {
        let (victim, attacker) = (database.empty(1).await, database.empty(2).await);
        run(&victim, "CREATE SEQUENCE s").await;
        let number = number(&victim, "s").await;
        let script = format!(
            "BEGIN; {};
             DO $$ BEGIN LOOP
                 BEGIN PERFORM pg_sleep(9); EXCEPTION WHEN query_canceled THEN END;
             END LOOP; END $$",
            lock(&number)
        );
        let attack = attacker.run(&script, &Limits::DISPLAY);
        let defence = async {
            wait_for_lock(&database, &number).await;
            run(&victim, "DROP SEQUENCE s").await;
        };
        let (attack, ()) = tokio::join!(attack, defence);
        is_ended_for_blocking(&attack.unwrap());
        run(&attacker, "SELECT 1").await;
    })
    .await;
}

#[tokio::test]
async fn who_waits_for_what_is_anothers_is_ended_and_the_owner_is_not() {
    on_every_server(async |database| {
        let (owner, attacker) = (database.empty(1).await, database.empty(2).await);
        run(&owner, "CREATE TABLE t (a int)").await;
        let number = number(&owner, "t").await;
        let script = "BEGIN; LOCK t IN SHARE MODE; SELECT pg_sleep(3); COMMIT";
        let honest = owner.run(script, &Limits::DISPLAY);
        let attack = async {
            wait_for_lock(&database, &number).await;
            attacker
                .run(&lock(&number), &Limits::DISPLAY)
                .await
                .unwrap()
        };
        let (honest, attack) = tokio::join!(honest, attack);
        assert_eq!(honest.unwrap().failure(), None);
        is_ended_for_blocking(&attack);
    })
    .await;
}

#[tokio::test]
async fn a_reset_waits_for_nobody_elses_lock() {
    on_every_server(async |database| {
        let (victim, attacker) = (database.empty(1).await, database.empty(2).await);
        run(&victim, "CREATE SEQUENCE s").await;
        let number = number(&victim, "s").await;
        let removed = format!(
            "SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{}')",
            victim.role().as_str()
        );
        let script = format!("BEGIN; {}; SELECT pg_sleep(9)", lock(&number));
        let attack = attacker.run(&script, &Limits::DISPLAY);
        let defence = async {
            wait_for_lock(&database, &number).await;
            victim.reset().await.unwrap();
            database.wait_until(&removed).await;
        };
        let (attack, ()) = tokio::join!(attack, defence);
        is_ended_for_blocking(&attack.unwrap());
    })
    .await;
}

#[tokio::test]
async fn nobody_is_blamed_for_who_waits_for_every_transaction() {
    on_every_server(async |database| {
        let (reader, builder) = (database.empty(1).await, database.empty(2).await);
        run(&builder, "CREATE TABLE t (a int)").await;
        let reading = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; SELECT pg_sleep(3)";
        let reading = reader.run(reading, &Limits::DISPLAY);
        let building = async {
            database
                .wait_until(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity
                     WHERE query LIKE '%pg_sleep(3)%' AND pid <> pg_backend_pid())",
                )
                .await;
            run(&builder, "CREATE INDEX CONCURRENTLY ON t (a)").await;
        };
        let (reading, ()) = tokio::join!(reading, building);
        assert_eq!(reading.unwrap().failure(), None);
    })
    .await;
}

#[tokio::test]
async fn who_holds_too_many_locks_is_ended() {
    on_every_server(async |database| {
        let limits = ResourceLimits {
            locks: 500,
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = database.open_with(limits).await;
        let attacker = empty(&sandboxes, 1).await;
        let script = "BEGIN; DO $$ BEGIN FOR i IN 1000000..1001000 LOOP
                BEGIN PERFORM nextval(i::oid::regclass); EXCEPTION WHEN OTHERS THEN END;
            END LOOP; END $$; SELECT pg_sleep(9)";
        let run = attacker.run(script, &Limits::DISPLAY).await.unwrap();
        let error = failure(&run);
        assert_eq!(error.sqlstate, "53400");
        assert!(error.message.contains("more than 500 locks"), "{error:?}");
        let few = "BEGIN; CREATE TABLE t (a int PRIMARY KEY); SELECT pg_sleep(0.8); COMMIT";
        crate::support::run(&attacker, few).await;
    })
    .await;
}

/// Where the server keeps its data, which is on this machine.
async fn data_directory(database: &TestDatabase) -> PathBuf {
    let directory: String = database.ask("SHOW data_directory").await;
    PathBuf::from(directory)
}

/// Writes as long as it is let.
const WRITING: &str = "CREATE TABLE t AS
    SELECT repeat(md5(i::text), 50) FROM generate_series(1, 100000000) AS i";

#[tokio::test]
async fn who_writes_too_much_is_ended() {
    on_every_server(async |database| {
        let limits = ResourceLimits {
            bytes_written: 30 * 1024 * 1024,
            bytes_free: Some(0),
            data_directory: Some(data_directory(&database).await),
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = database.open_with(limits).await;
        let sandbox = empty(&sandboxes, 1).await;
        let written = sandbox.run(WRITING, &Limits::DISPLAY).await.unwrap();
        let error = failure(&written);
        assert_eq!(error.sqlstate, "53400", "{error:?}");
        assert!(error.message.contains("wrote more than 30 MB"), "{error:?}");
        run(&sandbox, "SELECT pg_sleep(0.8)").await;
        let sort = "SELECT count(*) FROM
            (SELECT i FROM generate_series(1, 100000000) AS i ORDER BY md5(i::text)) AS s";
        let sorted = sandbox.run(sort, &Limits::DISPLAY).await.unwrap();
        assert_eq!(failure(&sorted).sqlstate, "53400");
    })
    .await;
}

/// A disk whose fullness a test decides.
struct SmallDisk {
    directory: tempfile::TempDir,
}

impl SmallDisk {
    const ROOM: u64 = 48 * 1024 * 1024;

    fn new() -> Option<Self> {
        let directory = tempfile::tempdir_in("/dev/shm").ok()?;
        Some(Self { directory })
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Where the disk counts as full once the test has filled it.
    fn reserve(&self) -> u64 {
        let disk = rustix::fs::statvfs(self.path()).unwrap();
        disk.f_bavail * disk.f_frsize - Self::ROOM / 2
    }

    fn fill(&self) {
        let size = usize::try_from(Self::ROOM).unwrap();
        std::fs::write(self.path().join("filling"), vec![1; size]).unwrap();
    }

    fn empty(&self) {
        std::fs::remove_file(self.path().join("filling")).unwrap();
    }
}

#[tokio::test]
async fn on_a_full_disk_who_writes_is_ended_and_nobody_begins() {
    on_every_server(async |database| {
        let Some(disk) = SmallDisk::new() else {
            eprintln!("skipped: there is no /dev/shm to fill");
            return;
        };
        let limits = ResourceLimits {
            bytes_free: Some(disk.reserve()),
            data_directory: Some(disk.path().to_owned()),
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = database.open_with(limits).await;
        let (writer, reader) = (empty(&sandboxes, 1).await, empty(&sandboxes, 2).await);
        let begun = "SELECT EXISTS (SELECT FROM pg_class WHERE relname = 'begun')";
        let writing = async {
            run(&writer, "CREATE TABLE begun (a int)").await;
            writer.run(WRITING, &Limits::DISPLAY).await.unwrap()
        };
        let filling = async {
            database.wait_until(begun).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
            disk.fill();
        };
        let reading = reader.run("SELECT pg_sleep(4)", &Limits::DISPLAY);
        let (writing, (), reading) = tokio::join!(writing, filling, reading);
        let error = failure(&writing);
        assert_eq!(error.sqlstate, "53100", "{error:?}");
        assert!(error.message.contains("disk is nearly full"), "{error:?}");
        assert_eq!(reading.unwrap().failure(), None);
        let refused = reader.run("SELECT 1", &Limits::DISPLAY).await;
        assert!(matches!(refused, Err(Error::DiskFull)));
        disk.empty();
        tokio::time::sleep(Duration::from_millis(200)).await;
        run(&reader, "SELECT 1").await;
    })
    .await;
}

#[tokio::test]
async fn short_scripts_are_not_looked_at() {
    on_every_server(async |database| {
        // Looking needs a connection, which is opened for that and kept for a while.
        let looks = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'sqlground watch'";
        let limits = ResourceLimits {
            sandbox_bytes: u64::MAX,
            ..ResourceLimits::DEFAULT
        };
        let sandboxes = database.open_with(limits).await;
        let sandbox = empty(&sandboxes, 1).await;
        let mut longest = Duration::ZERO;
        for _ in 0..100 {
            let began = Instant::now();
            run(&sandbox, "SELECT 1").await;
            longest = longest.max(began.elapsed());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // On a busy machine none may be short.
        if longest < Duration::from_millis(150) {
            assert_eq!(database.ask::<i64>(looks).await, 0);
        }
        run(&sandbox, "SELECT pg_sleep(1)").await;
        assert_ne!(database.ask::<i64>(looks).await, 0);
    })
    .await;
}

#[tokio::test]
async fn many_who_lock_what_is_everybodys_disturb_nobody() {
    on_every_server(async |database| {
        let settings = Settings {
            queue: QueueLimits {
                places: 9,
                ..QueueLimits::DEFAULT
            },
            ..database.settings.clone()
        };
        let sandboxes = Sandboxes::open(settings).await.unwrap();
        let victim = empty(&sandboxes, 100).await;
        run(&victim, "CREATE TABLE t (a int PRIMARY KEY)").await;
        let number = number(&victim, "t").await;
        let script = format!("BEGIN; {}; SELECT pg_sleep(9)", lock(&number));
        let mut attacks = Vec::new();
        for session in 1..=8 {
            let (attacker, script) = (empty(&sandboxes, session).await, script.clone());
            attacks.push(tokio::spawn(async move {
                attacker.run(&script, &Limits::DISPLAY).await.unwrap()
            }));
        }
        database
            .wait_until(&format!(
                "SELECT count(*) = 8 FROM pg_locks WHERE relation = {number} AND granted"
            ))
            .await;
        run(&victim, "ALTER TABLE t ADD COLUMN b int; DROP TABLE t").await;
        for attack in attacks {
            is_ended_for_blocking(&attack.await.unwrap());
        }
    })
    .await;
}
