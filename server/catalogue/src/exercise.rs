//! An exercise and its parts.

use crate::digest::short_digest;
use crate::{Dataset, PlanGoal};
use sqlground_model::ExerciseId;
use std::path::PathBuf;
use std::sync::Arc;

/// An exercise.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a key of the front matter"
)]
pub struct Exercise {
    /// The exercise's id.
    pub id: ExerciseId,
    /// The file, relative to the exercises' folder.
    pub file: PathBuf,
    /// Front matter `title`.
    pub title: String,
    /// Front matter `dataset`.
    pub dataset: Option<Arc<Dataset>>,
    /// Front matter `concepts`, at least one.
    pub concepts: Vec<String>,
    /// Front matter `difficulty`, 1 to 5.
    pub difficulty: u8,
    /// Front matter `writable` (default false): the dataset's tables are copied into the sandbox,
    /// owned by the student. Otherwise the student reads shared tables.
    pub writable: bool,
    /// Front matter `ordered` (default false): the rows' order counts.
    pub ordered: bool,
    /// Front matter `column_names` (default false): the columns' names count.
    pub column_names: bool,
    /// Front matter `returned_rows` (default false): besides what a script leaves, the rows it returns
    /// count.
    pub returned_rows: bool,
    /// Front matter `shown_data_only` (default false): the exercise is about the rows shown. A
    /// submission is judged on these and on the `hidden` blocks, not on data made for the purpose.
    pub shown_data_only: bool,
    /// The prompt as HTML: all Markdown outside known blocks.
    pub prompt_html: String,
    /// Block `sql starter`.
    pub starter: Option<Block>,
    /// Block `sql setup`: run in the sandbox after the dataset is there.
    pub setup: Option<Block>,
    /// Block `sql answer`, exactly one.
    pub answer: Block,
    /// Blocks `sql wrong "hint"`.
    pub wrong: Vec<WrongAnswer>,
    /// Blocks `sql hidden`: changes to the dataset that make a variant.
    pub hidden: Vec<Block>,
    /// Blocks `sql probe "what it shows"`: queries whose results are compared after a writing
    /// submission.
    pub probes: Vec<Probe>,
    /// Blocks `sql rejects SQLSTATE`: statements the schema must refuse afterwards.
    pub rejects: Vec<Rejects>,
    /// Blocks `sql accepts`: statements the schema must take afterwards.
    pub accepts: Vec<Block>,
    /// Blocks `sql plan "goal"`.
    pub plan_goals: Vec<PlanGoal>,
    /// Blocks `hint`, as HTML.
    pub hints_html: Vec<String>,
    /// Block `explanation`, as HTML.
    pub explanation_html: Option<String>,
}

impl Exercise {
    /// 12 hexadecimal digits that change whenever a sandbox prepared for this exercise would look
    /// different: with the dataset's text, with `writable` and with the setup's SQL.
    pub fn setup_digest(&self) -> String {
        let dataset = self.dataset.as_ref().map_or("", |it| it.digest.as_str());
        let writable = if self.writable { "writable" } else { "shared" };
        let setup = self.setup.as_ref().map_or("", |it| it.sql.as_str());
        short_digest(&[dataset, writable, setup])
    }
}

/// SQL from an exercise file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The SQL, without blank lines before and white space after it.
    pub sql: String,
    /// The line of the file it begins on, from 1.
    pub line: u32,
}

/// A wrong answer and what to say to whoever gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongAnswer {
    /// The SQL.
    pub block: Block,
    /// The hint, plain text.
    pub hint: String,
}

/// A query whose result is compared after a writing submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The query.
    pub block: Block,
    /// What it shows, in words for the student; such as `the bookings of member 3`.
    pub subject: String,
}

/// A statement that must fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejects {
    /// The statement.
    pub block: Block,
    /// The SQLSTATE it must fail with.
    pub sqlstate: String,
}
