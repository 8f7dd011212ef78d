//! Mistakes in joins.

use super::Mistake;
use crate::query::edit::Edit;
use crate::query::tree::{child, range};
use squawk_syntax::{SyntaxKind, SyntaxNode};

pub(super) fn mistakes(node: &SyntaxNode) -> Vec<Mistake> {
    if node.kind() != SyntaxKind::JOIN {
        return Vec::new();
    }
    let Some(kind) = node.children().next() else {
        return Vec::new();
    };
    let others: &[&str] = match kind.kind() {
        SyntaxKind::JOIN_INNER => &["LEFT JOIN", "RIGHT JOIN", "FULL JOIN"],
        SyntaxKind::JOIN_LEFT => &["JOIN", "RIGHT JOIN", "FULL JOIN"],
        SyntaxKind::JOIN_RIGHT => &["JOIN", "LEFT JOIN", "FULL JOIN"],
        SyntaxKind::JOIN_FULL => &["JOIN", "LEFT JOIN", "RIGHT JOIN"],
        _ => &[],
    };
    let mut mistakes: Vec<_> = others
        .iter()
        .map(|other| {
            Mistake::new(
                format!("{other} for {}", kind.text()),
                [Edit::replace(range(&kind), *other)],
            )
        })
        .collect();
    if matches!(kind.kind(), SyntaxKind::JOIN_LEFT | SyntaxKind::JOIN_RIGHT) {
        mistakes.extend(filter_after_the_join(node));
    }
    mistakes
}

/// A condition of an outer join in `WHERE`, where it takes away the rows without a partner.
fn filter_after_the_join(join: &SyntaxNode) -> Option<Mistake> {
    let on = child(join, SyntaxKind::ON_CLAUSE)?;
    let condition = child(&on, SyntaxKind::BIN_EXPR)?;
    super::super::tree::token(&condition, SyntaxKind::AND_KW)?;
    let left = condition.children().next()?;
    let right = condition.children().last()?;
    let moved = right.text().to_string();
    let select = join
        .ancestors()
        .find(|outer| outer.kind() == SyntaxKind::SELECT)?;
    let insert = if let Some(filter) = child(&select, SyntaxKind::WHERE_CLAUSE) {
        Edit::insert(range(&filter).end, format!(" AND ({moved})"))
    } else {
        let from = child(&select, SyntaxKind::FROM_CLAUSE)?;
        Edit::insert(range(&from).end, format!(" WHERE {moved}"))
    };
    let cut = Edit::delete(range(&left).end..range(&right).end);
    Some(Mistake::new(
        "a condition of the join in WHERE",
        [cut, insert],
    ))
}
