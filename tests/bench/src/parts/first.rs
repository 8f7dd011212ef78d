//! The first result for a new student.

use crate::Bench;
use crate::ground::Ground;
use crate::report::Report;
use crate::student::Student;
use crate::times::Times;
use anyhow::Result;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long it may take, in milliseconds.
const AIM: f64 = 15.0;

/// How long after one another students come.
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> First result");
    let ground = Ground::start(bench, &[]).await?;
    let students = if bench.quick { 5 } else { 60 };
    for (exercise, tables) in [
        (&ground.reading, "shared tables"),
        (&ground.writing, "a copy of the tables"),
    ] {
        // Until somebody asks for it, nothing is ready.
        let cold = newcomer(&ground, exercise).await?;
        sleep(Duration::from_secs(1)).await;
        let times = newcomers(&ground, exercise, students, PAUSE).await?;
        report.aim(
            &format!("first result, {tables}, p95"),
            format!("{:.1} ms, median {:.1} ms", times.p95(), times.median()),
            "at most 15 ms",
            times.p95() <= AIM,
        );
        let crowd = newcomers(&ground, exercise, students, Duration::ZERO).await?;
        report.note(
            &format!("the same without a pause, p95 (the very first {cold:.1?})"),
            format!("{:.1} ms, median {:.1} ms", crowd.p95(), crowd.median()),
        );
    }
    ground.stop().await
}

/// So many new students, one after the other.
pub(crate) async fn newcomers(
    ground: &Ground,
    exercise: &str,
    count: usize,
    pause: Duration,
) -> Result<Times> {
    let mut times = Times::default();
    for _ in 0..count {
        sleep(pause).await;
        times.push(newcomer(ground, exercise).await?);
    }
    Ok(times)
}

async fn newcomer(ground: &Ground, exercise: &str) -> Result<Duration> {
    let started = Instant::now();
    let mut student = Student::new(ground.address).await?;
    student.run(exercise, "SELECT 1").await?;
    Ok(started.elapsed())
}
