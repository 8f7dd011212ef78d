//! Rows that differ in some cells only, found among those that have no equal in the other result.

use crate::rows::{Row, Unmatched, equal_values};
use crate::value::{Comparison, Value};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Up to how many rows a side each is compared with each.
const ROWS_EXAMINED: usize = 500;
/// How many rows of a result show whether a column's values are unique.
const ROWS_SAMPLED: usize = 10_000;

/// An expected row and the actual row that stands in its place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) expected: usize,
    pub(super) actual: usize,
    /// The cells that differ.
    pub(super) cells: Vec<usize>,
}

/// The rows two results do not share, as indexes, in their order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pairs {
    /// Rows that differ in some cells only, in the order of the expected ones.
    pub(super) changed: Vec<Pair>,
    /// Expected rows without any partner.
    pub(super) missing: Vec<usize>,
    /// Actual rows without any partner.
    pub(super) extra: Vec<usize>,
}

impl Pairs {
    /// No pairs: all rows are missing or extra.
    pub(super) fn none(left: Unmatched) -> Self {
        Self {
            changed: Vec::new(),
            missing: left.missing,
            extra: left.extra,
        }
    }

    /// True if each pair's differing cells are what the test says.
    pub(super) fn all_cells(
        &self,
        expected: &[Row],
        actual: &[Row],
        columns: &[Comparison],
        test: CellTest,
    ) -> bool {
        self.changed.iter().all(|pair| {
            let (e, a) = (&expected[pair.expected], &actual[pair.actual]);
            let mut cells = pair.cells.iter();
            cells.all(|&i| test(e[i].as_deref(), a[i].as_deref(), &columns[i]))
        })
    }
}

/// Says of two values that are not equal whether they differ in a certain way.
pub(super) type CellTest = fn(Option<&str>, Option<&str>, &Comparison) -> bool;

/// True if one of two unequal values is NULL.
pub(super) fn is_one_null(a: Option<&str>, b: Option<&str>, _: &Comparison) -> bool {
    a.is_none() || b.is_none()
}

/// True if two unequal values are numbers that are less than a unit of the coarser one's last
/// decimal place apart. An integer that is off by one is not rounded but wrong.
pub(super) fn is_rounded(a: Option<&str>, b: Option<&str>, comparison: &Comparison) -> bool {
    let (Some(a), Some(b), Comparison::Exact | Comparison::Approximate) = (a, b, comparison) else {
        return false;
    };
    let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else {
        return false;
    };
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let fewer = decimals(a).min(decimals(b));
    let unit = 10f64.powi(-i32::try_from(fewer).unwrap_or(i32::MAX));
    // A whole unit is no rounding, whatever floats make of it.
    (x - y).abs() < unit * (1.0 - 1e-6)
}

/// Pairs the rows that two results do not share, each once.
///
/// Where every row has a partner from which it differs in NULLs or in decimal places alone, these
/// are the pairs. Else rows are paired that are equal in half of their cells at least: first those
/// with the same value in a column whose values are unique, then those with the most equal cells.
/// Exactly half is enough only if such a column or the first one is among them. Results of one row
/// each are always a pair.
pub(super) fn pair(
    expected: &[Row],
    actual: &[Row],
    left: Unmatched,
    columns: &[Comparison],
) -> Pairs {
    if left.missing.is_empty() || left.extra.is_empty() {
        return Pairs::none(left);
    }
    let mut work = Work {
        expected,
        actual,
        columns,
        pairs: Pairs::none(left),
    };
    if expected.len() == 1 && actual.len() == 1 {
        work.take(&[(0, 0)]);
    } else if !work.pair_all(is_one_null) && !work.pair_all(is_rounded) {
        for column in work.unique_columns() {
            work.pair_by(column);
        }
        work.pair_alike();
    }
    work.pairs
        .changed
        .sort_unstable_by_key(|pair| pair.expected);
    work.pairs
}

/// True if a column's values are unique, in the part of the rows that is looked at.
pub(super) fn is_unique(rows: &[Row], column: usize) -> bool {
    let mut seen = HashSet::new();
    rows.iter()
        .take(ROWS_SAMPLED)
        .filter_map(|row| row[column].as_deref())
        .all(|text| seen.insert(text))
}

struct Work<'a> {
    expected: &'a [Row],
    actual: &'a [Row],
    columns: &'a [Comparison],
    pairs: Pairs,
}

impl<'a> Work<'a> {
    /// Makes pairs of missing and extra rows, given by their places among these.
    fn take(&mut self, found: &[(usize, usize)]) {
        for &(missing, extra) in found {
            let (expected, actual) = (self.pairs.missing[missing], self.pairs.extra[extra]);
            let cells = self.differing(expected, actual);
            self.pairs.changed.push(Pair {
                expected,
                actual,
                cells,
            });
        }
        let (missing, extra): (HashSet<usize>, HashSet<usize>) = found.iter().copied().unzip();
        remove(&mut self.pairs.missing, &missing);
        remove(&mut self.pairs.extra, &extra);
    }

