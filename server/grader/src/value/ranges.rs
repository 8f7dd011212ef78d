//! Ranges and multiranges of exact numbers.

use super::number;

/// The text of a range or multirange with each bound in its normal form: `[1.0,2.50)` becomes
/// `[1,2.5)`. Bounds of numbers are never quoted; `empty` stays as it is.
pub(super) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(end) = rest.find(['[', ']', '(', ')', '{', '}', ',']) {
        key.push_str(&number::normal(&rest[..end]));
        key.push_str(&rest[end..=end]);
        rest = &rest[end + 1..];
    }
    key.push_str(rest);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_compare_by_value_and_whether_they_are_included() {
        for (a, b, equal) in [
            ("[1.0,2.50)", "[1,2.5)", true),
            ("{[1.0,2),(3,4.00]}", "{[1,2.0),(3.0,4]}", true),
            ("(,5.0]", "(,5]", true),
            ("empty", "empty", true),
            ("{}", "{}", true),
            ("[-Infinity,NaN]", "[-Infinity,NaN]", true),
            ("[1,2)", "[1,2]", false),
            ("[1,2)", "(1,2)", false),
            ("[1,20)", "[1,2)", false),
            ("empty", "(,)", false),
            ("{[1,2)}", "{[1,2),[3,4)}", false),
        ] {
            assert_eq!(key(a) == key(b), equal, "{a} and {b}");
        }
    }
}
