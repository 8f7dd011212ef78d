use super::*;

/// Checks the sentence on a result, and the class.
fn check(expected: &str, actual: &str, class: VerdictClass, message: &str) {
    check_with(Rules::default(), expected, actual, class, message);
}

pub(super) fn check_with(
    rules: Rules<'_>,
    expected: &str,
    actual: &str,
    class: VerdictClass,
    message: &str,
) {
    let found = found(rules, expected, actual).expect(message);
    assert_eq!((found.message.as_str(), found.class), (message, class));
}

/// Checks the sentence on rows of a table of bills.
fn bills(expected: &str, actual: &str, class: VerdictClass, message: &str) {
    let table = |rows: &str| format!("id integer|name text|total numeric|paid integer\n{rows}");
    check(&table(expected), &table(actual), class, message);
}

#[test]
fn missing_and_extra_rows() {
    use VerdictClass::{DifferentRows, ExtraRows, MissingRows};
    bills(
        "17|Ann|1|2\n18|Bo|1|2\n19|Cy|1|2\n20|Di|1|2",
        "20|Di|1|2",
        MissingRows,
        "3 rows are missing, for example the one with id 17.",
    );
    bills(
        "17|Ann|1|2\n20|Di|1|2",
        "20|Di|1|2",
        MissingRows,
        "1 row is missing: the one with id 17.",
    );
    bills(
        "20|Di|1|2\n20|Di|1|3",
        "20|Di|1|2\n20|Di|1|3\n7|Ann|∅|1\n8|Bo|2|2",
        ExtraRows,
        "2 rows are too many, for example (7, Ann, NULL, 1).",
    );
    bills(
        "1|Ann|1|2\n9|Di|1|2",
        "2|Bo|3|4\n3|Cy|5|6\n9|Di|1|2",
        DifferentRows,
        "1 row is missing: the one with id 1, and 2 are too many, for example the one with id 2.",
    );
    bills(
        "1|Ann|1|2\n9|Di|1|2",
        "1|Bo|3|4\n9|Di|1|2",
        DifferentRows,
        "1 row is missing: (1, Ann, 1, 2), and 1 is too many: (1, Bo, 3, 4).",
    );
    check(
        "title text\nRivers\nMarshes\nPonds",
        "title text\nPonds",
        MissingRows,
        "2 rows are missing, for example the one with title Rivers.",
    );
}

#[test]
fn results_without_rows() {
    use VerdictClass::{ExtraRows, MissingRows};
    bills(
        "17|Ann|1|2\n18|Bo|1|2",
        "",
        MissingRows,
        "You return no rows; 2 are asked for, for example the one with id 17.",
    );
    bills(
        "17|Ann|1|2",
        "",
        MissingRows,
        "You return no rows; 1 is asked for: the one with id 17.",
    );
    bills(
        "",
        "17|Ann|1|2\n18|Bo|1|2",
        ExtraRows,
        "You return 2 rows where none is asked for, for example the one with id 17.",
    );
}

#[test]
fn duplicates() {
    use VerdictClass::Duplicates;
    bills(
        "1|Ann|1|2\n2|Bo|1|2\n3|Cy|1|2",
        "1|Ann|1|2\n1|Ann|1|2\n2|Bo|1|2\n2|Bo|1|2\n2|Bo|1|2\n3|Cy|1|2",
        Duplicates,
        "Every row is there, but 2 appear more than once, for example (1, Ann, 1, 2).",
    );
    check(
        "n text\na\na\nb",
        "n text\na\na\na\nb",
        Duplicates,
        "Every row is there, but 1 appears too often: the one with n a.",
    );
    check(
        "n text\na\na\nb",
        "n text\na\nb",
        Duplicates,
        "Every row is there, but 1 does not appear often enough: the one with n a.",
    );
    check(
        "n text\na\na\nb",
        "n text\na\nb\nb",
        Duplicates,
        "Every row is there, but 1 appears too often: the one with n b, and 1 not often enough: \
         the one with n a.",
    );
}

#[test]
fn changed_cells() {
    use VerdictClass::DifferentRows;
    let three = "3|Ann|1|2\n4|Bo|13|2\n5|Cy|9|2";
    bills(
        three,
        "3|Ann|1|2\n4|Bo|10.5|2\n5|Cy|8|2",
        DifferentRows,
        "Column `total` differs in 2 rows: 10.5 instead of 13 in the row with id 4.",
    );
    bills(
        three,
        "3|Ann|1|2\n4|Bo|10.5|3\n5|Cy|9|2",
        DifferentRows,
        "1 row differs in `total` and `paid`: `total` is 10.5 instead of 13 in the row with id 4.",
    );
    bills(
        three,
        "3|Ann|1|0\n4|Bo|10.5|2\n5|Cy|9|2",
        DifferentRows,
        "2 rows differ in `total` or `paid`: for example, `paid` is 0 instead of 2 in the row \
         with id 3.",
    );
    bills(
        three,
        "3|Ann|1|2\n4|Bo|10.5|2\n9|Ed|7|7",
        DifferentRows,
        "1 row differs, 1 is missing and 1 is too many: for example, `total` is 10.5 instead of 13 \
         in the row with id 4.",
    );
    bills(
        three,
        "3|Ann|1|2\n6|Bo|13|2\n5|Cy|9|2",
        DifferentRows,
        "Column `id` differs in 1 row: 6 instead of 4 in the row (6, Bo, 13, 2).",
    );
    check(
        "n text|a integer|b integer\nx|1|2\nx|3|4",
        "n text|a integer|b integer\nx|1|2\nx|3|5",
        DifferentRows,
        "Column `b` differs in 1 row: 5 instead of 4 in the row (x, 3, 5).",
    );
}

