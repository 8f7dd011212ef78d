//! Ways of executing a statement that can be switched off.

use crate::PlanNode;
use serde::{Deserialize, Serialize};

/// A way of executing that PostgreSQL can be told to avoid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanSwitch {
    /// Reading whole tables.
    SeqScan,
    /// Looking rows up by an index.
    IndexScan,
    /// Answering from an index alone.
    IndexOnlyScan,
    /// Collecting places from indexes before reading them.
    BitmapScan,
    /// Joining by running one side for each row of the other.
    NestLoop,
    /// Joining by a hash table.
    HashJoin,
    /// Joining sorted inputs.
    MergeJoin,
    /// Sorting.
    Sort,
    /// Grouping by a hash table.
    HashAgg,
    /// Remembering what came for a key.
    Memoize,
    /// Keeping rows to give them again.
    Material,
    /// Several processes.
    Parallel,
}

impl PlanSwitch {
    /// Every switch.
    pub const ALL: [Self; 12] = [
        Self::SeqScan,
        Self::IndexScan,
        Self::IndexOnlyScan,
        Self::BitmapScan,
        Self::NestLoop,
        Self::HashJoin,
        Self::MergeJoin,
        Self::Sort,
        Self::HashAgg,
        Self::Memoize,
        Self::Material,
        Self::Parallel,
    ];

    /// The switch as forms spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SeqScan => "seqscan",
            Self::IndexScan => "indexscan",
            Self::IndexOnlyScan => "indexonlyscan",
            Self::BitmapScan => "bitmapscan",
            Self::NestLoop => "nestloop",
            Self::HashJoin => "hashjoin",
            Self::MergeJoin => "mergejoin",
            Self::Sort => "sort",
            Self::HashAgg => "hashagg",
            Self::Memoize => "memoize",
            Self::Material => "material",
            Self::Parallel => "parallel",
        }
    }

    /// Reads what [`PlanSwitch::as_str`] gives; anything else is no switch.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|switch| switch.as_str() == text)
    }

    /// PostgreSQL's setting and the value that turns it off
    /// (<https://www.postgresql.org/docs/18/runtime-config-query.html>).
    pub fn setting(self) -> (&'static str, &'static str) {
        let name = match self {
            Self::SeqScan => "enable_seqscan",
            Self::IndexScan => "enable_indexscan",
            Self::IndexOnlyScan => "enable_indexonlyscan",
            Self::BitmapScan => "enable_bitmapscan",
            Self::NestLoop => "enable_nestloop",
            Self::HashJoin => "enable_hashjoin",
            Self::MergeJoin => "enable_mergejoin",
            Self::Sort => "enable_sort",
            Self::HashAgg => "enable_hashagg",
            Self::Memoize => "enable_memoize",
            Self::Material => "enable_material",
            Self::Parallel => return ("max_parallel_workers_per_gather", "0"),
        };
        (name, "off")
    }

    /// What is switched off, in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::SeqScan => "sequential scans",
            Self::IndexScan => "index scans",
            Self::IndexOnlyScan => "index-only scans",
            Self::BitmapScan => "bitmap scans",
            Self::NestLoop => "nested loops",
            Self::HashJoin => "hash joins",
            Self::MergeJoin => "merge joins",
            Self::Sort => "sorts",
            Self::HashAgg => "hash aggregates",
            Self::Memoize => "memoize",
            Self::Material => "materialize",
            Self::Parallel => "workers",
        }
    }

    /// The switch that would keep such a node out of a plan.
    pub fn of_node(node: &PlanNode) -> Option<Self> {
        Some(match node.node_type.as_str() {
            "Seq Scan" => Self::SeqScan,
            "Index Scan" => Self::IndexScan,
            "Index Only Scan" => Self::IndexOnlyScan,
            "Bitmap Heap Scan" => Self::BitmapScan,
            "Nested Loop" => Self::NestLoop,
            "Hash Join" => Self::HashJoin,
            "Merge Join" => Self::MergeJoin,
            "Aggregate" if node.label.ends_with("HashAggregate") => Self::HashAgg,
            "Sort" | "Incremental Sort" => Self::Sort,
            "Memoize" => Self::Memoize,
            "Materialize" => Self::Material,
            "Gather" | "Gather Merge" => Self::Parallel,
            _ => return None,
        })
    }
}
