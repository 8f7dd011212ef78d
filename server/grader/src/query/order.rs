//! By what a query sorts.

use super::edit::{Edit, apply};
use super::tree::{bare, child, column_name, folded, parse, range, target_name, targets, token};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use std::fmt::Write;

/// A script whose last query shows what it sorts by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keyed {
    /// The script; its result has further columns on the right.
    pub(crate) script: String,
    /// How many.
    pub(crate) added: usize,
    /// Where each sort key is found in a row.
    pub(crate) keys: Vec<Place>,
}

/// Where a sort key is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the result's column, counted from 0.
    Column(usize),
    /// In the added column, counted from 0.
    Added(usize),
}

/// True if the script's last statement is a query with an `ORDER BY` of its own.
pub fn is_sorted(script: &str) -> bool {
    let query = last_query(&parse(script));
    query.is_some_and(|query| child(&query, SyntaxKind::ORDER_BY_CLAUSE).is_some())
}

/// Makes the sort keys of the script's last query visible: its outermost `ORDER BY`, which alone
/// orders the result (manual section 7.5). None if it has none or they cannot be shown, as those of
/// a `SELECT DISTINCT *` cannot.
pub(crate) fn keyed(script: &str) -> Option<Keyed> {
    let query = last_query(&parse(script))?;
    let order = child(&query, SyntaxKind::ORDER_BY_CLAUSE)?;
    let select = leftmost(&query)?;
    let targets = Targets::of(&select);
    let may_add = query.kind() == SyntaxKind::SELECT && !is_distinct(&select);
    let mut added: Vec<String> = Vec::new();
    let mut keys = Vec::new();
    for sort in child(&order, SyntaxKind::SORT_BY_LIST)?.children() {
        let key = bare(&sort.children().next()?);
        let place = match targets.find(&key) {
            Found::At(column) => Place::Column(column),
            Found::Expression(_) | Found::Nowhere if !may_add => return None,
            Found::Expression(text) => add(&mut added, text),
            Found::Nowhere => add(&mut added, key.text().to_string()),
        };
        keys.push(place);
    }
    let mut edits = Vec::new();
    if !added.is_empty() {
        let end = range(&child(
            &child(&select, SyntaxKind::SELECT_CLAUSE)?,
            SyntaxKind::TARGET_LIST,
        )?)
        .end;
        let mut columns = String::new();
        for (i, key) in added.iter().enumerate() {
            let _ = write!(columns, ", ({key}) AS sqlground_key_{i}");
        }
        edits.push(Edit::insert(end, columns));
    }
    Some(Keyed {
        script: apply(script, &edits),
        added: added.len(),
        keys,
    })
}

fn add(added: &mut Vec<String>, text: String) -> Place {
    added.push(text);
    Place::Added(added.len() - 1)
}

const QUERIES: [SyntaxKind; 5] = [
    SyntaxKind::SELECT,
    SyntaxKind::COMPOUND_SELECT,
    SyntaxKind::PAREN_SELECT,
    SyntaxKind::TABLE,
    SyntaxKind::VALUES,
];

/// The script's last statement, if it is a query, without parentheses around all of it.
fn last_query(root: &SyntaxNode) -> Option<SyntaxNode> {
    let mut query = root.children().last()?;
    while query.kind() == SyntaxKind::PAREN_SELECT
        && child(&query, SyntaxKind::ORDER_BY_CLAUSE).is_none()
    {
        query = query
            .children()
            .find(|node| QUERIES.contains(&node.kind()))?;
    }
    QUERIES.contains(&query.kind()).then_some(query)
}

/// The `SELECT` that names the result's columns.
fn leftmost(query: &SyntaxNode) -> Option<SyntaxNode> {
    let mut query = query.clone();
    while query.kind() != SyntaxKind::SELECT {
        query = query
            .children()
            .find(|node| QUERIES.contains(&node.kind()) || node.kind() == SyntaxKind::PAREN_EXPR)?;
    }
    Some(query)
}

/// True for `SELECT DISTINCT`, not for `DISTINCT ON`.
fn is_distinct(select: &SyntaxNode) -> bool {
    child(select, SyntaxKind::SELECT_CLAUSE)
        .and_then(|clause| child(&clause, SyntaxKind::DISTINCT_CLAUSE))
        .is_some_and(|distinct| child(&distinct, SyntaxKind::DISTINCT_ON).is_none())
}

struct Target {
    /// The name the column gets; none for `*` and where PostgreSQL makes one up.
    name: Option<String>,
    expression: Option<SyntaxNode>,
}

struct Targets {
    targets: Vec<Target>,
    /// How many columns are where the list says: all before the first `*`.
    certain: usize,
}

enum Found {
    At(usize),
    /// It is an output column of unknown place, made by this.
    Expression(String),
    Nowhere,
}

impl Targets {
    fn of(select: &SyntaxNode) -> Self {
        let targets: Vec<_> = targets(select).iter().map(Target::of).collect();
        let certain = targets
            .iter()
            .position(|target| target.expression.is_none())
            .unwrap_or(targets.len());
        Self { targets, certain }
    }

