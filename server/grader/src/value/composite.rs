//! Composite values as PostgreSQL prints them (manual section 8.16.6).

use super::{number, push_text};

/// A text that is equal for composite values with equal fields. Their types are not known: fields
/// that are both exact numbers compare by value, others by text. None if the text is no composite
/// value's.
pub(super) fn key(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut key = String::with_capacity(text.len());
    loop {
        rest = if let Some(inner) = rest.strip_prefix('"') {
            let (value, after) = quoted(inner)?;
            push_field(&mut key, &value);
            after
        } else {
            let (value, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
            if value.contains(['(', ')', '"', '\\']) {
                return None;
            }
            if value.is_empty() {
                key.push('N');
            } else {
                push_field(&mut key, value);
            }
            after
        };
        if rest.is_empty() {
            return Some(key);
        }
        rest = rest.strip_prefix(',')?;
    }
}

fn push_field(key: &mut String, value: &str) {
    if number::is_exact(value) {
        key.push('D');
        push_text(key, &number::normal(value));
    } else {
        push_text(key, value);
    }
}

/// The field that begins after a quote, and what follows it. Quotes and backslashes are doubled.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' if !chars.as_str().starts_with('"') => return Some((value, chars.as_str())),
            '"' | '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_compare_one_by_one() {
        for (a, b, equal) in [
            ("(1,abc,)", "(1.0,abc,)", true),
            ("(1.50,x)", "(1.5,x)", true),
            (r#"("a b",1)"#, r#"("a b",1.0)"#, true),
            (r#"("say ""hi"" \\",1.0)"#, r#"("say ""hi"" \\",1)"#, true),
            ("(1,abc,)", "(2,abc,)", false),
            ("(007)", "(7)", false),
            (r#"(1,"")"#, "(1,)", false),
            ("(1,,)", "(1,)", false),
            ("(a,b)", r#"("a,b")"#, false),
            (r#"("1,2")"#, "(1,2)", false),
            ("(1,2)", "(2,1)", false),
        ] {
            let [x, y] = [a, b].map(|text| key(text).expect(text));
            assert_eq!(x == y, equal, "{a} and {b}");
        }
    }

    #[test]
    fn what_is_no_composite_value_is_left_to_its_text() {
        for text in [
            "",
            "abc",
            "(1",
            "1)",
            "(1,1),(0,0)",
            "((0,0),(1,1))",
            r#"("a"b)"#,
            r#"("a)"#,
        ] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
