//! Rows, estimates, labels and details.

use super::{all, is_close, plan, text};

#[test]
fn nodes_stand_before_what_lies_below_them() {
    for fixture in all() {
        let plan = plan(&fixture);
        for (id, node) in (0..).zip(&plan.nodes) {
            assert_eq!(node.id, id, "{fixture}");
            match node.parent {
                None => assert_eq!((node.id, node.depth), (0, 0), "{fixture}"),
                Some(parent) => {
                    assert!(parent < id, "{fixture}");
                    let above = &plan.nodes[usize::try_from(parent).expect("small")];
                    assert_eq!(node.depth, above.depth + 1, "{fixture}");
                }
            }
        }
    }
}

#[test]
fn the_version_is_recognised() {
    for fixture in all() {
        let version = if fixture.ends_with("_15") {
            150_018
        } else {
            180_004
        };
        let told = sqlground_plan::parse(&text(&fixture), Some(version)).expect("a plan");
        assert_eq!(told, plan(&fixture), "{fixture}");
    }
}

#[test]
fn fractional_rows_make_whole_totals() {
    // 33,333.33 rows in each of three processes.
    assert_eq!(plan("parallel_count_18").nodes[3].rows, Some(100_000.0));
    // Before 18 the decimals are lost.
    assert_eq!(plan("parallel_count_15").nodes[3].rows, Some(99_999.0));
}

#[test]
fn groups_of_each_process_are_not_shared_out() {
    // Three processes of ten groups each; the rows below are shared.
    let plan = plan("parallel_hash_join_18");
    let rows = |id: usize| (plan.nodes[id].label.as_str(), plan.nodes[id].plan_rows);
    assert_eq!(rows(3), ("Partial HashAggregate", 30.0));
    assert_eq!(rows(4), ("Parallel Hash Left Join", 199_999.0));
    assert_eq!(rows(6), ("Parallel Hash", 19_999.0));
}

#[test]
fn plans_without_times_costs_or_execution() {
    let no_timing = plan("no_timing_18");
    assert_eq!(
        (no_timing.nodes[1].rows, no_timing.nodes[1].self_ms),
        (Some(20_000.0), None)
    );
    assert!(no_timing.execution_ms.is_some());
    let not_analyzed = plan("not_analyzed_18");
    assert_eq!(
        (not_analyzed.execution_ms, not_analyzed.nodes[0].loops),
        (None, None)
    );
    assert!(is_close(not_analyzed.nodes[0].plan_rows, 400.0));
    assert!(not_analyzed.findings.is_empty());
    assert_eq!(plan("no_costs_18").nodes[0].total_cost.to_bits(), 0);
}

#[test]
fn details_read_like_the_text_format() {
    let detail = |fixture: &str, node: usize, name: &str| {
        let details = plan(fixture).nodes[node].details.clone();
        details
            .into_iter()
            .find(|detail| detail.0 == name)
            .map(|detail| detail.1)
    };
    let check = |fixture: &str, node: usize, name: &str, value: &str| {
        assert_eq!(
            detail(fixture, node, name).as_deref(),
            Some(value),
            "{fixture}, {name}"
        );
    };
    check(
        "sort_spill_18",
        0,
        "Sort Method",
        "external merge  Disk: 10808kB",
    );
    check(
        "gather_merge_18",
        1,
        "Worker 1",
        "Sort Method: external merge  Disk: 3064kB",
    );
    check("hash_spill_18", 3, "Hash Batches", "32");
    check("grouping_sets_18", 0, "Group Key", "()");
    check("window_incremental_18", 2, "Sort Key", "a, txt");
    check("subplans_removed_18", 0, "Subplans Removed", "1");
    check("leader_off_18", 1, "Workers Launched", "2");
    check("initplan_gather_15", 3, "Params Evaluated", "$0");
    check("hashed_subplan_18", 1, "Heap Fetches", "0");
    assert_eq!(
        detail("parallel_append_18", 3, "Subplans Removed"),
        None,
        "a zero says nothing"
    );
    assert_eq!(detail("parallel_count_18", 3, "Output"), None);
}

#[test]
fn labels_read_like_the_text_format() {
    let check = |fixture: &str, node: usize, label: &str, relation: Option<&str>| {
        let node = &plan(fixture).nodes[node];
        assert_eq!(
            (node.label.as_str(), node.relation.as_deref()),
            (label, relation),
            "{fixture}"
        );
    };
    check("backward_18", 1, "Index Only Scan Backward", Some("big"));
    check("delete_cascade_18", 0, "Delete", Some("parent"));
    check("grouping_sets_18", 0, "MixedAggregate", None);
    check("merge_18", 1, "Hash Left Join", None);
    check("parallel_hash_join_18", 6, "Parallel Hash", None);
    check("recursive_18", 3, "WorkTable Scan", Some("t"));
    check("semi_anti_18", 2, "Nested Loop Anti Join", None);
    check("setop_18", 0, "HashSetOp Except All", None);
    check("window_incremental_18", 2, "Incremental Sort", None);
    check("functions_18", 2, "Function Scan", Some("generate_series"));
}

#[test]
fn triggers_and_settings() {
    let delete = plan("delete_cascade_18");
    assert_eq!(
        delete.triggers,
        [("child_parent_id_fkey".to_owned(), 100.0, 47.327)]
    );
    let settings = plan("parallel_count_18").settings;
    assert_eq!(
        settings[0],
        ("parallel_setup_cost".to_owned(), "0".to_owned())
    );
}
