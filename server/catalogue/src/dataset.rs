//! Named tables an exercise starts from.

use crate::digest::short_digest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Named tables an exercise starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dataset {
    /// The folder's name: lower-case letters, digits, hyphens and underscores, at most 40.
    pub name: String,
    /// The text of `schema.sql`.
    pub schema_sql: String,
    /// The text of `data.sql`.
    pub data_sql: String,
    /// The first 12 hexadecimal digits of the SHA-256 of both: changes whenever they do.
    pub digest: String,
}

impl Dataset {
    pub(crate) fn new(name: String, schema_sql: String, data_sql: String) -> Self {
        let digest = short_digest(&[&schema_sql, &data_sql]);
        Self {
            name,
            schema_sql,
            data_sql,
            digest,
        }
    }
}

/// True if PostgreSQL and file systems both take the name as it is, with room for a suffix.
pub(crate) fn is_dataset_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

/// The datasets exercises may name.
#[derive(Debug, Default)]
pub(crate) struct Datasets {
    /// Those that could be read.
    pub(crate) intact: BTreeMap<String, Arc<Dataset>>,
    /// The names of those that could not.
    pub(crate) broken: BTreeSet<String>,
}
