//! What the nodes of a plan do, for whoever meets them.
//!
//! The words speak of PostgreSQL 9.6 to 18, and say since when something is so if it was not
//! always. Figures are named as EXPLAIN's text names them.

mod combining;
mod grouping;
mod helpers;
mod joining;
mod parallel;
mod reading;
mod sorting;
mod subplans;
mod writing;

/// What a kind of node does, for whoever meets it in a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// PostgreSQL's node type as its JSON writes it, such as `Index Only Scan`; of a subplan, what
    /// its name begins with, such as `InitPlan`.
    pub node_type: &'static str,
    /// What it does.
    pub what: &'static str,
    /// When PostgreSQL chooses it.
    pub when: &'static str,
    /// What to look at in its figures, and what is a bad sign.
    pub watch: &'static str,
    /// A query whose plan shows it. None where none can: a foreign table and a custom scan need
    /// an extension, and what runs within a trigger is in no plan of the statement that fires it.
    pub example: Option<Example>,
}

/// A query whose plan shows a node, on PostgreSQL 18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// Statements that set the scene, each with its semicolon. May be empty.
    pub scene: &'static str,
    /// The query, without a semicolon.
    pub query: &'static str,
}

impl Example {
    /// Scene and query as one script, whose last statement has the plan.
    pub fn script(&self) -> String {
        let separator = if self.scene.is_empty() { "" } else { "\n" };
        format!("{}{separator}{};\n", self.scene, self.query)
    }
}

static GROUPS: &[(&str, &[Lesson])] = &[
    ("Reading tables", reading::READING),
    ("Joining", joining::JOINING),
    ("Sorting and stopping early", sorting::SORTING),
    ("Grouping", grouping::GROUPING),
    ("Several inputs, one after another", combining::COMBINING),
    ("Writing", writing::WRITING),
    ("Working in parallel", parallel::PARALLEL),
    ("Rows from elsewhere than tables", helpers::HELPERS),
];

/// The lessons of all node types, by group heading, in reading order.
pub fn lessons() -> &'static [(&'static str, &'static [Lesson])] {
    GROUPS
}

/// The lessons of the plans that stand beside a query's own: what computes a subquery or a CTE.
pub fn subplan_lessons() -> &'static [Lesson] {
    subplans::SUBPLANS
}

/// The lesson of a node type, such as `Seq Scan`.
pub fn lesson(node_type: &str) -> Option<&'static Lesson> {
    let mut all = GROUPS.iter().flat_map(|(_, lessons)| lessons.iter());
    all.find(|lesson| lesson.node_type == node_type)
}

/// The lesson of a subplan by its name, such as `InitPlan 1`, `SubPlan 2` or `CTE recent`.
pub fn subplan_lesson(name: &str) -> Option<&'static Lesson> {
    let (kind, _) = name.split_once(' ')?;
    let mut all = subplans::SUBPLANS.iter();
    all.find(|lesson| lesson.node_type == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// What PostgreSQL 9.6 to 18 write as `Node Type`.
    const NODE_TYPES: [&str; 42] = [
        "Result",
        "ProjectSet",
        "ModifyTable",
        "Append",
        "Merge Append",
        "Recursive Union",
        "BitmapAnd",
        "BitmapOr",
        "Nested Loop",
        "Merge Join",
        "Hash Join",
        "Seq Scan",
        "Sample Scan",
        "Gather",
        "Gather Merge",
        "Index Scan",
        "Index Only Scan",
        "Bitmap Index Scan",
        "Bitmap Heap Scan",
        "Tid Scan",
        "Tid Range Scan",
        "Subquery Scan",
        "Function Scan",
        "Table Function Scan",
        "Values Scan",
        "CTE Scan",
        "Named Tuplestore Scan",
        "WorkTable Scan",
        "Foreign Scan",
        "Custom Scan",
        "Materialize",
        "Memoize",
        "Sort",
        "Incremental Sort",
        "Group",
        "Aggregate",
        "WindowAgg",
        "Unique",
        "SetOp",
        "LockRows",
        "Limit",
        "Hash",
    ];

    fn all() -> impl Iterator<Item = &'static Lesson> {
        let of_nodes = lessons().iter().flat_map(|(_, lessons)| lessons.iter());
        of_nodes.chain(subplan_lessons())
    }

    #[test]
    fn every_node_type_has_one_lesson() {
        for node_type in NODE_TYPES {
            assert!(lesson(node_type).is_some(), "{node_type}");
        }
        let names: HashSet<_> = all().map(|lesson| lesson.node_type).collect();
        assert_eq!(names.len(), all().count());
        assert_eq!(names.len(), NODE_TYPES.len() + subplan_lessons().len());
    }

    #[test]
    fn a_lesson_is_found_by_its_name() {
        let found = |name| lesson(name).map(|lesson| lesson.node_type);
        assert_eq!(found("Seq Scan"), Some("Seq Scan"));
        assert_eq!(found("seq scan"), None);
        assert_eq!(found("InitPlan"), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn the_lesson_of_a_subplan_is_found_by_what_its_name_begins_with() {
        let found = |name| subplan_lesson(name).map(|lesson| lesson.node_type);
        assert_eq!(found("InitPlan 10"), Some("InitPlan"));
        // Before PostgreSQL 17.
        assert_eq!(found("InitPlan 1 (returns $0,$1)"), Some("InitPlan"));
        assert_eq!(found("SubPlan 2"), Some("SubPlan"));
        assert_eq!(found("CTE recent"), Some("CTE"));
        assert_eq!(found("CTE SubPlan 1"), Some("CTE"));
        assert_eq!(found("Seq Scan"), None);
        assert_eq!(found("recent"), None);
    }

    #[test]
    fn lessons_are_short_and_complete() {
        for Lesson {
            node_type,
            what,
            when,
            watch,
            ..
        } in all()
        {
            for text in [what, when, watch] {
                assert!(text.ends_with('.'), "{node_type}: {text}");
                assert!((2..=400).contains(&text.len()), "{node_type}: {text}");
                assert!(!text.contains(['\n', '\t']), "{node_type}: {text}");
                assert!(!text.contains("  "), "{node_type}: {text}");
            }
        }
    }

    #[test]
    fn only_what_cannot_be_shown_has_no_example() {
        let without: Vec<_> = all()
            .filter(|lesson| lesson.example.is_none())
            .map(|lesson| lesson.node_type)
            .collect();
        assert_eq!(
            without,
            ["Foreign Scan", "Custom Scan", "Named Tuplestore Scan"]
        );
    }

    #[test]
    fn scene_and_query_make_a_script() {
        for Lesson {
            node_type, example, ..
        } in all()
        {
            let Some(example) = example else { continue };
            let (scene, query) = (example.scene, example.query);
            assert!(scene.is_empty() || scene.ends_with(';'), "{node_type}");
            assert!(!query.is_empty() && !query.ends_with(';'), "{node_type}");
            for text in [scene, query] {
                assert_eq!(text.trim(), text, "{node_type}");
                assert!(text.lines().all(|line| line.len() <= 80), "{node_type}");
            }
        }
        let script = |scene, query| Example { scene, query }.script();
        assert_eq!(script("", "SELECT 1"), "SELECT 1;\n");
        assert_eq!(script("SET a = b;", "SELECT 1"), "SET a = b;\nSELECT 1;\n");
    }
}
