//! A student's connection and the statements on it, ended from outside when their time is over.

use crate::Error;
use crate::Limits;
use crate::explanation;
use crate::name::{Quote, RoleName};
use crate::queue::Place;
use crate::role;
use crate::sandboxes::Shared;
use crate::wire::{Budget, ConnectError, Connection, Login, Reply};
use crate::workspace::Workspace;
use sqlground_model::TransactionState;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How long a log-in may take.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long a statement may take to end once it is cancelled, and a process to end once it is
/// terminated.
const GRACE: Duration = Duration::from_secs(2);

/// PostgreSQL's own limit on a statement lies so much above ours: it counts only if the server is
/// killed and nobody is left to cancel.
const MARGIN: Duration = Duration::from_secs(5);

/// How a statement is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// As psql does.
    Simple,
    /// By the extended protocol, which refuses more than one statement.
    Single,
}

/// The time a script has.
pub(crate) struct Clock<'a> {
    limits: &'a Limits,
    started: Instant,
}

impl<'a> Clock<'a> {
    /// The script begins now.
    pub(crate) fn start(limits: &'a Limits) -> Self {
        Self {
            limits,
            started: Instant::now(),
        }
    }

    /// How long the script has been running.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// True if no further statement may begin.
    pub(crate) fn is_over(&self) -> bool {
        self.elapsed() >= self.limits.script_time
    }

    /// How long the next statement may take.
    fn statement(&self) -> Duration {
        let rest = self.limits.script_time.saturating_sub(self.elapsed());
        self.limits.statement_time.min(rest)
    }
}

/// A connection logged in as a student's role. Dropping it without [`close`](Self::close) ends the
/// process in PostgreSQL, whatever it is doing, and gives the place back only then.
pub(crate) struct Backend {
    connection: Option<Connection>,
    transaction: TransactionState,
    lost: bool,
    shared: Arc<Shared>,
    role: RoleName,
    place: Option<Place>,
}

impl Backend {
    /// Logs in as the workspace's role. A role that its student made unfit for that is repaired.
    pub(crate) async fn connect(
        workspace: &Workspace,
        limits: &Limits,
        place: Option<Place>,
    ) -> Result<Self, Error> {
        let shared = &workspace.shared;
        let connection = match log_in(workspace, limits).await {
            Err(ConnectError::Refused(error)) if is_the_roles_fault(&error.sqlstate) => {
                tracing::debug!(?error, "the role cannot log in and is repaired");
                repair(workspace)
                    .await
                    .map_err(Error::unavailable("repair a role"))?;
                log_in(workspace, limits).await
            }
            result => result,
        };
        Ok(Self {
            connection: Some(
                connection.map_err(Error::unavailable("open a student's connection"))?,
            ),
            transaction: TransactionState::Idle,
            lost: false,
            shared: Arc::clone(shared),
            role: workspace.role.clone(),
            place,
        })
    }

    /// The state the last statement left.
    pub(crate) fn transaction(&self) -> TransactionState {
        self.transaction
    }

    /// True if the connection can take no further statement.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Sends a statement and reads what comes back. When its time is over it is cancelled, then
    /// terminated. A lost connection is an error in the reply.
    pub(crate) async fn execute(
        &mut self,
        protocol: Protocol,
        sql: &str,
        clock: &Clock<'_>,
        budget: &mut Budget<'_>,
    ) -> Reply {
        let mut reply = Reply {
            transaction: self.transaction,
            ..Reply::default()
        };
        if let Some(position) = sql.chars().position(|c| c == '\0') {
            reply.error = Some(explanation::null_character(position));
            return reply;
        }
        let allowed = clock.statement();
        let (result, stopped) = self
            .attempt(protocol, sql, allowed, budget, &mut reply)
            .await;
        self.lost |= result.is_err();
        self.transaction = match result {
            Ok(()) => reply.transaction,
            Err(_) => TransactionState::Idle,
        };
        reply.transaction = self.transaction;
        if let Err(error) = result {
            tracing::debug!(%error, "a student's connection is lost");
            explanation::lost(&mut reply);
        }
        if let Some(error) = &mut reply.error {
            if stopped {
                explanation::stopped(error, allowed);
            } else if reply.too_large {
                explanation::too_large(error);
            } else {
                explanation::add_hint(error, sql);
            }
        }
        reply
    }

