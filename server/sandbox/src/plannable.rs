//! What a statement's first words say: whether it has a plan, and whether it controls the
//! transaction.

use crate::split::tokens;
use squawk_lexer::TokenKind;

/// What is done with a statement that controls the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// It does nothing here.
    PassOver,
    /// It takes effect within what is rolled back in the end.
    Rollback,
    /// It would keep what is to be rolled back.
    Refuse,
}

/// None if the statement does not end or begin a transaction. Since each statement goes out alone,
/// its first words decide.
pub(crate) fn control(sql: &str) -> Option<Control> {
    let mut words = tokens(sql).map(|(_, _, text)| text.to_ascii_lowercase());
    let first = words.next()?;
    let rest: Vec<_> = words.collect();
    let has = |word: &str| rest.iter().any(|w| w == word);
    match first.as_str() {
        "prepare" if rest.first().is_some_and(|w| w == "transaction") => Some(Control::Refuse),
        "commit" | "end" | "rollback" if has("prepared") => Some(Control::Refuse),
        "begin" | "start" | "commit" | "end" => Some(Control::PassOver),
        "rollback" if has("to") => None,
        "rollback" | "abort" => Some(Control::Rollback),
        _ => None,
    }
}

/// The byte at which the part of a statement begins that has a plan: 0, or what follows `EXPLAIN`
/// and its options. None if it has no plan.
pub(crate) fn plannable(sql: &str) -> Option<usize> {
    let tokens: Vec<_> = tokens(sql)
        .map(|(start, kind, text)| (start, kind, text.to_ascii_lowercase()))
        .collect();
    let mut rest = tokens.as_slice();
    if rest.first()?.2 == "explain" {
        rest = after_options(&rest[1..])?;
    }
    let (start, kind, first) = rest.first()?;
    let has_plan = match first.as_str() {
        "select" | "insert" | "update" | "delete" | "merge" | "values" | "table" | "with"
        | "execute" | "declare" => true,
        "create" => creates_from_query(rest),
        // psql's commands have no plan, which PostgreSQL's error says best.
        _ => *kind == TokenKind::OpenParen || first == "\\",
    };
    has_plan.then_some(*start)
}

type OwnedToken = (usize, TokenKind, String);

/// What follows `ANALYZE`, `VERBOSE` or a list of options in parentheses.
fn after_options(mut rest: &[OwnedToken]) -> Option<&[OwnedToken]> {
    const QUERY: [&str; 5] = ["select", "with", "values", "table", "("];
    if rest.first()?.1 == TokenKind::OpenParen && !QUERY.contains(&rest.get(1)?.2.as_str()) {
        let close = rest
            .iter()
            .position(|(_, kind, _)| *kind == TokenKind::CloseParen)?;
        return rest.get(close + 1..);
    }
    while matches!(rest.first()?.2.as_str(), "analyze" | "analyse" | "verbose") {
        rest = &rest[1..];
    }
    Some(rest)
}

