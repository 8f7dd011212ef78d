//! Compares two results. Pure: no I/O.

use crate::rows::{self, Row};
use crate::value::{Comparison, Family};
use sqlground_model::{Column, RowDiff, VerdictClass};
use std::collections::HashSet;

/// How many rows of each side a diff shows.
const ROWS_SHOWN: usize = 20;
/// Up to how many differing rows are examined for rounding and NULLs, which pairs each with each.
const ROWS_EXAMINED: usize = 500;

/// A result to compare.
#[derive(Clone, Copy, Debug)]
pub struct ResultView<'a> {
    /// Its columns.
    pub columns: &'a [Column],
    /// All its rows.
    pub rows: &'a [Row],
}

/// What counts besides the rows themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    /// The rows' order counts.
    pub ordered: bool,
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

/// Compares two results; none if they are equal by the rules. `subject` names what is compared in
/// a sentence: `your result`.
pub fn compare(
    subject: &str,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    rules: Rules,
) -> Option<Difference> {
    let columns = match comparisons(subject, expected.columns, actual.columns, rules) {
        Ok(columns) => columns,
        Err(difference) => return Some(*difference),
    };
    let left = rows::unmatched(expected.rows, actual.rows, &columns);
    if !left.is_empty() {
        if let Some(difference) = other_column_order(subject, expected.columns, actual.columns) {
            return Some(difference);
        }
        let missing: Vec<&Row> = left.missing.iter().map(|i| &expected.rows[*i]).collect();
        let extra: Vec<&Row> = left.extra.iter().map(|i| &actual.rows[*i]).collect();
        let class = classify(&missing, &extra, expected.rows, actual.rows, &columns);
        return Some(Difference {
            class,
            message: row_message(subject, class, missing.len(), extra.len()),
            sql: None,
            diff: Some(diff(subject, expected.columns, &missing, &extra)),
        });
    }
    if !rules.ordered {
        return None;
    }
    let place = expected
        .rows
        .iter()
        .zip(actual.rows)
        .position(|(e, a)| !rows::equal(e, a, &columns))?;
    Some(Difference {
        class: VerdictClass::WrongOrder,
        message: format!(
            "The rows of {subject} are right, but their order is not: row {} is another than \
             expected.",
            place + 1
        ),
        sql: None,
        diff: Some(RowDiff {
            subject: subject.to_owned(),
            columns: expected.columns.to_vec(),
            missing: vec![expected.rows[place].clone()],
            extra: vec![actual.rows[place].clone()],
            order_breaks_at: Some(place as u64 + 1),
            ..RowDiff::default()
        }),
    })
}

fn diff(subject: &str, columns: &[Column], missing: &[&Row], extra: &[&Row]) -> RowDiff {
    let first = |rows: &[&Row]| rows.iter().take(ROWS_SHOWN).map(|r| (*r).clone()).collect();
    RowDiff {
        subject: subject.to_owned(),
        columns: columns.to_vec(),
        missing: first(missing),
        missing_count: missing.len() as u64,
        extra: first(extra),
        extra_count: extra.len() as u64,
        order_breaks_at: None,
    }
}

/// How each column is compared, or why the columns cannot be.
fn comparisons(
    subject: &str,
    expected: &[Column],
    actual: &[Column],
    rules: Rules,
) -> Result<Vec<Comparison>, Box<Difference>> {
    let wrong = |message: String| {
        Box::new(Difference {
            class: VerdictClass::WrongColumns,
            message,
            sql: None,
            diff: None,
        })
    };
    if expected.len() != actual.len() {
        return Err(wrong(format!(
            "There {} in {subject}, but {} expected: {}.",
            counted(actual.len()),
            if expected.len() == 1 {
                "1 is".to_owned()
            } else {
                format!("{} are", expected.len())
            },
            listed(expected)
        )));
    }
    let families: Vec<(Family, Family)> = expected
        .iter()
        .zip(actual)
        .map(|(e, a)| (Family::of(&e.type_name), Family::of(&a.type_name)))
        .collect();
    let mismatch = families.iter().position(|(e, a)| !e.comparable(a));
    let renamed = expected
        .iter()
        .zip(actual)
        .position(|(e, a)| e.name != a.name);
    if (mismatch.is_some() || rules.column_names)
        && let Some(difference) = other_column_order(subject, expected, actual)
    {
        return Err(Box::new(difference));
    }
    if let Some(i) = mismatch {
        return Err(wrong(format!(
            "Column {} of {subject}, `{}`, is of type {}; {} is expected.",
            i + 1,
            actual[i].name,
            actual[i].type_name,
            expected[i].type_name
        )));
    }
    if let (true, Some(i)) = (rules.column_names, renamed) {
        return Err(wrong(format!(
            "Column {} of {subject} is called `{}`; `{}` is expected.",
            i + 1,
            actual[i].name,
            expected[i].name
        )));
    }
    Ok(families
        .iter()
        .map(|(e, a)| Comparison::between(e, a))
        .collect())
}

/// The difference of columns that have the expected names in another order.
fn other_column_order(subject: &str, expected: &[Column], actual: &[Column]) -> Option<Difference> {
    let names = |columns: &[Column]| columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    let (mut expected_names, mut actual_names) = (names(expected), names(actual));
    if expected_names == actual_names {
        return None;
    }
    expected_names.sort_unstable();
    actual_names.sort_unstable();
    (expected_names == actual_names).then(|| Difference {
        class: VerdictClass::WrongColumns,
        message: format!(
            "The columns of {subject} are in another order than expected: {}.",
            listed(expected)
        ),
        sql: None,
        diff: None,
    })
}

