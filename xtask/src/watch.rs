//! `serve --watch`: rebuilds and restarts on every change.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::build::build;
use crate::step;
use crate::workspace::{Profile, Workspace};

/// What a change to the running site can come from.
const WATCHED: &[&str] = &[
    "app",
    "server",
    "style",
    "exercises",
    "package.json",
    "Cargo.toml",
];

/// Editors write a file in several steps, and people save several files at once: a rebuild waits
/// until nothing has changed for this long.
const QUIET: Duration = Duration::from_millis(200);

/// What the loop waits for.
#[derive(Debug, PartialEq, Eq)]
enum Event {
    /// A watched file has changed.
    Change,
    /// We are asked to stop.
    Stop,
}

/// Serves until it is told to stop, rebuilding on change. A build that fails leaves the last
/// good server running.
pub(crate) fn serve(workspace: &Workspace, profile: Profile, args: &[String]) -> Result<()> {
    let (sender, events) = mpsc::channel();
    forward_signals(sender.clone())?;
    let _watcher = watch(&workspace.root, sender)?;
    let mut server = Server::default();
    loop {
        match build(workspace, profile) {
            Ok(()) => {
                server.stop()?;
                server.start(workspace, profile, args)?;
            }
            Err(error) => eprintln!("error: {error:#}"),
        }
        step::note("Watching for changes; Ctrl-C stops");
        if next(&events) == Event::Stop {
            return server.stop();
        }
    }
}

/// Waits for something to do, and for a series of changes to end.
fn next(events: &Receiver<Event>) -> Event {
    // Both senders live as long as the loop: an error cannot happen, and would mean the end.
    let mut last = events.recv().unwrap_or(Event::Stop);
    while last == Event::Change {
        match events.recv_timeout(QUIET) {
            Ok(event) => last = event,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Event::Stop,
        }
    }
    last
}

fn forward_signals(sender: Sender<Event>) -> Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for _ in signals.forever() {
            // Nobody listens once the loop has ended.
            sender.send(Event::Stop).ok();
        }
    });
    Ok(())
}

fn watch(root: &Path, sender: Sender<Event>) -> Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| is_change(&event)) {
            sender.send(Event::Change).ok();
        }
    })?;
    for name in WATCHED {
        let path = root.join(name);
        watcher
            .watch(&path, RecursiveMode::Recursive)
            .with_context(|| format!("cannot watch {}", path.display()))?;
    }
    Ok(watcher)
}

/// Reading a file is no change, nor is what editors keep beside the files they edit.
fn is_change(event: &notify::Event) -> bool {
    let is_source = |path: &Path| {
        let name = path
            .file_name()
            .map(OsStr::to_string_lossy)
            .unwrap_or_default();
        let is_swap_file = path.extension() == Some(OsStr::new("swp"));
        !name.starts_with(['.', '#']) && !name.ends_with(['~', '#']) && !is_swap_file
    };
    !event.kind.is_access() && event.paths.iter().any(|path| is_source(path))
}

/// The server, if it runs.
#[derive(Default)]
struct Server(Option<Child>);

impl Server {
    fn start(&mut self, workspace: &Workspace, profile: Profile, args: &[String]) -> Result<()> {
        let mut command = crate::server::command(workspace, profile, args);
        // In a process group of its own, so that Ctrl-C reaches it through us alone, once.
        let child = command
            .process_group(0)
            .spawn()
            .context("cannot start the server")?;
        self.0 = Some(child);
        Ok(())
    }

    /// Asks the server to stop and waits until it has.
    fn stop(&mut self) -> Result<()> {
        let Some(mut child) = self.0.take() else {
            return Ok(());
        };
        if child.try_wait()?.is_none() {
            let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
            kill_process(pid.context("a process without an id")?, Signal::TERM)?;
            child.wait()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use notify::EventKind;
    use notify::event::{AccessKind, CreateKind, ModifyKind};

    use super::*;

    fn event(kind: EventKind, path: &str) -> notify::Event {
        notify::Event::new(kind).add_path(PathBuf::from(path))
    }

    #[test]
    fn only_writing_sources_is_a_change() {
        let modify = EventKind::Modify(ModifyKind::Any);
        assert!(is_change(&event(modify, "app/src/lib.rs")));
        assert!(is_change(&event(
            EventKind::Create(CreateKind::File),
            "style/new.css"
        )));
        assert!(!is_change(&event(
            EventKind::Access(AccessKind::Read),
            "app/src/lib.rs"
        )));
        for name in ["app/src/.lib.rs.swp", "app/src/lib.rs~", "app/src/#lib.rs#"] {
            assert!(!is_change(&event(modify, name)), "{name}");
        }
    }

    #[test]
    fn a_series_of_changes_is_one_and_stopping_comes_first() {
        let (sender, events) = mpsc::channel();
        for _ in 0..5 {
            sender.send(Event::Change).unwrap();
        }
        assert_eq!(next(&events), Event::Change);
        assert!(events.try_recv().is_err());
        sender.send(Event::Change).unwrap();
        sender.send(Event::Stop).unwrap();
        assert_eq!(next(&events), Event::Stop);
    }
}
