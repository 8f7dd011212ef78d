//! What belongs to a group and what to a row.

use crate::query::Query;
use crate::statement::Statement;
use crate::token::Kind;
use crate::wording::code;

pub(super) const AGGREGATES: [&str; 13] = [
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "string_agg",
    "array_agg",
    "bool_and",
    "bool_or",
    "json_agg",
    "jsonb_agg",
    "stddev",
    "variance",
];

pub(super) fn help(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    let place = statement.at?;
    if message.ends_with("must appear in the GROUP BY clause or be used in an aggregate function") {
        return ungrouped(statement, place);
    }
    if message.starts_with("aggregate functions are not allowed in WHERE") {
        return aggregate_in_where(statement, place);
    }
    let call = || {
        let (begin, end) = statement.operand_after(place)?;
        Some(code(&statement.text(begin, end)))
    };
    if message.starts_with("aggregate functions are not allowed in GROUP BY") {
        return Some(format!(
            "Rows are grouped before {} is computed: name what the rows of a group have in common.",
            call()?
        ));
    }
    if message.starts_with("aggregate functions are not allowed in JOIN conditions") {
        return Some(format!(
            "Rows are joined before {} is computed: compute it in a subquery and join that.",
            call()?
        ));
    }
    if message.starts_with("aggregate function calls cannot be nested") {
        return Some(format!(
            "For an aggregate of an aggregate, compute {} in a subquery with its `GROUP BY` first.",
            call()?
        ));
    }
    if message.starts_with("window functions are not allowed in") {
        let (begin, end) = statement.operand_after(place)?;
        let is_filter = message.ends_with("WHERE") || message.ends_with("HAVING");
        let what = if is_filter { "filter" } else { "use it" };
        return Some(format!(
            "Window functions are computed after that: compute {} in a subquery or in `WITH`, and {what} outside.",
            code(&format!("{} OVER …", statement.text(begin, end)))
        ));
    }
    None
}

fn ungrouped(statement: &Statement<'_>, place: usize) -> Option<String> {
    let query = Query::around(statement, place).into_iter().next()?;
    let (begin, end) = statement.path(place);
    let column = statement.text(begin, end);
    let shown = code(&column);
    let one = code(&format!("max({column})"));
    if let Some(group) = query.clause("group") {
        let keys = query
            .clauses()
            .find(|(i, _)| *i > group)
            .map_or(query.range.end, |(i, _)| i);
        return Some(format!(
            "A group of {} can have several values of {shown}: add it to the `GROUP BY`, or say \
             which one is meant, as in {one}.",
            code(&statement.text(group, keys))
        ));
    }
    let aggregate = (query.range.clone()).find(|&i| {
        let is_call = statement
            .token(i + 1)
            .is_some_and(|next| next.kind == Kind::Open);
        is_call && statement.tokens[i].is_any(&AGGREGATES)
    });
    let Some(aggregate) = aggregate else {
        return Some(format!(
            "`HAVING` makes one group of all rows, and {shown} has a value for each row: a \
             condition on rows goes into `WHERE`."
        ));
    };
    let (from, to) = statement.operand_after(aggregate)?;
    Some(format!(
        "{} makes one row of all rows, and {shown} has a value for each: add {} for a row per \
         value, or leave {shown} out.",
        code(&statement.text(from, to)),
        code(&format!("GROUP BY {column}"))
    ))
}

fn aggregate_in_where(statement: &Statement<'_>, place: usize) -> Option<String> {
    let query = Query::around(statement, place).into_iter().next()?;
    let (begin, end) = statement.operand_after(place)?;
    let call = statement.text(begin, end);
    let is_compared_with = statement
        .back(place, 1)
        .is_some_and(|token| token.kind == Kind::Operator);
    let source = query.sources(&[]).into_iter().next();
    if is_compared_with
        && query.clause("group").is_none()
        && let Some(source) = source
        && let Some(table) = source.table
    {
        let table = if table == source.alias {
            table
        } else {
            format!("{table} {}", source.alias)
        };
        return Some(format!(
            "`WHERE` looks at one row at a time. A value of all rows comes from a subquery: {}.",
            code(&format!("(SELECT {call} FROM {table})"))
        ));
    }
    Some(format!(
        "`WHERE` picks rows before they are grouped: a condition on {} goes into `HAVING`, after \
         `GROUP BY`.",
        code(&call)
    ))
}

/// `ORDER BY` that does not go with the result.
pub(super) fn order(statement: &Statement<'_>) -> Option<String> {
    let message = statement.error.message.as_str();
    let place = statement.at?;
    if message.starts_with("for SELECT DISTINCT, ORDER BY expressions must appear") {
        let (begin, end) = statement.operand_after(place)?;
        return Some(format!(
            "After `DISTINCT` one row stands for several, which may differ in {}: select it too, or \
             group instead.",
            code(&statement.text(begin, end))
        ));
    }
    if message.contains(" position ") && message.ends_with("is not in select list") {
        let query = Query::around(statement, place).into_iter().next()?;
        let outputs = query.outputs();
        let has_star = outputs.iter().any(|output| {
            let last = statement.token(output.expression.end - 1);
            last.is_some_and(|token| token.text == "*")
        });
        if outputs.is_empty() || has_star {
            return None;
        }
        let columns = match outputs.len() {
            1 => "1 column".to_owned(),
            n => format!("{n} columns"),
        };
        return Some(format!(
            "The number is a column of the result, which has {columns}."
        ));
    }
    None
}
