//! sqlground's pages and islands.
//!
//! The pages are rendered on the server and reach the service through [`port::Playground`] alone,
//! so they compile without a database and can be shown with a fake. In the browser only the
//! [`islands`] run: result tables and plans arrive as HTML that [`report_html`] made.
//!
//! The `ssr` feature holds the pages, the `hydrate` feature the islands' browser side.

pub mod islands;
pub mod port;

#[cfg(feature = "ssr")]
#[expect(
    unreachable_pub,
    reason = "the component macro turns `pub(crate)` into `pub`"
)]
mod components;
#[cfg(feature = "ssr")]
#[expect(
    unreachable_pub,
    reason = "the component macro turns `pub(crate)` into `pub`"
)]
mod document;
#[cfg(feature = "ssr")]
#[expect(
    unreachable_pub,
    reason = "the component macro turns `pub(crate)` into `pub`"
)]
mod pages;
#[cfg(feature = "ssr")]
#[expect(
    unreachable_pub,
    reason = "the component macro turns `pub(crate)` into `pub`"
)]
mod routes;

#[cfg(feature = "ssr")]
pub use components::report::report_html;
#[cfg(feature = "ssr")]
pub use document::{ErrorPage, error_page_html, shell};
#[cfg(feature = "ssr")]
pub use routes::App;
