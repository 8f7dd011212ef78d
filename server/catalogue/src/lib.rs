//! Exercise files to typed exercises, errors with file and line.
//!
//! A folder of exercises looks like this:
//!
//! ```text
//! 02-indexing/topic.md              title and summary in the front matter, then the introduction
//! 02-indexing/03-covering-index.md  an exercise; its id is `indexing/covering-index`
//! datasets/shop/schema.sql          the tables of the dataset `shop`
//! datasets/shop/data.sql            their rows
//! ```
//!
//! [`load_dir`] reads such a folder, [`load_files`] the same from memory. Neither gives up on a
//! broken file: it becomes a [`Finding`] with file, line and rule, and everything else loads.
//!
//! ````
//! use sqlground_catalogue::{Severity, load_files};
//! use std::path::PathBuf;
//!
//! let exercise = "\
//! +++
//! title = 'All members'
//! concepts = ['select']
//! difficulty = 1
//! +++
//! List every member.
//!
//! ```sql answer
//! SELECT 1
//! ```
//! ";
//! let topic = "+++\ntitle = 'First steps'\nsummary = 'The way in.'\n+++\n";
//! let loaded = load_files([
//!     (PathBuf::from("00-first-steps/topic.md"), topic.into()),
//!     (PathBuf::from("00-first-steps/01-members.md"), exercise.into()),
//! ]);
//!
//! let id = "first-steps/members".parse()?;
//! let exercise = loaded.catalogue.exercise(&id).expect("the file is valid");
//! assert_eq!(exercise.answer.sql, "SELECT 1");
//! assert_eq!(exercise.answer.line, 9);
//! assert!(loaded.findings.iter().all(|finding| finding.severity == Severity::Warning));
//! # Ok::<(), sqlground_model::InvalidId>(())
//! ````
//!
//! # The format
//!
//! A file begins with TOML between two `+++` lines and goes on in Markdown (CommonMark with
//! tables and strikethrough). The keys of an exercise are documented at the fields of
//! [`Exercise`]. Fenced blocks with a role are taken out of the prompt; every other code block
//! stays in it as an example:
//!
//! | fence | holds |
//! |---|---|
//! | `sql answer` | the reference answer, exactly one |
//! | `sql wrong "hint"` | a typical wrong answer and what to say to whoever gives it |
//! | `sql hidden` | changes to the dataset that make a variant |
//! | `sql starter` | what the editor holds at first |
//! | `sql setup` | what runs in the sandbox once the dataset is there |
//! | `sql probe "what it shows"` | a query to compare after a writing submission |
//! | `sql rejects 23505` | a statement the schema must refuse with this SQLSTATE |
//! | `sql accepts` | a statement the schema must take |
//! | `sql plan "no Seq Scan on orders"` | a query and what its plan must (not) contain |
//! | `hint`, `explanation` | Markdown; use a longer fence around code blocks inside |
//!
//! The author's HTML is shown as text, and addresses other than web and relative ones are
//! dropped, so that the HTML handed out is safe whoever wrote the file.

mod blocks;
mod catalogue;
mod dataset;
mod digest;
mod draft;
mod exercise;
mod exercise_file;
mod finding;
mod folder;
mod front_matter;
mod header;
mod keep;
mod load;
mod markdown;
mod parts;
mod plan_goal;
mod role;
mod source;
mod suggest;
mod topic;
mod tree;

pub use catalogue::Catalogue;
pub use dataset::Dataset;
pub use draft::{Draft, DraftError};
pub use exercise::{Block, Exercise, Probe, Rejects, WrongAnswer};
pub use finding::{Finding, Severity};
pub use folder::{LoadError, load_dir};
pub use load::{Loaded, load_files};
pub use plan_goal::{PlanGoal, PlanMeasure, PlanStep, PlanWish};
pub use topic::Topic;
