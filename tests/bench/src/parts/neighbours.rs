//! A student's runs while another attacks.

use crate::Bench;
use crate::direct::Direct;
use crate::ground::Ground;
use crate::report::Report;
use crate::statement;
use crate::student::Student;
use crate::times::Times;
use anyhow::Result;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How many times as long a run may take.
const AIM: f64 = 2.0;

/// How long a student thinks between two runs.
const THINKING: Duration = Duration::from_millis(20);

/// What takes processors, memory, disk and locks.
const ATTACKS: [&str; 12] = [
    "SELECT count(*) FROM generate_series(1, 1000000000000)",
    "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "SET work_mem = '1GB'; SELECT count(DISTINCT n) FROM generate_series(1, 100000000) n",
    "SELECT array_agg(n) FROM generate_series(1, 1000000000) n",
    "CREATE TABLE IF NOT EXISTS big AS SELECT n, md5(n::text) FROM generate_series(1, 2000000) n; \
     DROP TABLE big",
    "SELECT n, md5(n::text) FROM generate_series(1, 50000000) n ORDER BY 2",
    "SELECT repeat('x', 1000), n FROM generate_series(1, 100000000) n",
    "SELECT regexp_count(repeat('a', 30000), '(a*)*b')",
    "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(0); EXCEPTION WHEN query_canceled THEN NULL; END; \
     END LOOP; END $$",
    "DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; \
     END $$; DROP OWNED BY CURRENT_USER",
    "SET max_parallel_workers_per_gather = 8; SET parallel_setup_cost = 0; \
     SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; \
     SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class d",
];

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Neighbours");
    // Attacks of the full time would make this last long and say the same.
    let ground = Ground::start(bench, &["--statement-seconds=2", "--script-seconds=3"]).await?;
    let rounds = if bench.quick { 30 } else { 600 };
    let sql = {
        let mut direct = Direct::connect(&ground).await?;
        statement::taking(2.0, &mut direct).await?
    };
    let quiet = honest(&ground, &sql, rounds).await?;
    let attacker = tokio::spawn(attack(ground.address, ground.writing.clone()));
    // Once through all attacks, whatever they take.
    let time = Duration::from_secs(if bench.quick { 5 } else { 45 });
    let (started, mut disturbed) = (Instant::now(), Times::default());
    while started.elapsed() < time {
        disturbed.extend(honest(&ground, &sql, 30).await?);
    }
    attacker.abort();
    report.aim(
        "a run of 2 ms while another attacks, p95",
        format!(
            "{:.1} ms, undisturbed {:.1} ms ({} runs)",
            disturbed.p95(),
            quiet.p95(),
            disturbed.count()
        ),
        "at most twice",
        disturbed.p95() <= quiet.p95() * AIM,
    );
    report.note(
        "the same, median",
        format!(
            "{:.1} ms, undisturbed {:.1} ms",
            disturbed.median(),
            quiet.median()
        ),
    );
    ground.stop().await
}

async fn honest(ground: &Ground, sql: &str, rounds: usize) -> Result<Times> {
    let mut student = Student::new(ground.address).await?;
    student.run(&ground.reading, sql).await?;
    let mut times = Times::default();
    for _ in 0..rounds {
        sleep(THINKING).await;
        times.push(student.run(&ground.reading, sql).await?);
    }
    Ok(times)
}

async fn attack(address: std::net::SocketAddr, exercise: String) -> Result<()> {
    let mut student = Student::new(address).await?;
    loop {
        for attack in ATTACKS {
            student.attack(&exercise, attack).await?;
        }
    }
}
