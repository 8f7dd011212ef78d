//! The sandboxes of one database.

use crate::catalogue::Catalogue;
use crate::creator::{self, Creators};
use crate::guard::{self, Guard};
use crate::housekeeping;
use crate::idle::IdleConnections;
use crate::keeper::Keeper;
use crate::ledger;
use crate::name::Secret;
use crate::owner::Owner;
use crate::pools::{self, SERVICE_CONNECTIONS};
use crate::queue::{Claim, Place, Position, Queue};
use crate::quota::Quota;
use crate::removal::{self, Removals};
use crate::repair::Untold;
use crate::sandbox::Sandbox;
use crate::stages::{self, Stages};
use crate::stock::{self, Stock};
use crate::types::TypeNames;
use crate::wire::Address;
use crate::{
    Authors, Claimant, DatasetSource, Error, Scratch, SessionName, Settings, Space, dataset, probe,
    suitability, tables,
};
use sqlground_model::TableInfo;
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The sandboxes of one database. Clones share everything.
#[derive(Clone)]
pub struct Sandboxes {
    pub(crate) shared: Arc<Shared>,
    /// What scratches run under.
    place: Option<Arc<Place>>,
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
    /// Who the scripts are from.
    pub(crate) authors: Authors,
    /// Who creates students' roles.
    pub(crate) creators: Creators,
    /// How many connections a role may have.
    pub(crate) connections: u16,
    /// How many sandboxes are prepared at a time.
    pub(crate) preparing: Semaphore,
    /// Students' connections that wait for the next script.
    pub(crate) idle: IdleConnections,
    /// What is made before anybody asks for it.
    pub(crate) stock: Arc<Stock>,
    /// Scratches that wait for the next rehearsal.
    pub(crate) stages: Stages,
    /// What waits to be removed.
    pub(crate) removals: Removals,
    /// Shows other servers that this one lives.
    pub(crate) keeper: Keeper,
    /// Where the system catalogues are.
    pub(crate) catalogue: Catalogue,
    /// The service's connections for watching and measuring, which wait for no lock.
    pub(crate) watch_pool: PgPool,
    /// Ends what takes what is everybody's.
    pub(crate) guard: Arc<Guard>,
    /// How much disk sandboxes take.
    pub(crate) quota: Quota,
    /// What students have not been told yet.
    pub(crate) untold: Untold,
    /// Names of types.
    pub(crate) types: TypeNames,
    /// The tables of spaces by digest.
    tables: Mutex<HashMap<String, Arc<Vec<TableInfo>>>>,
    /// Ends with the sandboxes.
    background: Mutex<JoinSet<()>>,
}

