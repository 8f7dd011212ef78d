use super::*;
use crate::rows::unmatched;
use Comparison::{Approximate, Exact, Literal};

/// Rows from lines of `|`-separated values; `∅` is NULL.
fn rows(text: &str) -> Vec<Row> {
    let cell = |c: &str| (c.trim() != "∅").then(|| c.trim().to_owned());
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| line.split('|').map(cell).collect())
        .collect()
}

fn paired(expected: &[Row], actual: &[Row], columns: &[Comparison]) -> Pairs {
    let left = unmatched(expected, actual, columns);
    pair(expected, actual, left, columns)
}

/// Checks the pairs, as places in the two results, and the numbers of rows without a partner.
fn check(expected: &str, actual: &str, columns: &[Comparison], pairs: &[(usize, usize)]) {
    let (expected, actual) = (rows(expected), rows(actual));
    let found = paired(&expected, &actual, columns);
    let of = |pair: &Pair| (pair.expected, pair.actual);
    let changed: Vec<_> = found.changed.iter().map(of).collect();
    assert_eq!(changed, pairs, "{expected:?}\n{actual:?}");
    let left = unmatched(&expected, &actual, columns);
    assert_eq!(found.missing.len() + pairs.len(), left.missing.len());
    assert_eq!(found.extra.len() + pairs.len(), left.extra.len());
}

#[test]
fn rows_with_the_same_unique_value_are_paired() {
    let columns = [Exact, Literal, Exact];
    check(
        "1|a|10\n2|b|20\n3|c|30",
        "3|c|31\n2|b|20\n1|a|11",
        &columns,
        &[(0, 2), (2, 0)],
    );
    // Two of three cells differ.
    check("1|a|10\n2|b|20", "1|x|11\n2|b|20", &columns, &[]);
    // By id rather than by the total that happens to be the same.
    check(
        "1|10\n2|20\n9|9",
        "1|20\n2|10\n9|9",
        &[Exact, Exact],
        &[(0, 0), (1, 1)],
    );
    // By a value that is the same, not its text.
    check("1.0|a\n7|b", "1|x\n7|b", &[Exact, Literal], &[(0, 0)]);
}

#[test]
fn half_of_the_cells_are_enough_only_if_they_tell_the_row() {
    let columns = [Literal, Exact];
    check("Ann|0\nBo|0\nCy|1", "Dan|0\nBo|0\nCy|1", &columns, &[]);
    check(
        "Ann|0\nAnn|5\nCy|1",
        "Ann|0\nAnn|6\nCy|1",
        &columns,
        &[(1, 1)],
    );
    check(
        "∅|1|0\n∅|2|0",
        "∅|3|0\n∅|2|0",
        &[Literal, Exact, Exact],
        &[(0, 0)],
    );
    check("∅|1\n∅|2\nx|5", "∅|5\n∅|2\nx|5", &columns, &[]);
    check("a\nb", "a\nc", &[Literal], &[]);
    // What is unique on one side only tells no rows apart.
    check("Ann|1\nBo|2\nEd|3", "Cy|1\nDi|1\nEd|3", &columns, &[]);
}

#[test]
fn the_most_equal_row_is_the_partner() {
    let columns = [Literal, Literal, Literal, Exact];
    check(
        "x|y|z|1\nx|y|w|2\nk|k|k|9\nk|k|k|9",
        "x|y|w|3\nx|y|z|4\nk|k|k|9\nk|k|k|9",
        &columns,
        &[(0, 1), (1, 0)],
    );
}

#[test]
fn nulls_and_decimal_places_pair_rows_that_share_nothing_else() {
    check("∅\n1", "0\n1", &[Exact], &[(0, 0)]);
    check(
        "3.33\n1.67",
        "1.6666666667\n3.3333333333",
        &[Exact],
        &[(0, 1), (1, 0)],
    );
    check(
        "3.33\n1.67",
        "1.6666666667\n5.3333333333",
        &[Approximate],
        &[],
    );
    check("3\n5", "4\n5", &[Exact], &[]);
    check("3.33\n5", "3.3333\n5", &[Literal], &[]);
    check(
        "a|∅\nb|1.25",
        "a|0\nb|1.3",
        &[Literal, Exact],
        &[(0, 0), (1, 1)],
    );
}

#[test]
fn results_of_one_row_each_are_a_pair() {
    check("10|5", "11|6", &[Exact, Exact], &[(0, 0)]);
    check("10|5", "11|6\n12|7", &[Exact, Exact], &[]);
}

#[test]
fn cells_that_differ_are_named() {
    let found = paired(
        &rows("1|a|0.3|x"),
        &rows("1.0|b|0.30000000000000004|∅"),
        &[Exact, Literal, Approximate, Literal],
    );
    assert_eq!(found.changed[0].cells, [1, 3]);
}

#[test]
fn any_number_of_rows_is_paired_by_a_unique_value() {
    let many = |add: usize| -> Vec<Row> {
        (0..20_000)
            .map(|i| [i, i % 7 + add].map(|v| Some(v.to_string())).to_vec())
            .collect()
    };
    let found = paired(&many(0), &many(1), &[Exact, Exact]);
    assert_eq!(found.changed.len(), 20_000);
    assert!(found.missing.is_empty() && found.extra.is_empty());
}

#[test]
fn too_many_rows_are_not_compared_each_with_each() {
    let many = |last: &str| -> Vec<Row> {
        let row = |i: usize| {
            ["x", &(i % 2).to_string(), last]
                .map(|v| Some(v.to_owned()))
                .to_vec()
        };
        (0..=2 * ROWS_EXAMINED).map(row).collect()
    };
    let found = paired(&many("a"), &many("b"), &[Literal, Literal, Literal]);
    assert_eq!(found.changed.len(), 0);
}

#[test]
fn rounding_needs_decimal_places() {
    for (a, b, rounded) in [
        ("1.67", "1.6666666666666667", true),
        ("2", "1.6666666666666667", true),
        ("-0.5", "-1", true),
        ("12.5", "12.4", false),
        ("3", "4", false),
        ("1.67", "2.67", false),
        ("NaN", "1.5", false),
    ] {
        assert_eq!(is_rounded(Some(a), Some(b), &Exact), rounded, "{a} and {b}");
    }
    assert!(!is_rounded(None, Some("1.5"), &Exact));
    assert!(!is_rounded(Some("1.67"), Some("1.6667"), &Literal));
}
