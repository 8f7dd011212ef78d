//! The values to choose from for each column.

use super::blueprint::{Blueprint, Column};
use super::patterns::{near_pattern, together};
use super::values::{Kind, apart, is_span, number_text, other_years};
use crate::query::{Constant, Reading};
use std::collections::{BTreeMap, BTreeSet};

/// How many values of each sort a column has.
const MOST_USUAL: usize = 6;
const MOST_CRITICAL: usize = 80;
const MOST_LOOSE: usize = 12;
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
    /// Tables with columns that are compared with a constant together, as by their product.
    pub(super) products: Vec<(usize, Vec<usize>, String)>,
}

/// The values to choose from for a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pool {
    /// The constants it is compared with.
    pub(crate) exact: Vec<String>,
    /// Values at the constants it is compared with.
    pub(crate) critical: Vec<String>,
    /// Others.
    pub(crate) usual: Vec<String>,
    /// Zero, of a number; for some instances only, as it is easily divided by.
    pub(crate) zero: Vec<String>,
    /// Whether scripts ask if it is NULL.
    pub(crate) is_asked_for_null: bool,
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
            products: products(blueprint, &reading),
        };
        domains.share(blueprint, &mut pools);
        pools
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

impl Pool {
    fn of(column: &Column, reading: &Reading, shown: &[String]) -> Self {
        if !column.labels.is_empty() {
            return Self {
                usual: column.labels.clone(),
                ..Self::default()
            };
        }
        let kind = Kind::of(&column.type_name);
        let mut usual: Vec<String> = shown.iter().take(MOST_USUAL).cloned().collect();
        if usual.len() < 3 {
            usual.extend(kind.plain().iter().map(|&value| value.to_owned()));
        }
        if kind == Kind::Text && !shown.is_empty() && shown.iter().all(|value| is_number(value)) {
            // Their order as texts is another than as numbers.
            usual.splice(..0, ["9", "10", "100", "1000"].map(str::to_owned));
        }
        dedup(&mut usual);
        // A blank is no plain value to show.
        usual.sort_by_key(String::is_empty);
        let mut critical = Vec::new();
        let mut exact = Vec::new();
        if matches!(kind, Kind::Decimal(places) if places > 0) && reading.names.contains("round") {
            critical.extend(["0.05", "0.15", "1.25", "2.45"].map(str::to_owned));
            if column.type_name == "numeric" {
                critical.extend(["0.125", "2.345"].map(str::to_owned));
            }
        }
        let compared: Vec<&Constant> = reading
            .constants
            .iter()
            .filter(|constant| constant.columns.contains(&column.name))
            .collect();
        for constant in &compared {
            if constant.is_pattern && kind == Kind::Text {
                exact.push(constant.value.replace(['%', '\\'], ""));
                critical.extend(near_pattern(&constant.value));
            } else {
                exact.extend(kind.exact(&constant.value));
                if kind == Kind::Timestamp {
                    // The rest of the second that a constant names.
                    exact.extend(kind.exact(&format!("{}.5", constant.value)));
                }
                critical.extend(kind.near(&constant.value));
            }
            // With several columns it may be compared with their product.
            if constant.columns.len() > 1 && kind.is_number() {
                exact.push("1".to_owned());
            }
            if matches!(kind, Kind::Date | Kind::Timestamp) {
                let from = usual.iter().take(2);
                critical.extend(from.flat_map(|from| apart(from, &constant.value, kind)));
            }
        }
        if kind == Kind::Text {
            let patterns = compared.iter().filter(|constant| constant.is_pattern);
            let patterns: Vec<_> = patterns.map(|constant| constant.value.as_str()).collect();
            exact.extend(together(&patterns));
            critical.extend(together(&patterns));
        }
        if kind.is_number() {
            critical.extend(combined(&compared, kind));
            if reading.names.contains("sum") {
                critical.extend(halves(&compared, kind));
            }
        }
        if kind == Kind::Integer && reading.counted.contains(&column.name) {
            exact.extend(["0", "1", "2"].map(str::to_owned));
        }
        if matches!(kind, Kind::Date | Kind::Timestamp) {
            let first = usual.first();
            critical.extend(first.iter().flat_map(|value| other_years(value, kind)));
        }
        if kind == Kind::Text {
            critical.extend(other_cases(&usual, &compared, reading));
        }
        // Constants on their own may end up beside the column, through a view or a subquery.
        if critical.is_empty() {
            let loose = reading.constants.iter().filter(|c| c.columns.is_empty());
            critical.extend(
                loose
                    .filter(|constant| kind != Kind::Text || constant.value.parse::<f64>().is_err())
                    .flat_map(|constant| kind.near(&constant.value))
                    .take(MOST_LOOSE),
            );
        }
        let fits = |value: &String| fits(value, &column.type_name);
        critical.retain(fits);
        dedup(&mut critical);
        critical.truncate(MOST_CRITICAL);
        exact.retain(fits);
        dedup(&mut exact);
        usual.retain(fits);
        let zero = kind.is_number().then(|| "0".to_owned());
        Self {
            exact,
            critical,
            usual,
            zero: zero.into_iter().collect(),
            is_asked_for_null: reading.nulls.contains(&column.name),
        }
    }
}

