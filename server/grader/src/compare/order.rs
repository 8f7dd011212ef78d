//! Whether rows that are all right stand in the right order.

use super::wording::values;
use super::{Difference, Order, ResultView, Subject};
use crate::rows::{self, Row};
use crate::value::Comparison;
use sqlground_model::{RowDiff, VerdictClass};
use std::borrow::Borrow;

/// The difference of results that have the same rows.
pub(super) fn difference(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    actual: ResultView<'_>,
    order: Order<'_>,
    columns: &[Comparison],
) -> Option<Difference> {
    let fault = first_fault(expected.rows, actual.rows, order, columns)?;
    let (wanted, found) = (&expected.rows[fault.expected], &actual.rows[fault.actual]);
    let reversed: Vec<&Row> = actual.rows.iter().rev().collect();
    let message = if first_fault(expected.rows, &reversed, order, columns).is_none() {
        "Every row is right, but the order is the other way round.".to_owned()
    } else {
        stands_wrong(fault.actual, wanted, found)
    };
    let rows = Some((wanted, found));
    Some(wrong_order(subject, expected, &message, fault.actual, rows))
}

/// That the row at a place, counted from 0, is another than it should be.
pub(super) fn stands_wrong(place: usize, wanted: &Row, found: &Row) -> String {
    format!(
        "Every row is right, but not their order: row {} is {}, and should be {}.",
        place + 1,
        values(found),
        values(wanted)
    )
}

/// The difference of results whose order is another from a place on, counted from 0, with the row
/// wanted there and the one found, if they are known.
pub(super) fn wrong_order(
    subject: Subject<'_>,
    expected: ResultView<'_>,
    message: &str,
    place: usize,
    rows: Option<(&Row, &Row)>,
) -> Difference {
    let (wanted, found) = rows.unzip();
    Difference {
        class: VerdictClass::WrongOrder,
        message: subject.sentence(message),
        sql: None,
        diff: Some(RowDiff {
            subject: subject.name().to_owned(),
            columns: expected.columns.to_vec(),
            missing: wanted.into_iter().cloned().collect(),
            extra: found.into_iter().cloned().collect(),
            order_breaks_at: Some(place as u64 + 1),
            ..RowDiff::default()
        }),
    }
}

/// The first actual row that stands where it must not, and the first expected row of those that
/// should stand there and do not.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    expected: usize,
    actual: usize,
}

fn first_fault(
    expected: &[Row],
    actual: &[impl Borrow<Row>],
    order: Order<'_>,
    columns: &[Comparison],
) -> Option<Fault> {
    let sizes = match order {
        Order::Free => return None,
        Order::Exact => &[],
        Order::Ties(sizes) => sizes,
    };
    let sizes = sizes.iter().map(|size| *size as usize);
    let mut start = 0;
    for size in sizes.chain(std::iter::repeat(1)) {
        if start >= expected.len() {
            break;
        }
        let end = (start + size).min(expected.len());
        let (wanted, found) = (&expected[start..end], &actual[start..end]);
        if let ([wanted], [found]) = (wanted, found) {
            if !rows::equal(wanted, found.borrow(), columns) {
                return Some(Fault {
                    expected: start,
                    actual: start,
                });
            }
        } else {
            let left = rows::unmatched(wanted, found, columns);
            if let (Some(expected), Some(actual)) = (left.missing.first(), left.extra.first()) {
                return Some(Fault {
                    expected: start + expected,
                    actual: start + actual,
                });
            }
        }
        start = end;
    }
    None
}
