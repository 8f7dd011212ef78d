//! Saying what is being done, and running other programs.

use std::error::Error;
use std::ffi::OsStr;
use std::fmt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// A program ran and reported failure.
#[derive(Debug)]
pub(crate) struct Failure {
    command: String,
    status: ExitStatus,
}

impl Failure {
    /// The program's exit code; none if a signal ended it.
    pub(crate) fn code(&self) -> Option<u8> {
        self.status.code().and_then(|code| u8::try_from(code).ok())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` failed with {}", self.command, self.status)
    }
}

impl Error for Failure {}

/// A step that has ended, for the table at the end of `ci`.
struct Finished {
    title: String,
    took: Duration,
    succeeded: bool,
}

/// The steps of this process that have ended, in the order in which they ended.
static FINISHED: Mutex<Vec<Finished>> = Mutex::new(Vec::new());

/// Steps faster than this are announced only.
const WORTH_TIMING: Duration = Duration::from_secs(2);

/// Announces `title`, does the work, and says how long it took when that was worth waiting for.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("==> {title}");
    let start = Instant::now();
    let outcome = work();
    let took = start.elapsed();
    if outcome.is_ok() && took >= WORTH_TIMING {
        eprintln!("    done in {}", readable(took));
    }
    FINISHED
        .lock()
        .expect("no step panics while it reports")
        .push(Finished {
            title: title.to_owned(),
            took,
            succeeded: outcome.is_ok(),
        });
    outcome
}

/// Adds a remark to the step that is running.
pub(crate) fn note(remark: &str) {
    eprintln!("    {remark}");
}

/// Prints every step so far with its time.
pub(crate) fn print_table() {
    let finished = FINISHED.lock().expect("no step panics while it reports");
    eprintln!();
    for Finished {
        title,
        took,
        succeeded,
    } in finished.iter()
    {
        let state = if *succeeded { "ok" } else { "FAILED" };
        eprintln!("{:>9}  {state:<6}  {title}", readable(*took));
    }
}

/// Runs a program to its end with our own standard streams; any status but 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    check(command, status)
}

/// Runs a program and returns its standard output, trimmed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{}`", shown(command)))?;
    check(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program for at most `limit`; says whether it succeeded in that time.
///
/// A program that cannot be started counts as one that failed.
pub(crate) fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(None) => thread::sleep(Duration::from_millis(50)),
            Ok(Some(status)) => return status.success(),
            Err(_) => break,
        }
    }
    // It may have ended by itself since the last look; either way it is gone after the wait.
    child.kill().ok();
    child.wait().ok();
    false
}

/// Whether a program can be started and reports success, without showing what it prints.
pub(crate) fn works(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Any status but 0 is a [`Failure`].
fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        Ok(())
    } else {
        Err(Failure {
            command: shown(command),
            status,
        }
        .into())
    }
}

/// The command line as one would type it, without its environment.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A duration as a person reads it: `0.4 s`, `12.3 s`, `6 min 05 s`.
fn readable(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// A number of bytes as a person reads it: `640 kB`, `19.8 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes / 1000 {
        kilobytes @ ..1000 => format!("{kilobytes} kB"),
        kilobytes => format!("{}.{} MB", kilobytes / 1000, kilobytes % 1000 / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(readable(Duration::from_millis(430)), "0.4 s");
        assert_eq!(readable(Duration::from_secs(365)), "6 min 05 s");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(640_999), "640 kB");
        assert_eq!(size(19_786_979), "19.7 MB");
    }

    #[test]
    fn a_program_that_hangs_is_given_up() {
        let mut sleep = Command::new("sleep");
        sleep.arg("600");
        assert!(!succeeds_within(&mut sleep, Duration::from_millis(100)));
    }

    #[test]
    fn a_failure_names_the_command_and_keeps_the_code() {
        let error = run(Command::new("sh").args(["-c", "exit 101"])).unwrap_err();
        assert!(
            error.to_string().starts_with("`sh -c exit 101` failed"),
            "{error}"
        );
        assert_eq!(
            error.downcast_ref::<Failure>().and_then(Failure::code),
            Some(101)
        );
    }
}
