//! The command line: `sqlground --help` is its reference.

mod bytes;
mod effort;
mod limits;
mod new;
mod postgres;
mod ready;
mod resources;
mod web;

pub use bytes::Bytes;
pub use effort::EffortArgs;
pub use limits::{LimitArgs, QueueArgs};
pub use new::{NewArgs, NewWhat};
pub use postgres::PostgresArgs;
pub use ready::ReadyArgs;
pub use resources::ResourceArgs;
pub(crate) use web::seconds;
pub use web::{ProxyHeader, WebArgs};

use crate::command;
use crate::stop::Stop;
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use sqlground_model::ExerciseId;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// What shells report for a command that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

/// A self-hosted SQL playground on real PostgreSQL.
#[derive(Debug, Parser)]
#[command(
    name = "sqlground",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the playground
    Serve(ServeArgs),
    /// Run a script in a fresh sandbox and show what comes back
    Run(RunArgs),
    /// Judge scripts as answers to an exercise
    Grade(GradeArgs),
    /// Show a plan that EXPLAIN printed, or that of a script's last statement
    Plan(PlanArgs),
    /// Check exercise files: each answer must be correct, each wrong answer and starter must not
    Check(CheckArgs),
    /// Begin a topic or an exercise with a file to fill in
    New(NewArgs),
    /// Print the SQL that prepares an external PostgreSQL for --database-url
    SetupSql,
    /// Print, or apply, the SQL that hides students from each other in an external PostgreSQL
    Harden(HardenArgs),
    /// Show the versions of sqlground and of the PostgreSQL inside
    Version,
}

/// What every command that needs PostgreSQL or exercises takes.
#[derive(Clone, Debug, Args)]
pub struct CommonArgs {
    /// Folder with exercises; without it, the exercises that come with sqlground
    #[arg(long, env = "SQLGROUND_EXERCISES", value_name = "DIR")]
    pub exercises: Option<PathBuf>,

    /// Folder for the data; made if it is missing. `serve` keeps it with the user's data, the
    /// other commands with the user's caches
    #[arg(long, env = "SQLGROUND_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Use this PostgreSQL (14 or newer) instead of the one inside: the database for sqlground's
    /// own tables, as a role with CREATEROLE that is no superuser
    #[arg(
        long,
        env = "SQLGROUND_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,

    /// With --database-url: the database for the sandboxes [default: the other's name + _sandbox]
    #[arg(
        long,
        env = "SQLGROUND_SANDBOX_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub sandbox_database_url: Option<String>,

    /// With --database-url: the database in which the exercises' answers run, which no student may
    /// enter [default: the other's name + _answers]
    #[arg(
        long,
        env = "SQLGROUND_ANSWERS_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub answers_database_url: Option<String>,

    /// With --database-url: serve even if the server shows students each other's definitions, or
    /// lets them disturb each other, as it does until `sqlground harden` was applied
    #[arg(long, env = "SQLGROUND_ALLOW_WEAK_ISOLATION")]
    pub allow_weak_isolation: bool,

    /// The PostgreSQL archive to unpack, for builds that carry none
    #[arg(
        long,
        env = "SQLGROUND_POSTGRES_ARCHIVE",
        value_name = "FILE",
        hide = true
    )]
    pub postgres_archive: Option<PathBuf>,

    /// How the PostgreSQL inside runs.
    #[command(flatten)]
    pub postgres: PostgresArgs,
}

/// Arguments of `serve`.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// What all commands share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// Address and port to listen on; port 0 takes a free one
    #[arg(
        long,
        env = "SQLGROUND_LISTEN",
        value_name = "ADDR:PORT",
        default_value = "127.0.0.1:3000"
    )]
    pub listen: SocketAddr,

    /// What a script may use.
    #[command(flatten)]
    pub limits: LimitArgs,

    /// How hard checks search.
    #[command(flatten)]
    pub effort: EffortArgs,

    /// How many scripts run and wait.
    #[command(flatten)]
    pub queue: QueueArgs,

    /// What is kept ready.
    #[command(flatten)]
    pub ready: ReadyArgs,

    /// What scripts and sandboxes may take of what all share.
    #[command(flatten)]
    pub resources: ResourceArgs,

    /// What visitors may do.
    #[command(flatten)]
    pub web: WebArgs,

    /// After how many different checks that failed a student may open an exercise's answer; 0 keeps
    /// it closed until the exercise is solved
    #[arg(
        long,
        env = "SQLGROUND_ANSWER_AFTER",
        value_name = "CHECKS",
        default_value_t = 5
    )]
    pub answer_after: u32,

    /// Folder with the page assets, for builds that carry none
    #[arg(long, env = "SQLGROUND_SITE", value_name = "DIR", hide = true)]
    pub site: Option<PathBuf>,
}

