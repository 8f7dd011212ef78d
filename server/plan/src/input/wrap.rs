//! Lines that a terminal cut at its edge.

use super::frame::is_row_count;
use crate::text::begins_row;
use std::borrow::Cow;

/// A line as it was given: its number, from 1, and its text.
pub(super) type Row<'a> = (usize, Cow<'a, str>);

/// Narrower than this is no terminal.
const MIN_WIDTH: usize = 20;
/// How many blanks at the edge get lost where lines are copied.
const LOST_BLANKS: usize = 2;

/// Puts the pieces of lines together. That they are pieces, and where they were cut, is told by
/// psql's ruler, which is cut as well: into lines as wide as the terminal and a rest.
pub(super) fn join(rows: &mut Vec<Row<'_>>) {
    let Some((end, width)) = ruler(rows) else {
        return;
    };
    let mut whole: Vec<Row<'_>> = Vec::with_capacity(rows.len());
    // How wide the piece before was; none where nothing can go on.
    let mut before = None;
    for (at, (number, piece)) in rows.drain(..).enumerate() {
        let columns = piece.chars().count();
        match (before, whole.last_mut()) {
            (Some(before), Some((_, text))) if goes_on(&piece, before, width) => {
                let text = text.to_mut();
                text.extend(std::iter::repeat_n(' ', width - before));
                text.push_str(&piece);
            }
            _ => whole.push((number, piece)),
        }
        before = (at >= end).then_some(columns);
    }
    *rows = whole;
}

/// Where a ruler of several lines ends, and how wide the terminal was.
fn ruler(rows: &[Row<'_>]) -> Option<(usize, usize)> {
    let width = |(_, text): &Row<'_>| {
        let text = text.trim();
        let is_ruler = !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '─' | '═'));
        is_ruler.then(|| text.chars().count())
    };
    let first = rows.iter().position(|row| width(row).is_some())?;
    let pieces: Vec<usize> = rows[first..].iter().map_while(width).collect();
    let (rest, full) = pieces.split_last()?;
    let is_cut = full.iter().all(|columns| columns == &pieces[0]) && *rest <= pieces[0];
    let is_terminal = is_cut && !full.is_empty() && pieces[0] >= MIN_WIDTH;
    is_terminal.then_some((first + pieces.len(), pieces[0]))
}

/// Whether the piece belongs to the line before, of which the last piece has so many columns. psql
/// puts a blank before each line.
fn goes_on(piece: &str, before: usize, width: usize) -> bool {
    let reached_edge = before <= width && before + LOST_BLANKS >= width;
    let content = piece.trim();
    reached_edge && !content.is_empty() && !is_row_count(content) && !begins_row(piece)
}
