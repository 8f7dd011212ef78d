//! Self times. Expected ones are worked out from the fixture's numbers, as the comments say.

use super::{all, is_close, plan, text};
use sqlground_model::FindingKind;

/// Compares labels, total and self times of all nodes in the order they are printed.
#[track_caller]
fn check(fixture: &str, expected: &[(&str, f64, f64)]) {
    let plan = plan(fixture);
    let labels: Vec<&str> = plan.nodes.iter().map(|node| node.label.as_str()).collect();
    let wanted: Vec<&str> = expected.iter().map(|node| node.0).collect();
    assert_eq!(labels, wanted, "{fixture}");
    for (node, (label, total_ms, self_ms)) in plan.nodes.iter().zip(expected) {
        let got = (
            node.total_ms.expect("a total"),
            node.self_ms.expect("a self time"),
        );
        assert!(
            is_close(got.0, *total_ms) && is_close(got.1, *self_ms),
            "{fixture}, {label}: total and self time are {got:?}, not {:?}",
            (total_ms, self_ms),
        );
    }
}

#[test]
fn self_times_add_up_to_the_roots_time() {
    for fixture in all() {
        let plan = plan(&fixture);
        let raw: serde_json::Value = serde_json::from_str(&text(&fixture)).expect("JSON");
        let printed = raw[0]["Plan"]["Actual Total Time"].as_f64();
        let Some(root_ms) = plan.nodes[0].total_ms else {
            assert!(printed.is_none(), "{fixture}");
            continue;
        };
        if !fixture.starts_with("modifying_cte") {
            assert_eq!(Some(root_ms), printed, "{fixture}");
        }
        let own: f64 = plan
            .nodes
            .iter()
            .map(|node| node.self_ms.expect("a self time"))
            .sum();
        let sum = own + plan.unattributed_ms;
        assert!(
            (sum - root_ms).abs() <= 0.01 * root_ms,
            "{fixture}: {sum} of {root_ms}"
        );
        assert!(
            is_close(plan.unattributed_ms, 0.0),
            "{fixture}: {}",
            plan.unattributed_ms
        );
        for node in &plan.nodes {
            assert!(node.self_ms >= Some(0.0), "{fixture}, {}", node.label);
            assert!(node.self_ms <= node.total_ms, "{fixture}, {}", node.label);
        }
    }
}

#[test]
fn processes_are_those_that_ran() {
    // Three loops in one Gather: two workers and the leader, each took 17.208 ms on average.
    check(
        "parallel_count_plain_18",
        &[
            ("Finalize Aggregate", 25.524, 0.010),
            ("Gather", 25.514, 25.514 - 17.208),
            ("Partial Aggregate", 17.208, 17.208 - 13.330),
            ("Parallel Seq Scan", 13.330, 13.330),
        ],
    );
}

#[test]
fn a_leader_that_does_not_take_part() {
    // Two workers launched, two loops: by launched + 1 the scan would be 10.233 ms.
    check(
        "leader_off_18",
        &[
            ("Finalize Aggregate", 26.176, 0.012),
            ("Gather", 26.164, 26.164 - 18.949),
            ("Partial Aggregate", 18.949, 18.949 - 15.349),
            ("Parallel Seq Scan", 15.349, 15.349),
        ],
    );
    // The estimates for one process were made for two workers without the leader.
    let scan = &plan("leader_off_18").nodes[3];
    assert_eq!((scan.rows, scan.plan_rows), (Some(100_000.0), 99_928.0));
}

#[test]
fn workers_that_never_came() {
    let plan = plan("workers_missing_18");
    let scan = &plan.nodes[3];
    // One process did it all, and the estimate still is for 2 workers and 0.4 of a leader.
    assert_eq!((scan.total_ms, scan.self_ms), (Some(20.871), Some(20.871)));
    assert_eq!(
        (scan.rows, scan.plan_rows_per_loop),
        (Some(100_000.0), 41_636.0)
    );
    assert!(
        is_close(scan.plan_rows, 99_926.0),
        "41,636 * 2.4 is 99,926.4"
    );
    let kinds: Vec<_> = plan.findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::Slowest, FindingKind::WorkersMissing]);
}

#[test]
fn a_bitmap_that_one_process_builds() {
    // The BitmapOr has one loop below a heap scan with three, which waits: it counts in full.
    check(
        "parallel_bitmap_verbose_18",
        &[
            ("Finalize Aggregate", 19.435, 0.007),
            ("Gather", 19.428, 19.428 - 12.582),
            ("Partial Aggregate", 12.582, 12.582 - 8.892),
            ("Parallel Bitmap Heap Scan", 8.892, 8.892 - 4.065),
            ("BitmapOr", 4.065, 4.065 - 3.206 - 0.856),
            ("Bitmap Index Scan", 3.206, 3.206),
            ("Bitmap Index Scan", 0.856, 0.856),
        ],
    );
}

