//! Amounts of bytes, written as in PostgreSQL's configuration.

use std::fmt;
use std::str::FromStr;

/// PostgreSQL's units (manual section 19.1.1); each is 1024 of the one before.
const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];

/// An amount of bytes, such as `64kB` or `1MB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

impl fmt::Display for Bytes {
    /// In the largest unit of which it is a whole number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut amount, mut unit) = (self.0, 0);
        while amount > 0 && amount.is_multiple_of(1024) && unit + 1 < UNITS.len() {
            amount /= 1024;
            unit += 1;
        }
        write!(f, "{amount}{}", UNITS[unit])
    }
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit());
        let (amount, unit) = text.split_at(digits.unwrap_or(text.len()));
        let unit = match unit.trim() {
            "" => Some(0),
            unit => UNITS.iter().position(|u| u.eq_ignore_ascii_case(unit)),
        };
        let unit = unit.and_then(|unit| u32::try_from(unit).ok());
        amount
            .parse::<u64>()
            .ok()
            .zip(unit)
            .and_then(|(amount, unit)| amount.checked_mul(1024_u64.checked_pow(unit)?))
            .map(Self)
            .ok_or_else(|| {
                format!(
                    "write a number and one of {}, such as 64kB",
                    UNITS.join(", ")
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for (text, bytes, shown) in [
            ("0", 0, "0B"),
            ("1000", 1000, "1000B"),
            ("64kB", 65_536, "64kB"),
            ("1024 KB", 1_048_576, "1MB"),
            ("3GB", 3 << 30, "3GB"),
        ] {
            let read: Bytes = text.parse().unwrap();
            assert_eq!((read, read.to_string().as_str()), (Bytes(bytes), shown));
        }
        for text in ["", "kB", "-1", "1.5MB", "12 parsecs", "99999999999TB"] {
            assert!(text.parse::<Bytes>().is_err(), "{text}");
        }
    }
}
