//! Where students' SQL runs: roles, schemas, a wire client, limits, clean-up.
//!
//! This is the only crate that sends a student's SQL to PostgreSQL. What keeps students apart is
//! PostgreSQL's own privileges, never a look at the words of a script.
//!
//! * A session has one login role. Its connections are *logged in* as that role, so there is no
//!   privileged role that `RESET ROLE` could return to.
//! * For each exercise the session has a private schema, which the service owns and the session may
//!   use and create in. [`Sandboxes::sandbox`] finds or makes both, prepared as [`Space`] says.
//! * A [`Scratch`] is the same with a role of its own, thrown away after use.
//! * [`Workspace::run`] sends the statements of a script one by one, counts what comes back against
//!   [`Limits`] while it is read, and stops what takes too long from outside.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sqlground_sandbox::{Limits, Sandboxes, Secret, SessionName, Settings, Space};
//!
//! let database = "postgres://sqlground@localhost/sandboxes".parse()?;
//! let sandboxes = Sandboxes::open(Settings::new(database, Secret::new([0; 32]))).await?;
//! let session = SessionName::new([0; 16]);
//! let sandbox = sandboxes.sandbox(&session, &Space::empty("basics/first")).await?;
//! let run = sandbox.run("SELECT 1; SELECT 2", &Limits::DISPLAY).await?;
//! assert_eq!(run.statements.len(), 2);
//! # Ok(())
//! # }
//! ```

mod backend;
mod dataset;
mod error;
mod explain;
mod explanation;
mod keeper;
mod ledger;
mod name;
mod plannable;
mod prepare;
mod queue;
mod removal;
mod role;
mod run;
mod sandboxes;
mod scratch;
mod settings;
mod space;
mod split;
mod suitability;
mod tables;
mod types;
mod wire;
mod workspace;

pub use error::Error;
pub use explain::{Explained, StatementPlace};
pub use name::{RoleName, SchemaName, Secret, SessionName};
pub use queue::Turn;
pub use sandboxes::Sandboxes;
pub use scratch::Scratch;
pub use settings::{Limits, Settings};
pub use space::{DatasetSource, Space};
pub use split::{Statement, split};
pub use workspace::{Sandbox, Workspace};
