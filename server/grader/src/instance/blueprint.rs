//! What may stand in an exercise's tables, as PostgreSQL's catalogues say.

use super::{Value, identifier};
use crate::query::Reading;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlground_model::Run;
use std::collections::HashSet;

/// The tables of an exercise, those first that others refer to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blueprint {
    pub(crate) tables: Vec<Table>,
}

/// A table and what holds for its rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// Its columns, without those that are computed.
    pub(crate) columns: Vec<Column>,
    /// The columns of its primary key.
    pub(crate) primary_key: Vec<usize>,
    /// The columns of each unique constraint or index, that of the primary key included.
    pub(crate) unique: Vec<Vec<usize>>,
    pub(crate) references: Vec<Reference>,
    /// The conditions of checks, on the table and on the domains of its columns, each an SQL
    /// expression.
    pub(crate) checks: Vec<String>,
    /// Columns of which the first is never to be greater than the second.
    pub(crate) ascending: Vec<(usize, usize)>,
}

/// A column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type as `format_type` gives it, that below a domain.
    pub(crate) type_name: String,
    pub(crate) nullable: bool,
    /// The values of an enumerated type.
    pub(crate) labels: Vec<String>,
    /// The sequence that numbers its rows.
    pub(crate) sequence: Option<String>,
    /// The conditions of checks that are about this column alone.
    pub(crate) checks: Vec<String>,
}

impl Column {
    /// True if its values read best right-aligned.
    pub(crate) fn is_numeric(&self) -> bool {
        let base = self.type_name.split('(').next().unwrap_or_default();
        matches!(
            base,
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money"
        )
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) columns: Vec<usize>,
    /// The table referred to.
    pub(crate) table: usize,
    pub(crate) to: Vec<usize>,
}

impl Reference {
    /// True if a row with this key refers to the other.
    pub(crate) fn joins(&self, child: &[Value], parent: &[Value]) -> bool {
        let columns = self.columns.iter().zip(&self.to);
        columns
            .into_iter()
            .all(|(&from, &to)| child[from].is_some() && child[from] == parent[to])
    }
}

/// A script whose result [`Blueprint::read`] reads.
pub(crate) const QUESTION: &str = "
SELECT pg_catalog.json_build_object(
    'name', c.relname,
    'columns', (
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'name', a.attname,
            'type_name', pg_catalog.format_type(
                CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END,
                CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE a.atttypmod END),
            'nullable', NOT (a.attnotnull OR t.typnotnull),
            'labels', (
                SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder)
                FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid),
            -- Without its schema, which is another in each scratch.
            'sequence', pg_catalog.pg_get_serial_sequence(
                pg_catalog.format('%I', c.relname), a.attname)::pg_catalog.regclass::text
            ) ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
    'unique', (
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'primary', i.indisprimary,
            'columns', (
                SELECT pg_catalog.json_agg(a.attname)
                FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid = c.oid AND (
                    a.attnum = ANY (i.indkey::int2[])
                    -- What an expression is made of.
                    OR EXISTS (
                        SELECT FROM pg_catalog.pg_depend AS d
                        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                            AND d.objid = i.indexrelid
                            AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)))))
        FROM pg_catalog.pg_index AS i
        WHERE i.indrelid = c.oid AND i.indisunique),
    'references', (
        SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
            'table', f.relname,
            'columns', (
                SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
                FROM pg_catalog.unnest(r.conkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_catalog.pg_attribute AS a
                    ON a.attrelid = r.conrelid AND a.attnum = k.number),
            'to', (
                SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
                FROM pg_catalog.unnest(r.confkey) WITH ORDINALITY AS k (number, place)
                JOIN pg_catalog.pg_attribute AS a
                    ON a.attrelid = r.confrelid AND a.attnum = k.number)))
        FROM pg_catalog.pg_constraint AS r
        JOIN pg_catalog.pg_class AS f ON f.oid = r.confrelid
        WHERE r.conrelid = c.oid AND r.contype = 'f'),
    'checks', (
        SELECT pg_catalog.json_agg(pg_catalog.pg_get_constraintdef(k.oid))
        FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = c.oid AND k.contype = 'c'),
    'domains', (
        SELECT pg_catalog.json_agg(pg_catalog.json_build_array(
            a.attname, pg_catalog.pg_get_constraintdef(k.oid)))
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_constraint AS k ON k.contypid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND k.contype = 'c'))
FROM pg_catalog.pg_class AS c
WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname";

#[derive(Deserialize)]
struct RawTable {
    name: String,
    columns: Option<Vec<RawColumn>>,
    unique: Option<Vec<RawUnique>>,
    references: Option<Vec<RawReference>>,
    checks: Option<Vec<String>>,
    domains: Option<Vec<(String, String)>>,
}

#[derive(Deserialize)]
struct RawColumn {
    name: String,
    type_name: String,
    nullable: bool,
    labels: Option<Vec<String>>,
    sequence: Option<String>,
}

