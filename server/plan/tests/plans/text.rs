//! The text format: what its lines mean, and what is refused.

use sqlground_model::{Plan, PlanNode};

#[track_caller]
fn parse(text: &str) -> Plan {
    match sqlground_plan::parse(text, None) {
        Ok(plan) => plan,
        Err(error) => panic!("{error}\n{text}"),
    }
}

/// The tree in short: each node's depth, label and what it reads.
fn outline(plan: &Plan) -> Vec<String> {
    let name = |node: &PlanNode| {
        let names = [&node.index, &node.relation, &node.alias];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        let subplan = node.subplan_name.as_ref();
        let subplan = subplan.map_or_else(String::new, |name| format!("{name}: "));
        format!("{} {subplan}{} {}", node.depth, node.label, names.join(" "))
            .trim_end()
            .to_owned()
    };
    plan.nodes.iter().map(name).collect()
}

#[track_caller]
fn check_outline(text: &str, expected: &[&str]) {
    assert_eq!(outline(&parse(text)), expected, "{text}");
}

#[track_caller]
fn check_details(text: &str, node: usize, expected: &[(&str, &str)]) {
    let plan = parse(text);
    let details: Vec<(&str, &str)> = plan.nodes[node]
        .details
        .iter()
        .map(|(key, text)| (key.as_str(), text.as_str()))
        .collect();
    assert_eq!(details, expected, "{text}");
}

#[track_caller]
fn check_refused(text: &str, message: &str) {
    match sqlground_plan::parse(text, None) {
        Ok(plan) => panic!("read as {:?}\n{text}", outline(&plan)),
        Err(error) => assert_eq!(error.to_string(), message, "{text}"),
    }
}

#[test]
fn headings() {
    let check = |heading: &str, expected: &str| {
        check_outline(
            &format!("{heading}  (cost=0.00..1.00 rows=1 width=4)"),
            &[&format!("0 {expected}")],
        );
    };
    check("Seq Scan on t", "Seq Scan t");
    check("Seq Scan on public.t x", "Seq Scan t x");
    check("Parallel Seq Scan on t t_1", "Parallel Seq Scan t t_1");
    check(
        "Seq Scan on \"my \"\"odd\"\" on table\" \"a b\"",
        "Seq Scan my \"odd\" on table a b",
    );
    check("Index Scan using t_pkey on t", "Index Scan t_pkey t");
    check(
        "Index Scan Backward using \"i on j\" on s.t x",
        "Index Scan Backward i on j t x",
    );
    check(
        "Parallel Index Only Scan using i on t",
        "Parallel Index Only Scan i t",
    );
    check(
        "Index Scan using <13543>btree_t_a on t",
        "Index Scan <13543>btree_t_a t",
    );
    check("Bitmap Index Scan on i", "Bitmap Index Scan i");
    check(
        "Subquery Scan on \"*SELECT* 1\"",
        "Subquery Scan *SELECT* 1",
    );
    check(
        "Function Scan on pg_catalog.generate_series g",
        "Function Scan generate_series g",
    );
    check("Values Scan on \"*VALUES*\"", "Values Scan *VALUES*");
    check("CTE Scan on c c_1", "CTE Scan c c_1");
    check("WorkTable Scan on t", "WorkTable Scan t");
    check("Async Foreign Scan on f", "Async Foreign Scan f");
    check("Foreign Update on f", "Foreign Update f");
    check("Insert on t", "Insert t");
    check("Merge on public.t x", "Merge t x");
    check("Hash Left Join", "Hash Left Join");
    check(
        "Parallel Hash Right Anti Join",
        "Parallel Hash Right Anti Join",
    );
    check("Merge Full Join", "Merge Full Join");
    check("Nested Loop Semi Join", "Nested Loop Semi Join");
    check("Nested Loop", "Nested Loop");
    check("Merge Append", "Merge Append");
    check("Partial HashAggregate", "Partial HashAggregate");
    check("Finalize GroupAggregate", "Finalize GroupAggregate");
    check("MixedAggregate", "MixedAggregate");
    check("HashSetOp Except All", "HashSetOp Except All");
    check("SetOp Intersect", "SetOp Intersect");
    check(
        "Custom Scan (ChunkAppend) on metrics",
        "Custom Scan (ChunkAppend) metrics",
    );
    check(
        "Custom Scan (Citus Adaptive)",
        "Custom Scan (Citus Adaptive)",
    );
    check("Warp Drive", "Warp Drive");
}

