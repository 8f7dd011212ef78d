//! Plans: how fast they are read, and what those take that have ten thousand nodes.

use crate::Bench;
use crate::ground::Ground;
use crate::report::Report;
use crate::times::Times;
use anyhow::{Context, Result, bail};
use reqwest::Client;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING};
use sqlground_tests::large_plan;
use sqlx::{AssertSqlSafe, ConnectOptions, Row};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Names the file of a plan to a process that is to tell how much memory reading it takes.
pub(crate) const PEAK_OF: &str = "SQLGROUND_BENCH_PEAK_OF";

/// How many nodes a large plan has.
const NODES: usize = 10_000;
/// How long the page of one may take, in milliseconds.
const AIM_PAGE: f64 = 1_000.0;

/// Ten functions joined: a plan of some twenty nodes.
const QUERY: &str = "SELECT count(*) FROM generate_series(1, 10) AS a \
    JOIN generate_series(1, 10) AS b ON a = b JOIN generate_series(1, 10) AS c ON b = c \
    JOIN generate_series(1, 10) AS d ON c = d JOIN generate_series(1, 10) AS e ON d = e \
    JOIN generate_series(1, 10) AS f ON e = f JOIN generate_series(1, 10) AS g ON f = g";

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    eprintln!("==> Plans");
    rates(bench, report)?;
    for (shape, json) in shapes() {
        let text = sqlground_plan::parse(&json, None)?.text;
        for (format, plan) in [("JSON", &json), ("text", &text)] {
            large(shape, format, plan, bench, report)?;
        }
    }
    let ground = Ground::start(bench, &[]).await?;
    small_page(&ground, report).await?;
    for (shape, json) in shapes() {
        let text = sqlground_plan::parse(&json, None)?.text;
        for (format, plan) in [("JSON", &json), ("text", &text)] {
            large_page(shape, format, plan, bench, &ground, report).await?;
        }
    }
    let peak = memory_line("VmHWM:", &format!("/proc/{}/status", ground.pid()))?;
    report.note(
        "the server's memory at most, over these pages",
        megabytes(peak),
    );
    ground.stop().await
}

fn shapes() -> [(&'static str, String); 2] {
    [
        ("wide", large_plan::wide(NODES)),
        ("mixed", large_plan::mixed(NODES)),
    ]
}

/// How many plans one thread reads and analyses.
fn rates(bench: &Bench, report: &mut Report) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../server/plan/tests/fixtures");
    let mut jsons = Vec::new();
    for file in std::fs::read_dir(&folder).context("there are no plans to read")? {
        let path = file?.path();
        if path.extension().is_some_and(|end| end == "json") {
            jsons.push(std::fs::read_to_string(path)?);
        }
    }
    let read = |plans: &[String]| -> Result<Vec<_>> {
        let plans = plans.iter().map(|plan| sqlground_plan::parse(plan, None));
        Ok(plans.collect::<Result<Vec<_>, _>>()?)
    };
    let plans = read(&jsons)?;
    let nodes: usize = plans.iter().map(|plan| plan.nodes.len()).sum();
    let texts: Vec<String> = plans.into_iter().map(|plan| plan.text).collect();
    let time = Duration::from_secs(if bench.quick { 1 } else { 5 });
    for (format, plans) in [("JSON", &jsons), ("text", &texts)] {
        let started = Instant::now();
        let mut rounds = 0_u32;
        while started.elapsed() < time {
            black_box(read(plans)?);
            rounds += 1;
        }
        let rounds = f64::from(rounds) / started.elapsed().as_secs_f64();
        let (plan_count, node_count) = (number(plans.len()), number(nodes));
        let bytes = number(plans.iter().map(String::len).sum());
        report.note(
            &format!("plans read a second, {format}, one thread"),
            format!(
                "{:.0}, {:.0} nodes, {:.1} MB",
                rounds * plan_count,
                rounds * node_count,
                rounds * bytes / 1e6
            ),
        );
    }
    Ok(())
}

fn large(shape: &str, format: &str, plan: &str, bench: &Bench, report: &mut Report) -> Result<()> {
    let mut times = Times::default();
    for _ in 0..if bench.quick { 3 } else { 20 } {
        let started = Instant::now();
        let read = black_box(sqlground_plan::parse(plan, None)?);
        times.push(started.elapsed());
        if read.nodes.len() != NODES {
            bail!("{} nodes were read", read.nodes.len());
        }
    }
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), plan)?;
    let told = Command::new(std::env::current_exe()?)
        .env(PEAK_OF, file.path())
        .output()?;
    if !told.status.success() {
        bail!("{}", String::from_utf8_lossy(&told.stderr));
    }
    let peak: f64 = String::from_utf8(told.stdout)?.trim().parse()?;
    report.note(
        &format!(
            "{NODES} nodes, {shape}, {format} of {}, read",
            megabytes(number(plan.len()))
        ),
        format!(
            "{:.0} ms, p95 {:.0} ms, {} more memory",
            times.median(),
            times.p95(),
            megabytes(peak)
        ),
    );
    Ok(())
}

