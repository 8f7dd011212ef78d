//! The constants of a script, and what it compares them and its columns with.

use super::tree::{
    bare, child, column_name, columns_within, folded, parse, target_name, targets, token,
};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use std::collections::{BTreeMap, BTreeSet};

/// A constant of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Constant {
    /// Its value as text, without quotes.
    pub(crate) value: String,
    /// The names of the columns it is compared with; none if it is not compared with any.
    pub(crate) columns: Vec<String>,
    /// True if it is a pattern for `LIKE`.
    pub(crate) is_pattern: bool,
    /// True if it is a regular expression.
    pub(crate) is_regex: bool,
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
    /// The names of columns of which the first is searched for the second.
    pub(crate) embedded: BTreeSet<(String, String)>,
    /// The names of columns that are taken apart, and at what.
    pub(crate) separated: BTreeSet<(String, String)>,
    /// The names of columns of which a member of a JSON object is taken, and its name.
    pub(crate) members: BTreeSet<(String, String)>,
    /// The names of columns that are compared with a number of rows.
    pub(crate) counted: BTreeSet<String>,
    /// The names of columns that are compared with NULL.
    pub(crate) nulls: BTreeSet<String>,
    /// The numbers in `LIMIT`, `OFFSET` and `FETCH`.
    pub(crate) cuts: BTreeSet<usize>,
    /// All identifiers, tables' names among them.
    pub(crate) names: BTreeSet<String>,
}

