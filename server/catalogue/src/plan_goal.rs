//! What the plan of a query must or must not contain.

use crate::Block;
use crate::finding::Fault;
use crate::suggest::did_you_mean;

/// What the plan of a query must or must not contain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanGoal {
    /// The query that is explained after the submission; the submission's own last statement
    /// where the block is empty.
    pub query: Block,
    /// False if the plan must not contain it (`no Seq Scan on orders`).
    pub wanted: bool,
    /// The node type as `EXPLAIN` writes it, such as `Index Only Scan`, or the fuller heading of
    /// its text format, such as `HashAggregate` or `Parallel Hash Left Join`.
    pub node_type: String,
    /// The relation, where the goal names one (`... on orders`).
    pub relation: Option<String>,
}

/// A goal without its query, as it stands in the fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Goal {
    pub(crate) wanted: bool,
    pub(crate) node_type: String,
    pub(crate) relation: Option<String>,
}

impl Goal {
    /// Parses `[no] NODE [on RELATION]`.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let (wanted, rest) = match text.split_once(' ') {
            Some((no, rest)) if no.eq_ignore_ascii_case("no") => (false, rest.trim_start()),
            _ => (true, text),
        };
        let (node_type, relation) = match rest.split_once(" on ") {
            Some((node_type, relation)) => (node_type.trim(), Some(relation.trim())),
            None => (rest, None),
        };
        if !is_node(node_type) {
            return Err(unknown_node(node_type));
        }
        if let Some(relation) = relation
            && !is_relation(relation)
        {
            return Err(Fault::new(
                "bad-plan-goal",
                format!(
                    "`{relation}` is no table's name; a goal reads `[no] NODE [on TABLE]`, such \
                     as `no Seq Scan on orders`"
                ),
            ));
        }
        Ok(Self {
            wanted,
            node_type: node_type.to_owned(),
            relation: relation.map(str::to_owned),
        })
    }

    pub(crate) fn for_query(self, query: Block) -> PlanGoal {
        PlanGoal {
            query,
            wanted: self.wanted,
            node_type: self.node_type,
            relation: self.relation,
        }
    }
}

fn unknown_node(given: &str) -> Fault {
    let hint = did_you_mean(given, NODES.iter().copied());
    Fault::new(
        "bad-plan-goal",
        format!(
            "`{given}` is no node type of EXPLAIN; a goal reads `[no] NODE [on TABLE]`, such as \
             `Index Only Scan on orders`{hint}"
        ),
    )
}

/// The names `EXPLAIN` gives nodes, in its text format or as `Node Type` (`ExplainNode` in
/// PostgreSQL's `explain.c`, version 18), without prefixes and join types.
const NODES: &[&str] = &[
    "Aggregate",
    "Append",
    "Bitmap Heap Scan",
    "Bitmap Index Scan",
    "BitmapAnd",
    "BitmapOr",
    "CTE Scan",
    "Custom Scan",
    "Delete",
    "Foreign Scan",
    "Function Scan",
    "Gather",
    "Gather Merge",
    "Group",
    "GroupAggregate",
    "Hash",
    "Hash Join",
    "HashAggregate",
    "HashSetOp",
    "Incremental Sort",
    "Index Only Scan",
    "Index Only Scan Backward",
    "Index Scan",
    "Index Scan Backward",
    "Insert",
    "Limit",
    "LockRows",
    "Materialize",
    "Memoize",
    "Merge",
    "Merge Append",
    "Merge Join",
    "MixedAggregate",
    "ModifyTable",
    "Named Tuplestore Scan",
    "Nested Loop",
    "ProjectSet",
    "Recursive Union",
    "Result",
    "Sample Scan",
    "Seq Scan",
    "SetOp",
    "Sort",
    "Subquery Scan",
    "Table Function Scan",
    "Tid Range Scan",
    "Tid Scan",
    "Unique",
    "Update",
    "Values Scan",
    "WindowAgg",
    "WorkTable Scan",
];

/// What stands before a node's name in the text format.
const PREFIXES: &[&str] = &["Parallel ", "Partial ", "Finalize "];

/// The join types the text format names; an inner join goes without.
const JOIN_TYPES: &[&str] = &[
    "Left",
    "Full",
    "Right",
    "Semi",
    "Anti",
    "Right Semi",
    "Right Anti",
];

fn is_node(text: &str) -> bool {
    let name = PREFIXES
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    NODES.contains(&name) || is_join(name)
}

/// True for headings such as `Hash Left Join` and `Nested Loop Anti Join`.
fn is_join(name: &str) -> bool {
    let Some(name) = name.strip_suffix(" Join") else {
        return false;
    };
    ["Nested Loop ", "Merge ", "Hash "]
        .iter()
        .find_map(|method| name.strip_prefix(method))
        .is_some_and(|join_type| JOIN_TYPES.contains(&join_type))
}

fn is_relation(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'))
}
