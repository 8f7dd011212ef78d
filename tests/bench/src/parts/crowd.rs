//! The same with thousands of sandboxes there.

use crate::Bench;
use crate::direct::Direct;
use crate::ground::Ground;
use crate::parts::first::newcomers;
use crate::report::Report;
use crate::statement;
use crate::student::Student;
use crate::times::Times;
use anyhow::Result;
use std::time::Duration;
use tokio::task::JoinSet;

/// How much longer it may take than with few.
const AIM: f64 = 1.2;

/// How many students come at a time.
const AT_ONCE: usize = 4;

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Crowd");
    let ground = Ground::start(bench, &[]).await?;
    let sql = {
        let mut direct = Direct::connect(&ground).await?;
        statement::taking(0.05, &mut direct).await?
    };
    let crowds: [usize; 3] = if bench.quick {
        [10, 50, 100]
    } else {
        [10, 1_000, 10_000]
    };
    let rounds = if bench.quick { 100 } else { 2_000 };
    let (mut there, mut few) = (0, None);
    for crowd in crowds {
        fill(&ground, crowd - there).await?;
        there = crowd;
        // What follows from making them is over.
        tokio::time::sleep(Duration::from_secs(3)).await;
        let run = repeated(&ground, &sql, rounds).await?.median();
        let pause = Duration::from_millis(200);
        let first = newcomers(&ground, &ground.reading, rounds / 50, pause).await?;
        let first = first.median();
        let (few_run, few_first) = *few.get_or_insert((run, first));
        for (what, time, few) in [
            ("a run of 0.05 ms", run, few_run),
            ("a first result", first, few_first),
        ] {
            report.aim(
                &format!("{what} with {crowd} sandboxes, median"),
                format!("{time:.2} ms"),
                "within 20 %",
                time <= few * AIM,
            );
        }
    }
    ground.stop().await
}

async fn repeated(ground: &Ground, sql: &str, rounds: usize) -> Result<Times> {
    let mut student = Student::new(ground.address).await?;
    student.run(&ground.reading, sql).await?;
    let mut times = Times::default();
    for _ in 0..rounds {
        times.push(student.run(&ground.reading, sql).await?);
    }
    Ok(times)
}

/// Lets so many students come and make a table each.
async fn fill(ground: &Ground, count: usize) -> Result<()> {
    let mut coming = JoinSet::new();
    for lane in 0..AT_ONCE {
        let (address, exercise) = (ground.address, ground.reading.clone());
        let count = count / AT_ONCE + usize::from(lane < count % AT_ONCE);
        coming.spawn(async move {
            for _ in 0..count {
                let mut student = Student::new(address).await?;
                student
                    .run(&exercise, "CREATE TABLE mine (a int PRIMARY KEY)")
                    .await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = coming.join_next().await {
        done??;
    }
    Ok(())
}
