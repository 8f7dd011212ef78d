//! What was done to a sandbox without its student's asking, told on the next occasion.

use crate::owner::Owner;
use crate::resources::megabytes;
use sqlground_model::Notice;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What was done to a sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Repair {
    /// Its role was made fit for use again.
    Role(Vec<Flaw>),
    /// Role or schema were gone, and it was made anew.
    Gone,
    /// The exercise has changed, and it was made anew.
    Outdated,
    /// It had not been used for long and was removed.
    Unused,
    /// It took more than it may and may not grow.
    Full {
        /// What the student had added, in bytes.
        bytes: u64,
        /// How much that may be.
        limit: u64,
    },
    /// It took much more than it may and was reset.
    TooLarge {
        /// How much it might have taken, in bytes.
        limit: u64,
    },
}

/// What kept a role from working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// `ALTER ROLE ... PASSWORD`.
    Password,
    /// `ALTER ROLE ... NOLOGIN`.
    Login,
    /// `ALTER ROLE ... VALID UNTIL`.
    Expiry,
    /// `ALTER ROLE ... CONNECTION LIMIT`.
    Connections,
    /// `ALTER ROLE ... SET`.
    Settings,
    /// `REVOKE`, by somebody who may.
    Privileges,
}

impl Flaw {
    /// As the ledger names them.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "login" => Self::Login,
            "expiry" => Self::Expiry,
            "connections" => Self::Connections,
            "settings" => Self::Settings,
            "privileges" => Self::Privileges,
            _ => return None,
        })
    }

    fn words(self) -> &'static str {
        match self {
            Self::Password => "its password",
            Self::Login => "LOGIN",
            Self::Expiry => "VALID UNTIL",
            Self::Connections => "its connection limit",
            Self::Settings => "its settings",
            Self::Privileges => "its privileges on its schema",
        }
    }
}

impl Repair {
    /// What the student is told.
    pub(crate) fn notice(&self) -> Notice {
        let (message, hint) = match self {
            Self::Role(flaws) => {
                let flaws: Vec<_> = flaws.iter().map(|flaw| flaw.words()).collect();
                (
                    format!(
                        "the role of your sandbox was repaired, which set back {}",
                        flaws.join(" and ")
                    ),
                    None,
                )
            }
            Self::Gone => (
                "your sandbox could not be used any more, so you have a fresh one".to_owned(),
                None,
            ),
            Self::Outdated => (
                "the exercise has changed, so you have a fresh sandbox".to_owned(),
                Some("What you created in the old one is gone. Your script is not."),
            ),
            Self::Unused => (
                "your sandbox had not been used for long and was removed, so you have a fresh one"
                    .to_owned(),
                Some("What you created in the old one is gone. Your script is not."),
            ),
            Self::Full { bytes, limit } => (
                format!(
                    "your sandbox takes {} and may take {}: nothing can be added to it",
                    megabytes(*bytes),
                    megabytes(*limit)
                ),
                Some(ROOM),
            ),
            Self::TooLarge { limit } => (
                format!(
                    "your sandbox took more than twice the {} that it may, so it was reset",
                    megabytes(*limit)
                ),
                None,
            ),
        };
        Notice {
            severity: "NOTICE".to_owned(),
            sqlstate: String::new(),
            message,
            detail: None,
            hint: hint.map(str::to_owned),
        }
    }
}

/// How a full sandbox is emptied.
pub(crate) const ROOM: &str = "DROP or TRUNCATE tables, or press Reset.";

/// What students have not been told yet.
#[derive(Default)]
pub(crate) struct Untold {
    repairs: Mutex<HashMap<Owner, Vec<Repair>>>,
}

/// Of how many sandboxes something is remembered. Who never comes back is never told.
const MOST: usize = 10_000;

impl Untold {
    /// Notes what was done. What a repair of the role was for is told together.
    pub(crate) fn add(&self, owner: &Owner, repair: Repair) {
        let mut repairs = self.repairs();
        if repairs.len() >= MOST && !repairs.contains_key(owner) {
            return;
        }
        let repairs = repairs.entry(owner.clone()).or_default();
        match (repairs.last_mut(), repair) {
            (Some(Repair::Role(known)), Repair::Role(flaws)) => {
                known.extend(flaws);
                known.dedup();
            }
            // Nothing of the sandbox is left that was repaired before.
            (Some(_), repair @ (Repair::Gone | Repair::TooLarge { .. })) => *repairs = vec![repair],
            (_, repair) => repairs.push(repair),
        }
    }

    /// What is to be told now.
    pub(crate) fn take(&self, owner: &Owner) -> Vec<Notice> {
        let repairs = self.repairs().remove(owner).unwrap_or_default();
        repairs.iter().map(Repair::notice).collect()
    }

    /// Whether the owner is going to be told of a repair of the role.
    pub(crate) fn has_role(&self, owner: &Owner) -> bool {
        let repairs = self.repairs();
        let repairs = repairs.get(owner).map(Vec::as_slice).unwrap_or_default();
        repairs
            .iter()
            .any(|repair| matches!(repair, Repair::Role(_)))
    }

    fn repairs(&self) -> MutexGuard<'_, HashMap<Owner, Vec<Repair>>> {
        self.repairs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(key: &str) -> Owner {
        Owner {
            session: [0; 32],
            key: key.to_owned(),
        }
    }

    #[test]
    fn what_was_repaired_is_told_once_to_its_owner() {
        let untold = Untold::default();
        untold.add(&owner("a"), Repair::Role(vec![Flaw::Login]));
        untold.add(&owner("a"), Repair::Role(vec![Flaw::Login, Flaw::Settings]));
        assert!(untold.take(&owner("b")).is_empty());
        let told = untold.take(&owner("a"));
        assert_eq!(told.len(), 1);
        assert_eq!(
            told[0].message,
            "the role of your sandbox was repaired, which set back LOGIN and its settings"
        );
        assert!(untold.take(&owner("a")).is_empty());
    }

    #[test]
    fn a_fresh_sandbox_makes_what_was_repaired_before_no_news() {
        let untold = Untold::default();
        untold.add(&owner("a"), Repair::Role(vec![Flaw::Login]));
        untold.add(&owner("a"), Repair::Gone);
        let told = untold.take(&owner("a"));
        assert_eq!(told, [Repair::Gone.notice()]);
    }
}