/// The first value in other letters or with blanks, where scripts make these equal, and constants in
/// mixed letters.
fn other_cases(usual: &[String], compared: &[&Constant], reading: &Reading) -> Vec<String> {
    let Some(value) = usual.first() else {
        return Vec::new();
    };
    let calls = |names: &[&str]| names.iter().any(|name| reading.names.contains(*name));
    let mut values = Vec::new();
    if calls(&["lower", "upper", "initcap"]) {
        values.extend([value.clone(), value.to_lowercase(), value.to_uppercase()]);
        let constants = compared.iter().take(4);
        values.extend(constants.map(|constant| mixed_case(&constant.value.replace('%', ""))));
    }
    if calls(&["trim", "btrim", "ltrim", "rtrim"]) {
        values.extend([value.clone(), format!(" {value}"), format!("{value} ")]);
    }
    values
}

/// The text with small and capital letters in turn.
fn mixed_case(text: &str) -> String {
    let mut is_capital = true;
    text.chars()
        .map(|letter| {
            is_capital = !is_capital;
            if is_capital {
                letter.to_ascii_uppercase()
            } else {
                letter.to_ascii_lowercase()
            }
        })
        .collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True unless the value is too long or too large for its type.
fn fits(value: &str, type_name: &str) -> bool {
    let (base, modifier) = type_name.split_once('(').unwrap_or((type_name, ""));
    let modifier = modifier.split(')').next().unwrap_or_default();
    let (size, scale) = modifier.split_once(',').unwrap_or((modifier, "0"));
    match base {
        "smallint" => value.parse::<i16>().is_ok(),
        "integer" => value.parse::<i32>().is_ok(),
        "bigint" => value.parse::<i64>().is_ok(),
        "character" | "character varying" => {
            let most = size.parse().unwrap_or(usize::MAX);
            value.trim_end_matches(' ').chars().count() <= most
        }
        "numeric" => match (value.parse::<f64>(), size.parse(), scale.trim().parse()) {
            (Ok(number), Ok(digits), Ok(scale)) => {
                let digits: i32 = digits;
                let scale: i32 = scale;
                number.abs() < 10_f64.powi(digits - scale)
            }
            _ => true,
        },
        _ => true,
    }
}

/// What two rows have each whose sum is a constant.
fn halves(constants: &[&Constant], kind: Kind) -> Vec<String> {
    let numbers = constants
        .iter()
        .filter_map(|constant| constant.value.parse::<f64>().ok());
    let halves = numbers.map(|number| number / 2.0);
    let fits = |half: &f64| kind != Kind::Integer || half.fract() == 0.0;
    halves
        .filter(fits)
        .map(|half| number_text(half, kind.places()))
        .collect()
}

/// Two constants in one comparison, as in `price * 1.2 > 30`, meet at a value of neither.
fn combined(constants: &[&Constant], kind: Kind) -> Vec<String> {
    let numbers: Vec<f64> = constants
        .iter()
        .filter_map(|constant| constant.value.parse().ok())
        .filter(|number: &f64| *number != 0.0 && number.abs() < 1e6)
        .collect();
    let places = kind.places();
    let mut values = Vec::new();
    for (i, a) in numbers.iter().enumerate().take(4) {
        for b in numbers.iter().skip(i + 1).take(4) {
            for value in [a / b, b / a, a * b, a + b, (a - b).abs()] {
                values.push(number_text(value, places));
            }
        }
    }
    values
}

fn dedup(values: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_their_type() {
        for (value, type_name, expected) in [
            ("high", "character(2)", false),
            ("hi", "character(2)", true),
            ("hi   ", "character varying(2)", true),
            ("high", "character varying", true),
            ("high", "text", true),
            ("999999.99", "numeric(8,2)", true),
            ("1000000", "numeric(8,2)", false),
            ("1000000", "numeric(8)", true),
            ("1e9", "numeric", true),
            ("40000", "smallint", false),
            ("40000", "integer", true),
        ] {
            assert_eq!(fits(value, type_name), expected, "{value} as {type_name}");
        }
    }
}
