//! What the end-to-end tests share: a site of their own ([`Site`]), a browser ([`Browser`]) and
//! the command line ([`Command`]).
//!
//! Each test starts what it needs on free ports and in directories of its own, and ends it by its
//! process id.

mod browser;
mod command;
mod place;
mod process;
mod site;

pub use browser::Browser;
pub use command::{Command, Finished};
pub use place::{binary, data_dir, exercises};
pub use process::Process;
pub use site::{Client, Site};
