//! Plans of PostgreSQL 18 and 15, each read in all four formats.

use sqlground_model::{Plan, PlanNode};
use sqlground_tests::{Cluster, Command};
use std::fmt::Write;

const TABLES: &str = include_str!("../plans/tables.sql");
const QUERIES: &str = include_str!("../plans/queries.sql");
const FORMATS: [&str; 4] = ["JSON", "TEXT", "YAML", "XML"];
/// From all that can be said to next to nothing.
const OPTIONS: [&str; 3] = [
    "ANALYZE, BUFFERS, VERBOSE, SETTINGS, WAL",
    "ANALYZE, TIMING OFF, SUMMARY OFF",
    "COSTS OFF",
];

/// A query and what its plan must show.
struct Query {
    name: String,
    /// Statements that set the scene.
    scene: Vec<String>,
    sql: String,
    label: Option<String>,
}

/// The queries in the file: each below a comment with its name.
fn queries() -> Vec<Query> {
    let blocks = QUERIES.split("\n\n").filter(|block| block.contains(';'));
    let query = |block: &str| {
        let (title, sql) = block.trim().split_once('\n').expect("a title and a query");
        let title = title.trim_start_matches("-- ");
        let (name, label) = match title.split_once(": ") {
            Some((name, label)) => (name, Some(label.to_owned())),
            None => (title, None),
        };
        let mut statements: Vec<String> = sql
            .split(";\n")
            .map(|sql| sql.trim().trim_end_matches(';').to_owned())
            .collect();
        let sql = statements.pop().expect("a query");
        Query {
            name: name.to_owned(),
            scene: statements,
            sql,
            label,
        }
    };
    blocks.map(query).collect()
}

impl Query {
    /// The statements that explain it in one format, and undo what was done.
    fn script(&self, options: &str, format: &str) -> String {
        let mut script = String::new();
        if self.name != "compiled" {
            script.push_str("SET jit = off;\n");
        }
        for statement in &self.scene {
            let _ = writeln!(script, "{statement};");
        }
        let _ = writeln!(
            script,
            "BEGIN;\nEXPLAIN ({options}, FORMAT {format}) {};\nROLLBACK;\nRESET ALL;\nDEALLOCATE ALL;",
            self.sql
        );
        script
    }
}

/// Checks what PostgreSQL printed of a query in the four formats, in their order.
fn check(query: &Query, options: &str, outputs: &[String]) {
    let place = format!("{}, {options}", query.name);
    let plans: Vec<Plan> = outputs
        .iter()
        .map(|text| match sqlground_plan::parse(text, None) {
            Ok(plan) => plan,
            Err(error) => panic!("{place}: {error}\n{text}"),
        })
        .collect();
    for (plan, text) in plans.iter().zip(outputs) {
        assert!(sqlground_plan::looks_like_plan(text), "{place}\n{text}");
        check_times(plan, &place, text);
    }
    if let Some(label) = &query.label {
        let labels: Vec<&str> = plans[0]
            .nodes
            .iter()
            .map(|node| node.label.as_str())
            .collect();
        assert!(labels.contains(&label.as_str()), "{place}: {labels:?}");
    }
    let expected = outline(&plans[0]);
    for (plan, text) in plans.iter().zip(outputs).skip(1) {
        assert_eq!(outline(plan), expected, "{place}\n{text}\n{}", outputs[0]);
    }
}

/// Self times are never negative and add up to the root's time.
fn check_times(plan: &Plan, place: &str, text: &str) {
    let Some(root) = plan.nodes[0].total_ms else {
        return;
    };
    let own: f64 = plan.nodes.iter().filter_map(|node| node.self_ms).sum();
    assert!(
        (own - root).abs() <= 0.01 * root,
        "{place}: {own} of {root}\n{text}"
    );
    for node in &plan.nodes {
        assert!(node.self_ms >= Some(0.0), "{place}: {}\n{text}", node.label);
        assert!(
            node.self_ms <= node.total_ms,
            "{place}: {}\n{text}",
            node.label
        );
    }
}

