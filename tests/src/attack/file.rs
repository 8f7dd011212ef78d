//! The files.

use super::expect::Expect;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An attack. Unknown keys are errors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attack {
    /// The file's group and name, such as `host/read-a-file`.
    #[serde(skip)]
    pub name: String,
    /// What the group begins with.
    #[serde(skip)]
    pub group: Arc<Group>,
    /// What the attacker is after, in a sentence.
    pub tries: String,
    /// The exercise both work on; reads shared tables by default.
    #[serde(default = "shared_tables")]
    pub exercise: String,
    /// The oldest major version of PostgreSQL it is for.
    #[serde(default)]
    pub min_version: u32,
    /// The newest major version of PostgreSQL it is for.
    #[serde(default = "any_version")]
    pub max_version: u32,
    /// True if it may wear out the whole server, so that it comes after the others.
    #[serde(default)]
    pub rough: bool,
    /// True if PostgreSQL may be unable to end it, so that it comes last, and the attacker
    /// runs nothing afterwards.
    #[serde(default)]
    pub endless: bool,
    /// What the victim runs before; every statement must succeed.
    pub victim: Option<String>,
    /// Queries of one value that the victim runs then; the attacker's script gets each value under
    /// its name.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// What a second session of the attacker runs; the attack follows a second later.
    pub accomplice: Option<String>,
    /// What the victim does while the attacker attacks.
    pub meanwhile: Option<Meanwhile>,
    /// What the attacker submits.
    pub attacker: String,
    /// How often the attacker's text stands in the script, one after the other.
    #[serde(default = "once")]
    pub repeat: usize,
    /// What the attacker submits it for.
    #[serde(default)]
    pub via: Action,
    /// How it must end.
    pub expect: Expect,
    /// When the attacker has an answer at the latest, the wait in the queue included.
    #[serde(default = "patience")]
    pub within_seconds: u64,
    /// What happens afterwards.
    #[serde(default)]
    pub then: Vec<Step>,
}

/// What the attacks of a group begin with: each may be empty. A line `\ir FILE` stands for that file,
/// seen from where it is, as in psql.
#[derive(Debug, Default)]
pub struct Group {
    /// The group's `victim.sql`.
    pub victim: String,
    /// The group's `attacker.sql`.
    pub attacker: String,
}

/// What can be submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Execute the script.
    #[default]
    Run,
    /// Judge the script.
    Check,
    /// Explain the script's last statement.
    Plan,
    /// Begin anew.
    Reset,
}

/// A student.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The one who is attacked.
    #[default]
    Victim,
    /// The one who attacks.
    Attacker,
}

/// What the victim does while the attacker attacks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meanwhile {
    /// Who of the two begins; the other follows a second later.
    #[serde(default)]
    pub order: Order,
    /// What is submitted.
    #[serde(default)]
    pub sql: String,
    /// What for.
    #[serde(default)]
    pub via: Action,
    /// How it must end.
    #[serde(default)]
    pub expect: Expect,
    /// When the victim has an answer at the latest.
    #[serde(default = "patience")]
    pub within_seconds: u64,
}

/// Who of two begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The victim: it holds what the attacker is after.
    #[default]
    First,
    /// The attacker: the victim works under the attack.
    Second,
}

/// Something that happens after an attack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Who does it.
    #[serde(default)]
    pub by: Who,
    /// What is submitted.
    #[serde(default)]
    pub sql: String,
    /// What for.
    #[serde(default)]
    pub via: Action,
    /// How it must end.
    #[serde(default)]
    pub expect: Expect,
}

fn shared_tables() -> String {
    "reading/long-books".to_owned()
}

fn any_version() -> u32 {
    u32::MAX
}

fn once() -> usize {
    1
}

fn patience() -> u64 {
    25
}

