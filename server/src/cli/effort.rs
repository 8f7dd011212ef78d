//! How hard checks search, as a setting.

use clap::Args;
use sqlground_grader::Effort;
use std::time::Duration;

/// How hard a check searches for data on which a submission is wrong.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Checks")]
pub struct EffortArgs {
    /// Milliseconds a check searches for further data on which a submission that seems right is
    /// wrong. Where one is known to be wrong, it searches ten times as long for a small example
    #[arg(
        long,
        env = "SQLGROUND_SEARCH_MILLISECONDS",
        value_name = "MILLISECONDS"
    )]
    pub search_milliseconds: Option<u32>,
}

impl EffortArgs {
    /// The effort, this one unless another is asked for.
    pub fn effort(&self, otherwise: Effort) -> Effort {
        let Some(milliseconds) = self.search_milliseconds else {
            return otherwise;
        };
        let search = Duration::from_millis(milliseconds.into());
        Effort {
            search,
            counterexample: search * 10,
            shrinking: search * 10,
            preparation: otherwise.preparation.max(search * 10),
        }
    }
}
