//! The plan as a list of nodes that know their parent and children.

use crate::raw;

/// The nodes in the order PostgreSQL prints them: a node stands before everything below it.
pub(crate) struct Tree<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
}

pub(crate) struct Node<'a> {
    pub(crate) raw: &'a raw::Node,
    pub(crate) parent: Option<usize>,
    pub(crate) children: Vec<usize>,
    pub(crate) depth: u32,
    /// The first node after everything below this one.
    end: usize,
}

impl<'a> Tree<'a> {
    /// The tree of nodes each of which stands before everything below it.
    pub(crate) fn new(nodes: &'a [raw::Node]) -> Self {
        let mut tree = Tree {
            nodes: Vec::with_capacity(nodes.len()),
        };
        for (id, raw) in nodes.iter().enumerate() {
            let mut depth = 0;
            if let Some(parent) = raw.parent {
                let above: &mut Node<'_> = &mut tree.nodes[parent];
                above.children.push(id);
                depth = above.depth + 1;
            }
            tree.nodes.push(Node {
                raw,
                parent: raw.parent,
                children: Vec::new(),
                depth,
                end: id + 1,
            });
        }
        for id in (0..tree.nodes.len()).rev() {
            if let Some(parent) = tree.nodes[id].parent {
                tree.nodes[parent].end = tree.nodes[parent].end.max(tree.nodes[id].end);
            }
        }
        tree
    }

    /// Whether `id` is `top` or lies below it.
    pub(crate) fn is_within(&self, id: usize, top: usize) -> bool {
        (top..self.nodes[top].end).contains(&id)
    }

    /// The node and everything below it.
    pub(crate) fn subtree(&self, id: usize) -> std::ops::Range<usize> {
        id..self.nodes[id].end
    }
}

impl Node<'_> {
    pub(crate) fn is(&self, node_type: &str) -> bool {
        self.raw.kind == node_type
    }

    /// Whether worker processes run what lies below.
    pub(crate) fn is_gather(&self) -> bool {
        self.is("Gather") || self.is("Gather Merge")
    }

    pub(crate) fn has_relationship(&self, relationship: &str) -> bool {
        self.raw.relationship.as_deref() == Some(relationship)
    }

    /// Whether the node is the root of an `InitPlan` or a CTE. Its parent only lists it; another
    /// node sets it going.
    pub(crate) fn is_listed_only(&self) -> bool {
        self.has_relationship("InitPlan")
    }

    /// The name of the CTE whose root this node is.
    pub(crate) fn cte(&self) -> Option<&str> {
        self.raw.subplan_name.as_deref()?.strip_prefix("CTE ")
    }

    pub(crate) fn loops(&self) -> f64 {
        self.raw.loops.unwrap_or(0.0)
    }

    /// Milliseconds of all loops and processes together.
    pub(crate) fn process_ms(&self) -> f64 {
        self.raw.time.unwrap_or(0.0) * self.loops()
    }

    /// Rows of all loops and processes together, which are whole; none without ANALYZE.
    pub(crate) fn rows(&self) -> Option<f64> {
        let rows = (self.raw.rows?.value * self.raw.loops?).round();
        Some(self.rows_of_workers().unwrap_or(rows))
    }

    /// The sum of what VERBOSE tells of each worker, which is less rounded than the average; none
    /// if the leader took part, of which nothing is told.
    fn rows_of_workers(&self) -> Option<f64> {
        let workers = &self.raw.workers;
        let loops: Option<f64> = workers.iter().map(|worker| worker.loops).sum();
        let all_loops = loops.filter(|&loops| !workers.is_empty() && loops >= self.loops())?;
        let rows = workers
            .iter()
            .map(|worker| Some(worker.rows?.value * worker.loops?));
        rows.sum::<Option<f64>>()
            .filter(|_| all_loops > 0.0)
            .map(f64::round)
    }
}
