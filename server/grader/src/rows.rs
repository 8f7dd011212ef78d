//! The rows two results do not share, duplicates counted.

use crate::value::{Comparison, close, float};
use std::cmp::Ordering;
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

/// Pairs rows whose exact columns agree by their approximate ones. Both sides are sorted, so that
/// a row's partners lie in a window around the same first float; noise in that one may have put
/// them there in any order.
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
            .filter(|(value, comparison)| {
                **comparison == Comparison::Approximate && value.is_some()
            })
            .map(|(value, _)| value.as_deref().map_or(f64::NAN, float))
            .collect()
    };
    let by_floats = |a: &Row, b: &Row| {
        let (a, b) = (floats(a), floats(b));
        let mut orders = a.iter().zip(&b).map(|(a, b)| a.total_cmp(b));
        orders
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    };
    left.sort_by(|a, b| by_floats(&expected[*a], &expected[*b]));
    right.sort_by(|a, b| by_floats(&actual[*a], &actual[*b]));
    let first = |row: &Row| floats(row).first().copied().unwrap_or_default();

    let mut missing = Vec::new();
    let mut taken = vec![false; right.len()];
    let mut window = 0;
    for index in left {
        let row = &expected[index];
        let here = first(row);
        // What is clearly smaller has no partner any more.
        while window < right.len()
            && (taken[window]
                || (first(&actual[right[window]]) < here
                    && !close(first(&actual[right[window]]), here)))
        {
            window += 1;
        }
        let partner = (window..right.len())
            .take_while(|&i| {
                let there = first(&actual[right[i]]);
                taken[i] || close(there, here) || there.total_cmp(&here).is_lt()
            })
            .find(|&i| !taken[i] && equal(row, &actual[right[i]], columns));
        match partner {
            Some(i) => taken[i] = true,
            None => missing.push(index),
        }
    }
    let extra = right
        .into_iter()
        .zip(taken)
        .filter(|(_, taken)| !taken)
        .map(|(i, _)| i)
        .collect();
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
    fn noise_in_one_float_does_not_hide_the_other() {
        check(
            &[&["0.3", "1"], &["0.3", "2"]],
            &[&["0.30000000000000004", "1"], &["0.3", "2"]],
            &[Approximate, Approximate],
            [0, 0],
        );
        check(
            &[&["0.3", "1"], &["0.3", "2"], &["∅", "5"]],
            &[&["0.3", "2"], &["0.3", "3"], &["∅", "5"]],
            &[Approximate, Approximate],
            [1, 1],
        );
    }

    #[test]
    fn order_does_not_matter() {
        check(&[&["1"], &["2"]], &[&["2.0"], &["1.00"]], &[Exact], [0, 0]);
    }
}
