//! The constants of a script, and what it compares them and its columns with.

use super::tree::{bare, column_name, columns_within, folded, parse, token};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use std::collections::BTreeSet;

/// A constant of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Constant {
    /// Its value as text, without quotes.
    pub(crate) value: String,
    /// The names of the columns it is compared with; none if it is not compared with any.
    pub(crate) columns: Vec<String>,
    /// True if it is a pattern for `LIKE`.
    pub(crate) is_pattern: bool,
}

/// What scripts compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Each once.
    pub(crate) constants: BTreeSet<Constant>,
    /// The names of columns that are compared for equality with each other.
    pub(crate) joined: BTreeSet<(String, String)>,
    /// The names of columns of which the first is compared to be less than the second.
    pub(crate) ascending: BTreeSet<(String, String)>,
    /// The numbers in `LIMIT`, `OFFSET` and `FETCH`.
    pub(crate) cuts: BTreeSet<usize>,
    /// All identifiers, tables' names among them.
    pub(crate) names: BTreeSet<String>,
}

impl Reading {
    /// Reads a script.
    pub(crate) fn of(script: &str) -> Self {
        let mut reading = Self::default();
        for node in parse(script).descendants() {
            match node.kind() {
                SyntaxKind::LITERAL => reading.constants.extend(constant(&node)),
                SyntaxKind::BIN_EXPR => {
                    reading.joined.extend(join(&node));
                    reading.ascending.extend(ascent(&node));
                }
                SyntaxKind::LIMIT_CLAUSE | SyntaxKind::OFFSET_CLAUSE | SyntaxKind::FETCH_CLAUSE => {
                    reading.cuts.extend(cut(&node));
                }
                SyntaxKind::JOIN_USING_CLAUSE => {
                    for name in node.descendants() {
                        if name.kind() == SyntaxKind::COLUMN_NAME_REF {
                            let name = folded(name.text().to_string().trim());
                            reading.joined.insert((name.clone(), name));
                        }
                    }
                }
                SyntaxKind::NAME_REF | SyntaxKind::PATH_SEGMENT_REF => {
                    reading.names.insert(folded(node.text().to_string().trim()));
                }
                _ => {}
            }
        }
        reading
    }

    /// Reads a condition, such as that of a check.
    pub(crate) fn of_condition(condition: &str) -> Self {
        Self::of(&format!("SELECT 1 WHERE {condition}"))
    }

    /// True if all that this compares is compared in the other, too.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.constants.is_subset(&other.constants)
            && self.joined.is_subset(&other.joined)
            && self.ascending.is_subset(&other.ascending)
            && self.cuts.is_subset(&other.cuts)
    }

    /// What this and the other read.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.constants.extend(other.constants);
        self.joined.extend(other.joined);
        self.ascending.extend(other.ascending);
        self.cuts.extend(other.cuts);
        self.names.extend(other.names);
        self
    }
}

/// The number in a clause that cuts a result.
fn cut(node: &SyntaxNode) -> Option<usize> {
    node.text()
        .to_string()
        .split_whitespace()
        .find_map(|word| word.parse().ok())
}

/// The text of a string or number; a minus before it counts.
fn value(node: &SyntaxNode) -> Option<String> {
    let literal = node.first_token()?;
    let text = literal.text();
    match literal.kind() {
        SyntaxKind::STRING => {
            let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some(inner.replace("''", "'"))
        }
        SyntaxKind::INT_NUMBER | SyntaxKind::NUMERIC_NUMBER => {
            let negative = node.parent().is_some_and(|parent| {
                parent.kind() == SyntaxKind::PREFIX_EXPR
                    && token(&parent, SyntaxKind::MINUS).is_some()
            });
            let sign = if negative { "-" } else { "" };
            Some(format!("{sign}{}", text.replace('_', "")))
        }
        _ => None,
    }
}

/// A literal, unless it counts rows or sorts by position.
fn constant(node: &SyntaxNode) -> Option<Constant> {
    let value = value(node)?;
    let mut columns = Vec::new();
    let mut is_pattern = false;
    for outer in node.ancestors().skip(1) {
        match outer.kind() {
            SyntaxKind::LIMIT_CLAUSE
            | SyntaxKind::OFFSET_CLAUSE
            | SyntaxKind::FETCH_CLAUSE
            | SyntaxKind::SORT_BY
            | SyntaxKind::GROUPING_EXPR => return None,
            SyntaxKind::BETWEEN_EXPR | SyntaxKind::BIN_EXPR if counts(&outer) => break,
            SyntaxKind::BETWEEN_EXPR => columns = columns_within(&outer),
            SyntaxKind::BIN_EXPR => {
                is_pattern |= is_like(&outer);
                columns = columns_within(&outer);
            }
            // As in `starts_with(name, 'A')`; numbers are seldom compared so.
            SyntaxKind::CALL_EXPR if is_text(node) => columns = columns_within(&outer),
            SyntaxKind::CASE_EXPR if columns.is_empty() => {
                let compared = outer.children().next();
                columns = compared.iter().filter_map(column_name).collect();
            }
            SyntaxKind::SELECT => break,
            _ => {}
        }
        if !columns.is_empty() {
            break;
        }
    }
    Some(Constant {
        value,
        columns,
        is_pattern,
    })
}

