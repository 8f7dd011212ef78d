//! Where PostgreSQL comes from: the one inside, or an external server.

use crate::bundle;
use crate::cli::CommonArgs;
use anyhow::{Context, Result, bail};
use sqlground_grader::Arsenals;
use sqlground_postgres::{Databases, Error, Progress, Secret, Server, Settings, provision};
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a command keeps in its data directory, which decides where that lies by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// Students' progress.
    Progress,
    /// Nothing that is missed when it is gone.
    Nothing,
}

/// A PostgreSQL that is ready for use.
#[derive(Debug)]
pub struct Backend {
    /// How to reach our databases.
    pub databases: Databases,
    /// What cookies and passwords are derived from.
    pub secret: Secret,
    /// True if the external server may show students more of each other than it should.
    pub allow_weak_isolation: bool,
    /// Where everything lies that is not in a database.
    folder: PathBuf,
    /// Where the server inside keeps its data.
    pub data_directory: Option<PathBuf>,
    server: Option<Server>,
    // Removed when everything that works in it has ended.
    _temporary: Option<TempDir>,
}

impl Backend {
    /// Starts the PostgreSQL inside, or prepares to use the external one. `report` is told what
    /// takes time.
    pub async fn open(
        args: &CommonArgs,
        keeps: Keeps,
        report: impl Fn(Progress) + Clone + Send + Sync + 'static,
    ) -> Result<Self> {
        let data = match &args.data {
            Some(data) => data.clone(),
            None => default_data(keeps)?,
        };
        if let Some(url) = &args.database_url {
            return external(url, args, &data);
        }
        match embedded(args, data, report.clone()).await {
            // A tool needs nothing that is in there: it works beside whoever holds it.
            Err(Error::InUse { .. }) if keeps == Keeps::Nothing && args.data.is_none() => {
                let temporary = tempfile::Builder::new().prefix("sqlground-").tempdir()?;
                open_to_others(temporary.path())?;
                let data = temporary.path().to_owned();
                let backend = embedded(args, data, report).await?;
                Ok(Self {
                    _temporary: Some(temporary),
                    ..backend
                })
            }
            result => Ok(result?),
        }
    }

    /// The server inside, if it is that one.
    pub fn server(&self) -> Option<&Server> {
        self.server.as_ref()
    }

    /// What was found out about exercises, kept from start to start.
    pub fn arsenals(&self) -> Arsenals {
        Arsenals::kept_in(self.folder.join("checks"))
    }

    /// Stops the PostgreSQL inside and waits for its end.
    pub async fn close(self) -> Result<()> {
        if let Some(server) = self.server {
            server.stop().await?;
        }
        Ok(())
    }
}

async fn embedded(
    args: &CommonArgs,
    data: PathBuf,
    report: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Backend, Error> {
    let programs = bundle::postgres(args.postgres_archive.as_deref());
    let settings = args.postgres.apply(Settings::new(data.clone(), programs));
    let server = Server::start(settings, report).await?;
    let databases = provision(&server.superuser(), server.secret()).await?;
    Ok(Backend {
        databases,
        secret: server.secret().clone(),
        allow_weak_isolation: false,
        folder: data.clone(),
        data_directory: Some(data),
        server: Some(server),
        _temporary: None,
    })
}

fn external(url: &str, args: &CommonArgs, data: &Path) -> Result<Backend> {
    let own: PgConnectOptions = url
        .parse()
        .context("--database-url is not a PostgreSQL URL")?;
    let sibling = |url: &Option<String>, flag: &str, ending: &str| match url {
        Some(url) => url
            .parse()
            .with_context(|| format!("{flag} is not a PostgreSQL URL")),
        None => match own.get_database() {
            Some(name) => Ok(own.clone().database(&format!("{name}{ending}"))),
            None => bail!("--database-url names no database: end it with /sqlground"),
        },
    };
    let sandbox = sibling(
        &args.sandbox_database_url,
        "--sandbox-database-url",
        "_sandbox",
    )?;
    let answers = sibling(
        &args.answers_database_url,
        "--answers-database-url",
        "_answers",
    )?;
    Ok(Backend {
        databases: Databases {
            own,
            sandbox,
            answers,
        },
        secret: Secret::open(data)?,
        allow_weak_isolation: args.allow_weak_isolation,
        folder: data.to_owned(),
        data_directory: None,
        server: None,
        _temporary: None,
    })
}

/// The user's folder for data or caches, or the system's if that is root.
fn default_data(keeps: Keeps) -> Result<PathBuf> {
    let (system, variable, below_home) = match keeps {
        Keeps::Progress => ("/var/lib", "XDG_DATA_HOME", ".local/share"),
        Keeps::Nothing => ("/var/cache", "XDG_CACHE_HOME", ".cache"),
    };
    let parent = if rustix::process::geteuid().is_root() {
        PathBuf::from(system)
    } else if let Some(folder) = std::env::var_os(variable) {
        PathBuf::from(folder)
    } else if let Some(home) = std::env::var_os("HOME") {
        Path::new(&home).join(below_home)
    } else {
        bail!("neither {variable} nor HOME is set: say where the data goes with --data DIR");
    };
    Ok(parent.join("sqlground"))
}

/// Temporary folders are closed to others, but root's PostgreSQL runs as another user. What is
/// secret inside is closed by itself.
fn open_to_others(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(folder, permissions)
        .with_context(|| format!("cannot change the mode of {}", folder.display()))
}
