//! Judges a submission against the reference answer.
//!
//! [`Grader::grade`] executes both, each in a scratch sandbox of its own, on the data shown and on
//! the teacher's hidden variants. What is compared is the last result of the script or, where the
//! exercise says so, what the script leaves: the results of probes, what the schema refuses and
//! takes, the plans that queries get.
//!
//! [`compare`] is the heart of it and does no I/O: typed values, duplicates counted, order only
//! where the exercise asks for it.

mod arsenal;
mod arsenals;
mod assist;
mod compare;
mod effort;
mod error;
mod example;
mod goals;
mod grade;
mod hint;
mod hunt;
mod instance;
mod judge;
mod observe;
mod opening;
mod query;
mod rows;
mod scrutiny;
mod space;
mod structure;
mod tables;
mod trial;
mod value;
mod words;

pub use arsenal::Mutation;
pub use arsenals::Arsenals;
pub use compare::{Difference, Order, ResultView, Rules, Subject, compare};
pub use effort::Effort;
pub use error::GradeError;
pub use grade::{Grader, Reference, result_columns};
pub use query::{Mutant, is_sorted};
pub use scrutiny::{Known, Scrutiny, Undetermined};
pub use space::{dataset_source, space};
pub use words::unreadable;
