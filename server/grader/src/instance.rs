//! Small instances of an exercise's tables, made from the constraints of the schema and the constants
//! of queries. Pure, but for [`Blueprint::read`].

mod blueprint;
mod generate;
mod keys;
mod moments;
mod patterns;
mod pool;
mod sql;
mod sweep;
mod twins;
mod values;

pub(crate) use blueprint::{Blueprint, QUESTION};
pub(crate) use generate::{Draft, Generator};
pub(crate) use pool::{Pools, Samples};
pub(crate) use sql::{
    accepted, checked_sql, identifier, insert_sql, legality_sql, refused, tolerant_sql,
};

use serde::{Deserialize, Serialize};

/// A value as PostgreSQL's text, or NULL.
pub(crate) type Value = Option<String>;

/// Rows for tables, each with the columns that [`Table::columns`] names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Instance {
    /// For each table of the blueprint its rows, in the order in which they are inserted.
    pub(crate) tables: Vec<Vec<Vec<Value>>>,
}

impl Instance {
    /// One without rows.
    pub(crate) fn empty(blueprint: &Blueprint) -> Self {
        Self {
            tables: vec![Vec::new(); blueprint.tables.len()],
        }
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    /// The same rows, put in the other way round where that changes nothing but the order in which
    /// they lie. Rows of a table that refers to itself stay.
    pub(crate) fn reversed(&self, blueprint: &Blueprint) -> Self {
        let mut reversed = self.clone();
        for (number, (rows, table)) in reversed
            .tables
            .iter_mut()
            .zip(&blueprint.tables)
            .enumerate()
        {
            if table.references.iter().all(|to| to.table != number) {
                rows.reverse();
            }
        }
        reversed
    }
}
