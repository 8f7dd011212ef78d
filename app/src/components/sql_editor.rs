//! The editor: a text field, which the custom element around it turns into more.

use super::place::ErrorMark;
use super::text_area::{Field, text_area};
use leptos::prelude::*;
use sqlground_model::{Outcome, TableInfo};
use std::collections::BTreeMap;

/// The editor with its label. It knows the exercise's tables for completion and marks the error
/// of the last outcome.
pub(crate) fn sql_editor(sql: &str, outcome: Option<&Outcome>, tables: &[TableInfo]) -> AnyView {
    let mark = outcome.and_then(ErrorMark::of);
    view! {
        <sql-editor
            schema=schema(tables)
            error-at=mark.as_ref().map(|mark| mark.offset.to_string())
            error-message=mark.map(|mark| mark.message)
        >
            <label for="sql">"SQL"</label>
            {sql_textarea(sql)}
        </sql-editor>
    }
    .into_any()
}

/// Tables and their columns as the editor reads them: `{"members":["id","name"]}`.
fn schema(tables: &[TableInfo]) -> String {
    let columns: BTreeMap<&str, Vec<&str>> = tables
        .iter()
        .map(|table| {
            let names = table.columns.iter().map(|column| &*column.name).collect();
            (&*table.name, names)
        })
        .collect();
    serde_json::to_string(&columns).expect("a map of texts is JSON")
}

/// The script's field, named `sql`.
fn sql_textarea(text: &str) -> AnyView {
    text_area(
        &Field {
            id: "sql",
            name: "sql",
            rows: 12,
            described_by: "editor-keys",
            invalid: false,
        },
        text,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        sql_textarea(text).to_html()
    }

    #[test]
    fn a_script_cannot_end_the_field() {
        let html = html("</textarea><script>alert(1)</script>");
        assert_eq!(html.matches("</textarea").count(), 1, "{html}");
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;"), "{html}");
    }

    #[test]
    fn entities_and_newlines_come_back_as_they_were_typed() {
        let html = html("\nSELECT '&lt;' WHERE 1 < 2");
        assert!(
            html.contains(">\n\nSELECT '&amp;lt;' WHERE 1 &lt; 2</textarea>"),
            "{html}"
        );
    }
}
