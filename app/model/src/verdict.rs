//! What the grader says of a submission.

use crate::{Column, SqlError};
use serde::{Deserialize, Serialize};

/// The grader's judgement in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// The submission does what the exercise asks.
    Correct,
    /// It runs and does something else.
    Incorrect,
    /// It does not run to its end.
    Error,
}

/// The kind of difference found first, from the student's point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictClass {
    /// No difference was found.
    Correct,
    /// Rows of the answer are missing.
    MissingRows,
    /// There are rows the answer does not have.
    ExtraRows,
    /// Some rows are missing and others are too many.
    DifferentRows,
    /// The same rows, but not equally often.
    Duplicates,
    /// The same rows in an order the exercise does not allow.
    WrongOrder,
    /// The number, types, order or names of the columns differ.
    WrongColumns,
    /// The rows differ in decimal places alone.
    Rounding,
    /// The rows differ in NULLs alone.
    NullHandling,
    /// The script returns no rows where the exercise asks for a result.
    NoResult,
    /// The script is empty.
    Empty,
    /// A statement failed.
    Error,
    /// A statement ran out of time or of another limit.
    TooSlow,
    /// The script left other data behind than the answer does.
    WrongState,
    /// The schema takes what it must refuse or refuses what it must take.
    WrongConstraint,
    /// A query does not get the plan the exercise asks for.
    PlanGoalMissed,
    /// It is right on the data shown, not on other data.
    WrongOnOtherData,
}

/// What the grader says of a submission.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The judgement.
    pub verdict: Judgement,
    /// The kind of difference found.
    pub class: VerdictClass,
    /// The judgement in a sentence or two for the student.
    pub message: String,
    /// The statement or query the message ends on, where it speaks of one of the exercise's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    /// The teacher's hint, where the submission does the same as a known wrong answer.
    pub hint: Option<String>,
    /// Missing and extra rows, where rows were compared.
    pub diff: Option<RowDiff>,
    /// The failed statement's error, with `statement` numbers as in the script.
    pub error: Option<FailedStatement>,
    /// The smallest data found on which submission and answer differ.
    pub counterexample: Option<Counterexample>,
    /// What could be better in a right answer, or may be mistaken in a wrong one; the weightiest
    /// first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Advice>,
    /// Wall-clock time of the whole check in milliseconds.
    pub elapsed_ms: f64,
}

/// Something that could be better in a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advice {
    /// The rule, in kebab-case.
    pub rule: String,
    /// What it is and what to write instead, in a sentence or two. SQL stands between backticks.
    pub message: String,
    /// The line of the script, from 1.
    pub line: u32,
}

/// A statement of the submission that failed, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedStatement {
    /// The statement's number in the script, from 1.
    pub statement: u32,
    /// The line of the script it begins on, from 1.
    pub line: u32,
    /// How many characters of the script precede it.
    pub start: u32,
    /// Why it failed.
    pub error: SqlError,
}

/// A result set to show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResultTable {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each value as PostgreSQL's text or null.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many rows there are, shown or not.
    pub row_count: u64,
}

/// The rows two results do not share, duplicates counted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowDiff {
    /// What was compared, such as `the result` or the text of a probe.
    pub subject: String,
    /// The columns of the expected rows.
    pub columns: Vec<Column>,
    /// Rows of both that differ in some of their cells; the first few.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<ChangedRow>,
    /// How many rows are changed in all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changed_count: u64,
    /// Rows the answer has and the submission lacks, changed ones not counted; the first few.
    /// Where the order is wrong, the row that should stand at that place.
    pub missing: Vec<Vec<Option<String>>>,
    /// How many rows are missing in all.
    pub missing_count: u64,
    /// Rows the submission has and the answer lacks, changed ones not counted; the first few.
    /// Where the order is wrong, the row that stands at that place.
    pub extra: Vec<Vec<Option<String>>>,
    /// How many rows are too many in all.
    pub extra_count: u64,
    /// The first place, from 1, at which the order is wrong.
    pub order_breaks_at: Option<u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl RowDiff {
    /// All rows shown, those of the answer with a `-` and those of the submission with a `+`, as
    /// `diff` signs them.
    pub fn signed_rows(&self) -> impl Iterator<Item = (char, &Vec<Option<String>>)> {
        let changed = self.changed.iter();
        changed
            .flat_map(|row| [('-', &row.expected), ('+', &row.actual)])
            .chain(self.missing.iter().map(|row| ('-', row)))
            .chain(self.extra.iter().map(|row| ('+', row)))
    }
}

/// A row of the submission that stands in the place of one of the answer and is mostly equal to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRow {
    /// The answer's row.
    pub expected: Vec<Option<String>>,
    /// The submission's row.
    pub actual: Vec<Option<String>>,
    /// The cells that differ, counted from 0, in ascending order.
    pub cells: Vec<u32>,
}

/// A small instance of the tables on which submission and answer differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterexample {
    /// The SQL that makes it from the data shown, where that says it best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The tables with their rows: name and content.
    pub tables: Vec<(String, ResultTable)>,
    /// What the answer gives on them.
    pub expected: ResultTable,
    /// What the submission gives on them.
    pub actual: ResultTable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_written_without_changed_rows_reads_the_same() {
        let old = r#"{"subject":"the stock","columns":[],"missing":[["1"]],"missing_count":1,
            "extra":[],"extra_count":0,"order_breaks_at":null}"#;
        let diff: RowDiff = serde_json::from_str(old).unwrap();
        assert_eq!((diff.changed.len(), diff.changed_count), (0, 0));
        let written = serde_json::to_string(&diff).unwrap();
        assert!(!written.contains("changed"), "{written}");
    }

    #[test]
    fn changed_rows_come_back_as_they_were_written() {
        let diff = RowDiff {
            changed: vec![ChangedRow {
                expected: vec![Some("1".to_owned()), None],
                actual: vec![Some("1".to_owned()), Some(String::new())],
                cells: vec![1],
            }],
            changed_count: 1,
            ..RowDiff::default()
        };
        let written = serde_json::to_string(&diff).unwrap();
        assert_eq!(serde_json::from_str::<RowDiff>(&written).unwrap(), diff);
        let signs: String = diff.signed_rows().map(|(sign, _)| sign).collect();
        assert_eq!(signs, "-+");
    }
}
