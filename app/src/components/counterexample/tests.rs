//! Counterexamples as HTML.

use super::*;
use sqlground_model::Column;

fn column(name: &str, numeric: bool) -> Column {
    Column {
        name: name.to_owned(),
        type_name: "text".to_owned(),
        numeric,
    }
}

fn table(columns: &[&str], rows: &[&[Option<&str>]]) -> ResultTable {
    let columns = columns.iter().map(|name| column(name, *name == "n"));
    let row = |row: &&[Option<&str>]| row.iter().map(|it| it.map(str::to_owned)).collect();
    ResultTable {
        columns: columns.collect(),
        rows: rows.iter().map(row).collect(),
        row_count: rows.len() as u64,
    }
}

fn example(expected: ResultTable, actual: ResultTable) -> Counterexample {
    Counterexample {
        change: None,
        tables: vec![("members".to_owned(), table(&["name"], &[&[Some("Ann")]]))],
        expected,
        actual,
    }
}

fn html(example: Counterexample, failure: Option<&str>) -> String {
    let failure = failure.map(str::to_owned);
    view! { <CounterexampleView example seen=false failure /> }.to_html()
}

/// The HTML of yours and of what is expected.
fn results(expected: ResultTable, actual: ResultTable) -> (String, String) {
    let html = html(example(expected, actual), None);
    let yours = html.find("Yours gives").expect("yours");
    let (yours, expected) = html[yours..].split_once("Expected").expect("the expected");
    (yours.to_owned(), expected.to_owned())
}

fn check_parts(html: &str, there: &[&str], absent: &[&str]) {
    for part in there {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    for part in absent {
        assert!(!html.contains(part), "{part} is in {html}");
    }
}

#[test]
fn rows_of_one_result_alone_are_marked_in_words_too() {
    let (ann, bo, cy) = (&[Some("Ann")], &[Some("Bo")], &[Some("Cy")]);
    let (yours, expected) = results(
        table(&["name"], &[ann, bo, cy]),
        table(&["name"], &[cy, cy]),
    );
    let sign = ">too many</span>";
    check_parts(&yours, &["1 row too many", "row-extra", sign], &["missing"]);
    let sign = ">missing</span>";
    check_parts(
        &expected,
        &["2 rows missing", "row-missing", sign],
        &["too many"],
    );
    assert_eq!(expected.matches(sign).count(), 2, "{expected}");
}

#[test]
fn cells_that_differ_are_marked_on_both_sides_and_others_are_not() {
    let (yours, expected) = results(
        table(&["name", "n"], &[&[Some("Ann"), None]]),
        table(&["name", "n"], &[&[Some("Ann"), Some("")]]),
    );
    check_parts(
        &yours,
        &["1 row differs", "<del>", "not as expected: ", ">empty</i>"],
        &["<ins>"],
    );
    check_parts(
        &expected,
        &[
            "<ins>",
            r#"<i class="null">NULL</i>"#,
            "class=\"number  changed\"",
        ],
        &["<del>"],
    );
    assert_eq!(yours.matches("<del>").count(), 1, "{yours}");
}

#[test]
fn another_order_is_said_and_numbered() {
    let (ann, bo) = (&[Some("Ann")], &[Some("Bo")]);
    let both = example(table(&["name"], &[ann, bo]), table(&["name"], &[bo, ann]));
    let html = html(both, None);
    assert!(html.contains("their order is not"), "{html}");
    let yours = &html[html.find("Yours gives").unwrap()..];
    let places = [">2</td>", ">Bo<", ">1</td>", ">Ann<"].map(|part| yours.find(part).unwrap());
    assert!(places.is_sorted(), "{html}");
    assert_eq!(html.matches("row-moved").count(), 2, "{html}");
}

#[test]
fn columns_that_differ_are_said_and_rows_not_marked() {
    let one = || table(&["name"], &[&[Some("Ann")]]);
    let two = table(&["name", "n"], &[&[Some("Ann"), Some("1")]]);
    let shown = html(example(one(), two), None);
    check_parts(&shown, &["yours are 2, expected is 1"], &["row-extra"]);
    let renamed = table(&["nmae"], &[&[Some("Ann")]]);
    let shown = html(example(one(), renamed), None);
    check_parts(&shown, &["the columns are not"], &["row-sign"]);
}

#[test]
fn nothing_is_said_to_be_nothing() {
    let (yours, _) = results(table(&["name"], &[&[None]]), table(&["name"], &[]));
    check_parts(&yours, &[">no rows</td>"], &[]);
    let (yours, _) = results(table(&["name"], &[]), ResultTable::default());
    check_parts(&yours, &["<p>no result</p>"], &["no rows"]);
    let mut neither = example(ResultTable::default(), ResultTable::default());
    neither.tables = vec![("members".to_owned(), table(&["name"], &[]))];
    let html = html(neither, None);
    check_parts(
        &html,
        &["On this empty table", ">no rows</td>"],
        &["Expected", "column-name"],
    );
}

#[test]
fn a_submission_that_fails_says_why_in_the_place_of_its_result() {
    let expected = || table(&["n"], &[&[Some("1")]]);
    let failed = example(expected(), ResultTable::default());
    let shown = html(failed, Some("division by <zero>"));
    check_parts(
        &shown,
        &[
            "your SQL fails",
            "<b>fails: </b>",
            "division by &lt;zero&gt;",
        ],
        &["no result"],
    );
    let gave = example(expected(), table(&["n"], &[]));
    check_parts(&html(gave, Some("division by zero")), &[], &["fails"]);
}

#[test]
fn only_what_may_scroll_is_a_stop_for_the_keyboard() {
    let small = || table(&["name"], &[&[Some("Ann")]]);
    let shown = html(example(small(), small()), None);
    check_parts(&shown, &["<caption>"], &["tabindex", "region"]);
    let long = "a".repeat(40);
    let wide = table(&["name"], &[&[Some(&long)]]);
    let shown = html(example(small(), wide), None);
    assert_eq!(shown.matches("tabindex=\"0\"").count(), 1, "{shown}");
    check_parts(&shown, &[r#"aria-label="Yours gives""#], &[]);
}

#[test]
fn rows_that_are_not_shown_are_counted() {
    let cut = ResultTable {
        row_count: 1_200,
        ..table(&["name"], &[&[Some("Bo")]])
    };
    let (_, expected) = results(cut, table(&["name"], &[&[Some("Ann")]]));
    let facts = "1,200 rows, the first 1 shown";
    check_parts(&expected, &[facts], &["row-missing"]);
}

#[test]
fn names_values_and_sql_are_text_never_markup() {
    let script = "<script>alert(1)</script>";
    let hostile = |rows: &[&[Option<&str>]]| table(&[script, script], rows);
    let one: &[Option<&str>] = &[Some(script), None];
    let other: &[Option<&str>] = &[Some(script), Some(script)];
    let shown = Counterexample {
        change: Some(script.to_owned()),
        tables: vec![("\"><script>".to_owned(), hostile(&[one, other]))],
        expected: hostile(&[one]),
        actual: hostile(&[other, other]),
    };
    let html = html(shown, None);
    check_parts(
        &html,
        &["&lt;script&gt;alert(1)"],
        &["<script", "\"><script"],
    );
}
