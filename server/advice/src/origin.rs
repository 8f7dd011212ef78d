//! Which part of a statement a step of its plan comes from, where that can be told.
//!
//! Only what stands in the statement once is told: where two clauses could be meant, none is.

use crate::statement::shortened;
use crate::token::{Kind, Token, tokens};
use sqlground_model::{Plan, PlanNode};
use std::ops::RangeInclusive;

/// How many characters of a part are told.
const LONGEST: usize = 160;

/// Words that begin a clause, and so end the one before.
const CLAUSES: [&str; 19] = [
    "select",
    "from",
    "where",
    "group",
    "having",
    "window",
    "order",
    "limit",
    "offset",
    "fetch",
    "for",
    "union",
    "intersect",
    "except",
    "returning",
    "set",
    "values",
    "join",
    "on",
];
/// Words that stand before a join's keyword.
const JOIN_KINDS: [&str; 7] = [
    "inner", "left", "right", "full", "outer", "cross", "natural",
];
/// What a table's name stands behind.
const BEFORE_TABLES: [&str; 6] = ["from", "join", "update", "into", "using", "only"];

/// Tells each step of a plan the part of its statement that it comes from.
pub fn tell_origins(sql: &str, plan: &mut Plan) {
    let text = Text {
        sql,
        tokens: tokens(sql),
    };
    for node in &mut plan.nodes {
        node.origin = text.origin(node).unwrap_or_default();
    }
}

/// The places of tokens.
type Places = RangeInclusive<usize>;

struct Text<'a> {
    sql: &'a str,
    tokens: Vec<Token<'a>>,
}

