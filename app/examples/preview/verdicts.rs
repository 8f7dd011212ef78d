//! Verdicts of every kind that looks different.

use crate::sample::{column, row, text};
use sqlground_model::{
    Advice, ChangedRow, Column, Counterexample, FailedStatement, Judgement, ResultTable, RowDiff,
    SqlError, Verdict, VerdictClass,
};

fn advice(rule: &str, line: u32, message: &str) -> Advice {
    Advice {
        rule: rule.to_owned(),
        message: message.to_owned(),
        line,
    }
}

pub(crate) fn correct() -> Verdict {
    Verdict {
        verdict: Judgement::Correct,
        class: VerdictClass::Correct,
        message: "Your 37 rows are the right ones, in the right order, on the data shown and on \
                  other data."
            .to_owned(),
        sql: None,
        hint: None,
        diff: None,
        error: None,
        counterexample: None,
        advice: vec![
            advice(
                "not-in-null",
                4,
                "If `member_id` were NULL in one row of the subquery, `NOT IN` would be true for no \
                 row at all. `NOT EXISTS` has no such trap.",
            ),
            advice(
                "order-by-position",
                12,
                "`ORDER BY 2` is another column as soon as one is put before it: sort by its name.",
            ),
        ],
        elapsed_ms: 48.0,
    }
}

pub(crate) fn wrong() -> Verdict {
    let columns = vec![
        column("name", "text"),
        column("city", "text"),
        column("bookings", "integer"),
        column("remark", "text"),
    ];
    let table = |rows: Vec<Vec<Option<String>>>| ResultTable {
        columns: columns.clone(),
        row_count: rows.len() as u64,
        rows,
    };
    let changed = |expected, actual, cells| ChangedRow {
        expected,
        actual,
        cells,
    };
    Verdict {
        verdict: Judgement::Incorrect,
        class: VerdictClass::DifferentRows,
        message: "2 rows differ, 3 are missing and 1 is too many: for example, `bookings` is 2 \
                  instead of 0 in the row with name Łukasz Nowak."
            .to_owned(),
        sql: None,
        hint: text("Look again at members whose bookings were all cancelled."),
        diff: Some(RowDiff {
            subject: "your result".to_owned(),
            columns: columns.clone(),
            changed: vec![
                changed(
                    row(&["Łukasz Nowak", "Gdańsk", "0", ""]),
                    row(&["Łukasz Nowak", "Gdańsk", "2", ""]),
                    vec![2],
                ),
                changed(
                    vec![text("Bo Lind"), text("Umeå"), text("1204"), None],
                    row(&[
                        "Bo Lind",
                        "Umeå",
                        "1204.5",
                        "a remark that is so long that its cell breaks the lines",
                    ]),
                    vec![2, 3],
                ),
            ],
            changed_count: 2,
            missing: vec![
                row(&["Amara Okafor", "Lagos", "0", ""]),
                row(&["Chen Wei", "Wuhan", "0", ""]),
            ],
            missing_count: 3,
            extra: vec![vec![None, text("Lyon"), text("2"), None]],
            extra_count: 1,
            order_breaks_at: None,
        }),
        error: None,
        counterexample: Some(Counterexample {
            change: text("DELETE FROM bookings WHERE member_id = 1;"),
            tables: Vec::new(),
            expected: table(vec![row(&["Amara Okafor", "Lagos", "0", ""])]),
            actual: table(Vec::new()),
        }),
        advice: vec![advice(
            "null-comparison",
            6,
            "`b.id = NULL` is never true, not even where the value is NULL: write `b.id IS NULL`.",
        )],
        elapsed_ms: 61.0,
    }
}

pub(crate) fn wrong_order() -> Verdict {
    Verdict {
        class: VerdictClass::WrongOrder,
        message: "Every row is right, but not their order: row 4 is (Chen Wei, 2), and should be \
                  (Amara Okafor, 0)."
            .to_owned(),
        hint: None,
        diff: Some(RowDiff {
            subject: "your result".to_owned(),
            columns: vec![column("name", "text"), column("bookings", "integer")],
            missing: vec![row(&["Amara Okafor", "0"])],
            extra: vec![row(&["Chen Wei", "2"])],
            order_breaks_at: Some(4),
            ..RowDiff::default()
        }),
        counterexample: None,
        advice: Vec::new(),
        ..wrong()
    }
}

/// A table whose columns are given as `name type`.
fn table(columns: &[&str], rows: Vec<Vec<Option<String>>>) -> ResultTable {
    let column = |text: &&str| -> Column {
        let (name, type_name) = text.split_once(' ').expect("a name and a type");
        column(name, type_name)
    };
    ResultTable {
        columns: columns.iter().map(column).collect(),
        row_count: rows.len() as u64,
        rows,
    }
}

