//! Result sets as tables.

use super::format::count;
use leptos::prelude::*;
use sqlground_model::Column;

/// A row's values: PostgreSQL's text or null.
pub(crate) type Row = Vec<Option<String>>;

/// How many characters of a value a cell shows before the rest folds away.
const VALUE_FOLD: usize = 400;

/// From how many characters on a cell breaks its lines instead of growing wider.
const VALUE_WRAP: usize = 40;

/// What every row of a table is, compared with what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// The answer has the row, the submission lacks it.
    Missing,
    /// The submission has the row, the answer lacks it.
    Extra,
}

impl Sign {
    fn class(self) -> &'static str {
        match self {
            Self::Missing => "row-missing",
            Self::Extra => "row-extra",
        }
    }

    fn drawn(self) -> (&'static str, &'static str) {
        match self {
            Self::Missing => ("−", "missing"),
            Self::Extra => ("+", "extra"),
        }
    }
}

/// Rows under their columns' names and types, in a box that scrolls by itself.
#[component]
pub(crate) fn ResultTable(
    /// What the table shows, for those who cannot see it.
    #[prop(into)]
    label: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Marks every row as missing or extra.
    #[prop(optional)]
    sign: Option<Sign>,
) -> AnyView {
    let numeric: Vec<bool> = columns.iter().map(|column| column.numeric).collect();
    let width = (columns.len() + usize::from(sign.is_some())).to_string();
    let empty = rows.is_empty();
    let heads = heads(columns);
    let body = rows
        .into_iter()
        .map(|row| {
            let cells = row
                .into_iter()
                .enumerate()
                .map(|(index, value)| cell(value, numeric.get(index).copied().unwrap_or_default()))
                .collect_view();
            view! {
                <tr class=sign.map(Sign::class)>
                    {sign
                        .map(|sign| {
                            let (drawn, spoken) = sign.drawn();
                            view! {
                                <td class="row-sign">
                                    <span aria-hidden="true">{drawn}</span>
                                    <span class="visually-hidden">{spoken}</span>
                                </td>
                            }
                        })} {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-scroll" role="region" aria-label=label tabindex="0">
            <table class="result">
                <thead>
                    <tr>
                        {sign
                            .map(|_| {
                                view! {
                                    <td class="row-sign">
                                        <span class="visually-hidden">"Difference"</span>
                                    </td>
                                }
                            })} {heads}
                    </tr>
                </thead>
                <tbody>
                    {body}
                    {empty
                        .then(|| {
                            view! {
                                <tr class="no-rows">
                                    <td colspan=width>"no rows"</td>
                                </tr>
                            }
                        })}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The columns' names and types as the heads of a table.
pub(super) fn heads(columns: Vec<Column>) -> impl IntoView {
    columns
        .into_iter()
        .map(|column| {
            view! {
                <th scope="col" class:number=column.numeric>
                    <span class="column-name">{column.name}</span>
                    <span class="column-type">{column.type_name}</span>
                </th>
            }
        })
        .collect_view()
}

fn cell(value: Option<String>, numeric: bool) -> impl IntoView {
    let wide = is_wide(value.as_deref());
    view! { <td class:number=numeric class:wide=wide>{content(value)}</td> }
}

/// True if the value's cell is to break its lines.
pub(super) fn is_wide(value: Option<&str>) -> bool {
    value.is_some_and(|text| text.chars().nth(VALUE_WRAP).is_some())
}

/// A value in its cell: NULL, the empty string and a text that reads the same all look different.
pub(super) fn content(value: Option<String>) -> AnyView {
    match value {
        None => view! { <i class="null">"NULL"</i> }.into_any(),
        Some(text) if text.is_empty() => view! {
            <i class="empty" title="The empty string, which is not NULL">
                "empty"
            </i>
        }
        .into_any(),
        Some(text) => match text.char_indices().nth(VALUE_FOLD) {
            None => text.into_any(),
            Some((fold, _)) => {
                let beginning = format!("{}…", &text[..fold]);
                let length = count(text.chars().count() as u64);
                view! {
                    <details class="long-value">
                        <summary>
                            <span>{beginning}</span>
                            <small>{format!("all {length} characters")}</small>
                        </summary>
                        {text}
                    </details>
                }
                .into_any()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(values: &[Option<&str>]) -> String {
        let columns = vec![Column {
            name: "<b>name</b>".to_owned(),
            type_name: "text".to_owned(),
            numeric: false,
        }];
        let rows = values
            .iter()
            .map(|value| vec![value.map(str::to_owned)])
            .collect();
        view! { <ResultTable label="Result" columns rows /> }.to_html()
    }

    #[test]
    fn null_the_empty_string_and_the_words_for_them_look_different() {
        let cells: Vec<String> = [None, Some(""), Some("NULL"), Some("empty")]
            .into_iter()
            .map(|value| {
                let html = table(&[value]);
                let from = html.find("<tbody>").unwrap();
                html[from..].to_owned()
            })
            .collect();
        for (index, cell) in cells.iter().enumerate() {
            for other in &cells[index + 1..] {
                assert_ne!(cell, other);
            }
        }
        assert!(
            cells[0].contains(r#"<i class="null">NULL</i>"#),
            "{}",
            cells[0]
        );
        assert!(!cells[2].contains("<i"), "{}", cells[2]);
    }

    #[test]
    fn values_and_column_names_are_text_never_markup() {
        let html = table(&[Some("<script>alert(1)</script>")]);
        assert!(
            !html.contains("<script") && !html.contains("<b>name"),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    }

    #[test]
    fn a_long_value_folds_and_stays_whole() {
        let long = "ä".repeat(VALUE_FOLD + 1);
        let html = table(&[Some(&long)]);
        assert!(html.contains("<details") && html.contains(&long), "{html}");
        assert!(!table(&[Some(&"ä".repeat(VALUE_FOLD))]).contains("<details"));
    }

    #[test]
    fn a_result_without_rows_says_so() {
        assert!(table(&[]).contains("no rows"));
    }
}
