//! What a script leaves on its connection.

use crate::split::tokens;

/// Statements after which `DISCARD ALL` brings a connection back to where it began.
const UNDONE: [&str; 38] = [
    "abort",
    "alter",
    "analyze",
    "begin",
    "checkpoint",
    "close",
    "cluster",
    "comment",
    "commit",
    "copy",
    "create",
    "deallocate",
    "declare",
    "delete",
    "discard",
    "drop",
    "end",
    "execute",
    "explain",
    "fetch",
    "grant",
    "insert",
    "listen",
    "lock",
    "merge",
    "move",
    "notify",
    "prepare",
    "refresh",
    "reindex",
    "release",
    "reset",
    "revoke",
    "rollback",
    "savepoint",
    "select",
    "set",
    "show",
];

/// More of them.
const ALSO_UNDONE: [&str; 10] = [
    "(", "start", "table", "truncate", "unlisten", "update", "vacuum", "values", "with", "reassign",
];

/// Words of statements that leave what it does not undo: parameters of one's own (`my.x`), which
/// stay known; the seed of `random()`; the schema of temporary tables; settings of the role, which
/// count from the next log-in on; and code, which may do any of it unseen.
const TELLING: [&str; 14] = [
    "aggregate",
    "database",
    "function",
    "language",
    "load",
    "pg_temp",
    "procedure",
    "role",
    "routine",
    "set_config",
    "setseed",
    "temp",
    "temporary",
    "user",
];

/// True if something may stay on the connection that is not undone before it is used again.
///
/// This decides about speed alone. Who hides what a statement does, finds the traces in the next
/// script of the same sandbox, and nobody else does.
pub(super) fn may_leave_traces(sql: &str) -> bool {
    let mut first = true;
    let mut is_set = false;
    for (_, _, text) in tokens(sql) {
        let word = text.to_ascii_lowercase();
        let word = word.trim_matches('"');
        if std::mem::take(&mut first) {
            is_set = word == "set";
            if !UNDONE.contains(&word) && !ALSO_UNDONE.contains(&word) {
                return true;
            }
        }
        if TELLING.contains(&word) || is_set && word.contains('.') {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discard_all_undoes_leaves_no_traces() {
        for sql in [
            "SELECT 1",
            "-- why\nselect a.b FROM t",
            "(SELECT 1)",
            "WITH x AS (SELECT 1) TABLE x",
            "SET work_mem = '1MB'",
            "SET search_path TO a, b",
            "CREATE TABLE t (a int)",
            "PREPARE p AS SELECT 1",
            "EXPLAIN ANALYZE SELECT 'set_config'",
        ] {
            assert!(!may_leave_traces(sql), "{sql}");
        }
    }

    #[test]
    fn what_it_does_not_undo_does() {
        for sql in [
            "SET my.x = 1",
            "set \"my.x\" = 1",
            "SET LOCAL my.x = 1",
            "SELECT set_config('my.x', '1', false)",
            "SELECT pg_catalog.\"setseed\"(0.1)",
            "CREATE TEMP TABLE t (a int)",
            "SELECT 1 INTO TEMPORARY t",
            "CREATE TABLE pg_temp.t (a int)",
            "CREATE OR REPLACE FUNCTION f() RETURNS int RETURN 1",
            "ALTER ROLE CURRENT_USER SET work_mem = '1MB'",
            "ALTER USER CURRENT_USER RESET ALL",
            "DO $$ BEGIN END $$",
            "CALL p()",
            "LOAD 'plpgsql'",
            "gibberish",
        ] {
            assert!(may_leave_traces(sql), "{sql}");
        }
    }
}
