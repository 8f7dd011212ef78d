//! What two small results have in common, and in what they differ.

use crate::components::result_table::Row;
use sqlground_model::{Column, ResultTable};
use std::cmp::Reverse;

/// What a row is, compared with the other result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// The other result has it too.
    Same,
    /// The other result has one that differs in these cells.
    Changed(Vec<usize>),
    /// The other result has nothing like it.
    Alone,
}

/// The marks of two results' rows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) expected: Vec<Mark>,
    pub(super) actual: Vec<Mark>,
    /// For each actual row the expected one's place, from 0, where the order alone differs.
    pub(super) places: Option<Vec<usize>>,
}

/// Compares two results row by row, duplicates counted. None where that says nothing: not all rows
/// are there to compare, or the numbers of columns differ.
///
/// Equal rows are found first, whatever their order. Of the others those are paired that are equal in
/// half of their cells at least, the most alike first; results of one row each are always a pair.
pub(super) fn mark(expected: &ResultTable, actual: &ResultTable) -> Option<Marks> {
    let is_cut = |table: &ResultTable| table.row_count > table.rows.len() as u64;
    if is_cut(expected) || is_cut(actual) || expected.columns.len() != actual.columns.len() {
        return None;
    }
    let columns = &expected.columns;
    let mut marks = Marks {
        expected: vec![Mark::Alone; expected.rows.len()],
        actual: vec![Mark::Alone; actual.rows.len()],
        places: None,
    };
    let mut places = Vec::new();
    for (index, row) in actual.rows.iter().enumerate() {
        let equal = (0..expected.rows.len()).find(|&place| {
            marks.expected[place] == Mark::Alone
                && differing(&expected.rows[place], row, columns).is_empty()
        });
        if let Some(place) = equal {
            marks.expected[place] = Mark::Same;
            marks.actual[index] = Mark::Same;
            places.push(place);
        }
    }
    let same = places.len();
    if same == expected.rows.len() && same == actual.rows.len() {
        marks.places = (!places.is_sorted()).then_some(places);
    } else {
        pair_alike(&mut marks, expected, actual);
    }
    Some(marks)
}

fn pair_alike(marks: &mut Marks, expected: &ResultTable, actual: &ResultTable) {
    let width = expected.columns.len();
    let single = expected.rows.len() == 1 && actual.rows.len() == 1;
    let mut pairs = Vec::new();
    for place in alone(&marks.expected) {
        for index in alone(&marks.actual) {
            let (wanted, given) = (&expected.rows[place], &actual.rows[index]);
            let cells = differing(wanted, given, &expected.columns);
            if single || cells.len() * 2 <= width {
                pairs.push((place, index, cells));
            }
        }
    }
    // What a row is called stands in front more often than not.
    pairs
        .sort_by_key(|(place, index, cells)| (cells.len(), Reverse(cells.clone()), *place, *index));
    for (place, index, cells) in pairs {
        if marks.expected[place] == Mark::Alone && marks.actual[index] == Mark::Alone {
            marks.expected[place] = Mark::Changed(cells.clone());
            marks.actual[index] = Mark::Changed(cells);
        }
    }
}

fn alone(marks: &[Mark]) -> impl Iterator<Item = usize> {
    let marks = marks.iter().enumerate();
    marks.filter_map(|(index, mark)| (*mark == Mark::Alone).then_some(index))
}

/// The cells in which two rows differ.
fn differing(expected: &Row, actual: &Row, columns: &[Column]) -> Vec<usize> {
    let cells = expected.iter().zip(actual).zip(columns).enumerate();
    cells
        .filter(|(_, ((expected, actual), column))| {
            let plain = |value| if column.numeric { plain(value) } else { value };
            expected.as_deref().map(plain) != actual.as_deref().map(plain)
        })
        .map(|(index, _)| index)
        .collect()
}

