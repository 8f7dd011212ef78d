//! The server's memory.

use crate::Bench;
use crate::ground::Ground;
use crate::report::Report;
use crate::student::Student;
use anyhow::{Context, Result};

/// In megabytes.
const AIM_IDLE: f64 = 40.0;

/// In megabytes.
const AIM_OPEN: f64 = 100.0;

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Memory");
    let ground = Ground::start(bench, &[]).await?;
    let idle = resident(ground.pid())?;
    report.aim(
        "memory of an idle server",
        format!("{idle:.0} MB"),
        "at most 40 MB",
        idle <= AIM_IDLE,
    );
    let count = if bench.quick { 50 } else { 1_000 };
    let mut open = Vec::new();
    for _ in 0..count {
        let mut student = Student::new(ground.address).await?;
        student
            .run(&ground.reading, "SELECT generate_series(1, 100)")
            .await?;
        open.push(student);
    }
    let with_students = resident(ground.pid())?;
    report.aim(
        &format!("memory with {count} sessions open"),
        format!("{with_students:.0} MB"),
        "at most 100 MB",
        with_students <= AIM_OPEN,
    );
    drop(open);
    ground.stop().await
}

/// The memory a process has, in megabytes.
pub(crate) fn resident(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next())
        .context("a process without memory")?
        .parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
