//! The values to choose from for each column.

use super::blueprint::{Blueprint, Column};
use super::choice::{Pool, dedup, fits, hundredths};
use super::values::{Kind, is_span};
use crate::query::Reading;
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many rows are made because scripts count them.
const MOST_COUNTED: usize = 50;

/// Values that columns have in the data shown, by table and column.
pub(crate) type Samples = BTreeMap<(String, String), Vec<String>>;

/// The values to choose from for each column of each table.
#[derive(Clone, Debug)]
pub(crate) struct Pools {
    columns: Vec<Vec<Pool>>,
    /// Times between two moments that make a difference, as they stand in the scripts.
    pub(crate) spans: Vec<String>,
    /// Numbers of rows that make a difference for a count or a `LIMIT`, at least one.
    pub(crate) counts: Vec<usize>,
    /// Columns that are compared for equality with each other, each with its table: such a value is
    /// what rows belong together by.
    pub(super) links: Vec<Vec<(usize, usize)>>,
    /// Tables with two columns, of which the first is searched for the second.
    pub(super) embedded: Vec<(usize, usize, usize)>,
    /// Tables with columns of whole numbers that are compared with so many hundredths of their sum.
    pub(super) shares: Vec<(usize, usize, usize)>,
    /// Tables with columns that are compared with a constant together, as by their product.
    pub(super) products: Vec<(usize, Vec<usize>, String)>,
}

impl Pools {
    /// Values from the constants that scripts compare, the checks and the data shown.
    pub(crate) fn new(blueprint: &Blueprint, reading: &Reading, samples: &Samples) -> Self {
        let checks = blueprint.tables.iter().flat_map(|table| &table.checks);
        let reading = checks.fold(reading.clone(), |reading, check| {
            reading.and(Reading::of_condition(check))
        });
        let reading = of_columns(reading, blueprint);
        let domains = Domains::of(blueprint, &reading);
        let columns = blueprint
            .tables
            .iter()
            .map(|table| {
                let pool = |column: &Column| {
                    let shown = samples.get(&(table.name.clone(), column.name.clone()));
                    Pool::of(column, &reading, shown.map_or(&[][..], Vec::as_slice))
                };
                table.columns.iter().map(pool).collect()
            })
            .collect();
        let mut pools = Self {
            columns,
            spans: spans(&reading),
            counts: counts(&reading),
            links: domains.members(blueprint),
            embedded: embedded(blueprint, &reading),
            shares: shares(blueprint, &reading),
            products: products(blueprint, &reading),
        };
        domains.share(blueprint, &mut pools);
        pools.put_between_whole_numbers(blueprint, &reading);
        pools
    }

    /// Gives numbers with decimal places that are compared with whole ones what lies between these.
    fn put_between_whole_numbers(&mut self, blueprint: &Blueprint, reading: &Reading) {
        let columns = || {
            let tables = blueprint.tables.iter().enumerate();
            tables.flat_map(|(t, table)| {
                let columns = table.columns.iter().enumerate();
                columns.map(move |(c, column)| ((t, c), column))
            })
        };
        let pairs = reading.ascending.iter().chain(&reading.joined);
        let pairs: Vec<_> = pairs.flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        for ((t, c), column) in columns() {
            if !matches!(
                Kind::of(&column.type_name),
                Kind::Decimal(1..) | Kind::Float
            ) {
                continue;
            }
            let is_compared = |other: &Column| {
                pairs
                    .iter()
                    .any(|(a, b)| **a == column.name && **b == other.name)
                    && Kind::of(&other.type_name) == Kind::Integer
            };
            let mut between = Vec::new();
            for ((t, c), _) in columns().filter(|(_, other)| is_compared(other)) {
                let pool = self.get(t, c);
                let values = pool
                    .usual
                    .iter()
                    .take(3)
                    .chain(pool.critical.iter().take(2));
                between.extend(
                    values.flat_map(|value| [4, 6].map(|tenths| format!("{value}.{tenths}"))),
                );
            }
            between.retain(|value| fits(value, &column.type_name));
            let critical = &mut self.columns[t][c].critical;
            critical.extend(between);
            dedup(critical);
        }
    }

