//! What is done to a draft as a whole: rows that only a key tells apart, runs of rows, groups without
//! any value.

use super::generate::{Draft, Generator};
use super::keys::numbers_rows;
use super::values::{Kind, later};
use std::collections::BTreeSet;

/// How many rows of a table go with a twin at most.
const MOST: usize = 4;

/// How many rows a run has.
const RUN: i32 = 7;

impl Generator<'_> {
    /// Leaves a table two rows, of which one has just that part of the sum of both that scripts ask
    /// for, or one hundredth less.
    pub(super) fn put_share(&mut self, draft: &mut Draft) {
        let shares = self.pools.shares.iter();
        let shares: Vec<_> = shares
            .filter(|(table, ..)| self.concerned[*table] && draft.tables[*table].len() > 1)
            .collect();
        let Some(&&(table, column, percent)) = self.random.choice(&shares) else {
            return;
        };
        let part = percent - usize::from(self.chance(40));
        let places = &mut draft.tables[table];
        places.truncate(2);
        for (place, number) in places.iter_mut().zip([part, 100 - part]) {
            for row in place {
                row[column] = Some(number.to_string());
            }
        }
    }

    /// Puts rows behind one that are like it, each a day or an hour later than the one before, often
    /// with a gap: what looks back a few rows or counts those without a gap needs as many.
    pub(super) fn add_run(&mut self, draft: &mut Draft) {
        let tables = self.blueprint.tables.iter().enumerate();
        let is_moment =
            |type_name: &str| matches!(Kind::of(type_name), Kind::Date | Kind::Timestamp);
        let fitting: Vec<usize> = tables
            .filter(|(number, table)| {
                self.concerned[*number]
                    && !draft.tables[*number].is_empty()
                    && table
                        .columns
                        .iter()
                        .any(|column| is_moment(&column.type_name))
            })
            .map(|(number, _)| number)
            .collect();
        let Some(table) = self.random.choice(fitting) else {
            return;
        };
        let Some(first) = first_rows(draft, table).next().cloned() else {
            return;
        };
        let unit = if self.chance(70) { "day" } else { "hour" };
        let gap = self.random.i32(2..=RUN + 2);
        let described = &self.blueprint.tables[table];
        for step in (1..=RUN).filter(|step| *step != gap) {
            let mut row = first.clone();
            for (value, column) in row.iter_mut().zip(&described.columns) {
                let kind = Kind::of(&column.type_name);
                if is_moment(&column.type_name)
                    && let Some(moment) = value.as_deref()
                {
                    *value = later(moment, &format!("{step} {unit}"), 0, kind);
                }
            }
            if numbers_rows(described) {
                let number = draft.tables[table].len() + 1;
                row[described.primary_key[0]] = Some(number.to_string());
            }
            draft.tables[table].push(vec![row]);
        }
    }

    /// Copies the rows that belong together by a value, such as somebody with all bookings, under
    /// another value: who groups or counts by a name takes both for one.
    pub(super) fn add_twin(&mut self, draft: &mut Draft) {
        let links = self.pools.links.iter();
        let links: Vec<_> = links
            .filter(|link| link.iter().any(|(table, _)| self.concerned[*table]))
            .collect();
        let Some(link) = self.random.choice(links) else {
            return;
        };
        let values: BTreeSet<String> = link
            .iter()
            .flat_map(|&(table, column)| {
                first_rows(draft, table).filter_map(move |row| row[column].clone())
            })
            .collect();
        let Some(value) = self.random.choice(values.iter().collect::<Vec<_>>()) else {
            return;
        };
        let Some(fresh) = self.fresh(link, &values, value, draft) else {
            return;
        };
        let tables: BTreeSet<usize> = link.iter().map(|(table, _)| *table).collect();
        for table in tables {
            let of_table = link.iter().filter(|(other, _)| *other == table);
            let columns: Vec<usize> = of_table.map(|(_, column)| *column).collect();
            let belongs = |row: &&Vec<Option<String>>| {
                columns
                    .iter()
                    .any(|&column| row[column].as_ref() == Some(value))
            };
            let copied: Vec<_> = first_rows(draft, table)
                .filter(belongs)
                .take(MOST)
                .cloned()
                .collect();
            for mut row in copied {
                for &column in &columns {
                    if row[column].as_ref() == Some(value) {
                        row[column] = Some(fresh.clone());
                    }
                }
                self.tell_apart(table, &columns, &mut row, draft.tables[table].len() + 1);
                draft.tables[table].push(vec![row]);
            }
        }
    }

    /// A value that none of the linked columns has; none if there is no way to make one.
    fn fresh(
        &self,
        link: &[(usize, usize)],
        values: &BTreeSet<String>,
        value: &str,
        draft: &Draft,
    ) -> Option<String> {
        let tables = &self.blueprint.tables;
        let mut numbered = link.iter().filter(|(table, column)| {
            numbers_rows(&tables[*table]) && tables[*table].primary_key == [*column]
        });
        if let Some((table, _)) = numbered.next() {
            // The next row's number, of this table only.
            let is_alone = numbered.next().is_none();
            return is_alone.then(|| (draft.tables[*table].len() + 1).to_string());
        }
        let &(table, column) = link.first()?;
        another(
            value,
            values.iter(),
            &tables[table].columns[column].type_name,
        )
    }

    /// Gives a copied row a key of its own.
    fn tell_apart(
        &self,
        table: usize,
        changed: &[usize],
        row: &mut [Option<String>],
        number: usize,
    ) {
        let described = &self.blueprint.tables[table];
        let is_told = |key: &Vec<usize>| key.iter().any(|column| changed.contains(column));
        for key in described.unique.iter().filter(|key| !is_told(key)) {
            let Some(&column) = key.last() else { continue };
            if numbers_rows(described) && *key == described.primary_key {
                row[column] = Some(number.to_string());
            } else if let Some(value) = &row[column] {
                let type_name = &described.columns[column].type_name;
                row[column] = another(value, std::iter::once(value), type_name);
            }
        }
    }

    /// Takes all values of a column away from the rows that have one value in another: a group of
    /// which there is nothing to add up.
    pub(super) fn empty_a_group(&mut self, draft: &mut Draft) {
        let tables = self.blueprint.tables.iter().enumerate();
        let mut columns = Vec::new();
        for (number, table) in tables.filter(|(number, _)| draft.tables[*number].len() > 1) {
            let is_fixed = |column: &usize| {
                table.unique.iter().any(|key| key.contains(column))
                    || table
                        .references
                        .iter()
                        .any(|to| to.columns.contains(column))
            };
            let nullable =
                (0..table.columns.len()).filter(|&column| table.columns[column].nullable);
            columns.extend(
                nullable
                    .filter(|column| !is_fixed(column))
                    .map(|column| (number, column)),
            );
        }
        let Some((table, emptied)) = self.random.choice(columns) else {
            return;
        };
        let others = 0..self.blueprint.tables[table].columns.len();
        let others: Vec<usize> = others.filter(|&column| column != emptied).collect();
        let Some(group) = self.random.choice(others) else {
            return;
        };
        let values: Vec<_> = first_rows(draft, table)
            .map(|row| row[group].clone())
            .collect();
        let Some(value) = self.random.choice(values) else {
            return;
        };
        for row in draft.tables[table].iter_mut().flatten() {
            if row[group] == value {
                row[emptied] = None;
            }
        }
    }

    /// Sometimes gives one of the columns that are compared with a constant together the constant, and
    /// the others 1, so that their product is just that.
    pub(super) fn put_product(&mut self, number: usize, row: &mut [Option<String>]) {
        let table = &self.blueprint.tables[number];
        let products = self.pools.products.iter();
        let products: Vec<_> = products.filter(|(of, ..)| *of == number).collect();
        let Some((_, columns, constant)) = self.random.choice(products) else {
            return;
        };
        let is_key = |column: &usize| {
            table.primary_key.contains(column)
                || table
                    .references
                    .iter()
                    .any(|to| to.columns.contains(column))
        };
        if columns.iter().any(is_key) || !self.chance(25) {
            return;
        }
        let one = columns[self.random.usize(0..columns.len())];
        for &column in columns {
            row[column] = Some(
                if column == one {
                    constant.as_str()
                } else {
                    "1"
                }
                .to_owned(),
            );
        }
    }

    /// Often lets a text hold that of another column, where scripts look for that.
    pub(super) fn embed(&mut self, number: usize, row: &mut [Option<String>]) {
        let pools = self.pools;
        for &(_, outer, inner) in pools.embedded.iter().filter(|(table, ..)| *table == number) {
            if let Some(text) = row[inner].clone()
                && self.chance(50)
            {
                let around = [("", ""), ("x", ""), ("", "x"), ("x", "x"), ("", " x")];
                let (before, after) = around[self.random.usize(0..around.len())];
                row[outer] = Some(format!("{before}{text}{after}"));
            }
        }
    }
}

/// The rows that are proposed first.
fn first_rows(draft: &Draft, table: usize) -> impl Iterator<Item = &Vec<Option<String>>> {
    draft.tables[table]
        .iter()
        .filter_map(|proposals| proposals.first())
}

/// A value that is none of these; none if there is no way to make one.
fn another<'a>(
    value: &str,
    values: impl Iterator<Item = &'a String>,
    type_name: &str,
) -> Option<String> {
    match Kind::of(type_name) {
        Kind::Integer => {
            let numbers = values.filter_map(|value| value.parse::<i64>().ok());
            Some((numbers.max()?.checked_add(1)?).to_string())
        }
        Kind::Text => Some(format!("{value}2")),
        _ => None,
    }
}
