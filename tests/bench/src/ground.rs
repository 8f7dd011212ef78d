//! A PostgreSQL and a site on it, for one part.

use crate::Bench;
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use sqlground_catalogue::{Exercise, load_dir};
use sqlground_postgres::{Databases, Programs, Server, Settings, provision};
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Switches off what keeps a single address from asking for this much.
const NO_RATES: [&str; 6] = [
    "--page-rate=0",
    "--session-page-rate=0",
    "--action-rate=0",
    "--session-action-rate=0",
    "--new-session-rate=0",
    "--max-address-connections=0",
];

/// The site's process, which does not outlive its measurement.
struct Site(Child);

impl Drop for Site {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// A PostgreSQL and a site on it, both as they are by default.
pub(crate) struct Ground {
    /// Where the site listens.
    pub(crate) address: SocketAddr,
    /// The databases, for measuring without the site.
    pub(crate) databases: Databases,
    /// The directory of PostgreSQL's socket.
    pub(crate) socket_dir: String,
    /// An exercise whose students read shared tables.
    pub(crate) reading: String,
    /// An exercise whose students have a copy of the tables.
    pub(crate) writing: String,
    site: Site,
    /// How the site was started, the address left out.
    arguments: Vec<OsString>,
    postgres: Server,
    folders: [TempDir; 2],
}

impl Ground {
    /// Starts both, and waits until all datasets are loaded.
    pub(crate) async fn start(bench: &Bench, arguments: &[&str]) -> Result<Self> {
        let folders = [folder()?, folder()?];
        let programs = Programs::ArchiveFile(bench.postgres.clone());
        let postgres = Server::start(Settings::new(folders[0].path(), programs), |_| {}).await?;
        let databases = provision(&postgres.superuser(), postgres.secret()).await?;
        let mut site_arguments: Vec<OsString> = vec![bench.server.clone().into(), "serve".into()];
        for (name, value) in [
            ("--exercises", bench.exercises.as_os_str()),
            ("--data", folders[1].path().as_os_str()),
            (
                "--database-url",
                databases.own.to_url_lossy().as_str().as_ref(),
            ),
            (
                "--sandbox-database-url",
                databases.sandbox.to_url_lossy().as_str().as_ref(),
            ),
            (
                "--answers-database-url",
                databases.answers.to_url_lossy().as_str().as_ref(),
            ),
        ] {
            site_arguments.extend([name.into(), value.to_owned()]);
        }
        site_arguments.extend(NO_RATES.iter().chain(arguments).map(OsString::from));
        let (site, address) = spawn(&site_arguments, "127.0.0.1:0")?;
        let loaded = load_dir(&bench.exercises)?;
        let exercise = |wanted: fn(&Exercise) -> bool| {
            let found = loaded.catalogue.exercises().find(|e| wanted(e));
            let found = found.context("there is no exercise to measure with")?;
            Ok::<_, anyhow::Error>(found.id.to_string())
        };
        let ground = Self {
            address,
            socket_dir: postgres.socket_dir().display().to_string(),
            databases,
            reading: exercise(|e| e.dataset.is_some() && !e.writable && e.setup.is_none())?,
            writing: exercise(|e| e.dataset.is_some() && e.writable)?,
            site,
            arguments: site_arguments,
            postgres,
            folders,
        };
        // What the start leaves to do in the background.
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(ground)
    }

    /// The site's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.site.0.id()
    }

    /// How to connect as PostgreSQL's superuser.
    pub(crate) fn superuser(&self) -> PgConnectOptions {
        self.postgres.superuser()
    }

    /// Ends the site with a signal, and starts it again where it was.
    pub(crate) async fn restart_site(&mut self, signal: Signal) -> Result<()> {
        let pid = i32::try_from(self.site.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("no process id")?, signal)?;
        while self.site.0.try_wait()?.is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let (arguments, address) = (self.arguments.clone(), self.address.to_string());
        // PostgreSQL may be starting anew as well.
        let deadline = Instant::now() + Duration::from_secs(20);
        let (site, _) = loop {
            let (arguments, address) = (arguments.clone(), address.clone());
            let spawned = tokio::task::spawn_blocking(move || spawn(&arguments, &address)).await?;
            match spawned {
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
                Ok(spawned) => break spawned,
            }
        };
        self.site = site;
        Ok(())
    }

    /// The processor time that the site has taken.
    pub(crate) fn site_time(&self) -> Result<Duration> {
        process_time(&format!("/proc/{}", self.site.0.id()))
    }

    /// The processor time that all of PostgreSQL's processes have taken.
    pub(crate) fn postgres_time(&self) -> Result<Duration> {
        let mut sum = Duration::ZERO;
        for process in std::fs::read_dir("/proc")?.flatten() {
            let path = process.path().display().to_string();
            // What has ended meanwhile took none.
            let command = std::fs::read_to_string(format!("{path}/comm")).unwrap_or_default();
            let folder = std::fs::read_link(format!("{path}/cwd"));
            if command.trim() == "postgres"
                && folder.is_ok_and(|folder| folder.starts_with(self.folders[0].path()))
            {
                sum += process_time(&path).unwrap_or_default();
            }
        }
        Ok(sum)
    }

    /// Ends both.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let pid = i32::try_from(self.site.0.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("no process id")?, Signal::TERM)?;
        let ended = tokio::task::spawn_blocking(move || self.site.0.wait()).await?;
        let stopped = self.postgres.stop().await;
        ended?;
        Ok(stopped?)
    }
}

/// A folder that PostgreSQL's user can pass through.
fn folder() -> Result<TempDir> {
    let folder = tempfile::Builder::new()
        .prefix("sqlground-bench-")
        .tempdir()?;
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711))?;
    Ok(folder)
}

/// Starts the site at an address and waits until it says where it listens.
fn spawn(arguments: &[OsString], address: &str) -> Result<(Site, SocketAddr)> {
    let (program, arguments) = arguments.split_first().context("no program")?;
    let mut site = Command::new(program)
        .args(arguments)
        .args(["--listen", address])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map(Site)
        .context("the server does not start")?;
    let stderr = site.0.stderr.take().context("stderr is piped")?;
    let mut lines = BufReader::new(stderr).lines();
    let mut said = String::new();
    let address = loop {
        let Some(line) = lines.next().transpose()? else {
            site.0.wait()?;
            bail!("the server ends at once: {said}");
        };
        if let Some((_, address)) = line.split_once("ready on http://") {
            break address.trim().parse()?;
        }
        said += &line;
    };
    // It writes on, and must not be stopped by a full pipe.
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            if !line.contains(" INFO ") {
                eprintln!("    site: {line}");
            }
        }
    });
    Ok((site, address))
}

/// The processor time of a process and of those it has waited for, which Linux counts in hundredths
/// of a second.
fn process_time(path: &str) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("{path}/stat"))?;
    // The name before the parenthesis may have spaces.
    let (_, fields) = stat.rsplit_once(')').context("no process")?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(4)
        .map(|field| field.parse().unwrap_or(0))
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
