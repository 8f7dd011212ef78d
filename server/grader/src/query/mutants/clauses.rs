//! Mistakes in the clauses of a query.

use super::Mistake;
use super::expressions::before;
use crate::query::edit::Edit;
use crate::query::tree::{child, range, token, token_range, tokens};
use squawk_syntax::{SyntaxKind, SyntaxNode};

pub(super) fn mistakes(node: &SyntaxNode) -> Vec<Mistake> {
    match node.kind() {
        SyntaxKind::SELECT => select(node),
        SyntaxKind::COMPOUND_SELECT => compound(node),
        SyntaxKind::GROUP_BY_LIST | SyntaxKind::SORT_BY_LIST => without_an_item(node),
        SyntaxKind::SORT_BY => sort(node),
        SyntaxKind::WINDOW_SPEC => window(node),
        SyntaxKind::UPDATE | SyntaxKind::DELETE => whole(node, SyntaxKind::WHERE_CLAUSE, "WHERE"),
        _ => Vec::new(),
    }
}

/// The node without one of its clauses.
fn whole(node: &SyntaxNode, clause: SyntaxKind, name: &str) -> Vec<Mistake> {
    let place = |part: &SyntaxNode| before(node, part)..range(part).end;
    child(node, clause)
        .iter()
        .map(|part| Mistake::new(format!("{name} left out"), [Edit::delete(place(part))]))
        .collect()
}

fn select(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (clause, name) in [
        (SyntaxKind::WHERE_CLAUSE, "WHERE"),
        (SyntaxKind::HAVING_CLAUSE, "HAVING"),
        (SyntaxKind::LIMIT_CLAUSE, "LIMIT"),
        (SyntaxKind::OFFSET_CLAUSE, "OFFSET"),
        (SyntaxKind::FETCH_CLAUSE, "FETCH"),
        (SyntaxKind::GROUP_BY_CLAUSE, "GROUP BY"),
    ] {
        mistakes.extend(whole(node, clause, name));
    }
    let Some(clause) = child(node, SyntaxKind::SELECT_CLAUSE) else {
        return mistakes;
    };
    let list = child(&clause, SyntaxKind::TARGET_LIST);
    match (child(&clause, SyntaxKind::DISTINCT_CLAUSE), list) {
        (Some(distinct), Some(list)) => {
            let place = range(&distinct).start..range(&list).start;
            mistakes.push(Mistake::new("DISTINCT left out", [Edit::delete(place)]));
        }
        (None, Some(list)) => {
            let at = range(&list).start;
            mistakes.push(Mistake::new(
                "DISTINCT too much",
                [Edit::insert(at, "DISTINCT ")],
            ));
        }
        _ => {}
    }
    mistakes
}

fn compound(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for operator in node.children() {
        let others: &[&str] = match operator.kind() {
            SyntaxKind::UNION => &["INTERSECT", "EXCEPT"],
            SyntaxKind::INTERSECT => &["UNION", "EXCEPT"],
            SyntaxKind::EXCEPT => &["INTERSECT", "UNION"],
            _ => continue,
        };
        let place = range(&operator);
        let Some(word) = tokens(&operator).next() else {
            continue;
        };
        let all = operator
            .descendants_with_tokens()
            .filter_map(squawk_syntax::SyntaxElement::into_token)
            .find(|token| token.kind() == SyntaxKind::ALL_KW);
        mistakes.push(match all {
            Some(_) => Mistake::new("ALL left out", [Edit::replace(place.clone(), word.text())]),
            None => Mistake::new(
                "ALL too much",
                [Edit::replace(place.clone(), format!("{} ALL", word.text()))],
            ),
        });
        mistakes.extend(others.iter().map(|other| {
            Mistake::new(
                format!("{other} for {}", word.text()),
                [Edit::replace(place.clone(), *other)],
            )
        }));
    }
    for (clause, name) in [
        (SyntaxKind::LIMIT_CLAUSE, "LIMIT"),
        (SyntaxKind::OFFSET_CLAUSE, "OFFSET"),
    ] {
        mistakes.extend(whole(node, clause, name));
    }
    mistakes
}

