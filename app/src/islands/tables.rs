//! Waiting for an exercise's tables.

use super::{page, request};
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often the page looks whether the tables are there.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Looks until the tables are loaded and shows them. The text in the editor stays.
#[island]
pub fn AwaitTables() -> impl IntoView {
    Effect::new(move |_| {
        let handle = StoredValue::new(None::<IntervalHandle>);
        let look = move || {
            spawn_local(async move {
                let loaded = request::this_page()
                    .await
                    .is_ok_and(|html| page::take_material(&html));
                if let Some(handle) = handle.get_value().filter(|_| loaded) {
                    handle.clear();
                }
            });
        };
        handle.set_value(set_interval_with_handle(look, LOOK_AGAIN).ok());
    });
}