/// True for `CREATE TABLE ... AS` and `CREATE MATERIALIZED VIEW`.
fn creates_from_query(tokens: &[OwnedToken]) -> bool {
    const BEFORE_TABLE: [&str; 5] = ["global", "local", "temporary", "temp", "unlogged"];
    let mut words = tokens[1..].iter().map(|(_, _, text)| text.as_str());
    let kind = words.find(|word| !BEFORE_TABLE.contains(word));
    match kind {
        Some("materialized") => true,
        // Parentheses before AS hold columns; AS within them belongs to a generated column.
        Some("table") => {
            let mut depth = 0_i32;
            words.any(|word| {
                match word {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    _ => {}
                }
                depth == 0 && word == "as"
            })
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::property;
    use crate::scripts::{disorderly, orderly};
    use crate::split::split;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[track_caller]
    fn check(sql: &str, explained: Option<&str>) {
        assert_eq!(
            plannable(sql).map(|offset| &sql[offset..]),
            explained,
            "{sql}"
        );
    }

    #[test]
    fn statements_with_a_plan_are_known_by_their_words() {
        for sql in [
            "select 1",
            "(SELECT 1) UNION SELECT 2",
            "With a AS (SELECT 1) DELETE FROM t",
            "VALUES (1)",
            "TABLE t",
            "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
            "EXECUTE p(1)",
            "DECLARE c CURSOR FOR SELECT 1",
            "CREATE TEMP TABLE IF NOT EXISTS t (a) AS SELECT 1",
            "CREATE MATERIALIZED VIEW v AS SELECT 1",
        ] {
            check(sql, Some(sql));
        }
        for sql in [
            "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
            "CREATE VIEW v AS SELECT 1",
            "CREATE INDEX ON t (a)",
            "COMMIT",
            "DO $$ BEGIN END $$",
            "VACUUM",
            "EXPLAIN",
            "EXPLAIN (ANALYZE",
        ] {
            check(sql, None);
        }
    }

    #[test]
    fn explain_is_taken_off() {
        check("EXPLAIN SELECT 1", Some("SELECT 1"));
        check("explain analyze verbose SELECT 1", Some("SELECT 1"));
        check(
            "EXPLAIN (ANALYZE, FORMAT json) /* x */ SELECT 1",
            Some("SELECT 1"),
        );
        check("EXPLAIN (SELECT 1)", Some("(SELECT 1)"));
        check("EXPLAIN ANALYZE (SELECT 1)", Some("(SELECT 1)"));
        check(
            "EXPLAIN CREATE TABLE t AS SELECT 1",
            Some("CREATE TABLE t AS SELECT 1"),
        );
    }

    #[test]
    fn commands_of_psql_are_not_passed_over() {
        check("\\d members\nSELECT 1", Some("\\d members\nSELECT 1"));
        check("explain \\timing", Some("\\timing"));
    }

    #[test]
    fn transaction_control_never_reaches_the_transaction() {
        for (sql, expected) in [
            (
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                Some(Control::PassOver),
            ),
            ("/* x */ Commit and chain", Some(Control::PassOver)),
            ("END", Some(Control::PassOver)),
            ("ROLLBACK", Some(Control::Rollback)),
            ("ABORT", Some(Control::Rollback)),
            ("ROLLBACK TO SAVEPOINT a", None),
            ("SAVEPOINT a", None),
            ("PREPARE TRANSACTION 'x'", Some(Control::Refuse)),
            ("COMMIT PREPARED 'x'", Some(Control::Refuse)),
            ("PREPARE p AS SELECT 1", None),
        ] {
            assert_eq!(control(sql), expected, "{sql}");
        }
    }
    #[test]
    fn what_has_a_plan_is_the_end_of_any_statement() {
        property::check(1_000, prop_oneof![orderly(), disorderly()], |script| {
            for statement in split(&script) {
                let _ = control(statement.sql);
                let Some(offset) = plannable(statement.sql) else {
                    continue;
                };
                let (explain, rest) = statement.sql.split_at(offset);
                prop_assert_eq!(plannable(rest), Some(0));
                let all = tokens(explain).chain(tokens(rest)).map(|(_, _, text)| text);
                prop_assert!(all.eq(tokens(statement.sql).map(|(_, _, text)| text)));
                let first = tokens(explain)
                    .next()
                    .map(|(_, _, text)| text.to_lowercase());
                prop_assert_eq!(first.as_deref(), (offset > 0).then_some("explain"));
            }
            Ok(())
        });
    }

    #[test]
    fn explain_is_taken_off_with_any_options() {
        const OPTIONS: [&str; 8] = [
            "analyze",
            "verbose true",
            "FORMAT json",
            "\"costs\" off",
            "wal 1",
            "x -1.5",
            "timing ')'",
            "settings /* ) */",
        ];
        const QUERIES: [&str; 6] = [
            "select 1",
            "(SELECT 1) UNION SELECT 2",
            "((TABLE t))",
            "WITH a AS (SELECT 1) TABLE a",
            "values (1)",
            "CREATE TABLE t AS SELECT 1",
        ];
        let list =
            vec(select(&OPTIONS[..]), 1..5).prop_map(|list| format!("({})", list.join(", ")));
        let words = select(&["", "ANALYZE", "verbose", "Analyse Verbose"][..]);
        let options = prop_oneof![list, words.prop_map(str::to_owned)];
        let gap = || select(&[" ", "\n", "/* (select */", " -- (\n", "\t/* /* ' */ */ "][..]);
        let query = select(&QUERIES[..]);
        property::check(
            500,
            (gap(), options, gap(), query),
            |(before, options, after, query)| {
                let sql = format!("EXPLAIN{before}{options}{after}{query}");
                prop_assert_eq!(plannable(&sql).map(|offset| &sql[offset..]), Some(query));
                Ok(())
            },
        );
    }
}
