//! The rows two results do not share, duplicates counted.

use crate::value::{Comparison, all_close, close};
use std::borrow::{Borrow, Cow};
use std::collections::{HashMap, VecDeque};

/// A row as PostgreSQL's texts.
pub(crate) type Row = Vec<Option<String>>;

/// A row's values as a hash map compares them: NULLs, and texts that are equal for equal values,
/// but for floats.
type Key<'a> = Vec<Option<Cow<'a, str>>>;

/// Rows without a partner in the other result, as indexes in the order they came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unmatched {
    /// Expected rows that the actual result lacks.
    pub(crate) missing: Vec<usize>,
    /// Actual rows that the expected result lacks.
    pub(crate) extra: Vec<usize>,
    /// True if some of them have no equal at all in the other result; false if there are only
    /// fewer.
    pub(crate) strangers: bool,
}

impl Unmatched {
    pub(crate) fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }

    /// Takes what equal rows leave after each was paired with one of the other side.
    fn add(&mut self, missing: &[usize], extra: &[usize], pairs: usize) {
        self.missing.extend(missing);
        self.extra.extend(extra);
        self.strangers |= pairs == 0;
    }
}

/// True if two values are equal; NULL equals NULL and nothing else.
pub(crate) fn equal_values(
    a: Option<&String>,
    b: Option<&String>,
    comparison: &Comparison,
) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => comparison.equal(a, b),
        _ => false,
    }
}

/// True if two rows are equal.
pub(crate) fn equal(a: &Row, b: &Row, columns: &[Comparison]) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .zip(columns)
            .all(|((a, b), comparison)| equal_values(a.as_ref(), b.as_ref(), comparison))
}

fn key<'a>(row: &'a Row, columns: &[Comparison], floats: &mut Vec<f64>) -> Key<'a> {
    let values = row.iter().zip(columns);
    values
        .map(|(value, comparison)| value.as_ref().map(|text| comparison.key(text, floats)))
        .collect()
}

/// Pairs off equal rows, each once, and returns what is left on both sides.
pub(crate) fn unmatched(
    expected: &[Row],
    actual: &[impl Borrow<Row>],
    columns: &[Comparison],
) -> Unmatched {
    let mut result = Unmatched::default();
    if expected.iter().eq(actual.iter().map(Borrow::borrow)) {
        return result;
    }
    let mut floats = Vec::new();
    let mut groups: HashMap<Key<'_>, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for (index, row) in expected.iter().enumerate() {
        let key = key(row, columns, &mut floats);
        groups.entry(key).or_default().0.push(index);
        floats.clear();
    }
    for (index, row) in actual.iter().enumerate() {
        let key = key(row.borrow(), columns, &mut floats);
        groups.entry(key).or_default().1.push(index);
        floats.clear();
    }
    let approximate = columns.iter().any(Comparison::is_approximate);
    for (missing, extra) in groups.into_values() {
        if approximate && !missing.is_empty() && !extra.is_empty() {
            let expected = missing
                .into_iter()
                .map(|i| Candidate::read(Side::Expected, i, &expected[i], columns));
            let actual = extra
                .into_iter()
                .map(|i| Candidate::read(Side::Actual, i, actual[i].borrow(), columns));
            pair_close(&mut expected.chain(actual).collect::<Vec<_>>(), &mut result);
        } else {
            let pairs = missing.len().min(extra.len());
            if missing.len() != extra.len() {
                result.add(&missing[pairs..], &extra[pairs..], pairs);
            }
        }
    }
    result.missing.sort_unstable();
    result.extra.sort_unstable();
    result
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Expected,
    Actual,
}

/// A row of either side that is equal to others but for its floats.
struct Candidate {
    side: Side,
    index: usize,
    floats: Vec<f64>,
}

impl Candidate {
    fn read(side: Side, index: usize, row: &Row, columns: &[Comparison]) -> Self {
        let mut floats = Vec::new();
        key(row, columns, &mut floats);
        Self {
            side,
            index,
            floats,
        }
    }
}

