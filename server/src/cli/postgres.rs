//! The PostgreSQL inside as settings.

use super::bytes::Bytes;
use clap::Args;
use sqlground_postgres::{DEFAULT_MEMORY_LIMIT, DEFAULT_TEMP_FILE_LIMIT, Settings};

/// How the PostgreSQL inside runs.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The PostgreSQL inside")]
pub struct PostgresArgs {
    /// When started as root: the user PostgreSQL runs as [default: sqlground, else nobody]
    #[arg(long, env = "SQLGROUND_POSTGRES_USER", value_name = "USER")]
    pub postgres_user: Option<String>,

    /// Address space of each of PostgreSQL's processes, of which some 230 MB are shared; a
    /// statement that needs more fails as out of memory
    #[arg(
        long,
        env = "SQLGROUND_MEMORY_LIMIT",
        value_name = "SIZE",
        default_value_t = Bytes(DEFAULT_MEMORY_LIMIT)
    )]
    pub memory_limit: Bytes,

    /// Disk space for the temporary files of one process, such as those of a large sort
    #[arg(
        long,
        env = "SQLGROUND_TEMP_FILE_LIMIT",
        value_name = "SIZE",
        default_value_t = Bytes(DEFAULT_TEMP_FILE_LIMIT)
    )]
    pub temp_file_limit: Bytes,
}

impl PostgresArgs {
    /// Sets what the arguments say.
    pub fn apply(&self, settings: Settings) -> Settings {
        Settings {
            run_as: self.postgres_user.clone(),
            memory_limit: self.memory_limit.0,
            temp_file_limit: self.temp_file_limit.0,
            ..settings
        }
    }
}