    fn differing(&self, expected: usize, actual: usize) -> Vec<usize> {
        let values = self.expected[expected].iter().zip(&self.actual[actual]);
        values
            .zip(self.columns)
            .enumerate()
            .filter(|(_, ((e, a), comparison))| !equal_values(e.as_ref(), a.as_ref(), comparison))
            .map(|(cell, _)| cell)
            .collect()
    }

    /// True if so few rows are left that each can be compared with each.
    fn is_small(&self) -> bool {
        self.pairs.missing.len().max(self.pairs.extra.len()) <= ROWS_EXAMINED
    }

    /// Pairs all rows, if each has a partner from which it differs in cells of one kind alone.
    fn pair_all(&mut self, test: CellTest) -> bool {
        if self.pairs.missing.len() != self.pairs.extra.len() || !self.is_small() {
            return false;
        }
        let (missing, extra) = self.read();
        let mut taken = vec![false; extra.len()];
        let mut found = Vec::new();
        for (i, row) in missing.iter().enumerate() {
            let partner =
                (0..extra.len()).find(|&j| {
                    !taken[j]
                        && row.values().zip(extra[j].values()).zip(self.columns).all(
                            |((e, a), comparison)| e.equals(a) || test(e.text, a.text, comparison),
                        )
                });
            let Some(j) = partner else {
                return false;
            };
            taken[j] = true;
            found.push((i, j));
        }
        self.take(&found);
        true
    }

    /// The columns that tell rows apart. Floats have no text to look them up by.
    fn unique_columns(&self) -> Vec<usize> {
        (0..self.columns.len())
            .filter(|&column| {
                !self.columns[column].is_approximate()
                    && is_unique(self.expected, column)
                    && is_unique(self.actual, column)
            })
            .collect()
    }

    /// Pairs rows with the same value in a column, if half of their cells are equal.
    fn pair_by(&mut self, column: usize) {
        let key = |row: &'a Row| {
            let text = row[column].as_deref()?;
            Some(self.columns[column].key(text, &mut Vec::new()))
        };
        let mut places: HashMap<_, usize> = HashMap::new();
        for (place, index) in self.pairs.extra.iter().enumerate() {
            if let Some(key) = key(&self.actual[*index]) {
                places.insert(key, place);
            }
        }
        let mut found = Vec::new();
        for (place, &index) in self.pairs.missing.iter().enumerate() {
            let Some(key) = key(&self.expected[index]) else {
                continue;
            };
            let Some(&partner) = places.get(&key) else {
                continue;
            };
            let differing = self.differing(index, self.pairs.extra[partner]);
            if differing.len() * 2 <= self.columns.len() {
                places.remove(&key);
                found.push((place, partner));
            }
        }
        self.take(&found);
    }

    /// Pairs rows with the most equal cells, if few are left.
    fn pair_alike(&mut self) {
        if !self.is_small() {
            return;
        }
        let (missing, extra) = self.read();
        let mut candidates = Vec::new();
        for (i, row) in missing.iter().enumerate() {
            for (j, other) in extra.iter().enumerate() {
                let equal = row
                    .values()
                    .zip(other.values())
                    .filter(|(e, a)| e.equals(a));
                let equal = equal.count();
                let first = row.0[0].text.is_some() && row.0[0].equals(&other.0[0]);
                if equal * 2 > self.columns.len() || (first && equal * 2 == self.columns.len()) {
                    candidates.push((Reverse(equal), Reverse(first), i, j));
                }
            }
        }
        candidates.sort_unstable();
        let mut rows_taken = vec![false; missing.len()];
        let mut others_taken = vec![false; extra.len()];
        let mut found = Vec::new();
        for (_, _, i, j) in candidates {
            if !rows_taken[i] && !others_taken[j] {
                rows_taken[i] = true;
                others_taken[j] = true;
                found.push((i, j));
            }
        }
        self.take(&found);
    }

    /// The rows without a partner, read to be compared each with each.
    fn read(&self) -> (Vec<ReadRow<'a>>, Vec<ReadRow<'a>>) {
        let read = |rows: &'a [Row], indexes: &[usize]| {
            let rows = indexes
                .iter()
                .map(|i| ReadRow::new(&rows[*i], self.columns));
            rows.collect()
        };
        (
            read(self.expected, &self.pairs.missing),
            read(self.actual, &self.pairs.extra),
        )
    }
}

/// Removes the places from the list.
fn remove(list: &mut Vec<usize>, places: &HashSet<usize>) {
    let mut place = 0;
    list.retain(|_| {
        place += 1;
        !places.contains(&(place - 1))
    });
}

/// A row whose values are read once.
struct ReadRow<'a>(Vec<Cell<'a>>);

impl<'a> ReadRow<'a> {
    fn new(row: &'a Row, columns: &[Comparison]) -> Self {
        let cell = |(value, comparison): (&'a Option<String>, &Comparison)| Cell {
            text: value.as_deref(),
            value: value.as_deref().map(|text| Value::read(comparison, text)),
        };
        Self(row.iter().zip(columns).map(cell).collect())
    }

    fn values(&self) -> impl Iterator<Item = &Cell<'a>> {
        self.0.iter()
    }
}

struct Cell<'a> {
    text: Option<&'a str>,
    value: Option<Value<'a>>,
}

impl Cell<'_> {
    fn equals(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (None, None) => true,
            (Some(a), Some(b)) => a.equals(b),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
