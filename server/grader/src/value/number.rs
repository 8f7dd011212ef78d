//! Numbers as PostgreSQL prints them.

use std::borrow::Cow;

/// How many digits the result of a division has at least, in all and behind the point.
const DIVIDED_DIGITS: usize = 16;
const DIVIDED_FRACTION: usize = 8;
/// How many of them count.
const KEPT_DIGITS: usize = 13;

/// Two floats closer than this, relative to the larger one, are equal.
const RELATIVE_TOLERANCE: f64 = 1e-9;

/// An exact number's text without the zeros its scale adds: 1.50 and 1.5 become one. What a division
/// has cut somewhere is rounded, so that `2.0 / 3 * 3` is 2.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return text.into(); // NaN, Infinity
    }
    match rounded(text) {
        Some(rounded) => short(&rounded).to_owned().into(),
        None => short(text).into(),
    }
}

fn short(text: &str) -> &str {
    let short = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    if short == "-0" { "0" } else { short }
}

/// A number that looks like the result of a division, with fewer digits. PostgreSQL's have 16
/// significant ones at least (`NUMERIC_MIN_SIG_DIGITS` of its source), and it depends on how a formula
/// is written where they are cut.
fn rounded(text: &str) -> Option<String> {
    let (whole, fraction) = text.trim_start_matches('-').split_once('.')?;
    let digits = whole.bytes().chain(fraction.bytes());
    let significant = digits.skip_while(|digit| *digit == b'0').count();
    if fraction.len() < DIVIDED_FRACTION || significant < DIVIDED_DIGITS {
        return None;
    }
    let value: f64 = text.parse().ok()?;
    // Digits before the point, or zeros behind it that count for none.
    let kept = if whole == "0" {
        fraction.len() - fraction.trim_start_matches('0').len() + KEPT_DIGITS
    } else {
        KEPT_DIGITS.saturating_sub(whole.len())
    };
    Some(format!("{value:.kept$}"))
}

/// True if the text is what PostgreSQL prints for an exact number, so that it has no zeros in
/// front: `007` is a text.
pub(super) fn is_exact(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
}

/// A float as PostgreSQL prints it; text that is none compares as NaN.
pub(super) fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// True if two floats are equal within the tolerance; NaN equals NaN, as in PostgreSQL.
pub(crate) fn close(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq()
        || (a.is_nan() && b.is_nan())
        // Anything is within a fraction of infinity.
        || (a.is_finite()
            && b.is_finite()
            && (a - b).abs() <= RELATIVE_TOLERANCE * a.abs().max(b.abs()))
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
            ("0.10", "0.1", true),
            ("100", "1", false),
            ("-2", "2", false),
            ("NaN", "NaN", true),
            ("Infinity", "-Infinity", false),
            ("99999999999999999999.1", "99999999999999999999.2", false),
            // As divisions are cut.
            ("2.00000000000000000001", "2", true),
            ("1.9999999999999999999998", "2.00", true),
            ("33.3333333333333333", "33.33333333333333330000", true),
            (
                "0.00000000033333333333333333",
                "0.0000000003333333333333333300",
                true,
            ),
            ("-0.66666666666666666667", "-0.6666666666666666666700", true),
            ("33.3333333333333333", "33.33", false),
            ("33.3333333333333333", "33.3333333334", false),
            ("0.12345678901234567890", "0.12345678902234567890", false),
            ("1234567.12345678", "1234567.12345679", false),
        ] {
            assert_eq!(normal(a) == normal(b), equal, "{a} and {b}");
        }
    }

    #[test]
    fn only_what_postgresql_prints_is_an_exact_number() {
        for (text, exact) in [
            ("0", true),
            ("-12.50", true),
            ("0.5", true),
            ("007", false),
            ("1e5", false),
            (".5", false),
            ("5.", false),
            ("", false),
            ("-", false),
            ("1.2.3", false),
        ] {
            assert_eq!(is_exact(text), exact, "{text}");
        }
    }

    #[test]
    fn floats_have_a_relative_tolerance() {
        for (a, b, equal) in [
            (0.1 + 0.2, 0.3, true),
            (1e300, 1e300 * (1.0 + 1e-12), true),
            (1.0, 1.000_001, false),
            (-0.0, 0.0, true),
            (f64::NAN, f64::NAN, true),
            (f64::NAN, 1.0, false),
            (f64::INFINITY, f64::INFINITY, true),
            (f64::INFINITY, 1.0, false),
            (f64::INFINITY, f64::NEG_INFINITY, false),
        ] {
            assert_eq!(close(a, b), equal, "{a} and {b}");
        }
    }
}