#[test]
fn options_and_versions() {
    // 9.6: other words for the times.
    let plan = parse(
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=10 loops=1)\n\
         Planning time: 0.030 ms\nExecution time: 0.040 ms",
    );
    assert_eq!(
        (plan.planning_ms, plan.execution_ms),
        (Some(0.03), Some(0.04))
    );
    let plan = parse(
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=10 loops=1)\n\
         Total runtime: 0.050 ms",
    );
    assert_eq!(plan.execution_ms, Some(0.05));
    // Without COSTS.
    let plan = parse("Limit\n  ->  Seq Scan on t\n        Filter: (a > 3)");
    assert_eq!(outline(&plan), ["0 Limit", "1 Seq Scan t"]);
    assert_eq!((plan.nodes[1].loops, plan.nodes[1].width), (None, None));
    check_outline("Result", &["0 Result"]);
    check_outline(
        "EXPLAIN (COSTS OFF) TABLE t;\n QUERY PLAN\n-----\n Seq Scan on t\n(1 row)",
        &["0 Seq Scan t"],
    );
    let plan = parse(
        "Sort (actual time=0.1..0.2 rows=3 loops=1)\n  Sort Key: a\n  ->  Seq Scan on t (actual time=0.01..0.1 rows=3 loops=1)",
    );
    assert_eq!(plan.nodes[1].self_ms, Some(0.1));
    // Without TIMING.
    let plan = parse("Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual rows=7 loops=2)");
    assert_eq!(
        (plan.nodes[0].rows, plan.nodes[0].total_ms),
        (Some(14.0), None)
    );
    // 18: rows with decimals.
    let plan = parse(
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=3.33 loops=3)",
    );
    assert_eq!(plan.nodes[0].rows, Some(10.0));
    assert_eq!(plan.nodes[0].rows_between, Some((10.0, 10.0)));
    // Before, they were rounded: 3 loops of 3 rows are 7.5 to 10.5.
    let plan = parse(
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=3 loops=3)",
    );
    assert_eq!(plan.nodes[0].rows_between, Some((8.0, 10.0)));
    let plan = parse(
        "Append  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=3 loops=1)\n  \
         ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (never executed)",
    );
    assert_eq!(
        (plan.nodes[1].loops, plan.nodes[1].self_ms),
        (Some(0.0), Some(0.0))
    );
}

#[test]
fn subplans() {
    check_outline(
        "Result  (cost=1.00..2.00 rows=1 width=4)
  CTE a
    ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)
          SubPlan 1
            ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)
  InitPlan 2 (returns $1,$2)
    ->  CTE Scan on a  (cost=0.00..1.00 rows=1 width=4)
          Filter: (x = 1)
  InitPlan 3
    ->  Result  (cost=0.00..1.00 rows=1 width=4)
  ->  Nested Loop  (cost=0.00..1.00 rows=1 width=4)
        ->  Seq Scan on v  (cost=0.00..1.00 rows=1 width=4)
        ->  Seq Scan on w  (cost=0.00..1.00 rows=1 width=4)
  SubPlan 4
    ->  Seq Scan on x  (cost=0.00..1.00 rows=1 width=4)",
        &[
            "0 Result",
            "1 CTE a: Seq Scan t",
            "2 SubPlan 1: Seq Scan u",
            "1 InitPlan 2 (returns $1,$2): CTE Scan a",
            "1 InitPlan 3: Result",
            "1 Nested Loop",
            "2 Seq Scan v",
            "2 Seq Scan w",
            "1 SubPlan 4: Seq Scan x",
        ],
    );
}