impl Attack {
    /// The attacks of a folder in the order of their names. Fails if there is none, or if one
    /// cannot be read, which names its file.
    pub fn load(folder: &Path) -> Result<Vec<Self>> {
        let mut attacks = Vec::new();
        // Beside the groups lies what they share.
        let is_shared =
            |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sql");
        for group in entries(folder)?.into_iter().filter(|path| !is_shared(path)) {
            let files = entries(&group)?;
            let beginning = Arc::new(Group {
                victim: optional(&group.join("victim.sql"))?,
                attacker: optional(&group.join("attacker.sql"))?,
            });
            let of_the_group = attacks.len();
            for file in &files {
                match file.extension().and_then(|extension| extension.to_str()) {
                    Some("toml") => attacks.push(Self::read(file, &beginning)?),
                    Some("sql") if file.ends_with("victim.sql") => {}
                    Some("sql") if file.ends_with("attacker.sql") => {}
                    _ => anyhow::bail!("{} is no attack", file.display()),
                }
            }
            let any = attacks.len() > of_the_group;
            ensure!(any, "there is no attack in {}", group.display());
        }
        ensure!(!attacks.is_empty(), "no attacks in {}", folder.display());
        Ok(attacks)
    }

    fn read(file: &Path, group: &Arc<Group>) -> Result<Self> {
        let text = fs::read_to_string(file)?;
        let mut attack: Self =
            toml::from_str(&text).with_context(|| format!("{} is wrong", file.display()))?;
        let name = |path: &Path| {
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let names = file.parent().and_then(name).zip(name(file));
        let (folder, name) = names.context("an attack has a folder and a name")?;
        attack.name = format!("{folder}/{name}");
        attack.group = Arc::clone(group);
        Ok(attack)
    }

    /// True if it is for this major version of PostgreSQL.
    pub fn is_for(&self, version: u32) -> bool {
        (self.min_version..=self.max_version).contains(&version)
    }
}

impl Action {
    /// The last part of its address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Plan => "plan",
            Self::Reset => "reset",
        }
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || format!("cannot read {}", folder.display());
    let mut paths = fs::read_dir(folder)
        .with_context(read)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn optional(file: &Path) -> Result<String> {
    if !file.exists() {
        return Ok(String::new());
    }
    let lines = fs::read_to_string(file)?;
    let lines = lines.split_inclusive('\n').map(|line| {
        let Some(shared) = line.strip_prefix("\\ir ") else {
            return Ok(line.to_owned());
        };
        let shared = file.with_file_name(shared.trim_end());
        fs::read_to_string(&shared).with_context(|| format!("cannot read {}", shared.display()))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: Option<&str>) -> Result<Vec<Attack>> {
        let folder = tempfile::tempdir().expect("a directory");
        let group = folder.path().join("group");
        fs::create_dir(&group).expect("a directory");
        if let Some(text) = text {
            fs::write(group.join("name.toml"), text).expect("a file");
        }
        Attack::load(folder.path())
    }

    #[test]
    fn an_attack_is_named_after_its_file() {
        let text = "tries = 'Nothing'\nattacker = ''\nexpect = 'any'\n";
        let attacks = load(Some(text)).expect("an attack");
        assert_eq!(attacks[0].name, "group/name");
        assert!(attacks[0].is_for(14) && attacks[0].is_for(18));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in [
            "tries = 'x'\nattacker = ''\nexpect = 'any'\nexpects = 'any'\n",
            "tries = 'x'\nattacker = ''\nexpect = 'none'\n",
            "tries = 'x'\nattacker = ''\nexpect = { rows = [], tag = 'x' }\n",
            "tries = 'x'\nattacker = ''\n",
            "tries = 'x'\nattacker = ''\nexpect = 'any'\n[meanwhile]\nsleep = 1\n",
        ] {
            let error = format!("{:#}", load(Some(text)).expect_err(text));
            assert!(error.contains("name.toml"), "{error}");
        }
    }

    #[test]
    fn no_attacks_are_an_error() {
        assert!(load(None).is_err());
        let folder = tempfile::tempdir().expect("a directory");
        assert!(Attack::load(folder.path()).is_err());
    }
}
