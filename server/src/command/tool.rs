//! What the commands besides `serve` share: exercises and sandboxes for as long as they run.

use crate::backend::{Backend, Keeps};
use crate::bundle;
use crate::cli::CommonArgs;
use crate::service::MAX_SCRIPT_BYTES;
use anyhow::{Context, Result, bail};
use sqlground_catalogue::{Exercise, Loaded, load_dir, load_files};
use sqlground_grader::Arsenals;
use sqlground_model::ExerciseId;
use sqlground_sandbox::{
    Authors, QueueLimits, ReadyLimits, ResourceLimits, Sandboxes, Secret, Settings, Space,
};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// The exercises of a folder, or those that come with sqlground.
pub(crate) fn exercises(folder: Option<&Path>) -> Result<Loaded> {
    Ok(match folder {
        Some(folder) => load_dir(folder)?,
        None => load_files(bundle::exercises()?),
    })
}

/// The exercise that a command names, if it names one.
pub(crate) fn named(
    folder: Option<&Path>,
    id: Option<&ExerciseId>,
) -> Result<Option<Arc<Exercise>>> {
    id.map(|id| Ok(Arc::clone(find(&exercises(folder)?, id)?)))
        .transpose()
}

/// The exercise of that id, or an error that names where the ids are.
pub(crate) fn find<'a>(loaded: &'a Loaded, id: &ExerciseId) -> Result<&'a Arc<Exercise>> {
    let Some(exercise) = loaded.catalogue.exercise(id) else {
        let broken = loaded.findings.iter().find(|finding| {
            finding
                .file
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy().ends_with(id.name()))
        });
        match broken {
            Some(finding) => bail!("there is no exercise `{id}`: {finding}"),
            None => bail!("there is no exercise `{id}`; `sqlground check` lists what can be read"),
        }
    };
    Ok(exercise)
}

/// Sandboxes that last as long as a command.
pub(crate) struct Tool {
    backend: Backend,
    /// Where students' scripts run.
    pub(crate) sandboxes: Sandboxes,
    /// Where the exercises' answers run.
    pub(crate) answers: Sandboxes,
}

impl Tool {
    /// Starts or finds PostgreSQL.
    pub(crate) async fn open(args: &CommonArgs) -> Result<Self> {
        let backend = Backend::open(args, Keeps::Nothing, |_| {}).await?;
        let settings = |settings| Settings {
            // A command runs one script after the other.
            queue: QueueLimits {
                places: 1,
                ..QueueLimits::DEFAULT
            },
            ready: ReadyLimits::NOTHING,
            ..settings
        };
        match open_sandboxes(&backend, settings).await {
            Ok([sandboxes, answers]) => Ok(Self {
                backend,
                sandboxes,
                answers,
            }),
            Err(error) => {
                backend.close().await?;
                Err(error)
            }
        }
    }

    /// Loads what an exercise starts from, for students' scripts.
    pub(crate) async fn prepare(&self, exercise: &Exercise) -> Result<()> {
        load_dataset(&self.sandboxes, exercise).await
    }

    /// Loads what an exercise starts from, for its answers.
    pub(crate) async fn prepare_answers(&self, exercise: &Exercise) -> Result<()> {
        load_dataset(&self.answers, exercise).await
    }

    /// What a sandbox of the exercise holds, loaded; nothing without an exercise.
    pub(crate) async fn space(&self, exercise: Option<&Exercise>) -> Result<Space> {
        let Some(exercise) = exercise else {
            return Ok(Space::empty("command-line"));
        };
        self.prepare(exercise).await?;
        Ok(sqlground_grader::space(exercise))
    }

    /// What was found out about exercises before.
    pub(crate) fn arsenals(&self) -> Arsenals {
        self.backend.arsenals()
    }

    /// Stops PostgreSQL, whatever came of the command.
    pub(crate) async fn close<T>(self, result: Result<T>) -> Result<T> {
        self.answers.close().await;
        self.sandboxes.close().await;
        let closed = self.backend.close().await;
        let value = result?;
        closed?;
        Ok(value)
    }
}

async fn load_dataset(sandboxes: &Sandboxes, exercise: &Exercise) -> Result<()> {
    if let Some(dataset) = &exercise.dataset {
        let source = sqlground_grader::dataset_source(dataset);
        sandboxes.load_dataset(&source).await?;
    }
    Ok(())
}

/// The sandboxes of a backend, with settings that are changed from their defaults: those of
/// students, and those in which the exercises' answers run.
pub(crate) async fn open_sandboxes(
    backend: &Backend,
    change: impl FnOnce(Settings) -> Settings,
) -> Result<[Sandboxes; 2]> {
    let secret = Secret::new(backend.secret.derive("sandboxes"));
    let students = Settings {
        allow_weak_isolation: backend.allow_weak_isolation,
        resources: ResourceLimits {
            data_directory: backend.data_directory.clone(),
            ..ResourceLimits::DEFAULT
        },
        ..Settings::new(backend.databases.sandbox.clone(), secret)
    };
    let students = change(students);
    let answers = Settings {
        database: backend.databases.answers.clone(),
        authors: Authors::Teachers,
        ready: ReadyLimits::NOTHING,
        ..students.clone()
    };
    let students = Sandboxes::open(students).await?;
    match Sandboxes::open(answers).await {
        Ok(answers) => Ok([students, answers]),
        Err(error) => {
            students.close().await;
            Err(error.into())
        }
    }
}

/// Reads a script; `-` is standard input.
pub(crate) fn read_script(file: &Path) -> Result<String> {
    read_file(file, MAX_SCRIPT_BYTES, "a script")
}

/// Reads a text of so many bytes at most; `-` is standard input. `what` names what is read.
pub(crate) fn read_file(file: &Path, max_bytes: usize, what: &str) -> Result<String> {
    let name = file_name(file);
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes))
    }
    .with_context(|| format!("cannot read {name}"))?;
    if bytes.len() > max_bytes {
        bail!(
            "{name} has {} bytes; {what} may have {max_bytes}",
            bytes.len()
        );
    }
    if let Some(text) = from_utf16(&bytes) {
        return text.with_context(|| format!("cannot read {name} as UTF-16"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = String::from_utf8_lossy(&error.as_bytes()[..valid])
            .matches('\n')
            .count()
            + 1;
        anyhow::anyhow!("{name}:{line}: this is not UTF-8: save the file as UTF-8")
    })
}

/// The text, if it begins with UTF-16's mark: what PowerShell's `>` writes.
fn from_utf16(bytes: &[u8]) -> Option<Result<String>> {
    let (unit, text): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, text @ ..] => (u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => (u16::from_be_bytes, text),
        _ => return None,
    };
    let (units, rest) = text.as_chunks::<2>();
    if !rest.is_empty() {
        return Some(Err(anyhow::anyhow!("its last character is cut")));
    }
    let units: Vec<u16> = units.iter().copied().map(unit).collect();
    Some(String::from_utf16(&units).map_err(Into::into))
}

/// What messages call a file; `-` is standard input.
pub(crate) fn file_name(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}
