//! SQL values as they are compared: by type and value, not by their text.

use std::cmp::Ordering;

/// Two floats closer than this, relative to the larger one, are equal.
const RELATIVE_TOLERANCE: f64 = 1e-9;

/// What a type's values can be compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// `smallint`, `integer`, `bigint`, `numeric`: exact numbers, whatever their scale.
    Exact,
    /// `real`, `double precision`: compared with a tolerance.
    Float,
    /// `text` and its like.
    Text,
    /// `character(n)`: text padded with blanks that do not count.
    Padded,
    /// Anything else: equal only to its own type.
    Other(String),
}

impl Family {
    /// The family of a type by the name `format_type` gives it.
    pub(crate) fn of(type_name: &str) -> Self {
        match base_name(type_name).as_str() {
            "smallint" | "integer" | "bigint" | "numeric" => Self::Exact,
            "real" | "double precision" => Self::Float,
            "text" | "character varying" | "name" | "citext" | "extensions.citext" => Self::Text,
            "character" => Self::Padded,
            other => Self::Other(other.to_owned()),
        }
    }

    /// True if values of both families can be equal.
    pub(crate) fn comparable(&self, other: &Self) -> bool {
        self == other
            || (self.is_number() && other.is_number())
            || (self.is_text() && other.is_text())
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Self::Exact | Self::Float)
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Padded)
    }
}

/// `numeric(10,2)` to `numeric`, `timestamp(3) without time zone` to `timestamp without time zone`.
fn base_name(type_name: &str) -> String {
    let Some((before, rest)) = type_name.split_once('(') else {
        return type_name.to_owned();
    };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

/// How the values of one column are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// By exact value of a number.
    Exact,
    /// By value within the tolerance.
    Approximate,
    /// By text, trailing blanks not counted.
    Padded,
    /// By text.
    Literal,
}

impl Comparison {
    /// How to compare a column of one family with a column of a comparable one.
    pub(crate) fn between(expected: &Family, actual: &Family) -> Self {
        match (expected, actual) {
            (Family::Exact, Family::Exact) => Self::Exact,
            (Family::Float, _) | (_, Family::Float) => Self::Approximate,
            (Family::Padded, _) | (_, Family::Padded) => Self::Padded,
            _ => Self::Literal,
        }
    }

    /// A text that is equal for equal values; none for values that need a tolerance.
    pub(crate) fn key(self, text: &str) -> Option<String> {
        match self {
            Self::Exact => Some(normal_decimal(text)),
            Self::Approximate => None,
            Self::Padded => Some(text.trim_end_matches(' ').to_owned()),
            Self::Literal => Some(text.to_owned()),
        }
    }
}

/// A number's text without leading and trailing zeros, so that 1.50 and 01.5 become one.
fn normal_decimal(text: &str) -> String {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return text.to_owned(); // NaN, Infinity
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative && !(whole.is_empty() && fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    format!("{sign}{whole}.{fraction}")
}

/// A float as PostgreSQL prints it; text that is none compares as NaN.
pub(crate) fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// True if two floats are equal within the tolerance; NaN equals NaN, as in PostgreSQL.
pub(crate) fn close(a: f64, b: f64) -> bool {
    a.total_cmp(&b) == Ordering::Equal
        || (a.is_nan() && b.is_nan())
        || (a - b).abs() <= RELATIVE_TOLERANCE * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_compare_by_value_whatever_their_scale() {
        for (a, b, equal) in [
            ("1.50", "1.5", true),
            ("10", "10.000", true),
            ("-0.00", "0", true),
            ("0.1", ".1", true),
            ("100", "1", false),
            ("-2", "2", false),
            ("NaN", "NaN", true),
            ("99999999999999999999.1", "99999999999999999999.2", false),
        ] {
            assert_eq!(normal_decimal(a) == normal_decimal(b), equal, "{a} and {b}");
        }
    }

    #[test]
    fn families_ignore_type_modifiers() {
        assert_eq!(Family::of("numeric(10,2)"), Family::Exact);
        assert_eq!(Family::of("character varying(20)"), Family::Text);
        assert_eq!(
            Family::of("timestamp(3) without time zone"),
            Family::of("timestamp without time zone")
        );
        assert!(
            !Family::of("timestamp with time zone")
                .comparable(&Family::of("timestamp without time zone"))
        );
        assert!(!Family::of("text").comparable(&Family::of("integer")));
    }

    #[test]
    fn floats_have_a_relative_tolerance() {
        assert!(close(0.1 + 0.2, 0.3));
        assert!(close(1e300, 1e300 * (1.0 + 1e-12)));
        assert!(!close(1.0, 1.000_001));
        assert!(close(f64::NAN, f64::NAN));
    }
}