#[test]
fn relationships() {
    let plan = parse(
        "Append  (cost=1.00..2.00 rows=1 width=4)
  ->  Subquery Scan on s  (cost=0.00..1.00 rows=1 width=4)
        ->  Limit  (cost=0.00..1.00 rows=1 width=4)
              ->  Hash Join  (cost=0.00..1.00 rows=1 width=4)
                    ->  Seq Scan on v  (cost=0.00..1.00 rows=1 width=4)
                    ->  Hash  (cost=0.00..1.00 rows=1 width=4)
                          ->  Seq Scan on w  (cost=0.00..1.00 rows=1 width=4)
  ->  Seq Scan on x  (cost=0.00..1.00 rows=1 width=4)",
    );
    let relationships: Vec<&str> = plan
        .nodes
        .iter()
        .map(|node| node.relationship.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(
        relationships,
        [
            "-", "Member", "Subquery", "Outer", "Outer", "Inner", "Outer", "Member"
        ]
    );
}

#[test]
fn properties() {
    const NODE: &str =
        "(cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=10 loops=1)";
    check_details(
        &format!(
            "HashAggregate  {NODE}\n  Group Key: a, b\n  Planned Partitions: 4  Batches: 5  Memory Usage: 4145kB  Disk Usage: 912kB\n  Warp Factor: 9"
        ),
        0,
        &[
            ("Group Key", "a, b"),
            ("Planned Partitions", "4"),
            ("HashAgg Batches", "5"),
            ("Peak Memory Usage", "4145kB"),
            ("Disk Usage", "912kB"),
            ("Warp Factor", "9"),
        ],
    );
    check_details(
        &format!(
            "Memoize  {NODE}\n  Cache Key: o.customer\n  Cache Mode: logical\n  Hits: 3999  Misses: 1000  Evictions: 0  Overflows: 0  Memory Usage: 118kB"
        ),
        0,
        &[
            ("Cache Key", "o.customer"),
            ("Cache Mode", "logical"),
            ("Cache Hits", "3999"),
            ("Cache Misses", "1000"),
            ("Peak Memory Usage", "118kB"),
        ],
    );
    check_details(
        &format!(
            "Incremental Sort  {NODE}\n  Sort Key: a, b\n  Presorted Key: a\n  Full-sort Groups: 5  Sort Methods: quicksort, top-N heapsort  Average Memory: 28kB  Peak Memory: 30kB\n  Pre-sorted Groups: 2  Sort Method: external merge  Average Disk: 100kB  Peak Disk: 120kB"
        ),
        0,
        &[
            ("Sort Key", "a, b"),
            ("Presorted Key", "a"),
            (
                "Full-sort Groups",
                "5  Sort Methods: quicksort, top-N heapsort  Average Memory: 28kB  Peak Memory: 30kB",
            ),
            (
                "Pre-sorted Groups",
                "2  Sort Method: external merge  Average Disk: 100kB  Peak Disk: 120kB",
            ),
        ],
    );
    check_details(
        &format!(
            "Bitmap Heap Scan on t  {NODE}\n  Recheck Cond: (a = 1)\n  Rows Removed by Index Recheck: 7\n  Heap Blocks: exact=10 lossy=5"
        ),
        0,
        &[
            ("Recheck Cond", "(a = 1)"),
            ("Rows Removed by Index Recheck", "7"),
            ("Exact Heap Blocks", "10"),
            ("Lossy Heap Blocks", "5"),
        ],
    );
    check_details(
        &format!("CTE Scan on c  {NODE}\n  Storage: Disk  Maximum Storage: 17kB"),
        0,
        &[("Storage", "Disk"), ("Maximum Storage", "17kB")],
    );
    check_details(
        &format!("Merge on t  {NODE}\n  Tuples: inserted=3 skipped=1"),
        0,
        &[("Tuples Inserted", "3"), ("Tuples Skipped", "1")],
    );
    check_details(
        &format!(
            "Foreign Scan on f  {NODE}\n  Remote SQL: SELECT a FROM public.f WHERE ((a > $1::integer)) -- x: y\n  Disabled: true"
        ),
        0,
        &[
            (
                "Remote SQL",
                "SELECT a FROM public.f WHERE ((a > $1::integer)) -- x: y",
            ),
            ("Disabled", "true"),
        ],
    );
    // A literal with a line break, and with what looks like a node.
    check_details(
        &format!(
            "Seq Scan on t  {NODE}\n  Filter: ((a <> 'one\ntwo: three\n  ->  Sort'::text) AND (b <> '('::text))\n  Rows Removed by Filter: 3"
        ),
        0,
        &[
            (
                "Filter",
                "((a <> 'one\ntwo: three\n->  Sort'::text) AND (b <> '('::text))",
            ),
            ("Rows Removed by Filter", "3"),
        ],
    );
}

#[test]
fn remarks() {
    const NODE: &str = "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..0.020 rows=10 loops=1)";
    for remark in ["<-- slow (why?)", "-- reads all", "# 1", "← here"] {
        check_details(
            &format!("{NODE}   {remark}\n  Filter: (a = 1)"),
            0,
            &[("Remark", remark), ("Filter", "(a = 1)")],
        );
    }
    check_refused(
        &format!("{NODE} and more"),
        "line 1 of the plan: this node cannot be read: `and more` stands behind the figures",
    );
}

#[test]
fn what_was_read_and_written() {
    let plan = parse(
        "Sort  (cost=0.00..1.00 rows=10 width=4) (actual time=3.000..4.000 rows=10 loops=1)
  Buffers: shared hit=30 read=20 dirtied=3 written=1, temp read=5 written=6
  I/O Timings: shared read=1.500 write=0.250, temp read=0.125 write=0.500
  WAL: records=9 fpi=1 bytes=800
  ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=10 loops=1)
        Buffers: shared hit=10 read=20
        I/O Timings: shared read=1.500
Planning:
  Buffers: shared hit=7
  Memory: used=8kB  allocated=16kB
Planning Time: 0.100 ms
Serialization: time=0.010 ms  output=1kB  format=text
Execution Time: 4.500 ms",
    );
    let (all, own) = (
        plan.nodes[0].usage.expect("usage"),
        plan.nodes[0].own_usage.expect("own"),
    );
    assert_eq!(
        (all.shared_hit, all.shared_read, all.temp_written),
        (30, 20, 6)
    );
    assert_eq!(
        (own.shared_hit, own.shared_read, own.shared_dirtied),
        (20, 0, 3)
    );
    assert_eq!((own.temp_read, own.wal_records, own.wal_bytes), (5, 9, 800));
    assert_eq!(
        (own.read_ms.to_bits(), own.write_ms),
        (0.0_f64.to_bits(), 0.25)
    );
    assert_eq!(plan.planning_usage.map(|usage| usage.shared_hit), Some(7));
    assert_eq!(
        plan.details,
        [
            (
                "Serialization".to_owned(),
                "time=0.010 ms  output=1kB  format=text".to_owned()
            ),
            ("Planning, Memory Used".to_owned(), "8kB".to_owned()),
            ("Planning, Memory Allocated".to_owned(), "16kB".to_owned()),
        ]
    );
}

#[test]
fn what_an_init_plan_read_is_not_its_readers_own() {
    let plan = parse(
        "Aggregate  (cost=0.00..1.00 rows=1 width=4) (actual time=3.000..4.000 rows=1 loops=1)
  Buffers: shared hit=30
  InitPlan 1
    ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..1.000 rows=1 loops=1)
          Buffers: shared hit=12
  ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..3.000 rows=10 loops=1)
        Filter: (a > (InitPlan 1).col1)
        Buffers: shared hit=29",
    );
    let own: Vec<u64> = plan
        .nodes
        .iter()
        .filter_map(|node| Some(node.own_usage?.shared_hit))
        .collect();
    assert_eq!(own, [1, 12, 17]);
    let own: Vec<f64> = plan.nodes.iter().filter_map(|node| node.self_ms).collect();
    assert_eq!(own, [1.0, 1.0, 2.0]);
}

