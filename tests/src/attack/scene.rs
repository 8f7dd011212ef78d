//! One attack, from the two students' first visit to the last check.

use super::answer::Answer;
use super::expect::Expect;
use super::facts::{Facts, marker, pattern};
use super::file::{Action, Attack, Meanwhile, Order, Who};
use crate::site::{Client, Site};
use anyhow::{Context, Result, ensure};
use reqwest::header::ACCEPT;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How long an answer is waited for at all.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long the second of two waits for the first to be in the midst of its script.
const HEAD_START: Duration = Duration::from_secs(1);

/// What never comes back to a student: passwords as PostgreSQL keeps them, the host's files, and
/// the answers of the exercises made for attacks.
const NEVER: [&str; 3] = ["SCRAM-SHA-256$", "root:x:0:", "kept_secret"];

/// The names that both students have, and what they look for at first.
const NAMES: &str = "SELECT current_user, current_schema(), current_database(),
    (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()),
    coalesce((SELECT min(s) FROM unnest(current_schemas(false)) s WHERE s ~ '^dataset_'), '')";

/// Tells the rows of every table and the state of every sequence that a student can name.
const TABLES: &str = "DO $$
DECLARE
    r record;
    content text;
BEGIN
    FOR r IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = ANY (current_schemas(false)::regnamespace[])
        AND c.relkind IN ('r', 'S') AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1
    LOOP
        EXECUTE format('SELECT md5(string_agg(x::text, E''\\n'' ORDER BY x::text))
            FROM (SELECT * FROM %s) x', r.name) INTO content;
        RAISE NOTICE '% %', r.name, content;
    END LOOP;
END
$$";

/// Both students and what is known of them.
pub(super) struct Scene<'a> {
    attack: &'a Attack,
    victim: Client<'a>,
    attacker: Client<'a>,
    accomplice: Client<'a>,
    marker: String,
    facts: Facts,
    /// What is wrong.
    complaints: Vec<String>,
}

impl<'a> Scene<'a> {
    /// Makes two new students.
    pub(super) async fn open(site: &'a Site, attack: &'a Attack) -> Result<Self> {
        let marker = marker();
        let mut scene = Self {
            attack,
            victim: site.visitor(),
            attacker: site.visitor(),
            accomplice: site.visitor(),
            facts: Facts::default().with("pattern", &pattern(&marker)),
            marker,
            complaints: Vec::new(),
        };
        for who in [Who::Victim, Who::Attacker] {
            let answer = scene.submit(who, Action::Run, NAMES).await?;
            let [role, schema, database, service, dataset] = one_row(&answer)?;
            let student = match who {
                Who::Victim => "victim",
                Who::Attacker => "attacker",
            };
            scene.facts.insert(format!("{student}_role"), role);
            scene.facts.insert(format!("{student}_schema"), schema);
            scene.facts.insert("database", database);
            scene.facts.insert("service_role", service);
            scene.facts.insert("dataset_schema", dataset);
        }
        Ok(scene)
    }

    /// What is known of the students so far.
    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Carries the attack out and says what is wrong. Fails if it cannot begin.
    pub(super) async fn play(mut self) -> Result<Vec<String>> {
        self.prepare().await?;
        let before = self.tables().await?;
        if let Err(error) = self.unfold(&before).await {
            self.complaints.push(format!("under way: {error:#}"));
        }
        Ok(self.complaints)
    }

    async fn unfold(&mut self, before: &[String]) -> Result<()> {
        self.attack().await?;
        let after = self.tables().await?;
        if before != after {
            let complaint = format!("the victim's tables were {before:?} and are {after:?}");
            self.complaints.push(complaint);
        }
        for (number, step) in self.attack.then.iter().enumerate() {
            let answer = self.submit(step.by, step.via, &step.sql).await?;
            self.judge(
                step.by,
                &format!("step {}", number + 1),
                &step.expect,
                &answer,
            );
        }
        let both = [Who::Victim, Who::Attacker];
        let well = both
            .into_iter()
            .take(if self.attack.endless { 1 } else { 2 });
        for who in well {
            let answer = self.submit(who, Action::Run, "SELECT 1").await?;
            let expect = Expect::Rows(vec![vec!["1".to_owned()]]);
            self.judge(who, "SELECT 1 at the end", &expect, &answer);
        }
        Ok(())
    }

    /// What both do beforehand, and what the attacker knows of it.
    async fn prepare(&mut self) -> Result<()> {
        let attack = self.attack;
        let victim = [Some(&attack.group.victim), attack.victim.as_ref()];
        for (who, script) in victim
            .into_iter()
            .flatten()
            .map(|script| (Who::Victim, script))
            .chain([(Who::Attacker, &attack.group.attacker)])
            .filter(|(_, script)| !script.trim().is_empty())
        {
            let answer = self.submit(who, Action::Run, script).await?;
            ensure!(
                answer.is_done(),
                "the {who:?}'s preparation fails: {answer}"
            );
        }
        for (name, query) in &attack.facts {
            let answer = self.submit(Who::Victim, Action::Run, query).await?;
            let [value] = one_row(&answer).with_context(|| format!("the fact {name}"))?;
            self.facts.insert(name, value);
        }
        Ok(())
    }

