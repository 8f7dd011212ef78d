//! Short digests that change whenever what they stand for does.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The first 12 hexadecimal digits of the SHA-256 of all parts. Each part's length is hashed too,
/// so that moving text from one part to the next changes the digest.
pub(crate) fn short_digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let mut hex = String::with_capacity(12);
    for byte in hasher.finalize().iter().take(6) {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
    }
    hex
}
