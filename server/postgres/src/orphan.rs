//! Servers that outlived the sqlground that started them.

use crate::error::{Error, IoContext as _};
use crate::process::{AT_ONCE, ORDERLY, Process};
use crate::progress::{Progress, Report};
use rustix::process::Pid;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Ends every process of an earlier server on this cluster: postmasters in their order, then
/// backends that have lost theirs, which would keep a new server from starting.
///
/// The caller holds the data directory's lock, so whatever runs here has no owner any more.
/// Blocks for as long as the processes take to end.
pub(crate) fn end_all(
    cluster: &Path,
    drafts: &Path,
    cluster_name: &str,
    report: &Report,
) -> Result<(), Error> {
    let is_postmaster =
        |arguments: &[&[u8]]| is_server_on(arguments, cluster) || is_server_on(arguments, drafts);
    for process in find(is_postmaster)? {
        report(Progress::StoppingOrphan { pid: process.pid() });
        end(&process, ORDERLY)?;
    }
    end_backends(cluster_name)?;
    forget_stranger(cluster)
}

/// Ends the backends that a postmaster left behind when it was killed.
pub(crate) fn end_backends(cluster_name: &str) -> Result<(), Error> {
    let title = format!("postgres: {cluster_name}: ");
    let is_backend = |arguments: &[&[u8]]| {
        arguments
            .first()
            .is_some_and(|a| a.starts_with(title.as_bytes()))
    };
    for process in find(is_backend)? {
        end(&process, AT_ONCE)?;
    }
    Ok(())
}

fn end(process: &Process, steps: &[crate::process::Step]) -> Result<(), Error> {
    if process.end(steps) {
        Ok(())
    } else {
        Err(Error::Stuck { pid: process.pid() })
    }
}

/// Removes a pid file whose number now belongs to a stranger: `PostgreSQL` would take the
/// stranger for a running server and refuse to start. In every other case it knows better than we
/// do.
fn forget_stranger(cluster: &Path) -> Result<(), Error> {
    let path = cluster.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    let pid = text.lines().next().and_then(|line| line.parse().ok());
    let stranger = match pid.and_then(Pid::from_raw) {
        Some(pid) => Process::open(pid).io("look up the process in", &path)?,
        None => None,
    };
    if stranger.is_some() {
        fs::remove_file(&path).io("remove", &path)?;
    }
    Ok(())
}

/// True for the command line of `postgres -D <cluster>` or `initdb -D <cluster>`, also behind the
/// shell that sets the limits. Command lines can be read by everybody, unlike `/proc/<pid>/cwd`
/// and `exe`, which even root may not read in a container.
fn is_server_on(arguments: &[&[u8]], cluster: &Path) -> bool {
    let is_program = |a: &&[u8]| a.ends_with(b"/postgres") || a.ends_with(b"/initdb");
    arguments.iter().any(is_program)
        && arguments
            .windows(2)
            .any(|pair| pair[0] == b"-D" && pair[1] == cluster.as_os_str().as_bytes())
}

/// The running processes whose arguments fit. Their handles are taken before their arguments are
/// read, so a number that changes hands in between does no harm.
fn find(fits: impl Fn(&[&[u8]]) -> bool) -> Result<Vec<Process>, Error> {
    let folder = Path::new("/proc");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).io("list", folder)? {
        let name = entry.io("list", folder)?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // Whoever ends while we look, or is none of our business, is passed over.
        let Some(Ok(Some(process))) = Pid::from_raw(pid).map(Process::open) else {
            continue;
        };
        let Ok(line) = fs::read(folder.join(name).join("cmdline")) else {
            continue;
        };
        let arguments: Vec<&[u8]> = line.split(|&byte| byte == 0).collect();
        if fits(&arguments) {
            found.push(process);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_on_this_cluster_are_ours() {
        let check = |line: &str, expected: bool| {
            let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            let cluster = Path::new("/var/lib/sqlground/cluster");
            assert_eq!(is_server_on(&arguments, cluster), expected, "{line}");
        };
        check("/x/bin/postgres -D /var/lib/sqlground/cluster", true);
        check("/x/bin/initdb -D /var/lib/sqlground/cluster -U x", true);
        check(
            "/bin/sh -c ulimit sh 1 /x/bin/postgres -D /var/lib/sqlground/cluster",
            true,
        );
        check("/x/bin/postgres -D /var/lib/sqlground/cluster2", false);
        check("/x/bin/postgres -D /var/lib/postgresql", false);
        check("tail -D /var/lib/sqlground/cluster", false);
        check("/x/bin/postgres /var/lib/sqlground/cluster", false);
    }

    #[test]
    fn a_pid_file_of_a_stranger_is_removed() {
        let cluster = tempfile::tempdir().unwrap();
        let path = cluster.path().join("postmaster.pid");
        fs::write(&path, format!("{}\n/elsewhere\n", std::process::id())).unwrap();
        forget_stranger(cluster.path()).unwrap();
        assert!(!path.exists());

        // Nobody has this number: the kernel gives none above 4194304.
        fs::write(&path, "4194305\n/elsewhere\n").unwrap();
        forget_stranger(cluster.path()).unwrap();
        assert!(path.exists());
    }
}