    /// All values, each with its table and column.
    pub(crate) fn values(&self) -> Vec<(usize, usize, &str)> {
        let mut values = Vec::new();
        for (table, columns) in self.columns.iter().enumerate() {
            for (column, pool) in columns.iter().enumerate() {
                let special = pool.exact.iter().chain(&pool.critical);
                let all = special.chain(&pool.usual).chain(&pool.zero);
                values.extend(all.map(|value| (table, column, value.as_str())));
            }
        }
        values
    }

    /// Leaves out the values with these numbers, as [`values`](Self::values) counts them.
    pub(crate) fn leave_out(&mut self, refused: &[usize]) {
        let mut number = 0;
        for pool in self.columns.iter_mut().flatten() {
            let Pool {
                exact,
                critical,
                usual,
                zero,
                ..
            } = pool;
            for values in [exact, critical, usual, zero] {
                values.retain(|_| {
                    number += 1;
                    !refused.contains(&(number - 1))
                });
            }
        }
    }

    pub(crate) fn get(&self, table: usize, column: usize) -> &Pool {
        &self.columns[table][column]
    }
}

/// The reading, in which constants that are compared with names no column has are compared with none.
fn of_columns(mut reading: Reading, blueprint: &Blueprint) -> Reading {
    let columns = || blueprint.tables.iter().flat_map(|table| &table.columns);
    let is_column = |name: &String| columns().any(|column| column.name == *name);
    let constants = std::mem::take(&mut reading.constants).into_iter();
    reading.constants = constants
        .map(|mut constant| {
            constant.columns.retain(is_column);
            constant
        })
        .collect();
    reading
}

/// Small whole numbers that are compared with no column, and those next to them: a query may count
/// up to them.
fn counts(reading: &Reading) -> Vec<usize> {
    let loose = reading
        .constants
        .iter()
        .filter(|constant| constant.columns.is_empty())
        .filter_map(|constant| constant.value.parse::<usize>().ok());
    let mut counts: Vec<usize> = loose
        .chain(reading.cuts.iter().copied())
        .filter(|count| (1..=MOST_COUNTED).contains(count))
        .flat_map(|count| [count - 1, count, count + 1])
        .filter(|count| *count > 0)
        .collect();
    counts.sort_unstable();
    counts.dedup();
    if counts.is_empty() {
        counts.push(3);
    }
    counts
}

/// Texts that are searched for others of the same row.
fn embedded(blueprint: &Blueprint, reading: &Reading) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    for (outer, inner) in &reading.embedded {
        for (number, table) in blueprint.tables.iter().enumerate() {
            let text = |name: &String| {
                table.columns.iter().position(|column| {
                    column.name == *name && Kind::of(&column.type_name) == Kind::Text
                })
            };
            if let (Some(outer), Some(inner)) = (text(outer), text(inner)) {
                found.push((number, outer, inner));
            }
        }
    }
    found
}

/// Parts of a sum: columns beside constants between 0 and 1, in hundredths.
fn shares(blueprint: &Blueprint, reading: &Reading) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    if !reading.names.contains("sum") {
        return found;
    }
    for constant in &reading.constants {
        let Some(percent) = (1..100).find(|percent| hundredths(&constant.value) == Some(*percent))
        else {
            continue;
        };
        for (t, table) in blueprint.tables.iter().enumerate() {
            for (c, column) in table.columns.iter().enumerate() {
                let is_number = Kind::of(&column.type_name).is_number();
                if is_number && constant.columns.contains(&column.name) {
                    found.push((t, c, percent));
                }
            }
        }
    }
    found
}

