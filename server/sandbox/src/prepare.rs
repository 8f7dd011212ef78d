//! Making a workspace what its space says.

use crate::backend::{self, Backend, Clock, Protocol};
use crate::dataset::{is_loaded, lines_before};
use crate::ledger::{self, KeeperName};
use crate::name::Quote;
use crate::split::split;
use crate::wire::Budget;
use crate::workspace::Workspace;
use crate::{Error, Limits, role};
use sqlground_model::{SqlError, TransactionState};
use sqlx::AssertSqlSafe;

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

impl Workspace {
    /// Makes role and schema and fills the schema, unless that was done with the space's digest.
    pub(crate) async fn prepare(&self, keeper: Option<&KeeperName>) -> Result<(), Error> {
        let failed = || Error::unavailable("prepare a sandbox");
        let digest = self.space.digest();
        let (shared, role, schema) = (&*self.shared, &self.role, &self.schema);
        // A scratch is new: there is nothing to find.
        if keeper.is_none()
            && ledger::is_prepared(&shared.pool, role, schema, &digest)
                .await
                .map_err(failed())?
        {
            return Ok(());
        }
        // The schema is not rebuilt under a running script.
        let _turn = shared.queue.turn(role).await?;
        let _preparing = shared
            .preparing
            .acquire()
            .await
            .expect("it is never closed");
        self.ensure_role(keeper).await.map_err(failed())?;
        ledger::add_sandbox(&shared.pool, role, schema, &digest)
            .await
            .map_err(failed())?;
        let mut lock = shared.pool.begin().await.map_err(failed())?;
        let found = ledger::lock_sandbox(&mut lock, schema)
            .await
            .map_err(failed())?;
        if found.as_ref() != Some(&digest) {
            self.rebuild().await?;
            ledger::set_digest(&mut *lock, schema, Some(&digest))
                .await
                .map_err(failed())?;
        }
        lock.commit().await.map_err(failed())
    }

    /// Forgets what the schema was prepared with and prepares it anew.
    pub(crate) async fn start_over(&self) -> Result<(), Error> {
        ledger::set_digest(&self.shared.pool, &self.schema, None)
            .await
            .map_err(Error::unavailable("reset a sandbox"))?;
        self.prepare(None).await
    }

    async fn ensure_role(&self, keeper: Option<&KeeperName>) -> Result<(), sqlx::Error> {
        let mut transaction = self.shared.pool.begin().await?;
        if ledger::add_role(&mut transaction, &self.role, keeper).await? {
            // The ledger may have been lost and the role not.
            role::repair(&mut transaction, &self.shared.secret, &self.role).await?;
        }
        transaction.commit().await
    }

    async fn rebuild(&self) -> Result<(), Error> {
        let failed = || Error::unavailable("prepare a sandbox");
        let shared = &self.shared;
        if let Some(dataset) = &self.space.dataset
            && let Some(schema) = self.space.shared_schema()
            && !is_loaded(&shared.pool, &schema).await.map_err(failed())?
        {
            return Err(Error::DatasetMissing(dataset.name.clone()));
        }
        role::terminate(&shared.pool, &self.role)
            .await
            .map_err(failed())?;
        backend::repair(self).await.map_err(failed())?;
        let schema = self.schema.quoted();
        let sql = format!(
            "DROP SCHEMA IF EXISTS {schema} CASCADE;
             CREATE SCHEMA {schema};
             GRANT USAGE, CREATE ON SCHEMA {schema} TO {}",
            self.role.quoted()
        );
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&shared.pool)
            .await
            .map_err(failed())?;
        if self.space.writable && self.space.dataset.is_some() || self.space.setup.is_some() {
            self.fill().await?;
        }
        Ok(())
    }

    /// Runs the dataset's files and the set-up as the student, who thereby owns the tables.
    async fn fill(&self) -> Result<(), Error> {
        let mut filler = Filler {
            backend: Backend::connect(self, &Limits::PREPARATION, None).await?,
            clock: Clock::start(&Limits::PREPARATION),
            budget: Budget::new(&Limits::PREPARATION),
        };
        if let Some(dataset) = self.space.dataset.as_ref().filter(|_| self.space.writable) {
            for (file, sql) in dataset.files() {
                filler
                    .run(sql)
                    .await
                    .map_err(|(line, error)| Error::Dataset {
                        dataset: dataset.name.clone(),
                        file,
                        line,
                        error,
                    })?;
            }
        }
        let setup_failed = |(line, error)| Error::Setup {
            key: self.space.key.clone(),
            line,
            error,
        };
        if let Some(sql) = &self.space.setup {
            filler.run(sql).await.map_err(setup_failed)?;
        }
        filler.run(ANALYZE_ALL).await.map_err(setup_failed)?;
        filler.backend.close().await;
        Ok(())
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
