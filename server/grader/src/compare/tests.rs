mod columns;
mod messages;
mod orders;

use super::*;

/// A result from lines of `|`-separated values; the first line holds `name type`, `∅` is NULL.
fn table(text: &str) -> (Vec<Column>, Vec<Row>) {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let cells = |line: &str| {
        line.split('|')
            .map(|c| c.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let columns = cells(lines.next().expect("a heading"))
        .into_iter()
        .map(|heading| {
            let (name, type_name) = heading.split_once(' ').expect("a name and a type");
            Column {
                name: name.to_owned(),
                type_name: type_name.to_owned(),
                numeric: false,
            }
        })
        .collect();
    let rows = lines
        .map(|line| {
            cells(line)
                .into_iter()
                .map(|v| (v != "∅").then_some(v))
                .collect()
        })
        .collect();
    (columns, rows)
}

fn found(rules: Rules<'_>, expected: &str, actual: &str) -> Option<Difference> {
    let (expected_columns, expected_rows) = table(expected);
    let (actual_columns, actual_rows) = table(actual);
    compare(
        Subject::Result,
        ResultView {
            columns: &expected_columns,
            rows: &expected_rows,
            fingerprints: &[],
        },
        ResultView {
            columns: &actual_columns,
            rows: &actual_rows,
            fingerprints: &[],
        },
        rules,
    )
}

fn check_with(rules: Rules<'_>, expected: &str, actual: &str, class: Option<VerdictClass>) {
    let found = found(rules, expected, actual);
    assert_eq!(
        found.as_ref().map(|d| d.class),
        class,
        "{expected}\n---\n{actual}\n{:?}",
        found.map(|d| d.message)
    );
}

fn check(expected: &str, actual: &str, class: Option<VerdictClass>) {
    check_with(Rules::default(), expected, actual, class);
}

#[test]
fn equal_results() {
    check(
        "id integer|n text\n1|a\n2|b",
        "x bigint|y character varying(9)\n2|b\n1|a",
        None,
    );
    check("p numeric(10,2)\n1.50", "p numeric\n1.5", None);
    check(
        "p double precision\n0.30000000000000004",
        "p numeric\n0.3",
        None,
    );
    check("c character(3)\nab ", "c text\nab", None);
    check("d interval\n1 mon", "d interval\n30 days", None);
    check("a integer[]\n{1,2}", "a numeric[]\n{1.0,2.0}", None);
    check(
        "a real[]\n{0.3}",
        "a numeric[]\n{0.30000000000000004}",
        None,
    );
    check("j json\n{\"a\": 1}", "j jsonb\n{\"a\": 1.0}", None);
    check("id integer", "id integer", None);
}

#[test]
fn rows_that_differ() {
    check("n text\na\nb", "n text\na", Some(VerdictClass::MissingRows));
    check("n text\na", "n text\na\nb", Some(VerdictClass::ExtraRows));
    check(
        "n text\na\nb",
        "n text\na\nc",
        Some(VerdictClass::DifferentRows),
    );
    check("n text\na", "n text\na\na", Some(VerdictClass::Duplicates));
    check("n text\na\na", "n text\na", Some(VerdictClass::Duplicates));
    check(
        "n text|v integer\na|∅",
        "n text|v integer\na|0",
        Some(VerdictClass::NullHandling),
    );
    check(
        "v numeric\n3.33",
        "v numeric\n3.3333333",
        Some(VerdictClass::Rounding),
    );
    check(
        "n bigint\n20",
        "n bigint\n21",
        Some(VerdictClass::DifferentRows),
    );
    check(
        "v numeric\n3.33",
        "v numeric\n4.33",
        Some(VerdictClass::DifferentRows),
    );
}

#[test]
fn a_diff_has_each_row_once_and_the_first_differences_first() {
    let difference = found(
        Rules::default(),
        "id integer|n text|v integer\n1|a|10\n2|b|20\n3|c|30\n4|d|40\n4|d|40",
        "id integer|n text|v integer\n4|d|40\n4|d|40\n9|x|90\n3|c|31\n2|b|∅",
    )
    .expect("a difference");
    let diff = difference.diff.expect("rows");
    let row = |row: &Row| row.iter().flatten().cloned().collect::<Vec<_>>().join("|");
    let changed: Vec<_> = diff
        .changed
        .iter()
        .map(|c| (row(&c.expected), row(&c.actual), c.cells.clone()))
        .collect();
    let pair = |e: &str, a: &str| (e.to_owned(), a.to_owned(), vec![2]);
    assert_eq!(changed, [pair("2|b|20", "2|b"), pair("3|c|30", "3|c|31")]);
    let rows = |rows: &[Row]| rows.iter().map(row).collect::<Vec<_>>();
    assert_eq!(rows(&diff.missing), ["1|a|10"]);
    assert_eq!(rows(&diff.extra), ["9|x|90"]);
    let counts = [diff.changed_count, diff.missing_count, diff.extra_count];
    assert_eq!(counts, [2, 1, 1]);
}

#[test]
fn a_diff_shows_the_first_rows_and_counts_all() {
    let rows = |from: usize, add: usize| -> String {
        let row = |i: usize| format!("\n{i}|{}", i + add);
        (from..from + 600).map(row).collect()
    };
    let heading = "id integer|v integer";
    let difference = |from, add| {
        let (expected, actual) = (rows(0, 0), rows(from, add));
        let found = found(
            Rules::default(),
            &format!("{heading}{expected}"),
            &format!("{heading}{actual}"),
        );
        found.and_then(|found| found.diff).expect("rows")
    };
    let changed = difference(0, 1_000);
    assert_eq!((changed.changed.len(), changed.changed_count), (20, 600));
    assert_eq!(changed.changed[19].expected[0].as_deref(), Some("19"));
    let other = difference(1_000, 0);
    assert_eq!((other.missing.len(), other.missing_count), (20, 600));
    assert_eq!((other.extra.len(), other.extra_count), (20, 600));
}
