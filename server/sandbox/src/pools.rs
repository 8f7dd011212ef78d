//! The service's own connections.

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgPool, PgTransaction};
use std::time::Duration;

/// How many connections the service has: those that a few statements at a time need, those for
/// watching, and the keeper's.
pub(crate) const SERVICE_CONNECTIONS: u16 = STATEMENTS + WATCH + 1;

/// How many statements the service sends at a time.
const STATEMENTS: u16 = 8;

/// How many connections there are for watching and measuring.
const WATCH: u16 = 2;

/// How long a connection that nobody uses counts as alive.
const TRUST: Duration = Duration::from_secs(1);

/// The connections for everything.
pub(crate) async fn service(options: &PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(STATEMENTS.into())
        // A connection that was used a moment ago need not be tried out.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUST {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options.clone())
        .await
}

/// The connections for watching and measuring, opened when they are needed: they are there when the
/// others all wait for locks, and wait for none themselves.
pub(crate) fn watch(options: &PgConnectOptions) -> PgPool {
    let options = options.clone().application_name("sqlground watch");
    PgPoolOptions::new()
        .max_connections(WATCH.into())
        .acquire_timeout(Duration::from_secs(2))
        .idle_timeout(Duration::from_mins(1))
        .connect_lazy_with(options.options([
            ("lock_timeout", "300ms"),
            // Planning takes longer than what is planned.
            ("plan_cache_mode", "force_generic_plan"),
        ]))
}

/// Begins a transaction that is rolled back unless it is committed, also if this future is dropped.
///
/// sqlx knows of a transaction once PostgreSQL has answered to `BEGIN`. A future that is dropped
/// before gives back a connection within a transaction that nobody ends: whatever the next users of
/// the connection do is never committed, and keeps its locks. So somebody always waits for the
/// answer.
pub(crate) async fn begin(pool: &PgPool) -> Result<PgTransaction<'static>, sqlx::Error> {
    let pool = pool.clone();
    let beginning = tokio::spawn(async move { pool.begin().await });
    match beginning.await {
        Ok(begun) => begun,
        Err(panic) => Err(sqlx::Error::Io(std::io::Error::other(panic))),
    }
}
