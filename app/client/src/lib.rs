//! The browser's entry: wakes the islands of a page that the server has rendered.

// Without this line the linker drops the islands' exports, since nothing here calls them.
use app as _;

/// Hydrates every island on the page. The shell's script calls it once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