    /// Finds a sort key as PostgreSQL does: a name is first that of an output column, a number its
    /// position, anything else an expression.
    fn find(&self, key: &SyntaxNode) -> Found {
        if key.kind() == SyntaxKind::LITERAL {
            let position: Option<usize> = key.text().to_string().parse().ok();
            return match position.and_then(|position| position.checked_sub(1)) {
                Some(column) => Found::At(column),
                None => Found::Nowhere,
            };
        }
        let by_name = (key.kind() == SyntaxKind::NAME_REF)
            .then(|| column_name(key))
            .flatten()
            .and_then(|name| self.position(|target| target.name.as_ref() == Some(&name)));
        let text = normal(key);
        let by_text = || {
            self.position(|target| target.expression.as_ref().map(normal).as_ref() == Some(&text))
        };
        match by_name.or_else(by_text) {
            Some(column) if column < self.certain => Found::At(column),
            Some(column) => match &self.targets[column].expression {
                Some(expression) => Found::Expression(expression.text().to_string()),
                None => Found::Nowhere,
            },
            None => Found::Nowhere,
        }
    }

    fn position(&self, is_it: impl Fn(&Target) -> bool) -> Option<usize> {
        self.targets.iter().position(is_it)
    }
}

impl Target {
    fn of(node: &SyntaxNode) -> Self {
        let named = target_name(node);
        let expression = node
            .children()
            .find(|node| node.kind() != SyntaxKind::AS_NAME)
            .filter(|node| token(node, SyntaxKind::STAR).is_none());
        let own = expression.as_ref().and_then(|expression| {
            let expression = bare(expression);
            match expression.kind() {
                SyntaxKind::CALL_EXPR => column_name(&expression.children().next()?),
                _ => column_name(&expression),
            }
        });
        Self {
            name: named.or(own),
            expression,
        }
    }
}

/// An expression's text without parentheses around it and without white space, folded.
fn normal(node: &SyntaxNode) -> Vec<String> {
    bare(node)
        .descendants_with_tokens()
        .filter_map(squawk_syntax::SyntaxElement::into_token)
        .filter(|token| !token.kind().is_trivia())
        .map(|token| match token.kind() {
            SyntaxKind::STRING => token.text().to_owned(),
            _ => folded(token.text()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Place::{Added, Column};
    use super::*;

    fn expect(sql: &str, added: &str, keys: &[Place]) {
        let found = keyed(sql).unwrap_or_else(|| panic!("{sql}"));
        assert_eq!(found.keys, keys, "{sql}");
        if added.is_empty() {
            assert_eq!(found.script, sql);
        } else {
            assert!(found.script.contains(added), "{}", found.script);
        }
    }

    #[test]
    fn keys_in_the_result_are_found_there() {
        expect(
            "SELECT a, b AS n FROM t ORDER BY n DESC, 1",
            "",
            &[Column(1), Column(0)],
        );
        expect(
            "SELECT t.a, count( * ) FROM t GROUP BY 1 ORDER BY COUNT(*), A",
            "",
            &[Column(1), Column(0)],
        );
        expect(
            "SELECT DISTINCT lower(a) FROM t ORDER BY (lower(a))",
            "",
            &[Column(0)],
        );
        expect(
            "SELECT a FROM t UNION SELECT b FROM u ORDER BY a",
            "",
            &[Column(0)],
        );
        expect(
            "CREATE VIEW v AS SELECT 1 AS a; (SELECT a FROM v ORDER BY a)",
            "",
            &[Column(0)],
        );
    }

    #[test]
    fn others_are_added() {
        expect(
            "SELECT name FROM t ORDER BY t.born NULLS FIRST, lower(name) LIMIT 3",
            "name, (t.born) AS sqlground_key_0, (lower(name)) AS sqlground_key_1 FROM",
            &[Added(0), Added(1)],
        );
        expect(
            "SELECT *, a + b AS c FROM t ORDER BY c",
            ", (a + b) AS sqlground_key_0 FROM",
            &[Added(0)],
        );
        expect(
            "SELECT x.* FROM x ORDER BY id",
            "x.*, (id) AS sqlground_key_0",
            &[Added(0)],
        );
        expect(
            "SELECT DISTINCT ON (a) b FROM t ORDER BY a, c",
            "b, (a) AS",
            &[Added(0), Added(1)],
        );
    }

    #[test]
    fn what_does_not_order_the_result_has_no_keys() {
        for sql in [
            "SELECT a FROM t",
            "SELECT a FROM (SELECT a FROM t ORDER BY a) x",
            "WITH x AS (SELECT 1 ORDER BY 1) SELECT * FROM x",
            "SELECT row_number() OVER (ORDER BY a) FROM t",
            "SELECT DISTINCT * FROM t ORDER BY a",
            "TABLE t ORDER BY a",
            "SELECT a FROM t ORDER BY a; UPDATE t SET a = 1",
            "nonsense",
            "",
        ] {
            assert!(keyed(sql).is_none(), "{sql}");
        }
    }
}
