//! Arrays as PostgreSQL prints them (manual section 8.15.6).

use super::{Comparison, push_text};

/// A text that is equal for arrays of the same shape and bounds with equal elements, but for their
/// floats, which are put aside. None if the text is no array's, and then nothing is put aside.
pub(super) fn key(text: &str, element: &Comparison, floats: &mut Vec<f64>) -> Option<String> {
    let before = floats.len();
    let key = read(text, element, floats);
    if key.is_none() {
        floats.truncate(before);
    }
    key
}

fn read(text: &str, element: &Comparison, floats: &mut Vec<f64>) -> Option<String> {
    // Bounds stand in front where one of them is not 1.
    let body = text.find('{')?;
    let mut key = text[..body].to_owned();
    let mut rest = &text[body..];
    while let Some(first) = rest.chars().next() {
        match first {
            '{' | '}' => {
                key.push(first);
                rest = &rest[1..];
            }
            ',' => rest = &rest[1..],
            '"' => {
                let (value, after) = quoted(&rest[1..])?;
                push_text(&mut key, &element.key(&value, floats));
                rest = after;
            }
            _ => {
                let (value, after) = rest.split_at(rest.find([',', '}'])?);
                if value == "NULL" {
                    key.push('N');
                } else {
                    push_text(&mut key, &element.key(value, floats));
                }
                rest = after;
            }
        }
    }
    Some(key)
}

/// The element that begins after a quote, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
}