#[test]
fn workers() {
    let plan = parse(
        "Gather  (cost=0.00..9.00 rows=10 width=4) (actual time=9.000..30.000 rows=90 loops=1)
  Workers Planned: 2
  Workers Launched: 2
  JIT for worker 0:
    Functions: 2
  ->  Sort  (cost=0.00..9.00 rows=10 width=4) (actual time=19.000..20.000 rows=46 loops=2)
        Sort Key: a
        Sort Method: quicksort  Memory: 25kB
        Worker 0:  actual time=18.000..19.000 rows=40 loops=1
          Sort Method: external merge  Disk: 900kB
          JIT:
            Functions: 3
          Buffers: shared hit=4
        Worker 1:  actual time=20.000..21.000 rows=51 loops=1
          Sort Method: quicksort  Memory: 26kB
          Buffers: shared hit=5
        ->  Parallel Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=45 loops=2)
Execution Time: 31.000 ms",
    );
    let sort = &plan.nodes[1];
    assert_eq!(sort.workers.len(), 2);
    assert_eq!(
        (sort.workers[1].rows, sort.workers[1].total_ms),
        (Some(51.0), Some(21.0))
    );
    assert_eq!(sort.workers[0].usage.map(|usage| usage.shared_hit), Some(4));
    assert_eq!((sort.disk_kb, sort.memory_kb), (Some(900.0), Some(26.0)));
    // The leader did not take part, so the workers' rows are all: 45.5 on average, printed as 46.
    assert_eq!(sort.rows, Some(91.0));
    assert_eq!(
        (sort.processes.to_bits(), sort.self_ms),
        (2.0_f64.to_bits(), Some(19.0))
    );
    assert_eq!(
        (
            plan.nodes[0].workers_planned,
            plan.nodes[0].workers_launched
        ),
        (Some(2), Some(2))
    );
    assert_eq!(plan.nodes[0].self_ms, Some(10.0));
}

#[test]
fn below_the_tree() {
    let plan = parse(
        "Update on t  (cost=0.00..1.00 rows=0 width=0) (actual time=5.000..5.000 rows=0 loops=1)
  Update on t_1
  Foreign Update on t_2 x
  ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=10 loops=1)
Settings: work_mem = '64MB', search_path = '\"$user\", it''s, public'
Query Identifier: -4711
Planning Time: 0.100 ms
JIT:
  Functions: 5
  Options: Inlining false, Optimization false, Expressions true, Deforming true
  Timing: Generation 0.250 ms (Deform 0.125 ms), Inlining 0.000 ms, Optimization 0.500 ms, Emission 2.000 ms, Total 2.750 ms
Trigger RI_ConstraintTrigger_a_16417 for constraint t_u_fkey: time=4.250 calls=10
Trigger for constraint u_fkey on t_1: time=1.000 calls=2
Trigger \"At: the end\" on t: time=0.500 calls=1
Execution Time: 12.000 ms",
    );
    assert_eq!(
        plan.triggers,
        [
            ("t_u_fkey".to_owned(), 10.0, 4.25),
            ("u_fkey".to_owned(), 2.0, 1.0),
            ("\"At: the end\"".to_owned(), 1.0, 0.5),
        ]
    );
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        plan.settings,
        [
            pair("work_mem", "64MB"),
            pair("search_path", "\"$user\", it's, public")
        ]
    );
    assert_eq!(plan.query_identifier.as_deref(), Some("-4711"));
    let jit = plan.jit.expect("JIT");
    assert_eq!(
        (jit.functions.to_bits(), jit.total_ms),
        (5.0_f64.to_bits(), Some(2.75))
    );
    assert_eq!(
        (jit.generation_ms, jit.emission_ms),
        (Some(0.25), Some(2.0))
    );
    assert_eq!(plan.nodes[0].details, [pair("Target Tables", "t_1, t_2 x")]);
}

/// The lines below the tree go on, too, and none of those that follow is lost.
#[test]
fn below_the_tree_in_pieces() {
    let lines = [
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=10 loops=1)",
        "Settings: effective_cache_size = '8GB', random_page_cost = '1.1', work_mem = '64MB'",
        "JIT:",
        "  Options: Inlining false, Optimization false, Expressions true, Deforming true",
        "  Timing: Generation 0.250 ms, Inlining 0.000 ms, Optimization 0.500 ms, Emission 2.000 ms, Total 2.750 ms",
        "Planning Time: 0.100 ms",
        "Execution Time: 12.000 ms",
    ];
    let whole = parse(&lines.join("\n"));
    for (at, line) in lines.iter().enumerate() {
        for (blank, _) in line.match_indices(' ').filter(|(blank, _)| *blank > 60) {
            for cut in [blank, blank + 3] {
                let (before, after) = line.split_at(cut.min(line.len()));
                let pieces = format!("{}\n{}", before, after.trim_start());
                let mut lines = lines.map(str::to_owned);
                lines[at] = pieces;
                let plan = parse(&lines.join("\n"));
                assert_eq!(plan.execution_ms, Some(12.0), "{lines:?}");
                assert_eq!(plan.planning_ms, Some(0.1), "{lines:?}");
            }
        }
    }
    let flowed = "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual
