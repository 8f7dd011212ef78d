//! What `new` takes.

use clap::{Args, Subcommand};
use sqlground_model::{ExerciseId, TopicId};
use std::path::PathBuf;

/// Arguments of `new`.
#[derive(Clone, Debug, Args)]
pub struct NewArgs {
    /// What to begin.
    #[command(subcommand)]
    pub what: NewWhat,

    /// Folder with exercises; made if it is missing
    #[arg(
        long,
        env = "SQLGROUND_EXERCISES",
        value_name = "DIR",
        default_value = "exercises",
        global = true
    )]
    pub exercises: PathBuf,
}

/// What can be begun.
#[derive(Clone, Debug, Subcommand)]
pub enum NewWhat {
    /// A topic, after all others
    Topic {
        /// Its name in addresses: lower-case letters, digits and hyphens, such as `window-functions`
        name: TopicId,
    },
    /// An exercise, after all others of its topic
    Exercise {
        /// Topic and name, such as `window-functions/running-total`
        #[arg(value_name = "TOPIC/NAME")]
        id: ExerciseId,
    },
}