impl Reading {
    /// Reads a script.
    pub(crate) fn of(script: &str) -> Self {
        let mut reading = Self::default();
        let script = parse(script);
        let aliases = Aliases::of(&script);
        for node in script.descendants() {
            match node.kind() {
                SyntaxKind::LITERAL if is_body(&node) => {
                    for piece in pieces(&node) {
                        reading = reading.and(Self::of(&piece));
                    }
                }
                SyntaxKind::LITERAL => {
                    let constant = constant(&node).map(|constant| aliases.resolve(constant));
                    reading.constants.extend(constant);
                }
                SyntaxKind::BIN_EXPR => {
                    reading.joined.extend(join(&node));
                    reading.ascending.extend(ascent(&node));
                    reading.joined.extend(meetings(&node));
                    reading.nulls.extend(asked_for_null(&node));
                    reading.embedded.extend(looked_for(&node));
                    reading.members.extend(member(&node));
                    if compares(&node) && counts(&node) {
                        reading.counted.extend(columns_within(&node));
                    }
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
                SyntaxKind::COMPOUND_SELECT => reading.joined.extend(combined(&node)),
                SyntaxKind::BETWEEN_EXPR => reading.ascending.extend(between(&node)),
                SyntaxKind::POSITION_FN | SyntaxKind::CALL_EXPR => {
                    reading.embedded.extend(searched(&node));
                    reading.separated.extend(separated(&node));
                }
                SyntaxKind::TRIM_FN => {
                    reading.names.insert("trim".to_owned());
                }
                SyntaxKind::EXTRACT_FN => {
                    reading.names.insert("extract".to_owned());
                }
                SyntaxKind::AT_TIME_ZONE => {
                    reading.names.insert("timezone".to_owned());
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

    /// What this and the other read.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.constants.extend(other.constants);
        self.joined.extend(other.joined);
        self.ascending.extend(other.ascending);
        self.embedded.extend(other.embedded);
        self.separated.extend(other.separated);
        self.members.extend(other.members);
        self.counted.extend(other.counted);
        self.nulls.extend(other.nulls);
        self.cuts.extend(other.cuts);
        self.names.extend(other.names);
        self
    }
}

/// What the names stand for that a script gives to expressions.
struct Aliases(BTreeMap<String, Alias>);

/// An expression with a name.
struct Alias {
    columns: Vec<String>,
    /// Whether it is a number of rows.
    counts: bool,
}

impl Aliases {
    fn of(script: &SyntaxNode) -> Self {
        let targets = script
            .descendants()
            .filter(|node| node.kind() == SyntaxKind::TARGET);
        let named = targets.filter_map(|target| {
            let name = target_name(&target)?;
            let expression = target.children().next()?;
            let alias = Alias {
                columns: columns_within(&expression),
                counts: counts(&expression),
            };
            Some((name, alias))
        });
        Self(named.collect())
    }

    /// The constant, compared with the columns that make up what it is compared with. A name may be
    /// a column's, too.
    fn resolve(&self, mut constant: Constant) -> Constant {
        let mut next = 0;
        while let Some(column) = constant.columns.get(next) {
            next += 1;
            let Some(alias) = self.0.get(column) else {
                continue;
            };
            if alias.counts {
                constant.columns.clear();
                break;
            }
            for column in &alias.columns {
                if !constant.columns.contains(column) {
                    constant.columns.push(column.clone());
                }
            }
        }
        constant
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
    if is_joker(node, &value) {
        return None;
    }
    let mut columns = Vec::new();
    let mut is_pattern = false;
    let mut is_regex = false;
    let mut is_alone = true;
    for outer in node.ancestors().skip(1) {
        match outer.kind() {
            SyntaxKind::LIMIT_CLAUSE | SyntaxKind::OFFSET_CLAUSE | SyntaxKind::FETCH_CLAUSE => {
                return None;
            }
            SyntaxKind::SORT_BY | SyntaxKind::GROUPING_EXPR if is_alone => return None,
            SyntaxKind::PAREN_EXPR => continue,
            SyntaxKind::BETWEEN_EXPR | SyntaxKind::BIN_EXPR if counts(&outer) => break,
            SyntaxKind::BETWEEN_EXPR => columns = columns_within(&outer),
            SyntaxKind::BIN_EXPR => {
                is_pattern |= is_like(&outer);
                is_regex |= matches_regex(&outer);
                columns = columns_within(&outer);
            }
            SyntaxKind::SUBSTRING_FN if is_text(node) => {
                is_regex = true;
                columns = columns_within(&outer);
            }
            // As in `starts_with(name, 'A')`; numbers are seldom compared so.
            SyntaxKind::CALL_EXPR if is_text(node) || chooses(&outer) => {
                is_regex |= is_second_of_regex(&outer, node);
                columns = columns_within(&outer);
            }
            SyntaxKind::CASE_EXPR if columns.is_empty() => {
                let compared = outer.children().next();
                columns = compared.iter().filter_map(column_name).collect();
            }
            SyntaxKind::SELECT => break,
            _ => {}
        }
        is_alone = false;
        if !columns.is_empty() {
            break;
        }
    }
    Some(Constant {
        value,
        columns,
        is_pattern,
        is_regex,
    })
}

/// True for an operator that matches a regular expression.
fn matches_regex(node: &SyntaxNode) -> bool {
    matches!(operator(node).as_str(), "~" | "~*" | "!~" | "!~*")
}

/// The signs between the sides of an expression, without blanks.
fn operator(node: &SyntaxNode) -> String {
    const SIGNS: &str = "+-*/<>=~!@#%^&|`?";
    let mut signs = node
        .children_with_tokens()
        .map(|element| element.to_string());
    signs
        .find(|text| !text.is_empty() && text.chars().all(|c| SIGNS.contains(c)))
        .map_or_else(String::new, |first| {
            // Where each sign is a token of its own.
            let rest = signs.take_while(|text| text.chars().all(|c| SIGNS.contains(c)));
            rest.fold(first, |all, sign| all + &sign)
        })
}

/// The name of the function that is called, and its arguments.
fn called(call: &SyntaxNode) -> Option<(String, Vec<SyntaxNode>)> {
    let name = column_name(&call.children().next()?)?;
    let list = child(call, SyntaxKind::ARG_LIST)?;
    Some((name, list.children().collect()))
}

/// True if the literal is the regular expression that a function takes.
fn is_second_of_regex(call: &SyntaxNode, literal: &SyntaxNode) -> bool {
    called(call).is_some_and(|(name, arguments)| {
        name.starts_with("regexp_")
            && arguments
                .get(1)
                .is_some_and(|pattern| literal.ancestors().any(|outer| outer == *pattern))
    })
}

/// The columns that a function takes apart, and at what.
fn separated(call: &SyntaxNode) -> Vec<(String, String)> {
    const SEPARATING: [&str; 5] = [
        "split_part",
        "string_to_array",
        "string_to_table",
        "strpos",
        "array_to_string",
    ];
    let separates = call.kind() == SyntaxKind::POSITION_FN
        || called(call).is_some_and(|(name, _)| SEPARATING.contains(&name.as_str()));
    if !separates {
        return Vec::new();
    }
    let mut literals = call.descendants().filter(is_text);
    let separator = literals.find_map(|literal| value(&literal));
    let columns = columns_within(call).into_iter();
    columns
        .zip(std::iter::repeat(separator))
        .filter_map(|(column, separator)| Some((column, separator?)))
        .collect()
}

/// The column of which `->` or its like takes a member, and that member's name.
fn member(node: &SyntaxNode) -> Vec<(String, String)> {
    if !matches!(operator(node).as_str(), "->" | "->>" | "?") {
        return Vec::new();
    }
    let last = node.children().last();
    let name = last.and_then(|last| value(&bare(&last)));
    let columns = columns_within(node).into_iter();
    columns
        .filter_map(|column| Some((column, name.clone()?)))
        .collect()
}

/// The columns of a `BETWEEN`, of which one is never greater than the next.
fn between(node: &SyntaxNode) -> Vec<(String, String)> {
    let columns: Vec<Option<String>> = node
        .children()
        .map(|side| {
            let columns = columns_within(&side);
            columns.into_iter().next()
        })
        .collect();
    match columns.as_slice() {
        [middle, .., low, high] => [(low, middle), (middle, high)]
            .into_iter()
            .filter_map(|(a, b)| Some((a.clone()?, b.clone()?)))
            .collect(),
        _ => Vec::new(),
    }
}

fn is_text(literal: &SyntaxNode) -> bool {
    let token = literal.first_token();
    token.is_some_and(|token| token.kind() == SyntaxKind::STRING)
}

/// True if rows are counted in the expression, so that what it is compared with is a number of rows.
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

/// True for a text between dollar signs, which is the body of a function.
fn is_body(literal: &SyntaxNode) -> bool {
    let token = literal.first_token();
    token.is_some_and(|token| token.kind() == SyntaxKind::DOLLAR_QUOTED_STRING)
}

/// What of a function's body can be read: all of it as SQL, or, in PL/pgSQL, what stands between the
/// words that control it, each as an expression.
fn pieces(body: &SyntaxNode) -> Vec<String> {
    const CONTROL: [&str; 8] = [
        "BEGIN", "IF", "ELSIF", "THEN", "ELSE", "LOOP", "RETURN", "WHEN",
    ];
    let text = body.text().to_string();
    let text = text.trim();
    let tag = text
        .get(1..)
        .and_then(|rest| text.get(..rest.find('$')? + 2));
    let inner = tag.and_then(|tag| text.strip_prefix(tag)?.strip_suffix(tag));
    let Some(text) = inner else {
        return Vec::new();
    };
    let mut words = text.split_whitespace();
    let is_procedural = words.any(|word| word.eq_ignore_ascii_case("begin"));
    if !is_procedural {
        return vec![text.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for word in text.split_whitespace() {
        let ends = CONTROL
            .iter()
            .any(|control| word.eq_ignore_ascii_case(control));
        if !ends && let Some(piece) = pieces.last_mut() {
            piece.push(' ');
            piece.push_str(word.trim_end_matches(';'));
        }
        if ends || word.ends_with(';') {
            pieces.push(String::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
        .into_iter()
        .map(|piece| format!("SELECT {piece}"))
        .collect()
}

/// True if the text is a part of a pattern that names nothing.
fn is_joker(literal: &SyntaxNode, value: &str) -> bool {
    let jokers = !value.is_empty() && value.chars().all(|c| matches!(c, '%' | '_'));
    jokers
        && literal
            .ancestors()
            .take_while(|outer| outer.kind() != SyntaxKind::SELECT)
            .any(|outer| outer.kind() == SyntaxKind::BIN_EXPR && is_like(&outer))
}

/// The columns that a `LIKE` with columns in its pattern searches and searches for.
fn looked_for(node: &SyntaxNode) -> Vec<(String, String)> {
    let mut sides = node.children();
    let (Some(left), Some(right)) = (sides.next(), sides.last()) else {
        return Vec::new();
    };
    let outer = column_name(&bare(&left)).filter(|_| is_like(node));
    let pairs = |outer: String| {
        let inner = columns_within(&right).into_iter();
        inner.map(move |inner| (outer.clone(), inner))
    };
    outer.into_iter().flat_map(pairs).collect()
}

/// Two columns of which a function searches one for the other, both ways round.
fn searched(call: &SyntaxNode) -> Vec<(String, String)> {
    const SEARCHING: [&str; 4] = ["position", "strpos", "starts_with", "replace"];
    let name = call.children().next().and_then(|name| column_name(&name));
    let searches = call.kind() == SyntaxKind::POSITION_FN
        || name.is_some_and(|name| SEARCHING.contains(&name.as_str()));
    match columns_within(call).as_slice() {
        [a, b] if searches => vec![(a.clone(), b.clone()), (b.clone(), a.clone())],
        _ => Vec::new(),
    }
}

/// True if the call gives one of its arguments, so that a constant may equal a column's value.
fn chooses(call: &SyntaxNode) -> bool {
    let name = call.children().next().and_then(|name| column_name(&name));
    name.is_some_and(|name| matches!(name.as_str(), "coalesce" | "nullif" | "greatest" | "least"))
}

/// True for a comparison, which no AND or OR is.
fn compares(node: &SyntaxNode) -> bool {
    let joins = [SyntaxKind::AND_KW, SyntaxKind::OR_KW];
    !joins.iter().any(|&kind| token(node, kind).is_some())
}

/// The columns that `IN`, `= ANY` and their like look for among those of a subquery.
fn meetings(node: &SyntaxNode) -> Vec<(String, String)> {
    let mut sides = node.children().filter(|side| {
        // How `NOT IN` stands in the tree.
        !matches!(side.kind(), SyntaxKind::NOT_IN)
    });
    let (Some(left), Some(right)) = (sides.next(), sides.next()) else {
        return Vec::new();
    };
    let found = |side: &SyntaxNode| side.children().find_map(|part| first_select(&part));
    let Some(select) = found(&right) else {
        return Vec::new();
    };
    let left = match left.kind() {
        SyntaxKind::TUPLE_EXPR => left.children().map(|part| column_name(&part)).collect(),
        _ => vec![column_name(&bare(&left))],
    };
    pairs(left, columns_given(&select))
}

/// The column of `IS NULL` or `IS NOT NULL`.
fn asked_for_null(node: &SyntaxNode) -> Option<String> {
    let column = column_name(&bare(&node.children().next()?))?;
    let null = child(node, SyntaxKind::LITERAL)?;
    token(&null, SyntaxKind::NULL_KW).map(|_| column)
}

/// The columns that stand in one place of the results that UNION and its like combine.
fn combined(node: &SyntaxNode) -> Vec<(String, String)> {
    let mut selects = node.children().filter_map(|part| first_select(&part));
    match (selects.next(), selects.next()) {
        (Some(one), Some(other)) => pairs(columns_given(&one), columns_given(&other)),
        _ => Vec::new(),
    }
}

/// The SELECT that the node is or, in parentheses or combined with others, begins with.
fn first_select(node: &SyntaxNode) -> Option<SyntaxNode> {
    match node.kind() {
        SyntaxKind::SELECT => Some(node.clone()),
        SyntaxKind::COMPOUND_SELECT
        | SyntaxKind::PAREN_SELECT
        | SyntaxKind::PAREN_EXPR
        | SyntaxKind::ANY_FN
        | SyntaxKind::SOME_FN
        | SyntaxKind::ALL_FN => node.children().find_map(|part| first_select(&part)),
        _ => None,
    }
}

/// The columns a SELECT gives, in order; none where it gives something else.
fn columns_given(select: &SyntaxNode) -> Vec<Option<String>> {
    let column = |target: &SyntaxNode| column_name(&bare(&target.children().next()?));
    targets(select).iter().map(column).collect()
}

fn pairs(one: Vec<Option<String>>, other: Vec<Option<String>>) -> Vec<(String, String)> {
    let both = one.into_iter().zip(other);
    both.filter_map(|(one, other)| one.zip(other)).collect()
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
    fn a_name_stands_for_what_it_names() {
        expect(
            "SELECT * FROM (SELECT slots * price AS cost FROM t) AS t WHERE cost > 30",
            &[("30", "cost slots price", false)],
        );
        expect(
            "WITH t AS (SELECT a, count(*) AS n FROM t GROUP BY a) SELECT a FROM t WHERE n > 2",
            &[("2", "", false)],
        );
    }

    #[test]
    fn columns_that_are_compared_with_numbers_of_rows() {
        let sql = "SELECT FROM p WHERE p.stock = (SELECT count(o.id) FROM o) AND p.a = 1";
        let counted: Vec<_> = Reading::of(sql).counted.into_iter().collect();
        assert_eq!(counted, ["id", "stock"]);
    }

    #[test]
    fn columns_that_are_joined_belong_together() {
        let sql = "SELECT FROM a JOIN b ON a.x = (b.\"Y\") JOIN c USING (k) WHERE a.z = 1";
        let joined: Vec<_> = Reading::of(sql).joined.into_iter().collect();
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(joined, [pair("k", "k"), pair("x", "Y")]);
    }

    #[test]
    fn columns_that_subqueries_and_unions_bring_together() {
        let joined = |sql: &str| -> Vec<String> {
            let joined = Reading::of(sql).joined.into_iter();
            joined
                .map(|(one, other)| format!("{one} {other}"))
                .collect()
        };
        for sql in [
            "SELECT FROM t WHERE a IN (SELECT u.b FROM u)",
            "SELECT FROM t WHERE t.a NOT IN (SELECT b FROM u UNION SELECT b FROM v)",
            "SELECT FROM t WHERE (a) = ANY (SELECT b AS c FROM u)",
            "SELECT 1, a FROM t EXCEPT (SELECT c, b FROM u)",
        ] {
            assert!(
                joined(sql).contains(&"a b".to_owned()),
                "{sql}: {:?}",
                joined(sql)
            );
        }
        let tuple = "SELECT FROM t WHERE (a, b) IN (SELECT c, d FROM u)";
        assert_eq!(joined(tuple), ["a c", "b d"]);
    }

    #[test]
    fn bodies_of_functions_are_read() {
        for body in [
            "$$ SELECT CASE WHEN p > 100 THEN 'dear' END $$",
            "$f$\nBEGIN\n IF p > 100 THEN RETURN 'dear'; END IF;\nEND\n$f$",
        ] {
            let sql = format!("CREATE FUNCTION f(p int) RETURNS text LANGUAGE x AS {body}");
            let constants = constants(&sql);
            let values: Vec<_> = constants.iter().map(|(value, ..)| value.as_str()).collect();
            assert_eq!(values, ["100", "dear"], "{sql}");
        }
    }

    #[test]
    fn columns_that_are_searched_for_others() {
        for sql in [
            "SELECT FROM t WHERE t.a LIKE '%' || b || '_%'",
            "SELECT FROM t WHERE a NOT ILIKE concat(b, '%')",
            "SELECT FROM t WHERE position(b in a) > 1",
            "SELECT replace(a, b, '') FROM t",
        ] {
            let reading = Reading::of(sql);
            let pair = ("a".to_owned(), "b".to_owned());
            assert!(reading.embedded.contains(&pair), "{sql}: {reading:?}");
            assert!(!reading.constants.iter().any(|c| c.value.contains('%')));
        }
        assert!(
            Reading::of("SELECT FROM t WHERE a = 'x' || b")
                .embedded
                .is_empty()
        );
    }

    #[test]
    fn columns_that_may_be_null() {
        let nulls =
            Reading::of("SELECT FROM t WHERE t.a IS NULL AND (b) IS NOT NULL AND c = 1").nulls;
        assert_eq!(nulls.into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn constants_of_sort_keys_count_but_for_positions() {
        expect(
            "SELECT a FROM t GROUP BY (1) ORDER BY coalesce(b, 0) DESC, 2, (3)",
            &[("0", "b", false)],
        );
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
