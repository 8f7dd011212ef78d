//! The numbers of rows whose primary key is a number.

use super::blueprint::{Blueprint, Reference, Table};
use super::generate::Draft;
use super::pool::Pools;
use super::values::Kind;
use fastrand::Rng;
use std::collections::{BTreeSet, HashMap};

/// Sequences go on after the largest key.
const LARGEST: i64 = 1_000_000_000;

/// True if the primary key is a number that refers to nothing. Such rows are numbered from 1, so
/// that they seldom exclude each other.
pub(super) fn numbers_rows(table: &Table) -> bool {
    matches!(table.primary_key.as_slice(), [key]
        if Kind::of(&table.columns[*key].type_name) == Kind::Integer
            && table.references.iter().all(|to| !to.columns.contains(key)))
}

/// True if the rows of a table refer to each other by such a number.
pub(super) fn refers_by_number(table: &Table, reference: &Reference) -> bool {
    numbers_rows(table) && reference.to == table.primary_key
}

/// Gives numbered rows other numbers, often in another order than that in which they lie or with
/// gaps, and some of them those that scripts compare the key with. What refers to them follows.
pub(super) fn renumber(draft: &mut Draft, blueprint: &Blueprint, pools: &Pools, random: &mut Rng) {
    let mut done: Vec<(usize, usize)> = Vec::new();
    for (number, table) in blueprint.tables.iter().enumerate() {
        let rows = draft.tables[number].len();
        if rows == 0 || !numbers_rows(table) {
            continue;
        }
        let key = (number, table.primary_key[0]);
        let followers = followers(blueprint, key);
        let exact = exact(pools, &followers);
        let numbers = numbers(rows, &exact, &compared(pools, &followers), random);
        let names: HashMap<String, String> = (1_usize..)
            .zip(numbers)
            .map(|(from, to)| (from.to_string(), to.to_string()))
            .collect();
        for (table, column) in followers {
            if done.contains(&(table, column)) {
                continue;
            }
            done.push((table, column));
            let proposals = draft.tables[table].iter_mut().flatten();
            for value in proposals.filter_map(|row| row[column].as_mut()) {
                if let Some(name) = names.get(value) {
                    value.clone_from(name);
                }
            }
        }
    }
}

/// The numbers that scripts compare a key with, or what refers to it, and those beside them.
fn compared(pools: &Pools, followers: &[(usize, usize)]) -> Vec<i64> {
    let pools = followers
        .iter()
        .map(|&(table, column)| pools.get(table, column));
    let mut compared = Vec::new();
    for pool in pools.filter(|pool| !pool.exact.is_empty()) {
        // The number itself as often as all around it.
        let exact = pool.exact.iter().cycle().take(pool.critical.len().max(1));
        let numbers = exact
            .chain(&pool.critical)
            .filter_map(|value| value.parse().ok());
        compared.extend(numbers.filter(|value: &i64| value.abs() <= LARGEST));
    }
    compared
}

/// The numbers that scripts compare a key with, or what refers to it, each once.
fn exact(pools: &Pools, followers: &[(usize, usize)]) -> Vec<i64> {
    let pools = followers
        .iter()
        .map(|&(table, column)| pools.get(table, column));
    let numbers = pools.flat_map(|pool| &pool.exact);
    let numbers: BTreeSet<i64> = numbers.filter_map(|value| value.parse().ok()).collect();
    numbers
        .into_iter()
        .filter(|value| value.abs() <= LARGEST)
        .collect()
}

/// A number for each row, all different; often all those that scripts compare with.
fn numbers(rows: usize, exact: &[i64], compared: &[i64], random: &mut Rng) -> Vec<i64> {
    let mut last = 0;
    let has_gaps = random.bool();
    let mut numbers: Vec<i64> = (0..rows)
        .map(|_| {
            last += if has_gaps { random.i64(1..=3) } else { 1 };
            last
        })
        .collect();
    if random.bool() {
        random.shuffle(&mut numbers);
    }
    if random.bool() {
        let mut exact = exact.to_vec();
        random.shuffle(&mut exact);
        let others: Vec<i64> = numbers
            .iter()
            .filter(|number| !exact.contains(number))
            .copied()
            .collect();
        exact.extend(others);
        exact.truncate(rows);
        random.shuffle(&mut exact);
        return exact;
    }
    for row in 0..rows {
        if let Some(value) = random.choice(compared)
            && random.bool()
            && !numbers.contains(value)
        {
            numbers[row] = *value;
        }
    }
    numbers
}

/// The key's column and those that refer to it, directly or through others.
fn followers(blueprint: &Blueprint, key: (usize, usize)) -> Vec<(usize, usize)> {
    let mut columns = vec![key];
    let mut next = 0;
    while let Some(&(to_table, to_column)) = columns.get(next) {
        next += 1;
        for (number, table) in blueprint.tables.iter().enumerate() {
            let references = table.references.iter().filter(|to| to.table == to_table);
            for reference in references {
                let pairs = reference.columns.iter().zip(&reference.to);
                for (&from, _) in pairs.filter(|(_, to)| **to == to_column) {
                    if !columns.contains(&(number, from)) {
                        columns.push((number, from));
                    }
                }
            }
        }
    }
    columns
}
