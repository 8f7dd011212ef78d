//! Sentences with pieces of SQL in them.

use leptos::prelude::*;

/// A message with what stands between backticks as code. Where they do not pair up, they are part
/// of a value, and the message stays as it is.
pub(crate) fn worded(message: &str) -> AnyView {
    let parts: Vec<&str> = message.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return message.to_owned().into_any();
    }
    let part = |(index, part): (usize, &str)| {
        let text = part.to_owned();
        if index % 2 == 1 {
            view! { <code>{text}</code> }.into_any()
        } else {
            text.into_any()
        }
    };
    parts
        .into_iter()
        .enumerate()
        .map(part)
        .collect_view()
        .into_any()
}
