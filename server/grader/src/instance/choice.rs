//! The values to choose from for one column.

use super::blueprint::Column;
use super::documents::documents;
use super::lists;
use super::patterns::{near_pattern, together};
use super::regexes::near_regex;
use super::values::{Kind, LATE, apart, in_other_zones, number_text, other_years, special_days};
use crate::query::{Constant, Reading};
use std::collections::BTreeSet;

/// How many values of each sort a column has.
const MOST_USUAL: usize = 6;
const MOST_CRITICAL: usize = 80;
const MOST_LOOSE: usize = 24;

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

impl Pool {
    pub(super) fn of(column: &Column, reading: &Reading, shown: &[String]) -> Self {
        if !column.labels.is_empty() {
            return Self {
                usual: column.labels.clone(),
                ..Self::default()
            };
        }
        let kind = Kind::of(&column.type_name);
        let compared = reading.constants.iter();
        let compared = compared.filter(|constant| constant.columns.contains(&column.name));
        let mut choice = Choice {
            column,
            kind,
            reading,
            compared: compared.collect(),
            usual: usual(kind, shown),
            exact: Vec::new(),
            critical: Vec::new(),
        };
        choice.add_near_constants();
        match kind {
            Kind::Text => choice.add_texts(),
            Kind::Integer | Kind::Decimal(_) | Kind::Float => choice.add_numbers(),
            Kind::Date | Kind::Timestamp => choice.add_moments(),
            _ => choice.add_composed(shown),
        }
        choice.add_loose();
        choice.into_pool()
    }
}

/// A column's values, while they are being collected.
struct Choice<'a> {
    column: &'a Column,
    kind: Kind,
    reading: &'a Reading,
    /// The constants it is compared with.
    compared: Vec<&'a Constant>,
    usual: Vec<String>,
    exact: Vec<String>,
    critical: Vec<String>,
}

impl Choice<'_> {
    fn add_near_constants(&mut self) {
        let kind = self.kind;
        for constant in &self.compared {
            if constant.is_regex && kind == Kind::Text {
                if let Some((fits, others)) = near_regex(&constant.value) {
                    self.exact.push(fits);
                    self.critical.extend(others);
                }
            } else if constant.is_pattern && kind == Kind::Text {
                self.exact.push(constant.value.replace(['%', '\\'], ""));
                self.critical.extend(near_pattern(&constant.value));
            } else {
                self.exact.extend(kind.exact(&constant.value));
                if kind == Kind::Timestamp {
                    // The rest of the second that a constant names.
                    self.exact
                        .extend(kind.exact(&format!("{}.5", constant.value)));
                }
                self.critical.extend(kind.near(&constant.value));
            }
            // With several columns it may be compared with their product.
            if constant.columns.len() > 1 && kind.is_number() {
                self.exact.push("1".to_owned());
            }
        }
    }

    fn add_texts(&mut self) {
        let patterns = self.compared.iter().filter(|constant| constant.is_pattern);
        let patterns: Vec<_> = patterns.map(|constant| constant.value.as_str()).collect();
        let together = together(&patterns);
        self.exact.extend(together.iter().cloned());
        self.critical.extend(together);
        let cases = other_cases(&self.usual, &self.compared, self.reading);
        self.critical.extend(cases);
        // Before those near constants, of which there may be many.
        let apart = taken_apart(self.column, &self.compared, self.reading);
        self.critical.splice(..0, apart);
    }

    fn add_numbers(&mut self) {
        let (kind, calls_sum) = (self.kind, calls(self.reading, &["sum"]));
        if matches!(kind, Kind::Decimal(1..)) && calls(self.reading, &["round"]) {
            let mut halves = ["0.05", "0.15", "1.25", "2.45"].to_vec();
            if self.column.type_name == "numeric" {
                halves.extend(["0.125", "2.345"]);
            }
            let halves = halves.into_iter().map(str::to_owned);
            // Before those near constants, of which there may be many.
            self.critical.splice(..0, halves);
        }
        self.critical.extend(combined(&self.compared, kind));
        if calls_sum {
            self.critical.extend(halves(&self.compared, kind));
        }
        if kind == Kind::Integer && self.reading.counted.contains(&self.column.name) {
            self.exact.extend(["0", "1", "2"].map(str::to_owned));
        }
    }

    fn add_moments(&mut self) {
        const CALENDAR: [&str; 5] = ["extract", "date_part", "to_char", "date_trunc", "age"];
        let kind = self.kind;
        for constant in &self.compared {
            let from = self.usual.iter().take(2);
            self.critical
                .extend(from.flat_map(|from| apart(from, &constant.value, kind)));
        }
        let first = self.usual.first();
        self.critical
            .extend(first.iter().flat_map(|value| other_years(value, kind)));
        if calls(self.reading, &CALENDAR) {
            self.critical.extend(special_days(kind));
        }
        if calls(self.reading, &["timezone"]) {
            if kind == Kind::Timestamp {
                self.critical.extend(LATE.map(str::to_owned));
            }
            let constants = self.compared.iter().map(|constant| &constant.value);
            self.critical
                .extend(constants.flat_map(|value| in_other_zones(value)));
        }
    }

    /// Arrays, ranges and documents, made of what scripts look for in them.
    fn add_composed(&mut self, shown: &[String]) {
        let constants: Vec<&str> = self.compared.iter().map(|c| c.value.as_str()).collect();
        let type_name = &self.column.type_name;
        let values = if let Some(element) = type_name.strip_suffix("[]") {
            lists::arrays(element, &constants)
        } else if let Some(bound) = lists::bound(type_name) {
            lists::ranges(bound, &constants)
        } else if self.kind == Kind::Json {
            let members = self.reading.members.iter();
            let members = members.filter(|(name, _)| *name == self.column.name);
            let members: Vec<&str> = members.map(|(_, member)| member.as_str()).collect();
            documents(shown, &members, &constants)
        } else {
            Vec::new()
        };
        self.critical.extend(values);
    }

    /// Constants on their own, which may end up beside the column through a view or a subquery.
    fn add_loose(&mut self) {
        if !self.compared.is_empty() {
            return;
        }
        let kind = self.kind;
        let loose = self.reading.constants.iter();
        let loose = loose
            .filter(|constant| constant.columns.is_empty())
            .filter(|constant| kind != Kind::Text || constant.value.parse::<f64>().is_err());
        let values = loose.flat_map(|constant| kind.near(&constant.value));
        self.critical.extend(values.take(MOST_LOOSE));
    }

    fn into_pool(self) -> Pool {
        let Self {
            column,
            kind,
            reading,
            mut usual,
            mut exact,
            mut critical,
            ..
        } = self;
        let fits = |value: &String| fits(value, &column.type_name);
        critical.retain(fits);
        dedup(&mut critical);
        critical.truncate(MOST_CRITICAL);
        exact.retain(fits);
        dedup(&mut exact);
        usual.retain(fits);
        let is_whole = |value: &String| value.parse::<i64>().is_ok();
        if matches!(kind, Kind::Decimal(1..)) && usual.iter().all(is_whole) {
            let half = usual.first().map(|value| format!("{value}.5"));
            usual.extend(half);
        }
        let zero = kind.is_number().then(|| "0".to_owned());
        Pool {
            exact,
            critical,
            usual,
            zero: zero.into_iter().collect(),
            is_asked_for_null: reading.nulls.contains(&column.name),
        }
    }
}

