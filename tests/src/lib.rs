//! What the end-to-end tests share: a site of their own ([`Site`]), a browser ([`Browser`]), the
//! command line ([`Command`]), a PostgreSQL that is not ours ([`Cluster`]), attacks as data
//! ([`attack`]), submissions with their verdicts ([`verdicts`]) and large plans ([`large_plan`]).
//!
//! Each test starts what it needs on free ports and in directories of its own, and ends it by its
//! process id.

pub mod attack;
mod browser;
mod command;
mod external;
pub mod large_plan;
mod place;
mod process;
mod site;
mod template;
pub mod verdicts;

pub use browser::Browser;
pub use command::{Command, Finished};
pub use external::Cluster;
pub use place::{binary, data_dir, exercises, fast_binary};
pub use process::Process;
pub use site::{Client, Site};
pub use template::used_data_dir;
