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

fn check_with(rules: Rules, expected: &str, actual: &str, class: Option<VerdictClass>) {
    let (expected_columns, expected_rows) = table(expected);
    let (actual_columns, actual_rows) = table(actual);
    let found = compare(
        "your result",
        ResultView {
            columns: &expected_columns,
            rows: &expected_rows,
        },
        ResultView {
            columns: &actual_columns,
            rows: &actual_rows,
        },
        rules,
    );
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
    check("id integer", "id integer", None);
}

#[test]
fn columns_that_cannot_be_compared() {
    let wrong = Some(VerdictClass::WrongColumns);
    check("id integer|n text\n1|a", "id integer\n1", wrong);
    check("id integer\n1", "id text\n1", wrong);
    check("d date", "d timestamp without time zone", wrong);
    check("a integer|b text\n1|x", "b text|a integer\nx|1", wrong);
    let named = Rules {
        column_names: true,
        ..Rules::default()
    };
    check_with(named, "total integer\n1", "sum integer\n1", wrong);
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
fn columns_in_another_order_are_told_even_where_their_types_agree() {
    check(
        "a integer|b integer\n1|2",
        "b integer|a integer\n2|1",
        Some(VerdictClass::WrongColumns),
    );
}

#[test]
fn order_counts_only_where_the_exercise_says_so() {
    let ordered = Rules {
        ordered: true,
        ..Rules::default()
    };
    check("n text\na\nb", "n text\nb\na", None);
    check_with(
        ordered,
        "n text\na\nb",
        "n text\nb\na",
        Some(VerdictClass::WrongOrder),
    );
    check_with(ordered, "n text\na\nb", "n text\na\nb", None);
}
