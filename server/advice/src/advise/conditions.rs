//! Conditions that could be put better.

use crate::sources::{Sources, indexes};
use crate::tree::{bare, called, child, column_name, has, query_of, text};
use crate::wording::code;
use sqlground_model::TableInfo;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// `NOT IN` with a subquery that may give a NULL.
pub(super) fn not_in_null(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::BIN_EXPR {
        return None;
    }
    child(node, SyntaxKind::NOT_IN)?;
    let right = node.children().last()?;
    let select = right
        .descendants()
        .find(|inner| inner.kind() == SyntaxKind::SELECT)?;
    let clause = child(&select, SyntaxKind::SELECT_CLAUSE)?;
    let target = child(&clause, SyntaxKind::TARGET_LIST)?.children().next()?;
    let expression = bare(&target.children().next()?);
    let sources = Sources::of(&select, tables);
    let (_, column) = sources.column(&expression)?;
    if !column.nullable {
        return None;
    }
    let excludes_nulls = child(&select, SyntaxKind::WHERE_CLAUSE).is_some_and(|filter| {
        let words = filter.text().to_string().to_lowercase();
        let words: Vec<_> = words.split_whitespace().collect();
        words.windows(3).any(|three| three == ["is", "not", "null"])
    });
    (!excludes_nulls).then(|| {
        format!(
            "If {} were NULL in one row of the subquery, `NOT IN` would be true for no row at all. \
             `NOT EXISTS` has no such trap.",
            code(&text(&expression))
        )
    })
}

const COMPARISONS: [SyntaxKind; 5] = [
    SyntaxKind::EQ,
    SyntaxKind::L_ANGLE,
    SyntaxKind::R_ANGLE,
    SyntaxKind::LTEQ,
    SyntaxKind::GTEQ,
];

/// A condition on what is computed from a column that has an index.
pub(super) fn indexed_column(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    let (computed, others) = match node.kind() {
        SyntaxKind::BIN_EXPR if COMPARISONS.iter().any(|kind| has(node, *kind)) => {
            let (left, right) = (node.children().next()?, node.children().last()?);
            if is_computed(&left) {
                (left, vec![right])
            } else {
                (right, vec![left])
            }
        }
        SyntaxKind::BETWEEN_EXPR => {
            let mut parts = node.children();
            (parts.next()?, parts.collect())
        }
        _ => return None,
    };
    let computed = bare(&computed);
    if !is_computed(&computed) || others.iter().any(names_columns) {
        return None;
    }
    let query = query_of(node)?;
    let filter = node
        .ancestors()
        .find(|outer| outer.kind() == SyntaxKind::WHERE_CLAUSE)?;
    if filter.parent().as_ref() != Some(&query) {
        return None;
    }
    let sources = Sources::of(&query, tables);
    let mut columns = computed.descendants().filter(is_column);
    let name = columns.next()?;
    if columns.next().is_some() {
        return None;
    }
    let (table, column) = sources.column(&name)?;
    let leads = |index: &Vec<String>| index.first() == Some(&column.name);
    if !indexes(table).iter().any(leads) {
        return None;
    }
    // An index on the expression itself is the way to go.
    let squeezed = |sql: &str| -> String {
        let sql = sql.to_lowercase();
        sql.chars().filter(|c| !c.is_whitespace()).collect()
    };
    let (_, plain) = column_name(&name)?;
    let call = called(&computed).map(|function| squeezed(&format!("{function}({plain}")));
    let has_own = call.is_some_and(|call| {
        let mut definitions = table.constraints.iter();
        definitions.any(|definition| squeezed(definition).contains(&call))
    });
    (!has_own).then(|| {
        format!(
            "{} has to be computed for every row, and so the index on {} is of no use. Leave the \
             column alone on its side of the comparison, and compute on the other side.",
            code(&text(&computed)),
            code(&column.name)
        )
    })
}

