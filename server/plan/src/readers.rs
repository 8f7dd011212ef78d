//! Which nodes read an `InitPlan` or a CTE and so have its time within theirs.

use crate::raw::Node as RawNode;
use crate::tree::Tree;
use std::collections::HashMap;

/// For each node that is the root of an `InitPlan` or a CTE, the nodes that may have run it: the
/// likeliest first, none if the plan names none. Nodes that never ran are left out.
pub(crate) struct Readers(Vec<Vec<usize>>);

impl Readers {
    pub(crate) fn new(tree: &Tree<'_>) -> Self {
        let producers: Vec<usize> = (0..tree.nodes.len())
            .filter(|&id| tree.nodes[id].is_listed_only())
            .collect();
        let mut readers = vec![Vec::new(); tree.nodes.len()];
        if producers.is_empty() {
            return Self(readers);
        }
        add_cte_scans(tree, &producers, &mut readers);
        let naming = naming_nodes(tree);
        let gathers = gathers_above(tree);
        for &producer in &producers {
            if tree.nodes[producer].cte().is_none() {
                readers[producer] = parameter_readers(tree, producer, &naming, &gathers);
            }
            readers[producer].retain(|&id| tree.nodes[id].loops() > 0.0);
        }
        Self(readers)
    }

    pub(crate) fn of(&self, producer: usize) -> &[usize] {
        &self.0[producer]
    }
}

/// Adds the scans of each CTE, those with few loops first: a scan inside a loop finds the rows
/// there.
fn add_cte_scans(tree: &Tree<'_>, producers: &[usize], readers: &mut [Vec<usize>]) {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for &producer in producers {
        if let Some(name) = tree.nodes[producer].cte() {
            by_name.entry(name).or_default().push(producer);
        }
    }
    for (id, node) in tree.nodes.iter().enumerate() {
        let name = node.raw.fields.text("CTE Name");
        let Some(candidates) = name.and_then(|name| by_name.get(name)) else {
            continue;
        };
        // The nearest of its name that is in scope.
        let in_scope = candidates.iter().copied().filter(|&producer| {
            let owner = tree.nodes[producer].parent;
            node.is("CTE Scan")
                && !tree.is_within(id, producer)
                && owner.is_some_and(|owner| tree.is_within(id, owner))
        });
        if let Some(producer) = in_scope.max_by_key(|&producer| tree.nodes[producer].depth) {
            readers[producer].push(id);
        }
    }
    for &producer in producers {
        let loops = |&id: &usize| tree.nodes[id].loops();
        readers[producer].sort_by(|a, b| loops(a).total_cmp(&loops(b)));
    }
}

/// For each node the Gather that it lies below.
fn gathers_above(tree: &Tree<'_>) -> Vec<Option<usize>> {
    let mut gathers: Vec<Option<usize>> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        gathers.push(node.parent.and_then(|parent| {
            let is_gather = tree.nodes[parent].is_gather();
            if is_gather {
                Some(parent)
            } else {
                gathers[parent]
            }
        }));
    }
    gathers
}

/// The nodes whose expressions name the `InitPlan`'s result, the deepest first: nodes above a reader
/// repeat the expressions they receive. Below a Gather the leader evaluates it beforehand, so the
/// Gather is the reader; before PostgreSQL 17 its `Params Evaluated` says so as well.
fn parameter_readers(
    tree: &Tree<'_>,
    producer: usize,
    naming: &HashMap<&str, Vec<usize>>,
    gathers: &[Option<usize>],
) -> Vec<usize> {
    let Some(owner) = tree.nodes[producer].parent else {
        return Vec::new();
    };
    let mut nodes: Vec<usize> = result_names(tree.nodes[producer].raw)
        .into_iter()
        .filter_map(|name| naming.get(name))
        .flatten()
        .copied()
        .filter(|&id| tree.is_within(id, owner) && !tree.is_within(id, producer))
        .collect();
    nodes.sort_by_key(|&id| (std::cmp::Reverse(tree.nodes[id].depth), id));
    nodes.dedup();
    for node in &mut nodes {
        let gather = gathers[*node].filter(|&gather| tree.is_within(gather, owner));
        *node = gather.unwrap_or(*node);
    }
    // A Gather runs before anything that waits for it.
    nodes.sort_by_key(|&id| !tree.nodes[id].is_gather());
    let mut seen = std::collections::HashSet::new();
    nodes.retain(|id| seen.insert(*id));
    nodes
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

/// The nodes that name each parameter, by its name.
fn naming_nodes<'a>(tree: &Tree<'a>) -> HashMap<&'a str, Vec<usize>> {
    let mut naming: HashMap<&str, Vec<usize>> = HashMap::new();
    for (id, node) in tree.nodes.iter().enumerate() {
        for (key, value) in node.raw.fields.iter() {
            // Another server's parameters are numbered apart.
            if key != "Remote SQL" {
                each_text(value, &mut |text| {
                    each_parameter(text, |name| {
                        let nodes = naming.entry(name).or_default();
                        if nodes.last() != Some(&id) {
                            nodes.push(id);
                        }
                    });
                });
            }
        }
    }
    naming
}

fn each_text<'a>(value: &'a crate::raw::Value, act: &mut impl FnMut(&'a str)) {
    use crate::raw::Value;
    match value {
        Value::Text(text) => act(text),
        Value::List(items) => items.iter().for_each(|item| each_text(item, act)),
        Value::Map(entries) => entries.iter().for_each(|(_, item)| each_text(item, act)),
    }
}

/// Calls `act` with each parameter that the expression names, outside literals and quoted
/// identifiers: `$10`, `InitPlan 1`.
fn each_parameter<'a>(expression: &'a str, mut act: impl FnMut(&'a str)) {
    if !expression.contains('$') && !expression.contains("InitPlan ") {
        return;
    }
    let continues = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in expression.char_indices() {
        let is_start = quote.is_none() && !continues(before);
        before = c;
        if let Some(open) = quote {
            if c == open {
                quote = None;
            }
            continue;
        }
        if matches!(c, '\'' | '"') {
            quote = Some(c);
            continue;
        }
        let rest = &expression[at..];
        let prefix = match c {
            '$' => 1,
            'I' if rest.starts_with("InitPlan ") => "InitPlan ".len(),
            _ => continue,
        };
        let name = rest[prefix..].split(|c| !continues(c)).next().unwrap_or("");
        let is_numbered = c != '$' || name.chars().all(|c| c.is_ascii_digit());
        if is_start && !name.is_empty() && is_numbered {
            act(&rest[..prefix + name.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::each_parameter;

    #[track_caller]
    fn check(expression: &str, names: &[&str]) {
        let mut found = Vec::new();
        each_parameter(expression, |name| found.push(name));
        assert_eq!(found, names, "{expression}");
    }

    #[test]
    fn parameters_are_named_exactly() {
        check("(a > $1)", &["$1"]);
        check("((a > $10) AND (b = $1))", &["$10", "$1"]);
        check("(a = '$1'::text)", &[]);
        check("((a = 'it''s'::text) AND (b = $1))", &["$1"]);
        check("(a > (InitPlan 1).col1)", &["InitPlan 1"]);
        check("(a > (InitPlan 10).col1)", &["InitPlan 10"]);
        check("(t.\"InitPlan 1\" > 3)", &[]);
        check("(x$1 > 3)", &[]);
        check("$0, $1", &["$0", "$1"]);
    }
}