time=0.010..1.000 rows=10 loops=1)
Settings: effective_cache_size = '8GB', random_page_cost =
'1.1', work_mem = '64MB'
JIT:
  Options: Inlining false, Optimization false, Expressions true,
Deforming true
  Timing: Generation 0.250 ms, Inlining 0.000 ms, Optimization
0.500 ms, Emission 2.000 ms, Total 2.750 ms
Planning Time: 0.100 ms
Execution Time: 12.000 ms";
    let flowed = parse(flowed);
    assert_eq!(flowed.settings, whole.settings);
    assert_eq!(flowed.jit, whole.jit);
    assert_eq!(flowed, whole);
}

/// Markdown has marks before the bars within a cell; psql's patterns have them, too.
#[test]
fn bars_in_cells() {
    let lines = "| Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) |
|   Filter: ((a \\|\\| b) = 'x'::text) |";
    let filter = |text: &str| [("Filter".to_owned(), text.to_owned())];
    let markdown = parse(&format!("| QUERY PLAN |\n|:---|\n{lines}"));
    assert_eq!(markdown.nodes[0].details, filter("((a || b) = 'x'::text)"));
    let psql = parse(&format!("+----+\n| QUERY PLAN |\n+----+\n{lines}\n+----+"));
    assert_eq!(psql.nodes[0].details, filter("((a \\|\\| b) = 'x'::text)"));
}

/// Remarks behind a trigger's figures and behind a name that has none.
#[test]
fn remarks_behind_lines() {
    let plan = parse(
        "Delete on t  (cost=0.00..1.00 rows=0 width=0) (actual time=5.000..5.000 rows=0 loops=1)
  ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=10 loops=1)
Trigger a on t: time=4.250 calls=10   <<<< slow
Total runtime: 9.30 msec",
    );
    assert_eq!(plan.triggers, [("a".to_owned(), 10.0, 4.25)]);
    assert_eq!(plan.execution_ms, Some(9.3));
    let plan = parse("Sort\n  Sort Key: a\n  ->  Seq Scan on t x    <-- all of it");
    assert_eq!(outline(&plan), ["0 Sort", "1 Seq Scan t x"]);
    let remark = ("Remark".to_owned(), "<-- all of it".to_owned());
    assert_eq!(plan.nodes[1].details, [remark]);
}

/// A remark between the lines below the tree does not end them; prose behind them does.
#[test]
fn remarks_below_the_tree() {
    let plan = parse(
        "Seq Scan on t  (cost=0.00..1.00 rows=10 width=4) (actual time=0.010..1.000 rows=10 loops=1)
Planning Time: 0.100 ms
that is quick, but
Execution Time: 12.000 ms
is slow",
    );
    assert_eq!(plan.execution_ms, Some(12.0));
    let remark = ("Remark".to_owned(), "that is quick, but".to_owned());
    assert_eq!(plan.details, [remark]);
}

/// A node in the root's column can only lie below the root, but where there are several, the plan
/// may have lost its indentation.
#[test]
fn in_the_column_of_the_root() {
    let figures = "(cost=0.00..1.00 rows=1 width=4)";
    let sort = format!("  Sort  {figures}\n  ->  Append  {figures}\n");
    let scan = |name: &str, indent: &str| format!("{indent}->  Seq Scan on {name}  {figures}\n");
    let plan = parse(&format!("{sort}{}", scan("a", "        ")));
    assert_eq!(outline(&plan), ["0 Sort", "1 Append", "2 Seq Scan a"]);
    let stripped = format!(
        "  Append  {figures}\n{}{}",
        scan("a", "  "),
        scan("b", "  ")
    );
    let error = sqlground_plan::parse(&stripped, None).expect_err("several readings");
    assert!(error.to_string().contains("indentation"), "{error}");
}

/// The end of a plan that lacks nodes, or the rest of a line.
#[test]
fn without_the_end() {
    #[track_caller]
    fn refuse(text: &str, line: usize) {
        let error = sqlground_plan::parse(text, None).expect_err(text);
        assert_eq!(error.line(), Some(line), "{text}");
        assert!(error.to_string().contains("complete?"), "{error}");
    }
    const JOIN: &str = "Limit  (cost=0.00..9.00 rows=1 width=4)
  ->  Hash Join  (cost=0.00..9.00 rows=1 width=4)
        Hash Cond: (a.id = b.id)";
    const SCAN: &str = "\n        ->  Seq Scan on a  (cost=0.00..2.00 rows=1 width=4)";
    const HASH: &str = "\n        ->  Hash  (cost=0.00..2.00 rows=1 width=4)";
    const INNER: &str = "\n              ->  Seq Scan on b  (cost=0.00..2.00 rows=1 width=4)";
    refuse(JOIN, 2);
    refuse(&format!("{JOIN}{SCAN}"), 2);
    refuse(&format!("{JOIN}{SCAN}{HASH}"), 5);
    let plan = parse(&format!("{JOIN}{SCAN}{HASH}{INNER}"));
    assert_eq!(plan.nodes.len(), 5);
    let filter = "\n                    Filter: ((note = 'a)'::text) AND (";
    refuse(&format!("{JOIN}{SCAN}{HASH}{INNER}{filter}"), 7);
    // Left out by hand, as the times below the tree show.
    let plan = parse(&format!("{JOIN}{SCAN}{HASH}\nExecution Time: 1.000 ms"));
    assert_eq!(plan.nodes.len(), 4);
    // These may have none.
    let plan = parse(
        "Sort  (cost=0.00..9.00 rows=1 width=4)
  ->  Append  (cost=0.00..9.00 rows=1 width=4)
        Subplans Removed: 3",
    );
    assert_eq!(plan.nodes.len(), 2);
}

