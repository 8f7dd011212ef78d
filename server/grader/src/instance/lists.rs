//! Texts that hold several: lists with a separator, arrays and ranges.

use super::values::Kind;

/// Texts that are taken apart at a separator, with something that a script looks for, if anything.
pub(super) fn separated(separator: &str, constants: &[&str]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut looked_for: Vec<&str> = constants
        .iter()
        .copied()
        .filter(|text| !text.is_empty() && !text.contains(separator))
        .take(2)
        .collect();
    if looked_for.is_empty() {
        looked_for.push("q");
    }
    for c in looked_for {
        let s = separator;
        texts.extend([
            c.to_owned(),
            format!("{c}{s}b"),
            format!("b{s}{c}"),
            format!("b{s}{c}{s}d"),
            format!("b{s}d{s}{c}"),
            format!("{c}{s}{c}"),
            format!("{c}{s}{s}b"),
            format!("{s}{c}"),
            format!("{s}{c}{s}b"),
            format!("{s}{}{s}B", c.to_uppercase()),
            format!("{c}{s}"),
            format!("b{s} {c}"),
            format!("x{c}{s}b"),
            format!("b{s}{c}x"),
            format!("B{s}{}", c.to_uppercase()),
            format!("b{s}d{s}f{s}{c}{s}h"),
        ]);
    }
    texts
}

/// Texts with a separator that end in what a pattern asks for.
pub(super) fn with_ending(separator: &str, ending: &str) -> Vec<String> {
    let s = separator;
    let mut texts = vec![
        format!("a{s}b{ending}"),
        format!("a{s}b{s}d{ending}"),
        format!("a{ending}{s}b"),
        format!("A{s}B{}", ending.to_uppercase()),
        format!("a{s}B{ending}"),
        format!("a{s}b{ending}x"),
    ];
    let mut characters = ending.chars();
    if characters
        .next()
        .is_some_and(|first| !first.is_alphanumeric())
    {
        texts.push(format!("a{s}bz{}", characters.as_str()));
    }
    texts
}

/// Arrays that hold what scripts look for: alone, first, last, twice, beside NULL, and not at all.
pub(super) fn arrays(element: &str, constants: &[&str]) -> Vec<String> {
    let kind = Kind::of(element);
    let mut looked_for: Vec<String> = Vec::new();
    for constant in constants {
        let inner = constant
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match inner {
            Some(inner) => looked_for.extend(inner.split(',').map(str::to_owned)),
            None => looked_for.push((*constant).to_owned()),
        }
    }
    looked_for.retain(|text| !text.is_empty() && kind.exact(text).is_some());
    looked_for.truncate(3);
    let other = if kind.is_number() { "7" } else { "z" };
    let list = |elements: &[&str]| format!("{{{}}}", elements.join(","));
    let mut texts = Vec::new();
    for element in &looked_for {
        let c = quoted(element);
        let c = c.as_str();
        texts.extend([
            list(&[c]),
            list(&[c, other]),
            list(&[other, c]),
            list(&[other, other, c]),
            list(&[c, c]),
            list(&[c, "NULL"]),
            list(&[]),
            list(&[other]),
            list(&["NULL"]),
        ]);
        if kind == Kind::Text {
            texts.push(list(&[&quoted(&format!("{element}x"))]));
            texts.push(list(&[&quoted(&format!("x{element}"))]));
            texts.push(list(&[&quoted(&element.to_uppercase())]));
        }
    }
    let all: Vec<String> = looked_for.iter().map(|element| quoted(element)).collect();
    if all.len() > 1 {
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        texts.push(list(&all));
        texts.push(list(&[&all[..], &[other]].concat()));
    }
    texts
}

fn quoted(element: &str) -> String {
    let is_plain = element
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if is_plain && !element.eq_ignore_ascii_case("null") {
        element.to_owned()
    } else {
        format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The type of a range's bounds.
pub(super) fn bound(type_name: &str) -> Option<&'static str> {
    Some(match type_name {
        "daterange" => "date",
        "int4range" => "integer",
        "int8range" => "bigint",
        "numrange" => "numeric",
        "tsrange" => "timestamp without time zone",
        "tstzrange" => "timestamp with time zone",
        _ => return None,
    })
}

/// Ranges that begin and end at what scripts compare with and beside it.
pub(super) fn ranges(bound: &str, constants: &[&str]) -> Vec<String> {
    const CONSTANTS: usize = 3;
    let kind = Kind::of(bound);
    let mut bounds: Vec<String> = Vec::new();
    for constant in constants.iter().take(CONSTANTS) {
        bounds.extend(kind.exact(constant));
        // The nearest alone: of the others there would be too many pairs.
        bounds.extend(kind.near(constant).into_iter().take(3));
    }
    bounds.sort_by(|a, b| kind.compare(a, b));
    bounds.dedup();
    let mut ranges = Vec::new();
    for (place, low) in bounds.iter().enumerate() {
        for high in &bounds[place + 1..] {
            ranges.push(format!("[\"{low}\",\"{high}\")"));
        }
    }
    for bound in &bounds {
        ranges.push(format!("[\"{bound}\",\"{bound}\"]"));
        ranges.push(format!("[\"{bound}\",)"));
        ranges.push(format!("(,\"{bound}\")"));
    }
    ranges.push("empty".to_owned());
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(texts: &[String], expected: &[&str]) {
        for text in expected {
            assert!(
                texts.iter().any(|other| other == text),
                "{text} in {texts:?}"
            );
        }
    }

    #[test]
    fn what_is_looked_for_stands_in_every_place() {
        has(
            &separated(",", &["vip"]),
            &["vip", "vip,b", "b,vip,d", "vip,vip", "b, vip", "xvip,b"],
        );
        has(
            &with_ending("@", ".edu"),
            &["a@b.edu", "a@b@d.edu", "a@bzedu"],
        );
        has(
            &arrays("text", &["b"]),
            &["{b}", "{z,b}", "{b,b}", "{b,NULL}", "{bx}", "{}"],
        );
        has(&arrays("integer", &["{1,2}"]), &["{1}", "{1,2}", "{2,7}"]);
        has(&arrays("text", &["a b"]), &["{\"a b\"}"]);
        has(
            &ranges("date", &["2025-07-01", "2025-07-05"]),
            &[
                "[\"2025-07-01\",\"2025-07-05\")",
                "[\"2025-06-30\",\"2025-07-01\")",
                "empty",
            ],
        );
    }
}
