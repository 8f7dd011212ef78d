//! Results of more rows than are kept, compared by the fingerprints of their rows.

use super::order::{stands_wrong, wrong_order};
use super::wording::Wording;
use super::{Difference, Order, ROWS_SHOWN, ResultView, Subject};
use crate::rows::Row;
use crate::value::Comparison;
use sqlground_model::{RowDiff, VerdictClass};
use std::collections::HashMap;

/// The difference of two results of which one at least is not kept whole.
///
/// Equal fingerprints are equal rows. Rows with different ones may be equal where a type has several
/// texts for a value, as floats and JSON have: then it is only said that the results are too large.
pub(super) fn difference(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    order: Order<'_>,
    columns: &[Comparison],
) -> Option<Difference> {
    if expected.fingerprints.is_empty() || actual.fingerprints.is_empty() {
        return Some(other_size(subject, expected, actual));
    }
    let left = Left::of(expected.fingerprints, actual.fingerprints);
    if left.is_empty() {
        return misplaced(subject, expected, actual, order);
    }
    let told_by_text = |comparison: &Comparison| {
        matches!(
            comparison,
            Comparison::Exact | Comparison::Literal | Comparison::Composite
        )
    };
    if !columns.iter().all(told_by_text) {
        return Some(Difference::too_large());
    }
    Some(left.difference(subject, expected, actual))
}

/// One is kept whole and the other is not.
fn other_size(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
) -> Difference {
    let (wanted, found) = (expected.row_count(), actual.row_count());
    let class = match found.cmp(&wanted) {
        std::cmp::Ordering::Less => VerdictClass::MissingRows,
        std::cmp::Ordering::Greater => VerdictClass::ExtraRows,
        // As many rows of longer values, or of numbers with more decimal places.
        std::cmp::Ordering::Equal => return Difference::too_large(),
    };
    let message = format!(
        "{} {found} rows; {wanted} are {}.",
        subject.there_are(found),
        subject.wanted()
    );
    Difference {
        class,
        message: subject.sentence(&message),
        sql: None,
        diff: None,
    }
}

/// How much more often fingerprints occur on one side.
struct Left {
    missing: HashMap<u128, usize>,
    extra: HashMap<u128, usize>,
    /// True if some of them do not occur on the other side at all.
    strangers: bool,
}