#[test]
fn members_of_a_parallel_append() {
    // One process ran part1, two ran part2 and part3 (one worker each, and the leader). The
    // Append's 4.759 ms is the average of three processes, so of the members' times it has thirds:
    // (1.737 + 2 * 0.841 + 2 * 4.601) / 3.
    check(
        "parallel_append_18",
        &[
            ("Finalize Aggregate", 41.178, 41.178 - 10.053),
            ("Gather", 10.053, 10.053 - 5.242),
            ("Partial Aggregate", 5.242, 5.242 - 4.759),
            (
                "Parallel Append",
                4.759,
                4.759 - (1.737 + 1.682 + 9.202) / 3.0,
            ),
            ("Parallel Seq Scan", 1.737, 1.737 / 3.0),
            ("Parallel Seq Scan", 0.841, 1.682 / 3.0),
            ("Parallel Seq Scan", 4.601, 9.202 / 3.0),
        ],
    );
}

#[test]
fn a_loop_inside_parallel_processes() {
    // 10,000 loops of 0.003 ms in three processes: 10 ms of wall-clock time.
    check(
        "nested_parallel_18",
        &[
            ("Finalize Aggregate", 22.463, 0.009),
            ("Gather", 22.454, 22.454 - 14.587),
            ("Partial Aggregate", 14.587, 14.587 - 14.199),
            ("Nested Loop", 14.199, 14.199 - 1.504 - 10.0),
            ("Parallel Seq Scan", 1.504, 1.504),
            ("Index Only Scan", 10.0, 10.0),
        ],
    );
}

#[test]
fn a_gather_that_runs_again() {
    // 3 loops of the Gather, 9 of its child: 3 processes each time, so 9 * 14.130 / 3.
    check(
        "gather_rescan_18",
        &[
            ("Nested Loop Left Join", 64.202, 64.202 - 0.014 - 64.176),
            ("Values Scan", 0.014, 0.014),
            ("Finalize Aggregate", 64.176, 64.176 - 64.152),
            ("Gather", 64.152, 64.152 - 42.390),
            ("Partial Aggregate", 42.390, 42.390 - 36.408),
            ("Parallel Seq Scan", 36.408, 36.408),
        ],
    );
    // 24,833 rows a process, by 2.4 processes, three times.
    assert!(is_close(
        plan("gather_rescan_18").nodes[5].plan_rows,
        178_798.0
    ));
}

#[test]
fn an_initplan_that_the_gather_runs() {
    // 15 says so in `Params Evaluated`; in 18 only the filter below the Gather names it.
    check(
        "initplan_gather_15",
        &[
            ("Finalize Aggregate", 54.166, 54.166 - 54.149),
            ("Aggregate", 30.816, 30.816 - 0.273),
            ("Seq Scan", 0.273, 0.273),
            ("Gather", 54.149, 54.149 - 30.816 - 12.733),
            ("Partial Aggregate", 12.733, 12.733 - 12.223),
            ("Parallel Seq Scan", 12.223, 12.223),
        ],
    );
    check(
        "initplan_gather_18",
        &[
            ("Finalize Aggregate", 58.480, 58.480 - 58.468),
            ("Aggregate", 30.872, 30.872 - 0.361),
            ("Seq Scan", 0.361, 0.361),
            ("Gather", 58.468, 58.468 - 30.872 - 17.221),
            ("Partial Aggregate", 17.221, 17.221 - 16.543),
            ("Parallel Seq Scan", 16.543, 16.543),
        ],
    );
}

#[test]
fn an_initplan_belongs_to_the_node_that_names_it() {
    // Listed below the Aggregate, run by the Seq Scan whose filter is `k > (InitPlan 1).col1`.
    let plan = plan("initplan_reader_18");
    let own = |id: usize| plan.nodes[id].self_ms.expect("a self time");
    assert_eq!(plan.nodes[6].node_type, "Seq Scan");
    let scan_ms = plan.nodes[6].total_ms.expect("a total") - plan.nodes[1].total_ms.expect("one");
    assert!(is_close(own(6), scan_ms) && scan_ms < 5.0, "{}", own(6));
    assert!(own(0) < 1.0, "{}", own(0));
}

