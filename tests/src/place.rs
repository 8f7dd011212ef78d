//! Where things are.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The `sqlground` binary under test.
pub fn binary() -> PathBuf {
    let path = std::env::var_os("SQLGROUND_BIN").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/sqlground"),
        PathBuf::from,
    );
    assert!(
        path.exists(),
        "{} is missing: type `cargo xtask test`",
        path.display()
    );
    path
}

/// The packed file that `cargo xtask test` makes, else the binary under test: for tests that take
/// long without optimisation.
pub fn fast_binary() -> PathBuf {
    std::env::var_os("SQLGROUND_DIST").map_or_else(binary, PathBuf::from)
}

/// The exercises made for tests.
pub fn exercises() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises")
}

/// A new directory that other users can pass through, as root's PostgreSQL is one.
pub fn data_dir() -> TempDir {
    let folder = tempfile::Builder::new()
        .prefix("sqlground-test-")
        .tempdir()
        .expect("a directory");
    let permissions = std::fs::Permissions::from_mode(0o711);
    std::fs::set_permissions(folder.path(), permissions).expect("its mode is changed");
    folder
}
