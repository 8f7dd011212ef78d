//! Help with an error.

mod columns;
mod dialects;
mod functions;
mod grouping;
mod keywords;
mod marks;
mod missing;
mod relations;
mod syntax;
mod types;

use crate::statement::Statement;
use sqlground_model::{Run, SqlError, TableInfo};

/// A sentence that helps with the error of a statement; none where nothing is sure.
///
/// `start` is how many characters of the script precede the statement `sql`, and `tables` are those
/// that the script begins with. Names stand between backticks. The sentence is made of the script,
/// the tables' names and the error, and so is the student's text like these.
pub fn help(
    script: &str,
    start: u32,
    sql: &str,
    error: &SqlError,
    tables: &[TableInfo],
) -> Option<String> {
    // What a function's body does wrong is not to be found in the statement.
    if error.context.is_some() {
        return None;
    }
    let statement = Statement::new(script, start, sql, error);
    match &*error.sqlstate {
        "42601" => syntax::help(&statement, tables),
        "42703" => columns::undefined(&statement, script, tables),
        "42702" => columns::ambiguous(&statement, script, tables),
        "42P01" => relations::undefined(&statement, script, tables),
        "42712" => relations::twice(&statement),
        "42803" | "42P20" => grouping::help(&statement),
        "42P10" => grouping::order(&statement),
        "42883" => types::undefined(&statement),
        "42704" => dialects::undefined_type(&statement),
        "42725" => types::unclear(&statement),
        "42804" => types::mismatch(&statement),
        "22P02" | "22007" | "22008" => types::unreadable(&statement, script, tables),
        "21000" => types::too_many_rows(&statement),
        "22012" => types::division(&statement),
        _ => None,
    }
}

/// Adds [`help`] to the error that ended a run, if there is one.
pub fn add_help(run: &mut Run, script: &str, tables: &[TableInfo]) {
    for statement in &mut run.statements {
        if let Some(error) = &mut statement.error {
            error.help = help(script, statement.start, &statement.sql, error, tables);
        }
    }
}
