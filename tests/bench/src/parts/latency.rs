//! A run next to the same statement over a connection of one's own.

use crate::Bench;
use crate::direct::Direct;
use crate::ground::Ground;
use crate::report::Report;
use crate::statement;
use crate::student::Student;
use crate::times::Times;
use anyhow::Result;

/// How much longer a short statement may take, in milliseconds.
const AIM_SHORT: f64 = 1.5;

/// How many times as long a long statement may take.
const AIM_LONG: f64 = 1.1;

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Latency");
    let ground = Ground::start(bench, &[]).await?;
    let mut direct = Direct::connect(&ground).await?;
    let mut student = Student::new(ground.address).await?;
    for (milliseconds, rounds) in [(0.05, 2_000), (20.0, 150)] {
        let rounds = if bench.quick { rounds / 20 } else { rounds };
        let sql = statement::taking(milliseconds, &mut direct).await?;
        // The first takes a session, a sandbox and a log-in.
        student.run(&ground.reading, &sql).await?;
        let request = student.request(&ground.reading, &sql);
        let (mut by_hand, mut through) = (Times::default(), Times::default());
        for _ in 0..rounds {
            by_hand.push(direct.run(&sql).await?);
            through.push(student.send(&request).await?);
        }
        let (by_hand, through) = (by_hand.median(), through.median());
        let what = format!("a run of {milliseconds} ms, median");
        let value = format!("{through:.2} ms, directly {by_hand:.2} ms");
        if milliseconds < 1.0 {
            let met = through - by_hand <= AIM_SHORT;
            report.aim(&what, value, "at most 1.5 ms more", met);
        } else {
            let met = through <= by_hand * AIM_LONG;
            report.aim(&what, value, "at most 1.1 times", met);
        }
    }
    ground.stop().await
}
