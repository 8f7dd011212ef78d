//! What `PostgreSQL` says on its standard error: kept in a file of limited size, and its end in
//! memory for error messages.

use crate::error::{Error, IoContext as _};
use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, PipeReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// The file's size at which it is put aside as `postgres.log.1`, replacing the last one.
const FILE_BYTES: u64 = 4 * 1024 * 1024;

/// A longer line is cut into several.
const LINE_BYTES: u64 = 16 * 1024;

/// How many lines an error message quotes at most.
const WORDS: usize = 15;

/// The server's log.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    path: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    file: File,
    size: u64,
    words: VecDeque<String>,
}

impl Log {
    /// Opens `postgres.log` in the folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("postgres.log");
        let file = append(&path).io("write", &path)?;
        let size = file.metadata().io("read", &path)?.len();
        let state = State {
            file,
            size,
            words: VecDeque::new(),
        };
        Ok(Self {
            path,
            state: Arc::new(Mutex::new(state)),
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Collects what comes through the pipe, in a thread of its own, so that the server never
    /// waits for us. The receiver hangs up when all writers have ended.
    pub(crate) fn collect(&self, pipe: PipeReader) -> io::Result<oneshot::Receiver<()>> {
        let (hold, ended) = oneshot::channel::<()>();
        let log = self.clone();
        log.lock().words.clear();
        std::thread::Builder::new()
            .name("postgres-log".to_owned())
            .spawn(move || {
                let _hold = hold;
                let mut reader = BufReader::new(pipe);
                let mut line = Vec::new();
                while let Ok(1..) = reader
                    .by_ref()
                    .take(LINE_BYTES)
                    .read_until(b'\n', &mut line)
                {
                    log.write(&line);
                    line.clear();
                }
            })?;
        Ok(ended)
    }

    /// The last lines since the last start.
    pub(crate) fn words(&self) -> String {
        let state = self.lock();
        let lines: Vec<&str> = state.words.iter().map(String::as_str).collect();
        lines.join("\n")
    }

    fn write(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line).trim_end().to_owned();
        tracing::debug!(target: "sqlground_postgres::log", "{text}");
        let mut state = self.lock();
        if state.words.len() == WORDS {
            state.words.pop_front();
        }
        state.words.push_back(text);
        if state.size >= FILE_BYTES {
            // Without a new file the old one goes on growing: better than losing what is said.
            let aside = self.path.with_extension("log.1");
            if let Ok(file) = fs::rename(&self.path, aside).and_then(|()| append(&self.path)) {
                state.file = file;
                state.size = 0;
            }
        }
        // A full disk must not stop the server.
        if state.file.write_all(line).is_ok() {
            state.size += line.len() as u64;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_remembered_and_the_file_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path()).unwrap();
        let (reader, mut writer) = io::pipe().unwrap();
        let ended = log.collect(reader).unwrap();
        let line = "x".repeat(999);
        let lines = 3 * FILE_BYTES / 1000;
        for _ in 0..lines {
            writeln!(writer, "{line}").unwrap();
        }
        write!(writer, "FATAL: the last one").unwrap();
        drop(writer);
        ended.blocking_recv().unwrap_err();

        let words = log.words();
        assert_eq!(words.lines().count(), WORDS);
        assert!(words.ends_with("\nFATAL: the last one"));
        let size = |path: &Path| fs::metadata(path).unwrap().len();
        let kept = size(log.path()) + size(&folder.path().join("postgres.log.1"));
        assert!(
            kept <= 2 * (FILE_BYTES + LINE_BYTES),
            "{kept} bytes are kept"
        );
        assert!(kept >= FILE_BYTES, "{kept} bytes are kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
