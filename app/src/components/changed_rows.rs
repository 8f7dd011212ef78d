//! Rows that differ from the expected ones in some of their cells.

use super::result_table::{content, heads, is_wide};
use leptos::prelude::*;
use sqlground_model::{ChangedRow, Column};

/// Changed rows under their columns' names and types: where a cell differs, what the submission has
/// is struck out above what is expected, and both are told in words too.
#[component]
pub(crate) fn ChangedRows(
    /// What the table shows, for those who cannot see it.
    #[prop(into)]
    label: String,
    columns: Vec<Column>,
    rows: Vec<ChangedRow>,
) -> AnyView {
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let body = rows
        .into_iter()
        .map(|row| {
            let differing = row.cells;
            let cells = (0..)
                .zip(row.expected.into_iter().zip(row.actual))
                .zip(&numeric)
                .map(|((index, (expected, actual)), &numeric)| {
                    if differing.contains(&index) {
                        changed_cell(expected, actual, numeric)
                    } else {
                        let wide = is_wide(actual.as_deref());
                        view! { <td class:number=numeric class:wide=wide>{content(actual)}</td> }
                            .into_any()
                    }
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label=label tabindex="0">
            <table class="result">
                <thead>
                    <tr>{heads(columns)}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn changed_cell(expected: Option<String>, actual: Option<String>, numeric: bool) -> AnyView {
    let wide = is_wide(expected.as_deref()) || is_wide(actual.as_deref());
    view! {
        <td class="changed" class:number=numeric class:wide=wide>
            <del>
                <span class="visually-hidden">"yours: "</span>
                {content(actual)}
            </del>
            <ins>
                <span class="visually-hidden">"expected: "</span>
                {content(expected)}
            </ins>
        </td>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(expected: &[Option<&str>], actual: &[Option<&str>], cells: &[u32]) -> String {
        let row = |values: &[Option<&str>]| values.iter().map(|v| v.map(str::to_owned)).collect();
        let column = |name: &str| Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
            numeric: false,
        };
        let rows = vec![ChangedRow {
            expected: row(expected),
            actual: row(actual),
            cells: cells.to_vec(),
        }];
        let columns = vec![column("<b>id</b>"), column("total")];
        view! { <ChangedRows label="Rows" columns rows /> }.to_html()
    }

    #[test]
    fn only_the_cells_that_differ_show_both_values_in_marks_and_words() {
        let html = html(&[Some("1.0"), Some("13")], &[Some("1"), Some("12")], &[1]);
        assert_eq!(html.matches("<del>").count(), 1, "{html}");
        assert_eq!(html.matches("class=\"changed\"").count(), 1, "{html}");
        let [del, yours, ins, wanted] =
            ["<del>", ">12", "<ins>", ">13"].map(|part| html.find(part).expect(part));
        assert!(del < yours && yours < ins && ins < wanted, "{html}");
        assert!(
            html.contains("yours: ") && html.contains("expected: "),
            "{html}"
        );
        assert!(!html.contains("1.0"), "{html}");
    }

    #[test]
    fn null_and_the_empty_string_look_as_in_any_table() {
        let html = html(&[Some("1"), None], &[Some("1"), Some("")], &[1]);
        assert!(html.contains(r#"<i class="null">NULL</i>"#), "{html}");
        assert!(html.contains(r#"class="empty">empty</i>"#), "{html}");
    }

    #[test]
    fn values_and_names_are_text_never_markup() {
        let script = Some("<script>alert(1)</script>");
        let html = html(&[script, script], &[script, None], &[1]);
        assert!(
            !html.contains("<script") && !html.contains("<b>id"),
            "{html}"
        );
    }
}