/// Arguments of `run`.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// What all commands share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// The script; `-` reads standard input
    pub file: PathBuf,

    /// Run it in a sandbox of this exercise, with its tables
    #[arg(long, value_name = "ID")]
    pub exercise: Option<ExerciseId>,

    /// Print one JSON object a statement
    #[arg(long)]
    pub json: bool,

    /// What a script may use.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `grade`.
#[derive(Clone, Debug, Args)]
pub struct GradeArgs {
    /// What all commands share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// The exercise, such as `first-steps/members-by-name`
    #[arg(long, value_name = "ID")]
    pub exercise: ExerciseId,

    /// The scripts to judge, or folders of them: every *.sql in a folder is judged; `-` reads
    /// standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,

    /// Print one JSON object a file
    #[arg(long)]
    pub json: bool,

    /// Print comma-separated values: file, verdict, class, message and time
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,

    /// How many scripts are judged at the same time; 0 takes one for each processor
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: u16,

    /// What a script may use.
    #[command(flatten)]
    pub limits: LimitArgs,

    /// How hard checks search.
    #[command(flatten)]
    pub effort: EffortArgs,
}

/// Arguments of `plan`.
#[derive(Clone, Debug, Args)]
pub struct PlanArgs {
    /// What all commands share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// What EXPLAIN printed, in any format, or a script whose last statement is explained; `-` reads
    /// standard input
    pub file: PathBuf,

    /// Explain the script in a sandbox of this exercise, with its tables
    #[arg(long, value_name = "ID")]
    pub exercise: Option<ExerciseId>,

    /// Print a JSON object a plan
    #[arg(long)]
    pub json: bool,

    /// What a script may use.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `check`.
#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// What all commands share.
    #[command(flatten)]
    pub common: CommonArgs,

    /// The folder to check [default: as --exercises]
    pub dir: Option<PathBuf>,

    /// Print one JSON object a finding
    #[arg(long)]
    pub json: bool,

    /// Show the typical mistakes in the answers that no data shows
    #[arg(long)]
    pub mutants: bool,
}

/// Arguments of `harden`.
#[derive(Clone, Debug, Args)]
pub struct HardenArgs {
    /// Apply it to this database of sandboxes, as superuser, instead of printing it
    #[arg(
        long,
        env = "SQLGROUND_SUPERUSER_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub apply: Option<String>,
}

/// Runs a command. Errors go to standard error with their causes, as one line; exit code 1.
pub fn main(cli: Cli) -> ExitCode {
    // A server tells what it does; the other commands speak through their result.
    let level = match cli.command {
        Command::Serve(_) => "info,sqlx=error",
        _ => "warn,sqlx=error",
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("SQLGROUND_LOG").unwrap_or_else(|_| EnvFilter::new(level)),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            return failed(&anyhow::Error::new(error).context("cannot start the async runtime"));
        }
    };
    let result = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => command::serve::run(args).await,
            tool => interruptible(Box::pin(run_tool(tool))).await,
        }
    });
    // Ends a PostgreSQL that an interrupted command leaves behind.
    drop(runtime);
    match result {
        Ok(code) => code,
        Err(error) => failed(&error),
    }
}

/// Runs a command until it is done or told to stop. Dropping it cancels its statement and ends its
/// PostgreSQL.
async fn interruptible(command: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let mut stop = Stop::listen()?;
    tokio::select! {
        result = command => result,
        () = stop.requested() => {
            eprintln!("sqlground: interrupted");
            Ok(ExitCode::from(INTERRUPTED))
        }
    }
}

async fn run_tool(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(args) => command::serve::run(args).await,
        Command::Run(args) => command::run::run(args).await,
        Command::Grade(args) => command::grade::run(args).await,
        Command::Plan(args) => command::plan::run(args).await,
        Command::Check(args) => command::check::run(args).await,
        Command::New(args) => command::new::run(&args),
        Command::SetupSql => command::setup_sql::run(),
        Command::Harden(args) => command::harden::run(args).await,
        Command::Version => command::version::run(),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // The alternate form is the whole chain of causes on one line.
    eprintln!("sqlground: {error:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
