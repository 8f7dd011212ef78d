//! What a sandbox holds when a student begins.

use crate::name::{SchemaName, hex};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A dataset's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatasetSource {
    /// The dataset's name.
    pub name: String,
    /// The text of `schema.sql`.
    pub schema_sql: String,
    /// The text of `data.sql`.
    pub data_sql: String,
    /// Changes whenever one of the texts does; hexadecimal digits, of which 12 are used.
    pub digest: String,
}

impl DatasetSource {
    /// The files in the order in which they run.
    pub(crate) fn files(&self) -> [(&'static str, &str); 2] {
        [
            ("schema.sql", &self.schema_sql),
            ("data.sql", &self.data_sql),
        ]
    }

    /// The schema that all sessions read it from.
    pub(crate) fn schema(&self) -> SchemaName {
        SchemaName::of_dataset(&self.name, &self.digest)
    }
}

/// What a sandbox holds when a student begins: one space is one exercise's starting point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Space {
    /// What tells this space from a session's others, such as the exercise's id. A session's
    /// sandboxes for two keys are two schemas, so that changes in one never shadow the other.
    pub key: String,
    /// The tables it starts from.
    pub dataset: Option<Arc<DatasetSource>>,
    /// True if the dataset's tables are the student's own, to change, index and drop. Otherwise
    /// the student reads tables that all share; the dataset must have been
    /// [loaded](crate::Sandboxes::load_dataset).
    pub writable: bool,
    /// SQL that runs as the student after the dataset is there.
    pub setup: Option<String>,
}

impl Space {
    /// A space without any table.
    pub fn empty(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            dataset: None,
            writable: false,
            setup: None,
        }
    }

    /// Changes whenever a sandbox made from the space would be another one.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        let dataset = self.dataset.as_ref();
        for part in [
            dataset.map_or("", |d| &d.name),
            dataset.map_or("", |d| &d.digest),
            if self.writable { "writable" } else { "shared" },
            if self.setup.is_some() { "setup" } else { "" },
            self.setup.as_deref().unwrap_or(""),
        ] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        hex(&digest.finalize()[..16])
    }

    /// True if a sandbox has more than an empty schema to begin with.
    pub(crate) fn has_content(&self) -> bool {
        self.writable && self.dataset.is_some() || self.setup.is_some()
    }

    /// Tells apart what sandboxes have in them to begin with: all that only read shared tables
    /// begin alike.
    pub(crate) fn content_digest(&self) -> String {
        if self.has_content() {
            self.digest()
        } else {
            Self::empty("").digest()
        }
    }

    /// The dataset's shared schema, if the student reads that.
    pub(crate) fn shared_schema(&self) -> Option<SchemaName> {
        self.dataset
            .as_ref()
            .filter(|_| !self.writable)
            .map(|dataset| dataset.schema())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_follows_the_content_and_not_the_key() {
        let space = Space::empty("a/b");
        assert_eq!(space.digest(), Space::empty("c/d").digest());
        let with_setup = Space {
            setup: Some(String::new()),
            ..space.clone()
        };
        assert_ne!(space.digest(), with_setup.digest());
        let writable = Space {
            writable: true,
            ..space.clone()
        };
        assert_ne!(space.digest(), writable.digest());
    }

    #[test]
    fn sandboxes_that_only_read_begin_alike() {
        let dataset = DatasetSource {
            name: "d".to_owned(),
            schema_sql: String::new(),
            data_sql: String::new(),
            digest: "0123456789ab".to_owned(),
        };
        let reads = Space {
            dataset: Some(Arc::new(dataset)),
            ..Space::empty("a/b")
        };
        let writes = Space {
            writable: true,
            ..reads.clone()
        };
        let empty = Space::empty("c/d");
        assert_ne!(reads.digest(), empty.digest());
        assert_eq!(reads.content_digest(), empty.content_digest());
        assert_ne!(writes.content_digest(), empty.content_digest());
    }
}
