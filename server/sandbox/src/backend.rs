//! A student's connection and the statements on it, ended from outside when their time is over.

mod meter;
mod reuse;
mod traces;

pub(crate) use reuse::Home;

use crate::Error;
use crate::Limits;
use crate::explanation;
use crate::guard::{self, Reason, Watch};
use crate::login::log_in;
use crate::name::RoleName;
use crate::queue::Place;
use crate::role;
use crate::sandboxes::Shared;
use crate::wire::{Budget, ConnectError, Connection, Reply};
use crate::workspace::Workspace;
use meter::Meter;
use sqlground_model::TransactionState;
use std::future::pending;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};
use traces::may_leave_traces;

/// How long a statement may take to end once it is cancelled, and a process to end once it is
/// terminated.
const GRACE: Duration = Duration::from_secs(2);

/// How a statement is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// As psql does.
    Simple,
    /// By the extended protocol, which refuses more than one statement.
    Single,
    /// So, too; the statement's plan is kept for the next time.
    Kept,
}

/// Why a statement was stopped from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// Its time was over.
    Time,
    /// The student no longer wants it.
    Cancelled,
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

/// A connection logged in as a student's role. Dropping it without [`close`](Self::close) or
/// [`release`](Self::release) ends the process in PostgreSQL, whatever it is doing, and gives the
/// place back only then.
pub(crate) struct Backend {
    connection: Option<Connection>,
    transaction: TransactionState,
    lost: bool,
    /// True if a script may have left what is not undone before the next.
    leaves_traces: bool,
    shared: Arc<Shared>,
    role: RoleName,
    place: Option<Arc<Place>>,
    /// Where the connection waits for the session's next script; none if it is not used again.
    home: Option<Home>,
    /// While what runs here is watched.
    watch: Option<Watch>,
    /// Counts what the script does to its sandbox; none if it works for no session.
    meter: Option<Meter>,
}

impl Backend {
    /// Logs in as the workspace's role. A role that its student made unfit for that is repaired.
    pub(crate) async fn connect(
        workspace: &Workspace,
        limits: &Limits,
        place: Option<Arc<Place>>,
    ) -> Result<Self, Error> {
        match Self::log_in(workspace, limits, place.clone()).await {
            Err(error) if error.is_the_roles_fault() => {
                tracing::debug!(%error, "the role cannot log in and is repaired");
                let shared = &workspace.shared;
                role::repair(&shared.pool, shared, &workspace.role)
                    .await
                    .map_err(Error::unavailable("repair a role"))?;
                Self::log_in(workspace, limits, place).await
            }
            result => result,
        }
        .map_err(Self::unavailable)
    }

    /// Logs in as the workspace's role.
    pub(crate) async fn log_in(
        workspace: &Workspace,
        limits: &Limits,
        place: Option<Arc<Place>>,
    ) -> Result<Self, ConnectError> {
        let connection = log_in(workspace, limits).await?;
        Ok(Self::new(workspace, connection, place))
    }

    /// Goes on with a connection that waited.
    pub(crate) fn resume(
        workspace: &Workspace,
        connection: Connection,
        place: Option<Arc<Place>>,
    ) -> Self {
        Self::new(workspace, connection, place)
    }

    fn new(workspace: &Workspace, connection: Connection, place: Option<Arc<Place>>) -> Self {
        Self {
            connection: Some(connection),
            transaction: TransactionState::Idle,
            lost: false,
            leaves_traces: false,
            shared: Arc::clone(&workspace.shared),
            role: workspace.role.clone(),
            place,
            home: None,
            watch: None,
            meter: None,
        }
    }

    /// Lets what runs here be ended when it takes what is everybody's.
    pub(crate) fn watched(mut self) -> Self {
        let pid = self.connection.as_ref().map(Connection::pid);
        self.watch = pid.map(|pid| self.shared.guard.watch(pid, &self.role));
        self
    }

    /// Lets the connection wait for the session's next script afterwards.
    pub(crate) fn at_home(mut self, home: Home) -> Self {
        self.home = Some(home);
        self.meter = Some(Meter::start(&self.shared, &self.role, self.place.clone()));
        self
    }

