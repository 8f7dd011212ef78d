//! Help with errors, for whoever runs a script or asks for its plan; checks bring their own.

use sqlground_advice::{add_help, help};
use sqlground_model::{Run, TableInfo};
use sqlground_sandbox::{Explained, Sandboxes, Space};
use std::sync::Arc;

/// Adds help to the error that ended a run, if there is one.
pub(crate) async fn for_run(sandboxes: &Sandboxes, space: &Space, script: &str, run: &mut Run) {
    if run.failure().is_some() {
        let tables = tables(sandboxes, space).await;
        add_help(run, script, &tables);
    }
}

/// Adds help to the error because of which there is no plan.
pub(crate) async fn for_plan(
    sandboxes: &Sandboxes,
    space: &Space,
    script: &str,
    explained: &mut Explained,
) {
    if let Explained::Failed { statement, error } = explained {
        let tables = tables(sandboxes, space).await;
        error.help = help(script, statement.start, &statement.sql, error, &tables);
    }
}

/// The tables of a space; without them there is less help.
async fn tables(sandboxes: &Sandboxes, space: &Space) -> Arc<Vec<TableInfo>> {
    if space.dataset.is_none() && space.setup.is_none() {
        return Arc::default();
    }
    sandboxes.tables(space).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "an error is explained without the tables");
        Arc::default()
    })
}
