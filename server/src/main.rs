//! The `sqlground` command.

use clap::Parser;
use sqlground::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    sqlground::cli::main(Cli::parse())
}
