//! Findings, and plans that have none.

use super::{all, plan};
use sqlground_model::FindingKind;

#[track_caller]
fn check_findings(fixture: &str, expected: &[(u32, FindingKind)]) {
    let plan = plan(fixture);
    let found: Vec<_> = plan.findings.iter().map(|f| (f.node, f.kind)).collect();
    assert_eq!(found, expected, "{fixture}: {:#?}", plan.findings);
}

#[test]
fn findings_tell_what_is_wrong() {
    use FindingKind::{Jit, Misestimate, RowsRemoved, Slowest, Spill, WorkersMissing};
    check_findings("rows_removed_18", &[(0, Slowest), (0, RowsRemoved)]);
    check_findings("no_timing_18", &[(1, RowsRemoved)]);
    check_findings("sort_spill_18", &[(0, Slowest), (0, Spill)]);
    check_findings("gather_merge_15", &[(1, Slowest), (1, Spill)]);
    check_findings("hash_spill_18", &[(1, Slowest), (3, Spill)]);
    check_findings("hashagg_spill_18", &[(0, Slowest), (0, Spill)]);
    check_findings("jit_15", &[(0, Slowest), (0, Jit)]);
    check_findings("workers_missing_15", &[(3, Slowest), (1, WorkersMissing)]);
    // The trigger's 47 ms are in no node.
    check_findings("delete_cascade_18", &[(0, Slowest)]);
    // The Append's estimate is off because its first member's is.
    check_findings(
        "misestimate_18",
        &[
            (2, Slowest),
            (1, Misestimate),
            (2, RowsRemoved),
            (1, RowsRemoved),
        ],
    );
}

#[test]
fn findings_stay_silent() {
    // Fast plans.
    for fixture in [
        "zero_rows_18",
        "limit_partial_18",
        "limit_filter_15",
        "functions_18",
    ] {
        check_findings(fixture, &[]);
    }
    // Stopped early: below a Limit, and an input of a Merge Join that the other input ended.
    for fixture in [
        "window_incremental_18",
        "parallel_limit_18",
        "merge_join_18",
    ] {
        let findings = plan(fixture).findings;
        assert!(
            findings.iter().all(|f| f.kind == FindingKind::Slowest),
            "{fixture}: {findings:?}"
        );
    }
}

#[test]
fn messages_are_sentences() {
    let message = |fixture: &str, at: usize| plan(fixture).findings[at].message.clone();
    assert_eq!(
        message("misestimate_18", 1),
        "Seq Scan on corr gave 1,000 rows where the planner expected 12, 83 times as many: look \
         whether ANALYZE has run, or whether its conditions depend on each other."
    );
    assert_eq!(
        message("sort_spill_18", 1),
        "Sort sorted on disk, using 10,808 kB, because the rows did not fit into work_mem: look \
         for fewer or narrower rows, or raise work_mem."
    );
    assert_eq!(
        message("rows_removed_18", 1),
        "Seq Scan on big read 200,000 rows and its filter threw away all of them: look for an \
         index on the filtered columns."
    );
    for fixture in all() {
        for finding in plan(&fixture).findings {
            assert!(finding.message.ends_with('.'), "{}", finding.message);
        }
    }
}