/// Numbers that are compared with several columns of one table.
fn products(blueprint: &Blueprint, reading: &Reading) -> Vec<(usize, Vec<usize>, String)> {
    let mut found = Vec::new();
    for constant in reading.constants.iter().filter(|c| c.columns.len() > 1) {
        for (number, table) in blueprint.tables.iter().enumerate() {
            let columns = table.columns.iter().enumerate();
            let columns = columns.filter(|(_, column)| {
                let kind = Kind::of(&column.type_name);
                constant.columns.contains(&column.name)
                    && kind.exact(&constant.value).is_some()
                    && kind.is_number()
            });
            let columns: Vec<usize> = columns.map(|(place, _)| place).collect();
            if columns.len() > 1 {
                found.push((number, columns, constant.value.clone()));
            }
        }
    }
    found
}

/// Constants that can be the time between two moments.
fn spans(reading: &Reading) -> Vec<String> {
    let constants = reading.constants.iter().map(|constant| &constant.value);
    let mut spans: Vec<_> = constants.filter(|value| is_span(value)).cloned().collect();
    spans.dedup();
    spans
}

/// Columns that are compared with each other, which meet only if they choose from the same values.
struct Domains {
    /// Pairs of names.
    joined: Vec<(String, String)>,
}

impl Domains {
    fn of(blueprint: &Blueprint, reading: &Reading) -> Self {
        let mut joined: Vec<_> = reading.joined.iter().cloned().collect();
        for table in &blueprint.tables {
            for reference in &table.references {
                let to = &blueprint.tables[reference.table];
                for (from, to_column) in reference.columns.iter().zip(&reference.to) {
                    joined.push((
                        table.columns[*from].name.clone(),
                        to.columns[*to_column].name.clone(),
                    ));
                }
            }
        }
        Self { joined }
    }

    /// Gives columns that are joined the same usual values: small numbers for whole numbers, else the
    /// first values any of them has.
    fn share(&self, blueprint: &Blueprint, pools: &mut Pools) {
        for members in self.members(blueprint) {
            // Texts of different length meet, too.
            let sort = |(t, c): (usize, usize)| -> &str {
                let type_name = blueprint.tables[t].columns[c].type_name.as_str();
                match Kind::of(type_name) {
                    Kind::Text => "text",
                    Kind::Integer => "integer",
                    Kind::Decimal(_) | Kind::Float => "numeric",
                    _ => type_name,
                }
            };
            let mut shared: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for &(t, c) in &members {
                let type_name = blueprint.tables[t].columns[c].type_name.as_str();
                let values = shared.entry(sort((t, c))).or_default();
                if Kind::of(type_name) == Kind::Integer {
                    *values = ["1", "2", "3", "4"].map(str::to_owned).to_vec();
                } else {
                    values.extend(pools.columns[t][c].usual.iter().take(4).cloned());
                    dedup(values);
                    values.truncate(6);
                }
            }
            for &(t, c) in &members {
                pools.columns[t][c].usual.clone_from(&shared[sort((t, c))]);
            }
        }
    }

    /// The columns that are joined to each other, directly or not, each with its table.
    fn members(&self, blueprint: &Blueprint) -> Vec<Vec<(usize, usize)>> {
        let columns = |group: BTreeSet<String>| {
            let tables = blueprint.tables.iter().enumerate();
            let members = tables.flat_map(|(t, table)| {
                let columns = table.columns.iter().enumerate();
                let group = &group;
                columns
                    .filter(move |(_, column)| group.contains(&column.name))
                    .map(move |(c, _)| (t, c))
            });
            members.collect()
        };
        self.groups().into_iter().map(columns).collect()
    }

    /// The names, each with all it is joined to, directly or not.
    fn groups(&self) -> Vec<BTreeSet<String>> {
        let mut groups: Vec<BTreeSet<String>> = Vec::new();
        for (a, b) in &self.joined {
            let mut group = BTreeSet::from([a.clone(), b.clone()]);
            groups.retain(|other| {
                let meets = other.contains(a) || other.contains(b);
                if meets {
                    group.extend(other.iter().cloned());
                }
                !meets
            });
            groups.push(group);
        }
        groups
    }
}
