//! Texts for regular expressions.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use std::collections::BTreeSet;

/// How many texts are made for an expression at most.
const MOST: usize = 64;
/// How often a part is repeated at most, and how long a text becomes by that.
const OFTENEST: u32 = 12;
const LONGEST: usize = 200;
/// How long an expression may be: students' are short, and all of its parts are tried.
const PATTERN: usize = 200;

/// A text that a regular expression fits, and texts that differ from it in one respect, so that some
/// fit and some do not. None if the expression cannot be read.
///
/// Only what is in ASCII is read, as Perl writes it: PostgreSQL's expressions are much the same
/// (manual, 9.7.3), and a text that is made by mistake does no harm.
pub(super) fn near_regex(pattern: &str) -> Option<(String, Vec<String>)> {
    if pattern.len() > PATTERN {
        return None;
    }
    let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
    let pattern = in_perls_words(pattern);
    let hir = parser.parse(&pattern).ok()?;
    let Texts { fits, others } = texts(&hir);
    let mut all = others;
    all.extend([fits.to_uppercase(), fits.to_lowercase(), capitalized(&fits)]);
    for beside in ["x", " ", "1", "_"] {
        all.push(format!("{beside}{fits}"));
        all.push(format!("{fits}{beside}"));
    }
    all.push(format!("{fits} {fits}"));
    let mut seen = BTreeSet::from([fits.clone()]);
    all.retain(|text| !text.contains(|c: char| c.is_control()) && seen.insert(text.clone()));
    all.truncate(MOST);
    Some((fits, all))
}

/// The text with its first letter as a capital.
fn capitalized(text: &str) -> String {
    let first = text.find(|c: char| c.is_ascii_alphabetic());
    let (before, rest) = text.split_at(first.unwrap_or(text.len()));
    let mut rest = rest.chars();
    let capital = rest.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{before}{}{}",
        capital.map_or_else(String::new, String::from),
        rest.as_str()
    )
}

/// PostgreSQL's own escapes as those of Perl.
fn in_perls_words(pattern: &str) -> String {
    let mut words = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        words.push(character);
        if character == '\\' {
            match characters.next() {
                Some('y' | 'm' | 'M') => words.push('b'),
                Some('Y') => words.push('B'),
                Some('Z') => words.push('z'),
                Some(other) => words.push(other),
                None => {}
            }
        }
    }
    words
}

/// A text that fits, and others that differ from it in one place.
struct Texts {
    fits: String,
    others: Vec<String>,
}

impl Texts {
    fn only(fits: impl Into<String>) -> Self {
        Self {
            fits: fits.into(),
            others: Vec::new(),
        }
    }
}

fn texts(hir: &Hir) -> Texts {
    let mut texts = all_texts(hir);
    texts.others.truncate(MOST);
    texts
}

fn all_texts(hir: &Hir) -> Texts {
    match hir.kind() {
        HirKind::Empty => Texts::only(""),
        HirKind::Literal(literal) => of_literal(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => of_class(class),
        HirKind::Look(look) => of_look(*look),
        HirKind::Repetition(repetition) => of_repetition(repetition),
        HirKind::Capture(capture) => texts(&capture.sub),
        HirKind::Concat(parts) => of_parts(parts),
        HirKind::Alternation(branches) => {
            let mut branches = branches.iter().map(texts);
            let Some(mut first) = branches.next() else {
                return Texts::only("");
            };
            for branch in branches {
                first.others.push(branch.fits);
                first.others.extend(branch.others);
            }
            first
        }
    }
}

fn of_literal(literal: &str) -> Texts {
    let swapped = literal.chars().map(|c| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    });
    let mut others = vec![swapped.collect(), String::new()];
    // A dot without a backslash stands for any character.
    others.push(
        literal
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { 'x' })
            .collect(),
    );
    Texts {
        fits: literal.to_owned(),
        others,
    }
}

