//! `sqlground serve`: the site.

use super::console;
use super::tool::{exercises, open_sandboxes};
use crate::assets::Assets;
use crate::backend::{Backend, Keeps};
use crate::bundle;
use crate::cli::ServeArgs;
use crate::http::{self, AppState};
use crate::library::Library;
use crate::service::Service;
use crate::session::SessionCookies;
use crate::stop::Stop;
use crate::store::Store;
use crate::watch::{Stamp, watch};
use anyhow::{Context, Result};
use sqlground_catalogue::{Loaded, Severity};
use sqlground_grader::Effort;
use sqlground_sandbox::{Sandboxes, Settings};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often sandboxes that are no longer used are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_hours(1);

/// Serves until it is told to stop (Ctrl-C, SIGTERM), then ends what runs and stops PostgreSQL.
pub async fn run(args: ServeArgs) -> Result<ExitCode> {
    // Before anything that takes time: a port in use or a folder that is not there.
    let listener = bind(args.listen).await?;
    let assets = Assets::new(bundle::site(args.site.as_deref())?)?;
    let folder = args.common.exercises.clone();
    // Looked at before it is read, so that no change is missed.
    let stamp = folder.as_deref().map(Stamp::of);
    let loaded = exercises(folder.as_deref())?;
    report_broken(&loaded);

    let mut stop = Stop::listen()?;
    let starting = Backend::open(&args.common, Keeps::Progress, console::starting());
    let backend = tokio::select! {
        backend = starting => backend?,
        () = stop.requested() => return Ok(ExitCode::SUCCESS),
    };
    let exercises = Exercises {
        loaded,
        watched: folder.zip(stamp),
    };
    let served = serve(&args, listener, assets, exercises, &backend, &mut stop).await;
    eprintln!("sqlground: stopping");
    let closed = backend.close().await;
    served?;
    closed?;
    Ok(ExitCode::SUCCESS)
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let help = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program uses it: stop that, or choose another with --listen ADDR:PORT"
            }
            ErrorKind::PermissionDenied => {
                "it is not allowed: ports below 1024 need privileges, choose another with --listen"
            }
            _ => "choose another with --listen ADDR:PORT",
        };
        anyhow::Error::new(error).context(format!("cannot listen on {address}; {help}"))
    })
}

fn report_broken(loaded: &Loaded) {
    for finding in &loaded.findings {
        match finding.severity {
            Severity::Error => tracing::error!("{finding}"),
            Severity::Warning => tracing::info!("{finding}"),
        }
    }
}

/// The exercises, and the folder in which they may change, as it was before they were read.
struct Exercises {
    loaded: Loaded,
    watched: Option<(PathBuf, Stamp)>,
}

async fn serve(
    args: &ServeArgs,
    listener: TcpListener,
    assets: Assets,
    exercises: Exercises,
    backend: &Backend,
    stop: &mut Stop,
) -> Result<()> {
    let Exercises { loaded, watched } = exercises;
    let library = Arc::new(Library::new(loaded));
    let settings = |settings: Settings| Settings {
        queue: args.queue.limits(),
        connections: args.queue.connections_per_sandbox,
        ready: args.ready.limits(),
        resources: args.resources.limits(&settings.resources),
        ..settings
    };
    let [sandboxes, answers] = open_sandboxes(backend, settings).await?;
    let store = Store::open(backend.databases.own.clone()).await?;
    let limits = args.limits.limits();
    let loading = tokio::spawn(load_datasets(
        Arc::clone(&library),
        [sandboxes.clone(), answers.clone()],
    ));
    let watching = watched.map(|(folder, stamp)| {
        let databases = [sandboxes.clone(), answers.clone()];
        tokio::spawn(watch(folder, stamp, Arc::clone(&library), databases))
    });
    let sweeping = tokio::spawn(sweep(
        [sandboxes.clone(), answers.clone()],
        args.resources.unused(),
    ));
    let service = Service::new(
        library,
        sandboxes.clone(),
        answers.clone(),
        store.clone(),
        limits,
        args.effort.effort(Effort::INTERACTIVE),
        backend.arsenals(),
    )
    .with_answers_after(NonZeroU32::new(args.answer_after));
    let cookies = SessionCookies::new(&backend.secret.derive("cookies"));
    let address = listener
        .local_addr()
        .context("the listener has no address")?;
    eprintln!("sqlground: ready on http://{address}");

    let state = AppState::new(Arc::new(service), cookies, assets, &args.web);
    http::serve(listener, state, &args.web, stop.requested()).await;
    loading.abort();
    if let Some(watching) = watching {
        watching.abort();
    }
    sweeping.abort();
    store.close().await;
    answers.close().await;
    sandboxes.close().await;
    Ok(())
}

async fn load_datasets(library: Arc<Library>, databases: [Sandboxes; 2]) {
    library.load_datasets(&databases).await;
    tracing::info!("all datasets are loaded");
}

/// Drops the sandboxes of sessions that have not been seen for so long, and what crashes left. The
/// sessions' progress stays, and who comes back finds a fresh sandbox.
async fn sweep(databases: [Sandboxes; 2], unused: Duration) {
    let mut interval = tokio::time::interval(SWEEP_INTERVAL);
    loop {
        interval.tick().await;
        for sandboxes in &databases {
            match sandboxes.drop_unused(unused).await {
                Ok(0) => {}
                Ok(dropped) => tracing::info!("dropped {dropped} unused sandboxes"),
                Err(error) => {
                    tracing::warn!("unused sandboxes stay: {:#}", anyhow::Error::new(error));
                }
            }
        }
    }
}
