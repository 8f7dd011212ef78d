//! Mistakes in expressions.

use super::Mistake;
use crate::query::edit::Edit;
use crate::query::tree::{child, column_name, folded, range, token, token_range};
use squawk_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};
use std::ops::Range;

pub(super) fn mistakes(node: &SyntaxNode) -> Vec<Mistake> {
    match node.kind() {
        SyntaxKind::BIN_EXPR => binary(node),
        SyntaxKind::PREFIX_EXPR => negation(node),
        SyntaxKind::BETWEEN_EXPR => between(node),
        SyntaxKind::LITERAL => literal(node),
        SyntaxKind::CALL_EXPR => call(node),
        SyntaxKind::CASE_EXPR => case(node),
        _ => Vec::new(),
    }
}

fn swap(element: &SyntaxElement, text: &str) -> Mistake {
    let place: Range<usize> = element.text_range().into();
    let old = element.to_string();
    let what = format!(
        "{text} for {}",
        old.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    Mistake::new(what, [Edit::replace(place, text)])
}

/// The operator of a binary expression: what stands between its sides.
fn operator(node: &SyntaxNode) -> Option<SyntaxElement> {
    node.children_with_tokens()
        .skip(1)
        .find(|element| !element.kind().is_trivia())
}

fn binary(node: &SyntaxNode) -> Vec<Mistake> {
    let Some(operator) = operator(node) else {
        return Vec::new();
    };
    let others: &[&str] = match operator.kind() {
        SyntaxKind::L_ANGLE => &["<=", ">"],
        SyntaxKind::LTEQ => &["<", ">="],
        SyntaxKind::R_ANGLE => &[">=", "<"],
        SyntaxKind::GTEQ => &[">", "<="],
        SyntaxKind::EQ if is_assignment(node) => &[],
        SyntaxKind::EQ => &["<>", "<=", ">="],
        SyntaxKind::NEQ | SyntaxKind::NEQB => &["=", "<", ">"],
        SyntaxKind::PLUS => &["-"],
        SyntaxKind::MINUS => &["+"],
        SyntaxKind::STAR => &["/"],
        SyntaxKind::SLASH => &["*"],
        SyntaxKind::IS_KW => &["IS NOT"],
        SyntaxKind::IS_NOT => &["IS"],
        SyntaxKind::LIKE_KW => &["NOT LIKE", "ILIKE"],
        SyntaxKind::ILIKE_KW => &["LIKE"],
        SyntaxKind::NOT_LIKE => &["LIKE", "NOT ILIKE"],
        SyntaxKind::NOT_ILIKE => &["ILIKE", "NOT LIKE"],
        SyntaxKind::IN_KW => &["NOT IN"],
        SyntaxKind::NOT_IN => &["IN"],
        SyntaxKind::IS_DISTINCT_FROM => &["<>", "IS NOT DISTINCT FROM"],
        SyntaxKind::IS_NOT_DISTINCT_FROM => &["=", "IS DISTINCT FROM"],
        SyntaxKind::AND_KW => &["OR"],
        SyntaxKind::OR_KW => &["AND"],
        _ => &[],
    };
    let mut mistakes: Vec<_> = others.iter().map(|other| swap(&operator, other)).collect();
    if matches!(operator.kind(), SyntaxKind::AND_KW | SyntaxKind::OR_KW) {
        mistakes.extend(without_a_side(node));
    }
    mistakes
}

/// True for `column = value` in the `SET` of an update, which a parser may see as a comparison.
fn is_assignment(node: &SyntaxNode) -> bool {
    node.parent()
        .is_some_and(|parent| format!("{:?}", parent.kind()).starts_with("SET_"))
}

/// The condition without one of its sides.
fn without_a_side(node: &SyntaxNode) -> Vec<Mistake> {
    let sides: Vec<_> = node.children().collect();
    let [.., right] = sides.as_slice() else {
        return Vec::new();
    };
    let left = &sides[0];
    let (whole, left, right) = (range(node), range(left), range(right));
    vec![
        Mistake::new("a condition left out", [Edit::delete(left.end..whole.end)]),
        Mistake::new(
            "a condition left out",
            [Edit::delete(whole.start..right.start)],
        ),
    ]
}

fn negation(node: &SyntaxNode) -> Vec<Mistake> {
    let Some(not) = token(node, SyntaxKind::NOT_KW) else {
        return Vec::new();
    };
    let Some(operand) = node.children().next() else {
        return Vec::new();
    };
    let place = token_range(&not).start..range(&operand).start;
    vec![Mistake::new("NOT left out", [Edit::delete(place)])]
}

fn between(node: &SyntaxNode) -> Vec<Mistake> {
    let sides: Vec<_> = node.children().collect();
    let is_negated = token(node, SyntaxKind::NOT_KW).is_some();
    let [target, start, end] = sides.as_slice() else {
        return Vec::new();
    };
    let not = if is_negated { "NOT " } else { "" };
    let ends = [(">", "<=", "the lower end"), (">=", "<", "the upper end")];
    ends.iter()
        .map(|(lower, upper, which)| {
            let (target, start, end) = (target.text(), start.text(), end.text());
            let text = format!("{not}({target} {lower} {start} AND {target} {upper} {end})");
            Mistake::new(
                format!("{which} left out of BETWEEN"),
                [Edit::replace(range(node), text)],
            )
        })
        .collect()
}

fn literal(node: &SyntaxNode) -> Vec<Mistake> {
    let Some(token) = node.first_token() else {
        return Vec::new();
    };
    let is_position = node.parent().is_some_and(|parent| {
        matches!(
            parent.kind(),
            SyntaxKind::SORT_BY | SyntaxKind::GROUPING_EXPR | SyntaxKind::INTERVAL_TYPE
        )
    });
    if is_position {
        return Vec::new();
    }
    let text = token.text();
    let others: Vec<String> = match token.kind() {
        SyntaxKind::INT_NUMBER => text.parse::<i64>().map_or_else(
            |_| Vec::new(),
            |number| vec![(number + 1).to_string(), (number - 1).to_string()],
        ),
        SyntaxKind::NUMERIC_NUMBER => vec![format!("({text} + 1)")],
        SyntaxKind::STRING if is_pattern(node) => patterns(text),
        _ => Vec::new(),
    };
    others
        .into_iter()
        .filter(|other| other != text)
        .map(|other| {
            let what = format!("{other} for {text}");
            Mistake::new(what, [Edit::replace(token_range(&token), other)])
        })
        .collect()
}

/// True on the right of `LIKE`.
fn is_pattern(node: &SyntaxNode) -> bool {
    node.parent().is_some_and(|parent| {
        operator(&parent).is_some_and(|operator| {
            matches!(
                operator.kind(),
                SyntaxKind::LIKE_KW
                    | SyntaxKind::ILIKE_KW
                    | SyntaxKind::NOT_LIKE
                    | SyntaxKind::NOT_ILIKE
            )
        })
    })
}

/// Patterns without, or with, a `%` at an end.
fn patterns(text: &str) -> Vec<String> {
    let inner = text.trim_matches('\'');
    let flip_start = match inner.strip_prefix('%') {
        Some(rest) => rest.to_owned(),
        None => format!("%{inner}"),
    };
    let flip_end = match inner.strip_suffix('%') {
        Some(rest) => rest.to_owned(),
        None => format!("{inner}%"),
    };
    vec![format!("'{flip_start}'"), format!("'{flip_end}'")]
}

/// Functions that are taken for each other.
const MISTAKEN: [(&str, &[&str]); 14] = [
    ("sum", &["avg", "count", "max"]),
    ("avg", &["sum", "max"]),
    ("min", &["max"]),
    ("max", &["min"]),
    ("count", &["sum"]),
    ("row_number", &["rank", "dense_rank"]),
    ("rank", &["dense_rank", "row_number"]),
    ("dense_rank", &["rank", "row_number"]),
    ("lag", &["lead"]),
    ("lead", &["lag"]),
    ("first_value", &["last_value"]),
    ("last_value", &["first_value"]),
    ("bool_and", &["bool_or"]),
    ("bool_or", &["bool_and"]),
];

/// Functions of which the first argument alone is a mistake one can make.
const FORGOTTEN: [&str; 14] = [
    "abs",
    "btrim",
    "ceil",
    "ceiling",
    "coalesce",
    "date_trunc",
    "floor",
    "greatest",
    "least",
    "lower",
    "nullif",
    "round",
    "trim",
    "upper",
];

fn call(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if let Some(filter) = child(node, SyntaxKind::FILTER_CLAUSE) {
        let place = before(node, &filter)..range(&filter).end;
        mistakes.push(Mistake::new("FILTER left out", [Edit::delete(place)]));
    }
    if let Some(exists) = child(node, SyntaxKind::EXISTS_FN)
        && node
            .parent()
            .is_some_and(|parent| parent.kind() != SyntaxKind::PREFIX_EXPR)
    {
        let at = range(&exists).start;
        mistakes.push(Mistake::new(
            "NOT EXISTS for EXISTS",
            [Edit::insert(at, "NOT ")],
        ));
    }
    let (Some(function), Some(list)) = (
        node.children()
            .next()
            .filter(|name| column_name(name).is_some()),
        child(node, SyntaxKind::ARG_LIST),
    ) else {
        return mistakes;
    };
    let name = column_name(&function).unwrap_or_default();
    let arguments: Vec<_> = list
        .children()
        .filter(|child| child.kind() == SyntaxKind::ARG)
        .collect();
    for (_, others) in MISTAKEN.iter().filter(|(known, _)| *known == name) {
        mistakes.extend(others.iter().map(|other| {
            Mistake::new(
                format!("{other} for {name}"),
                [Edit::replace(range(&function), *other)],
            )
        }));
    }
    if FORGOTTEN.contains(&name.as_str()) {
        let kept = if name == "date_trunc" {
            arguments.get(1)
        } else {
            arguments.first()
        };
        mistakes.extend(kept.map(|kept| {
            Mistake::new(
                format!("{name} left out"),
                [Edit::replace(range(node), kept.text().to_string())],
            )
        }));
    }
    mistakes.extend(duplicates(&name, &list, &arguments));
    mistakes
}

/// An aggregate that counts duplicates otherwise, or rows for values.
fn duplicates(name: &str, list: &SyntaxNode, arguments: &[SyntaxNode]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let Some(first) = arguments.first().map(range) else {
        return mistakes;
    };
    if let Some(distinct) = child(list, SyntaxKind::DISTINCT) {
        let place = range(&distinct).start..first.start;
        mistakes.push(Mistake::new("DISTINCT left out", [Edit::delete(place)]));
    } else if matches!(name, "count" | "sum" | "avg" | "string_agg" | "array_agg") {
        mistakes.push(Mistake::new(
            "DISTINCT too much",
            [Edit::insert(first.start, "DISTINCT ")],
        ));
    }
    if name == "count" {
        let open = range(list);
        mistakes.push(Mistake::new(
            "count(*) for a count of values",
            [Edit::replace(open.start + 1..open.end - 1, "*")],
        ));
    }
    mistakes
}

/// Where the white space before a part of the node begins.
pub(super) fn before(node: &SyntaxNode, part: &SyntaxNode) -> usize {
    let start = range(part).start;
    node.children_with_tokens()
        .map(|element| Range::<usize>::from(element.text_range()))
        .take_while(|place| place.end <= start)
        .zip(node.children_with_tokens())
        .filter(|(_, element)| !element.kind().is_trivia())
        .last()
        .map_or(start, |(place, _)| place.end)
}

fn case(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if let Some(otherwise) = child(node, SyntaxKind::ELSE_CLAUSE) {
        let place = range(&otherwise);
        let null = otherwise.text().to_string();
        if folded(&null).split_whitespace().nth(1) != Some("null") {
            mistakes.push(Mistake::new("ELSE left out", [Edit::delete(place)]));
        }
    }
    let whens = child(node, SyntaxKind::WHEN_CLAUSE_LIST);
    let whens: Vec<_> = whens.iter().flat_map(SyntaxNode::children).collect();
    if whens.len() > 1 {
        mistakes.extend(
            whens
                .iter()
                .map(|when| Mistake::new("a WHEN left out", [Edit::delete(range(when))])),
        );
    }
    mistakes
}
