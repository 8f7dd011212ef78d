//! Verdicts: how many of the submissions in `tests/verdicts` are judged wrongly, and how long it
//! takes.

use crate::Bench;
use crate::ground::Ground;
use crate::report::Report;
use crate::times::Times;
use anyhow::{Context, Result};
use reqwest::Client;
use reqwest::header::ACCEPT;
use serde_json::Value;
use sqlground_tests::verdicts::{Task, tasks, write_exercises};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a check that passes may take more than the submission itself, in milliseconds.
const PASSING: f64 = 60.0;
/// How long a check may take that ends with a counterexample, in milliseconds.
const FAILING: f64 = 1_000.0;

/// What was found.
#[derive(Default)]
struct Tally {
    false_accepts: usize,
    false_rejects: usize,
    right: usize,
    wrong: usize,
    without_example: usize,
    /// The most rows a table of each counterexample has.
    sizes: Vec<usize>,
    passing: Times,
    failing: Times,
}

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Verdicts");
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../verdicts");
    let mut tasks = tasks(&schemas)?;
    let folder = tempfile::tempdir()?;
    write_exercises(&tasks, &schemas, folder.path())?;
    if bench.quick {
        tasks.truncate(5);
    }
    let bench = Bench {
        quick: bench.quick,
        server: bench.server.clone(),
        postgres: bench.postgres.clone(),
        exercises: folder.path().to_owned(),
    };
    let ground = Ground::start(&bench, &[]).await?;
    let client = Client::builder().cookie_store(true).build()?;
    let mut tally = Tally::default();
    let started = Instant::now();
    for task in &tasks {
        tally.judge(&client, &ground, task).await?;
    }
    let all = u32::try_from(tally.right + tally.wrong)?;
    let rate = f64::from(all) / started.elapsed().as_secs_f64();
    let value = format!("{all}, {rate:.1} a second, each run once as well");
    report.note("submissions judged", value);
    tally.tell(report);
    ground.stop().await
}

impl Tally {
    async fn judge(&mut self, client: &Client, ground: &Ground, task: &Task) -> Result<()> {
        // What is found out once an exercise is not measured.
        for submission in task.submissions.iter().take(1) {
            submit(client, ground, "check", &task.name, &submission.sql).await?;
        }
        for submission in &task.submissions {
            let (run, _) = submit(client, ground, "run", &task.name, &submission.sql).await?;
            let (time, verdict) =
                submit(client, ground, "check", &task.name, &submission.sql).await?;
            submit(client, ground, "reset", &task.name, "").await?;
            let accepted = verdict["verdict"] == "correct";
            if submission.verdict == "correct" {
                self.right += 1;
                self.false_rejects += usize::from(!accepted);
                if accepted {
                    self.passing.push(time.saturating_sub(run));
                }
                continue;
            }
            self.wrong += 1;
            if accepted {
                self.false_accepts += 1;
                eprintln!("    accepted: {} ({})", task.name, submission.why);
            } else if let Some(tables) = verdict["counterexample"]["tables"].as_array() {
                let rows = tables
                    .iter()
                    .filter_map(|table| table[1]["rows"].as_array());
                self.sizes.push(rows.map(Vec::len).max().unwrap_or(0));
                self.failing.push(time);
            } else {
                self.without_example += 1;
            }
        }
        Ok(())
    }

    fn tell(mut self, report: &mut Report) {
        report.aim(
            "wrong submissions accepted",
            format!("{} of {}", self.false_accepts, self.wrong),
            "none",
            self.false_accepts == 0,
        );
        report.aim(
            "right submissions refused",
            format!("{} of {}", self.false_rejects, self.right),
            "none",
            self.false_rejects == 0,
        );
        self.sizes.sort_unstable();
        let small = self.sizes.iter().filter(|size| **size <= 3).count();
        report.note(
            "rows of a table in a counterexample",
            format!(
                "at most 3 in {small} of {}, the most {}; {} refused without one",
                self.sizes.len(),
                self.sizes.last().unwrap_or(&0),
                self.without_example
            ),
        );
        report.aim(
            "a check that passes, over running it",
            format!(
                "median {:.1} ms, p95 {:.1} ms",
                self.passing.median(),
                self.passing.p95()
            ),
            "at most 60 ms",
            self.passing.median() <= PASSING,
        );
        report.aim(
            "a check with a counterexample, p95",
            format!(
                "{:.1} ms, median {:.1} ms",
                self.failing.p95(),
                self.failing.median()
            ),
            "at most 1 s",
            self.failing.p95() <= FAILING,
        );
    }
}

async fn submit(
    client: &Client,
    ground: &Ground,
    action: &str,
    exercise: &str,
    sql: &str,
) -> Result<(Duration, Value)> {
    let started = Instant::now();
    let response = client
        .post(format!("http://{}/api/{action}", ground.address))
        .header(ACCEPT, "application/json")
        .form(&[("exercise", exercise), ("sql", sql)])
        .send()
        .await?;
    let answer = response.json().await.context("an answer in JSON")?;
    Ok((started.elapsed(), answer))
}
