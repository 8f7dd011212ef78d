//! Throw-away PostgreSQL servers: each version that is there, one server for the whole test binary,
//! a database for each test.

use sqlground_model::{Run, StatementRun};
use sqlground_sandbox::{
    Claimant, Error, Limits, ReadyLimits, ResourceLimits, Sandbox, Sandboxes, Scratch, Secret,
    SessionName, Settings, Space,
};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Debian's `nobody`, as whom the server runs where the tests run as root.
const NOBODY: u32 = 65_534;

/// A running server.
struct Server {
    sockets: PathBuf,
    name: String,
    /// The shell that watches the server ends it when the test process closes this pipe, however
    /// that process ends.
    _shell: Child,
}

const WATCH: &str = r#"
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c max_connections=200 \
    -c max_locks_per_transaction=256 &
read -r _
kill -INT $!
wait $!
rm -rf "$2"
"#;

impl Server {
    fn start(programs: &Programs) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("sandbox")
            .tempdir()
            .unwrap()
            .keep();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o711)).unwrap();
        let root = fs::metadata("/proc/self").unwrap().uid() == 0;
        let bin = match programs {
            Programs::Folder(bin) => bin.clone(),
            Programs::Archive(archive) => {
                let archive = zstd::Decoder::new(File::open(archive).unwrap()).unwrap();
                let unpacked = directory.join("postgres");
                tar::Archive::new(archive).unpack(&unpacked).unwrap();
                unpacked.join("bin")
            }
        };
        if root {
            // What the server's user owns, its watching shell can remove.
            let owner = format!("{NOBODY}:{NOBODY}");
            let given = Command::new("chown")
                .args(["-R", &owner])
                .arg(&directory)
                .status();
            assert!(given.unwrap().success(), "chown fails");
        }
        let command = |program: &Path| {
            let mut command = Command::new(program);
            if root {
                command.uid(NOBODY).gid(NOBODY);
            }
            let log = File::options()
                .create(true)
                .append(true)
                .open(directory.join("log"))
                .unwrap();
            command
                .current_dir(&directory)
                .stdout(log.try_clone().unwrap())
                .stderr(log);
            command
        };
        let made = command(&bin.join("initdb"))
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(directory.join("data"))
            .status()
            .unwrap();
        assert!(
            made.success(),
            "initdb fails, see {}/log",
            directory.display()
        );
        let access = "local all postgres trust\nlocal all all scram-sha-256\n";
        fs::write(directory.join("data/pg_hba.conf"), access).unwrap();
        let shell = command(Path::new("/bin/sh"))
            .args(["-c", WATCH, "sh"])
            .args([&bin, &directory])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            sockets: directory,
            name: bin.display().to_string(),
            _shell: shell,
        }
    }

    fn superuser(&self) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.sockets)
            .port(5432)
            .username("postgres")
            .database("postgres")
    }

    async fn connect(&self) -> PgConnection {
        for _ in 0..200 {
            if let Ok(connection) = PgConnection::connect_with(&self.superuser()).await {
                return connection;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "{} does not start, see {}/log",
            self.name,
            self.sockets.display()
        );
    }
}

/// Where a server's programs are.
enum Programs {
    /// In a folder.
    Folder(PathBuf),
    /// In an archive, which is unpacked where the server's user can reach it.
    Archive(PathBuf),
}

/// The servers' programs: Debian's, and the archive that is built into sqlground.
fn installations() -> Vec<Programs> {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<_> = debian.map(|entry| entry.path().join("bin")).collect();
    found.retain(|bin| bin.join("postgres").exists());
    let archive = std::env::var_os("SQLGROUND_POSTGRES_ARCHIVE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/postgres.tar.zst"),
        PathBuf::from,
    );
    let mut found: Vec<_> = found.into_iter().map(Programs::Folder).collect();
    if archive.exists() {
        found.push(Programs::Archive(archive));
    }
    assert!(
        !found.is_empty(),
        "these tests need PostgreSQL: build target/postgres.tar.zst or install Debian's postgresql"
    );
    found
}

fn servers() -> &'static [Server] {
    static SERVERS: OnceLock<Vec<Server>> = OnceLock::new();
    SERVERS.get_or_init(|| installations().iter().map(Server::start).collect())
}

/// A database with sandboxes, for one test on one server.
pub(crate) struct TestDatabase {
    pub sandboxes: Sandboxes,
    pub settings: Settings,
    /// The superuser in this database.
    pub superuser: PgConnectOptions,
    pub name: String,
}

/// Runs a test on every server that is there.
pub(crate) async fn on_every_server(test: impl AsyncFn(TestDatabase)) {
    for server in servers() {
        eprintln!("on {}", server.name);
        test(TestDatabase::create(server).await).await;
    }
}