impl Sandboxes {
    /// Connects, checks that the server is PostgreSQL 14 or newer and the service's role has the
    /// privileges it needs, creates what is missing, removes what a crash left behind, and tries
    /// out whether students are kept apart.
    ///
    /// Fails with the SQL to run where the operator has to do something.
    pub async fn open(settings: Settings) -> Result<Self, Error> {
        let places = settings.queue.places;
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
        let pool = pools::service(&options)
            .await
            .map_err(Error::unavailable("be reached"))?;
        let server = suitability::check(&pool, settings.authors).await?;
        ledger::create(&pool)
            .await
            .map_err(Error::unavailable("create the service's tables"))?;
        let catalogue = Catalogue::open(&pool, settings.resources.sandbox_objects)
            .await
            .map_err(Error::unavailable("be asked about itself"))?;
        let idle = idle_connections(&pool, &settings).await?;
        let stock = Arc::new(Stock::new(settings.ready.spares, settings.ready.max_spares));
        let shared = Arc::new(Shared {
            address: Address::of(&options),
            database: server.database,
            secret: settings.secret,
            server_version: server.version,
            queue: Queue::new(settings.queue),
            authors: settings.authors,
            creators: Creators::default(),
            connections: settings.connections,
            preparing: Semaphore::new(usize::from(places.max(2))),
            idle: IdleConnections::new(idle),
            stock: Arc::clone(&stock),
            stages: Stages::default(),
            removals: Removals::new(u32::from(places) * 4 + 16),
            watch_pool: pools::watch(&options),
            keeper: Keeper::new(options),
            catalogue,
            guard: Arc::new(Guard::new(settings.resources.clone())),
            quota: Quota::new(settings.resources.sandbox_bytes),
            untold: Untold::default(),
            types: TypeNames::default(),
            tables: Mutex::default(),
            background: Mutex::default(),
            pool,
        });
        let sandboxes = Self {
            shared: Arc::clone(&shared),
            place: None,
        };
        removal::sweep(&shared).await?;
        if settings.authors == Authors::Students {
            probe::prove(&sandboxes, settings.allow_weak_isolation).await?;
        }
        let mut background = JoinSet::new();
        background.spawn(housekeeping::keep_house(Arc::downgrade(&shared)));
        background.spawn(guard::keep_watch(
            Arc::clone(&shared.guard),
            Arc::downgrade(&shared),
        ));
        background.spawn(stock::keep_filled(
            Arc::clone(&stock),
            Arc::downgrade(&shared),
        ));
        *shared
            .background
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = background;
        stock.want(&Space::empty(""), true);
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
    ///
    /// Making one and running a script in it each wait for a place, unless one is held
    /// ([`holding`](Self::holding)).
    pub async fn sandbox(&self, claimant: &Claimant, space: &Space) -> Result<Sandbox, Error> {
        let claim = self.claim().unwrap_or(Claim::Queues(claimant.clone()));
        Sandbox::open(&self.shared, &claimant.session, space, claim).await
    }

    /// A workspace with a role and a schema of its own, prepared as a sandbox would be.
    ///
    /// Its scripts do not queue: whoever makes it holds a place ([`holding`](Self::holding)), or
    /// works for nobody in particular.
    pub async fn scratch(&self, space: &Space) -> Result<Scratch, Error> {
        let claim = self.claim().unwrap_or(Claim::Free);
        Scratch::take(&self.shared, space, claim).await
    }

    /// A scratch for rehearsals alone, in which others may have rehearsed before.
    pub async fn stage(&self, space: &Space) -> Result<Scratch, Error> {
        let claim = self.claim().unwrap_or(Claim::Free);
        match self.shared.stages.take(&self.shared, space, &claim).await {
            Some(scratch) => Ok(scratch),
            None => Scratch::take(&self.shared, space, claim).await,
        }
    }

    /// Waits until the session has nothing running and a place is free. Dropping the future gives
    /// the claim up.
    pub async fn place(&self, claimant: &Claimant) -> Result<Place, Error> {
        self.shared.queue.place(claimant).await
    }

    /// The same sandboxes, for work under a place: what is made through them runs under it and does
    /// not queue. It is given back when the last of it has ended in PostgreSQL.
    #[must_use]
    pub fn holding(&self, place: Place) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            place: Some(Arc::new(place)),
        }
    }

    fn claim(&self) -> Option<Claim> {
        self.place.clone().map(Claim::Holds)
    }

    /// Where a session's request stands in the queue, or the request that came last where none is
    /// named; none if it does not wait.
    pub fn position(&self, session: &SessionName, request: Option<u32>) -> Option<Position> {
        self.shared.queue.position(session, request)
    }

    /// Removes a session's sandboxes with everything in them.
    pub async fn drop_session(&self, session: &SessionName) -> Result<(), Error> {
        let shared = &self.shared;
        let session = Owner::session(&shared.secret, session);
        let roles = ledger::of_session(&shared.pool, &session)
            .await
            .map_err(Error::unavailable("list a session's sandboxes"))?;
        for role in &roles {
            removal::remove(shared, role).await?;
        }
        Ok(())
    }

    /// Removes the sandboxes that have not been used for so long, and what servers that are gone
    /// left. Gives back how many sandboxes.
    pub async fn drop_unused(&self, unused: Duration) -> Result<u64, Error> {
        let shared = &self.shared;
        let keeper = shared.keeper.name().await?;
        let roles = ledger::take_back_unused(&shared.pool, unused, &keeper)
            .await
            .map_err(Error::unavailable("list unused sandboxes"))?;
        for role in &roles {
            removal::remove(shared, role).await?;
        }
        removal::sweep(shared).await?;
        creator::remove_unused(shared)
            .await
            .map_err(Error::unavailable("remove a role"))?;
        Ok(roles.len() as u64)
    }

    /// The tables a student finds in a space at the start, for the exercise's page. They are looked
    /// up once for each digest.
    pub async fn tables(&self, space: &Space) -> Result<Arc<Vec<TableInfo>>, Error> {
        let digest = space.digest();
        // Who looks at the page is about to need a sandbox.
        self.shared.stock.want(space, false);
        if let Some(known) = self.known_tables().get(&digest) {
            return Ok(Arc::clone(known));
        }
        let scratch = self.scratch(space).await?;
        let found = Arc::new(tables::read(&scratch).await?);
        self.known_tables().insert(digest, Arc::clone(&found));
        Ok(found)
    }

    /// Waits until what was thrown away is removed, and closes all connections. Nothing can be run
    /// afterwards.
    pub async fn close(&self) {
        self.shared
            .background
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .abort_all();
        self.shared.idle.close_older(Duration::ZERO);
        self.shared.stages.remove_older(Duration::ZERO);
        self.shared.removals.finish().await;
        self.shared.watch_pool.close().await;
        self.shared.pool.close().await;
    }

    fn known_tables(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Vec<TableInfo>>>> {
        self.shared
            .tables
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many of the students' connections may wait: as many as wanted, and no more than PostgreSQL
/// allows besides those that run scripts, those that are just ending, those of rehearsals in two
/// databases, and the service's own in its three.
async fn idle_connections(pool: &PgPool, settings: &Settings) -> Result<usize, Error> {
    let allowed: i32 = sqlx::query_scalar(
        "SELECT current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true), '0')::int",
    )
    .fetch_one(pool)
    .await
    .map_err(Error::unavailable("be asked about itself"))?;
    let allowed = usize::try_from(allowed).unwrap_or(0);
    let others = usize::from(settings.queue.places) * 2
        + usize::from(SERVICE_CONNECTIONS) * 3
        + stages::MOST * 2;
    Ok(allowed
        .saturating_sub(others)
        .min(usize::from(settings.ready.connections)))
}
