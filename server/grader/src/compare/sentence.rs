//! What differs between the rows of two results, in one sentence.

use super::pairs::{Pair, Pairs};
use super::wording::{Wording, listed, shown, values};
use crate::rows::Row;
use sqlground_model::VerdictClass;
use std::collections::{HashMap, HashSet};

/// Up to how many columns a sentence names.
const COLUMNS: usize = 3;

/// The sentence on rows that two results do not share.
pub(super) fn of_rows(
    class: VerdictClass,
    pairs: &Pairs,
    expected: &[Row],
    actual: &[Row],
    wording: &Wording<'_>,
) -> String {
    let sentence = Sentence {
        pairs,
        expected,
        actual,
        wording,
    };
    let text = if actual.is_empty() {
        sentence.on_no_rows()
    } else if expected.is_empty() {
        sentence.on_rows_where_none_is_right()
    } else if class == VerdictClass::Duplicates {
        sentence.on_duplicates()
    } else if expected.len() == 1 && actual.len() == 1 {
        sentence.on_the_only_row()
    } else {
        match pairs.changed.first() {
            None => sentence.on_missing_and_extra(),
            Some(pair) => sentence.on_changed(class, pair),
        }
    };
    wording.subject.sentence(&text)
}

struct Sentence<'a> {
    pairs: &'a Pairs,
    expected: &'a [Row],
    actual: &'a [Row],
    wording: &'a Wording<'a>,
}

