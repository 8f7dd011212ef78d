//! Names of columns that stand for nothing, or for too much.

use super::dialects;
use super::grouping::AGGREGATES;
use super::marks::typographic;
use crate::near::nearest;
use crate::query::{Query, Source};
use crate::statement::{Statement, is_keyword};
use crate::tables::{Table, known_tables};
use crate::token::Kind;
use crate::wording::{code, named, written};
use sqlground_model::TableInfo;

/// `column ... does not exist`.
pub(super) fn undefined(
    statement: &Statement<'_>,
    script: &str,
    tables: &[TableInfo],
) -> Option<String> {
    let given = statement
        .error
        .message
        .strip_prefix("column ")?
        .strip_suffix(" does not exist")?;
    let known = known_tables(script, tables);
    if let Some((column, table)) = given.split_once(" of relation ") {
        let (_, column) = named(column);
        let (_, table) = named(table);
        let table = known.iter().find(|known| known.name == table)?;
        return meant(&column, table.names()).or_else(|| unhinted(statement, || listed(table)));
    }
    let (qualifier, name) = named(given);
    let place = statement.at?;
    let at =
        typographic(statement, place).or_else(|| typographic(statement, place.checked_sub(1)?));
    if at.is_some() {
        return at;
    }
    let queries = Query::around(statement, place);
    let sources: Vec<Source> = queries
        .iter()
        .flat_map(|query| query.sources(&known))
        .collect();
    if let Some(qualifier) = qualifier {
        let source = sources.iter().find(|source| source.alias == *qualifier)?;
        let columns = source.columns.as_ref()?;
        let is_table = source.table.is_some();
        return near(statement, &name, columns.names())
            .or_else(|| elsewhere(&name, &known, &sources).filter(|_| is_table))
            .or_else(|| unhinted(statement, || listed(columns)));
    }
    let columns = || {
        let tables = sources.iter().filter_map(|source| source.columns.as_ref());
        tables.flat_map(Table::names)
    };
    // `ORDER BY` also knows the result's columns.
    let query = queries.first()?;
    let own: Vec<String> = match query.clause_at(place) {
        Some((_, "order")) => query
            .outputs()
            .into_iter()
            .filter_map(|it| it.name)
            .collect(),
        _ => Vec::new(),
    };
    other_case(&name, columns())
        .or_else(|| as_text(statement, place, columns()))
        .or_else(|| type_of_text(statement, place))
        .or_else(|| too_early(&queries, place, &name))
        .or_else(|| dialects::column(statement, place, &name))
        .or_else(|| {
            near(
                statement,
                &name,
                columns().chain(own.iter().map(String::as_str)),
            )
        })
        .or_else(|| distinct(statement, place, &name))
        .or_else(|| elsewhere(&name, &known, &sources))
        .or_else(|| unhinted(statement, || dialects::column_in_comment(statement, place)))
        .or_else(|| unhinted(statement, || plain_text(statement, place)))
        .or_else(|| unhinted(statement, || one_table(&sources)))
}

/// Nothing where PostgreSQL itself says which name may be meant.
fn unhinted(statement: &Statement<'_>, say: impl FnOnce() -> Option<String>) -> Option<String> {
    match statement.error.hint {
        None => say(),
        Some(_) => None,
    }
}

/// The nearest name, unless PostgreSQL itself has named it.
fn near<'a>(
    statement: &Statement<'_>,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let near = nearest(name, known)?;
    let hint = statement.error.hint.as_deref().unwrap_or_default();
    (!hint.contains(near)).then(|| format!("Is {} meant?", code(&written(near))))
}

pub(super) fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = nearest(name, known)?;
    Some(format!("Is {} meant?", code(&written(near))))
}

/// The columns of a table that has few.
fn listed(table: &Table) -> Option<String> {
    let names: Vec<_> = table.names().map(|name| code(&written(name))).collect();
    (1..=8).contains(&names.len()).then(|| {
        format!(
            "The columns of {} are {}.",
            code(&written(&table.name)),
            names.join(", ")
        )
    })
}

