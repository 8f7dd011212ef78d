//! The commands of the command line, one file each.

pub mod check;
pub mod grade;
pub mod harden;
pub mod new;
pub mod plan;
pub mod run;
pub mod serve;
pub mod setup_sql;
pub mod version;

mod console;
mod submissions;
mod tool;