#[test]
fn initplan_1_is_not_initplan_10() {
    // The index scan on mid names InitPlan 10 alone, the scan of small the nine others.
    let plan = plan("initplan_ten_18");
    assert!(is_close(
        plan.nodes[12].self_ms.expect("mid"),
        50.633 - 50.562
    ));
    let nine = 50.263 + 2.0 * 0.002 + 6.0 * 0.001;
    assert!(is_close(
        plan.nodes[14].self_ms.expect("small"),
        50.651 - nine
    ));
}

#[test]
fn parameter_1_is_not_parameter_10() {
    // The scan of small names $10 (50.649 ms); that of mid $0 to $9, and $1 took 50.161 ms.
    let plan = plan("initplan_eleven_15");
    assert!(is_close(
        plan.nodes[13].self_ms.expect("small"),
        50.787 - 50.649
    ));
    let ten = 50.161 + 0.002 + 8.0 * 0.001;
    assert!(is_close(plan.nodes[14].self_ms.expect("mid"), 50.268 - ten));
}

#[test]
fn a_cte_read_twice_ran_once() {
    // Building the hash table read the CTE to its end: 48.897 of its 49.280 ms are the second
    // scan's, and of those 48.466 the CTE's. The first scan found the rows there.
    check(
        "cte_twice_18",
        &[
            ("Hash Join", 49.727, 49.727 - 0.269 - 49.280),
            ("GroupAggregate", 48.466, 48.466 - 27.117),
            ("Index Only Scan", 27.117, 27.117),
            ("CTE Scan", 0.269, 0.269),
            ("Hash", 49.280, 49.280 - 48.897),
            ("CTE Scan", 48.897, 48.897 - 48.466),
        ],
    );
}

#[test]
fn a_cte_that_two_scans_read_in_turn() {
    // The first scan reads the first rows only, as below a Limit: 4 of the CTE's 10 ms lie within
    // its time, the other 6 within the second scan's 7.
    let plan = sqlground_plan::parse(
        "\
Append  (cost=0.00..9.00 rows=9 width=4) (actual time=0.1..12.0 rows=90 loops=1)
  CTE c
    ->  Seq Scan on t  (cost=0.00..9.00 rows=90 width=4) (actual time=0.1..10.0 rows=90 loops=1)
  ->  Limit  (cost=0.00..9.00 rows=9 width=4) (actual time=0.1..4.5 rows=9 loops=1)
        ->  CTE Scan on c  (cost=0.00..9.00 rows=90 width=4) (actual time=0.1..4.0 rows=9 loops=1)
  ->  CTE Scan on c c_1  (cost=0.00..9.00 rows=90 width=4) (actual time=0.1..7.0 rows=81 loops=1)",
        None,
    )
    .expect("a plan");
    let own: Vec<f64> = plan.nodes.iter().filter_map(|node| node.self_ms).collect();
    assert_eq!(own, [0.5, 10.0, 0.5, 0.0, 1.0]);
    assert!(is_close(plan.unattributed_ms, 0.0));
}

#[test]
fn triggers_are_outside_the_root_or_within() {
    // An AFTER trigger fires when the root has finished; the root's time is its own.
    let plan = plan("delete_cascade_18");
    let own: f64 = plan.nodes.iter().filter_map(|node| node.self_ms).sum();
    assert!(own < 1.0 && plan.triggers[0].2 > 40.0, "{own}");
    assert!(plan.execution_ms > Some(plan.triggers[0].2));
}

#[test]
fn a_cte_that_goes_on_after_the_last_row() {
    // Nobody reads the DELETE: it runs when the root has finished, and is not in its 0.445 ms.
    let plan = plan("modifying_cte_18");
    let delete = &plan.nodes[1];
    assert_eq!(
        (delete.label.as_str(), delete.total_ms),
        ("Delete", Some(5.636))
    );
    assert!(is_close(
        plan.nodes[0].total_ms.expect("a total"),
        0.445 + 5.636
    ));
    assert!(plan.nodes[0].total_ms < plan.execution_ms);
}

#[test]
fn subplans_count_for_the_node_that_has_them() {
    // 20 loops of 2.100 ms.
    check(
        "subplan_18",
        &[
            ("Index Scan", 42.233, 0.233),
            ("Aggregate", 42.000, 42.000 - 41.200),
            ("Seq Scan", 41.200, 41.200),
        ],
    );
}

#[test]
fn never_executed_nodes() {
    for fixture in ["never_executed_15", "never_executed_18"] {
        let plan = plan(fixture);
        let node = &plan.nodes[2];
        assert_eq!((node.loops, node.rows), (Some(0.0), Some(0.0)), "{fixture}");
        assert_eq!(
            (node.total_ms, node.self_ms),
            (Some(0.0), Some(0.0)),
            "{fixture}"
        );
        assert!(is_close(node.plan_rows, 1.0), "{fixture}");
    }
}
