//! A site under attack.

use super::facts::Facts;
use super::file::{Action, Attack};
use super::scene::{Scene, one_row, submit};
use crate::site::{Client, Site};
use anyhow::{Result, ensure};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::sleep;

/// How many attacks run at once. Attacker and victim both take a place of the site.
const LANES: usize = 8;
/// How many of those that may wear out the server.
const ROUGH_LANES: usize = 3;

/// How long a site may take to recover from an attack before the next one.
const RECOVERY: Duration = Duration::from_secs(15);

/// The exercise of the bystander.
const EXERCISE: &str = "writing/a-discount";

/// A site under attack.
#[derive(Clone)]
pub struct Siege {
    site: Arc<Site>,
    version: u32,
    weaken: Option<Weaken>,
}

/// What is done to the site's protections right before each attack.
type Weaken = Arc<dyn Fn(&Facts) -> Result<()> + Send + Sync>;

/// An attack that ended otherwise than it must.
#[derive(Debug)]
pub struct Breach {
    /// The attack.
    pub name: String,
    tries: String,
    began: bool,
    complaints: Vec<String>,
}

impl Breach {
    /// False if the attack could not even begin.
    pub fn is_of_the_attack(&self) -> bool {
        self.began
    }
}

impl Siege {
    /// Asks the site for PostgreSQL's version.
    pub async fn begin(site: Site) -> Result<Self> {
        let version = "SELECT current_setting('server_version_num')::int / 10000";
        let answer = submit(&site.visitor(), EXERCISE, Action::Run, version).await?;
        let [version] = one_row(&answer)?;
        Ok(Self {
            version: version.parse()?,
            site: Arc::new(site),
            weaken: None,
        })
    }

    /// The same site, with something done to its protections right before each attack, once both
    /// students have their sandboxes.
    #[must_use]
    pub fn weakened(&self, weaken: impl Fn(&Facts) -> Result<()> + Send + Sync + 'static) -> Self {
        Self {
            weaken: Some(Arc::new(weaken)),
            ..self.clone()
        }
    }

    /// Carries the attacks out that are for the site's version of PostgreSQL, several at once; those
    /// that may wear out the server come late, and those without an end last. Gives those that ended
    /// otherwise than they must, in the order of their names.
    pub async fn run(&self, attacks: &[Arc<Attack>]) -> Vec<Breach> {
        let fitting = attacks
            .iter()
            .filter(|attack| attack.is_for(self.version))
            .cloned();
        let (endless, others): (VecDeque<_>, VecDeque<_>) =
            fitting.partition(|attack| attack.endless);
        let (rough, others): (VecDeque<_>, VecDeque<_>) =
            others.into_iter().partition(|attack| attack.rough);
        let mut breaches = self.lanes(others, LANES).await;
        breaches.extend(self.lanes(rough, ROUGH_LANES).await);
        breaches.extend(self.lanes(endless, ROUGH_LANES).await);
        breaches.sort_by(|a, b| a.name.cmp(&b.name));
        breaches
    }

    async fn lanes(&self, attacks: VecDeque<Arc<Attack>>, lanes: usize) -> Vec<Breach> {
        let waiting = Arc::new(Mutex::new(attacks));
        let lanes: Vec<_> = (0..lanes)
            .map(|_| tokio::spawn(self.clone().lane(Arc::clone(&waiting))))
            .collect();
        let mut breaches = Vec::new();
        for lane in lanes {
            breaches.extend(lane.await.expect("a lane does not panic"));
        }
        breaches
    }

    async fn lane(self, waiting: Arc<Mutex<VecDeque<Arc<Attack>>>>) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut bystander = None;
        loop {
            let Some(attack) = waiting.lock().await.pop_front() else {
                return breaches;
            };
            let (began, complaints) = match self.carry_out(&attack, &mut bystander).await {
                Ok(complaints) => (true, complaints),
                Err(error) => (false, vec![format!("it cannot begin: {error:#}")]),
            };
            if !complaints.is_empty() {
                breaches.push(Breach {
                    name: attack.name.clone(),
                    tries: attack.tries.clone(),
                    began,
                    complaints,
                });
            }
        }
    }

    async fn carry_out<'a>(
        &'a self,
        attack: &Attack,
        bystander: &mut Option<Bystander<'a>>,
    ) -> Result<Vec<String>> {
        let well = match bystander.take() {
            Some(bystander) => bystander,
            None => Bystander::arrive(&self.site).await?,
        };
        let scene = Scene::open(&self.site, attack).await?;
        if let Some(weaken) = &self.weaken {
            weaken(scene.facts())?;
        }
        let mut complaints = scene.play().await?;
        match well.is_well().await {
            Ok(()) => *bystander = Some(well),
            Err(error) => complaints.push(format!("somebody else notices: {error:#}")),
        }
        let health = self.site.visitor().get("/healthz").await.status();
        if health != 200 {
            complaints.push(format!("/healthz says {health}"));
        }
        Ok(complaints)
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.tries)?;
        for complaint in &self.complaints {
            write!(f, "\n    {complaint}")?;
        }
        Ok(())
    }
}

/// A third student, who has nothing to do with the attack.
struct Bystander<'a> {
    client: Client<'a>,
    started: String,
}

/// An unlogged table is emptied when a process of the server crashes, which makes the postmaster
/// end all the others and keeps its own time of start.
const ARRIVE: &str = "CREATE UNLOGGED TABLE trace AS SELECT 1 AS step;
    SELECT pg_postmaster_start_time()";
const LOOK: &str = "SELECT pg_postmaster_start_time(), (SELECT count(*) FROM trace)";

impl<'a> Bystander<'a> {
    /// Waits for a site that has not recovered from the last attack.
    async fn arrive(site: &'a Site) -> Result<Self> {
        let deadline = Instant::now() + RECOVERY;
        loop {
            let client = site.visitor();
            let answer = submit(&client, EXERCISE, Action::Run, ARRIVE).await?;
            match one_row(&answer) {
                Ok([started]) => return Ok(Self { client, started }),
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => sleep(Duration::from_millis(500)).await,
            }
        }
    }

    async fn is_well(&self) -> Result<()> {
        let answer = submit(&self.client, EXERCISE, Action::Run, LOOK).await?;
        let [started, traces] = one_row(&answer)?;
        let same = started == self.started && traces == "1";
        ensure!(same, "PostgreSQL crashed or was started anew");
        Ok(())
    }
}