fn one_table(sources: &[Source]) -> Option<String> {
    match sources {
        [only] => listed(only.columns.as_ref()?),
        _ => None,
    }
}

/// A text in double quotes.
fn as_text<'a>(
    statement: &Statement<'_>,
    place: usize,
    known: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let token = statement.token(place)?;
    let reads_nothing =
        statement.reads(0, &["select"]) && !statement.tokens.iter().any(|token| token.is("from"));
    let is_value =
        reads_nothing || is_compared(statement, place) || is_further_argument(statement, place);
    if token.kind != Kind::Name || !is_value {
        return None;
    }
    let value = token.name()?;
    if nearest(&value, known).is_some() && !value.contains(' ') {
        return None;
    }
    let text = format!("'{}'", value.replace('\'', "''"));
    Some(format!(
        "In double quotes, {} is the name of a column. A text takes single quotes: {}.",
        code(token.text),
        code(&text)
    ))
}

/// The type of a text in double quotes, as in `date "2024-01-31"`, which passes as a column.
fn type_of_text(statement: &Statement<'_>, place: usize) -> Option<String> {
    let (kind, text) = (statement.token(place)?, statement.token(place + 1)?);
    if !kind.is_any(&["date", "interval", "time", "timestamp"]) || text.kind != Kind::Name {
        return None;
    }
    let meant = format!("{} '{}'", kind.text, text.name()?.replace('\'', "''"));
    Some(format!(
        "In double quotes, {} is the name of a column. A text takes single quotes: {}.",
        code(text.text),
        code(&meant)
    ))
}

/// True for what is given to a function behind something else: texts are, mostly.
fn is_further_argument(statement: &Statement<'_>, place: usize) -> bool {
    let is_behind_comma = statement
        .back(place, 1)
        .is_some_and(|before| before.kind == Kind::Comma);
    is_behind_comma
        && statement.open_before(place).pop().is_some_and(|open| {
            statement.back(open, 1).is_some_and(|function| {
                let is_function = function.kind == Kind::Word && !is_keyword(function);
                is_function && !function.is_any(&["rollup", "cube", "sets", "conflict"])
            }) && !statement.reads(open + 1, &["select"])
                && !statement.reads(0, &["create"])
        })
}

/// A text without quotes.
fn plain_text(statement: &Statement<'_>, place: usize) -> Option<String> {
    let token = statement.token(place)?;
    let is_alone = statement
        .token(place + 1)
        .is_none_or(|next| !matches!(next.kind, Kind::Dot | Kind::Open));
    (token.kind == Kind::Word && is_alone && is_compared(statement, place)).then(|| {
        format!(
            "If {} is meant as a text, put it into single quotes: {}.",
            code(token.text),
            code(&format!("'{}'", token.text))
        )
    })
}

/// True for what stands behind a comparison, in the list of an `IN`, or among values.
fn is_compared(statement: &Statement<'_>, place: usize) -> bool {
    let is_operator = |by| {
        statement.back(place, by).is_some_and(|token| {
            matches!(
                token.text,
                "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "||"
            ) || token.is_any(&["like", "ilike", "between", "when", "then", "else"])
        })
    };
    let in_list = statement.open_before(place).pop().is_some_and(|open| {
        statement
            .back(open, 1)
            .is_some_and(|before| before.is_any(&["in", "values"]) || before.kind == Kind::Comma)
            && !statement.reads(open + 1, &["select"])
    });
    is_operator(1) || in_list
}

