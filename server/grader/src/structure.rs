//! An exercise's tables without their rows.

use crate::space::space;
use sqlground_catalogue::Exercise;
use sqlground_sandbox::{DatasetSource, Space, split};
use std::sync::Arc;

/// First words of statements that only fill tables.
const FILLING: [&str; 12] = [
    "analyze", "copy", "delete", "insert", "merge", "refresh", "select", "table", "update",
    "vacuum", "values", "with",
];

/// Takes away what other statements filled in.
const EMPTY: &str = "
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT oid FROM pg_catalog.pg_class
        WHERE relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition
    LOOP
        EXECUTE pg_catalog.format('TRUNCATE TABLE %s CASCADE', t);
    END LOOP;
END
$$";

/// The exercise's tables without rows, as the submission's own; none if the exercise has none.
pub(crate) fn structure(exercise: &Exercise) -> Option<Space> {
    let shown = space(exercise);
    if shown.dataset.is_none() && shown.setup.is_none() {
        return None;
    }
    let dataset = shown.dataset.as_deref().map(|dataset| {
        Arc::new(DatasetSource {
            name: dataset.name.clone(),
            schema_sql: without_rows(&dataset.schema_sql),
            data_sql: without_rows(&dataset.data_sql),
            digest: dataset.digest.clone(),
        })
    });
    let setup = shown.setup.as_deref().map(without_rows).unwrap_or_default();
    Some(Space {
        key: shown.key,
        dataset,
        writable: true,
        setup: Some(format!("{setup}{EMPTY}")),
    })
}

/// The script without the statements that only fill tables.
fn without_rows(script: &str) -> String {
    let mut rest = String::new();
    for statement in split(script) {
        let word = statement.sql.split_whitespace().next().unwrap_or_default();
        if !FILLING.contains(&word.to_ascii_lowercase().as_str()) {
            rest.push_str(statement.sql);
            rest.push_str(";\n");
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_tables_is_left_out() {
        let script = "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nselect setval('s', 1);
            ALTER TABLE t ADD PRIMARY KEY (a); COPY t FROM '/x'; ANALYZE";
        assert_eq!(
            without_rows(script),
            "CREATE TABLE t (a int);\nALTER TABLE t ADD PRIMARY KEY (a);\n"
        );
    }
}
