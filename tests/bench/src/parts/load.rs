//! Runs a second next to pgbench.

use crate::Bench;
use crate::direct::{Direct, pgbench};
use crate::ground::Ground;
use crate::report::Report;
use crate::statement;
use crate::student::Student;
use anyhow::Result;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Load");
    let ground = Ground::start(bench, &[]).await?;
    let time = Duration::from_secs(if bench.quick { 1 } else { 8 });
    let busy = {
        let mut direct = Direct::connect(&ground).await?;
        statement::taking(5.0, &mut direct).await?
    };
    for (sql, name, share, aim) in [
        (statement::NOTHING, "SELECT 1", 0.1, "at least 10 %"),
        (&busy, "5 ms", 0.75, "at least 75 %"),
    ] {
        for students in [1, 8, 64] {
            let most = pgbench(&ground, sql, students, time).await?;
            let before = [ground.site_time()?, ground.postgres_time()?];
            let (runs, count) = through(&ground, sql, students, time).await?;
            let after = [ground.site_time()?, ground.postgres_time()?];
            report.aim(
                &format!("runs a second of {name}, {students} at once"),
                format!("{runs:.0}, pgbench {most:.0}: {:.0} %", runs / most * 100.0),
                aim,
                runs >= most * share,
            );
            let [site, postgres] = [0, 1]
                .map(|i| after[i].saturating_sub(before[i]).as_secs_f64() * 1e3 / f64::from(count));
            report.note(
                "    processor time of a run",
                format!("{site:.2} ms, and {postgres:.2} ms of PostgreSQL"),
            );
        }
    }
    ground.stop().await
}

/// How often a second so many students run a statement, each as soon as the last has ended, and how
/// often in all.
async fn through(
    ground: &Ground,
    sql: &str,
    students: usize,
    time: Duration,
) -> Result<(f64, u32)> {
    let mut ready = Vec::new();
    for _ in 0..students {
        let mut student = Student::new(ground.address).await?;
        student.run(&ground.reading, sql).await?;
        ready.push(student);
    }
    let started = Instant::now();
    let mut running = JoinSet::new();
    for mut student in ready {
        let request = student.request(&ground.reading, sql);
        running.spawn(async move {
            let mut count = 0_u32;
            while started.elapsed() < time {
                student.send(&request).await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut count = 0;
    while let Some(done) = running.join_next().await {
        count += done??;
    }
    let rate = f64::from(count) / started.elapsed().as_secs_f64();
    Ok((rate, count))
}
