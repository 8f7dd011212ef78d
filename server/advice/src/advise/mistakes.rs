//! What runs, and is a mistake more often than not.

use crate::sources::Sources;
use crate::tree::{bare, child, folded, has, query_of, text};
use crate::wording::code;
use sqlground_model::TableInfo;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// `= NULL`.
pub(super) fn null_comparison(node: &SyntaxNode, _: &[TableInfo]) -> Option<String> {
    let is_null = |side: &SyntaxNode| {
        let side = bare(side);
        side.kind() == SyntaxKind::LITERAL && text(&side).eq_ignore_ascii_case("null")
    };
    let is_equal = has(node, SyntaxKind::EQ);
    let is_unequal = has(node, SyntaxKind::NEQ) || has(node, SyntaxKind::NEQB);
    if node.kind() != SyntaxKind::BIN_EXPR || !(is_equal || is_unequal) {
        return None;
    }
    let mut sides = node.children();
    let (left, right) = (sides.next()?, sides.last()?);
    let other = if is_null(&right) {
        left
    } else if is_null(&left) {
        right
    } else {
        return None;
    };
    let meant = if is_equal { "IS NULL" } else { "IS NOT NULL" };
    Some(format!(
        "{} is never true, not even where the value is NULL: write {}.",
        code(&text(node)),
        code(&format!("{} {meant}", text(&other)))
    ))
}

/// A column that gets the name of another one for want of a comma.
pub(super) fn missing_comma(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    let alias = child(node, SyntaxKind::AS_NAME).filter(|_| node.kind() == SyntaxKind::TARGET)?;
    if has(&alias, SyntaxKind::AS_KW) {
        return None;
    }
    let sources = Sources::of(&query_of(node)?, tables);
    let expression = bare(&node.children().next()?);
    let (_, column) = sources.column(&expression)?;
    let name = folded(&text(&alias));
    let is_column = sources.all.iter().any(|source| {
        let table = source.table;
        table.is_some_and(|table| table.columns.iter().any(|column| column.name == name))
    });
    (is_column && name != column.name).then(|| {
        format!(
            "{} gives the column {} the name of another one. Is a comma missing?",
            code(&text(node)),
            code(&column.name)
        )
    })
}
