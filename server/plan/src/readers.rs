//! Which nodes read an `InitPlan` or a CTE and so have its time within theirs.

use crate::raw::Node as RawNode;
use crate::tree::Tree;
use serde_json::Value;

/// The nodes that may have run `producer`, the root of an `InitPlan` or a CTE; the likeliest first,
/// empty if the plan names none. Nodes that never ran are left out.
pub(crate) fn readers(tree: &Tree<'_>, producer: usize) -> Vec<usize> {
    let mut readers = match tree.nodes[producer].cte() {
        Some(_) => cte_scans(tree, producer),
        None => parameter_readers(tree, producer),
    };
    readers.retain(|&id| tree.nodes[id].loops() > 0.0);
    readers
}

/// The CTE's scans, those with few loops first: a scan inside a loop finds the rows there.
fn cte_scans(tree: &Tree<'_>, producer: usize) -> Vec<usize> {
    let mut scans: Vec<usize> = (0..tree.nodes.len())
        .filter(|&id| tree.nodes[id].is("CTE Scan") && scanned_cte(tree, id) == Some(producer))
        .collect();
    scans.sort_by(|&a, &b| tree.nodes[a].loops().total_cmp(&tree.nodes[b].loops()));
    scans
}

/// The root of the CTE that `scan` reads: the nearest of its name that is in scope.
fn scanned_cte(tree: &Tree<'_>, scan: usize) -> Option<usize> {
    let name = tree.nodes[scan].raw.fields.text("CTE Name")?;
    tree.ancestors(scan).find_map(|ancestor| {
        let is_read =
            |&child: &usize| tree.nodes[child].cte() == Some(name) && !tree.is_within(scan, child);
        tree.nodes[ancestor].children.iter().copied().find(is_read)
    })
}

/// The nodes whose expressions name the `InitPlan`'s result, the deepest first: nodes above a reader
/// repeat the expressions they receive. Below a Gather the leader evaluates it beforehand, so the
/// Gather is the reader; before PostgreSQL 17 its `Params Evaluated` says so as well.
fn parameter_readers(tree: &Tree<'_>, producer: usize) -> Vec<usize> {
    let Some(owner) = tree.nodes[producer].parent else {
        return Vec::new();
    };
    let names = result_names(tree.nodes[producer].raw);
    let mut naming: Vec<usize> = (0..tree.nodes.len())
        .filter(|&id| tree.is_within(id, owner) && !tree.is_within(id, producer))
        .filter(|&id| {
            names
                .iter()
                .any(|name| names_in_fields(tree.nodes[id].raw, name))
        })
        .collect();
    naming.sort_by_key(|&id| std::cmp::Reverse(tree.nodes[id].depth));
    let mut readers = Vec::new();
    for id in naming {
        let gather = tree
            .ancestors(id)
            .take_while(|&ancestor| tree.is_within(ancestor, owner))
            .filter(|&ancestor| tree.nodes[ancestor].is_gather())
            .last();
        let reader = gather.unwrap_or(id);
        if !readers.contains(&reader) {
            readers.push(reader);
        }
    }
    // A Gather runs before anything that waits for it.
    readers.sort_by_key(|&id| !tree.nodes[id].is_gather());
    readers
}

/// How expressions name what an `InitPlan` returns: `$0` up to PostgreSQL 16, from
/// `InitPlan 1 (returns $0)`; since 17 `InitPlan 1`, the name itself.
fn result_names(producer: &RawNode) -> Vec<&str> {
    let Some(name) = producer.subplan_name.as_deref() else {
        return Vec::new();
    };
    match name.split_once(" (returns ") {
        Some((_, returned)) => returned
            .trim_end_matches(')')
            .split(',')
            .map(str::trim)
            .collect(),
        None => vec![name],
    }
}

fn names_in_fields(node: &RawNode, name: &str) -> bool {
    fn names(value: &Value, name: &str) -> bool {
        match value {
            Value::String(text) => mentions(text, name),
            Value::Array(values) => values.iter().any(|value| names(value, name)),
            Value::Object(map) => map.values().any(|value| names(value, name)),
            _ => false,
        }
    }
    node.fields.iter().any(|(_, value)| names(value, name))
}

/// Whether the expression contains exactly `name`, outside literals and quoted identifiers:
/// `$10` does not mention `$1`.
fn mentions(expression: &str, name: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut quote = None;
    for (at, c) in expression.char_indices() {
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
        } else if matches!(c, '\'' | '"') {
            quote = Some(c);
        } else if let Some(after) = expression[at..].strip_prefix(name) {
            let before = &expression[..at];
            if !before.ends_with(continues) && !after.starts_with(continues) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn parameters_are_named_exactly() {
        assert!(mentions("(a > $1)", "$1"));
        assert!(mentions("((a > $10) AND (b = $1))", "$1"));
        assert!(!mentions("(a > $10)", "$1"));
        assert!(!mentions("(a = '$1'::text)", "$1"));
        assert!(mentions("((a = 'it''s'::text) AND (b = $1))", "$1"));
        assert!(mentions("(a > (InitPlan 1).col1)", "InitPlan 1"));
        assert!(!mentions("(a > (InitPlan 10).col1)", "InitPlan 1"));
        assert!(!mentions("(t.\"InitPlan 1\" > 3)", "InitPlan 1"));
    }
}