/// A list without one of its items.
fn without_an_item(node: &SyntaxNode) -> Vec<Mistake> {
    let items: Vec<_> = node.children().map(|item| range(&item)).collect();
    if items.len() < 2 {
        return Vec::new();
    }
    let what = match node.kind() {
        SyntaxKind::SORT_BY_LIST => "a sort key left out",
        _ => "an item of GROUP BY left out",
    };
    (0..items.len())
        .map(|i| {
            let place = if i == 0 {
                items[0].start..items[1].start
            } else {
                items[i - 1].end..items[i].end
            };
            Mistake::new(what, [Edit::delete(place)])
        })
        .collect()
}

fn sort(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let Some(key) = node.children().next() else {
        return mistakes;
    };
    let end = range(&key).end;
    let other_way = match (
        child(node, SyntaxKind::SORT_DESC),
        child(node, SyntaxKind::SORT_ASC),
    ) {
        (Some(descending), _) => Edit::delete(before(node, &descending)..range(&descending).end),
        (None, Some(ascending)) => Edit::replace(range(&ascending), "DESC"),
        (None, None) => Edit::insert(end, " DESC"),
    };
    mistakes.push(Mistake::new("the other direction of ORDER BY", [other_way]));
    let is_descending = child(node, SyntaxKind::SORT_DESC).is_some();
    let nulls = [SyntaxKind::NULLS_FIRST, SyntaxKind::NULLS_LAST];
    if nulls.into_iter().all(|kind| child(node, kind).is_none()) {
        let other_end = if is_descending {
            " NULLS LAST"
        } else {
            " NULLS FIRST"
        };
        let at = range(node).end;
        mistakes.push(Mistake::new(
            "NULLs at the other end",
            [Edit::insert(at, other_end)],
        ));
    }
    for nulls in nulls.into_iter().filter_map(|kind| child(node, kind)) {
        let place = before(node, &nulls)..range(&nulls).end;
        mistakes.push(Mistake::new(
            "NULLS FIRST or LAST left out",
            [Edit::delete(place)],
        ));
    }
    mistakes
}

fn window(node: &SyntaxNode) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (clause, name) in [
        (SyntaxKind::PARTITION_BY_CLAUSE, "PARTITION BY"),
        (SyntaxKind::ORDER_BY_CLAUSE, "the window's ORDER BY"),
        (SyntaxKind::FRAME_CLAUSE, "the frame"),
    ] {
        let Some(part) = child(node, clause) else {
            continue;
        };
        let after = node
            .children()
            .find(|other| range(other).start >= range(&part).end)
            .map_or(range(&part).end, |next| range(&next).start);
        let place = if after > range(&part).end {
            range(&part).start..after
        } else {
            before(node, &part)..range(&part).end
        };
        mistakes.push(Mistake::new(
            format!("{name} left out"),
            [Edit::delete(place)],
        ));
    }
    if let Some(frame) = child(node, SyntaxKind::FRAME_CLAUSE) {
        for kind in frame.children() {
            let (word, other) = match kind.kind() {
                SyntaxKind::FRAME_ROWS => (token(&kind, SyntaxKind::ROWS_KW), "RANGE"),
                SyntaxKind::FRAME_RANGE => (token(&kind, SyntaxKind::RANGE_KW), "ROWS"),
                _ => continue,
            };
            mistakes.extend(word.map(|word| {
                Mistake::new(
                    format!("{other} for {}", word.text()),
                    [Edit::replace(token_range(&word), other)],
                )
            }));
        }
    } else if let Some(order) = child(node, SyntaxKind::ORDER_BY_CLAUSE) {
        let rows = " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
        mistakes.push(Mistake::new(
            "a frame of rows for one of peers",
            [Edit::insert(range(&order).end, rows)],
        ));
    }
    mistakes
}
