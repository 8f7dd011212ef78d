//! How far the planner's estimates of rows were off.

use crate::tree::Node;
use sqlground_model::{Direction, Estimate};

/// The fewest and most rows that the node can have given in all its loops; none without ANALYZE.
///
/// Before PostgreSQL 18 the rows of a loop are `rounded` to whole ones, since then to hundredths.
pub(crate) fn rows_between(node: &Node<'_>, rounded: bool) -> Option<(f64, f64)> {
    let rows = node.rows()?;
    let loops = node.loops();
    if loops <= 1.0 {
        return Some((rows, rows));
    }
    let slack = loops * if rounded { 0.5 } else { 0.005 };
    Some(((rows - slack).ceil().max(0.0), (rows + slack).floor()))
}

/// Compares the rows that came with those expected, `plan_rows` in all loops. What rounding may have
/// hidden or added counts in the planner's favour. None where the two cannot be compared: a node
/// that never ran, one that counts no rows, one that may have been stopped before it gave all.
pub(crate) fn estimate(
    node: &Node<'_>,
    plan_rows: f64,
    stopped_early: bool,
    between: Option<(f64, f64)>,
) -> Option<Estimate> {
    let (fewest, most) = between?;
    let counts_rows = !["BitmapAnd", "BitmapOr", "ModifyTable"]
        .iter()
        .any(|node_type| node.is(node_type));
    if node.loops() <= 0.0 || !counts_rows || plan_rows <= 0.0 {
        return None;
    }
    let expected = plan_rows.max(1.0);
    let (factor, direction) = if fewest > expected {
        (fewest / expected, Direction::TooLow)
    } else if most < expected && most.max(1.0) < expected {
        (expected / most.max(1.0), Direction::TooHigh)
    } else {
        (1.0, Direction::Exact)
    };
    (!stopped_early || direction == Direction::TooLow).then_some(Estimate { factor, direction })
}
