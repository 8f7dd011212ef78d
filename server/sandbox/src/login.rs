//! Logging in as a student.

use crate::Limits;
use crate::name::Quote;
use crate::repair::Flaw;
use crate::wire::{ConnectError, Connection, Login};
use crate::workspace::Workspace;
use std::io;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long a log-in may take.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// How long it takes PostgreSQL to notice that a connection is closed.
const CLOSE_TIME: Duration = Duration::from_millis(100);

/// PostgreSQL's own limit on a statement lies so much above ours: it counts only if the server is
/// killed and nobody is left to cancel.
const MARGIN: Duration = Duration::from_secs(5);

/// The limits that a connection is opened with: of a statement, of waiting for a lock, and of an
/// idle transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times([Duration; 3]);

impl Times {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self([
            limits.statement_time + MARGIN,
            limits.lock_time,
            limits.idle_time,
        ])
    }
}

impl ConnectError {
    /// True if a role's password, settings or privileges can be why the log-in failed; false if the
    /// server is full, starting or stopping.
    pub(crate) fn is_the_roles_fault(&self) -> bool {
        let Self::Refused(error) = self else {
            return false;
        };
        // A role's `local_preload_libraries` may name a file that is not there (58P01), and its
        // connections may be limited to none (53300).
        matches!(error.sqlstate.as_str(), "58P01" | "53300")
            || !matches!(
                &error.sqlstate[..error.sqlstate.len().min(2)],
                "53" | "57" | "58" | "XX"
            )
    }

    /// What its student did to the role, as far as the server says so.
    pub(crate) fn flaw(&self) -> Option<Flaw> {
        match self {
            Self::Refused(error) => match error.sqlstate.as_str() {
                "28P01" => Some(Flaw::Password),
                "53300" => None,
                _ => Some(Flaw::Settings),
            },
            _ => None,
        }
    }

    fn is_the_server_full(&self) -> bool {
        matches!(self, Self::Refused(error) if error.sqlstate == "53300")
    }
}

/// Logs in as the workspace's role. Where the server is full, the connections that wait for their
/// session's next script go.
pub(crate) async fn log_in(
    workspace: &Workspace,
    limits: &Limits,
) -> Result<Connection, ConnectError> {
    match attempt(workspace, limits).await {
        Err(error) if error.is_the_server_full() => {
            workspace.shared.idle.close_older(Duration::ZERO);
            sleep(CLOSE_TIME).await;
            attempt(workspace, limits).await
        }
        result => result,
    }
}

/// The settings that each log-in brings along.
fn settings<'a>(
    server_version: u32,
    path: &'a str,
    times: &'a [String; 3],
) -> Vec<(&'static str, &'a str)> {
    let [statement_timeout, lock_timeout, idle_timeout] = times;
    let mut settings = vec![
        ("search_path", path),
        ("statement_timeout", statement_timeout),
        ("idle_in_transaction_session_timeout", idle_timeout),
        ("idle_session_timeout", "60s"),
        // Ends a statement whose server is gone (manual section 20.3.2).
        ("client_connection_check_interval", "10s"),
        ("lock_timeout", lock_timeout),
        ("application_name", "sqlground sandbox"),
        ("client_encoding", "UTF8"),
        ("client_min_messages", "notice"),
        ("standard_conforming_strings", "on"),
        ("DateStyle", "ISO, MDY"),
        ("IntervalStyle", "postgres"),
        ("TimeZone", "UTC"),
        ("bytea_output", "hex"),
        ("extra_float_digits", "1"),
        ("default_transaction_isolation", "read committed"),
        ("default_transaction_read_only", "off"),
        ("transaction_read_only", "off"),
        ("default_transaction_deferrable", "off"),
        ("row_security", "on"),
        // Compiling is not interrupted.
        ("jit", "off"),
    ];
    if server_version >= 170_000 {
        settings.push(("transaction_timeout", "0"));
    }
    settings
}

/// The names of the settings that each log-in brings along, in lower case: what a role is set to
/// has no effect on them.
pub(crate) fn setting_names(server_version: u32) -> Vec<String> {
    let times = Default::default();
    settings(server_version, "", &times)
        .into_iter()
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect()
}

async fn attempt(workspace: &Workspace, limits: &Limits) -> Result<Connection, ConnectError> {
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
    let Times(times) = Times::of(limits);
    let times = times.map(|time| time.as_millis().to_string());
    let settings = settings(shared.server_version, &path, &times);
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