#[derive(Deserialize)]
struct RawUnique {
    primary: bool,
    columns: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RawReference {
    table: String,
    columns: Vec<String>,
    to: Vec<String>,
}

impl Blueprint {
    /// Reads what came back for [`QUESTION`].
    pub(crate) fn read(run: &Run) -> Self {
        let rows = run.statements.iter().flat_map(|statement| &statement.rows);
        let mut raw: Vec<RawTable> = rows
            .filter_map(|row| json(row.first()?.as_deref()?))
            .collect();
        raw = parents_first(raw);
        let names: Vec<_> = raw.iter().map(|table| table.name.clone()).collect();
        let columns: Vec<Vec<String>> = raw
            .iter()
            .map(|table| {
                let columns = table.columns.iter().flatten();
                columns.map(|column| column.name.clone()).collect()
            })
            .collect();
        let tables = raw
            .into_iter()
            .enumerate()
            .map(|(number, table)| table.resolve(number, &names, &columns))
            .collect();
        Self { tables }
    }

    /// The tables that scripts with these names can see rows of: those named and those they refer
    /// to.
    pub(crate) fn concerned<'a>(&self, names: impl Fn(&str) -> bool + 'a) -> Vec<bool> {
        let mut concerned: Vec<_> = self.tables.iter().map(|table| names(&table.name)).collect();
        // Parents come before their children.
        for number in (0..self.tables.len()).rev() {
            if concerned[number] {
                for reference in &self.tables[number].references {
                    concerned[reference.table] = true;
                }
            }
        }
        concerned
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text)
        .inspect_err(|error| tracing::warn!(%error, "a table's description cannot be read"))
        .ok()
}

/// The tables, each after those it refers to as far as that is possible.
fn parents_first(mut raw: Vec<RawTable>) -> Vec<RawTable> {
    let mut sorted: Vec<RawTable> = Vec::with_capacity(raw.len());
    let mut placed: HashSet<String> = HashSet::new();
    while !raw.is_empty() {
        let next = raw.iter().position(|table| {
            let mut references = table.references.iter().flatten();
            references.all(|to| to.table == table.name || placed.contains(&to.table))
        });
        // Tables that refer to each other come as they are.
        let table = raw.remove(next.unwrap_or(0));
        placed.insert(table.name.clone());
        sorted.push(table);
    }
    sorted
}

impl RawTable {
    fn resolve(self, number: usize, names: &[String], columns: &[Vec<String>]) -> Table {
        let numbers = |table: usize, wanted: &[String]| -> Option<Vec<usize>> {
            wanted
                .iter()
                .map(|name| columns[table].iter().position(|column| column == name))
                .collect()
        };
        let own = |wanted: &[String]| numbers(number, wanted);
        let unique: Vec<(bool, Vec<usize>)> = self
            .unique
            .iter()
            .flatten()
            .filter_map(|unique| Some((unique.primary, own(unique.columns.as_ref()?)?)))
            .collect();
        let references = self
            .references
            .iter()
            .flatten()
            .filter_map(|reference| {
                let table = names.iter().position(|name| *name == reference.table)?;
                Some(Reference {
                    columns: own(&reference.columns)?,
                    table,
                    to: numbers(table, &reference.to)?,
                })
            })
            .collect();
        let domains = self.domains.into_iter().flatten().map(|(column, check)| {
            // What a domain says of VALUE it says of the column.
            check.replace("VALUE", &identifier(&column))
        });
        let checks: Vec<String> = self
            .checks
            .into_iter()
            .flatten()
            .chain(domains)
            .map(|check| check.trim_start_matches("CHECK ").to_owned())
            .collect();
        let readings: Vec<_> = checks
            .iter()
            .map(|check| Reading::of_condition(check))
            .collect();
        let names = &columns[number];
        let alone = |column: &str| -> Vec<String> {
            let about = checks.iter().zip(&readings).filter(|(_, reading)| {
                let mut about = names.iter().filter(|name| reading.names.contains(*name));
                about.next().is_some_and(|name| name == column) && about.next().is_none()
            });
            about.map(|(check, _)| check.clone()).collect()
        };
        let place = |name: &String| names.iter().position(|column| column == name);
        let ascending = readings
            .iter()
            .flat_map(|reading| &reading.ascending)
            .filter_map(|(low, high)| Some((place(low)?, place(high)?)))
            .collect();
        Table {
            name: self.name,
            columns: self
                .columns
                .into_iter()
                .flatten()
                .map(|column| Column {
                    checks: alone(&column.name),
                    name: column.name,
                    type_name: column.type_name,
                    nullable: column.nullable,
                    labels: column.labels.unwrap_or_default(),
                    sequence: column.sequence,
                })
                .collect(),
            primary_key: unique
                .iter()
                .find(|(primary, _)| *primary)
                .map(|(_, columns)| columns.clone())
                .unwrap_or_default(),
            unique: unique.into_iter().map(|(_, columns)| columns).collect(),
            references,
            checks,
            ascending,
        }
    }
}