impl Sentence<'_> {
    fn on_no_rows(&self) -> String {
        let all = self.expected.len();
        format!(
            "{} no rows; {all} {} {}{}.",
            self.wording.subject.there_are(0),
            is(all),
            self.wording.subject.wanted(),
            self.example(self.expected.first(), all)
        )
    }

    fn on_rows_where_none_is_right(&self) -> String {
        let all = self.actual.len();
        format!(
            "{} {} where none is {}{}.",
            self.wording.subject.there_are(all),
            rows(all),
            self.wording.subject.wanted(),
            self.example(self.actual.first(), all)
        )
    }

    fn on_duplicates(&self) -> String {
        let often: Vec<&Row> = self.pairs.extra.iter().map(|i| &self.actual[*i]).collect();
        let rarely = self.pairs.missing.iter().map(|i| &self.expected[*i]);
        let rarely: Vec<&Row> = rarely.collect();
        match (distinct(&often), distinct(&rarely)) {
            (many, 0) => {
                let how = if each_at_most_once(self.expected, &often) {
                    "more than once"
                } else {
                    "too often"
                };
                format!(
                    "every row is there, but {many} {} {how}{}.",
                    if many == 1 { "appears" } else { "appear" },
                    self.example(often.first().copied(), many)
                )
            }
            (0, many) => format!(
                "every row is there, but {many} {} not appear often enough{}.",
                if many == 1 { "does" } else { "do" },
                self.example(rarely.first().copied(), many)
            ),
            (many, few) => format!(
                "every row is there, but {many} {} too often{}, and {few} not often enough{}.",
                if many == 1 { "appears" } else { "appear" },
                self.example(often.first().copied(), many),
                self.example(rarely.first().copied(), few)
            ),
        }
    }

    /// On results of one row each, which needs no name.
    fn on_the_only_row(&self) -> String {
        let pair = self.pairs.changed.first();
        let cells = pair.map_or(&[][..], |pair| &pair.cells);
        let mut differences: Vec<String> = cells
            .iter()
            .take(COLUMNS)
            .map(|&cell| self.cell(&self.expected[0], &self.actual[0], cell))
            .collect();
        if cells.len() > COLUMNS {
            differences.push("other values differ as well".to_owned());
        }
        format!("{}.", listed(&differences, "and"))
    }

    fn on_missing_and_extra(&self) -> String {
        let (missing, extra) = (self.pairs.missing.len(), self.pairs.extra.len());
        let first_missing = self.pairs.missing.first().map(|i| &self.expected[*i]);
        let first_extra = self.pairs.extra.first().map(|i| &self.actual[*i]);
        // What both are known by would tell them apart no more.
        let alike = first_missing
            .zip(first_extra)
            .is_some_and(|(a, b)| a.first() == b.first());
        let example = |row: Option<&Row>, of| match row {
            Some(row) if alike => example(&values(row), of),
            row => self.example(row, of),
        };
        let missing_text = format!(
            "{} {} missing{}",
            rows(missing),
            is(missing),
            example(first_missing, missing)
        );
        let too_many = format!("{} too many{}", is(extra), example(first_extra, extra));
        match (missing, extra) {
            (_, 0) => format!("{missing_text}."),
            (0, _) => format!("{} {too_many}.", rows(extra)),
            _ => format!("{missing_text}, and {extra} {too_many}."),
        }
    }

    fn on_changed(&self, class: VerdictClass, pair: &Pair) -> String {
        let Some(&cell) = pair.cells.first() else {
            return self.on_missing_and_extra();
        };
        let changed = self.pairs.changed.len();
        let row = self.row_of(pair);
        let (expected, actual) = (&self.expected[pair.expected], &self.actual[pair.actual]);
        let difference = self.cell(expected, actual, cell);
        if !self.pairs.missing.is_empty() || !self.pairs.extra.is_empty() {
            return format!("{}: for example, {difference}{row}.", self.counts());
        }
        match (class, changed, &self.columns_changed()[..]) {
            (VerdictClass::NullHandling, 1, _) => format!("{difference}{row}."),
            (VerdictClass::NullHandling, ..) => format!(
                "in {} it is a NULL that differs: {difference}{row}.",
                rows(changed)
            ),
            (VerdictClass::Rounding, ..) => format!(
                "in {} only decimal places differ: {difference}{row}.",
                rows(changed)
            ),
            (_, _, [column]) => format!(
                "{} differs in {}: {}{row}.",
                self.wording.the_column(*column),
                rows(changed),
                instead(expected, actual, cell)
            ),
            (_, _, columns) => {
                let mut names: Vec<String> = columns
                    .iter()
                    .take(COLUMNS)
                    .map(|column| self.wording.column(*column))
                    .collect();
                if columns.len() > COLUMNS {
                    names.push("other columns".to_owned());
                }
                let word = if changed == 1 { "and" } else { "or" };
                format!(
                    "{} {} in {}: {}{difference}{row}.",
                    rows(changed),
                    differ(changed),
                    listed(&names, word),
                    if changed == 1 { "" } else { "for example, " },
                )
            }
        }
    }

    /// How many rows differ, are missing and too many: `3 rows differ, 1 is missing`.
    fn counts(&self) -> String {
        let (missing, extra) = (self.pairs.missing.len(), self.pairs.extra.len());
        let changed = self.pairs.changed.len();
        let mut counts = vec![format!("{} {}", rows(changed), differ(changed))];
        if missing > 0 {
            counts.push(format!("{missing} {} missing", is(missing)));
        }
        if extra > 0 {
            counts.push(format!("{extra} {} too many", is(extra)));
        }
        listed(&counts, "and")
    }

    /// The columns in which rows of a pair differ.
    fn columns_changed(&self) -> Vec<usize> {
        let cells = self.pairs.changed.iter().flat_map(|pair| &pair.cells);
        let mut columns: Vec<usize> = cells.copied().collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// A difference of two rows: `` `total` is 12.5 instead of 13``.
    fn cell(&self, expected: &Row, actual: &Row, cell: usize) -> String {
        let column = self.wording.column(cell);
        format!("{column} is {}", instead(expected, actual, cell))
    }

    /// In which row a difference is, if the difference itself does not show the whole row.
    fn row_of(&self, pair: &Pair) -> String {
        let (expected, actual) = (&self.expected[pair.expected], &self.actual[pair.actual]);
        if expected.len() == 1 {
            String::new()
        } else if pair.cells.contains(&0) {
            // Its name is at fault itself.
            format!(" in the row {}", values(actual))
        } else {
            format!(" in {}", self.wording.row(actual))
        }
    }

    fn example(&self, row: Option<&Row>, of: usize) -> String {
        row.map_or_else(String::new, |row| example(&self.wording.one(row), of))
    }
}

/// One of so many rows.
fn example(row: &str, of: usize) -> String {
    if of == 1 {
        format!(": {row}")
    } else {
        format!(", for example {row}")
    }
}

/// `12.5 instead of 13`, `NULL where 0 is expected`.
fn instead(expected: &Row, actual: &Row, cell: usize) -> String {
    let (expected, actual) = (expected[cell].as_deref(), actual[cell].as_deref());
    let (wanted, found) = (shown(expected), shown(actual));
    if expected.is_none() || actual.is_none() {
        format!("{found} where {wanted} is expected")
    } else {
        format!("{found} instead of {wanted}")
    }
}

fn distinct(rows: &[&Row]) -> usize {
    rows.iter().collect::<HashSet<_>>().len()
}

/// True if the result has none of the rows more than once.
fn each_at_most_once(result: &[Row], rows: &[&Row]) -> bool {
    let mut counts: HashMap<&Row, usize> = rows.iter().map(|row| (*row, 0)).collect();
    result.iter().all(|row| {
        counts.get_mut(row).is_none_or(|count| {
            *count += 1;
            *count == 1
        })
    })
}

fn rows(number: usize) -> String {
    if number == 1 {
        "1 row".to_owned()
    } else {
        format!("{number} rows")
    }
}

fn is(number: usize) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

fn differ(number: usize) -> &'static str {
    if number == 1 { "differs" } else { "differ" }
}