/// Pairs rows whose floats are all close. Rows are cut into clusters by one float after the other,
/// wherever neighbours are not close, so that no partner is in another cluster and hardly any
/// cluster holds rows that are no partners.
fn pair_close(rows: &mut [Candidate], result: &mut Unmatched) {
    let floats = rows.first().map_or(0, |row| row.floats.len());
    let all = 0..rows.len();
    let mut clusters = vec![all];
    for float in 0..floats {
        let mut finer = Vec::with_capacity(clusters.len());
        for cluster in clusters {
            let mut start = cluster.start;
            let cluster = &mut rows[cluster];
            cluster.sort_by(|a, b| a.floats[float].total_cmp(&b.floats[float]));
            for part in cluster.chunk_by(|a, b| close(a.floats[float], b.floats[float])) {
                finer.push(start..start + part.len());
                start += part.len();
            }
        }
        clusters = finer;
    }
    for cluster in clusters {
        let (mut missing, mut pairs) = (Vec::new(), 0);
        let (expected, actual): (Vec<&Candidate>, VecDeque<&Candidate>) = {
            let side = |side| rows[cluster.clone()].iter().filter(move |r| r.side == side);
            (side(Side::Expected).collect(), side(Side::Actual).collect())
        };
        let mut free = actual;
        for row in expected {
            let partner = free.iter().position(|r| all_close(&row.floats, &r.floats));
            match partner.and_then(|i| free.remove(i)) {
                Some(_) => pairs += 1,
                None => missing.push(row.index),
            }
        }
        let extra: Vec<usize> = free.iter().map(|row| row.index).collect();
        if !missing.is_empty() || !extra.is_empty() {
            result.add(&missing, &extra, pairs);
        }
    }
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
        check(
            &[&["Infinity"], &["NaN"], &["-0"]],
            &[&["NaN"], &["0"], &["1"]],
            &[Approximate],
            [1, 1],
        );
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
    fn a_chain_of_neighbours_is_not_one_value() {
        let expected = rows(&[&["1"], &["1.0000000009"]]);
        let actual = rows(&[&["1.0000000018"], &["5"]]);
        let found = unmatched(&expected, &actual, &[Approximate]);
        assert_eq!((found.missing, found.extra), (vec![0], vec![1]));
    }

    #[test]
    fn floats_in_arrays_meet_their_neighbours() {
        let columns = [Comparison::Array(Box::new(Approximate))];
        check(
            &[&["{0.3,1}"], &["{0.3,2}"], &["{∅}"]],
            &[&["{0.3,2}"], &["{0.30000000000000004,1}"], &["{∅}"]],
            &columns,
            [0, 0],
        );
        check(&[&["{0.3,1}"]], &[&["{0.3,NULL}"]], &columns, [1, 1]);
        check(&[&["{0.3,1}"]], &[&["{0.3}"]], &columns, [1, 1]);
    }

    #[test]
    fn many_rows_with_the_same_floats_are_paired_at_once() {
        let many = |last: &str| {
            let mut rows = vec![vec![Some("0.5".to_owned())]; 20_000];
            rows.push(vec![Some(last.to_owned())]);
            rows
        };
        let found = unmatched(&many("1"), &many("2"), &[Approximate]);
        assert_eq!((found.missing, found.extra), (vec![20_000], vec![20_000]));
    }

    #[test]
    fn rows_that_are_only_fewer_are_no_strangers() {
        for (expected, actual, columns, strangers) in [
            (["a", "a"], ["a", "b"], Literal, true),
            (["a", "a"], ["b", "b"], Literal, true),
            (["1", "1"], ["2", "2"], Approximate, true),
            (["1", "1"], ["1", "2"], Approximate, true),
        ] {
            let [expected, actual] = [expected, actual].map(|v| rows(&[&[v[0]], &[v[1]]]));
            let found = unmatched(&expected, &actual, &[columns]);
            assert_eq!(found.strangers, strangers, "{expected:?} / {actual:?}");
        }
        for (columns, one, two) in [(Literal, "a", "b"), (Approximate, "1", "2")] {
            let expected = rows(&[&[one], &[two], &[two]]);
            let actual = rows(&[&[one], &[one], &[two]]);
            let found = unmatched(&expected, &actual, &[columns]);
            assert!(!found.is_empty() && !found.strangers, "{found:?}");
        }
    }

    #[test]
    fn order_does_not_matter() {
        check(&[&["1"], &["2"]], &[&["2.0"], &["1.00"]], &[Exact], [0, 0]);
    }
}
