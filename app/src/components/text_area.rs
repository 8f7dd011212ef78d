//! A field for text of several lines.

use leptos::prelude::*;

/// A field for text that is no prose.
pub(crate) struct Field {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) rows: u32,
    /// The id of what describes it.
    pub(crate) described_by: &'static str,
    /// True if what it holds cannot be used.
    pub(crate) invalid: bool,
}

/// The field with a text in it.
///
/// Leptos 0.8 writes a textarea's children unescaped, and an HTML parser drops the first newline
/// of a textarea: so the text is escaped here and stands behind a newline of its own.
pub(crate) fn text_area(field: &Field, text: &str) -> AnyView {
    let content = format!("\n{}", html_escape::encode_text(text));
    view! {
        <textarea
            name=field.name
            id=field.id
            rows=field.rows
            spellcheck="false"
            autocapitalize="off"
            autocomplete="off"
            aria-describedby=field.described_by
            aria-invalid=field.invalid.then_some("true")
            inner_html=content
        ></textarea>
    }
    .into_any()
}
