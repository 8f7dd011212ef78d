//! Whether the columns of two results can be compared, and how.

use super::{Difference, Rules, Subject};
use crate::value::{Comparison, Family};
use sqlground_model::{Column, VerdictClass};

/// How each column is compared, or why the columns cannot be.
pub(super) fn comparisons(
    subject: Subject<'_>,
    expected: &[Column],
    actual: &[Column],
    rules: Rules<'_>,
) -> Result<Vec<Comparison>, Box<Difference>> {
    if expected.len() != actual.len() {
        return Err(Box::new(wrong(
            subject,
            &other_number(subject, expected, actual),
        )));
    }
    let families: Vec<(Family, Family)> = expected
        .iter()
        .zip(actual)
        .map(|(e, a)| (Family::of(&e.type_name), Family::of(&a.type_name)))
        .collect();
    let mismatch = families.iter().position(|(e, a)| !e.comparable(a));
    if (mismatch.is_some() || rules.column_names)
        && let Some(difference) = in_another_order(subject, expected, actual)
    {
        return Err(Box::new(difference));
    }
    if let Some(i) = mismatch {
        let message = format!(
            "Column {}, `{}`, is of type {}; {} is {}.",
            i + 1,
            actual[i].name,
            actual[i].type_name,
            expected[i].type_name,
            subject.wanted()
        );
        return Err(Box::new(wrong(subject, &message)));
    }
    if rules.column_names
        && let Some(message) = other_names(subject, expected, actual)
    {
        return Err(Box::new(wrong(subject, &message)));
    }
    Ok(families
        .iter()
        .map(|(e, a)| Comparison::between(e, a))
        .collect())
}

/// The difference of columns that have the expected names in another order.
pub(super) fn in_another_order(
    subject: Subject<'_>,
    expected: &[Column],
    actual: &[Column],
) -> Option<Difference> {
    let sorted = |columns: &[Column]| {
        let mut names: Vec<_> = columns.iter().map(|c| c.name.clone()).collect();
        names.sort_unstable();
        names
    };
    let moved = renamed(expected, actual);
    if moved.is_empty() || sorted(expected) != sorted(actual) {
        return None;
    }
    let order = format!("the order {} is {}", subject.wanted(), names(expected));
    let message = match moved[..] {
        [first, second] => format!(
            "Columns `{}` and `{}` are swapped; {order}.",
            actual[first].name, actual[second].name
        ),
        _ => format!("The columns are in another order; {order}."),
    };
    Some(wrong(subject, &message))
}

fn other_number(subject: Subject<'_>, expected: &[Column], actual: &[Column]) -> String {
    let columns = match actual.len() {
        1 => "1 column".to_owned(),
        n => format!("{n} columns"),
    };
    let wanted = match expected.len() {
        1 => "1 is".to_owned(),
        n => format!("{n} are"),
    };
    format!(
        "{} {columns}; {wanted} {}: {}.",
        subject.there_are(actual.len()),
        subject.wanted(),
        names(expected)
    )
}

fn other_names(subject: Subject<'_>, expected: &[Column], actual: &[Column]) -> Option<String> {
    let wanted = subject.wanted();
    match renamed(expected, actual)[..] {
        [] => None,
        [i] => Some(format!(
            "Column {} is called `{}`; `{}` is {wanted}.",
            i + 1,
            actual[i].name,
            expected[i].name
        )),
        _ => Some(format!(
            "The columns are called {}; {} are {wanted}.",
            names(actual),
            names(expected)
        )),
    }
}

/// The places at which the names differ.
fn renamed(expected: &[Column], actual: &[Column]) -> Vec<usize> {
    let names = expected.iter().zip(actual).enumerate();
    names
        .filter(|(_, (e, a))| e.name != a.name)
        .map(|(i, _)| i)
        .collect()
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    names.join(", ")
}

fn wrong(subject: Subject<'_>, message: &str) -> Difference {
    Difference {
        class: VerdictClass::WrongColumns,
        message: subject.sentence(message),
        sql: None,
        diff: None,
    }
}
