//! SQL values as they are compared: by type and value, not by their text.

mod array;
mod composite;
mod interval;
mod json;
mod number;
mod ranges;

pub(crate) use number::close;
use std::borrow::Cow;
use std::fmt::Write;

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
    /// `interval`: by length, whatever units it is written in.
    Interval,
    /// `json`, `jsonb`: by value.
    Json,
    /// `int4range`, `int8range`.
    WholeRange,
    /// `int4multirange`, `int8multirange`.
    WholeMultirange,
    /// Arrays, comparable as their elements are.
    Array(Box<Family>),
    /// Anything else: equal only to its own type.
    Other(String),
}

impl Family {
    /// The family of a type by the name `format_type` gives it.
    pub(crate) fn of(type_name: &str) -> Self {
        if let Some(element) = type_name.strip_suffix("[]") {
            return Self::Array(Box::new(Self::of(element)));
        }
        match base_name(type_name).as_str() {
            "smallint" | "integer" | "bigint" | "numeric" => Self::Exact,
            "real" | "double precision" => Self::Float,
            "text" | "character varying" | "name" | "citext" | "extensions.citext" => Self::Text,
            "character" => Self::Padded,
            "json" | "jsonb" => Self::Json,
            "int4range" | "int8range" => Self::WholeRange,
            "int4multirange" | "int8multirange" => Self::WholeMultirange,
            // `interval day to second` is a modifier as well.
            other if other == "interval" || other.starts_with("interval ") => Self::Interval,
            other => Self::Other(other.to_owned()),
        }
    }

    /// True if values of both families can be equal.
    pub(crate) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => a.comparable(b),
            _ => {
                self == other
                    || (self.is_number() && other.is_number())
                    || (self.is_text() && other.is_text())
            }
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Exact | Self::Float)
    }

    fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Padded)
    }
}

/// `numeric(10,2)` to `numeric`, `timestamp(3) without time zone` to `timestamp without time zone`.
fn base_name(type_name: &str) -> String {
    match type_name.split_once('(') {
        Some((before, rest)) if !type_name.starts_with('"') => {
            let after = rest.split_once(')').map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        _ => type_name.to_owned(),
    }
}

/// How the values of one column are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// By exact value of a number.
    Exact,
    /// By value within the tolerance.
    Approximate,
    /// By text, trailing blanks not counted.
    Padded,
    /// By length of time.
    Interval,
    /// By value of a JSON document.
    Json,
    /// By ranges whose bounds are exact numbers.
    Ranges,
    /// Element by element.
    Array(Box<Comparison>),
    /// Field by field if the text is that of a composite value, else by text.
    Composite,
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
            (Family::Interval, _) => Self::Interval,
            (Family::Json, _) => Self::Json,
            (Family::Array(expected), Family::Array(actual)) => {
                match Self::between(expected, actual) {
                    Self::Literal => Self::Literal,
                    element => Self::Array(Box::new(element)),
                }
            }
            (Family::Other(name), _) => match name.as_str() {
                "numrange" | "nummultirange" => Self::Ranges,
                // Their text has parentheses too, and arrays of boxes a separator of their own.
                "point" | "line" | "lseg" | "box" | "path" | "polygon" | "circle" => Self::Literal,
                // A type of the schema's own may be a composite one.
                _ => Self::Composite,
            },
            _ => Self::Literal,
        }
    }

    /// True if values have floats, which no text stands for.
    pub(crate) fn is_approximate(&self) -> bool {
        match self {
            Self::Approximate => true,
            Self::Array(element) => element.is_approximate(),
            _ => false,
        }
    }

    /// A text that is equal for equal values. Floats are put aside, in order, and only their places
    /// remain.
    pub(crate) fn key<'a>(&self, text: &'a str, floats: &mut Vec<f64>) -> Cow<'a, str> {
        // Text in a form unknown here is equal to itself at least.
        let or_text = |key: Option<String>| key.map_or(Cow::Borrowed(text), Cow::Owned);
        match self {
            Self::Exact => number::normal(text),
            Self::Approximate => {
                floats.push(number::float(text));
                Cow::Borrowed("")
            }
            Self::Padded => Cow::Borrowed(text.trim_end_matches(' ')),
            Self::Interval => {
                or_text(interval::microseconds(text).map(|length| length.to_string()))
            }
            Self::Json => or_text(json::key(text)),
            Self::Ranges => Cow::Owned(ranges::key(text)),
            Self::Array(element) => or_text(array::key(text, element, floats)),
            Self::Composite => or_text(composite::key(text)),
            Self::Literal => Cow::Borrowed(text),
        }
    }

    /// True if two values are equal.
    pub(crate) fn equal(&self, a: &str, b: &str) -> bool {
        a == b || Value::read(self, a).equals(&Value::read(self, b))
    }
}

/// A value read once, to be compared often.
#[derive(Debug)]
pub(crate) struct Value<'a> {
    key: Cow<'a, str>,
    floats: Vec<f64>,
}

impl<'a> Value<'a> {
    /// Reads a value of a column that is compared so.
    pub(crate) fn read(comparison: &Comparison, text: &'a str) -> Self {
        let mut floats = Vec::new();
        let key = comparison.key(text, &mut floats);
        Self { key, floats }
    }

    /// True if both are equal. No equivalence: a float is close to its neighbours, and they need not
    /// be close to each other.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        self.key == other.key && all_close(&self.floats, &other.floats)
    }
}

/// True if as many floats are equal within the tolerance, one by one.
pub(crate) fn all_close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(*a, *b))
}

/// Appends a text to a key so that no other sequence of texts gives the same key.
fn push_text(key: &mut String, text: &str) {
    // Writing to a string cannot fail.
    _ = write!(key, "{}:{text}", text.len());
}

#[cfg(test)]
mod tests;
