//! Results that could be asked for better.

use super::conditions::is_aggregate;
use crate::sources::{Sources, primary_key};
use crate::tree::{arguments, bare, called, child, column_name, has, query_of, text};
use crate::wording::code;
use sqlground_model::TableInfo;
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// What may stand around a query without being about it.
const PARENTHESES: [SyntaxKind; 2] = [SyntaxKind::PAREN_SELECT, SyntaxKind::PAREN_EXPR];

/// `SELECT *` of a table.
pub(super) fn select_star(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    let is_star = node.kind() == SyntaxKind::TARGET
        && node
            .last_token()
            .is_some_and(|token| token.kind() == SyntaxKind::STAR);
    let query = query_of(node).filter(|_| is_star)?;
    let is_of_exists = query
        .ancestors()
        .skip(1)
        .find(|outer| !PARENTHESES.contains(&outer.kind()))
        .is_some_and(|outer| outer.kind() == SyntaxKind::EXISTS_FN);
    let sources = Sources::of(&query, tables);
    let reads_table = sources.all.iter().any(|source| source.table.is_some());
    (reads_table && !is_of_exists).then(|| {
        format!(
            "{} is whatever columns the table has at the moment. A list of those you need says what \
             comes back, and stays right when the table gets another.",
            code(&text(node))
        )
    })
}

/// The expressions of a query's result.
fn targets(select: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    let clause = child(select, SyntaxKind::SELECT_CLAUSE)?;
    let targets = child(&clause, SyntaxKind::TARGET_LIST)?;
    Some(
        targets
            .children()
            .filter_map(|target| target.children().next())
            .map(|expression| bare(&expression))
            .collect(),
    )
}

/// `DISTINCT` where no two rows can be alike, or it does not matter.
pub(super) fn needless_distinct(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::DISTINCT_CLAUSE || child(node, SyntaxKind::DISTINCT_ON).is_some()
    {
        return None;
    }
    let select = query_of(node)?;
    let has_limit = child(&select, SyntaxKind::LIMIT_CLAUSE).is_some();
    let around = select
        .ancestors()
        .skip(1)
        .find(|outer| !PARENTHESES.contains(&outer.kind()))?;
    let is_member = around.kind() == SyntaxKind::BIN_EXPR
        && (has(&around, SyntaxKind::IN_KW) || child(&around, SyntaxKind::NOT_IN).is_some());
    let asks = match around.kind() {
        SyntaxKind::EXISTS_FN => Some("EXISTS"),
        _ if is_member => Some("IN"),
        _ => None,
    };
    if let Some(asks) = asks.filter(|_| !has_limit) {
        return Some(format!(
            "`{asks}` only asks whether there is such a row, so the subquery needs no `DISTINCT`."
        ));
    }
    Some(match differing(&select, tables)? {
        Differing::Key(table) => format!(
            "{} is the primary key of {}, so no two rows are alike, and `DISTINCT` looks for \
             duplicates in vain.",
            code(&primary_key(table).join(", ")),
            code(&table.name)
        ),
        Differing::Groups => "`GROUP BY` already gives one row for each group, so `DISTINCT` has \
                              nothing to do."
            .to_owned(),
        Differing::Single => "The query gives one row, so `DISTINCT` has nothing to do.".to_owned(),
    })
}

/// Why no two rows of a query's result are alike.
enum Differing<'t> {
    /// The primary key of its only table is among its columns.
    Key(&'t TableInfo),
    /// All that it groups by is.
    Groups,
    /// There is one row.
    Single,
}

/// What makes several sets of groups.
const GROUPINGS: [SyntaxKind; 3] = [
    SyntaxKind::GROUPING_SETS,
    SyntaxKind::GROUPING_ROLLUP,
    SyntaxKind::GROUPING_CUBE,
];

/// Why no two rows of a query's result are alike; none if that is not sure.
fn differing<'t>(select: &SyntaxNode, tables: &'t [TableInfo]) -> Option<Differing<'t>> {
    let targets = targets(select)?;
    if let Some(group) = child(select, SyntaxKind::GROUP_BY_CLAUSE) {
        let keys: Vec<_> = group
            .descendants()
            .filter(|inner| inner.kind() == SyntaxKind::GROUPING_EXPR)
            .filter_map(|key| key.children().next())
            .map(|key| bare(&key).text().to_string())
            .collect();
        let plain = group
            .descendants()
            .all(|inner| !GROUPINGS.contains(&inner.kind()));
        let is_shown = |key: &String| targets.iter().any(|target| target.text() == key.as_str());
        return (plain && !keys.is_empty() && keys.iter().all(is_shown))
            .then_some(Differing::Groups);
    }
    // A function may give several rows.
    let calls = targets
        .iter()
        .flat_map(SyntaxNode::descendants)
        .any(|inner| inner.kind() == SyntaxKind::CALL_EXPR);
    let has_from = child(select, SyntaxKind::FROM_CLAUSE).is_some();
    if !has_from && !calls || targets.iter().all(is_aggregate) {
        return Some(Differing::Single);
    }
    let table = Sources::of(select, tables).only_table()?;
    let names: Vec<_> = targets.iter().filter_map(column_name).collect();
    let key = primary_key(table);
    let is_shown = |part: &&str| names.iter().any(|(_, name)| name == part);
    (!key.is_empty() && key.iter().all(is_shown)).then_some(Differing::Key(table))
}