fn is_text(literal: &SyntaxNode) -> bool {
    let token = literal.first_token();
    token.is_some_and(|token| token.kind() == SyntaxKind::STRING)
}

/// True if rows are counted in the comparison, so that its constant is a number of rows.
fn counts(comparison: &SyntaxNode) -> bool {
    comparison
        .descendants()
        .filter(|node| node.kind() == SyntaxKind::CALL_EXPR)
        .filter_map(|call| column_name(&call.children().next()?))
        .any(|name| {
            matches!(
                name.as_str(),
                "count" | "row_number" | "rank" | "dense_rank"
            )
        })
}

fn is_like(node: &SyntaxNode) -> bool {
    const LIKE: [SyntaxKind; 6] = [
        SyntaxKind::LIKE_KW,
        SyntaxKind::ILIKE_KW,
        SyntaxKind::NOT_LIKE,
        SyntaxKind::NOT_ILIKE,
        SyntaxKind::SIMILAR_TO,
        SyntaxKind::NOT_SIMILAR_TO,
    ];
    node.children_with_tokens()
        .any(|element| LIKE.contains(&element.kind()))
}

/// Two columns of which one is to equal the other.
fn join(node: &SyntaxNode) -> Option<(String, String)> {
    token(node, SyntaxKind::EQ)?;
    columns(node)
}

/// Two columns of which the first is to be less than the second.
fn ascent(node: &SyntaxNode) -> Option<(String, String)> {
    let has = |kinds: [SyntaxKind; 2]| kinds.iter().any(|&kind| token(node, kind).is_some());
    let (left, right) = columns(node)?;
    if has([SyntaxKind::L_ANGLE, SyntaxKind::LTEQ]) {
        Some((left, right))
    } else if has([SyntaxKind::R_ANGLE, SyntaxKind::GTEQ]) {
        Some((right, left))
    } else {
        None
    }
}

/// The columns on both sides of an operator.
fn columns(node: &SyntaxNode) -> Option<(String, String)> {
    let mut sides = node.children();
    let left = column_name(&bare(&sides.next()?))?;
    let right = column_name(&bare(&sides.next()?))?;
    Some((left, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn constants(sql: &str) -> Vec<(String, String, bool)> {
        let found = Reading::of(sql).constants.into_iter();
        found
            .map(|c| (c.value, c.columns.join(" "), c.is_pattern))
            .collect()
    }

    fn expect(sql: &str, expected: &[(&str, &str, bool)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|(value, columns, pattern)| ((*value).to_owned(), (*columns).to_owned(), *pattern))
            .collect();
        assert_eq!(constants(sql), expected, "{sql}");
    }

    #[test]
    fn constants_know_what_they_are_compared_with() {
        expect(
            "SELECT 1 FROM t WHERE a.price >= 15 AND lower(\"Name\") LIKE 'o''x%'",
            &[
                ("1", "", false),
                ("15", "price", false),
                ("o'x%", "Name", true),
            ],
        );
        expect(
            "SELECT a FROM t WHERE b BETWEEN -2 AND 3.5 AND c IN ('x', 'y') OR d = ANY (ARRAY[7])",
            &[
                ("-2", "b", false),
                ("3.5", "b", false),
                ("7", "d", false),
                ("x", "c", false),
                ("y", "c", false),
            ],
        );
        expect(
            "SELECT CASE kind WHEN 'a' THEN 1 END FROM t WHERE day >= date '2025-01-01' - 3",
            &[
                ("1", "kind", false),
                ("2025-01-01", "day", false),
                ("3", "day", false),
                ("a", "kind", false),
            ],
        );
        expect("SELECT a FROM t ORDER BY 2 LIMIT 10 OFFSET 3", &[]);
        expect(
            "SELECT a FROM t GROUP BY a HAVING count(b) > 2",
            &[("2", "", false)],
        );
    }

    #[test]
    fn columns_that_are_joined_belong_together() {
        let sql = "SELECT FROM a JOIN b ON a.x = (b.\"Y\") JOIN c USING (k) WHERE a.z = 1";
        let joined: Vec<_> = Reading::of(sql).joined.into_iter().collect();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(joined, [pair("k", "k"), pair("x", "Y")]);
    }

    #[test]
    fn tables_are_among_the_names() {
        let names =
            Reading::of("SELECT x FROM Orders o, public.\"Big\"; UPDATE it SET a = 1").names;
        for name in ["orders", "Big", "it"] {
            assert!(names.contains(name), "{name} in {names:?}");
        }
    }
}