/// Values of the data shown, or plain ones.
fn usual(kind: Kind, shown: &[String]) -> Vec<String> {
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
    usual
}

/// The first value in other letters or with blanks, where scripts make these equal, and constants in
/// mixed letters.
fn other_cases(usual: &[String], compared: &[&Constant], reading: &Reading) -> Vec<String> {
    let Some(value) = usual.first() else {
        return Vec::new();
    };
    let mut values = Vec::new();
    if calls(reading, &["lower", "upper", "initcap"]) {
        values.extend([value.clone(), value.to_lowercase(), value.to_uppercase()]);
        let constants = compared.iter().take(4);
        values.extend(constants.map(|constant| mixed_case(&constant.value.replace('%', ""))));
    }
    if calls(reading, &["octet_length", "length", "char_length"]) {
        values.push("ü".to_owned());
        values.push("éé".to_owned());
    }
    if calls(reading, &["trim", "btrim", "ltrim", "rtrim"]) {
        values.extend([value.clone(), format!(" {value}"), format!("{value} ")]);
    }
    values
}

/// True if scripts name one of these functions.
fn calls(reading: &Reading, names: &[&str]) -> bool {
    names.iter().any(|name| reading.names.contains(*name))
}

/// Texts of several parts, where scripts take a column apart.
fn taken_apart(column: &Column, compared: &[&Constant], reading: &Reading) -> Vec<String> {
    let separators = reading.separated.iter();
    let separators = separators.filter(|(name, _)| *name == column.name);
    let is_plain = |constant: &&&Constant| {
        !constant.is_regex && !constant.is_pattern && constant.value.parse::<f64>().is_err()
    };
    let plain = compared.iter().filter(is_plain);
    let plain: Vec<&str> = plain.map(|constant| constant.value.as_str()).collect();
    let patterns = compared.iter().filter(|constant| constant.is_pattern);
    let endings: Vec<String> = patterns
        .filter_map(|constant| constant.value.strip_prefix('%'))
        .filter(|ending| !ending.is_empty() && !ending.contains(['%', '_']))
        .map(str::to_owned)
        .collect();
    let mut values = Vec::new();
    for (_, separator) in separators.take(2) {
        values.extend(lists::separated(separator, &plain));
        for ending in endings.iter().take(2) {
            values.extend(lists::with_ending(separator, ending));
        }
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
pub(super) fn fits(value: &str, type_name: &str) -> bool {
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

/// A constant between 0 and 1 in whole hundredths: 5 for 0.05.
pub(super) fn hundredths(constant: &str) -> Option<usize> {
    let digits = constant
        .strip_prefix("0.")
        .or_else(|| constant.strip_prefix('.'))?;
    match digits.trim_end_matches('0') {
        tenths if tenths.len() == 1 => Some(tenths.parse::<usize>().ok()? * 10),
        hundredths if hundredths.len() == 2 => hundredths.parse().ok(),
        _ => None,
    }
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

/// Leaves out what stands twice.
pub(super) fn dedup(values: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.clone()));
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