/// Nodes that something stands before are not left out in silence.
#[test]
fn nodes_behind_something_else() {
    let text = "Sort  (cost=2.00..2.10 rows=10 width=4)
worker-1> Sort Key: id
worker-1>   ->  Seq Scan on t  (cost=0.00..1.00 rows=10 width=4)";
    let error = sqlground_plan::parse(text, None).expect_err("half a plan");
    assert_eq!(error.line(), Some(2));
}

#[test]
fn extensions() {
    // A distributed query: one of several tasks, with its own plan and its own times.
    let plan = parse(
        "Custom Scan (Citus Adaptive)  (cost=0.00..0.00 rows=0 width=0) (actual time=20.000..20.000 rows=1 loops=1)
  Task Count: 32
  Tuple data received from nodes: 256 bytes
  Tasks Shown: One of 32
  ->  Task
        Tuple data received from node: 8 bytes
        Node: host=localhost port=9701 dbname=postgres
        ->  Aggregate  (cost=9.00..9.01 rows=1 width=8) (actual time=3.000..3.000 rows=1 loops=1)
              ->  Seq Scan on events_102008 events  (cost=0.00..8.00 rows=400 width=0) (actual time=0.010..2.000 rows=400 loops=1)
            Planning Time: 0.050 ms
            Execution Time: 3.200 ms
Planning Time: 1.000 ms
Execution Time: 20.500 ms",
    );
    assert_eq!(
        outline(&plan),
        [
            "0 Custom Scan (Citus Adaptive)",
            "1 Task",
            "2 Aggregate",
            "3 Seq Scan events_102008 events",
        ]
    );
    let own: Vec<f64> = plan.nodes.iter().filter_map(|node| node.self_ms).collect();
    assert_eq!(own, [17.0, 0.0, 1.0, 2.0]);
    assert_eq!(plan.execution_ms, Some(20.5));
    // What is said of it may follow what it is said of.
    let plan = parse(
        "Custom Scan (Citus Adaptive)  (cost=0.00..0.00 rows=0 width=0)
  ->  Distributed Subplan 3_1
        Intermediate Data Size: 100 bytes
        ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)
              Filter: (a = 1)
  Task Count: 1
  Tasks Shown: All
  ->  Task
        Node: host=localhost port=9701 dbname=postgres
        ->  Result  (cost=0.00..0.01 rows=1 width=4)",
    );
    assert_eq!(
        outline(&plan),
        [
            "0 Custom Scan (Citus Adaptive)",
            "1 Distributed Subplan 3_1",
            "2 Seq Scan t",
            "1 Task",
            "2 Result",
        ]
    );
    assert_eq!(plan.nodes[0].details.len(), 2, "{plan:?}");
    check_details(
        "Custom Scan (ChunkAppend) on metrics  (cost=0.00..9.00 rows=9 width=4)
  Order: metrics.\"time\" DESC
  Chunks excluded during startup: 3
  ->  Custom Scan (DecompressChunk) on _hyper_1_4_chunk  (cost=0.00..9.00 rows=9 width=4)
        Vectorized Filter: (value > 3)
        ->  Seq Scan on compress_hyper_2_9_chunk  (cost=0.00..1.00 rows=1 width=4)",
        0,
        &[
            ("Order", "metrics.\"time\" DESC"),
            ("Chunks excluded during startup", "3"),
        ],
    );
}

#[test]
fn several_plans() {
    const ONE: &str = "Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)\n  Filter: (x = 1)";
    const TWO: &str = "Limit  (cost=0.00..1.00 rows=1 width=4)\n  ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)\nPlanning Time: 0.1 ms";
    let json = r#"[{"Plan": {"Node Type": "Result"}}, {"Plan": {"Node Type": "Sort"}}]"#;
    let xml = "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n <Query>\n  <Plan>\n   <Node-Type>Hash</Node-Type>\n  </Plan>\n </Query>\n</explain>";
    let yaml = "- Plan: \n    Node Type: \"Unique\"\n- Plan: \n    Node Type: \"Group\"";
    let text = format!("{ONE}\n\n{TWO}\nand then\n{ONE}\n{json}\n{xml}\n{yaml}\n");
    let plans = sqlground_plan::parse_all(&text, None).expect("plans");
    let roots: Vec<&str> = plans
        .iter()
        .map(|plan| plan.nodes[0].label.as_str())
        .collect();
    assert_eq!(
        roots,
        [
            "Seq Scan", "Limit", "Seq Scan", "Result", "Sort", "Hash", "Unique", "Group"
        ]
    );
    check_refused(&text, "there are 8 plans in it; keep one");
}