impl Text<'_> {
    fn origin(&self, node: &PlanNode) -> Option<String> {
        let places = self
            .of_subplan(node)
            .or_else(|| match node.node_type.as_str() {
                "Seq Scan" | "Sample Scan" | "Index Scan" | "Index Only Scan" | "Tid Scan"
                | "Tid Range Scan" | "Bitmap Heap Scan" | "Foreign Scan" | "CTE Scan"
                | "Function Scan" | "ModifyTable" => self.table(node),
                "Nested Loop" | "Hash Join" | "Merge Join" => self.join(),
                "Sort" | "Incremental Sort" => self.order(node),
                "Aggregate" | "Group" => self
                    .once(&["group", "by"])
                    .map(|at| self.clause(at))
                    .or_else(|| self.once(&["distinct"]).map(|at| at..=at)),
                "Unique" => self.once(&["distinct"]).map(|at| at..=at),
                "WindowAgg" => self.window(),
                "Limit" => ["limit", "fetch", "offset"]
                    .into_iter()
                    .find_map(|word| self.once(&[word]))
                    .map(|at| self.clause(at)),
                "SetOp" | "Append" | "Merge Append" => ["union", "intersect", "except"]
                    .into_iter()
                    .find_map(|word| self.once(&[word]))
                    .map(|at| self.with_next(at, "all")),
                "Values Scan" => self.once(&["values"]).map(|at| self.clause(at)),
                "LockRows" => self.once(&["for"]).map(|at| self.clause(at)),
                _ => None,
            })?;
        let (first, last) = (
            self.tokens.get(*places.start())?,
            self.tokens.get(*places.end())?,
        );
        let part = self.sql.get(first.start..last.end())?;
        Some(shortened(part, LONGEST))
    }

    /// The query of a CTE.
    fn of_subplan(&self, node: &PlanNode) -> Option<Places> {
        let name = node.subplan_name.as_deref()?.strip_prefix("CTE ")?;
        let begins = |at: usize| {
            let mut next = at + 1;
            if self.opens(next) {
                // The columns' names.
                next = self.closing(next)? + 1;
            }
            if !self.tokens.get(next)?.is("as") {
                return None;
            }
            next += 1;
            while self.tokens.get(next)?.is_any(&["not", "materialized"]) {
                next += 1;
            }
            self.opens(next).then(|| self.closing(next)).flatten()
        };
        let mut found = self.named(name).filter_map(|at| Some(at..=begins(at)?));
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// A table with its alias, or a function with its arguments.
    fn table(&self, node: &PlanNode) -> Option<Places> {
        let relation = node.relation.as_deref()?;
        let mut found = self.named(relation).filter_map(|at| {
            let is_qualified = at > 1 && self.tokens[at - 1].kind == Kind::Dot;
            let first = if is_qualified { at - 2 } else { at };
            let before = self.tokens.get(first.checked_sub(1)?)?;
            let may_be = before.kind == Kind::Comma
                || before.kind == Kind::Open
                || before.is_any(&BEFORE_TABLES);
            let last = if self.opens(at + 1) {
                self.closing(at + 1)?
            } else {
                at
            };
            let alias = match node.alias.as_deref().filter(|alias| *alias != relation) {
                None => last,
                Some(alias) => {
                    let by_as = self
                        .tokens
                        .get(last + 1)
                        .is_some_and(|token| token.is("as"));
                    let place = last + 1 + usize::from(by_as);
                    let is_so = self.tokens.get(place)?.name()? == alias;
                    is_so.then_some(place)?
                }
            };
            may_be.then_some(first..=alias)
        });
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    /// The only join, with its condition.
    fn join(&self) -> Option<Places> {
        let at = self.once(&["join"])?;
        let mut first = at;
        while first > 0 && self.tokens[first - 1].is_any(&JOIN_KINDS) {
            first -= 1;
        }
        let mut last = *self.clause(at).end();
        if self
            .tokens
            .get(last + 1)
            .is_some_and(|token| token.is("on"))
        {
            last = *self.clause(last + 1).end();
        }
        Some(first..=last)
    }

    /// The order of the whole statement, or the only one there is.
    fn order(&self, node: &PlanNode) -> Option<Places> {
        let all = self.all(&["order", "by"]);
        let outer: Vec<usize> = all
            .iter()
            .copied()
            .filter(|&at| self.tokens[at].depth == 0)
            .collect();
        let at = match (outer.as_slice(), all.as_slice()) {
            // Deeper in the plan it may serve a join as well.
            ([at], _) if node.depth <= 1 => *at,
            (_, [at]) if node.depth <= 1 => *at,
            _ => return None,
        };
        Some(self.clause(at))
    }

    /// The only window.
    fn window(&self) -> Option<Places> {
        let at = self.once(&["over"])?;
        let last = if self.opens(at + 1) {
            self.closing(at + 1)?
        } else {
            at + 1
        };
        Some(at..=last)
    }

    /// Where the words stand one after the other.
    fn all(&self, words: &[&str]) -> Vec<usize> {
        let reads = |at: usize| {
            let mut words = words.iter().enumerate();
            words.all(|(i, word)| self.tokens.get(at + i).is_some_and(|token| token.is(word)))
        };
        (0..self.tokens.len()).filter(|&at| reads(at)).collect()
    }

    /// Where the words stand, if they do once.
    fn once(&self, words: &[&str]) -> Option<usize> {
        match self.all(words).as_slice() {
            [at] => Some(*at),
            _ => None,
        }
    }

    /// A clause from its first word to the last token before the next clause or the parenthesis that
    /// closes around it.
    fn clause(&self, at: usize) -> Places {
        let depth = self.tokens[at].depth;
        let rest = self.tokens[at + 1..].iter();
        let length = rest
            .take_while(|token| {
                token.depth > depth || (token.depth == depth && !token.is_any(&CLAUSES))
            })
            .count();
        at..=at + length
    }

    fn with_next(&self, at: usize, word: &str) -> Places {
        let is_next = self.tokens.get(at + 1).is_some_and(|token| token.is(word));
        at..=at + usize::from(is_next)
    }

    fn named<'n>(&'n self, name: &'n str) -> impl Iterator<Item = usize> + 'n {
        let tokens = self.tokens.iter().enumerate();
        tokens
            .filter(move |(_, token)| token.name().as_deref() == Some(name))
            .map(|(at, _)| at)
    }

    fn opens(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Open)
    }

    /// The parenthesis that closes the one at a place.
    fn closing(&self, at: usize) -> Option<usize> {
        let depth = self.tokens.get(at)?.depth;
        let mut rest = self.tokens.iter().enumerate().skip(at + 1);
        rest.find(|(_, token)| token.kind == Kind::Close && token.depth == depth)
            .map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(node_type: &str, relation: &str, alias: &str) -> PlanNode {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PlanNode {
            node_type: node_type.to_owned(),
            relation: text(relation),
            alias: text(alias),
            ..PlanNode::default()
        }
    }

    #[track_caller]
    fn check(sql: &str, node: PlanNode, origin: &str) {
        let mut plan = Plan {
            nodes: vec![node],
            ..Plan::default()
        };
        tell_origins(sql, &mut plan);
        assert_eq!(plan.nodes[0].origin, origin, "{sql}");
    }

    const REPORT: &str = "SELECT m.name, count(*), sum(o.total)
        FROM shop.orders AS o LEFT JOIN members m ON m.id = o.member AND (o.total > 3)
        WHERE o.day > '2025-01-01'
        GROUP BY m.name ORDER BY count(*) DESC, name LIMIT 3";

    #[test]
    fn steps_come_from_clauses() {
        let of = |node_type: &str| node(node_type, "", "");
        check(REPORT, node("Seq Scan", "orders", "o"), "shop.orders AS o");
        check(REPORT, node("Index Scan", "members", "m"), "members m");
        check(
            REPORT,
            of("Hash Join"),
            "LEFT JOIN members m ON m.id = o.member AND (o.total > 3)",
        );
        check(REPORT, of("Aggregate"), "GROUP BY m.name");
        check(REPORT, of("Sort"), "ORDER BY count(*) DESC, name");
        check(REPORT, of("Limit"), "LIMIT 3");
        check("SELECT DISTINCT a FROM t", of("Unique"), "DISTINCT");
        check(
            "SELECT a, sum(b) OVER (PARTITION BY c ORDER BY d) FROM t",
            of("WindowAgg"),
            "OVER (PARTITION BY c ORDER BY d)",
        );
        check("TABLE a UNION ALL TABLE b", of("Append"), "UNION ALL");
        check(
            "UPDATE t SET a = 1 WHERE b = 2",
            node("ModifyTable", "t", ""),
            "t",
        );
        check(
            "SELECT * FROM generate_series(1, (SELECT 3)) AS g",
            node("Function Scan", "generate_series", "g"),
            "generate_series(1, (SELECT 3)) AS g",
        );
        check(
            "WITH recent (id) AS MATERIALIZED (SELECT id FROM t) TABLE recent",
            PlanNode {
                subplan_name: Some("CTE recent".to_owned()),
                ..node("Seq Scan", "t", "")
            },
            "recent (id) AS MATERIALIZED (SELECT id FROM t)",
        );
    }

    #[test]
    fn what_stands_there_twice_is_not_told() {
        let of = |node_type: &str| node(node_type, "", "");
        check("SELECT * FROM t, t AS u", node("Seq Scan", "t", ""), "");
        check(
            "SELECT * FROM t, t AS u",
            node("Seq Scan", "t", "u"),
            "t AS u",
        );
        check("SELECT * FROM t AS t_1", node("Seq Scan", "t", "t_2"), "");
        check(
            "SELECT * FROM a JOIN b USING (id) JOIN c USING (id)",
            of("Hash Join"),
            "",
        );
        check(
            "(SELECT 1 ORDER BY 1 LIMIT 1) UNION (SELECT 2 ORDER BY 1 LIMIT 1)",
            of("Limit"),
            "",
        );
        check("SELECT 'FROM t'", node("Seq Scan", "t", ""), "");
        check("", of("Sort"), "");
    }
}
