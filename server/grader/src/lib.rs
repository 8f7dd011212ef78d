//! Judges a submission against the reference answer.
//!
//! [`Grader::grade`] executes both, each in a scratch sandbox of its own, on the data shown and on
//! the teacher's hidden variants. What is compared is the last result of the script or, where the
//! exercise says so, what the script leaves: the results of probes, what the schema refuses and
//! takes, the plans that queries get.
//!
//! [`compare`] is the heart of it and does no I/O: typed values, duplicates counted, order only
//! where the exercise asks for it.

mod compare;
mod error;
mod grade;
mod judge;
mod observe;
mod rows;
mod space;
mod value;

pub use compare::{Difference, ResultView, Rules, compare};
pub use error::GradeError;
pub use grade::{Grader, Reference, result_columns};
pub use space::{dataset_source, space};
