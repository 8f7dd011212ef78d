//! What authors of exercises see: what loads, what does not, and where the fault is said to be.

mod blocks;
mod digests;
mod drafts;
mod files;
mod folder;
mod front_matter;
mod keeping;
mod markdown;
mod plan_goals;

use sqlground_catalogue::{Exercise, Loaded, load_files};
use std::path::PathBuf;

const TOPIC: &str = "+++\ntitle = 'Joins'\nsummary = 'Two tables.'\n+++\nWelcome.\n";
const HEADER: &str = "+++\ntitle = 'T'\nconcepts = ['c']\ndifficulty = 1\n+++\n";

/// Blocks that keep an exercise free of warnings.
const COMPLETE: &str = "\
```sql answer
SELECT 1
```
```sql wrong \"one\"
SELECT 2
```
```sql wrong \"two\"
SELECT 3
```
```explanation
Because.
```
";

fn load(files: &[(&str, &[u8])]) -> Loaded {
    load_files(
        files
            .iter()
            .map(|(path, bytes)| (PathBuf::from(path), bytes.to_vec())),
    )
}

/// Loads one exercise, `03-joins/01-first.md`, beside the dataset `club`.
fn load_exercise(text: impl AsRef<[u8]>) -> Loaded {
    load(&[
        ("03-joins/topic.md", TOPIC.as_bytes()),
        ("03-joins/01-first.md", text.as_ref()),
        ("datasets/club/schema.sql", b"CREATE TABLE member (id int);"),
        ("datasets/club/data.sql", b""),
    ])
}

/// The exercise of [`load_exercise`].
fn exercise(text: impl AsRef<[u8]>) -> Exercise {
    let loaded = load_exercise(text);
    let id = "joins/first".parse().expect("a valid id");
    match loaded.catalogue.exercise(&id) {
        Some(exercise) => Exercise::clone(exercise),
        None => panic!("the exercise does not load: {}", display(&loaded)),
    }
}

/// The findings as a terminal shows them.
fn display(loaded: &Loaded) -> String {
    let lines: Vec<String> = loaded.findings.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Each finding as `line severity rule`.
fn brief(loaded: &Loaded) -> Vec<String> {
    loaded
        .findings
        .iter()
        .map(|finding| format!("{} {} {}", finding.line, finding.severity, finding.rule))
        .collect()
}

/// Checks the findings of an exercise's text, and that errors and only errors keep it out.
#[track_caller]
fn check_exercise(text: impl AsRef<[u8]>, expected: &[&str]) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    let loaded = load_exercise(text);
    assert_eq!(brief(&loaded), expected, "{shown}\n{}", display(&loaded));
    let broken = expected.iter().any(|finding| finding.contains(" error "));
    let count = loaded.catalogue.exercises().count();
    assert_eq!(count, usize::from(!broken), "{shown}");
}
