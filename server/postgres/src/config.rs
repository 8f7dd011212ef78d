//! How the server is set up.

use crate::archive::Programs;
use std::path::{Path, PathBuf};

/// The address space of one server process unless [`Settings::memory_limit`] says otherwise. It
/// counts the shared memory and the libraries (270 MB), so this leaves a query 430 MB.
pub const DEFAULT_MEMORY_LIMIT: u64 = 700 * 1024 * 1024;

/// Connections unless [`Settings::max_connections`] says otherwise.
pub const DEFAULT_MAX_CONNECTIONS: u32 = 200;

/// The disk space one process may fill with temporary files unless [`Settings::temp_file_limit`]
/// says otherwise.
pub const DEFAULT_TEMP_FILE_LIMIT: u64 = 512 * 1024 * 1024;

/// The port number; it only names the socket's file, as nothing listens on TCP.
pub(crate) const PORT: u16 = 5432;

/// What to start, where, and within which limits.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where everything that must last is kept; made if it does not exist.
    pub data_dir: PathBuf,
    /// Where the programs come from.
    pub programs: Programs,
    /// The user to run as when started as root, by name or number: `PostgreSQL` refuses root. By
    /// default `sqlground` if there is such a user, else `nobody`.
    pub run_as: Option<String>,
    /// The address space of each server process in bytes (`RLIMIT_AS`). A query that needs more
    /// fails with `out of memory`, and nothing else does.
    pub memory_limit: u64,
    /// The bytes of temporary files that one process may have at a time (`temp_file_limit`).
    pub temp_file_limit: u64,
    /// The server's `max_connections`.
    pub max_connections: u32,
}

impl Settings {
    /// Settings with the default limits.
    pub fn new(data_dir: impl Into<PathBuf>, programs: Programs) -> Self {
        Self {
            data_dir: data_dir.into(),
            programs,
            run_as: None,
            memory_limit: DEFAULT_MEMORY_LIMIT,
            temp_file_limit: DEFAULT_TEMP_FILE_LIMIT,
            max_connections: DEFAULT_MAX_CONNECTIONS,
        }
    }
}

/// The text of `postgresql.conf`.
///
/// `socket_dir` and `cluster_name` are plain words without quotes, by construction.
pub(crate) fn render(settings: &Settings, socket_dir: &Path, cluster_name: &str) -> String {
    let max_connections = settings.max_connections;
    let temp_file_kilobytes = settings.temp_file_limit / 1024;
    format!(
        "\
# Written by sqlground at every start: changes here are lost.

# Reachable through a socket in a private directory alone.
listen_addresses = ''
unix_socket_directories = '{socket_dir}'
port = {PORT}
# Begins every process's title; the next start finds what was left behind by it.
cluster_name = '{cluster_name}'

max_connections = {max_connections}
# Exercises fit into it; it counts against the memory limit of each process.
shared_buffers = 128MB
# Reserving huge pages would fail or succeed by the host's mood.
huge_pages = off
# Dropping a sandbox locks everything in it at once. The table of locks is one for all: whoever
# fills it on purpose is ended before it is full.
max_locks_per_transaction = 1024
# A prepared transaction would outlive its session and keep its locks.
max_prepared_transactions = 0
# A sort that forgot its WHERE must not fill the disk.
temp_file_limit = {temp_file_kilobytes}kB
# A query whose client is gone ends soon instead of running for nobody.
client_connection_check_interval = 2s

# Students' progress is kept here.
fsync = on
# Nobody replicates this, and tables loaded by the transaction that makes them need no log.
wal_level = minimal
max_wal_senders = 0
# A flood of changes must not fill the disk with their log.
max_wal_size = 512MB

# Every password is derived from 256 random bits: stretching it only slows the log-in down.
password_encryption = scram-sha-256
scram_iterations = 1

# Compiling takes longer than most exercises run and blurs the plans' times.
jit = off
# Plans show the time spent on reading; asking the clock costs less than can be measured.
track_io_timing = on
autovacuum = on

# The server's own messages; students' errors belong to the students.
log_destination = stderr
log_line_prefix = '%m [%p] %q%u@%d '
log_min_messages = log
log_min_error_statement = panic
log_statement = none
log_checkpoints = off

# The same answers on every host.
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, mdy'
intervalstyle = 'postgres'
lc_messages = 'C'
lc_monetary = 'C'
lc_numeric = 'C'
lc_time = 'C'
default_text_search_config = 'pg_catalog.english'
",
        socket_dir = socket_dir.display(),
    )
}
