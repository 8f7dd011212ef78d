//! Numbers as PostgreSQL prints them.

/// Two floats closer than this, relative to the larger one, are equal.
const RELATIVE_TOLERANCE: f64 = 1e-9;

/// An exact number's text without the zeros its scale adds: 1.50 and 1.5 become one.
pub(super) fn normal(text: &str) -> &str {
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return text; // NaN, Infinity
    }
    let short = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    };
    if short == "-0" { "0" } else { short }
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
