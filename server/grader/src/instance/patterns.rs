//! Texts for the patterns of `LIKE`.

use std::collections::BTreeSet;

/// How many patterns on one column are put together, and how many of them so that two are left out.
const MOST: usize = 10;
const FEW: usize = 7;

/// Texts that a pattern of `LIKE` fits, and texts that it nearly fits.
pub(super) fn near_pattern(pattern: &str) -> Vec<String> {
    let mut literal = String::new();
    let mut filled = String::new();
    let mut mistaken = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' => filled.push('x'),
            '_' => {
                filled.push('y');
                literal.push('y');
                mistaken.push('y');
            }
            '\\' => {
                // Taken as it stands; who forgets the backslash takes it for any character.
                let escaped = characters.next().unwrap_or('\\');
                filled.push(escaped);
                literal.push(escaped);
                mistaken.push('z');
            }
            other => {
                filled.push(other);
                literal.push(other);
                mistaken.push(other);
            }
        }
    }
    let mut values = vec![
        format!("x{literal}"),
        format!("{literal}x"),
        literal.to_lowercase(),
        literal.to_uppercase(),
        literal,
        filled,
        mistaken,
    ];
    values.sort_unstable();
    values.dedup();
    values.retain(|value| !value.is_empty());
    values
}

/// Texts that all patterns on a column fit, that all but one or two fit, and that these would fit in
/// another order or in other letters: what a script asks for by several conditions, of which some
/// may be forbidden, and by one of them less.
pub(super) fn together(patterns: &[&str]) -> Vec<String> {
    // Where in the text its part belongs.
    let place = |pattern: &&&str| match (pattern.starts_with('%'), pattern.ends_with('%')) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let mut patterns: Vec<&&str> = patterns.iter().collect();
    patterns.sort_by_key(place);
    let mut all: Vec<String> = patterns.iter().map(|pattern| part(pattern)).collect();
    // Mistaken answers bind the same part to the beginning or the end.
    let mut seen = BTreeSet::new();
    all.retain(|part| seen.insert(part.clone()));
    if !(2..=MOST).contains(&all.len()) {
        return Vec::new();
    }
    let without = |parts: &[String]| -> Vec<Vec<String>> {
        let numbers = 0..parts.len();
        let others = numbers.map(|number| [&parts[..number], &parts[number + 1..]].concat());
        others.collect()
    };
    let mut values = Vec::new();
    for parts in without(&all).into_iter().chain([all]) {
        values.push(parts.concat());
        values.push(parts.concat().to_uppercase());
        values.push(parts.iter().rev().map(String::as_str).collect());
        if parts.len() < FEW {
            values.extend(without(&parts).iter().map(|parts| parts.concat()));
        }
    }
    seen.clear();
    values.retain(|value: &String| !value.is_empty() && seen.insert(value.clone()));
    values
}

/// What of a text a pattern names.
fn part(pattern: &str) -> String {
    pattern.replace(['%', '\\'], "").replace('_', "y")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_nearly_fits_a_pattern() {
        assert!(near_pattern("a%").iter().any(|text| text == "xa"));
    }

    #[test]
    fn a_text_fits_several_patterns() {
        let texts = together(&["%z", "%a%", "b%", "% %", "%z%", "a%"]);
        for text in ["ba z", "baz", "b z", "a z", "ba ", "ba", "BAZ", "zab"] {
            assert!(
                texts.iter().any(|other| other == text),
                "{text} in {texts:?}"
            );
        }
        assert_eq!(together(&["%a%"]), [""; 0]);
    }
}
