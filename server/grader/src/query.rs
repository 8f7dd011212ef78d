//! Reading SQL: which constants and columns a script compares, by what a query sorts, and how it
//! could be mistaken. Pure: no I/O.
//!
//! What cannot be read is left out; nothing here decides about a verdict.

mod edit;
mod mutants;
mod order;
mod reading;
mod returns;
mod tree;

pub use mutants::Mutant;
pub(crate) use mutants::mutants;
pub use order::is_sorted;
pub(crate) use order::{Keyed, Place, keyed};
pub(crate) use reading::{Constant, Reading};
pub(crate) use returns::returns_rows;
