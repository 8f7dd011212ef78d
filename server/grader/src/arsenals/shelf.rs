//! What was found out about exercises, kept on the disk.

use crate::arsenal::Findings;
use serde::{Deserialize, Serialize};
use sqlground_model::ExerciseId;
use std::io;
use std::path::{Path, PathBuf};

/// Another whenever what is kept is found out in another way or means something else.
const FORMAT: u32 = 6;

/// A folder with a file for each exercise.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    folder: PathBuf,
}

/// A file. Findings are only of use for the same exercise.
#[derive(Serialize, Deserialize)]
struct Kept<F> {
    format: u32,
    key: String,
    findings: F,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// What was found out about an exercise with this key; none if nothing was, or it cannot be read.
    pub(super) async fn get(&self, exercise: &ExerciseId, key: &str) -> Option<Findings> {
        let path = self.path(exercise);
        let read = tokio::task::spawn_blocking(move || std::fs::read(path)).await;
        let kept: Kept<Findings> = serde_json::from_slice(&read.ok()?.ok()?).ok()?;
        (kept.format == FORMAT && kept.key == key).then_some(kept.findings)
    }

    /// Keeps what was found out. If that fails, it is found out again another time.
    pub(super) async fn put(&self, exercise: &ExerciseId, key: &str, findings: &Findings) {
        let kept = Kept {
            format: FORMAT,
            key: key.to_owned(),
            findings,
        };
        let path = self.path(exercise);
        let text = match serde_json::to_vec(&kept) {
            Ok(text) => text,
            Err(error) => {
                tracing::warn!(%exercise, %error, "what was found out cannot be written");
                return;
            }
        };
        let written = tokio::task::spawn_blocking(move || write(&path, &text)).await;
        if let Ok(Err(error)) = written {
            tracing::warn!(%exercise, %error, "what was found out cannot be kept");
        }
    }

    /// An id is made of letters, digits, dashes and one slash.
    fn path(&self, exercise: &ExerciseId) -> PathBuf {
        self.folder.join(format!("{exercise}.json"))
    }
}

/// Writes a file that is there as a whole or not at all.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text)?;
    file.persist(path)?;
    Ok(())
}

impl Findings {
    /// True if more time would not have found more.
    pub(super) fn are_complete(&self) -> bool {
        self.complete && !self.witnesses.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arsenal::Witness;
    use crate::instance::Instance;
    use crate::observe::{Observation, State};
    use sqlground_model::{Run, StatementRun};

    #[tokio::test]
    async fn findings_come_back_for_the_same_exercise_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(folder.path().join("checks"));
        let id: ExerciseId = "joins/first".parse().expect("an id");
        let findings = Findings {
            witnesses: vec![Witness {
                instance: Instance {
                    tables: vec![vec![vec![Some("1".to_owned()), None]]],
                },
                expected: Observation {
                    run: Run {
                        statements: vec![StatementRun {
                            rows: vec![vec![Some("a".to_owned()), None]],
                            ..StatementRun::default()
                        }],
                        ..Run::default()
                    },
                    state: State::default(),
                    ties: Some(vec![1]),
                },
            }],
            complete: true,
            ..Findings::default()
        };
        assert!(shelf.get(&id, "key").await.is_none());
        shelf.put(&id, "key", &findings).await;
        let found = shelf.get(&id, "key").await.expect("findings");
        let (found, kept) = (&found.witnesses[0], &findings.witnesses[0]);
        assert_eq!(found.instance, kept.instance);
        assert_eq!(found.expected.run, kept.expected.run);
        assert_eq!(found.expected.ties, kept.expected.ties);
        assert!(shelf.get(&id, "another").await.is_none());
        std::fs::write(folder.path().join("checks/joins/first.json"), "{").expect("written");
        assert!(shelf.get(&id, "key").await.is_none());
    }
}
