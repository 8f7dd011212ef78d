//! What became of the tables that a script found.

use crate::GradeError;
use crate::instance::identifier;
use serde::{Deserialize, Serialize};
use sqlground_sandbox::{Limits, Scratch};

/// What stands under the name of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// `pg_class.relkind`.
    pub(crate) kind: String,
    /// True if policies hide rows from its owner.
    pub(crate) hides_rows: bool,
    /// True if the script made it.
    pub(crate) is_new: bool,
    /// How many rows it had before the script, and has now; none if it was not there, is no table
    /// of its own or has lost a column.
    pub(crate) rows: Option<(u64, u64)>,
    /// True if it is known to hold what it held before, in the columns it had.
    pub(crate) is_untouched: bool,
}

/// What a table holds, equal for equal rows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    rows: u64,
    /// A hash of all rows in any order; none of large tables.
    hash: Option<String>,
}

/// A relation as the catalogues describe it.
#[derive(Clone, Debug)]
struct Relation {
    name: String,
    kind: String,
    hides_rows: bool,
    /// True if it bears rows that belong to no other relation.
    is_table: bool,
    is_large: bool,
    /// The columns as SQL names them.
    columns: Vec<String>,
}

/// The relations that bear data, or seem to. Of tables over 2 MB only the rows are counted: to hash
/// them takes longer than most scripts.
const RELATIONS: &str = "
SELECT c.relname, c.relkind,
    c.relrowsecurity AND c.relforcerowsecurity,
    c.relkind IN ('r', 'p') AND NOT c.relispartition,
    (SELECT pg_catalog.sum(pg_catalog.pg_relation_size(t.relid)) > 2097152
        FROM pg_catalog.pg_partition_tree(c.oid) AS t),
    (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), E'\\n' ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
    AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname";

/// The tables as they are before a script.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    relations: Vec<Relation>,
    /// What each holds.
    contents: Vec<Option<Content>>,
}

impl Before {
    pub(crate) async fn of(scratch: &Scratch, limits: &Limits) -> Result<Self, GradeError> {
        let relations = relations(scratch, limits).await?;
        let queries: Vec<_> = relations.iter().map(content_sql).collect();
        let contents = contents(scratch, limits, &queries).await?;
        Ok(Self {
            relations,
            contents,
        })
    }

    /// The names of the tables that were there.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &str> {
        let tables = self.relations.iter().filter(|relation| relation.is_table);
        tables.map(|relation| relation.name.as_str())
    }

    /// What has become of them, and what is new.
    pub(crate) async fn after(
        &self,
        scratch: &Scratch,
        limits: &Limits,
    ) -> Result<Vec<Table>, GradeError> {
        let relations = relations(scratch, limits).await?;
        let old: Vec<Option<usize>> = relations
            .iter()
            .map(|now| self.relations.iter().position(|old| old.name == now.name))
            .collect();
        let comparable: Vec<_> = relations
            .iter()
            .zip(&old)
            .map(|(now, &old)| {
                let old = &self.relations[old?];
                let has_all = old.columns.iter().all(|name| now.columns.contains(name));
                content_sql(old).filter(|_| now.is_table && has_all)
            })
            .collect();
        let contents = contents(scratch, limits, &comparable).await?;
        Ok(relations
            .into_iter()
            .zip(old)
            .zip(contents)
            .map(|((now, old), content)| {
                let before = old.and_then(|old| self.contents[old].as_ref());
                let both = before.zip(content.as_ref());
                Table {
                    name: now.name,
                    kind: now.kind,
                    hides_rows: now.hides_rows,
                    is_new: old.is_none(),
                    rows: both.map(|(before, now)| (before.rows, now.rows)),
                    is_untouched: both.is_some_and(|(before, now)| before == now),
                }
            })
            .collect())
    }
}

async fn relations(scratch: &Scratch, limits: &Limits) -> Result<Vec<Relation>, GradeError> {
    let found = scratch.query(RELATIONS, limits).await?;
    let relation = |row: Vec<Option<String>>| {
        let [name, kind, hides_rows, is_table, is_large, columns] = row.try_into().ok()?;
        let is_true = |value: Option<String>| value.as_deref() == Some("t");
        Some(Relation {
            name: name?,
            kind: kind?,
            hides_rows: is_true(hides_rows),
            is_table: is_true(is_table),
            is_large: is_true(is_large),
            columns: columns
                .unwrap_or_default()
                .lines()
                .map(str::to_owned)
                .collect(),
        })
    };
    Ok(found.rows.into_iter().filter_map(relation).collect())
}

/// A query for what a table holds, a row of two columns; none if it is none.
fn content_sql(relation: &Relation) -> Option<String> {
    let hash = if relation.is_large {
        "NULL".to_owned()
    } else {
        // As text, since not every type has a hash.
        format!(
            "pg_catalog.sum(pg_catalog.hashtextextended(\
             pg_catalog.textin(pg_catalog.record_out(ROW({}))), 0))",
            relation.columns.join(", ")
        )
    };
    relation.is_table.then(|| {
        format!(
            "SELECT pg_catalog.count(*) AS n, {hash}::text AS hash FROM {}",
            identifier(&relation.name)
        )
    })
}

/// What the queries find, none where there is no query or it cannot be read.
async fn contents(
    scratch: &Scratch,
    limits: &Limits,
    queries: &[Option<String>],
) -> Result<Vec<Option<Content>>, GradeError> {
    let mut contents = vec![None; queries.len()];
    let numbered: Vec<_> = queries
        .iter()
        .enumerate()
        .filter_map(|(number, query)| {
            let query = query.as_ref()?;
            Some(format!("SELECT {number}, n, hash FROM ({query}) AS t"))
        })
        .collect();
    if numbered.is_empty() {
        return Ok(contents);
    }
    let found = scratch
        .query(&numbered.join("\nUNION ALL "), limits)
        .await?;
    if let Some(error) = found
        .error
        .as_ref()
        .filter(|error| error.is_the_servers_fault())
    {
        return Err(sqlground_sandbox::Error::Unavailable {
            doing: "look at what a script left",
            source: error.message.clone().into(),
        }
        .into());
    }
    for row in found.rows {
        let [Some(number), Some(rows), hash] = row.as_slice() else {
            continue;
        };
        if let (Ok(number), Ok(rows)) = (number.parse::<usize>(), rows.parse()) {
            contents[number] = Some(Content {
                rows,
                hash: hash.clone(),
            });
        }
    }
    Ok(contents)
}