/// Reads the plan in a file and prints by how many bytes the process' resident memory at most grew
/// meanwhile. In a process of its own nothing that was freed before is used again.
pub(crate) fn tell_peak(file: &Path) -> Result<()> {
    const STATUS: &str = "/proc/self/status";
    let text = std::fs::read_to_string(file)?;
    let before = memory_line("VmRSS:", STATUS)?;
    let plan = black_box(sqlground_plan::parse(&text, None)?);
    println!("{}", memory_line("VmHWM:", STATUS)? - before);
    drop(plan);
    Ok(())
}

/// A line of a process' status, in bytes.
fn memory_line(name: &str, path: &str) -> Result<f64> {
    let status = std::fs::read_to_string(path)?;
    let kilobytes: f64 = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.split_whitespace().next())
        .context("a process without memory")?
        .parse()?;
    Ok(kilobytes * 1024.0)
}

/// What is sent for a plan of ordinary size.
async fn small_page(ground: &Ground, report: &mut Report) -> Result<()> {
    let mut connection = ground.superuser().connect().await?;
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, VERBOSE, SETTINGS) {QUERY}");
    let rows = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(&mut connection)
        .await?;
    let lines = rows.iter().map(|row| row.try_get::<String, _>(0));
    let text = lines.collect::<Result<Vec<_>, _>>()?.join("\n");
    let nodes = sqlground_plan::parse(&text, None)?.nodes.len();
    let page = page(ground, &text).await?;
    report.note(
        &format!("the page of a plan of {nodes} nodes"),
        format!("{} bytes, {}", page.bytes, page.encoding),
    );
    let client = Client::new();
    let response = client
        .post(format!("http://{}/api/plan", ground.address))
        .header(ACCEPT, "application/json")
        .form(&[("exercise", ground.reading.as_str()), ("sql", QUERY)])
        .send()
        .await?;
    let encoding = encoding(&response);
    let body = response.bytes().await?;
    let plan: serde_json::Value = serde_json::from_slice(&body)?;
    let nodes = plan["nodes"].as_array().context("no plan")?.len();
    report.note(
        &format!("/api/plan, JSON of {nodes} nodes"),
        format!("{} bytes, {encoding}", body.len()),
    );
    Ok(())
}

async fn large_page(
    shape: &str,
    format: &str,
    plan: &str,
    bench: &Bench,
    ground: &Ground,
    report: &mut Report,
) -> Result<()> {
    let mut times = Times::default();
    let mut bytes = 0;
    let mut encoding = String::new();
    for _ in 0..if bench.quick { 3 } else { 20 } {
        let page = page(ground, plan).await?;
        times.push(page.time);
        (bytes, encoding) = (page.bytes, page.encoding);
    }
    report.aim(
        &format!("the page of {NODES} nodes, {shape}, from {format}, p95"),
        format!(
            "{:.0} ms, median {:.0} ms, {}, {encoding}",
            times.p95(),
            times.median(),
            megabytes(number(bytes))
        ),
        "at most 1 s",
        times.p95() <= AIM_PAGE,
    );
    Ok(())
}

/// A page as it came.
struct Page {
    /// From the first byte of the form to the last of the page.
    time: Duration,
    bytes: usize,
    encoding: String,
}

async fn page(ground: &Ground, plan: &str) -> Result<Page> {
    let client = Client::new();
    let request = client
        .post(format!("http://{}/plan", ground.address))
        .header(ACCEPT, "text/html")
        // As browsers do; what comes is counted as it was sent.
        .header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
        .form(&[("plan", plan)])
        .build()?;
    let started = Instant::now();
    let response = client.execute(request).await?;
    let status = response.status();
    let encoding = encoding(&response);
    let body = response.bytes().await?;
    let time = started.elapsed();
    if status != 200 {
        bail!("a plan is answered with {status}");
    }
    Ok(Page {
        time,
        bytes: body.len(),
        encoding,
    })
}

fn encoding(response: &reqwest::Response) -> String {
    let encoding = response.headers().get(CONTENT_ENCODING);
    let encoding = encoding.and_then(|encoding| encoding.to_str().ok());
    encoding.unwrap_or("not compressed").to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "a number to show")]
fn number(count: usize) -> f64 {
    count as f64
}

fn megabytes(bytes: f64) -> String {
    format!("{:.1} MB", bytes / 1e6)
}
