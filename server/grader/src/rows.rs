//! The rows two results do not share, duplicates counted.

use crate::value::{Comparison, close, float};
use std::collections::HashMap;

/// A row as PostgreSQL's texts.
pub(crate) type Row = Vec<Option<String>>;

/// Rows without a partner in the other result, as indexes in the order they came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unmatched {
    /// Expected rows that the actual result lacks.
    pub(crate) missing: Vec<usize>,
    /// Actual rows that the expected result lacks.
    pub(crate) extra: Vec<usize>,
}

impl Unmatched {
    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }
}

/// A value as it enters a hash map: NULL, equal by text, or left to the tolerance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum KeyPart {
    Null,
    Text(String),
    Approximate,
}

fn key(row: &Row, columns: &[Comparison]) -> Vec<KeyPart> {
    row.iter()
        .zip(columns)
        .map(|(value, comparison)| match value {
            None => KeyPart::Null,
            Some(text) => comparison
                .key(text)
                .map_or(KeyPart::Approximate, KeyPart::Text),
        })
        .collect()
}

/// True if two rows are equal.
pub(crate) fn equal(a: &Row, b: &Row, columns: &[Comparison]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .zip(columns)
            .all(|((a, b), comparison)| match (a, b) {
                (None, None) => true,
                (Some(a), Some(b)) => match (comparison.key(a), comparison.key(b)) {
                    (Some(a), Some(b)) => a == b,
                    _ => close(float(a), float(b)),
                },
                _ => false,
            })
}

/// Pairs off equal rows, each once, and returns what is left on both sides.
pub(crate) fn unmatched(expected: &[Row], actual: &[Row], columns: &[Comparison]) -> Unmatched {
    let mut groups: HashMap<Vec<KeyPart>, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, row) in expected.iter().enumerate() {
        groups.entry(key(row, columns)).or_default().0.push(index);
    }
    for (index, row) in actual.iter().enumerate() {
        groups.entry(key(row, columns)).or_default().1.push(index);
    }
    let mut result = Unmatched::default();
    for (key, (missing, extra)) in groups {
        let (missing, extra) = if key.contains(&KeyPart::Approximate) {
            pair_approximately(expected, missing, actual, extra, columns)
        } else {
            let pairs = missing.len().min(extra.len());
            (missing[pairs..].to_vec(), extra[pairs..].to_vec())
        };
        result.missing.extend(missing);
        result.extra.extend(extra);
    }
    result.missing.sort_unstable();
    result.extra.sort_unstable();
    result
}

/// Pairs rows whose exact columns agree by their approximate ones: both sides are walked in the
/// order of their floats, so that neighbours within the tolerance meet.
fn pair_approximately(
    expected: &[Row],
    mut left: Vec<usize>,
    actual: &[Row],
    mut right: Vec<usize>,
    columns: &[Comparison],
) -> (Vec<usize>, Vec<usize>) {
    let floats = |row: &Row| -> Vec<f64> {
        row.iter()
            .zip(columns)
            .filter(|(_, comparison)| **comparison == Comparison::Approximate)
            .map(|(value, _)| value.as_deref().map_or(f64::NAN, float))
            .collect()
    };
    let compare = |a: &[f64], b: &[f64]| {
        a.iter()
            .zip(b)
            .find(|(a, b)| !close(**a, **b))
            .map_or(std::cmp::Ordering::Equal, |(a, b)| a.total_cmp(b))
    };
    let total = |a: &[f64], b: &[f64]| {
        a.iter()
            .zip(b)
            .map(|(a, b)| a.total_cmp(b))
            .find(|o| o.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    };
    left.sort_by(|a, b| total(&floats(&expected[*a]), &floats(&expected[*b])));
    right.sort_by(|a, b| total(&floats(&actual[*a]), &floats(&actual[*b])));

    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        match compare(&floats(&expected[left[i]]), &floats(&actual[right[j]])) {
            std::cmp::Ordering::Equal => (i, j) = (i + 1, j + 1),
            std::cmp::Ordering::Less => {
                missing.push(left[i]);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                extra.push(right[j]);
                j += 1;
            }
        }
    }
    missing.extend(&left[i..]);
    extra.extend(&right[j..]);
    (missing, extra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Comparison::{Approximate, Exact, Literal};

    fn rows(rows: &[&[&str]]) -> Vec<Row> {
        rows.iter()
            .map(|row| {
                row.iter()
                    .map(|v| (*v != "∅").then(|| (*v).to_owned()))
                    .collect()
            })
            .collect()
    }

    fn check(expected: &[&[&str]], actual: &[&[&str]], columns: &[Comparison], left: [usize; 2]) {
        let found = unmatched(&rows(expected), &rows(actual), columns);
        assert_eq!(
            [found.missing.len(), found.extra.len()],
            left,
            "{expected:?} / {actual:?}"
        );
    }

    #[test]
    fn duplicates_are_counted() {
        check(&[&["a"], &["a"]], &[&["a"]], &[Literal], [1, 0]);
        check(&[&["a"]], &[&["a"], &["a"], &["a"]], &[Literal], [0, 2]);
    }

    #[test]
    fn null_equals_null_and_nothing_else() {
        check(&[&["∅"]], &[&["∅"]], &[Literal], [0, 0]);
        check(&[&["∅"]], &[&[""]], &[Literal], [1, 1]);
        check(&[&["∅"]], &[&["0"]], &[Exact], [1, 1]);
        check(&[&["∅"]], &[&["0"]], &[Approximate], [1, 1]);
    }

    #[test]
    fn floats_meet_their_neighbours() {
        check(
            &[&["x", "0.3"], &["x", "7"]],
            &[&["x", "7.0000000000001"], &["x", "0.30000000000000004"]],
            &[Literal, Approximate],
            [0, 0],
        );
        check(&[&["1"], &["2"]], &[&["2"], &["3"]], &[Approximate], [1, 1]);
    }

    #[test]
    fn order_does_not_matter() {
        check(&[&["1"], &["2"]], &[&["2.0"], &["1.00"]], &[Exact], [0, 0]);
    }
}