impl TestDatabase {
    async fn create(server: &Server) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut admin = server.connect().await;
        for sql in [
            format!("CREATE ROLE service_{name} LOGIN CREATEROLE PASSWORD 'service'"),
            format!("GRANT pg_signal_backend TO service_{name}"),
            format!("CREATE DATABASE {name} OWNER service_{name}"),
            format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut admin)
                .await
                .unwrap();
        }
        let superuser = server.superuser().database(&name);
        let mut inside = PgConnection::connect_with(&superuser).await.unwrap();
        sqlx::raw_sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
            .execute(&mut inside)
            .await
            .unwrap();
        let service = superuser
            .clone()
            .username(&format!("service_{name}"))
            .password("service");
        let settings = Settings {
            allow_weak_isolation: true,
            // Tests count what is there.
            ready: ReadyLimits {
                spares: 0,
                ..ReadyLimits::DEFAULT
            },
            ..Settings::new(service, Secret::new([9; 32]))
        };
        Self {
            sandboxes: Sandboxes::open(settings.clone()).await.unwrap(),
            settings,
            superuser,
            name,
        }
    }

    /// Asks the superuser.
    pub(crate) async fn ask<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = PgConnection::connect_with(&self.superuser).await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }

    /// Lets the superuser do something.
    pub(crate) async fn execute(&self, sql: &str) {
        let mut connection = PgConnection::connect_with(&self.superuser).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap();
    }

    /// Hides the catalogues. Other tests make and drop roles on the same server, and go first.
    pub(crate) async fn harden(&self) {
        for _ in 0..50 {
            let mut connection = PgConnection::connect_with(&self.superuser).await.unwrap();
            let sql = AssertSqlSafe(sqlground_postgres::harden::sql());
            match sqlx::raw_sql(sql).execute(&mut connection).await {
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("40P01") => {}
                result => {
                    result.unwrap();
                    return;
                }
            }
        }
        panic!("hardening fails by deadlocks alone");
    }

    /// Waits until the superuser gets `true`.
    pub(crate) async fn wait_until(&self, sql: &str) {
        for _ in 0..400 {
            if self.ask::<bool>(sql).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it never becomes true: {sql}");
    }

    /// A session's sandbox of an empty space.
    pub(crate) async fn empty(&self, session: u8) -> Sandbox {
        empty(&self.sandboxes, session).await
    }

    /// Opens the sandboxes anew, with other limits on what all share.
    pub(crate) async fn open_with(&self, resources: ResourceLimits) -> Sandboxes {
        Sandboxes::open(Settings {
            resources,
            ..self.settings.clone()
        })
        .await
        .unwrap()
    }
}

/// A session's sandbox without any table.
pub(crate) async fn empty(sandboxes: &Sandboxes, session: u8) -> Sandbox {
    let space = Space::empty("test/empty");
    sandboxes.sandbox(&claimant(session), &space).await.unwrap()
}

pub(crate) fn session_name(number: u8) -> SessionName {
    SessionName::new([number; 16])
}

pub(crate) fn claimant(number: u8) -> Claimant {
    Claimant::new(session_name(number), None)
}

/// Where scripts run.
pub(crate) trait Runs {
    async fn run_script(&self, script: &str) -> Result<Run, Error>;
}

impl Runs for Sandbox {
    async fn run_script(&self, script: &str) -> Result<Run, Error> {
        self.run(script, &Limits::DISPLAY).await
    }
}

impl Runs for Scratch {
    async fn run_script(&self, script: &str) -> Result<Run, Error> {
        self.run(script, &Limits::DISPLAY).await
    }
}

/// Runs a script that is to succeed.
pub(crate) async fn run(place: &impl Runs, script: &str) -> Run {
    let run = place.run_script(script).await.unwrap();
    assert_eq!(run.failure(), None, "{script}");
    run
}

/// Runs a script whose last statement is to fail. Gives back the SQLSTATE.
pub(crate) async fn fail(place: &impl Runs, script: &str) -> String {
    let run = place.run_script(script).await.unwrap();
    let (_, error) = run.failure().unwrap_or_else(|| panic!("{script} succeeds"));
    error.sqlstate.clone()
}

/// The one value a script's last statement gives.
pub(crate) async fn value(place: &impl Runs, script: &str) -> String {
    let run = run(place, script).await;
    text(run.statements.last().unwrap())
}

/// The first value of a result.
pub(crate) fn text(statement: &StatementRun) -> String {
    statement.rows[0][0]
        .clone()
        .expect("a value that is not null")
}
