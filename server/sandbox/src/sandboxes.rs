//! The sandboxes of one database.

use crate::keeper::Keeper;
use crate::ledger::{self, KeeperName};
use crate::name::{RoleName, SchemaName, Secret};
use crate::queue::{Queue, Turn};
use crate::types::TypeNames;
use crate::wire::Address;
use crate::workspace::{Sandbox, Workspace};
use crate::{
    DatasetSource, Error, Scratch, SessionName, Settings, Space, dataset, scratch, tables,
};
use crate::{removal, suitability};
use sqlground_model::TableInfo;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The sandboxes of one database. Clones share everything.
#[derive(Clone)]
pub struct Sandboxes {
    pub(crate) shared: Arc<Shared>,
}

/// What all sandboxes of a database share.
pub(crate) struct Shared {
    /// The service's own connections.
    pub(crate) pool: PgPool,
    /// Where students' connections go.
    pub(crate) address: Address,
    /// The database's name.
    pub(crate) database: String,
    /// What roles' names and passwords are derived with.
    pub(crate) secret: Secret,
    /// `server_version_num`.
    pub(crate) server_version: u32,
    /// Who runs when.
    pub(crate) queue: Queue,
    /// How many sandboxes are prepared at a time. Each takes two of the service's connections, and
    /// as many must be left for everything else.
    pub(crate) preparing: Semaphore,
    /// Shows other servers that this one lives.
    pub(crate) keeper: Keeper,
    /// Names of types.
    pub(crate) types: TypeNames,
    /// The tables of spaces by digest.
    tables: Mutex<HashMap<String, Arc<Vec<TableInfo>>>>,
}

impl Sandboxes {
    /// Connects, checks that the server is PostgreSQL 14 or newer and the service's role has the
    /// privileges it needs, creates what is missing, and removes what a crash left behind.
    ///
    /// Fails with the SQL to run where the operator has to do something.
    pub async fn open(settings: Settings) -> Result<Self, Error> {
        let preparing = settings.max_running.max(2);
        let options = settings
            .database
            .clone()
            .application_name("sqlground")
            .options([
                ("client_min_messages", "warning"),
                ("synchronous_commit", "off"),
                // Nothing of what the service calls is looked for where others may create.
                ("search_path", "pg_catalog"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(u32::from(preparing) * 4)
            .connect_with(options.clone())
            .await
            .map_err(Error::unavailable("be reached"))?;
        let server = suitability::check(&pool).await?;
        ledger::create(&pool)
            .await
            .map_err(Error::unavailable("create the service's tables"))?;
        let sandboxes = Self {
            shared: Arc::new(Shared {
                address: Address::of(&options),
                database: server.database,
                secret: settings.secret,
                server_version: server.version,
                queue: Queue::new(settings.max_running, settings.queue_time),
                preparing: Semaphore::new(usize::from(preparing)),
                keeper: Keeper::new(options),
                types: TypeNames::default(),
                tables: Mutex::default(),
                pool,
            }),
        };
        removal::sweep(&sandboxes.shared).await?;
        Ok(sandboxes)
    }

    /// Loads a dataset into a schema that every session may read and none may change.
    ///
    /// Does nothing if it is loaded with this digest already; several calls at once load it once.
    /// An older version is dropped. Either all of it is there afterwards or nothing.
    pub async fn load_dataset(&self, source: &DatasetSource) -> Result<(), Error> {
        dataset::load(&self.shared.pool, source).await
    }

    /// The session's sandbox for a space: found as the student left it, or made and prepared if
    /// it is not there, was not finished, or was made from a space with another digest.
    pub async fn sandbox(&self, session: &SessionName, space: &Space) -> Result<Sandbox, Error> {
        let shared = &self.shared;
        let role = RoleName::of_session(&shared.secret, &shared.database, session);
        let schema = SchemaName::of_space(&shared.secret, &role, &space.key);
        let workspace = Workspace::new(Arc::clone(shared), role, schema, space.clone());
        workspace.prepare(None).await?;
        Ok(Sandbox { workspace })
    }

    /// A workspace with a role and a schema of its own, prepared as a sandbox would be.
    pub async fn scratch(&self, space: &Space) -> Result<Scratch, Error> {
        let keeper: KeeperName = self.shared.keeper.name().await?;
        let role = RoleName::random();
        let schema = SchemaName::of_scratch(&role);
        let workspace = Workspace::new(Arc::clone(&self.shared), role, schema, space.clone());
        scratch::prepare(workspace, &keeper).await
    }

    /// Waits until the session has nothing running and keeps it so until the turn is dropped: work
    /// on behalf of a session that does not run as its role.
    pub async fn turn(&self, session: &SessionName) -> Result<Turn, Error> {
        let shared = &self.shared;
        let role = RoleName::of_session(&shared.secret, &shared.database, session);
        shared.queue.turn(&role).await
    }

    /// Removes a session's role with everything it owns.
    pub async fn drop_session(&self, session: &SessionName) -> Result<(), Error> {
        let shared = &self.shared;
        let role = RoleName::of_session(&shared.secret, &shared.database, session);
        removal::remove(shared, &role).await
    }

    /// Removes the sessions that have not been used for so long. Gives back how many.
    pub async fn drop_unused(&self, unused: Duration) -> Result<u64, Error> {
        let roles = ledger::unused_roles(&self.shared.pool, unused)
            .await
            .map_err(Error::unavailable("list unused sessions"))?;
        for role in &roles {
            removal::remove(&self.shared, role).await?;
        }
        Ok(roles.len() as u64)
    }

    /// The tables a student finds in a space at the start, for the exercise's page. They are looked
    /// up once for each digest.
    pub async fn tables(&self, space: &Space) -> Result<Arc<Vec<TableInfo>>, Error> {
        let digest = space.digest();
        if let Some(known) = self.known_tables().get(&digest) {
            return Ok(Arc::clone(known));
        }
        let scratch = self.scratch(space).await?;
        let found = tables::read(&scratch).await;
        scratch.discard().await?;
        let found = Arc::new(found?);
        self.known_tables().insert(digest, Arc::clone(&found));
        Ok(found)
    }

    /// Closes the service's own connections and waits for that. Nothing can be run afterwards.
    pub async fn close(&self) {
        self.shared.pool.close().await;
    }

    fn known_tables(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Vec<TableInfo>>>> {
        self.shared
            .tables
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
