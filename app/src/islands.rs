//! The parts of a page that run in the browser.
//!
//! An island owns its buttons and messages only. Editor and report are the server's elements: the
//! custom element has changed the editor before the island wakes, and the report is swapped as
//! HTML, so both are reached through the document instead of being hydrated.

pub mod tables;
pub mod theme;
pub mod workbench;

mod bench;
mod draft;
mod page;
mod progress;
pub(crate) mod request;
mod waiting;
