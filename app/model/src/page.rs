//! What the pages show.

use crate::{Attempt, Column, ExerciseId, TopicId};
use serde::{Deserialize, Serialize};

/// How far a session has come with an exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExerciseState {
    /// Nothing was run or checked yet.
    #[default]
    Untouched,
    /// Something was run or checked, without a correct verdict so far.
    Attempted,
    /// The reference answer was opened before a submission was judged correct.
    AnswerSeen,
    /// A submission was judged correct.
    Solved,
}

impl ExerciseState {
    /// True if there is nothing left to find out: the answer is open.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::AnswerSeen | Self::Solved)
    }
}

/// An exercise in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExerciseCard {
    /// The exercise.
    pub id: ExerciseId,
    /// Its title.
    pub title: String,
    /// From 1 (a first step) to 5 (hard).
    pub difficulty: u8,
    /// The concepts it teaches.
    pub concepts: Vec<String>,
    /// How far the session has come.
    pub state: ExerciseState,
}

/// A topic in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicCard {
    /// The topic.
    pub id: TopicId,
    /// Its number in the curriculum, from its folder's name.
    pub number: u32,
    /// Its title.
    pub title: String,
    /// A sentence on what it teaches.
    pub summary: String,
    /// How many exercises it has.
    pub exercises: u32,
    /// How many of them the session has solved.
    pub solved: u32,
}

/// The home page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomePage {
    /// The topics in the curriculum's order.
    pub topics: Vec<TopicCard>,
    /// Where to go on: the exercise last worked on if it is unsolved, else the next unsolved one.
    pub next: Option<ExerciseCard>,
    /// True if the session has attempted anything.
    pub returning: bool,
    /// How many exercise files could not be read; the operator finds them in the log.
    pub broken_files: u32,
}

/// A topic's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicPage {
    /// The topic.
    pub topic: TopicCard,
    /// Its introduction as HTML, made from Markdown without any HTML of the author's own.
    pub introduction_html: String,
    /// Its exercises in order.
    pub exercises: Vec<ExerciseCard>,
    /// The topics before and after it.
    pub previous: Option<TopicCard>,
    /// The topic after it.
    pub following: Option<TopicCard>,
    /// What is wrong with its files; what was read of them before is shown.
    pub errors: Vec<FileError>,
}

/// An error in a file of the exercises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileError {
    /// The file, relative to the exercises' folder.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong and what to do about it. Names stand between backticks.
    pub message: String,
}

/// An exercise's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExercisePage {
    /// The exercise.
    pub card: ExerciseCard,
    /// The topic it belongs to.
    pub topic: TopicCard,
    /// The prompt as HTML, made from Markdown without any HTML of the author's own.
    pub prompt_html: String,
    /// The tables it works on; none while they are still loading.
    pub tables: Option<Vec<TableInfo>>,
    /// What a result must look like; none if the exercise is judged by what it leaves, or while
    /// its tables are still loading.
    pub contract: Option<ResultContract>,
    /// True if the student's statements may change the exercise's tables.
    pub writable: bool,
    /// What the editor holds at first.
    pub starter: String,
    /// Hints as HTML, to be opened one by one.
    pub hints_html: Vec<String>,
    /// Explanation and reference answer; only once solved, or opened after honest tries.
    pub solution: Option<Solution>,
    /// True if the session may open the reference answer now.
    pub answer_offered: bool,
    /// What the session did last.
    pub attempt: Option<Attempt>,
    /// The exercise before it in its topic.
    pub previous: Option<ExerciseCard>,
    /// The exercise after it in its topic.
    pub following: Option<ExerciseCard>,
    /// What is wrong with its files; what was read of them before is shown.
    pub errors: Vec<FileError>,
}

/// What a student who solved an exercise, or gave it up after honest tries, gets to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    /// The explanation as HTML.
    pub explanation_html: Option<String>,
    /// The reference answer's SQL.
    pub answer: String,
    /// Where to go on.
    pub following: Option<ExerciseCard>,
}

/// What the result of a right answer looks like, derived from the reference answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultContract {
    /// Names and types of the columns, in order.
    pub columns: Vec<Column>,
    /// True if the columns' names count.
    pub names_matter: bool,
    /// True if the rows' order counts.
    pub ordered: bool,
}

/// A table an exercise works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableInfo {
    /// The table's name.
    pub name: String,
    /// What it is, if not an ordinary table: `view`, `materialized view`, `partitioned table`.
    pub kind: Option<String>,
    /// The table's comment.
    pub comment: Option<String>,
    /// The columns in order.
    pub columns: Vec<ColumnInfo>,
    /// Constraints and indexes that are more than one column's, as PostgreSQL writes them.
    pub constraints: Vec<String>,
    /// How many rows it has.
    pub row_count: u64,
    /// The first few rows, each value as PostgreSQL's text or null.
    pub sample: Vec<Vec<Option<String>>>,
}

/// A column of a table an exercise works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnInfo {
    /// The column's name.
    pub name: String,
    /// The type's name as `format_type` gives it.
    pub type_name: String,
    /// True if NULL is allowed.
    pub nullable: bool,
    /// True if it belongs to the primary key.
    pub primary_key: bool,
    /// What it refers to, such as `members(id)`.
    pub references: Option<String>,
    /// Its default or generation expression.
    pub default: Option<String>,
    /// True if values of this type read best right-aligned.
    pub numeric: bool,
}

/// Kinds of steps in a plan that have something in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonGroup {
    /// What they have in common.
    pub title: String,
    /// What each does.
    pub lessons: Vec<PlanLesson>,
}

/// What one kind of step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanLesson {
    /// The kind as EXPLAIN names it, such as `Index Only Scan`.
    pub node_type: String,
    /// What it does.
    pub what: String,
    /// When PostgreSQL chooses it.
    pub when: String,
    /// What to look at in its figures.
    pub watch: String,
    /// A script whose last statement has such a step in its plan.
    pub example: Option<String>,
}
