//! When digests change.

use crate::{COMPLETE, HEADER, load};
use std::collections::BTreeSet;

/// The setup digest of an exercise with this front matter and body, on this dataset.
fn digest(keys: &str, body: &str, schema: &str, data: &str) -> String {
    let header = HEADER.replacen("+++\n", &format!("+++\n{keys}"), 1);
    let loaded = load(&[
        (
            "01-a/01-x.md",
            format!("{header}Prompt.\n\n{body}{COMPLETE}").as_bytes(),
        ),
        ("datasets/club/schema.sql", schema.as_bytes()),
        ("datasets/club/data.sql", data.as_bytes()),
    ]);
    let exercise = loaded.catalogue.exercises().next().expect("it loads");
    exercise.setup_digest()
}

#[test]
fn a_setup_digest_changes_with_what_the_sandbox_holds() {
    let setup = "```sql setup\nSELECT 1\n```\n";
    let club = "dataset = 'club'\n";
    let digests = [
        digest("", "", "x", "y"),
        digest("writable = true\n", "", "x", "y"),
        digest("", setup, "x", "y"),
        digest(club, "", "x", "y"),
        digest(club, "", "xy", ""),
        digest(club, "", "x", "z"),
        digest(club, setup, "x", "y"),
    ];
    for digest in &digests {
        assert_eq!(digest.len(), 12);
        assert!(digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    }
    let distinct: BTreeSet<&String> = digests.iter().collect();
    assert_eq!(distinct.len(), digests.len(), "{digests:?}");
}

#[test]
fn a_setup_digest_ignores_the_rest() {
    let before = digest("", "", "x", "y");
    assert_eq!(before, digest("ordered = true\n", "", "x", "y"));
    assert_eq!(before, digest("", "More prompt.\n\n", "other", "y"));
}