/// Tables parted by commas.
pub(super) fn implicit_join(node: &SyntaxNode, _: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::FROM_CLAUSE || !has(node, SyntaxKind::COMMA) {
        return None;
    }
    let all_relations = node
        .children()
        .all(|item| item.kind() == SyntaxKind::RELATION_FROM_ITEM);
    let query = query_of(node)?;
    let filter = child(&query, SyntaxKind::WHERE_CLAUSE)?;
    let joins = filter.descendants().any(|inner| {
        let mut sides = inner.children();
        inner.kind() == SyntaxKind::BIN_EXPR
            && has(&inner, SyntaxKind::EQ)
            && sides
                .next()
                .is_some_and(|side| column_name(&bare(&side)).is_some())
            && sides
                .last()
                .is_some_and(|side| column_name(&bare(&side)).is_some())
    });
    (all_relations && joins).then(|| {
        format!(
            "In {} the tables are joined by a condition somewhere in `WHERE`. With `JOIN … ON` each \
             says at once how it belongs to the others, and a forgotten condition is an error.",
            code(&text(node))
        )
    })
}

/// `UNION` of queries that cannot have a row in common.
pub(super) fn union_all(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    let compound = node.parent().filter(|_| node.kind() == SyntaxKind::UNION)?;
    if node
        .descendants_with_tokens()
        .any(|part| part.kind() == SyntaxKind::ALL_KW)
    {
        return None;
    }
    let sides: Vec<_> = compound
        .children()
        .filter(|side| side.kind() == SyntaxKind::SELECT)
        .collect();
    let [left, right] = &sides[..] else {
        return None;
    };
    // Rows of one side can be alike, too.
    differing(left, tables)?;
    differing(right, tables)?;
    let (left, right) = (targets(left)?, targets(right)?);
    let constant =
        |node: &SyntaxNode| (node.kind() == SyntaxKind::LITERAL).then(|| node.text().to_string());
    let (one, other) = left.iter().zip(&right).find_map(|(left, right)| {
        let (left, right) = (constant(left)?, constant(right)?);
        (left != right).then_some((left, right))
    })?;
    Some(format!(
        "A row with {} is never like one with {}: `UNION ALL` gives the same, without looking for \
         duplicates.",
        code(&one),
        code(&other)
    ))
}

/// `count` of a column that is never NULL.
pub(super) fn count_column(node: &SyntaxNode, tables: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::CALL_EXPR || called(node)? != "count" {
        return None;
    }
    let list = child(node, SyntaxKind::ARG_LIST)?;
    let is_distinct = list
        .descendants_with_tokens()
        .any(|part| part.kind() == SyntaxKind::DISTINCT_KW);
    let [argument] = &arguments(node)[..] else {
        return None;
    };
    let sources = Sources::of(&query_of(node)?, tables);
    let (table, column) = sources.column(&bare(argument))?;
    let is_table = table
        .kind
        .as_deref()
        .is_none_or(|kind| kind == "partitioned table");
    (!is_distinct && !sources.has_outer_join && is_table && !column.nullable).then(|| {
        format!(
            "{} counts the rows where {} is not NULL, which it never is: `count(*)` says that all \
             rows count.",
            code(&text(node)),
            code(&column.name)
        )
    })
}

/// `ORDER BY` a number.
pub(super) fn order_by_position(node: &SyntaxNode, _: &[TableInfo]) -> Option<String> {
    if node.kind() != SyntaxKind::SORT_BY {
        return None;
    }
    let key = node.children().next()?;
    let number = key.first_token()?;
    let is_number = key.kind() == SyntaxKind::LITERAL && number.kind() == SyntaxKind::INT_NUMBER;
    let is_of_query = node
        .ancestors()
        .find(|outer| outer.kind() == SyntaxKind::ORDER_BY_CLAUSE)
        .and_then(|clause| clause.parent())
        .is_some_and(|outer| {
            matches!(
                outer.kind(),
                SyntaxKind::SELECT | SyntaxKind::COMPOUND_SELECT
            )
        });
    (is_number && is_of_query).then(|| {
        format!(
            "{} is another column as soon as one is put before it: sort by its name.",
            code(&format!("ORDER BY {}", number.text()))
        )
    })
}
