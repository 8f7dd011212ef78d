//! The tables an exercise works on.

use super::format::counted;
use super::result_table::ResultTable;
use leptos::prelude::*;
use sqlground_model::{Column, ColumnInfo, TableInfo};

/// How many tables are shown unfolded.
const OPEN_TABLES: usize = 3;

/// The tables with their columns, keys and first rows.
#[component]
pub(crate) fn TablesView(tables: Vec<TableInfo>, writable: bool) -> AnyView {
    let open = tables.len() <= OPEN_TABLES;
    let rights = if writable {
        "They are your own copy: change them as you like."
    } else {
        "They are for reading. Tables you create yourself are yours."
    };
    let list = tables
        .into_iter()
        .map(|table| view! { <TableView table open /> })
        .collect_view();
    view! {
        <p class="facts">{rights}</p>
        {list}
    }
    .into_any()
}

#[component]
fn TableView(table: TableInfo, open: bool) -> AnyView {
    let sample_columns = table
        .columns
        .iter()
        .map(|column| Column {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            numeric: column.numeric,
        })
        .collect();
    let shown = table.sample.len() as u64;
    let sample = (shown > 0).then(|| {
        let words = match (shown < table.row_count, shown) {
            (false, _) => "All its rows".to_owned(),
            (true, 1) => "The first row".to_owned(),
            (true, _) => format!("The first {}", counted(shown, "row")),
        };
        let label = format!("Rows of {}", table.name);
        view! {
            <details class="sample">
                <summary>{words}</summary>
                <ResultTable label columns=sample_columns rows=table.sample />
            </details>
        }
    });
    let constraints = (!table.constraints.is_empty()).then(|| {
        let items = table
            .constraints
            .into_iter()
            .map(|text| {
                view! {
                    <li>
                        <code>{text}</code>
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="constraints">{items}</ul> }
    });
    let columns = table
        .columns
        .into_iter()
        .map(|column| view! { <ColumnLine column /> })
        .collect_view();
    view! {
        <details class="table-info" open=open>
            <summary>
                <code>{table.name}</code>
                <span class="facts">
                    {table.kind.map(|kind| view! { <span>{kind}</span> })}
                    <span>{counted(table.row_count, "row")}</span>
                </span>
            </summary>
            {table.comment.map(|comment| view! { <p class="table-comment">{comment}</p> })}
            <ul class="columns">{columns}</ul>
            {constraints}
            {sample}
        </details>
    }
    .into_any()
}

/// A column with its type and what its values must be.
#[component]
fn ColumnLine(column: ColumnInfo) -> AnyView {
    let remarks: Vec<String> = [
        column.primary_key.then(|| "primary key".to_owned()),
        column.references.map(|target| format!("→ {target}")),
        column.nullable.then(|| "may be NULL".to_owned()),
        column.default.map(|default| format!("default {default}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    view! {
        <li class:column-key=column.primary_key>
            <code>{column.name}</code>
            <span class="column-type">{column.type_name}</span>
            <span class="column-remarks">{remarks.join(" · ")}</span>
        </li>
    }
    .into_any()
}
