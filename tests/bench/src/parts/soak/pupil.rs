//! A session that works, plays and attacks, and knows what it was promised.

use crate::Bench;
use anyhow::{Context, Result};
use reqwest::header::ACCEPT;
use serde_json::Value;
use sqlground_catalogue::load_dir;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Honest scripts.
const WORK: [&str; 6] = [
    "SELECT count(*) FROM generate_series(1, 1000)",
    "CREATE TABLE IF NOT EXISTS mine AS SELECT n FROM generate_series(1, 500) AS n; SELECT count(*) FROM mine",
    "SELECT * FROM information_schema.tables WHERE table_schema = current_schema()",
    "BEGIN; CREATE TABLE other (a int PRIMARY KEY); INSERT INTO other VALUES (1), (1); COMMIT",
    "SELECT 1 / 0",
    "SELECT pg_sleep(0.3)",
];

/// What takes time, memory, disk and locks, or breaks its own sandbox.
const ATTACKS: [&str; 14] = [
    "SELECT count(*) FROM generate_series(1, 1000000000000)",
    "SELECT array_agg(n) FROM generate_series(1, 1000000000) AS n",
    "SELECT n, md5(n::text) FROM generate_series(1, 50000000) AS n ORDER BY 2",
    "CREATE TABLE IF NOT EXISTS big AS SELECT repeat('x', 1000) FROM generate_series(1, 100000)",
    "SELECT repeat('x', 1000) FROM generate_series(1, 10000000)",
    "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$",
    "DO $$ BEGIN FOR i IN 1 .. 2000 LOOP EXECUTE format('CREATE TABLE t%s (a int)', i); END LOOP; END $$",
    "SELECT pg_advisory_lock(n) FROM generate_series(1, 900) AS n",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "ALTER ROLE CURRENT_USER PASSWORD 'mine'",
    "ALTER ROLE CURRENT_USER SET transaction_deferrable = on; SELECT pg_terminate_backend(pg_backend_pid())",
    "ALTER ROLE CURRENT_USER NOLOGIN; SELECT 1",
    "BEGIN; CREATE TABLE left_open (a int)",
    "GRANT ALL ON ALL TABLES IN SCHEMA pg_catalog TO PUBLIC; DROP OWNED BY CURRENT_USER",
];

/// An exercise and how it is solved.
pub(super) struct Exercise {
    id: String,
    answer: String,
}

impl Exercise {
    pub(super) fn of(bench: &Bench, id: &str) -> Result<Self> {
        let loaded = load_dir(&bench.exercises)?;
        let mut exercises = loaded.catalogue.exercises();
        let found = exercises.find(|exercise| exercise.id.to_string() == id);
        let found = found.context("the exercise is gone")?;
        Ok(Self {
            id: id.to_owned(),
            answer: found.answer.sql.clone(),
        })
    }
}

/// What came of it.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) answers: u64,
    /// Answers that say to try again later.
    pub(super) refused: u64,
    /// Requests without an answer, given up or cut off.
    pub(super) interrupted: u64,
    /// Answers that should not be.
    pub(super) wrong: Vec<String>,
    /// Submissions that the site has acknowledged.
    pub(super) acknowledged: u64,
    /// Of these, what cannot be found any more.
    pub(super) lost: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.refused += other.refused;
        self.interrupted += other.interrupted;
        self.wrong.extend(other.wrong);
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
    }
}

/// What a session was promised of an exercise.
#[derive(Default)]
struct Promise {
    solved: bool,
    /// The marks of the scripts of which one is shown: the last that was checked, and those sent
    /// since. What is only run may be lost when PostgreSQL is killed within a second.
    last: Vec<String>,
}

/// A session.
pub(super) struct Pupil {
    client: reqwest::Client,
    address: SocketAddr,
    exercises: Arc<[Exercise; 2]>,
    promises: [Promise; 2],
    tally: Tally,
}

impl Pupil {
    pub(super) fn new(address: SocketAddr, exercises: &Arc<[Exercise; 2]>) -> Result<Self> {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .timeout(Duration::from_secs(40))
            .build()?;
        Ok(Self {
            client,
            address,
            exercises: Arc::clone(exercises),
            promises: Default::default(),
            tally: Tally::default(),
        })
    }

    pub(super) fn tally(self) -> Tally {
        self.tally
    }

    /// Runs a script in each exercise, as often as it takes.
    pub(super) async fn visit_all(&mut self) -> Result<()> {
        for index in 0..2 {
            let deadline = Instant::now() + Duration::from_mins(1);
            while !self.submit(index, "run", "SELECT 1").await {
                anyhow::ensure!(Instant::now() < deadline, "the site does not recover");
                sleep(Duration::from_millis(300)).await;
            }
        }
        Ok(())
    }