/// A number without the zeros at its end that say nothing: an average and a sum may be the same.
fn plain(number: &str) -> &str {
    if number.contains('.') && !number.contains(['e', 'E']) {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of rows a line, cells between bars; `-` is NULL.
    fn table(columns: usize, rows: &[&str]) -> ResultTable {
        let column = |index: usize| Column {
            name: format!("c{index}"),
            type_name: "text".to_owned(),
            numeric: index > 0,
        };
        let value = |cell: &str| (cell != "-").then(|| cell.to_owned());
        ResultTable {
            columns: (0..columns).map(column).collect(),
            rows: rows
                .iter()
                .map(|row| row.split('|').map(value).collect())
                .collect(),
            row_count: rows.len() as u64,
        }
    }

    /// The marks of the expected and of the actual rows: `=`, `!` or the differing cells.
    fn marked(columns: usize, expected: &[&str], actual: &[&str]) -> (String, String) {
        let marks = mark(&table(columns, expected), &table(columns, actual)).unwrap();
        let drawn = |marks: &[Mark]| {
            let one = |mark: &Mark| match mark {
                Mark::Same => "=".to_owned(),
                Mark::Changed(cells) => format!("{cells:?}"),
                Mark::Alone => "!".to_owned(),
            };
            marks.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        (drawn(&marks.expected), drawn(&marks.actual))
    }

    fn check(columns: usize, expected: &[&str], actual: &[&str], marks: (&str, &str)) {
        let (wanted, given) = marked(columns, expected, actual);
        let context = format!("{expected:?} and {actual:?}");
        assert_eq!((wanted.as_str(), given.as_str()), marks, "{context}");
    }

    #[test]
    fn rows_are_counted_not_only_looked_up() {
        check(1, &[], &[], ("", ""));
        check(1, &["a", "b"], &["a", "b"], ("= =", "= ="));
        check(1, &["a"], &["a", "a"], ("=", "= !"));
        check(1, &["a", "a", "b"], &["b", "a"], ("= ! =", "= ="));
        check(1, &["a"], &[], ("!", ""));
    }

    #[test]
    fn null_is_itself_and_neither_the_empty_string_nor_its_name() {
        check(2, &["a|-"], &["a|-"], ("=", "="));
        check(2, &["a|-"], &["a|"], ("[1]", "[1]"));
        check(2, &["a|-"], &["a|NULL"], ("[1]", "[1]"));
    }

    #[test]
    fn rows_are_paired_from_half_of_their_cells_on_the_most_alike_first() {
        check(3, &["a|1|2"], &["x|x|x", "a|1|3"], ("[2]", "! [2]"));
        check(3, &["a|1|2", "z|8|9"], &["a|8|9"], ("! [0]", "[0]"));
        check(2, &["a|1", "b|2"], &["x|1", "b|3"], ("[0] [1]", "[0] [1]"));
        check(3, &["a|1|2", "b|5|6"], &["a|3|4"], ("! !", "!"));
        check(1, &["a", "b"], &["a", "c"], ("= !", "= !"));
    }

    #[test]
    fn between_equally_alike_rows_the_first_column_decides() {
        check(2, &["a|1"], &["b|1", "a|2"], ("[1]", "! [1]"));
    }

    #[test]
    fn results_of_one_row_each_are_a_pair() {
        check(1, &["2"], &["3"], ("[0]", "[0]"));
    }

    #[test]
    fn numbers_are_equal_whatever_zeros_they_end_on() {
        check(2, &["a|2", "b|1.5"], &["a|2.000", "b|1.50"], ("= =", "= ="));
        check(2, &["a|20"], &["a|2"], ("[1]", "[1]"));
        check(2, &["1.0|1"], &["1|1"], ("[0]", "[0]"));
    }

    #[test]
    fn another_order_is_told_by_places_where_the_rows_are_the_same() {
        let places = |expected: &[&str], actual: &[&str]| {
            mark(&table(1, expected), &table(1, actual)).unwrap().places
        };
        assert_eq!(places(&["a", "b"], &["a", "b"]), None);
        assert_eq!(
            places(&["a", "b", "a"], &["a", "a", "b"]),
            Some(vec![0, 2, 1])
        );
        assert_eq!(places(&["a", "b"], &["b", "a", "c"]), None);
    }

    #[test]
    fn nothing_is_marked_where_it_would_mean_nothing() {
        let cut = ResultTable {
            row_count: 2,
            ..table(1, &["a"])
        };
        assert_eq!(mark(&cut, &table(1, &["a"])), None);
        assert_eq!(mark(&table(1, &["a"]), &cut), None);
        assert_eq!(mark(&table(1, &["a"]), &table(2, &["a|1"])), None);
    }
}