fn listed(columns: &[Column]) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|c| format!("{} ({})", c.name, c.type_name))
        .collect();
    columns.join(", ")
}

fn counted(columns: usize) -> String {
    if columns == 1 {
        "is 1 column".to_owned()
    } else {
        format!("are {columns} columns")
    }
}

/// Names the kind of difference. The most telling kind wins: duplicates before missing rows,
/// NULLs and rounding before rows that merely differ.
fn classify(
    missing: &[&Row],
    extra: &[&Row],
    expected: &[Row],
    actual: &[Row],
    columns: &[Comparison],
) -> VerdictClass {
    let all_within = |rows: &[&Row], other: &[Row]| {
        let other: HashSet<&Row> = other.iter().collect();
        rows.iter().all(|row| other.contains(*row))
    };
    if all_within(missing, actual) && all_within(extra, expected) {
        return VerdictClass::Duplicates;
    }
    match (missing.is_empty(), extra.is_empty()) {
        (false, true) => VerdictClass::MissingRows,
        (true, false) => VerdictClass::ExtraRows,
        _ if pairs_up(missing, extra, |e, a| equal_but_for_nulls(e, a, columns)) => {
            VerdictClass::NullHandling
        }
        _ if pairs_up(missing, extra, |e, a| equal_but_for_rounding(e, a, columns)) => {
            VerdictClass::Rounding
        }
        _ => VerdictClass::DifferentRows,
    }
}

/// True if each row on the left finds one of its own on the right.
fn pairs_up(left: &[&Row], right: &[&Row], matches: impl Fn(&Row, &Row) -> bool) -> bool {
    if left.len() != right.len() || left.len() > ROWS_EXAMINED {
        return false;
    }
    let mut free: Vec<&Row> = right.to_vec();
    left.iter().all(|row| {
        free.iter()
            .position(|other| matches(row, other))
            .map(|i| free.swap_remove(i))
            .is_some()
    })
}

/// True if values differ only where one of them is NULL, in one place at least.
fn equal_but_for_nulls(a: &Row, b: &Row, columns: &[Comparison]) -> bool {
    let values = || a.iter().zip(b);
    values().any(|(a, b)| a.is_some() != b.is_some())
        && values()
            .zip(columns)
            .all(|((a, b), comparison)| match (a, b) {
                (Some(_), Some(_)) => equal_values(a.as_ref(), b.as_ref(), *comparison),
                _ => true,
            })
}

/// True if values differ only in decimal places that one of the numbers has not.
fn equal_but_for_rounding(a: &Row, b: &Row, columns: &[Comparison]) -> bool {
    a.iter()
        .zip(b)
        .zip(columns)
        .all(|((a, b), comparison)| match (a, b, comparison) {
            (Some(a), Some(b), Comparison::Exact | Comparison::Approximate) => near(a, b),
            _ => equal_values(a.as_ref(), b.as_ref(), *comparison),
        })
}

fn equal_values(a: Option<&String>, b: Option<&String>, comparison: Comparison) -> bool {
    rows::equal(&vec![a.cloned()], &vec![b.cloned()], &[comparison])
}

/// True if two numbers are less than a unit of the coarser one's last decimal place apart, and at
/// least one has decimals: an integer that is off by one is not rounded but wrong.
fn near(a: &str, b: &str) -> bool {
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else {
        return a == b;
    };
    if decimals(a).max(decimals(b)) == 0 {
        return x.total_cmp(&y).is_eq();
    }
    let coarser = i32::try_from(decimals(a).min(decimals(b))).unwrap_or(i32::MAX);
    (x - y).abs() < 10f64.powi(-coarser)
}

fn row_message(subject: &str, class: VerdictClass, missing: usize, extra: usize) -> String {
    let rows = |n: usize| {
        if n == 1 {
            "1 row".to_owned()
        } else {
            format!("{n} rows")
        }
    };
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let differ = if extra == 1 { "differs" } else { "differ" };
    match class {
        VerdictClass::Duplicates if extra == 0 => format!(
            "Every row of {subject} is right, but {} {} missing that the answer has more than \
             once.",
            rows(missing),
            is(missing)
        ),
        VerdictClass::Duplicates => format!(
            "Every row of {subject} is right, but some appear too often: {} {} too many.",
            rows(extra),
            is(extra)
        ),
        VerdictClass::MissingRows => {
            format!("{} {} missing from {subject}.", rows(missing), is(missing))
        }
        VerdictClass::ExtraRows => {
            format!("{} {} too many in {subject}.", rows(extra), is(extra))
        }
        VerdictClass::NullHandling => format!(
            "{} of {subject} {differ} from the expected only where a value is NULL.",
            rows(extra)
        ),
        VerdictClass::Rounding => format!(
            "{} of {subject} {differ} from the expected only in the decimal places.",
            rows(extra)
        ),
        _ => format!(
            "In {subject}, {} {} missing and {} {} too many.",
            rows(missing),
            is(missing),
            rows(extra),
            is(extra)
        ),
    }
}

#[cfg(test)]
mod tests;
