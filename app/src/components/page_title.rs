//! A page's title.

use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the browser's tab and history.
///
/// `leptos_meta` 0.8 writes a title's text unescaped into the document's head, so it is escaped
/// here.
pub(crate) fn page_title(text: &str) -> impl IntoView + use<> {
    let text = html_escape::encode_text(text);
    view! { <Title text=format!("{text} · sqlground") /> }
}
