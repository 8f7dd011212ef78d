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
}

impl<'a> Tree<'a> {
    /// The JSON reader bounds how deep plans nest, and with it this recursion.
    pub(crate) fn new(root: &'a raw::Node) -> Self {
        let mut tree = Tree { nodes: Vec::new() };
        tree.push(root, None, 0);
        tree
    }

    fn push(&mut self, raw: &'a raw::Node, parent: Option<usize>, depth: u32) {
        let id = self.nodes.len();
        self.nodes.push(Node {
            raw,
            parent,
            children: Vec::new(),
            depth,
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        for child in &raw.plans {
            self.push(child, Some(id), depth + 1);
        }
    }

    /// The node's ancestors, its parent first.
    pub(crate) fn ancestors(&self, id: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.nodes[id].parent, |&id| self.nodes[id].parent)
    }

    /// Whether `id` is `top` or lies below it.
    pub(crate) fn is_within(&self, id: usize, top: usize) -> bool {
        id == top || self.ancestors(id).any(|ancestor| ancestor == top)
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
        self.raw.loops.unwrap_or(0.0).max(0.0)
    }

    /// Milliseconds of all loops and processes together.
    pub(crate) fn process_ms(&self) -> f64 {
        (self.raw.time.unwrap_or(0.0) * self.loops()).max(0.0)
    }

    /// Rows of all loops and processes together, which are whole; none without ANALYZE.
    pub(crate) fn rows(&self) -> Option<f64> {
        Some((self.raw.rows?.value * self.raw.loops?).round())
    }
}