#[test]
fn a_change_of_the_only_row_needs_no_place() {
    for (actual, class, message) in [
        (
            "11|5",
            VerdictClass::DifferentRows,
            "`n` is 11 instead of 10.",
        ),
        (
            "11|4",
            VerdictClass::DifferentRows,
            "`n` is 11 instead of 10 and `avg` is 4 instead of 5.",
        ),
        (
            "10|∅",
            VerdictClass::NullHandling,
            "`avg` is NULL where 5 is expected.",
        ),
        (
            "10|5.2",
            VerdictClass::Rounding,
            "`avg` is 5.2 instead of 5.",
        ),
    ] {
        let table = |row: &str| format!("n integer|avg numeric\n{row}");
        check(&table("10|5"), &table(actual), class, message);
    }
}

#[test]
fn nulls() {
    use VerdictClass::NullHandling;
    bills(
        "4|Bo|0|2\n5|Cy|9|2",
        "4|Bo|∅|2\n5|Cy|9|2",
        NullHandling,
        "`total` is NULL where 0 is expected in the row with id 4.",
    );
    bills(
        "4|Bo|∅|2\n5|Cy|∅|2",
        "4|Bo|0|2\n5|Cy|0|2",
        NullHandling,
        "In 2 rows it is a NULL that differs: `total` is 0 where NULL is expected in the row with \
         id 4.",
    );
    check(
        "n text\na\nb",
        "n text\na\n∅",
        NullHandling,
        "`n` is NULL where b is expected.",
    );
}

#[test]
fn rounding() {
    use VerdictClass::Rounding;
    bills(
        "4|Bo|1.6666666666666667|2\n5|Cy|9|2",
        "4|Bo|1.67|2\n5|Cy|9|2",
        Rounding,
        "In 1 row only decimal places differ: `total` is 1.67 instead of 1.6666666666666667 in the \
         row with id 4.",
    );
    check(
        "share numeric\n0.33\n0.67",
        "share numeric\n0.3333\n0.6667",
        Rounding,
        "In 2 rows only decimal places differ: `share` is 0.3333 instead of 0.33.",
    );
}

#[test]
fn a_probe_says_what_it_looked_at() {
    let probe = |expected: &str, actual: &str| {
        let ((expected_columns, expected), (actual_columns, actual)) =
            (table(expected), table(actual));
        let found = compare(
            Subject::Probe("the stock"),
            ResultView {
                columns: &expected_columns,
                rows: &expected,
                fingerprints: &[],
            },
            ResultView {
                columns: &actual_columns,
                rows: &actual,
                fingerprints: &[],
            },
            Rules::default(),
        );
        found.expect("a difference").message
    };
    let heading = "id integer|name text|n integer";
    for (expected, actual, message) in [
        (
            "1|a|2\n2|b|2",
            "1|a|2",
            "1 row is missing: the one with id 2.",
        ),
        (
            "1|a|2",
            "",
            "there are no rows; 1 is expected: the one with id 1.",
        ),
        (
            "",
            "1|a|2",
            "there is 1 row where none is expected: the one with id 1.",
        ),
        (
            "1|a|2\n2|b|2",
            "1|a|2\n2|b|3",
            "column `n` differs in 1 row: 3 instead of 2 in the row with id 2.",
        ),
    ] {
        let message = format!("Looking at the stock afterwards: {message}");
        let table = |rows: &str| format!("{heading}\n{rows}");
        assert_eq!(probe(&table(expected), &table(actual)), message);
    }
    assert_eq!(
        probe(heading, "id integer"),
        "Looking at the stock afterwards: there is 1 column; 3 are expected: id, name, n."
    );
}

#[test]
fn names_and_values_are_kept_short_and_plain() {
    use VerdictClass::MissingRows;
    let long = "x".repeat(100);
    let cut = format!("{}…", "x".repeat(39));
    for (heading, row, one) in [
        (
            "?column? integer|n text",
            "7|a".to_owned(),
            "(7, a)".to_owned(),
        ),
        ("n text|m text", format!("{long}|a"), format!("({cut}, a)")),
        (
            "n text|m text",
            format!("{long}|{long}"),
            format!("({cut}, …)"),
        ),
        ("n text|m text", "∅|a".to_owned(), "(NULL, a)".to_owned()),
        ("n text|m text", "|a\tb".to_owned(), "('', a b)".to_owned()),
        ("n text", "<b>".to_owned(), "the one with n <b>".to_owned()),
    ] {
        let other = ["z"; 2][..heading.split('|').count()]
            .join("|")
            .replacen('z', "0", 1);
        let message = format!("1 row is missing: {one}.");
        check(
            &format!("{heading}\n{row}\n{other}"),
            &format!("{heading}\n{other}"),
            MissingRows,
            &message,
        );
    }
    // A column without a name has its number, or the name that the answer gives it.
    for (expected, column) in [
        ("?column? integer", "Column 2"),
        ("n integer", "Column `n`"),
    ] {
        check(
            &format!("id integer|{expected}\n1|5\n2|6"),
            "id integer|?column? integer\n1|5\n2|7",
            VerdictClass::DifferentRows,
            &format!("{column} differs in 1 row: 7 instead of 6 in the row with id 2."),
        );
    }
}
