//! Values of a type, and those next to a constant.

use super::moments::{around, date_text, moment, of_year, span, timestamp_text};
use jiff::ToSpan;
use jiff::civil::DateTime;
use std::cmp::Ordering;

/// What kind of values a column takes, as far as it matters for making some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    /// With this many decimal places.
    Decimal(u8),
    Float,
    Text,
    Boolean,
    Date,
    Timestamp,
    Time,
    Interval,
    Uuid,
    Json,
    Array,
    Other,
}

impl Kind {
    /// The kind of a type by the name `format_type` gives it.
    pub(super) fn of(type_name: &str) -> Self {
        if type_name.ends_with("[]") {
            return Self::Array;
        }
        let (base, modifier) = type_name.split_once('(').unwrap_or((type_name, ""));
        match base.trim() {
            "smallint" | "integer" | "bigint" => Self::Integer,
            "numeric" => {
                let scale = modifier.trim_end_matches(')').split_once(',');
                Self::Decimal(match scale {
                    Some((_, scale)) => scale.trim().parse().unwrap_or(2),
                    None if modifier.is_empty() => 2,
                    None => 0,
                })
            }
            "money" => Self::Decimal(2),
            "real" | "double precision" => Self::Float,
            "text" | "character varying" | "character" | "name" | "citext"
            | "extensions.citext" => Self::Text,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            base if base.starts_with("timestamp") => Self::Timestamp,
            base if base.starts_with("time") => Self::Time,
            "interval" => Self::Interval,
            "uuid" => Self::Uuid,
            "json" | "jsonb" => Self::Json,
            _ => Self::Other,
        }
    }

    /// Values for a column of which nothing else is known.
    pub(super) fn plain(self) -> &'static [&'static str] {
        match self {
            Self::Integer | Self::Float => &["1", "2", "3"],
            Self::Decimal(0) => &["1", "2", "10"],
            Self::Decimal(_) => &["1", "2.5", "10"],
            Self::Text => &["a", "b", "c"],
            Self::Boolean => &["t", "f"],
            Self::Date => &["2024-01-15", "2024-01-16", "2024-02-15"],
            Self::Timestamp => &[
                "2024-01-15 10:00:00",
                "2024-01-15 12:00:00",
                "2024-02-16 10:00:00",
            ],
            Self::Time => &["08:00:00", "12:00:00", "18:30:00"],
            Self::Interval => &["01:00:00", "2 days", "30 days"],
            Self::Uuid => &[
                "00000000-0000-4000-8000-000000000001",
                "00000000-0000-4000-8000-000000000002",
                "00000000-0000-4000-8000-000000000003",
            ],
            Self::Json => &["{}", "{\"a\": 1}", "[]"],
            Self::Array => &["{}", "{1}", "{1,2}"],
            Self::Other => &[],
        }
    }

    /// How many decimal places numbers that are made for it have.
    pub(super) fn places(self) -> usize {
        match self {
            Self::Decimal(places) => usize::from(places),
            Self::Float => 2,
            _ => 0,
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Decimal(_) | Self::Float)
    }

    /// A constant as a value; none if it is none.
    pub(super) fn exact(self, constant: &str) -> Option<String> {
        match self {
            Self::Integer => constant.parse::<i64>().is_ok().then(|| constant.to_owned()),
            Self::Decimal(_) | Self::Float => {
                constant.parse::<f64>().is_ok().then(|| constant.to_owned())
            }
            Self::Date => moment(constant).map(date_text),
            Self::Timestamp => moment(constant).map(timestamp_text),
            Self::Text | Self::Time | Self::Interval => Some(constant.to_owned()),
            _ => None,
        }
    }

    /// Which of two values is less, as far as their texts tell.
    pub(super) fn compare(self, a: &str, b: &str) -> Ordering {
        match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) if self.is_number() => a.total_cmp(&b),
            // Dates and times are written so that this orders them.
            _ => a.cmp(b),
        }
    }

    /// Values at a constant, just below and just above it.
    pub(super) fn near(self, constant: &str) -> Vec<String> {
        match self {
            Self::Integer | Self::Decimal(_) | Self::Float => self.near_number(constant),
            Self::Text => near_text(constant),
            Self::Date => near_days(constant).map_or_else(
                || of_number(constant),
                |moments| moments.into_iter().map(date_text).collect(),
            ),
            Self::Timestamp => near_timestamp(constant),
            Self::Boolean | Self::Other | Self::Uuid | Self::Array | Self::Json => Vec::new(),
            Self::Time | Self::Interval => vec![constant.to_owned()],
        }
    }

    fn near_number(self, constant: &str) -> Vec<String> {
        // Decimal fractions of this size are exact enough in a double.
        let Ok(value) = constant.parse::<f64>() else {
            return Vec::new();
        };
        if value.abs() > 1e12 {
            return Vec::new();
        }
        let places = match self {
            Self::Decimal(places) => usize::from(places),
            Self::Float => constant
                .split_once('.')
                .map_or(1, |(_, digits)| digits.len()),
            _ => 0,
        };
        let step = 10f64.powi(-i32::try_from(places).unwrap_or(0));
        let mut values: Vec<String> = [value - step, value, value + step, value - 1.0, value + 1.0]
            .iter()
            .map(|value| number_text(*value, places))
            .collect();
        values.dedup();
        values
    }
}