#[test]
fn from_auto_explain() {
    let log = "2026-03-01 12:00:00.123 UTC [4711] LOG:  duration: 12.500 ms  plan:
\tQuery Text: SELECT *
\tFROM a
\tWHERE x = 1
\tSeq Scan on a  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..11.000 rows=1 loops=1)
\t  Filter: (x = 1)
2026-03-01 12:00:01.123 UTC [4712] ERROR:  relation \"nope\" does not exist at character 15
2026-03-01 12:00:01.123 UTC [4712] STATEMENT:  SELECT * FROM nope
2026-03-01 12:00:02.123 UTC [4711] LOG:  duration: 0.500 ms  plan:
\t{
\t  \"Query Text\": \"SELECT 1\",
\t  \"Plan\": {
\t    \"Node Type\": \"Result\"
\t  }
\t}
";
    let plans = sqlground_plan::parse_all(log, None).expect("plans");
    assert_eq!(plans.len(), 2);
    assert_eq!(
        plans[0].query.as_deref(),
        Some("SELECT *\nFROM a\nWHERE x = 1")
    );
    assert_eq!(plans[0].execution_ms, Some(12.5));
    assert_eq!(plans[1].query.as_deref(), Some("SELECT 1"));
    assert_eq!(plans[1].execution_ms, Some(0.5));
    // What a client gets, with where a nested statement came from.
    let client = "LOG:  duration: 0.121 ms  plan:
Query Text: SELECT f(1)
Limit  (cost=0.00..1.00 rows=1 width=4)
  ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)
CONTEXT:  SQL function \"f\" statement 1
";
    assert_eq!(parse(client).nodes.len(), 2);
    // A log in CSV, and one in JSON.
    let csv = "2026-03-01 12:00:00.123 UTC,\"u\",\"db\",4711,,65e1,1,\"SELECT\",,3/7,0,LOG,00000,\"duration: 12.500 ms  plan:
Query Text: SELECT \"\"x\"\" FROM a
Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)
  Filter: (\"\"x\"\" = 1)\",,,,,,,,,\"psql\",\"client backend\",,0
";
    let plan = parse(csv);
    assert_eq!(plan.query.as_deref(), Some("SELECT \"x\" FROM a"));
    assert_eq!(
        plan.nodes[0].details,
        [("Filter".to_owned(), "(\"x\" = 1)".to_owned())]
    );
    // A plan in YAML, and the next entry in its column.
    let yaml = "2026-03-01 12:00:00.123 UTC,\"u\",\"db\",4711,LOG,00000,\"duration: 12.500 ms  plan:
Query Text: \"\"SELECT 1\"\"
Plan:
  Node Type: \"\"Result\"\"
Triggers: \",,,,,,,,,\"psql\"
2026-03-01 12:00:01.123 UTC,\"u\",\"db\",4711,LOG,00000,\"duration: 0.100 ms  statement: SELECT 2\",,,,,,,,,\"psql\"
";
    let plan = parse(yaml);
    assert_eq!(plan.query.as_deref(), Some("SELECT 1"));
    let message = "duration: 12.500 ms  plan:\nQuery Text: SELECT 1\nResult  (cost=0.00..0.01 rows=1 width=4)";
    let json = serde_json::json!({"timestamp": "2026-03-01", "pid": 4711, "message": message});
    let plan = parse(&json.to_string());
    assert_eq!(
        (plan.nodes[0].label.as_str(), plan.execution_ms),
        ("Result", Some(12.5))
    );
}

#[test]
fn what_is_refused() {
    const ROOT: &str =
        "Sort  (cost=0.00..1.00 rows=1 width=4) (actual time=1.0..2.0 rows=1 loops=1)";
    const CHILD: &str =
        "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..0.2 rows=1 loops=1)";
    // All lines moved to one column: a tree that cannot be.
    check_refused(
        &format!(
            "Hash Join  (cost=0.00..1.00 rows=1 width=4) (actual time=1.0..2.0 rows=1 loops=1)\n ->  {CHILD}\n ->  {CHILD}\n ->  {CHILD}"
        ),
        "line 4 of the plan: a Hash Join cannot have this node below it, too; has the plan lost its indentation?",
    );
    check_refused(
        &format!("{CHILD}\n  ->  {CHILD}"),
        "line 2 of the plan: a Seq Scan cannot have this node below it, too; has the plan lost its indentation?",
    );
    // What is said of a node above, which no node of PostgreSQL's has below its children.
    check_refused(
        &format!("{ROOT}\n  ->  {CHILD}\n  Sort Key: a"),
        "line 3 of the plan: the indentation of this line fits no node",
    );
    check_refused(
        &format!("{ROOT}\n  ->  {CHILD}\nFilter: (a = 1)"),
        "line 3 of the plan: the indentation of this line fits no node",
    );
    // All indentation lost.
    check_refused(
        &format!("{ROOT}\nSort Key: a\n->  {CHILD}"),
        "line 2 of the plan: the indentation of this line fits no node",
    );
    check_refused(
        &format!("{ROOT}\n->  {CHILD}\n->  {CHILD}"),
        "line 3 of the plan: this node lies below none; has the plan lost its indentation?",
    );
    // A node that stands between two levels.
    check_refused(
        &format!("{ROOT}\n  ->  {CHILD}\n      ->  {CHILD}"),
        "line 3 of the plan: this node is indented differently from the one beside it",
    );
    // The beginning is missing.
    check_refused(
        &format!("and here:\n  ->  {CHILD}"),
        "line 2 of the plan: a node without the one it lies below; is the beginning of the plan missing?",
    );
    // Cut off in the middle.
    check_refused(
        "Seq Scan on t  (cost=0.00..1.00 rows=1 wid",
        "line 1 of the plan: this node cannot be read: it is cut off",
    );
    check_refused(
        &format!(
            "{ROOT}\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.1..0.2 rows=many loops=1)"
        ),
        "line 2 of the plan: this node cannot be read: `rows=many` is no number",
    );
    check_refused(
        &format!("{ROOT}\n  InitPlan 1\n"),
        "line 2 of the plan: InitPlan 1 has no node; is the plan complete?",
    );
    check_refused(
        &format!("{ROOT}\n  lorem ipsum\n  ->  {CHILD}"),
        "line 2 of the plan: this is neither a node nor a property of one",
    );
    check_refused(
        &format!("{ROOT}\n  ->  Hash\n        ->  {CHILD}"),
        "line 2 of the plan: this node has no figures, but the root has",
    );
    // Something before the root, so that its children would each be a plan.
    check_refused(
        &format!("Output | {ROOT}\n  ->  {CHILD}"),
        "line 2 of the plan: a node without the one it lies below; is the beginning of the plan missing?",
    );
    check_refused(
        &format!("A | {ROOT}\nB |   ->  {CHILD}"),
        "this is no execution plan: no line of it is what EXPLAIN prints",
    );
    check_refused(
        &format!("{ROOT}\nPlanning Time: soon"),
        "line 2 of the plan: Planning Time is \"soon\", not a number",
    );
}

