//! What a query reads from, as its syntax tree tells.

use crate::tree::{child, column_name, folded};
use sqlground_model::{ColumnInfo, TableInfo};
use squawk_syntax::{SyntaxKind, SyntaxNode};

/// A source of a query.
pub(crate) struct Source<'t> {
    /// The name its columns are called by.
    pub(crate) alias: String,
    /// The table it is, if it is one of the exercise's.
    pub(crate) table: Option<&'t TableInfo>,
}

/// The sources of a query.
pub(crate) struct Sources<'t> {
    pub(crate) all: Vec<Source<'t>>,
    /// True if rows of a source may be made up of NULLs, for want of a partner.
    pub(crate) has_outer_join: bool,
}

impl<'t> Sources<'t> {
    /// The sources of a `SELECT`.
    pub(crate) fn of(select: &SyntaxNode, tables: &'t [TableInfo]) -> Self {
        let mut found = Self {
            all: Vec::new(),
            has_outer_join: false,
        };
        if let Some(from) = child(select, SyntaxKind::FROM_CLAUSE) {
            found.gather(&from, tables);
        }
        found
    }

    fn gather(&mut self, node: &SyntaxNode, tables: &'t [TableInfo]) {
        for part in node.children() {
            match part.kind() {
                SyntaxKind::RELATION_FROM_ITEM => {
                    self.all.extend(relation(&part, tables));
                }
                SyntaxKind::JOIN_LEFT | SyntaxKind::JOIN_RIGHT | SyntaxKind::JOIN_FULL => {
                    self.has_outer_join = true;
                }
                SyntaxKind::JOIN | SyntaxKind::JOIN_EXPR => self.gather(&part, tables),
                SyntaxKind::ON_CLAUSE | SyntaxKind::JOIN_USING_CLAUSE => {}
                _ if node.kind() == SyntaxKind::JOIN && part.kind() == SyntaxKind::JOIN_INNER => {}
                SyntaxKind::JOIN_CROSS => {}
                _ => self.all.push(Source {
                    alias: alias(&part).unwrap_or_default(),
                    table: None,
                }),
            }
        }
    }

    /// The table and column that a name stands for; none if that is not sure.
    pub(crate) fn column(&self, node: &SyntaxNode) -> Option<(&'t TableInfo, &'t ColumnInfo)> {
        let (qualifier, name) = column_name(node)?;
        let of = |source: &Source<'t>| {
            let table = source.table?;
            let column = table.columns.iter().find(|column| column.name == name)?;
            Some((table, column))
        };
        if let Some(qualifier) = qualifier {
            return of(self.all.iter().find(|source| source.alias == qualifier)?);
        }
        if self.all.iter().any(|source| source.table.is_none()) {
            return None;
        }
        let mut having = self.all.iter().filter_map(of);
        let found = having.next()?;
        having.next().is_none().then_some(found)
    }

    /// The only source, if it is a table.
    pub(crate) fn only_table(&self) -> Option<&'t TableInfo> {
        match &self.all[..] {
            [only] => only.table,
            _ => None,
        }
    }
}

fn relation<'t>(item: &SyntaxNode, tables: &'t [TableInfo]) -> Option<Source<'t>> {
    let reference = child(item, SyntaxKind::RELATION_NAME_REF)?;
    let text = reference.text().to_string();
    let name = folded(text.rsplit('.').next()?);
    let is_common = item
        .ancestors()
        .filter_map(|outer| child(&outer, SyntaxKind::WITH_CLAUSE))
        .flat_map(|with| with.children())
        .filter_map(|table| child(&table, SyntaxKind::CTE_NAME))
        .any(|common| folded(&common.text().to_string()) == name);
    let table = tables.iter().find(|table| table.name == name && !is_common);
    Some(Source {
        alias: alias(item).unwrap_or(name),
        table,
    })
}

fn alias(item: &SyntaxNode) -> Option<String> {
    let alias = child(item, SyntaxKind::FROM_ALIAS)?;
    let text = alias.text().to_string();
    let words = text.split(|c: char| c.is_whitespace() || c == '(');
    let name = words
        .filter(|word| !word.is_empty())
        .find(|word| !word.eq_ignore_ascii_case("as"))?;
    Some(folded(name))
}

/// The columns of each key and index of a table, in order; expressions are left out.
pub(crate) fn indexes(table: &TableInfo) -> Vec<Vec<String>> {
    let primary: Vec<_> = table
        .columns
        .iter()
        .filter(|column| column.primary_key)
        .map(|column| column.name.clone())
        .collect();
    let mut found: Vec<Vec<String>> = table
        .constraints
        .iter()
        .filter(|text| {
            ["PRIMARY KEY", "UNIQUE", "CREATE "]
                .iter()
                .any(|begin| text.starts_with(begin))
        })
        .filter_map(|text| {
            let list = match text.split_once(" USING ") {
                Some((_, list)) => list,
                None => text,
            };
            let (_, list) = list.split_once('(')?;
            let (list, _) = list.split_once(')')?;
            Some(list.split(',').map(folded).collect())
        })
        .collect();
    if primary.len() == 1 {
        found.push(primary);
    }
    found
}

/// The columns of the primary key.
pub(crate) fn primary_key(table: &TableInfo) -> Vec<&str> {
    let columns = table.columns.iter().filter(|column| column.primary_key);
    columns.map(|column| column.name.as_str()).collect()
}
