//! What the names in scripts stand for.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};

/// What `{names}` in scripts stand for.
///
/// `{marker}` is what the attacker must not see: a word made anew for each attack, for the victim's
/// scripts alone. `{pattern}` is a regular expression that matches it and does not contain it.
/// `{victim_role}`, `{victim_schema}`, `{attacker_role}`, `{attacker_schema}`, `{dataset_schema}`,
/// `{service_role}` and `{database}` are names; an attack's own `facts` follow.
#[derive(Clone, Debug, Default)]
pub struct Facts(BTreeMap<String, String>);

impl Facts {
    /// Adds a fact.
    pub(super) fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The same facts and one more.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut facts = self.clone();
        facts.insert(name, value);
        facts
    }

    /// The text with every `{name}` replaced. Fails for a name that stands for nothing; braces
    /// around anything but lower-case letters and underscores stay.
    pub fn fill(&self, text: &str) -> Result<String> {
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase())
        };
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            if let Some((name, after)) = after.split_once('}').filter(|(name, _)| is_name(name)) {
                let value = self.0.get(name);
                filled.push_str(value.with_context(|| format!("what is {{{name}}}?"))?);
                rest = after;
            } else {
                filled.push('{');
                rest = after;
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// A word that nobody guesses, and can be part of an SQL identifier.
pub(super) fn marker() -> String {
    format!("secret_{:016x}", RandomState::new().hash_one(()))
}

/// A regular expression that matches the marker and does not contain it.
pub(super) fn pattern(marker: &str) -> String {
    let (first, rest) = marker.split_at(1);
    format!("[{first}]{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_are_filled_in() {
        let facts = Facts::default().with("marker", "m");
        for (text, filled) in [
            ("SELECT '{marker}{marker}'", "SELECT 'mm'"),
            (
                "'x{1,3}' '{}' '{\"a\": 1}' {",
                "'x{1,3}' '{}' '{\"a\": 1}' {",
            ),
            ("{{marker}}", "{m}"),
        ] {
            assert_eq!(facts.fill(text).expect("known"), filled);
        }
        let error = facts.fill("{merker}").expect_err("unknown").to_string();
        assert!(error.contains("{merker}"), "{error}");
    }

    #[test]
    fn a_pattern_does_not_contain_its_marker() {
        let marker = marker();
        assert_ne!(marker, super::marker());
        assert!(!pattern(&marker).contains(&marker));
    }
}
