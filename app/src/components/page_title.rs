//! A page's title.

use leptos::prelude::*;
use leptos_meta::Title;

/// Names the page in the browser's tab and history.
///
/// `leptos_meta` 0.8 writes a title's text unescaped into the document's head, so it is escaped
/// here.
#[component]
pub(crate) fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    let text = html_escape::encode_text(&text).into_owned();
    view! { <Title text=format!("{text} · sqlground") /> }
}
