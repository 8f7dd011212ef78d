//! Errors in the exercises' files, for whoever writes them.

use super::icons::{Drawn, Icon};
use super::worded::worded;
use leptos::prelude::*;
use sqlground_model::FileError;

/// A banner with file, line and what is wrong; nothing if nothing is.
#[component]
pub(crate) fn FileErrors(errors: Vec<FileError>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let items = errors
            .into_iter()
            .map(|error| {
                view! {
                    <li>
                        <code>{format!("{}:{}", error.file, error.line)}</code>
                        " "
                        {worded(&error.message)}
                    </li>
                }
            })
            .collect_view();
        view! {
            <aside class="file-errors">
                <Drawn icon=Icon::Alert />
                <div>
                    <p>
                        <b>"Not all files of this can be read."</b>
                        " What was read last is shown."
                    </p>
                    <ul>{items}</ul>
                </div>
            </aside>
        }
    })
}
