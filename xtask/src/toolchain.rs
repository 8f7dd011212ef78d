//! A compiler that can build for the browser.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::debian;
use crate::step::{self, step};

/// Rust's name for the browser.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// rustup downloads 20 MB; where its server cannot be reached it may hang instead of failing.
const RUSTUP_LIMIT: Duration = Duration::from_mins(1);

/// Debian's compiler of the age that browsers are built with; see [`Toolchain::Debian`].
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_STD_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "rust-web-src", "lld-22"];

/// How the client gets its standard library.
pub(crate) enum Toolchain {
    /// The compiler in use has one for the target.
    Installed,
    /// Debian has the library's source, and a compiler and a linker to build it with. This is for
    /// networks from which rustup's server cannot be reached.
    Debian {
        /// The WebAssembly linker.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds a toolchain, or makes one available; fails with what to type.
    pub(crate) fn find() -> Result<Self> {
        if has_target() {
            return Ok(Self::Installed);
        }
        // Before rustup, which would be asked in vain at every build where Debian had to help.
        if let Some(debian) = Self::debian() {
            return Ok(debian);
        }
        if add_target() {
            return Ok(Self::Installed);
        }
        debian::install(
            DEBIAN_PACKAGES,
            &format!("Rust's standard library for {TARGET}"),
            &format!("type `rustup target add {TARGET}`"),
        )?;
        Self::debian().ok_or_else(|| {
            anyhow::anyhow!(
                "the packages {DEBIAN_PACKAGES:?} did not bring {DEBIAN_STD_SOURCE} and wasm-ld; \
                 type `rustup target add {TARGET}`"
            )
        })
    }

    /// What Debian's packages offer, if they are installed.
    fn debian() -> Option<Self> {
        let linker = wasm_linker()?;
        Path::new(DEBIAN_STD_SOURCE)
            .exists()
            .then_some(Self::Debian { linker })
    }

    /// Makes cargo use this toolchain for the target.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        cargo.args(["--target", TARGET]);
        if let Self::Debian { linker } = self {
            cargo
                .arg("-Zbuild-std=std,panic_abort")
                // Building the library is an unstable feature of cargo and rustc.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTC", DEBIAN_RUSTC)
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }
}

/// Whether the compiler in use has the target's standard library.
fn has_target() -> bool {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    step::output(&mut rustc).is_ok_and(|folder| Path::new(&folder).exists())
}

/// Asks rustup for the target; says whether it is there now.
fn add_target() -> bool {
    // Set where rustup must not download by itself.
    let may_download = env::var_os("RUSTUP_AUTO_INSTALL").is_none_or(|value| value != "0");
    if !may_download || !step::works("rustup", &["--version"]) {
        return false;
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]);
    step(&format!("Adding the compilation target {TARGET}"), || {
        let added = step::succeeds_within(&mut rustup, RUSTUP_LIMIT);
        if !added {
            step::note("rustup could not add it; trying Debian's packages instead");
        }
        Ok(added)
    })
    .unwrap_or(false)
        && has_target()
}

/// The newest `wasm-ld-NN` of Debian's lld packages.
fn wasm_linker() -> Option<PathBuf> {
    let programs = Path::new("/usr/bin").read_dir().ok()?;
    programs
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path
                .file_name()?
                .to_str()?
                .strip_prefix("wasm-ld-")?
                .parse::<u32>();
            Some((version.ok()?, path))
        })
        .max()
        .map(|(_, path)| path)
}