#[test]
fn sql_is_no_plan() {
    for sql in [
        "SELECT 1",
        "-- Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\nSELECT * FROM t;",
        "/*\nSeq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n*/\nSELECT * FROM t;",
        "SELECT j\n  -> 'Sort'\n  ->> 'b' FROM t;",
        "EXPLAIN ANALYZE\nSELECT * FROM t;",
        "INSERT INTO t VALUES ('\n[1, 2]\n');",
        "WITH a AS (\n SELECT 1\n)\nTABLE a",
        "The planner says Seq Scan on t  (cost=0.00..1.00 rows=1 width=4), but why?",
        "Update t set a = 1",
    ] {
        assert!(!sqlground_plan::looks_like_plan(sql), "{sql}");
    }
}

#[test]
fn of_old_versions() {
    // 8.4 and before: no `on` before a subquery's alias, one announcement for all subplans.
    check_outline(
        "\
Hash IN Join  (cost=4.00..9.00 rows=1 width=4)
  ->  Subquery Scan poly  (cost=2.16..2.44 rows=1 width=32)
        ->  Result  (cost=2.16..2.18 rows=1 width=0)
              InitPlan
                ->  Seq Scan on markets  (cost=0.00..2.15 rows=1 width=32)
                ->  Result  (cost=0.00..0.01 rows=1 width=0)
  ->  Hash  (cost=1.00..1.00 rows=1 width=4)
        ->  Append  (cost=1.00..1.00 rows=1 width=4)
              SubPlan
                ->  Seq Scan on a  (cost=0.00..1.00 rows=1 width=4)
                ->  Seq Scan on b  (cost=0.00..1.00 rows=1 width=4)
              ->  Seq Scan on c  (cost=0.00..1.00 rows=1 width=4)",
        &[
            "0 Hash IN Join",
            "1 Subquery Scan poly",
            "2 Result",
            "3 InitPlan: Seq Scan markets",
            "3 InitPlan: Result",
            "1 Hash",
            "2 Append",
            "3 SubPlan: Seq Scan a",
            "3 SubPlan: Seq Scan b",
            "3 Seq Scan c",
        ],
    );
}

#[test]
fn what_greenplum_says_of_its_slices_does_not_end_the_plan() {
    let plan = parse(
        "\
Gather Motion 6:1  (slice1; segments: 6)  (cost=0.00..9.92 rows=10 width=18) (actual time=0.4..0.5 rows=10 loops=1)
  ->  Seq Scan on f  (cost=0.00..5.45 rows=4 width=18) (actual time=0.012..0.013 rows=10 loops=1)
Planning time: 23.128 ms
  (slice0)    Executor memory: 155K bytes.
  (slice1)    Executor memory: 65K bytes avg x 6 workers, 65K bytes max (seg0).
Memory used:  524288kB
Execution time: 1.720 ms",
    );
    assert_eq!(plan.nodes.len(), 2);
    assert_eq!(plan.execution_ms, Some(1.72));
    let slices = plan.details.iter().filter(|(key, _)| key == "Slice");
    assert_eq!(slices.count(), 2, "{:?}", plan.details);
}

/// A node without figures below psql's heading, whatever stands before.
#[test]
fn a_node_alone_in_its_frame() {
    let frame = " QUERY PLAN   \n---------------\n Seq Scan on t\n(1 row)\n";
    check_outline(
        &format!("explain (costs off)\nselect * from t where\n  a = 1;\n{frame}"),
        &["0 Seq Scan t"],
    );
    let text = format!("{frame}\nshop=> \n{frame}");
    let plans = sqlground_plan::parse_all(&text, None).expect("plans");
    assert_eq!(plans.len(), 2);
    // Of another column it is a word.
    let refused = sqlground_plan::parse(&frame.replace("QUERY PLAN", "name"), None);
    assert!(refused.is_err(), "{refused:?}");
}
