//! Advice on scripts that run.

mod conditions;
mod mistakes;
mod results;

use crate::tree::{line, read};
use sqlground_model::{Advice, TableInfo};
use squawk_syntax::SyntaxNode;

/// The most that is said of one script.
const MOST: usize = 3;

/// A rule: what it says of a node of the tree, if it is broken there.
struct Rule {
    name: &'static str,
    find: fn(&SyntaxNode, &[TableInfo]) -> Option<String>,
}

/// What could be better in a right answer, the weightiest first.
const RULES: [Rule; 10] = [
    Rule {
        name: "not-in-null",
        find: conditions::not_in_null,
    },
    Rule {
        name: "indexed-column",
        find: conditions::indexed_column,
    },
    Rule {
        name: "implicit-join",
        find: results::implicit_join,
    },
    Rule {
        name: "needless-distinct",
        find: results::needless_distinct,
    },
    Rule {
        name: "union-all",
        find: results::union_all,
    },
    Rule {
        name: "having-without-aggregate",
        find: conditions::having_without_aggregate,
    },
    Rule {
        name: "select-star",
        find: results::select_star,
    },
    Rule {
        name: "count-column",
        find: results::count_column,
    },
    Rule {
        name: "like-without-wildcard",
        find: conditions::like_without_wildcard,
    },
    Rule {
        name: "order-by-position",
        find: results::order_by_position,
    },
];

/// What is a mistake more often than not, the weightiest first.
const MISTAKES: [Rule; 2] = [
    Rule {
        name: "null-comparison",
        find: mistakes::null_comparison,
    },
    Rule {
        name: "missing-comma",
        find: mistakes::missing_comma,
    },
];

/// What could be better in a script that does what is asked for; at most three things, and nothing
/// that the reference answer does as well. `tables` are those that the script begins with.
pub fn advise(script: &str, reference: &str, tables: &[TableInfo]) -> Vec<Advice> {
    let found = read([script, reference], |[script, reference]| {
        let rules = RULES
            .iter()
            .filter(|rule| broken(rule, &reference, tables).is_none());
        first_broken(rules, &script, tables)
    });
    found.unwrap_or_default()
}

/// What may be the mistake in a script that does not do what is asked for; at most three things.
pub fn suspect(script: &str, tables: &[TableInfo]) -> Vec<Advice> {
    let found = read([script], |[script]| {
        first_broken(MISTAKES.iter(), &script, tables)
    });
    found.unwrap_or_default()
}

fn first_broken<'a>(
    rules: impl Iterator<Item = &'a Rule>,
    script: &SyntaxNode,
    tables: &[TableInfo],
) -> Vec<Advice> {
    rules
        .filter_map(|rule| {
            let (node, message) = broken(rule, script, tables)?;
            Some(Advice {
                rule: rule.name.to_owned(),
                message,
                line: line(script, &node),
            })
        })
        .take(MOST)
        .collect()
}

/// The first place at which a rule is broken.
fn broken(rule: &Rule, script: &SyntaxNode, tables: &[TableInfo]) -> Option<(SyntaxNode, String)> {
    script
        .descendants()
        .find_map(|node| Some(((rule.find)(&node, tables)?, node)))
        .map(|(message, node)| (node, message))
}
