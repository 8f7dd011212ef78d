//! Builds, runs, tests and packs sqlground: `cargo xtask --help`.

mod archive;
mod assets;
mod bench;
mod build;
mod ci;
mod debian;
mod digest;
mod dist;
mod lint;
mod npm;
mod postgres;
mod server;
mod site;
mod step;
mod test;
mod toolchain;
mod wasm;
mod watch;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::{Profile, Workspace};

/// Builds, runs, tests and packs sqlground.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Fetch what building and testing need; the other tasks do this themselves
    Setup,
    /// Build the page assets, PostgreSQL's archive and the server
    Build {
        /// Optimise the server
        #[arg(long)]
        release: bool,
    },
    /// Build everything and start the server
    Serve {
        /// Optimise the server
        #[arg(long)]
        release: bool,
        /// Rebuild and restart on every change
        #[arg(long)]
        watch: bool,
        /// Arguments for `sqlground serve`, after `--`
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Build everything and run every test
    Test {
        /// Leave out the packed binary, which takes longest to build, and its test
        #[arg(long)]
        no_dist: bool,
        /// Arguments for `cargo test`, such as a part of a test's name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure how fast the server is, next to PostgreSQL without it
    ///
    /// Arguments choose what: latency, first, load, neighbours, crowd, memory; `--quick` measures
    /// for a short time. Fails if an aim is missed. It takes a quiet machine and pgbench.
    Bench {
        /// What to measure
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Check format, lints, licences and unused dependencies
    Lint,
    /// Build the one file with everything inside, `dist/sqlground` in the target directory
    Dist,
    /// Lint, test and weigh: all that must hold before a change is accepted
    Ci,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            let code = error
                .downcast_ref::<step::Failure>()
                .and_then(step::Failure::code);
            code.map_or(ExitCode::FAILURE, ExitCode::from)
        }
    }
}

fn run(task: Task) -> Result<()> {
    let workspace = Workspace::find()?;
    match task {
        Task::Setup => {
            npm::install(&workspace)?;
            toolchain::Toolchain::find()?;
            test::prepare_browser()
        }
        Task::Build { release } => build::build(&workspace, Profile::from_flag(release)),
        Task::Serve {
            release,
            watch,
            args,
        } => {
            let profile = Profile::from_flag(release);
            if watch {
                return watch::serve(&workspace, profile, &args);
            }
            build::build(&workspace, profile)?;
            server::become_server(&workspace, profile, &args)
        }
        Task::Test { no_dist, args } => test::test(&workspace, !no_dist, &args),
        Task::Bench { args } => bench::bench(&workspace, &args),
        Task::Lint => lint::lint(&workspace),
        Task::Dist => dist::dist(&workspace),
        Task::Ci => ci::ci(&workspace),
    }
}
