//! Honest work and attacks of hundreds of sessions, while processes are killed: afterwards nothing
//! is lost and nothing is left.

mod census;
mod chaos;
mod pupil;

use crate::Bench;
use crate::ground::Ground;
use crate::report::Report;
use anyhow::Result;
use census::Census;
use chaos::Chaos;
use pupil::{Exercise, Pupil, Tally};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// In megabytes.
const AIM_MEMORY: f64 = 100.0;

/// How many connections of its own the site opens when it has much to do and keeps for minutes.
const OPEN_CONNECTIONS: usize = 16;

/// How long it takes until connections that nobody uses are closed, here and in PostgreSQL.
const SETTLING: Duration = Duration::from_secs(75);

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Soak");
    let (sessions, time) = if bench.quick {
        (30, Duration::from_secs(40))
    } else {
        (300, Duration::from_mins(10))
    };
    let limits = ["--statement-seconds=2", "--script-seconds=4"];
    let mut ground = Ground::start(bench, &limits).await?;
    let exercises = Arc::new([
        Exercise::of(bench, &ground.reading)?,
        Exercise::of(bench, &ground.writing)?,
    ]);
    let mut pupils = Vec::new();
    for _ in 0..sessions {
        let mut pupil = Pupil::new(ground.address, &exercises)?;
        pupil.visit_all().await?;
        pupils.push(pupil);
    }
    sleep(SETTLING).await;
    let before = Census::take(&ground).await?;

    let stop = Arc::new(AtomicBool::new(false));
    let mut working = JoinSet::new();
    for pupil in pupils {
        working.spawn(pupil.work(Arc::clone(&stop)));
    }
    let mut chaos = Chaos::default();
    let began = Instant::now();
    // The last part leaves the site alone, so that its memory tells of more than a moment.
    while began.elapsed() < time * 3 / 4 {
        sleep(Duration::from_millis(fastrand::u64(3_000..12_000))).await;
        chaos.strike(&mut ground).await?;
    }
    while began.elapsed() < time {
        sleep(Duration::from_secs(1)).await;
    }
    let memory_busy = super::memory::resident(ground.pid())?;
    stop.store(true, Ordering::Relaxed);
    let mut tally = Tally::default();
    let mut pupils = Vec::new();
    while let Some(pupil) = working.join_next().await {
        pupils.push(pupil?);
    }
    for mut pupil in pupils {
        pupil.look_for_losses().await?;
        pupil.visit_all().await?;
        tally.add(pupil.tally());
    }
    sleep(SETTLING).await;
    let after = Census::take(&ground).await?;
    let memory = super::memory::resident(ground.pid())?;

    report.note(
        "soak",
        format!(
            "{sessions} sessions, {} s, {} answers, {} busy or unavailable, {} interrupted; {chaos}",
            time.as_secs(),
            tally.answers,
            tally.refused,
            tally.interrupted,
        ),
    );
    report.aim(
        "answers that should not be",
        tally.wrong.first().map_or_else(
            || "none".to_owned(),
            |first| format!("{}, such as {first}", tally.wrong.len()),
        ),
        "none",
        tally.wrong.is_empty(),
    );
    report.aim(
        "what was acknowledged and is lost",
        format!("{} of {}", tally.lost, tally.acknowledged),
        "none",
        tally.lost == 0,
    );
    let (files_before, files) = (before.open_files, after.open_files);
    report.aim(
        "open files of the site after the soak",
        format!("{files}, before {files_before}"),
        "at most 16 more",
        files <= files_before + OPEN_CONNECTIONS,
    );
    for (what, before, after) in before.compare(&after) {
        report.aim(
            &format!("{what} after the soak"),
            format!("{after}, before {before}"),
            "as many",
            after <= before,
        );
    }
    report.aim(
        "memory after the soak",
        format!("{memory:.0} MB, under load {memory_busy:.0} MB"),
        "at most 100 MB",
        memory <= AIM_MEMORY && memory_busy <= AIM_MEMORY,
    );
    ground.stop().await
}
