//! `sqlground version`.

use anyhow::Result;
use std::process::ExitCode;

/// The PostgreSQL inside, as the package that carries it says.
const POSTGRES_VERSION: &str = "18.4";

/// Prints the versions of sqlground and of the PostgreSQL inside.
pub fn run() -> Result<ExitCode> {
    println!("sqlground {}", env!("CARGO_PKG_VERSION"));
    println!("PostgreSQL {POSTGRES_VERSION} (embedded)");
    Ok(ExitCode::SUCCESS)
}
