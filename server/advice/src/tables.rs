//! The tables that a script can name.

use crate::token::{Kind, Token, tokens};
use sqlground_model::TableInfo;

/// A table, be it of the exercise, of the script or of the statement alone.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    /// Its type; empty if that is not known.
    pub(crate) type_name: String,
}

impl Table {
    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

/// The tables of the exercise and those that the script makes.
pub(crate) fn known_tables(script: &str, tables: &[TableInfo]) -> Vec<Table> {
    let given = tables.iter().map(|table| Table {
        name: table.name.clone(),
        columns: table
            .columns
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
            })
            .collect(),
    });
    let made = created(script);
    let given: Vec<_> = given
        .filter(|table| made.iter().all(|own| own.name != table.name))
        .collect();
    made.into_iter().chain(given).collect()
}

/// The tables of each `CREATE TABLE` with a list of columns.
fn created(script: &str) -> Vec<Table> {
    let tokens = tokens(script);
    let is_name = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Name);
    let mut found = Vec::new();
    for (place, token) in tokens.iter().enumerate() {
        let follows_create = tokens[place.saturating_sub(3)..place]
            .iter()
            .any(|before| before.is("create"));
        if !token.is("table") || !follows_create {
            continue;
        }
        let mut next = place + 1;
        while tokens
            .get(next)
            .is_some_and(|token| token.is_any(&["if", "not", "exists"]))
        {
            next += 1;
        }
        let (Some(name), Some(open)) = (tokens.get(next).filter(is_name), tokens.get(next + 1))
        else {
            continue;
        };
        if open.kind != Kind::Open {
            continue;
        }
        let inside = open.depth + 1;
        let mut columns = Vec::new();
        let mut begins = true;
        for (i, token) in tokens.iter().enumerate().skip(next + 2) {
            if token.depth < inside {
                break;
            }
            let is_constraint = token.is_any(&[
                "primary",
                "foreign",
                "unique",
                "check",
                "constraint",
                "exclude",
                "like",
            ]);
            if begins
                && !is_constraint
                && let Some(name) = token.name()
            {
                let type_name = tokens.get(i + 1).filter(is_name).map(|token| token.text);
                columns.push(Column {
                    name,
                    type_name: type_name.unwrap_or_default().to_lowercase(),
                });
            }
            begins = token.kind == Kind::Comma && token.depth == inside;
        }
        found.push(Table {
            name: name.name().unwrap_or_default(),
            columns,
        });
    }
    found
}
