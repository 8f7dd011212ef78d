//! Where the sources are, and where everything built from them goes.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::{digest, step};

/// The checkout and its target directory.
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, wherever the environment or the configuration puts it.
    pub(crate) target: PathBuf,
}

/// The profile that the server is compiled with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Fast to compile.
    Dev,
    /// Fast to run.
    Release,
}

impl Profile {
    /// The profile of a `--release` flag.
    pub(crate) fn from_flag(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }

    /// The arguments that choose this profile on cargo's command line.
    pub(crate) fn args(self) -> &'static [&'static str] {
        match self {
            Self::Dev => &[],
            Self::Release => &["--release"],
        }
    }

    /// The folder below the target directory that cargo builds this profile into.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Dev => "debug",
            Self::Release => "release",
        }
    }
}

impl Workspace {
    /// Asks cargo where the workspace and its target directory are.
    pub(crate) fn find() -> Result<Self> {
        let mut metadata = cargo_command();
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&step::output(&mut metadata)?)
            .context("cannot read what `cargo metadata` prints")?;
        let folder = |key: &str| {
            let path = metadata[key].as_str().map(PathBuf::from);
            path.with_context(|| format!("`cargo metadata` prints no {key}"))
        };
        Ok(Self {
            root: folder("workspace_root")?,
            target: folder("target_directory")?,
        })
    }

    /// Cargo, to be run in this workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = cargo_command();
        cargo
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// A program that npm has installed, to be run in this workspace.
    pub(crate) fn npm_program(&self, name: &str) -> Command {
        let mut program = Command::new(self.root.join("node_modules/.bin").join(name));
        program.current_dir(&self.root);
        program
    }

    /// The page assets, as the server's `--site` takes them.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    /// The packed PostgreSQL, as the server's `--postgres-archive` takes it.
    pub(crate) fn postgres_archive(&self) -> PathBuf {
        self.target.join("postgres.tar.zst")
    }

    /// The exercises of this checkout.
    pub(crate) fn exercises(&self) -> PathBuf {
        self.root.join("exercises")
    }

    /// The server's binary.
    pub(crate) fn server(&self, profile: Profile) -> PathBuf {
        self.target.join(profile.folder()).join("sqlground")
    }

    /// The program that measures the server.
    pub(crate) fn bench(&self) -> PathBuf {
        self.target
            .join(Profile::Release.folder())
            .join("sqlground-bench")
    }

    /// The binary with everything inside.
    pub(crate) fn dist(&self) -> PathBuf {
        self.target.join("dist/sqlground")
    }

    /// Where a server under development keeps its data.
    ///
    /// Root's server runs PostgreSQL as an unprivileged user, who may be unable to enter the
    /// checkout; the data then lies outside, in a folder of this checkout's own.
    pub(crate) fn data(&self) -> PathBuf {
        if rustix::process::geteuid().is_root() {
            let name = digest::of(self.root.as_os_str().as_encoded_bytes());
            Path::new("/var/tmp").join(format!("sqlground-dev-{}", &name[..8]))
        } else {
            self.target.join("data")
        }
    }
}

/// The cargo that runs us, without the environment that it set for us alone.
fn cargo_command() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .env_remove("LD_LIBRARY_PATH")
        .env_remove("DYLD_FALLBACK_LIBRARY_PATH");
    for (name, _) in env::vars_os() {
        let own = name.as_encoded_bytes();
        if own.starts_with(b"CARGO_PKG_") || own.starts_with(b"CARGO_MANIFEST_") {
            cargo.env_remove(&name);
        }
    }
    cargo
}
