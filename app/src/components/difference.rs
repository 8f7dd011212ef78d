//! The rows that two results do not share.

use super::changed_rows::ChangedRows;
use super::format::{count, shown_of};
use super::result_table::{ResultTable, Row, Sign};
use leptos::prelude::*;
use sqlground_model::{ChangedRow, Column, RowDiff};

/// What was compared, and the rows that are not as expected.
#[component]
pub(crate) fn Difference(diff: RowDiff) -> AnyView {
    let subject = (!diff.subject.is_empty())
        .then(|| view! { <p class="facts">{format!("Compared: {}", diff.subject)}</p> });
    let rows = match diff.order_breaks_at {
        Some(place) => order_tables(place, diff).into_any(),
        None => row_tables(diff).into_any(),
    };
    view! { <div class="difference">{subject} {rows}</div> }.into_any()
}

fn row_tables(diff: RowDiff) -> impl IntoView {
    let columns = diff.columns;
    let changed = changed_table(columns.clone(), diff.changed, diff.changed_count);
    let missing = difference_table(
        Sign::Missing,
        "Missing from yours",
        &columns,
        diff.missing,
        diff.missing_count,
    );
    let extra = difference_table(
        Sign::Extra,
        "Too many in yours",
        &columns,
        diff.extra,
        diff.extra_count,
    );
    view! { {changed} {missing} {extra} }
}

/// The row at which the order breaks, and the one that should stand there.
fn order_tables(place: u64, diff: RowDiff) -> impl IntoView {
    let place = count(place);
    let label = format!("Row {place} in yours");
    let expected_label = format!("Row {place} as expected");
    view! {
        <h4>{label.clone()}</h4>
        <ResultTable label columns=diff.columns.clone() rows=diff.extra sign=Sign::Extra />
        <h4>{expected_label.clone()}</h4>
        <ResultTable
            label=expected_label
            columns=diff.columns
            rows=diff.missing
            sign=Sign::Missing
        />
    }
}

fn changed_table(
    columns: Vec<Column>,
    rows: Vec<ChangedRow>,
    all: u64,
) -> Option<impl IntoView + use<>> {
    let heading = "Different in yours";
    let caption = shown_of(rows.len(), all);
    (all > 0).then(|| {
        view! {
            <h4>
                {heading} " "
                <small>{caption} ": " <del>"yours"</del> " " <ins>"expected"</ins></small>
            </h4>
            <ChangedRows label=heading columns rows />
        }
    })
}

fn difference_table(
    sign: Sign,
    heading: &'static str,
    columns: &[Column],
    rows: Vec<Row>,
    all: u64,
) -> Option<impl IntoView + use<>> {
    let caption = shown_of(rows.len(), all);
    (all > 0).then(|| {
        view! {
            <h4>{heading} " " <small>{caption}</small></h4>
            <ResultTable label=heading columns=columns.to_vec() rows sign />
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(diff: RowDiff) -> String {
        let diff = RowDiff {
            columns: vec![Column {
                name: "name".to_owned(),
                type_name: "text".to_owned(),
                numeric: false,
            }],
            ..diff
        };
        view! { <Difference diff /> }.to_html()
    }

    fn row(value: &str) -> Row {
        vec![Some(value.to_owned())]
    }

    #[test]
    fn a_difference_counts_its_rows_and_signs_them_in_words_too() {
        let html = html(RowDiff {
            missing: vec![vec![None], row("<script>")],
            missing_count: 1_200,
            ..RowDiff::default()
        });
        assert!(html.contains("1,200 rows, the first 2 shown"), "{html}");
        assert!(html.contains(">missing</span>"), "{html}");
        for absent in ["Too many in yours", "Different in yours", "<script"] {
            assert!(!html.contains(absent), "{html}");
        }
    }

    #[test]
    fn changed_rows_come_first_and_say_which_value_is_whose() {
        let html = html(RowDiff {
            changed: vec![ChangedRow {
                expected: row("<script>"),
                actual: row("b"),
                cells: vec![0],
            }],
            changed_count: 3,
            missing: vec![row("c")],
            missing_count: 1,
            ..RowDiff::default()
        });
        let [changed, missing] = ["3 rows, the first 1 shown", "Missing from yours"]
            .map(|part| html.find(part).expect(part));
        assert!(changed < missing, "{html}");
        assert!(html.contains("<del>yours</del>"), "{html}");
        assert!(html.contains("<ins>expected</ins>"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn a_wrong_order_shows_the_row_at_fault_and_the_one_expected_there() {
        let html = html(RowDiff {
            missing: vec![row("Ann")],
            extra: vec![row("Bo")],
            order_breaks_at: Some(1_007),
            ..RowDiff::default()
        });
        let places = ["Row 1,007 in yours", ">Bo<", "as expected", ">Ann<"];
        let places = places.map(|part| html.find(part).expect(part));
        assert!(places.is_sorted(), "{html}");
        assert!(!html.contains("Missing from yours"), "{html}");
    }
}
