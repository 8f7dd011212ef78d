//! What is asked of the plan of a query.

use crate::Block;
use crate::finding::Fault;
use crate::suggest::did_you_mean;

/// What is asked of the plan of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanGoal {
    /// The query that is explained after the submission; the submission's own last statement
    /// where the block is empty.
    pub query: Block,
    /// What its plan must be like.
    pub wanted: PlanWish,
}

/// What a plan must be like. Times are not among it: they are another each time.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanWish {
    /// It has such a step.
    Step(PlanStep),
    /// It does not have such a step: `no Seq Scan on orders`.
    NoStep(PlanStep),
    /// It uses no more than this: `at most 100 buffers`.
    AtMost(f64, PlanMeasure),
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// The node type as `EXPLAIN` writes it, such as `Index Only Scan`, or the fuller heading of
    /// its text format, such as `HashAggregate` or `Parallel Hash Left Join`.
    pub node_type: String,
    /// The relation, where one is named (`... on orders`).
    pub relation: Option<String>,
}

/// What can be measured of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanMeasure {
    /// Blocks of 8 kB that are read, be they in the cache.
    Buffers,
    /// Steps that read a table or an index for rows, those that were never executed not counted.
    Scans,
    /// The planner's cost, as a multiple of that after the reference answer.
    CostOfAnswer,
}

impl PlanWish {
    /// Parses `[no] NODE [on RELATION]`, `at most N buffers`, `at most N scans` or `at most N times
    /// the answer's cost`.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        if let Some(limit) = text.strip_prefix("at most ") {
            return at_most(limit.trim());
        }
        match text.split_once(' ') {
            Some((no, rest)) if no.eq_ignore_ascii_case("no") => {
                PlanStep::parse(rest.trim_start()).map(Self::NoStep)
            }
            _ => PlanStep::parse(text).map(Self::Step),
        }
    }

    pub(crate) fn of(self, query: Block) -> PlanGoal {
        PlanGoal {
            query,
            wanted: self,
        }
    }
}

fn at_most(text: &str) -> Result<PlanWish, Fault> {
    let (number, of) = text.split_once(' ').unwrap_or((text, ""));
    let measure = match of.trim() {
        "buffer" | "buffers" => Some(PlanMeasure::Buffers),
        "scan" | "scans" => Some(PlanMeasure::Scans),
        "times the answer's cost" => Some(PlanMeasure::CostOfAnswer),
        _ => None,
    };
    let number = number
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite() && *n >= 0.0);
    match number.zip(measure) {
        Some((number, measure)) => Ok(PlanWish::AtMost(number, measure)),
        None => Err(Fault::new(
            "bad-plan-goal",
            format!(
                "`at most {text}` is no limit; write `at most 100 buffers`, `at most 1 scan` or \
                 `at most 1.2 times the answer's cost`"
            ),
        )),
    }
}

impl PlanStep {
    /// Parses `NODE [on RELATION]`.
    fn parse(text: &str) -> Result<Self, Fault> {
        let (node_type, relation) = match text.split_once(" on ") {
            Some((node_type, relation)) => (node_type.trim(), Some(relation.trim())),
            None => (text, None),
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
            node_type: node_type.to_owned(),
            relation: relation.map(str::to_owned),
        })
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