pub(super) fn number_text(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if text.trim_start_matches(['-', '0', '.']).is_empty() {
        return "0".to_owned();
    }
    text
}

fn near_days(constant: &str) -> Option<Vec<DateTime>> {
    let at = moment(constant)?;
    let mut days = around(at, 1.day());
    // The same day of another year.
    days.extend(around(at, 1.year()));
    Some(days)
}

/// Dates for a number that a part of a date is compared with.
fn of_number(constant: &str) -> Vec<String> {
    number_moments(constant)
        .into_iter()
        .map(date_text)
        .collect()
}

fn number_moments(constant: &str) -> Vec<DateTime> {
    match constant.parse::<i16>() {
        Ok(year @ 1900..=2100) => of_year(year),
        Ok(month @ 1..=12) => (month - 1..=month + 1)
            .filter_map(|month| moment(&format!("2024-{month:02}-15")))
            .collect(),
        _ => Vec::new(),
    }
}

fn near_timestamp(constant: &str) -> Vec<String> {
    let Some(at) = moment(constant) else {
        let of_day = moment(&format!("2024-01-15 {constant}"));
        let moments = match of_day.filter(|_| constant.contains(':')) {
            Some(at) => {
                let mut moments = around(at, 1.second());
                moments.extend(at.checked_add(500.milliseconds()));
                moments
            }
            None => number_moments(constant),
        };
        return moments.into_iter().map(timestamp_text).collect();
    };
    let mut moments = around(at, 1.second());
    // Days are compared with moments within them.
    moments.extend(around(at, 12.hours()));
    moments.extend(around(at, 1.day()));
    moments.extend(around(at, 1.year()));
    // A second does not end at its beginning.
    moments.extend(at.checked_add(500.milliseconds()));
    moments.extend(at.checked_add(1.day().milliseconds(-500)));
    let mut texts: Vec<_> = moments.into_iter().map(timestamp_text).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// Moments as far from this one as a constant like `7 days` says, and next to that.
pub(super) fn apart(from: &str, constant: &str, kind: Kind) -> Vec<String> {
    let (Some(from), Some(span)) = (moment(from), span(constant)) else {
        return Vec::new();
    };
    let far = [from.checked_add(span), from.checked_sub(span)];
    far.into_iter()
        .flatten()
        .flat_map(|far| match kind {
            Kind::Date => around(far, 1.day()),
            _ => around(far, 1.second()),
        })
        .map(|moment| match kind {
            Kind::Date => date_text(moment),
            _ => timestamp_text(moment),
        })
        .collect()
}

fn near_text(constant: &str) -> Vec<String> {
    // A length.
    if let Ok(length @ 0..=20) = constant.parse::<usize>() {
        let of = |length: usize| "abcdefghijklmnopqrstu"[..length].to_owned();
        return (length.saturating_sub(1)..=length + 1)
            .map(of)
            .chain([constant.to_owned()])
            .collect();
    }
    let lower = constant.to_lowercase();
    let upper = constant.to_uppercase();
    let mut values = vec![constant.to_owned()];
    // As if it were a pattern.
    let fitted = constant.replace(['_', '%'], "z");
    for other in [
        lower,
        upper,
        format!("{constant}x"),
        format!("x{constant}"),
        fitted,
    ] {
        if !values.contains(&other) {
            values.push(other);
        }
    }
    values
}

/// Days that calendars treat in their own way: the ends of months of each length, and of years whose
/// last week goes on in the next.
pub(super) fn special_days(kind: Kind) -> Vec<String> {
    const DAYS: [&str; 9] = [
        "2024-02-29",
        "2023-02-28",
        "2025-01-31",
        "2025-04-30",
        "2025-07-31",
        "2025-10-31",
        "2024-12-30",
        "2027-01-01",
        "1900-02-28",
    ];
    let days = DAYS.iter().map(|day| (*day).to_owned());
    match kind {
        Kind::Date => days.collect(),
        _ => days
            .flat_map(|day| [format!("{day} 00:00:00"), format!("{day} 23:59:59.5")])
            .collect(),
    }
}

/// Moments that lie on one day here and on another in most zones east of it, in winter and in summer.
pub(super) const LATE: [&str; 4] = [
    "2024-01-15 22:30:00",
    "2024-01-15 23:30:00",
    "2024-07-15 21:30:00",
    "2024-07-15 22:30:00",
];

/// Moments that are a day's beginning in other zones, and those just before.
pub(super) fn in_other_zones(constant: &str) -> Vec<String> {
    const HOURS: [i32; 6] = [-2, -1, 4, 5, 8, -9];
    let Some(at) = moment(constant) else {
        return Vec::new();
    };
    let moments = HOURS.iter().flat_map(|hours| {
        let there = at.checked_add(hours.hours()).ok();
        let before = there.and_then(|there| there.checked_sub(500.milliseconds()).ok());
        there.into_iter().chain(before)
    });
    moments.map(timestamp_text).collect()
}

/// A date or time a year before and after, which agrees in all but the year.
pub(super) fn other_years(value: &str, kind: Kind) -> Vec<String> {
    let years = moment(value).map(|at| around(at, 1.year()));
    let text = |moment| match kind {
        Kind::Date => date_text(moment),
        _ => timestamp_text(moment),
    };
    years.into_iter().flatten().map(text).collect()
}

/// The moment that is as much later than another as a constant like `7 days` says, or as a number of
/// days says, and some seconds.
pub(super) fn later(from: &str, constant: &str, seconds: i32, kind: Kind) -> Option<String> {
    let step = match constant.parse::<i32>() {
        Ok(days @ 0..=1_000) => days.days(),
        Ok(_) => return None,
        Err(_) => span(constant)?,
    };
    let moment = moment(from)?.checked_add(step).ok()?;
    let moment = moment.checked_add(seconds.seconds()).ok()?;
    Some(match kind {
        Kind::Date => date_text(moment),
        _ => timestamp_text(moment),
    })
}

/// True if a constant can be the time between two moments.
pub(super) fn is_span(constant: &str) -> bool {
    constant.parse::<i32>().map_or_else(
        |_| span(constant).is_some(),
        |days| (1..=400).contains(&days),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_at_a_constant_and_next_to_it() {
        for (type_name, constant, expected) in [
            ("integer", "15", vec!["14", "15", "16"]),
            ("numeric(6,2)", "9.5", vec!["9.49", "9.50", "9.51"]),
            (
                "date",
                "2025-03-01",
                vec!["2025-02-28", "2025-03-01", "2025-03-02"],
            ),
            (
                "date",
                "2025",
                vec!["2024-12-31", "2025-01-01", "2026-01-01"],
            ),
            (
                "timestamp without time zone",
                "2025-03-01",
                vec!["2025-02-28 23:59:59", "2025-03-01 12:00:00"],
            ),
            ("text", "Ann", vec!["Ann", "ann", "Annx"]),
            (
                "character varying(20)",
                "5",
                vec!["abcd", "abcde", "abcdef"],
            ),
        ] {
            let near = Kind::of(type_name).near(constant);
            for value in expected {
                assert!(near.iter().any(|near| near == value), "{value} of {near:?}");
            }
        }
        let apart = apart("2025-01-01", "7 days", Kind::Date);
        assert!(apart.iter().any(|day| day == "2025-01-08"), "{apart:?}");
    }
}