    /// True in the second place if the statement's time was over.
    async fn attempt(
        &mut self,
        protocol: Protocol,
        sql: &str,
        allowed: Duration,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> (io::Result<()>, bool) {
        let Some(connection) = self.connection.as_mut().filter(|_| !self.lost) else {
            return (Err(io::ErrorKind::NotConnected.into()), false);
        };
        let (address, key) = connection.canceller();
        let mut answer = pin!(async {
            match protocol {
                Protocol::Simple => connection.simple(sql, budget, reply).await,
                Protocol::Single => connection.single(sql, budget, reply).await,
            }
        });
        if let Ok(result) = timeout(allowed, &mut answer).await {
            return (result, false);
        }
        if let Err(error) = address.cancel(&key).await {
            tracing::debug!(%error, "cancelling fails");
        }
        if let Ok(result) = timeout(GRACE, &mut answer).await {
            return (result, true);
        }
        // A function may catch the cancellation and go on.
        terminate(&self.shared, &self.role, key.pid).await;
        let result = timeout(GRACE, &mut answer).await;
        (result.unwrap_or(Err(io::ErrorKind::TimedOut.into())), true)
    }

    /// Ends the connection in good order.
    pub(crate) async fn close(mut self) {
        if !self.lost
            && let Some(connection) = self.connection.take()
        {
            connection.close().await;
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        // Without a runtime the process is going down, and its connections with it.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (shared, role) = (Arc::clone(&self.shared), self.role.clone());
        let place = self.place.take();
        runtime.spawn(async move {
            terminate(&shared, &role, connection.pid()).await;
            drop(place);
        });
    }
}

/// Ends a process of the role. The role is checked since numbers of processes are used again.
async fn terminate(shared: &Shared, role: &RoleName, pid: i32) {
    let ended = sqlx::query(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
         WHERE pid = $1 AND usename = $2",
    )
    .bind(pid)
    .bind(role.as_str())
    .execute(&shared.pool)
    .await;
    if let Err(error) = ended {
        tracing::warn!(%error, pid, "a student's process cannot be ended");
    }
}

/// True if a role's password, settings or privileges can be why the log-in failed; false if the
/// server is full, starting or stopping.
fn is_the_roles_fault(sqlstate: &str) -> bool {
    // A role's `local_preload_libraries` may name a file that is not there (58P01).
    sqlstate == "58P01"
        || !matches!(
            &sqlstate[..sqlstate.len().min(2)],
            "53" | "57" | "58" | "XX"
        )
}

pub(crate) async fn repair(workspace: &Workspace) -> Result<(), sqlx::Error> {
    let shared = &workspace.shared;
    let mut connection = shared.pool.acquire().await?;
    role::repair(&mut connection, &shared.secret, &workspace.role).await
}

async fn log_in(workspace: &Workspace, limits: &Limits) -> Result<Connection, ConnectError> {
    let shared = &workspace.shared;
    let mut path = vec![workspace.schema.quoted()];
    path.extend(
        workspace
            .space
            .shared_schema()
            .map(|schema| schema.quoted()),
    );
    path.push("extensions".to_owned());
    let path = path.join(", ");
    let statement_timeout = (limits.statement_time + MARGIN).as_millis().to_string();
    let settings = [
        ("search_path", path.as_str()),
        ("statement_timeout", &statement_timeout),
        ("idle_in_transaction_session_timeout", "60s"),
        ("idle_session_timeout", "60s"),
        // Ends a statement whose server is gone (manual section 20.3.2).
        ("client_connection_check_interval", "10s"),
        ("lock_timeout", "0"),
        ("application_name", "sqlground sandbox"),
        ("client_encoding", "UTF8"),
        ("client_min_messages", "notice"),
        ("standard_conforming_strings", "on"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("TimeZone", "UTC"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
    ];
    let login = Login {
        address: &shared.address,
        database: &shared.database,
        role: workspace.role.as_str(),
        password: &workspace.role.password(&shared.secret),
        settings: &settings,
    };
    timeout(CONNECT_TIME, login.connect())
        .await
        .unwrap_or_else(|_| Err(io::Error::from(io::ErrorKind::TimedOut).into()))
}
