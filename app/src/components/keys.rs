//! The list of keyboard shortcuts.

use leptos::prelude::*;

/// What the keys do: opened by the workbench's `?` button.
#[component]
pub(crate) fn Keys() -> AnyView {
    view! {
        <div id="keys" class="keys" popover="auto">
            <h2>"Keyboard shortcuts"</h2>
            <dl>
                <dt>
                    <kbd>"Ctrl"</kbd>
                    " or "
                    <kbd>"⌘"</kbd>
                    " + "
                    <kbd>"Enter"</kbd>
                </dt>
                <dd>"run the script"</dd>
                <dt>
                    <kbd>"Shift"</kbd>
                    " + "
                    <kbd>"Ctrl"</kbd>
                    " or "
                    <kbd>"⌘"</kbd>
                    " + "
                    <kbd>"Enter"</kbd>
                </dt>
                <dd>"have it checked"</dd>
                <dt>
                    <kbd>"Esc"</kbd>
                </dt>
                <dd>"cancel what runs or waits; in the editor, press it twice"</dd>
                <dt>
                    <kbd>"Esc"</kbd>
                    ", then "
                    <kbd>"Tab"</kbd>
                </dt>
                <dd>"leave the editor"</dd>
                <dt>
                    <kbd>"?"</kbd>
                </dt>
                <dd>"this list, outside the editor"</dd>
            </dl>
        </div>
    }
    .into_any()
}
