//! The exercises' folder, read again whenever somebody saves a file in it.

use crate::library::Library;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use sqlground_catalogue::load_dir;
use sqlground_sandbox::Sandboxes;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Editors write a file in several steps, and people save several files at once: they are read once
/// nothing has changed for this long.
const QUIET: Duration = Duration::from_millis(150);

/// How often the folder is looked through, since some file systems, such as those of networks, tell
/// nobody of changes.
const LOOKING: Duration = Duration::from_secs(5);

/// How deep files lie.
const DEPTH: usize = 3;

/// What tells a folder's state from another: each file with its size and when it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>)>);

impl Stamp {
    /// The state of a folder; what cannot be read is left out.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut files = Vec::new();
        gather(folder, DEPTH, &mut files);
        files.sort();
        Self(files)
    }
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<(PathBuf, u64, Option<SystemTime>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            if depth > 1 {
                gather(&path, depth - 1, files);
            }
        } else {
            files.push((path, metadata.len(), metadata.modified().ok()));
        }
    }
}

/// Reads the folder into the library whenever it is no longer as `read` says. Never ends.
pub(crate) async fn watch(
    folder: PathBuf,
    mut read: Stamp,
    library: Arc<Library>,
    databases: [Sandboxes; 2],
) {
    let changed = Arc::new(Notify::new());
    // Dropped, it would tell nothing.
    let _watcher = watcher(&folder, Arc::clone(&changed))
        .inspect_err(|error| tracing::info!("changed exercises show a little later: {error}"));
    let mut looking = interval(LOOKING);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = changed.notified() => {}
            _ = looking.tick() => {}
        }
        while timeout(QUIET, changed.notified()).await.is_ok() {}
        let now = stamp(&folder).await;
        if now == read {
            continue;
        }
        read = now;
        let place = folder.clone();
        match tokio::task::spawn_blocking(move || load_dir(&place)).await {
            Ok(Ok(loaded)) => library.replace(loaded, &databases).await,
            Ok(Err(error)) => tracing::error!("{:#}", anyhow::Error::new(error)),
            Err(error) => tracing::error!("exercises cannot be read: {error}"),
        }
    }
}

async fn stamp(folder: &Path) -> Stamp {
    let folder = folder.to_owned();
    let stamp = tokio::task::spawn_blocking(move || Stamp::of(&folder));
    stamp.await.unwrap_or_default()
}

fn watcher(folder: &Path, changed: Arc<Notify>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Reading is no change.
        if event.is_ok_and(|event| !event.kind.is_access()) {
            changed.notify_one();
        }
    })?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(watcher)
}