const MEMBERS: [&str; 3] = ["id integer", "name text", "recommended_by integer"];
const BOOKINGS: [&str; 4] = [
    "id integer",
    "member_id integer",
    "starts_at timestamp with time zone",
    "fee numeric(8,2)",
];
const NAMES: [&str; 1] = ["name text"];
const FEES: [&str; 3] = ["name text", "bookings integer", "fees numeric(8,2)"];

fn found(message: &str, class: VerdictClass, example: Counterexample) -> Verdict {
    Verdict {
        class,
        message: format!("Right on the data shown, but not on other data. {message}"),
        hint: None,
        diff: None,
        counterexample: Some(example),
        ..wrong()
    }
}

pub(crate) fn extra_row() -> Verdict {
    let example = Counterexample {
        change: None,
        tables: vec![
            (
                "members".to_owned(),
                table(
                    &MEMBERS,
                    vec![
                        vec![text("1"), text("Amara Okafor"), None],
                        row(&["2", "Łukasz Nowak", "1"]),
                    ],
                ),
            ),
            (
                "bookings".to_owned(),
                table(
                    &BOOKINGS,
                    vec![row(&["1", "1", "2024-05-01 10:00:00+00", "0.00"])],
                ),
            ),
        ],
        expected: table(&NAMES, vec![row(&["Łukasz Nowak"])]),
        actual: table(&NAMES, vec![row(&["Amara Okafor"]), row(&["Łukasz Nowak"])]),
    };
    found("1 row is too many.", VerdictClass::ExtraRows, example)
}

pub(crate) fn changed_cell() -> Verdict {
    let example = Counterexample {
        change: None,
        tables: vec![
            (
                "members".to_owned(),
                table(
                    &MEMBERS,
                    vec![vec![text("1"), text(""), None], row(&["2", "NULL", "1"])],
                ),
            ),
            (
                "bookings".to_owned(),
                table(
                    &BOOKINGS,
                    vec![vec![
                        text("1"),
                        text("1"),
                        text("2024-05-01 10:00:00+00"),
                        None,
                    ]],
                ),
            ),
        ],
        expected: table(
            &FEES,
            vec![row(&["", "1", "0.00"]), row(&["NULL", "0", "0.00"])],
        ),
        actual: table(
            &FEES,
            vec![
                row(&["NULL", "0", "0.0000"]),
                vec![text(""), text("1"), None],
                row(&["Chen Wei", "12", "1250.00"]),
            ],
        ),
    };
    found(
        "1 row differs, and 1 is too many.",
        VerdictClass::DifferentRows,
        example,
    )
}

pub(crate) fn reordered() -> Verdict {
    let joined = ["name text", "joined date"];
    let (amara, bo, chen) = (
        row(&["Amara Okafor", "2021-03-01"]),
        row(&["Bo Lind", "2020-11-30"]),
        vec![text("Chen Wei"), None],
    );
    let rows = |rows: [&Vec<Option<String>>; 3]| rows.into_iter().cloned().collect();
    let example = Counterexample {
        change: None,
        tables: vec![(
            "members".to_owned(),
            table(&joined, rows([&amara, &bo, &chen])),
        )],
        expected: table(&joined, rows([&bo, &amara, &chen])),
        actual: table(&joined, rows([&chen, &bo, &amara])),
    };
    found(
        "Every row is right, but not their order.",
        VerdictClass::WrongOrder,
        example,
    )
}

/// Wrong on the data shown already; an empty table loses a row.
pub(crate) fn missing_row() -> Verdict {
    let amara = vec![text("1"), text("Amara Okafor"), None];
    let example = Counterexample {
        change: None,
        tables: vec![
            ("members".to_owned(), table(&MEMBERS, vec![amara])),
            ("bookings".to_owned(), table(&BOOKINGS, Vec::new())),
        ],
        expected: table(&FEES, vec![row(&["Amara Okafor", "0", "0.00"])]),
        actual: table(&FEES, Vec::new()),
    };
    Verdict {
        counterexample: Some(example),
        ..wrong()
    }
}

pub(crate) fn failing() -> Verdict {
    let error = SqlError {
        sqlstate: "22012".to_owned(),
        message: "division by zero".to_owned(),
        ..SqlError::default()
    };
    let example = Counterexample {
        change: None,
        tables: vec![("bookings".to_owned(), table(&BOOKINGS, Vec::new()))],
        expected: table(&["share numeric(8,2)"], vec![vec![None]]),
        actual: ResultTable::default(),
    };
    Verdict {
        verdict: Judgement::Error,
        message: "Statement 1 failed on other data than shown: division by zero.".to_owned(),
        error: Some(FailedStatement {
            statement: 1,
            line: 1,
            start: 0,
            error,
        }),
        ..found("", VerdictClass::Error, example)
    }
}
