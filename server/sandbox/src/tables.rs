//! The tables of a space as a student finds them.

use crate::name::{Quote, SchemaName, quote_identifier};
use crate::pools::begin;
use crate::workspace::Workspace;
use crate::{Error, Limits};
use sqlground_model::{ColumnInfo, Run, TableInfo};
use sqlx::{FromRow, PgConnection};
use std::fmt::Write;
use std::time::Duration;

/// What a page shows of the rows.
const SAMPLE_ROWS: u32 = 4;

/// Samples are short; counting may take a while on large tables.
const LIMITS: Limits = Limits {
    statement_time: Duration::from_mins(1),
    script_time: Duration::from_mins(2),
    statements: u32::MAX,
    rows_kept: SAMPLE_ROWS,
    value_bytes: 160,
    ..Limits::DISPLAY
};

#[derive(FromRow)]
struct Relation {
    oid: i64,
    schema: String,
    name: String,
    kind: Option<String>,
    comment: Option<String>,
    constraints: Vec<String>,
}

#[derive(FromRow)]
struct Column {
    relation: i64,
    name: String,
    type_name: String,
    nullable: bool,
    primary_key: bool,
    reference: Option<String>,
    default_value: Option<String>,
    numeric: bool,
}

/// Reads what the catalogue says as the service, and counts and samples as the workspace's role.
pub(crate) async fn read(workspace: &Workspace) -> Result<Vec<TableInfo>, Error> {
    let failed = || Error::unavailable("list an exercise's tables");
    let shared_schema = workspace.space.shared_schema();
    let schemas: Vec<_> = [Some(&workspace.schema), shared_schema.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    let mut transaction = begin(&workspace.shared.pool).await.map_err(failed())?;
    let relations = relations(&mut transaction, &schemas)
        .await
        .map_err(failed())?;
    let columns = columns(&mut transaction, &relations)
        .await
        .map_err(failed())?;
    drop(transaction);
    let mut tables: Vec<_> = relations
        .iter()
        .map(|relation| table(relation, &columns))
        .collect();
    let run = workspace
        .run(&counts_and_samples(&relations), &LIMITS)
        .await?;
    if let Some((_, error)) = run.failure() {
        let source = error.message.clone();
        return Err(Error::unavailable("read an exercise's tables")(source));
    }
    add_rows(&mut tables, run);
    Ok(tables)
}

async fn relations(
    connection: &mut PgConnection,
    schemas: &[&SchemaName],
) -> Result<Vec<Relation>, sqlx::Error> {
    // Names in what follows are written as seen from these schemas.
    let path: Vec<_> = schemas.iter().map(|schema| schema.quoted()).collect();
    sqlx::query("SELECT set_config('search_path', $1, true)")
        .bind(path.join(", "))
        .execute(&mut *connection)
        .await?;
    let names: Vec<_> = schemas.iter().map(|schema| schema.as_str()).collect();
    sqlx::query_as(include_str!("tables/relations.sql"))
        .bind(names)
        .fetch_all(connection)
        .await
}

async fn columns(
    connection: &mut PgConnection,
    relations: &[Relation],
) -> Result<Vec<Column>, sqlx::Error> {
    let oids: Vec<_> = relations.iter().map(|relation| relation.oid).collect();
    sqlx::query_as(include_str!("tables/columns.sql"))
        .bind(oids)
        .fetch_all(connection)
        .await
}

fn table(relation: &Relation, columns: &[Column]) -> TableInfo {
    TableInfo {
        name: relation.name.clone(),
        kind: relation.kind.clone(),
        comment: relation.comment.clone(),
        columns: columns
            .iter()
            .filter(|column| column.relation == relation.oid)
            .map(|column| ColumnInfo {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
                nullable: column.nullable,
                primary_key: column.primary_key,
                references: column.reference.clone(),
                default: column.default_value.clone(),
                numeric: column.numeric,
            })
            .collect(),
        constraints: relation.constraints.clone(),
        row_count: 0,
        sample: Vec::new(),
    }
}

fn counts_and_samples(relations: &[Relation]) -> String {
    relations
        .iter()
        .fold(String::new(), |mut script, relation| {
            let (schema, name) = (
                quote_identifier(&relation.schema),
                quote_identifier(&relation.name),
            );
            let _ = write!(
                script,
                "SELECT count(*) FROM {schema}.{name}; \
             SELECT * FROM {schema}.{name} LIMIT {SAMPLE_ROWS};"
            );
            script
        })
}

fn add_rows(tables: &mut [TableInfo], run: Run) {
    let mut results = run.statements.into_iter().map(|statement| statement.rows);
    for table in tables {
        let count = results
            .next()
            .and_then(|rows| rows.into_iter().flatten().next());
        table.row_count = count
            .flatten()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        table.sample = results.next().unwrap_or_default();
    }
}