/// What is the same each time a query is explained.
fn outline(plan: &Plan) -> Vec<String> {
    let nodes = plan.nodes.iter().map(|node| {
        let details: Vec<_> = node
            .details
            .iter()
            .filter(|(key, _)| !varies(key))
            .collect();
        // One process may get so few rows that they fit into memory.
        let uses_memory = node.memory_kb.is_some() || node.disk_kb.is_some();
        format!(
            "{:?} {:?} {:?} {:?} {details:?}",
            (
                node.parent,
                &node.label,
                &node.node_type,
                &node.relationship,
                &node.subplan_name
            ),
            (&node.schema, name(node), &node.index, &node.output),
            (
                node.width,
                node.loops.map(|loops| loops > 0.0),
                node.total_ms.is_some()
            ),
            (node.workers_planned, uses_memory,),
        )
    });
    let triggers: Vec<_> = plan
        .triggers
        .iter()
        .map(|(name, calls, _)| (name, calls))
        .collect();
    let about = (
        &plan.settings,
        triggers,
        plan.planning_ms.is_some(),
        plan.jit.is_some(),
    );
    nodes.chain([format!("{about:?}")]).collect()
}

/// Text does not tell a function's name from an alias that stands for several functions.
fn name(node: &PlanNode) -> Option<&String> {
    node.alias.as_ref().or(node.relation.as_ref())
}

/// Whether a property may differ from one execution to the next.
fn varies(key: &str) -> bool {
    ["Worker ", "Workers Launched", "Cache ", "Rows Removed by "]
        .iter()
        .any(|prefix| key.starts_with(prefix))
        || [
            "Sort Method",
            "Hash Buckets",
            "Hash Batches",
            "HashAgg Batches",
            "Peak Memory Usage",
            "Disk Usage",
            "Exact Heap Blocks",
            "Heap Fetches",
            "Index Searches",
        ]
        .contains(&key)
}

#[test]
fn of_postgresql_18_in_all_formats() {
    let mut script = TABLES.to_owned();
    let mut expected = Vec::new();
    for query in queries() {
        for options in OPTIONS {
            for format in FORMATS {
                script.push_str(&query.script(options, format));
            }
        }
        expected.push(query);
    }
    let done = Command::new("run")
        .file("plans.sql", script)
        .args(&[
            "--json",
            "--script-seconds",
            "600",
            "--max-statements",
            "100000",
        ])
        .args(&[
            "--max-rows",
            "100000",
            "--max-bytes",
            "100MB",
            "--max-value-bytes",
            "1MB",
        ])
        .run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let outputs: Vec<String> = done
        .objects()
        .iter()
        .filter(|statement| statement["columns"][0]["name"] == "QUERY PLAN")
        .map(|statement| {
            let rows = statement["rows"].as_array().expect("rows");
            let lines = rows.iter().map(|row| row[0].as_str().expect("a line"));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert_eq!(
        outputs.len(),
        expected.len() * OPTIONS.len() * FORMATS.len()
    );
    let mut outputs = outputs.chunks(FORMATS.len());
    for query in &expected {
        for options in OPTIONS {
            check(query, options, outputs.next().expect("four formats"));
        }
    }
}

#[test]
fn of_postgresql_15_in_all_formats() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    cluster
        .query("postgres", "CREATE DATABASE plans")
        .expect("a database");
    cluster.query("plans", TABLES).expect("tables");
    for query in queries() {
        for options in OPTIONS {
            let outputs: Vec<String> = FORMATS
                .iter()
                .map(|format| {
                    let output = cluster.query("plans", &query.script(options, format));
                    output.unwrap_or_else(|error| panic!("{}: {error}", query.name))
                })
                .collect();
            check(&query, options, &outputs);
        }
    }
}
