//! Where students' SQL runs: roles, schemas, a wire client, limits, clean-up.
//!
//! This is the only crate that sends a student's SQL to PostgreSQL. What keeps students apart is
//! PostgreSQL's own privileges, never a look at the words of a script.
//!
//! * A [`Workspace`] is a login role and a private schema, which the service owns and the role may
//!   use and create in. Connections are *logged in* as the role, so there is no privileged role that
//!   `RESET ROLE` could return to.
//! * A [`Sandbox`] is the workspace that a session has for an exercise. [`Sandboxes::sandbox`] finds
//!   it, gives the session one that was made beforehand, or makes it, prepared as [`Space`] says.
//! * A [`Scratch`] is a workspace that is thrown away after use.
//! * A [`Rehearsal`] tries scripts on one small instance of the data after the other, in transactions
//!   that are rolled back.
//! * [`Workspace::run`] sends the statements of a script one by one, counts what comes back against
//!   [`Limits`] while it is read, and stops what takes too long from outside.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sqlground_sandbox::{Claimant, Limits, Sandboxes, Secret, SessionName, Settings, Space};
//!
//! let database = "postgres://sqlground@localhost/sandboxes".parse()?;
//! let sandboxes = Sandboxes::open(Settings::new(database, Secret::new([0; 32]))).await?;
//! let student = Claimant::new(SessionName::new([0; 16]), None);
//! let sandbox = sandboxes.sandbox(&student, &Space::empty("basics/first")).await?;
//! let run = sandbox.run("SELECT 1; SELECT 2", &Limits::DISPLAY).await?;
//! assert_eq!(run.statements.len(), 2);
//! # Ok(())
//! # }
//! ```

mod assignment;
mod backend;
mod catalogue;
mod claimant;
mod creator;
mod dataset;
mod error;
mod explain;
mod explanation;
mod guard;
mod housekeeping;
mod idle;
mod keeper;
mod ledger;
mod login;
mod name;
mod owner;
mod plannable;
mod pools;
mod prepare;
mod probe;
#[cfg(test)]
#[path = "../tests/it/property.rs"]
mod property;
mod queue;
mod quota;
mod rehearsal;
mod removal;
mod repair;
mod resources;
mod role;
mod run;
mod sandbox;
mod sandboxes;
mod scratch;
#[cfg(test)]
#[path = "../tests/it/scripts.rs"]
mod scripts;
mod settings;
mod space;
mod split;
mod stages;
mod stock;
mod suitability;
mod tables;
mod types;
mod wire;
mod workspace;

pub use claimant::Claimant;
pub use error::{Busy, Error};
pub use explain::{Explained, StatementPlace, plannable_prefixes};
pub use name::{RoleName, SchemaName, Secret, SessionName};
pub use queue::{Place, Position, WaitingFor};
pub use rehearsal::Rehearsal;
pub use resources::ResourceLimits;
pub use sandbox::Sandbox;
pub use sandboxes::Sandboxes;
pub use scratch::Scratch;
pub use settings::{Authors, Limits, QueueLimits, ReadyLimits, Settings};
pub use space::{DatasetSource, Space};
pub use split::{Statement, split};
pub use workspace::Workspace;