/// A name that the query itself gives, used before it is given.
fn too_early(queries: &[Query<'_, '_>], place: usize, name: &str) -> Option<String> {
    let query = queries.first()?;
    let (_, clause) = query.clause_at(place)?;
    let output = query
        .outputs()
        .into_iter()
        .find(|output| output.is_alias && output.name.as_deref() == Some(name))?;
    let expression = query.text(output.expression.clone());
    let name = code(name);
    let is_window = query.has_window(output.expression.clone());
    let is_aggregate = !is_window && has_aggregate(query, output.expression);
    Some(match clause {
        "where" if is_aggregate => format!(
            "{name} is known only once rows are grouped, after `WHERE`: a condition on {} goes into \
             `HAVING`.",
            code(&expression)
        ),
        "where" | "from" if is_window => format!(
            "{name} is only known after {}: compute it in a subquery or in `WITH`, and filter outside.",
            clause.to_uppercase()
        ),
        "where" | "from" | "having" => format!(
            "{name} gets its name in `SELECT`, which comes after `{}`: write {} there.",
            if clause == "from" {
                "ON".to_owned()
            } else {
                clause.to_uppercase()
            },
            code(&expression)
        ),
        "order" => format!(
            "`ORDER BY` knows {name} only as a whole: within an expression write {}.",
            code(&expression)
        ),
        "group" => format!(
            "`GROUP BY` knows {name} only as a whole: within an expression write {}.",
            code(&expression)
        ),
        "select" => format!(
            "{name} gets its name in this same `SELECT`, and is not known to its other columns: \
             write {} again, or compute it in a subquery.",
            code(&expression)
        ),
        _ => return None,
    })
}

fn has_aggregate(query: &Query<'_, '_>, expression: std::ops::Range<usize>) -> bool {
    let mut words = query.words(expression);
    words.any(|word| AGGREGATES.contains(&&*word))
}

/// A name that is there in other letters.
fn other_case<'a>(name: &str, mut known: impl Iterator<Item = &'a str>) -> Option<String> {
    let other =
        known.find(|other| *other != name && other.to_lowercase() == name.to_lowercase())?;
    Some(format!(
        "The column is {}: outside double quotes PostgreSQL reads all letters as small ones.",
        code(&written(other))
    ))
}

/// `DISTINCT` with a slip in it passes as a column.
fn distinct(statement: &Statement<'_>, place: usize, name: &str) -> Option<String> {
    let follows_select = statement
        .back(place, 1)
        .is_some_and(|token| token.is("select"));
    (follows_select && nearest(name, ["distinct"]).is_some())
        .then(|| format!("Is {} meant to be `DISTINCT`?", code(name)))
}

/// A column of a table that the query does not read.
fn elsewhere(name: &str, known: &[Table], sources: &[Source]) -> Option<String> {
    let is_read = |table: &Table| {
        sources
            .iter()
            .any(|source| source.table.as_deref() == Some(&table.name))
    };
    let having: Vec<_> = known
        .iter()
        .filter(|table| !is_read(table) && table.column(name).is_some())
        .map(|table| code(&written(&table.name)))
        .collect();
    let tables = match &having[..] {
        [only] => only.clone(),
        [one, other] => format!("{one} and {other}"),
        _ => return None,
    };
    Some(format!(
        "{} is a column of {tables}, which this query does not read.",
        code(&written(name))
    ))
}

/// `column reference ... is ambiguous`.
pub(super) fn ambiguous(
    statement: &Statement<'_>,
    script: &str,
    tables: &[TableInfo],
) -> Option<String> {
    let given = statement
        .error
        .message
        .strip_prefix("column reference ")?
        .strip_suffix(" is ambiguous")?;
    let (_, name) = named(given);
    let known = known_tables(script, tables);
    let query = Query::around(statement, statement.at?).into_iter().next()?;
    let having: Vec<_> = query
        .sources(&known)
        .into_iter()
        .filter(|source| {
            let columns = source.columns.as_ref();
            columns.is_some_and(|table| table.column(&name).is_some())
        })
        .collect();
    if having.len() < 2 {
        return None;
    }
    let forms: Vec<_> = having
        .iter()
        .map(|source| code(&format!("{}.{}", written(&source.alias), written(&name))))
        .collect();
    let sources: Vec<_> = having
        .iter()
        .map(|source| code(&written(source.table.as_ref().unwrap_or(&source.alias))))
        .collect();
    let number = if having.len() == 2 { "Both " } else { "" };
    Some(format!(
        "{number}{} have a column {}: write {}.",
        sources.join(" and "),
        code(&written(&name)),
        forms.join(" or ")
    ))
}
