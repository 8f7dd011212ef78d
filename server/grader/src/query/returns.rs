//! Whether a script gives rows.

use super::tree::{child, parse};
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// True if a statement of the script gives rows, as far as its text tells.
pub(crate) fn returns_rows(script: &str) -> bool {
    parse(script)
        .children()
        .any(|statement| is_query(&statement))
}

fn is_query(statement: &SyntaxNode) -> bool {
    match statement.kind() {
        SyntaxKind::SELECT
        | SyntaxKind::COMPOUND_SELECT
        | SyntaxKind::PAREN_SELECT
        | SyntaxKind::VALUES
        | SyntaxKind::TABLE
        | SyntaxKind::EXPLAIN
        | SyntaxKind::SHOW
        | SyntaxKind::FETCH
        | SyntaxKind::EXECUTE
        | SyntaxKind::CALL => true,
        SyntaxKind::INSERT | SyntaxKind::UPDATE | SyntaxKind::DELETE | SyntaxKind::MERGE => {
            child(statement, SyntaxKind::RETURNING_CLAUSE).is_some()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_returning_give_rows() {
        for script in [
            "SELECT 1",
            "(SELECT 1) UNION SELECT 2",
            "(SELECT 1)",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "VALUES (1)",
            "TABLE t",
            "UPDATE t SET a = 1; SELECT * FROM t",
            "DELETE FROM t RETURNING a",
            "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a RETURNING *",
            "MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE RETURNING t.a",
            "EXPLAIN SELECT 1",
            "SHOW search_path",
        ] {
            assert!(returns_rows(script), "{script}");
        }
        for script in [
            "UPDATE t SET a = (SELECT 1)",
            "WITH gone AS (DELETE FROM t RETURNING a) INSERT INTO s SELECT a FROM gone",
            "WITH a AS (SELECT 1) UPDATE t SET b = 1 FROM a",
            "CREATE TABLE s AS SELECT 1",
            "SELECT a INTO s FROM t",
            "DO $$ BEGIN PERFORM 1; END $$",
            "ALTER TABLE t ADD a int; COMMIT",
            "",
        ] {
            assert!(!returns_rows(script), "{script}");
        }
    }
}
