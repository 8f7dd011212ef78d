//! JSON documents by value. Numbers are decimals of any length, which floats could not tell apart.

use super::push_text;
use std::collections::BTreeMap;

/// How deep documents are read; what is nested deeper is left to its text.
const DEPTH: usize = 200;

/// A text that is equal for equal documents: the order of keys and white space do not count, of
/// equal keys the last one does, and 1.0 is 1. None if the document cannot be read.
pub(super) fn key(text: &str) -> Option<String> {
    let mut reader = Reader { rest: text };
    let mut key = String::with_capacity(text.len());
    reader.value(&mut key, DEPTH)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(key)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes the token if it is next.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, key: &mut String, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        if self.takes("{") {
            self.object(key, depth)
        } else if self.takes("[") {
            self.array(key, depth)
        } else if self.takes("\"") {
            push_text(key, &self.string()?);
            Some(())
        } else {
            let word = self.word();
            match word {
                "true" | "false" | "null" => key.push_str(word),
                _ => key.push_str(&number(word)?),
            }
            Some(())
        }
    }

    fn object(&mut self, key: &mut String, depth: usize) -> Option<()> {
        let mut members = BTreeMap::new();
        if !self.takes("}") {
            loop {
                if !self.takes("\"") {
                    return None;
                }
                let name = self.string()?;
                if !self.takes(":") {
                    return None;
                }
                let mut value = String::new();
                self.value(&mut value, depth)?;
                members.insert(name, value);
                if self.takes("}") {
                    break;
                }
                if !self.takes(",") {
                    return None;
                }
            }
        }
        key.push('{');
        for (name, value) in members {
            push_text(key, &name);
            key.push_str(&value);
            key.push(',');
        }
        key.push('}');
        Some(())
    }

    fn array(&mut self, key: &mut String, depth: usize) -> Option<()> {
        key.push('[');
        if !self.takes("]") {
            loop {
                self.value(key, depth)?;
                if self.takes("]") {
                    break;
                }
                if !self.takes(",") {
                    return None;
                }
                key.push(',');
            }
        }
        key.push(']');
        Some(())
    }

    /// The string whose first quote was taken.
    fn string(&mut self) -> Option<String> {
        let mut value = String::new();
        loop {
            let end = self.rest.find(['"', '\\'])?;
            value.push_str(&self.rest[..end]);
            let quote = self.rest[end..].starts_with('"');
            self.rest = &self.rest[end + 1..];
            if quote {
                return Some(value);
            }
            value.push(self.escaped()?);
        }
    }

    /// The character whose backslash was taken.
    fn escaped(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let character = chars.next()?;
        self.rest = chars.as_str();
        match character {
            '"' | '\\' | '/' => Some(character),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => {
                let unit = self.code_unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    return char::from_u32(unit);
                }
                // The first half of a pair.
                self.rest = self.rest.strip_prefix("\\u")?;
                let second = self.code_unit()?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + low)
            }
            _ => None,
        }
    }

    fn code_unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok()
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find([',', '}', ']', ' ', '\t', '\n', '\r']);
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        word
    }
}

/// A number as its digits without zeros at either end and the power of ten they are multiplied by:
/// `-1.50e3` becomes `-15e2`.
fn number(text: &str) -> Option<String> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let short = digits.trim_end_matches('0');
    if short.is_empty() {
        return Some("0e0".to_owned());
    }
    let zeros = i64::try_from(digits.len() - short.len()).ok()?;
    let places = i64::try_from(fraction.len()).ok()?;
    let exponent = exponent.parse::<i64>().ok()?.checked_add(zeros - places)?;
    let short = short.trim_start_matches('0');
    Some(format!("{sign}{short}e{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_compare_by_value() {
        for (a, b, equal) in [
            (r#"{"a": 1, "b": [1, 2]}"#, r#"{"b":[1,2],"a":1}"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a": 2}"#, true),
            (r#"{"a":1,"a":2}"#, r#"{"a": 1}"#, false),
            ("1.0", "1", true),
            ("[1e2, 0.50, -0]", "[100, 5E-1, 0.0]", true),
            ("12345678901234567890", "12345678901234567891", false),
            ("0.1", "0.10000000000000001", false),
            ("1e400", "1e401", false),
            ("-1", "1", false),
            (r#""\u0041\n\ud83d\ude00""#, "\"A\\n😀\"", true),
            (r#""\\u0041""#, r#""A""#, false),
            (r#""1""#, "1", false),
            (r#""null""#, "null", false),
            ("[1,2]", "[2,1]", false),
            ("[1,2]", "[12]", false),
            ("[[],[]]", "[[[]]]", false),
            (r#"["a","b"]"#, r#"["a,b"]"#, false),
            ("{}", "[]", false),
            (r#"{"a":null}"#, "{}", false),
            ("\n[ true , false ]\t", "[true,false]", true),
        ] {
            let [x, y] = [a, b].map(|text| key(text).expect(text));
            assert_eq!(x == y, equal, "{a} and {b}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_to_its_text() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for text in [
            "",
            "{",
            "[1,]",
            "[1 2]",
            r#"{"a"}"#,
            "nul",
            "1 2",
            r#""\ud800""#,
            "+",
            &deep,
        ] {
            assert_eq!(key(text), None, "{}", text.get(..10).unwrap_or(text));
        }
        let nested = "[".repeat(100) + &"]".repeat(100);
        assert!(key(&nested).is_some());
    }
}