/// Of each part of a class its ends and what lies just outside.
fn of_class(class: &Class) -> Texts {
    let ranges: Vec<(u8, u8)> = match class {
        Class::Bytes(class) => class
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Unicode(class) => {
            let ranges = class.iter().filter(|range| range.start().is_ascii());
            let byte = |c: char| u8::try_from(c).unwrap_or(127);
            ranges
                .map(|range| (byte(range.start()), byte(range.end())))
                .collect()
        }
    };
    let holds = |byte: u8| {
        ranges
            .iter()
            .any(|&(low, high)| (low..=high).contains(&byte))
    };
    let first = b"a5A-_ .,@".iter().copied().find(|&byte| holds(byte));
    let first = first.or_else(|| (b' '..=b'~').find(|&byte| holds(byte)));
    let mut bytes = Vec::new();
    for &(low, high) in ranges.iter().take(6) {
        bytes.extend([low, high, low.wrapping_sub(1), high.wrapping_add(1)]);
    }
    bytes.extend(b"aA5_- ");
    bytes.retain(|byte| (b' '..=b'~').contains(byte) && Some(*byte) != first);
    let mut seen = BTreeSet::new();
    bytes.retain(|byte| seen.insert(*byte));
    let text = |byte: u8| char::from(byte).to_string();
    Texts {
        fits: first.map_or_else(String::new, text),
        others: bytes.into_iter().map(text).collect(),
    }
}

fn of_look(look: Look) -> Texts {
    let between: &[&str] = match look {
        Look::Start | Look::StartLF | Look::StartCRLF | Look::End | Look::EndLF | Look::EndCRLF => {
            &["x", "1", " "]
        }
        _ => &["x", "1", "_", " "],
    };
    Texts {
        fits: String::new(),
        others: between.iter().map(|&text| text.to_owned()).collect(),
    }
}

fn of_repetition(repetition: &Repetition) -> Texts {
    let part = texts(&repetition.sub);
    let (min, max) = (repetition.min, repetition.max);
    let usual = min.max(1).min(max.unwrap_or(u32::MAX)).min(OFTENEST);
    let room = LONGEST / part.fits.len().max(1);
    let times = |number: u32| {
        let number = usize::try_from(number).unwrap_or(0);
        part.fits.repeat(number.min(room))
    };
    let mut numbers = vec![min, min.saturating_sub(1), usual + 1];
    numbers.extend(max.map(|max| max.saturating_add(1)));
    numbers.extend(max);
    numbers.retain(|&number| number <= OFTENEST + 1 && number != usual);
    let mut others: Vec<String> = numbers.into_iter().map(times).collect();
    if usual > 0 {
        let rest = times(usual - 1);
        others.extend(part.others.iter().map(|other| format!("{rest}{other}")));
    }
    Texts {
        fits: times(usual),
        others,
    }
}

fn of_parts(parts: &[Hir]) -> Texts {
    let parts: Vec<Texts> = parts.iter().map(texts).collect();
    let join = |changed: usize, other: &str| -> String {
        let texts = parts.iter().enumerate();
        texts
            .map(|(place, part)| {
                if place == changed {
                    other
                } else {
                    part.fits.as_str()
                }
            })
            .collect()
    };
    // One of each part before the second of any.
    let most = parts
        .iter()
        .map(|part| part.others.len())
        .max()
        .unwrap_or(0);
    let mut others = Vec::new();
    for number in 0..most {
        for (place, part) in parts.iter().enumerate() {
            others.extend(part.others.get(number).map(|other| join(place, other)));
        }
        if others.len() >= MOST {
            break;
        }
    }
    Texts {
        fits: join(parts.len(), ""),
        others,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_or_nearly_fit_an_expression() {
        for (pattern, fits, others) in [
            (
                "^[A-Z]-[0-9]{3}$",
                "A-555",
                &[
                    "Z-555", "a-555", "A555", "Ax555", "A-55", "A-5555", "A-559", "A-555x",
                ][..],
            ),
            (
                r"^(030|\+4930)[0-9]+$",
                "0305",
                &["+49305", "030", "x0305", "0305x", "03055"],
            ),
            (
                r"\yrent\y",
                "rent",
                &["rentx", "1rent", "rent_", "RENT", " rent"],
            ),
            (r"\.edu$", ".edu", &["xedu", ".edux", ".EDU"]),
            (
                "#sql($|[^a-z0-9_])",
                "#sql",
                &["#sql-", "#SQL", "#sqlx", "#sql "],
            ),
        ] {
            let (text, near) = near_regex(pattern).expect(pattern);
            assert_eq!(text, fits, "{pattern}");
            for other in others {
                assert!(near.iter().any(|text| text == other), "{other} of {near:?}");
            }
        }
        assert!(near_regex("a(").is_none());
        assert!(near_regex(r"(a)\1").is_none());
    }
}