fn is_computed(node: &SyntaxNode) -> bool {
    let node = bare(node);
    match node.kind() {
        SyntaxKind::CALL_EXPR | SyntaxKind::CAST_EXPR => {
            child(&node, SyntaxKind::OVER_CLAUSE).is_none()
        }
        SyntaxKind::BIN_EXPR => [
            SyntaxKind::PLUS,
            SyntaxKind::MINUS,
            SyntaxKind::STAR,
            SyntaxKind::SLASH,
            SyntaxKind::PERCENT,
        ]
        .iter()
        .any(|kind| has(&node, *kind)),
        _ => false,
    }
}

/// Values that are read as names.
const VALUES: [&str; 6] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
];

/// True for what names a column: not for a function's name, nor for a part of `m.name`.
fn is_column(node: &SyntaxNode) -> bool {
    let parent = node.parent();
    let parent = parent.as_ref();
    let is_part = parent.is_some_and(|parent| parent.kind() == SyntaxKind::FIELD_EXPR);
    let is_function = parent.is_some_and(|parent| {
        parent.kind() == SyntaxKind::CALL_EXPR && parent.children().next().as_ref() == Some(node)
    });
    let is_value = node.first_token().is_some_and(|token| {
        let word = token.text().to_lowercase();
        VALUES.contains(&&*word)
    });
    column_name(node).is_some() && !is_part && !is_function && !is_value
}

fn names_columns(node: &SyntaxNode) -> bool {
    node.descendants()
        .any(|inner| is_column(&inner) || inner.kind() == SyntaxKind::SELECT)
}

/// `LIKE` with a pattern that stands for one text alone.
pub(super) fn like_without_wildcard(node: &SyntaxNode, _: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::BIN_EXPR {
        return None;
    }
    let operator = if has(node, SyntaxKind::LIKE_KW) {
        "="
    } else {
        child(node, SyntaxKind::NOT_LIKE)?;
        "<>"
    };
    let pattern = node.children().last()?;
    let literal = pattern.first_token()?;
    if pattern.kind() != SyntaxKind::LITERAL || literal.kind() != SyntaxKind::STRING {
        return None;
    }
    let plain = !literal.text().contains(['%', '_', '\\']);
    plain.then(|| {
        format!(
            "The pattern {} has no `%` and no `_`: `{operator}` says the same.",
            code(literal.text())
        )
    })
}

/// Names of functions that make one value of many rows.
pub(super) fn is_aggregate(call: &SyntaxNode) -> bool {
    const AGGREGATES: [&str; 24] = [
        "array_agg",
        "avg",
        "bit_and",
        "bit_or",
        "bool_and",
        "bool_or",
        "corr",
        "count",
        "every",
        "json_agg",
        "json_object_agg",
        "jsonb_agg",
        "jsonb_object_agg",
        "max",
        "min",
        "mode",
        "percentile_cont",
        "percentile_disc",
        "range_agg",
        "stddev",
        "string_agg",
        "sum",
        "variance",
        "grouping",
    ];
    call.kind() == SyntaxKind::CALL_EXPR
        && child(call, SyntaxKind::OVER_CLAUSE).is_none()
        && called(call).is_some_and(|name| AGGREGATES.contains(&&*name))
}

/// A condition on rows in `HAVING`.
pub(super) fn having_without_aggregate(node: &SyntaxNode, _: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::HAVING_CLAUSE {
        return None;
    }
    let condition = bare(&node.children().next()?);
    let mut parts = Vec::new();
    conjuncts(&condition, &mut parts);
    let of_rows = parts.iter().find(|part| {
        let calls = part.descendants().any(|inner| {
            inner.kind() == SyntaxKind::CALL_EXPR || inner.kind() == SyntaxKind::SELECT
        });
        !calls && part.descendants().any(|inner| is_column(&inner))
    })?;
    Some(format!(
        "{} is about single rows. In `WHERE` it leaves them out before they are grouped.",
        code(&text(of_rows))
    ))
}

/// The conditions that are joined by `AND`.
fn conjuncts(condition: &SyntaxNode, parts: &mut Vec<SyntaxNode>) {
    let condition = bare(condition);
    if condition.kind() == SyntaxKind::BIN_EXPR && has(&condition, SyntaxKind::AND_KW) {
        for part in condition.children() {
            conjuncts(&part, parts);
        }
    } else {
        parts.push(condition);
    }
}
