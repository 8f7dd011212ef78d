//! Compares two results. Pure: no I/O.

mod columns;
mod large;
mod order;
mod pairs;
mod sentence;
mod wording;

use crate::rows::{self, Row, Unmatched};
use crate::value::Comparison;
use pairs::Pairs;
use sqlground_model::{ChangedRow, Column, RowDiff, VerdictClass};
use wording::Wording;

/// How many rows of each kind a diff shows.
const ROWS_SHOWN: usize = 20;

/// A result to compare.
#[derive(Clone, Copy, Debug)]
pub struct ResultView<'a> {
    /// Its columns.
    pub columns: &'a [Column],
    /// All its rows, or the first ones.
    pub rows: &'a [Row],
    /// A fingerprint of each row, equal for equal rows; empty if all rows are there.
    pub fingerprints: &'a [u128],
}

impl ResultView<'_> {
    /// How many rows the result has.
    pub fn row_count(&self) -> usize {
        self.rows.len().max(self.fingerprints.len())
    }
}

/// What is compared, as sentences name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// What the student's script returns.
    Result,
    /// What a probe finds afterwards, in its own words: `the stock`.
    Probe(&'a str),
}

/// Which orders of the rows are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order<'a> {
    /// Any.
    #[default]
    Free,
    /// That of the expected rows.
    Exact,
    /// That of the expected rows but for ties: consecutive rows that are equal in what the result
    /// is sorted by may stand in any order. Holds the sizes of these groups, of which the sum is
    /// the number of expected rows; rows after the last group stand alone.
    Ties(&'a [u32]),
}

/// What counts besides the rows themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// The orders that are right.
    pub order: Order<'a>,
    /// The columns' names count.
    pub column_names: bool,
}

/// How a result differs from the expected one.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The kind of difference.
    pub class: VerdictClass,
    /// The difference in a sentence for the student.
    pub message: String,
    /// The exercise's statement the message speaks of.
    pub sql: Option<String>,
    /// The rows, where the columns agree.
    pub diff: Option<RowDiff>,
}

impl Difference {
    /// That a result cannot be compared.
    pub(crate) fn too_large() -> Self {
        Self {
            class: VerdictClass::TooSlow,
            message:
                "The result is larger than what can be compared: return fewer or smaller rows."
                    .to_owned(),
            sql: None,
            diff: None,
        }
    }
}

/// Compares two results; none if they are equal by the rules.
pub fn compare(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    rules: Rules<'_>,
) -> Option<Difference> {
    let columns = match columns::comparisons(subject, expected.columns, actual.columns, rules) {
        Ok(columns) => columns,
        Err(difference) => return Some(*difference),
    };
    if !(expected.fingerprints.is_empty() && actual.fingerprints.is_empty()) {
        return large::difference(subject, expected, actual, rules.order, &columns);
    }
    let left = rows::unmatched(expected.rows, actual.rows, &columns);
    if left.is_empty() {
        return order::difference(subject, expected, actual, rules.order, &columns);
    }
    columns::in_another_order(subject, expected.columns, actual.columns)
        .or_else(|| Some(difference(subject, expected, actual, left, &columns)))
}

/// The difference of results that do not have the same rows.
fn difference(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    left: Unmatched,
    columns: &[Comparison],
) -> Difference {
    let duplicates = !left.strangers;
    let pairs = if duplicates {
        Pairs::none(left)
    } else {
        pairs::pair(expected.rows, actual.rows, left, columns)
    };
    let class = if duplicates {
        VerdictClass::Duplicates
    } else {
        class(&pairs, expected.rows, actual.rows, columns)
    };
    let wording = Wording::new(subject, expected, actual);
    Difference {
        class,
        message: sentence::of_rows(class, &pairs, expected.rows, actual.rows, &wording),
        sql: None,
        diff: Some(diff(subject, expected, actual, &pairs)),
    }
}

/// Names the kind of difference between rows of which some have no equal at all in the other
/// result. NULLs and rounding are more telling than that values differ.
fn class(pairs: &Pairs, expected: &[Row], actual: &[Row], columns: &[Comparison]) -> VerdictClass {
    match (pairs.missing.is_empty(), pairs.extra.is_empty()) {
        (false, true) if pairs.changed.is_empty() => VerdictClass::MissingRows,
        (true, false) if pairs.changed.is_empty() => VerdictClass::ExtraRows,
        (true, true) if pairs.all_cells(expected, actual, columns, pairs::is_one_null) => {
            VerdictClass::NullHandling
        }
        (true, true) if pairs.all_cells(expected, actual, columns, pairs::is_rounded) => {
            VerdictClass::Rounding
        }
        _ => VerdictClass::DifferentRows,
    }
}

fn diff(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    pairs: &Pairs,
) -> RowDiff {
    let first = |rows: &[Row], indexes: &[usize]| {
        let shown = indexes.iter().take(ROWS_SHOWN);
        shown.map(|i| rows[*i].clone()).collect()
    };
    let changed = pairs
        .changed
        .iter()
        .take(ROWS_SHOWN)
        .map(|pair| ChangedRow {
            expected: expected.rows[pair.expected].clone(),
            actual: actual.rows[pair.actual].clone(),
            cells: pair
                .cells
                .iter()
                .filter_map(|cell| u32::try_from(*cell).ok())
                .collect(),
        });
    RowDiff {
        subject: subject.name().to_owned(),
        columns: expected.columns.to_vec(),
        changed: changed.collect(),
        changed_count: pairs.changed.len() as u64,
        missing: first(expected.rows, &pairs.missing),
        missing_count: pairs.missing.len() as u64,
        extra: first(actual.rows, &pairs.extra),
        extra_count: pairs.extra.len() as u64,
        order_breaks_at: None,
    }
}

#[cfg(test)]
mod tests;
