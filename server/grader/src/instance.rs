//! Small instances of an exercise's tables, made from the constraints of the schema and the constants
//! of queries. Pure, but for [`Blueprint::read`].

mod blueprint;
mod choice;
mod documents;
mod generate;
mod keys;
mod lists;
mod moments;
mod patterns;
mod pool;
mod regexes;
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
        self.moved(blueprint, |rows| rows.reverse())
    }

    /// The same rows in further orders: what sorts few rows does not leave equal ones as they lay.
    pub(crate) fn shuffled(&self, blueprint: &Blueprint) -> Vec<Self> {
        let halves = |first: usize| {
            move |rows: &mut Vec<Vec<Value>>| {
                let mut number: usize = first;
                let (even, odd): (Vec<_>, Vec<_>) = rows.drain(..).partition(|_| {
                    number += 1;
                    number.is_multiple_of(2)
                });
                rows.extend(even.into_iter().chain(odd));
            }
        };
        let rotated = |rows: &mut Vec<Vec<Value>>| {
            let half = rows.len() / 2;
            rows.rotate_left(half);
        };
        let orders = [
            self.moved(blueprint, halves(0)),
            self.moved(blueprint, halves(1)),
            self.moved(blueprint, rotated),
        ];
        let mut shuffled: Vec<Self> = Vec::new();
        for order in orders {
            if order != *self && !shuffled.contains(&order) {
                shuffled.push(order);
            }
        }
        shuffled
    }

    fn moved(&self, blueprint: &Blueprint, change: impl Fn(&mut Vec<Vec<Value>>)) -> Self {
        let mut moved = self.clone();
        let tables = moved.tables.iter_mut().zip(&blueprint.tables);
        for (number, (rows, table)) in tables.enumerate() {
            if table.references.iter().all(|to| to.table != number) {
                change(rows);
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffled_rows_lie_in_orders_of_their_own() {
        let orders = |rows: &[&str]| -> Vec<String> {
            let blueprint = Blueprint {
                tables: vec![blueprint::Table::default()],
            };
            let rows = rows.iter().map(|row| vec![Some((*row).to_owned())]);
            let instance = Instance {
                tables: vec![rows.collect()],
            };
            let texts = |order: Instance| {
                order.tables[0]
                    .iter()
                    .flatten()
                    .flatten()
                    .cloned()
                    .collect()
            };
            instance
                .shuffled(&blueprint)
                .into_iter()
                .map(texts)
                .collect()
        };
        assert_eq!(
            orders(&["a", "b", "c", "d", "e"]),
            ["bdace", "acebd", "cdeab"]
        );
        assert_eq!(orders(&["a", "b"]), ["ba"]);
        assert!(orders(&["a"]).is_empty());
    }
}
