//! Making a workspace what its space says.

use crate::backend::{Backend, Clock, Protocol};
use crate::dataset::{is_loaded, lines_before};
use crate::sandboxes::Shared;
use crate::split::split;
use crate::wire::Budget;
use crate::workspace::Workspace;
use crate::{Error, Limits, Space};
use sqlground_model::{SqlError, TransactionState};

/// Gathers statistics on the tables of the first schema on the search path. `ANALYZE` alone would
/// complain about every table of the database that belongs to somebody else.
pub(crate) const ANALYZE_ALL: &str = "DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'm', 'p')
    LOOP
        EXECUTE format('ANALYZE %s', t);
    END LOOP;
END
$$";

/// Fails if the space reads a dataset that is not loaded.
pub(crate) async fn require_dataset(shared: &Shared, space: &Space) -> Result<(), Error> {
    let (Some(dataset), Some(schema)) = (&space.dataset, space.shared_schema()) else {
        return Ok(());
    };
    let loaded = is_loaded(&shared.pool, &schema).await;
    if loaded.map_err(Error::unavailable("prepare a sandbox"))? {
        Ok(())
    } else {
        Err(Error::DatasetMissing(dataset.name.clone()))
    }
}

/// Runs the dataset's files and the set-up as the student, who thereby owns the tables.
pub(crate) async fn fill(workspace: &Workspace) -> Result<(), Error> {
    let space = &workspace.space;
    if !space.has_content() {
        return Ok(());
    }
    let mut filler = Filler {
        backend: Backend::connect(workspace, &Limits::PREPARATION, None).await?,
        clock: Clock::start(&Limits::PREPARATION),
        budget: Budget::new(&Limits::PREPARATION),
    };
    if let Some(dataset) = space.dataset.as_ref().filter(|_| space.writable) {
        for (file, sql) in dataset.files() {
            filler.run(sql).await.map_err(|(line, error)| {
                unless_unavailable(error, |error| Error::Dataset {
                    dataset: dataset.name.clone(),
                    file,
                    line,
                    error,
                })
            })?;
        }
    }
    let setup_failed = |(line, error)| {
        unless_unavailable(error, |error| Error::Setup {
            key: space.key.clone(),
            line,
            error,
        })
    };
    if let Some(sql) = &space.setup {
        filler.run(sql).await.map_err(setup_failed)?;
    }
    filler.run(ANALYZE_ALL).await.map_err(setup_failed)?;
    filler.backend.close().await;
    Ok(())
}

/// What is wrong with a file, unless it is PostgreSQL that could not run it.
fn unless_unavailable(error: Box<SqlError>, wrong: impl FnOnce(Box<SqlError>) -> Error) -> Error {
    if error.is_the_servers_fault() {
        Error::unavailable("prepare a sandbox")(error.message)
    } else {
        wrong(error)
    }
}

struct Filler<'a> {
    backend: Backend,
    clock: Clock<'a>,
    budget: Budget<'a>,
}

impl Filler<'_> {
    /// Runs a file. An error comes with the line of the file it is on.
    async fn run(&mut self, sql: &str) -> Result<(), (u32, Box<SqlError>)> {
        let mut line = 1;
        for statement in split(sql) {
            line = statement.line;
            let reply = self
                .backend
                .execute(
                    Protocol::Simple,
                    statement.sql,
                    &self.clock,
                    &mut self.budget,
                )
                .await;
            if let Some(error) = reply.error {
                let within = lines_before(statement.sql, error.position);
                return Err((line + within, Box::new(error)));
            }
        }
        if self.backend.transaction() == TransactionState::Idle {
            return Ok(());
        }
        let error = SqlError {
            sqlstate: "25001".to_owned(),
            message: "the file leaves a transaction open".to_owned(),
            ..SqlError::default()
        };
        Err((line, Box::new(error)))
    }
}