impl Left {
    fn of(expected: &[u128], actual: &[u128]) -> Self {
        let (mut expected, mut actual) = (expected.to_vec(), actual.to_vec());
        expected.sort_unstable();
        actual.sort_unstable();
        let mut left = Self {
            missing: HashMap::new(),
            extra: HashMap::new(),
            strangers: false,
        };
        let mut wanted = expected.chunk_by(|a, b| a == b).peekable();
        let mut found = actual.chunk_by(|a, b| a == b).peekable();
        loop {
            let (e, a) = match (wanted.peek(), found.peek()) {
                (None, None) => return left,
                (Some(e), Some(a)) if e[0] == a[0] => (wanted.next(), found.next()),
                (Some(e), Some(a)) if e[0] < a[0] => (wanted.next(), None),
                (Some(_), None) => (wanted.next(), None),
                (_, Some(_)) => (None, found.next()),
            };
            let number = |chunk: Option<&[u128]>| chunk.map_or(0, <[u128]>::len);
            let (e_number, a_number) = (number(e), number(a));
            left.strangers |= e_number == 0 || a_number == 0;
            if e_number > a_number {
                let row = e.expect("rows")[0];
                left.missing.insert(row, e_number - a_number);
            } else if a_number > e_number {
                let row = a.expect("rows")[0];
                left.extra.insert(row, a_number - e_number);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty()
    }

    fn difference(
        &self,
        subject: Subject<'_>,
        expected: ResultView<'_>,
        actual: ResultView<'_>,
    ) -> Difference {
        let missing: usize = self.missing.values().sum();
        let extra: usize = self.extra.values().sum();
        let class = match (missing, extra) {
            _ if !self.strangers => VerdictClass::Duplicates,
            (_, 0) => VerdictClass::MissingRows,
            (0, _) => VerdictClass::ExtraRows,
            _ => VerdictClass::DifferentRows,
        };
        let shown_missing = kept(expected, &self.missing);
        let shown_extra = kept(actual, &self.extra);
        let wording = Wording::new(subject, expected, actual);
        let part = |number: usize, what: &str, row: Option<&Row>| {
            let are = if number == 1 { "row is" } else { "rows are" };
            let such = row.map(|row| format!(", such as {}", wording.one(row)));
            format!("{number} {are} {what}{}", such.unwrap_or_default())
        };
        let mut parts = Vec::new();
        if missing > 0 {
            parts.push(part(missing, "missing", shown_missing.first()));
        }
        if extra > 0 {
            parts.push(part(extra, "too many", shown_extra.first()));
        }
        let message = format!(
            "of {} rows, {}.",
            expected.row_count(),
            parts.join(", and ")
        );
        Difference {
            class,
            message: subject.sentence(&message),
            sql: None,
            diff: Some(RowDiff {
                subject: subject.name().to_owned(),
                columns: expected.columns.to_vec(),
                missing: shown_missing,
                missing_count: missing as u64,
                extra: shown_extra,
                extra_count: extra as u64,
                ..RowDiff::default()
            }),
        }
    }
}

/// The first rows that are kept of those that are left.
fn kept(result: ResultView<'_>, left: &HashMap<u128, usize>) -> Vec<Row> {
    let mut left = left.clone();
    let rows = result.rows.iter().zip(result.fingerprints);
    rows.filter(|(_, fingerprint)| {
        let number = left.get_mut(*fingerprint).filter(|number| **number > 0);
        number.is_some_and(|number| {
            *number -= 1;
            true
        })
    })
    .take(ROWS_SHOWN)
    .map(|(row, _)| row.clone())
    .collect()
}

/// The difference of results that have the same rows in an order that is not right.
fn misplaced(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    order: Order<'_>,
) -> Option<Difference> {
    if order == Order::Free {
        return None;
    }
    let (wanted, found) = (expected.fingerprints, actual.fingerprints);
    let place = wanted.iter().zip(found).position(|(e, a)| e != a)?;
    let rows = expected.rows.get(place).zip(actual.rows.get(place));
    let message = match rows {
        Some((wanted, found)) => stands_wrong(place, wanted, found),
        None => format!(
            "Every row is right, but not their order: it begins to be another at row {}.",
            place + 1
        ),
    };
    Some(wrong_order(subject, expected, &message, place, rows))
}

#[cfg(test)]
mod tests {
    use super::super::{Rules, compare};
    use super::*;
    use sqlground_model::Column;

    /// Rows of one number each, of which only the first three are kept.
    fn check(order: Order<'_>, expected: &[u32], actual: &[u32]) -> Option<Difference> {
        let columns = [Column {
            name: "n".to_owned(),
            type_name: "integer".to_owned(),
            numeric: true,
        }];
        let kept = |numbers: &[u32]| -> Vec<Row> {
            let rows = numbers.iter().take(3);
            rows.map(|number| vec![Some(number.to_string())]).collect()
        };
        let marks = |numbers: &[u32]| -> Vec<u128> {
            numbers.iter().map(|number| u128::from(*number)).collect()
        };
        let rules = Rules {
            order,
            column_names: false,
        };
        compare(
            Subject::Result,
            ResultView {
                columns: &columns,
                rows: &kept(expected),
                fingerprints: &marks(expected),
            },
            ResultView {
                columns: &columns,
                rows: &kept(actual),
                fingerprints: &marks(actual),
            },
            rules,
        )
    }

    #[test]
    fn rows_that_are_not_kept_count() {
        let expected = [1, 2, 3, 4, 5, 5];
        assert!(check(Order::Free, &expected, &[5, 4, 3, 2, 5, 1]).is_none());
        for (actual, class, message) in [
            (
                &[1, 2, 3, 4, 5][..],
                VerdictClass::Duplicates,
                "Of 6 rows, 1 row is missing.",
            ),
            (
                &[1, 2, 3, 4],
                VerdictClass::MissingRows,
                "Of 6 rows, 2 rows are missing.",
            ),
            (
                &[2, 3, 4, 5, 5],
                VerdictClass::MissingRows,
                "Of 6 rows, 1 row is missing, such as the one with n 1.",
            ),
            (
                &[7, 1, 2, 3, 4, 5, 5],
                VerdictClass::ExtraRows,
                "Of 6 rows, 1 row is too many, such as the one with n 7.",
            ),
            (
                &[1, 2, 3, 4, 5, 6],
                VerdictClass::DifferentRows,
                "Of 6 rows, 1 row is missing, and 1 row is too many.",
            ),
        ] {
            let found = check(Order::Free, &expected, actual).expect("a difference");
            assert_eq!((found.class, found.message.as_str()), (class, message));
        }
    }

    #[test]
    fn the_order_counts_beyond_the_rows_that_are_kept() {
        let expected = [1, 2, 3, 4, 5];
        assert!(check(Order::Exact, &expected, &expected).is_none());
        for (actual, place) in [([1, 2, 3, 5, 4], 4), ([2, 1, 3, 4, 5], 1)] {
            let found = check(Order::Exact, &expected, &actual).expect("a difference");
            assert_eq!(found.class, VerdictClass::WrongOrder);
            assert_eq!(found.diff.expect("rows").order_breaks_at, Some(place));
        }
    }
}
