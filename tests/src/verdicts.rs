//! Pairs of a reference answer and a submission, each with the verdict that is right, as data
//! (`tests/verdicts`).

use serde::Deserialize;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A reference answer with submissions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// `schema/name`.
    #[serde(skip)]
    pub name: String,
    asks: String,
    reference: String,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    writable: bool,
    #[serde(default)]
    returned_rows: bool,
    #[serde(default)]
    probe: Vec<Probe>,
    #[serde(default)]
    rejects: Vec<Rejects>,
    #[serde(default)]
    accepts: Vec<Accepts>,
    /// What is submitted.
    #[serde(rename = "submission")]
    pub submissions: Vec<Submission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    subject: String,
    sql: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejects {
    sqlstate: String,
    sql: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepts {
    sql: String,
}

/// A submission and what is right to say of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The script.
    pub sql: String,
    /// `correct`, `incorrect` or `error`.
    pub verdict: String,
    /// The classes of verdict that fit it.
    #[serde(default)]
    pub class: Vec<String>,
    /// What is equivalent about it, or what the mistake is.
    pub why: String,
    /// False if the grader is not known to find out: neither verdict fails the test.
    #[serde(default = "yes")]
    pub found: bool,
    /// How many rows of a table it takes to show the mistake.
    #[serde(default = "three")]
    pub rows: usize,
}

fn yes() -> bool {
    true
}

fn three() -> usize {
    3
}

/// All tasks, by name.
pub fn tasks(folder: &Path) -> io::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for schema in entries(folder)? {
        for file in entries(&schema)? {
            if file
                .extension()
                .is_some_and(|extension| extension == "toml")
            {
                let mut task: Task = toml::from_str(&fs::read_to_string(&file)?)
                    .map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
                task.name = format!("{}/{}", stem(&schema), stem(&file));
                tasks.push(task);
            }
        }
    }
    Ok(tasks)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    Ok(entries)
}

fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().replace('_', "-")
}

/// Writes the tasks as a folder of exercises, whose ids are the tasks' names.
pub fn write_exercises(tasks: &[Task], schemas: &Path, to: &Path) -> io::Result<()> {
    for schema in entries(schemas)? {
        let name = stem(&schema);
        let dataset = to.join("datasets").join(&name);
        fs::create_dir_all(&dataset)?;
        for file in ["schema.sql", "data.sql"] {
            fs::copy(schema.join(file), dataset.join(file))?;
        }
        let topic = to.join(format!("01-{name}"));
        fs::create_dir_all(&topic)?;
        fs::write(
            topic.join("topic.md"),
            format!("+++\ntitle = \"{name}\"\nsummary = \"{name}\"\n+++\n"),
        )?;
        for task in tasks {
            let Some(("", id)) = task.name.split_once(&name).map(|(a, b)| (a, &b[1..])) else {
                continue;
            };
            fs::write(topic.join(format!("01-{id}.md")), task.markdown(&name))?;
        }
    }
    Ok(())
}

impl Task {
    fn markdown(&self, dataset: &str) -> String {
        let Self {
            asks,
            ordered,
            writable,
            returned_rows,
            ..
        } = self;
        let mut text = format!(
            "+++\ntitle = \"{}\"\ndataset = \"{dataset}\"\nconcepts = [\"verdicts\"]\n\
             difficulty = 1\nordered = {ordered}\nwritable = {writable}\n\
             returned_rows = {returned_rows}\n+++\n\n{asks}\n",
            self.name
        );
        let mut block = |kind: &str, sql: &str| {
            let _ = write!(text, "\n```sql {kind}\n{}\n```\n", sql.trim());
        };
        block("answer", &self.reference);
        for probe in &self.probe {
            block(&format!("probe \"{}\"", probe.subject), &probe.sql);
        }
        for rejects in &self.rejects {
            block(&format!("rejects {}", rejects.sqlstate), &rejects.sql);
        }
        for accepts in &self.accepts {
            block("accepts", &accepts.sql);
        }
        text
    }
}