    /// Works until it is told to stop.
    pub(super) async fn work(mut self, stop: Arc<AtomicBool>) -> Self {
        while !stop.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(fastrand::u64(1_000..6_000))).await;
            let index = fastrand::usize(0..2);
            let script = fastrand::choice(WORK).unwrap_or_default();
            match fastrand::u8(0..100) {
                0..60 => drop(self.submit(index, "run", script).await),
                60..80 => {
                    let answer = self.exercises[index].answer.clone();
                    self.submit(index, "check", &answer).await;
                }
                80..88 => drop(self.submit(index, "plan", "SELECT 1").await),
                88..91 => drop(self.submit(index, "reset", "").await),
                91..94 => self.give_up(index).await,
                94..97 => drop(self.page(index).await),
                _ => {
                    let attack = fastrand::choice(ATTACKS).unwrap_or_default();
                    self.submit(index, "run", attack).await;
                }
            }
        }
        self
    }

    /// Compares what the site shows with what it has promised.
    pub(super) async fn look_for_losses(&mut self) -> Result<()> {
        for index in 0..2 {
            let deadline = Instant::now() + Duration::from_mins(1);
            let page = loop {
                if let Some(page) = self.page(index).await {
                    break page;
                }
                anyhow::ensure!(Instant::now() < deadline, "the site does not recover");
                sleep(Duration::from_millis(300)).await;
            };
            let promise = &self.promises[index];
            if promise.solved && page.contains("id=\"solved-badge\" hidden") {
                self.tally.lost += 1;
            }
            if !promise.last.is_empty() && !promise.last.iter().any(|mark| page.contains(mark)) {
                self.tally.lost += 1;
            }
        }
        Ok(())
    }

    /// Submits a script. True if it was served.
    async fn submit(&mut self, index: usize, action: &str, sql: &str) -> bool {
        let mark = format!("{:016x}", fastrand::u64(..));
        let script = format!("-- {mark}\n{sql}");
        // The session's last script from now on.
        self.promises[index].last.push(mark.clone());
        let fields = [
            ("exercise", self.exercises[index].id.as_str()),
            ("sql", script.as_str()),
        ];
        let request = self
            .client
            .post(format!("http://{}/api/{action}", self.address))
            .header(ACCEPT, "application/json")
            .form(&fields);
        let answer = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok::<_, reqwest::Error>((status, response.json::<Value>().await?))
        };
        let Ok((status, answer)) = answer.await else {
            self.tally.interrupted += 1;
            return false;
        };
        self.tally.answers += 1;
        match status {
            200 => {}
            503 => {
                self.tally.refused += 1;
                return false;
            }
            // A statement that was to be explained met the end of its connection, and it is told so.
            422 if lost_its_connection(&answer) => {
                self.tally.interrupted += 1;
                return false;
            }
            _ => {
                self.tally
                    .wrong
                    .push(format!("{action}: {status} {answer}"));
                return false;
            }
        }
        if action == "check" {
            self.tally.acknowledged += 1;
            self.promises[index].last = vec![mark];
            self.judge(index, &answer);
        }
        true
    }

    /// The answer is right, unless something was ended meanwhile.
    fn judge(&mut self, index: usize, answer: &Value) {
        match answer["verdict"].as_str() {
            Some("correct") => self.promises[index].solved = true,
            Some("error") => {}
            _ => self
                .tally
                .wrong
                .push(format!("a right answer is judged: {answer}")),
        }
    }

    /// Goes away in the midst of a script.
    async fn give_up(&mut self, index: usize) {
        let time = Duration::from_millis(fastrand::u64(1..400));
        let script = "SELECT pg_sleep(1)";
        if tokio::time::timeout(time, self.submit(index, "run", script))
            .await
            .is_err()
        {
            self.tally.interrupted += 1;
        }
    }

    async fn page(&mut self, index: usize) -> Option<String> {
        let path = &self.exercises[index].id;
        let url = format!("http://{}/exercises/{path}", self.address);
        let page = async {
            let response = self.client.get(url).send().await?;
            Ok::<_, reqwest::Error>((response.status().as_u16(), response.text().await?))
        };
        let Ok((status, page)) = page.await else {
            self.tally.interrupted += 1;
            return None;
        };
        self.tally.answers += 1;
        match status {
            200 => return Some(page),
            503 => self.tally.refused += 1,
            _ => self.tally.wrong.push(format!("a page: {status}")),
        }
        None
    }
}

fn lost_its_connection(answer: &Value) -> bool {
    let sqlstate = answer["error"]["error"]["sqlstate"].as_str();
    sqlstate.is_some_and(|code| code.starts_with("08") || code.starts_with("57P"))
}