    async fn attack(&mut self) -> Result<()> {
        let attack = self.attack;
        let script = attack.attacker.repeat(attack.repeat);
        let order = attack.meanwhile.as_ref().map(|meanwhile| meanwhile.order);
        let before = attack.accomplice.is_some() || order == Some(Order::First);
        let before = if before { HEAD_START } else { Duration::ZERO };
        let victim_before = match order {
            Some(Order::Second) => before + HEAD_START,
            _ => Duration::ZERO,
        };
        let (answer, accomplice, meanwhile) = tokio::join!(
            timed(before, self.submit(Who::Attacker, attack.via, &script)),
            async {
                let sql = attack.accomplice.as_ref()?;
                Some(self.submit_as(&self.accomplice, Action::Run, sql).await)
            },
            async {
                let Meanwhile { via, sql, .. } = attack.meanwhile.as_ref()?;
                Some(timed(victim_before, self.submit(Who::Victim, *via, sql)).await)
            }
        );
        if let Some(answer) = accomplice {
            self.judge(Who::Attacker, "the accomplice", &Expect::Any, &answer?);
        }
        if let (Some((answer, took)), Some(meanwhile)) = (meanwhile, &attack.meanwhile) {
            self.judge(Who::Victim, "meanwhile", &meanwhile.expect, &answer?);
            self.in_time("the victim", took, meanwhile.within_seconds);
        }
        let (answer, took) = answer;
        self.judge(Who::Attacker, "the attack", &attack.expect, &answer?);
        self.in_time("the attacker", took, attack.within_seconds);
        Ok(())
    }

    fn in_time(&mut self, who: &str, took: Duration, seconds: u64) {
        if took > Duration::from_secs(seconds) {
            self.complaints
                .push(format!("{who} waits for {took:.1?}, more than {seconds} s"));
        }
    }

    /// The content of the victim's tables.
    async fn tables(&self) -> Result<Vec<String>> {
        let answer = self.submit(Who::Victim, Action::Run, TABLES).await?;
        ensure!(
            answer.is_done(),
            "the victim cannot read the own tables: {answer}"
        );
        Ok(answer.notices().into_iter().map(str::to_owned).collect())
    }

    fn judge(&mut self, who: Who, what: &str, expect: &Expect, answer: &Answer) {
        let told = NEVER.iter().find(|word| answer.tells(word)).copied();
        let told = match who {
            Who::Attacker if answer.tells(&self.marker) => Some("what the victim keeps"),
            _ => told,
        };
        let unexpected = !answer.is_served() || !expect.is_met(answer);
        let complaint = match (unexpected, told) {
            (false, None) => return,
            (true, None) => format!("{what}: expected {expect}, came {answer}"),
            (false, Some(told)) => format!("{what}: tells {told}: {answer}"),
            (true, Some(told)) => {
                format!("{what}: expected {expect}, came {told}: {answer}")
            }
        };
        self.complaints.push(complaint);
    }

    async fn submit(&self, who: Who, via: Action, sql: &str) -> Result<Answer> {
        match who {
            Who::Victim => {
                let facts = self.facts.with("marker", &self.marker);
                submit(&self.victim, &self.attack.exercise, via, &facts.fill(sql)?).await
            }
            Who::Attacker => self.submit_as(&self.attacker, via, sql).await,
        }
    }

    async fn submit_as(&self, client: &Client<'_>, via: Action, sql: &str) -> Result<Answer> {
        submit(client, &self.attack.exercise, via, &self.facts.fill(sql)?).await
    }
}

/// Waits, then does it, and tells how long that took.
async fn timed<T>(wait: Duration, work: impl Future<Output = T>) -> (T, Duration) {
    sleep(wait).await;
    let began = Instant::now();
    let done = work.await;
    (done, began.elapsed())
}

/// Submits a script and waits for what comes of it.
pub(super) async fn submit(
    client: &Client<'_>,
    exercise: &str,
    via: Action,
    sql: &str,
) -> Result<Answer> {
    let response = client
        .request(&format!("/api/{}", via.as_str()))
        .header(ACCEPT, "application/json")
        .timeout(PATIENCE)
        .form(&[("exercise", exercise), ("sql", sql)])
        .send()
        .await?;
    let status = response.status().as_u16();
    let body: Value = response.json().await?;
    Ok(Answer::new(status, body))
}

/// The values of an answer that is one row.
pub(super) fn one_row<const N: usize>(answer: &Answer) -> Result<[String; N]> {
    let rows = answer.rows().unwrap_or_default();
    let row = <[Vec<String>; 1]>::try_from(rows)
        .ok()
        .and_then(|[row]| row.try_into().ok());
    row.with_context(|| format!("expected one row of {N} values, came {answer}"))
}
