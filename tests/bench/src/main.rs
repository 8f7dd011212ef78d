//! How fast sqlground is, next to the same PostgreSQL without it: `cargo xtask bench`.
//!
//! Each part starts a PostgreSQL and a site of its own. Client, site, PostgreSQL and what they are
//! compared with share the machine, so that differences and ratios mean something where times alone
//! do not. Nothing is written outside of temporary folders.

mod direct;
mod ground;
mod parts;
mod report;
mod statement;
mod student;
mod times;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use parts::{crowd, first, latency, load, memory, neighbours, plans, soak, verdicts};
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;

/// Measures sqlground.
#[derive(Parser)]
struct Arguments {
    /// What to measure [default: everything]
    parts: Vec<Part>,
    /// Measure for a short time, to see that it works rather than how fast
    #[arg(long)]
    quick: bool,
    /// The server
    #[arg(long, env = "SQLGROUND_BIN", value_name = "FILE")]
    server: PathBuf,
    /// The packed PostgreSQL
    #[arg(long, env = "SQLGROUND_POSTGRES_ARCHIVE", value_name = "FILE")]
    postgres: PathBuf,
    /// The exercises
    #[arg(long, env = "SQLGROUND_EXERCISES", value_name = "DIR")]
    exercises: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// A run next to the same statement over a connection of one's own
    Latency,
    /// The first result for a new student
    First,
    /// Runs a second next to pgbench
    Load,
    /// A student's runs while another attacks
    Neighbours,
    /// The same with thousands of sandboxes there
    Crowd,
    /// The server's memory
    Memory,
    /// Plans read a second, and what one of ten thousand nodes takes
    Plans,
    /// Submissions judged wrongly, counterexamples, and the time of checks
    Verdicts,
    /// Ten minutes of honest work and attacks, while processes are killed
    Soak,
}

/// What every part needs to know.
struct Bench {
    quick: bool,
    server: PathBuf,
    postgres: PathBuf,
    exercises: PathBuf,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    if let Some(file) = std::env::var_os(plans::PEAK_OF) {
        plans::tell_peak(file.as_ref())?;
        return Ok(ExitCode::SUCCESS);
    }
    let arguments = Arguments::parse();
    let parts = match arguments.parts.as_slice() {
        [] => Part::value_variants(),
        parts => parts,
    };
    let bench = Bench {
        quick: arguments.quick,
        server: arguments.server,
        postgres: arguments.postgres,
        exercises: arguments.exercises,
    };
    let mut report = Report::default();
    for part in parts {
        match part {
            Part::Latency => latency::measure(&bench, &mut report).await?,
            Part::First => first::measure(&bench, &mut report).await?,
            Part::Load => load::measure(&bench, &mut report).await?,
            Part::Neighbours => neighbours::measure(&bench, &mut report).await?,
            Part::Crowd => crowd::measure(&bench, &mut report).await?,
            Part::Memory => memory::measure(&bench, &mut report).await?,
            Part::Plans => plans::measure(&bench, &mut report).await?,
            Part::Verdicts => verdicts::measure(&bench, &mut report).await?,
            Part::Soak => soak::measure(&bench, &mut report).await?,
        }
    }
    println!("\n{report}");
    Ok(if report.all_met() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