    /// A failed log-in as the caller is told.
    pub(crate) fn unavailable(error: ConnectError) -> Error {
        Error::unavailable("open a student's connection")(error)
    }

    /// The state the last statement left.
    pub(crate) fn transaction(&self) -> TransactionState {
        self.transaction
    }

    /// True if the connection can take no further statement.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost
    }

    /// True if the student no longer wants what runs here.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.place
            .as_ref()
            .is_some_and(|place| place.is_cancelled())
    }

    /// Sends a statement and reads what comes back. When its time is over, or the student no longer
    /// wants it, it is cancelled, then terminated. A lost connection is an error in the reply.
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
        let ended = self.watch.as_ref().and_then(Watch::reason);
        // A request to cancel may reach the server late, and would end what comes next.
        self.leaves_traces |= stopped.is_some() || ended.is_some() || reply.too_large;
        if self.home.is_some() && !self.leaves_traces {
            self.leaves_traces = may_leave_traces(sql);
        }
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
            match stopped {
                Some(Stop::Time) if clock.is_over() => {
                    explanation::script_stopped(error, clock.limits.script_time);
                }
                Some(Stop::Time) => explanation::stopped(error, allowed),
                Some(Stop::Cancelled) => explanation::cancelled(error),
                None if reply.too_large => explanation::too_large(error),
                None => match ended {
                    Some(reason) if Reason::explains(error) => *error = reason.error(),
                    _ if self.shared.quota.refuses(&self.role, error) => {
                        explanation::full(error, self.shared.quota.limit());
                    }
                    _ => explanation::add_hint(error, sql),
                },
            }
        }
        reply
    }

    /// Says in the second place if the statement was stopped.
    async fn attempt(
        &mut self,
        protocol: Protocol,
        sql: &str,
        allowed: Duration,
        budget: &mut Budget<'_>,
        reply: &mut Reply,
    ) -> (io::Result<()>, Option<Stop>) {
        let Some(connection) = self.connection.as_mut().filter(|_| !self.lost) else {
            return (Err(io::ErrorKind::NotConnected.into()), None);
        };
        let (address, key) = connection.canceller();
        let mut answer = pin!(async {
            match protocol {
                Protocol::Simple => connection.simple(sql, budget, reply).await,
                Protocol::Single => connection.single(sql, budget, reply).await,
                Protocol::Kept => connection.kept(sql, budget, reply).await,
            }
        });
        let cancelled = async {
            match &self.place {
                Some(place) => place.cancelled().await,
                None => pending().await,
            }
        };
        let stop = tokio::select! {
            biased;
            result = &mut answer => return (result, None),
            () = cancelled => Stop::Cancelled,
            () = sleep(allowed) => Stop::Time,
        };
        if let Err(error) = address.cancel(&key).await {
            tracing::debug!(%error, "cancelling fails");
        }
        if let Ok(result) = timeout(GRACE, &mut answer).await {
            return (result, Some(stop));
        }
        // A function may catch the cancellation and go on.
        terminate(&self.shared, &self.role, key.pid).await;
        let result = timeout(GRACE, &mut answer).await;
        let result = result.unwrap_or(Err(io::ErrorKind::TimedOut.into()));
        (result, Some(stop))
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
        let (place, meter) = (self.place.take(), self.meter.take());
        runtime.spawn(async move {
            let pid = connection.pid();
            let ended = terminate(&shared, &role, pid).await;
            drop(meter);
            if !ended {
                guard::outlast(shared, role, pid, place).await;
            }
        });
    }
}

/// Ends a process of the role. False if it does not end. The role is checked since numbers of
/// processes are used again.
async fn terminate(shared: &Shared, role: &RoleName, pid: i32) -> bool {
    let ended = sqlx::query_scalar(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
         WHERE pid = $1 AND usename = $2",
    )
    .bind(pid)
    .bind(role.as_str())
    .fetch_optional(&shared.pool)
    .await;
    match ended {
        Ok(ended) => ended.unwrap_or(true),
        Err(error) => {
            tracing::warn!(%error, pid, "a student's process cannot be ended");
            true
        }
    }
}
