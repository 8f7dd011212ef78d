//! Names of tables that stand for nothing, or for too much.

use super::columns::meant;
use super::dialects;
use super::marks::typographic;
use crate::near::nearest;
use crate::query::{Query, Source, common_tables};
use crate::statement::Statement;
use crate::tables::{Table, known_tables};
use crate::token::Token;
use crate::wording::{code, named, written};
use sqlground_model::TableInfo;

/// `relation ... does not exist`, `missing FROM-clause entry for table ...`.
pub(super) fn undefined(
    statement: &Statement<'_>,
    script: &str,
    tables: &[TableInfo],
) -> Option<String> {
    let message = statement.error.message.as_str();
    let known = known_tables(script, tables);
    if let Some(given) = message.strip_prefix("missing FROM-clause entry for table ") {
        return unknown_source(statement, &named(given).1, &known);
    }
    let given = message
        .strip_prefix("relation ")?
        .strip_suffix(" does not exist")
        .filter(|given| given.starts_with('"'))?;
    let (_, name) = named(given);
    if let Some(help) = dialects::relation(&name, &known) {
        return Some(help);
    }
    if name.contains('.') {
        return None;
    }
    if let Some(at) = statement.at
        && let Some(help) = typographic(statement, at)
    {
        return Some(help);
    }
    let common = common_tables(statement);
    let names = known
        .iter()
        .map(|table| table.name.as_str())
        .chain(common.iter().map(|(_, name)| name.as_str()));
    let plural = |known: &&str| {
        let forms = [format!("{name}s"), format!("{name}es")];
        forms.iter().any(|form| form == known) || name.strip_suffix('s') == Some(known)
    };
    if let Some(other) = names.clone().find(plural) {
        return Some(format!("The table is {}.", code(&written(other))));
    }
    if let Some(other) = names
        .clone()
        .find(|other| other.to_lowercase() == name.to_lowercase())
    {
        return Some(format!("The table is {}.", code(&written(other))));
    }
    meant(&name, names.clone()).or_else(|| {
        let names: Vec<_> = names.map(|name| code(&written(name))).collect();
        (1..=6)
            .contains(&names.len())
            .then(|| format!("The tables here are {}.", names.join(", ")))
    })
}

/// A qualifier that no source of the query has.
fn unknown_source(statement: &Statement<'_>, name: &str, known: &[Table]) -> Option<String> {
    let queries = Query::around(statement, statement.at?);
    let sources: Vec<_> = queries
        .iter()
        .flat_map(|query| query.sources(known))
        .collect();
    let column = statement
        .token(statement.path(statement.at?).1 - 1)
        .and_then(Token::name)
        .unwrap_or_default();
    if known.iter().any(|table| table.name == name) {
        let name = code(&written(name));
        return Some(match queries.first()?.clause("from") {
            Some(_) => {
                format!("{name} is a table, but not in the `FROM` of this query: join it there.")
            }
            None => format!("{name} is a table, but this query has no `FROM`: it reads no table."),
        });
    }
    if matches!(&*column, "nextval" | "currval") {
        let call = format!("{column}('{}')", written(name));
        return Some(format!("PostgreSQL writes it {}.", code(&call)));
    }
    let aliases = sources.iter().map(|source| source.alias.as_str());
    if let Some(near) = nearest(name, aliases) {
        return Some(format!("Is {} meant?", code(&written(near))));
    }
    let has_column = |source: &&Source| {
        let columns = source.columns.as_ref();
        columns.is_some_and(|table| table.column(&column).is_some())
    };
    let having: Vec<_> = sources.iter().filter(has_column).collect();
    let all: Vec<_> = sources.iter().collect();
    match (&having[..], &all[..]) {
        ([source], _) | ([], [source]) => {
            let alias = written(&source.alias);
            let table = source.table.as_ref()?;
            if source.alias != *table {
                return Some(format!(
                    "The table {} is called {} here.",
                    code(table),
                    code(&alias)
                ));
            }
            let named = format!("FROM {} {}", written(table), written(name));
            Some(format!(
                "Nothing in this query is called {}: give the table that name, as in {}, or write {}.",
                code(&written(name)),
                code(&named),
                code(&format!("{alias}.{}", written(&column)))
            ))
        }
        _ => Some(format!(
            "Nothing in this query is called {}.",
            code(&written(name))
        )),
    }
}

/// `table name ... specified more than once`.
pub(super) fn twice(statement: &Statement<'_>) -> Option<String> {
    let given = statement
        .error
        .message
        .strip_prefix("table name ")?
        .strip_suffix(" specified more than once")?;
    let (_, name) = named(given);
    let name = written(&name);
    Some(format!(
        "A table that is read twice needs a name for each time, such as {}.",
        code(&format!("{name} a JOIN {name} b"))
    ))
}
