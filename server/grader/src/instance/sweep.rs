//! Drafts for the values that only one script compares with.

use super::Value;
use super::generate::{Draft, Generator, Size, shape};
use super::keys::numbers_rows;
use super::pool::Pools;

/// How many values a sweep has, and how many sweeps a table gets for what one script compares with.
const SWEPT: usize = 12;
const SWEEPS: usize = 3;
/// How many it gets for what the answer compares with.
const FIRST_SWEEPS: usize = 6;

impl Generator<'_> {
    /// Drafts in which each special value stands once, beside constants that the other columns are
    /// compared with; of those that the other pools have, none.
    ///
    /// What only one script compares with is so not left to chance.
    pub(crate) fn sweeps(&mut self, other: Option<&Pools>) -> Vec<Draft> {
        let blueprint = self.blueprint;
        let mut drafts = Vec::new();
        for (number, table) in blueprint.tables.iter().enumerate() {
            if !self.concerned[number] {
                continue;
            }
            let mut values = Vec::new();
            // Keys that are numbered get other numbers by themselves.
            let is_numbered = |column| numbers_rows(table) && table.primary_key.contains(&column);
            for column in (0..table.columns.len()).filter(|&column| !is_numbered(column)) {
                let own = self.pools.get(number, column);
                let known = other.map(|other| other.get(number, column));
                let is_new = |value: &&String| {
                    known.is_none_or(|known| {
                        !known.exact.contains(value) && !known.critical.contains(value)
                    })
                };
                let own = own.exact.iter().chain(&own.critical).filter(is_new);
                values.extend(own.map(|value| (column, value.clone())));
            }
            // What is compared by its name, before what may end up beside a constant.
            values.sort_by_key(|(column, _)| self.pools.get(number, *column).exact.is_empty());
            tracing::trace!(table = table.name, ?values, "new values");
            let most = if other.is_none() {
                FIRST_SWEEPS
            } else {
                SWEEPS
            };
            for values in values.chunks(SWEPT).take(most) {
                drafts.push(self.sweep(number, values));
            }
        }
        drafts
    }

    /// A draft in which the table's rows have these values.
    fn sweep(&mut self, swept: usize, values: &[(usize, String)]) -> Draft {
        self.made += 1;
        self.palettes = None;
        self.has_zeros = false;
        let shape = shape(50, 40, 5, 0, Size::Few);
        let mut draft = Draft {
            tables: vec![Vec::new(); self.blueprint.tables.len()],
        };
        for table in 0..self.blueprint.tables.len() {
            if !self.concerned[table] {
                continue;
            }
            let rows = if table == swept { values.len() } else { 4 };
            for place in 0..rows {
                let Some(mut row) = self.row(table, shape, &draft, place) else {
                    continue;
                };
                let swept = values.get(place).filter(|_| table == swept);
                if let Some((column, value)) = swept {
                    self.detach(table, &mut row);
                    self.beside_constants(table, &mut row);
                    row[*column] = Some(value.clone());
                }
                draft.tables[table].push(vec![row]);
            }
        }
        draft
    }

    /// Lets a row refer to none of its own table, where that is allowed: such a row may be refused.
    fn detach(&self, table: usize, row: &mut [Value]) {
        let described = &self.blueprint.tables[table];
        let own = described.references.iter().filter(|to| to.table == table);
        for &column in own.flat_map(|to| &to.columns) {
            if described.columns[column].nullable {
                row[column] = None;
            }
        }
    }

    /// Puts constants into the columns that are compared with some, so that other conditions hold.
    fn beside_constants(&mut self, table: usize, row: &mut [Value]) {
        let described = &self.blueprint.tables[table];
        let is_fixed = |column: usize| {
            let unique = described.unique.iter().any(|key| key.contains(&column));
            unique
                || described
                    .references
                    .iter()
                    .any(|to| to.columns.contains(&column))
        };
        for (column, place) in row.iter_mut().enumerate() {
            let exact = &self.pools.get(table, column).exact;
            if !is_fixed(column)
                && self.chance(70)
                && let Some(value) = self.random.choice(exact)
            {
                *place = Some(value.clone());
            }
        }
    }
}
