//! What is said of a script beyond PostgreSQL's own words. Pure: no I/O.
//!
//! [`help`] adds a sentence to an error: the name that was meant, the parenthesis that is not
//! closed, the clause a condition belongs to, what PostgreSQL has for another database's word. It
//! never replaces what PostgreSQL says, and is silent where it is not sure. [`advise`] tells what
//! could be better in a right answer, [`suspect`] what may be the mistake in a wrong one.
//!
//! ```
//! use sqlground_advice::help;
//! use sqlground_model::SqlError;
//!
//! let sql = "SELECT count(id FROM members";
//! let error = SqlError {
//!     sqlstate: "42601".to_owned(),
//!     message: "syntax error at or near \"FROM\"".to_owned(),
//!     position: Some(17),
//!     ..SqlError::default()
//! };
//! let help = help(sql, 0, sql, &error, &[]).expect("the parenthesis is not closed");
//! assert!(help.contains("line 1, column 13"), "{help}");
//! ```

mod advise;
mod help;
mod near;
mod origin;
mod query;
mod sources;
mod statement;
mod tables;
mod token;
mod tree;
mod wording;

pub use advise::{advise, suspect};
pub use help::{add_help, help};
pub use origin::tell_origins;
