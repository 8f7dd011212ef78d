//! Answers that are mistaken in one place.
//!
//! The kinds of mistakes are those of the literature on mutation analysis for SQL (Tuya, Suárez-Cabal
//! and de la Riva, "Mutating database queries", 2007: clauses, operators, NULLs, identifiers) and what
//! students are seen to do.

mod clauses;
mod expressions;
mod joins;

use super::edit::{Edit, apply};
use super::tree::parse;
use serde::{Deserialize, Serialize};
use squawk_syntax::{SyntaxKind, SyntaxNode};
use std::collections::HashSet;

/// A script with one mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// The whole script.
    pub script: String,
    /// The mistake in a few words.
    pub mistake: String,
    /// Where in the original, in bytes.
    pub at: usize,
}

/// A mistake as changes to the text.
struct Mistake {
    edits: Vec<Edit>,
    what: String,
}

impl Mistake {
    fn new(what: impl Into<String>, edits: impl Into<Vec<Edit>>) -> Self {
        Self {
            edits: edits.into(),
            what: what.into(),
        }
    }
}

/// All scripts that differ from this one by a typical mistake. Some of them do not run, and some do
/// the same as the original.
pub(crate) fn mutants(script: &str) -> Vec<Mutant> {
    let root = parse(script);
    let mut seen = HashSet::from([script.to_owned()]);
    let mut mutants = Vec::new();
    for node in root.descendants().filter(|node| !is_in_type(node)) {
        let mut mistakes = expressions::mistakes(&node);
        mistakes.extend(clauses::mistakes(&node));
        mistakes.extend(joins::mistakes(&node));
        for mistake in mistakes {
            let script = apply(script, &mistake.edits);
            if seen.insert(script.clone()) {
                mutants.push(Mutant {
                    script,
                    mistake: mistake.what,
                    at: mistake.edits.first().map_or(0, |edit| edit.range.start),
                });
            }
        }
    }
    mutants
}

/// True within the name of a type, where no number is a value.
fn is_in_type(node: &SyntaxNode) -> bool {
    node.ancestors().any(|outer| {
        matches!(
            outer.kind(),
            SyntaxKind::PATH_TYPE | SyntaxKind::INTERVAL_TYPE | SyntaxKind::VARCHAR_TYPE
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expect(sql: &str, expected: &[&str]) {
        let found: Vec<_> = mutants(sql).into_iter().map(|m| m.script).collect();
        for script in expected {
            assert!(
                found.iter().any(|found| found == script),
                "{sql}\nlacks {script}\nhas {found:#?}"
            );
        }
    }

    #[test]
    fn comparisons_and_conditions() {
        expect(
            "SELECT a FROM t WHERE a >= 15 AND b <> 'x'",
            &[
                "SELECT a FROM t WHERE a > 15 AND b <> 'x'",
                "SELECT a FROM t WHERE a >= 15 OR b <> 'x'",
                "SELECT a FROM t WHERE a >= 15",
                "SELECT a FROM t WHERE b <> 'x'",
                "SELECT a FROM t WHERE a >= 16 AND b <> 'x'",
                "SELECT a FROM t",
                "SELECT DISTINCT a FROM t WHERE a >= 15 AND b <> 'x'",
            ],
        );
        expect(
            "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND NOT c AND d IS NOT NULL AND e LIKE '%x'",
            &[
                "SELECT a FROM t WHERE (b > 1 AND b <= 3) AND NOT c AND d IS NOT NULL AND e LIKE '%x'",
                "SELECT a FROM t WHERE (b >= 1 AND b < 3) AND NOT c AND d IS NOT NULL AND e LIKE '%x'",
                "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND c AND d IS NOT NULL AND e LIKE '%x'",
                "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND NOT c AND d IS NULL AND e LIKE '%x'",
                "SELECT a FROM t WHERE b BETWEEN 1 AND 3 AND NOT c AND d IS NOT NULL AND e LIKE 'x'",
            ],
        );
        expect(
            "SELECT a FROM t WHERE a NOT IN (SELECT b FROM u)",
            &["SELECT a FROM t WHERE a IN (SELECT b FROM u)"],
        );
    }

    #[test]
    fn joins() {
        expect(
            "SELECT a FROM t LEFT JOIN u ON t.i = u.i AND u.b > 0 WHERE t.c = 1",
            &[
                "SELECT a FROM t JOIN u ON t.i = u.i AND u.b > 0 WHERE t.c = 1",
                "SELECT a FROM t LEFT JOIN u ON t.i = u.i WHERE t.c = 1 AND (u.b > 0)",
            ],
        );
        expect(
            "SELECT a FROM t INNER JOIN u USING (i)",
            &["SELECT a FROM t LEFT JOIN u USING (i)"],
        );
    }

    #[test]
    fn groups_and_aggregates() {
        expect(
            "SELECT a, count(DISTINCT b), sum(c) FILTER (WHERE d) FROM t GROUP BY a, e HAVING count(*) > 2",
            &[
                "SELECT a, count(b), sum(c) FILTER (WHERE d) FROM t GROUP BY a, e HAVING count(*) > 2",
                "SELECT a, count(DISTINCT b), sum(c) FROM t GROUP BY a, e HAVING count(*) > 2",
                "SELECT a, count(DISTINCT b), avg(c) FILTER (WHERE d) FROM t GROUP BY a, e HAVING count(*) > 2",
                "SELECT a, count(DISTINCT b), sum(c) FILTER (WHERE d) FROM t GROUP BY a HAVING count(*) > 2",
                "SELECT a, count(DISTINCT b), sum(c) FILTER (WHERE d) FROM t GROUP BY a, e",
            ],
        );
    }

    #[test]
    fn sorting_and_cutting() {
        expect(
            "SELECT a FROM t ORDER BY b DESC, c LIMIT 3 OFFSET 1",
            &[
                "SELECT a FROM t ORDER BY b, c LIMIT 3 OFFSET 1",
                "SELECT a FROM t ORDER BY b DESC, c DESC LIMIT 3 OFFSET 1",
                "SELECT a FROM t ORDER BY b DESC LIMIT 3 OFFSET 1",
                "SELECT a FROM t ORDER BY b DESC, c LIMIT 4 OFFSET 1",
                "SELECT a FROM t ORDER BY b DESC, c LIMIT 3",
            ],
        );
    }

    #[test]
    fn windows_and_sets() {
        expect(
            "SELECT rank() OVER (PARTITION BY a ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t UNION ALL SELECT coalesce(x, 0) FROM u",
            &[
                "SELECT dense_rank() OVER (PARTITION BY a ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t UNION ALL SELECT coalesce(x, 0) FROM u",
                "SELECT rank() OVER (ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t UNION ALL SELECT coalesce(x, 0) FROM u",
                "SELECT rank() OVER (PARTITION BY a ORDER BY b DESC ROWS UNBOUNDED PRECEDING) FROM t UNION ALL SELECT coalesce(x, 0) FROM u",
                "SELECT rank() OVER (PARTITION BY a ORDER BY b) FROM t UNION ALL SELECT coalesce(x, 0) FROM u",
                "SELECT rank() OVER (PARTITION BY a ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t UNION SELECT coalesce(x, 0) FROM u",
                "SELECT rank() OVER (PARTITION BY a ORDER BY b ROWS UNBOUNDED PRECEDING) FROM t UNION ALL SELECT x FROM u",
            ],
        );
    }
}
