//! Content digests, and work that is skipped while the digest of its inputs stays the same.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes, in hexadecimal.
pub(crate) fn of(bytes: &[u8]) -> String {
    Inputs::default().bytes(bytes).finish()
}

/// Collects what a result depends on.
///
/// Every part goes in with its length, so that moving bytes from one part to the next changes
/// the digest.
#[derive(Default)]
pub(crate) struct Inputs(Sha256);

impl Inputs {
    /// Adds bytes.
    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a file's content.
    pub(crate) fn file(self, path: &Path) -> Result<Self> {
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(self.bytes(&content))
    }

    /// The digest of everything added, in hexadecimal.
    pub(crate) fn finish(self) -> String {
        let mut hex = String::new();
        for byte in self.0.finalize() {
            write!(hex, "{byte:02x}").expect("a string takes everything");
        }
        hex
    }
}

/// A file that holds the digest of the inputs some result was made from.
pub(crate) struct Stamp {
    path: PathBuf,
    digest: String,
}

impl Stamp {
    /// The stamp at `path` for these inputs.
    pub(crate) fn new(path: PathBuf, inputs: Inputs) -> Self {
        Self {
            path,
            digest: inputs.finish(),
        }
    }

    /// Whether the last finished work had the same inputs.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|last| last == self.digest)
    }

    /// Says that the work is done. Called last: work cut short is done again.
    pub(crate) fn set(&self) -> Result<()> {
        fs::write(&self.path, &self.digest)
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_their_borders() {
        let ab_c = Inputs::default().bytes(b"ab").bytes(b"c").finish();
        let a_bc = Inputs::default().bytes(b"a").bytes(b"bc").finish();
        assert_ne!(ab_c, a_bc);
    }

    #[test]
    fn a_stamp_is_current_only_for_its_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let stamp =
            |input: &[u8]| Stamp::new(folder.path().join("stamp"), Inputs::default().bytes(input));
        assert!(!stamp(b"one").is_current());
        stamp(b"one").set().unwrap();
        assert!(stamp(b"one").is_current());
        assert!(!stamp(b"two").is_current());
    }
}
