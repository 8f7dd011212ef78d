//! The command line.

use crate::place::{binary, exercises, fast_binary};
use crate::template::used_data_dir;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process;
use tempfile::TempDir;

/// A call of `sqlground`, with the exercises made for tests and a data directory of its own.
pub struct Command {
    arguments: Vec<String>,
    data: TempDir,
    files: TempDir,
    binary: PathBuf,
}

/// What came of a call.
#[derive(Debug)]
pub struct Finished {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// The JSON objects on standard output, one a line.
    pub fn objects(&self) -> Vec<Value> {
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}: {self:?}"))
        };
        self.stdout.lines().map(parse).collect()
    }
}

impl Command {
    /// A call of the command.
    pub fn new(command: &str) -> Self {
        Self {
            arguments: vec![command.to_owned()],
            data: used_data_dir(),
            files: tempfile::tempdir().expect("a directory"),
            binary: binary(),
        }
    }

    /// The same with the packed file, if it is there.
    #[must_use]
    pub fn fast(mut self) -> Self {
        self.binary = fast_binary();
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|a| (*a).to_owned()));
        self
    }

    /// Writes a file and adds its path.
    #[must_use]
    pub fn file(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.files.path().join(name);
        std::fs::write(&path, content).expect("the file is written");
        self.arguments
            .push(path.to_str().expect("a path in UTF-8").to_owned());
        self
    }

    /// Where the files are written.
    pub fn folder(&self) -> &Path {
        self.files.path()
    }

    /// Runs it with exercises and data directory.
    pub fn run(mut self) -> Finished {
        for (flag, path) in [
            ("--exercises", exercises()),
            ("--data", self.data.path().to_owned()),
        ] {
            if !self.arguments.iter().any(|a| a == flag) {
                self.arguments.push(flag.to_owned());
                self.arguments
                    .push(path.to_str().expect("a path in UTF-8").to_owned());
            }
        }
        self.run_bare()
    }

    /// Runs it with the arguments given and no others.
    pub fn run_bare(self) -> Finished {
        let output = process::Command::new(&self.binary)
            .args(&self.arguments)
            .env_remove("SQLGROUND_EXERCISES")
            .stdin(process::Stdio::null())
            .output()
            .expect("sqlground runs");
        Finished {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
