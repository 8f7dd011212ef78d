//! Findings, and plans that have none.

use super::{all, plan};
use sqlground_model::{Confidence, Finding, FindingKind};

#[track_caller]
fn check_findings(fixture: &str, expected: &[(u32, FindingKind)]) {
    let plan = plan(fixture);
    let found: Vec<_> = plan.findings.iter().map(|f| (f.node, f.kind)).collect();
    assert_eq!(found, expected, "{fixture}: {:#?}", plan.findings);
}

#[test]
fn findings_tell_what_is_wrong() {
    use FindingKind::{
        Jit, Misestimate, RowsRemoved, Slowest, Sort, Spill, Triggers, WorkersMissing,
    };
    check_findings("rows_removed_18", &[(0, Slowest), (0, RowsRemoved)]);
    check_findings("no_timing_18", &[(1, RowsRemoved)]);
    check_findings("sort_spill_18", &[(0, Slowest), (0, Spill), (0, Sort)]);
    check_findings("gather_merge_15", &[(1, Slowest), (1, Spill)]);
    check_findings("hash_spill_18", &[(1, Slowest), (3, Spill)]);
    check_findings("hashagg_spill_18", &[(0, Slowest), (0, Spill)]);
    check_findings("jit_15", &[(0, Slowest), (0, Jit)]);
    check_findings("workers_missing_15", &[(3, Slowest), (1, WorkersMissing)]);
    // The trigger's 47 ms are in no node.
    check_findings("delete_cascade_18", &[(0, Triggers)]);
    // The Append's estimate is off because its first member's is: a note, behind what took the time.
    check_findings(
        "misestimate_18",
        &[
            (2, Slowest),
            (2, RowsRemoved),
            (1, RowsRemoved),
            (1, Misestimate),
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
    let find = |fixture: &str, kind: FindingKind| {
        let findings = plan(fixture).findings;
        let found = findings.into_iter().find(|finding| finding.kind == kind);
        found.expect("a finding")
    };
    let misestimate = find("misestimate_18", FindingKind::Misestimate);
    assert_eq!(
        misestimate.message,
        "Seq Scan on corr gave 1,000 rows where the planner expected 12, 83 times as many."
    );
    assert!(
        misestimate.advice.contains("CREATE STATISTICS"),
        "{misestimate:?}"
    );
    // 10,808 kB on disk are some 26 MB in memory.
    let spill = find("sort_spill_18", FindingKind::Spill);
    assert_eq!(spill.message, "Sort sorted on disk, using 10,808 kB.");
    assert!(
        spill.advice.ends_with("SET work_mem = '32MB'."),
        "{spill:?}"
    );
    assert_eq!(
        find("rows_removed_18", FindingKind::RowsRemoved).message,
        "Seq Scan on big read 200,000 rows and its filter threw away all of them."
    );
    for fixture in all() {
        for finding in plan(&fixture).findings {
            for text in [&finding.message, &finding.why, &finding.advice] {
                assert!(text.is_empty() || text.ends_with('.'), "{finding:?}");
            }
        }
    }
}

/// The findings of a plan in text, without the one that names the slowest node.
#[track_caller]
fn of_text(text: &str) -> Vec<Finding> {
    let plan = sqlground_plan::parse(text, None).expect("a plan");
    let findings = plan.findings.into_iter();
    findings
        .filter(|finding| finding.kind != FindingKind::Slowest)
        .collect()
}

/// Checks the findings' kinds and that the first's sentences have these words.
#[track_caller]
fn check_text(text: &str, kinds: &[(u32, FindingKind)], words: &[&str]) {
    let findings = of_text(text);
    let found: Vec<_> = findings.iter().map(|f| (f.node, f.kind)).collect();
    assert_eq!(found, kinds, "{findings:#?}\n{text}");
    for word in words {
        let first = &findings[0];
        let sentences = format!("{} {} {}", first.message, first.why, first.advice);
        assert!(sentences.contains(word), "{word}: {first:#?}");
    }
}

#[test]
fn a_nested_loop_over_a_whole_table() {
    let plan = |rows: u32, loops: u32| {
        format!(
            "Nested Loop  (cost=0.00..9.00 rows=500 width=4) (actual time=0.1..900.0 rows=500 loops=1)
  Join Filter: (a.x = b.x)
  Rows Removed by Join Filter: {}
  ->  Seq Scan on a  (cost=0.00..9.00 rows={loops} width=4) (actual time=0.1..1.0 rows={loops} loops=1)
  ->  Materialize  (cost=0.00..9.00 rows={rows} width=4) (actual time=0.001..0.002 rows={rows} loops={loops})
        ->  Seq Scan on b  (cost=0.00..9.00 rows={rows} width=4) (actual time=0.1..1.0 rows={rows} loops=1)",
            rows * loops - 500
        )
    };
    check_text(
        &plan(1000, 2000),
        &[
            (3, FindingKind::MissingJoinIndex),
            (0, FindingKind::RowsRemoved),
        ],
        &[
            "b was gone through 2,000 times: 2,000,000 comparisons",
            "index on the columns of b",
        ],
    );
    // Ten rows are compared quickly.
    check_text(&plan(10, 20_000), &[(0, FindingKind::RowsRemoved)], &[]);
}

#[test]
fn a_nested_loop_that_was_misjudged() {
    let plan = |expected: u32| {
        format!(
            "Nested Loop  (cost=0.00..9.00 rows=50000 width=4) (actual time=0.1..600.0 rows=50000 loops=1)
  ->  Seq Scan on a  (cost=0.00..9.00 rows={expected} width=4) (actual time=0.1..9.0 rows=50000 loops=1)
        Filter: (x = 1)
  ->  Index Scan using b_pkey on b  (cost=0.00..9.00 rows=1 width=4) (actual time=0.009..0.010 rows=1 loops=50000)
        Index Cond: (id = a.b)"
        )
    };
    check_text(
        &plan(10),
        &[(0, FindingKind::NestedLoop), (1, FindingKind::Misestimate)],
        &[
            "b ran 50,000 times",
            "expected 10 rows on the outer side, and 50,000 came",
        ],
    );
    let findings = of_text(&plan(50_000));
    assert_eq!(findings[0].confidence, Confidence::Possible);
}

#[test]
fn a_subquery_for_each_row() {
    let plan = |loops: u32, time: f64| {
        format!(
            "Seq Scan on a  (cost=0.00..9.00 rows=9 width=4) (actual time=0.1..500.0 rows={loops} loops=1)
  SubPlan 1
    ->  Aggregate  (cost=0.00..9.00 rows=1 width=4) (actual time=0.1..{time} rows=1 loops={loops})
          ->  Seq Scan on b  (cost=0.00..9.00 rows=9 width=4) (actual time=0.1..{time} rows=4 loops={loops})
                Filter: (b.a = a.id)
                Rows Removed by Filter: 300"
        )
    };
    check_text(
        &plan(900, 0.5),
        &[(1, FindingKind::CorrelatedSubquery)],
        &[
            "SubPlan 1 ran 900 times and took 450 ms in all",
            "index on the columns of b",
        ],
    );
    check_text(&plan(9, 0.5), &[], &[]);
}

#[test]
fn an_index_that_finds_too_much() {
    check_text(
        "Index Scan using a_day on a  (cost=0.00..9.00 rows=900 width=4) (actual time=0.1..80.0 rows=900 loops=1)
  Index Cond: (day > 3)
  Filter: (kind = 7)
  Rows Removed by Filter: 9000",
        &[(0, FindingKind::RowsRemoved)],
        &["found 9,900 rows and its filter threw away 9,000 of them (90.9 %)", "unlike a_day"],
    );
    // A tiny table is not worth an index, however often it is read.
    check_text(
        "Nested Loop  (cost=0.00..9.00 rows=900 width=4) (actual time=0.1..80.0 rows=900 loops=1)
  ->  Seq Scan on a  (cost=0.00..9.00 rows=900 width=4) (actual time=0.1..1.0 rows=900 loops=1)
  ->  Seq Scan on tiny  (cost=0.00..9.00 rows=1 width=4) (actual time=0.001..0.080 rows=1 loops=900)
        Filter: (x = a.x)
        Rows Removed by Filter: 19",
        &[],
        &[],
    );
}

#[test]
fn a_function_around_a_column() {
    let plan = |filter: &str| {
        format!(
            "Seq Scan on a  (cost=0.00..9.00 rows=90 width=4) (actual time=0.1..80.0 rows=90 loops=1)
  Filter: {filter}
  Rows Removed by Filter: 9000"
        )
    };
    let kinds = [
        (0, FindingKind::RowsRemoved),
        (0, FindingKind::FunctionOnColumn),
    ];
    check_text(&plan("(lower(name) = 'ada'::text)"), &kinds, &[]);
    let findings = of_text(&plan("((made)::date = '2026-01-01'::date)"));
    assert!(
        findings[1].advice.contains("((made)::date)"),
        "{findings:#?}"
    );
    check_text(&plan("(name = 'ada'::text)"), &kinds[..1], &[]);
}

#[test]
fn an_expression_whose_values_nobody_counted() {
    let advice = |name: &str, filter: &str| {
        let text = format!(
            "Seq Scan on {name}  (cost=0.00..9000.00 rows=50 width=4) (actual time=0.1..600.0 rows=90000 loops=1)
  Filter: {filter}
  Rows Removed by Filter: 10"
        );
        let findings = of_text(&text);
        let found = findings
            .into_iter()
            .find(|it| it.kind == FindingKind::Misestimate);
        found.expect("a misestimate").advice
    };
    for (name, filter, expression) in [
        (
            "events",
            "((data ->> 'kind'::text) = 'view'::text)",
            "ON (data ->> 'kind'::text) FROM events; then ANALYZE",
        ),
        (
            "users u",
            "((a = 1) AND (lower(u.name) = 'ada'::text))",
            "ON (lower(name)) FROM users; then ANALYZE",
        ),
    ] {
        let advice = advice(name, filter);
        assert!(advice.contains(expression), "{advice}");
    }
    let plain = advice("users", "(name = 'ada'::text)");
    assert!(!plain.contains("CREATE STATISTICS"), "{plain}");
}

#[test]
fn statistics_that_are_old() {
    let plan = |rows: u32| {
        format!(
            "Seq Scan on a  (cost=0.00..9.00 rows={rows} width=4) (actual time=0.1..80.0 rows=90000 loops=1)"
        )
    };
    check_text(
        &plan(9000),
        &[(0, FindingKind::StaleStatistics)],
        &[
            "a has 90,000 rows where the planner expected 9,000",
            "ANALYZE a.",
        ],
    );
    check_text(&plan(60_000), &[], &[]);
}

#[test]
fn memory_that_did_not_suffice() {
    check_text(
        "Bitmap Heap Scan on a  (cost=0.00..9.00 rows=9000 width=4) (actual time=9.1..80.0 rows=9000 loops=1)
  Recheck Cond: (x < 9)
  Rows Removed by Index Recheck: 90000
  Heap Blocks: exact=300 lossy=2700
  ->  Bitmap Index Scan on a_x  (cost=0.00..9.00 rows=9000 width=0) (actual time=8.1..8.1 rows=9000 loops=1)
        Index Cond: (x < 9)",
        &[(0, FindingKind::LossyBitmap)],
        &["2,700 of 3,000 pages", "work_mem"],
    );
    check_text(
        "Hash Join  (cost=0.00..9.00 rows=9000 width=4) (actual time=9.1..80.0 rows=9000 loops=1)
  Hash Cond: (a.x = b.x)
  ->  Seq Scan on a  (cost=0.00..9.00 rows=9000 width=4) (actual time=0.1..9.0 rows=9000 loops=1)
  ->  Hash  (cost=0.00..9.00 rows=9000 width=0) (actual time=8.1..8.1 rows=9000 loops=1)
        Buckets: 1024  Batches: 16  Memory Usage: 4000kB
        ->  Seq Scan on b  (cost=0.00..9.00 rows=9000 width=4) (actual time=0.1..9.0 rows=9000 loops=1)",
        &[(2, FindingKind::Spill)],
        &["16 batches", "SET work_mem = '64MB'"],
    );
}

#[test]
fn rows_made_in_vain() {
    let plan = |got: u32| {
        format!(
            "Limit  (cost=0.00..9.00 rows=10 width=4) (actual time=79.1..80.0 rows=10 loops=1)
  ->  Index Scan using a_pkey on a  (cost=0.00..9.00 rows=90000 width=4) (actual time=0.1..79.0 rows={got} loops=1)"
        )
    };
    check_text(
        &plan(50_010),
        &[(0, FindingKind::LargeOffset)],
        &["50,000 rows were made and skipped to give 10"],
    );
    check_text(&plan(30), &[], &[]);
    check_text(&plan(800), &[], &[]);

    let partition = |rows: u32, number: u32| {
        format!(
            "\n  ->  Seq Scan on a_{number}  (cost=0.00..9.00 rows=1 width=4) (actual time=5.0..9.0 rows={rows} loops=1)
        Filter: (f(day) = 7)"
        )
    };
    let append = |partitions: String| {
        format!(
            "Append  (cost=0.00..9.00 rows=10 width=4) (actual time=0.1..99.0 rows=10 loops=1){partitions}"
        )
    };
    let empty: String = (0..9).map(|number| partition(0, number)).collect();
    check_text(
        &append(format!("{}{empty}", partition(10, 9))),
        &[(0, FindingKind::Partitions)],
        &["9 of the 10 partitions", "81.0 ms"],
    );
    let half: String = (0..10)
        .map(|number| partition(number % 2, number))
        .collect();
    check_text(&append(half), &[], &[]);
    let full: String = (0..9).map(|number| partition(1, number)).collect();
    check_text(&append(full), &[], &[]);
}

#[test]
fn a_sort_that_an_index_could_save() {
    let plan = |rows: u32| {
        format!(
            "Limit  (cost=0.00..9.00 rows=10 width=4) (actual time=79.1..80.0 rows=10 loops=1)
  ->  Sort  (cost=0.00..9.00 rows={rows} width=4) (actual time=79.0..79.1 rows=10 loops=1)
        Sort Key: a.day DESC, a.id
        Sort Method: top-N heapsort  Memory: 25kB
        ->  Seq Scan on a  (cost=0.00..9.00 rows={rows} width=4) (actual time=0.1..40.0 rows={rows} loops=1)"
        )
    };
    check_text(
        &plan(90_000),
        &[(1, FindingKind::Sort)],
        &["CREATE INDEX ON a (day DESC, id)"],
    );
    check_text(&plan(900), &[], &[]);
}

#[test]
fn an_index_only_scan_that_is_not_only() {
    let plan = |fetches: u32, rows: u32| {
        format!(
            "Index Only Scan using a_x on a  (cost=0.00..9.00 rows={rows} width=4) (actual time=0.1..80.0 rows={rows} loops=1)
  Index Cond: (x < 9)
  Heap Fetches: {fetches}"
        )
    };
    check_text(
        &plan(8000, 9000),
        &[(0, FindingKind::HeapFetches)],
        &["8,000 of 9,000 rows", "VACUUM a"],
    );
    check_text(&plan(2000, 9000), &[], &[]);
    check_text(&plan(800, 900), &[], &[]);
}

#[test]
fn the_most_serious_stands_first() {
    for fixture in all() {
        let severities: Vec<_> = plan(&fixture).findings.iter().map(|f| f.severity).collect();
        assert!(
            severities.is_sorted_by(|a, b| a >= b),
            "{fixture}: {severities:?}"
        );
    }
}

/// Up to 9.6 a hash table of several batches told the rows of the last one.
#[test]
fn what_hands_rows_on_has_misjudged_nothing() {
    let plan = sqlground_plan::parse(
        "\
Hash Join  (cost=3000.00..9000.00 rows=200000 width=8) (actual time=90.000..400.000 rows=200000 loops=1)
  Hash Cond: (a.id = b.id)
  ->  Seq Scan on a  (cost=0.00..2500.00 rows=200000 width=4) (actual time=0.010..40.000 rows=200000 loops=1)
  ->  Hash  (cost=2500.00..2500.00 rows=200000 width=4) (actual time=80.000..80.000 rows=2700 loops=1)
        Buckets: 16384  Batches: 64  Memory Usage: 1000kB
        ->  Seq Scan on b  (cost=0.00..2500.00 rows=200000 width=4) (actual time=0.010..40.000 rows=200000 loops=1)
Total runtime: 410.000 ms",
        None,
    )
    .expect("a plan");
    let kinds: Vec<_> = plan.findings.iter().map(|finding| finding.kind).collect();
    assert!(
        !kinds.contains(&FindingKind::Misestimate),
        "{:#?}",
        plan.findings
    );
}

/// A Limit that got fewer rows than it wanted stopped nothing: that they are so few was misjudged.
#[test]
fn a_limit_that_found_too_little() {
    let text = |rows: u32| {
        format!(
            "Limit  (cost=0.43..8.00 rows=10 width=8) (actual time=300.000..300.100 rows={rows} loops=1)
  ->  Index Scan using t_day on t  (cost=0.43..4500.00 rows=90000 width=8) (actual time=0.010..299.000 rows={rows} loops=1)
        Index Cond: (day > 5)
Execution Time: 300.300 ms"
        )
    };
    check_text(&text(2), &[(1, FindingKind::Misestimate)], &["90,000"]);
    check_text(&text(10), &[], &[]);
}

/// Members that were left out at the start were misjudged by nobody.
#[test]
fn partitions_left_out() {
    let append = |below: &str| {
        format!(
            "Append  (cost=0.00..900.00 rows=50000 width=8) (actual time=0.010..300.000 rows=20 loops=1)
{below}
Execution Time: 300.300 ms"
        )
    };
    check_text(
        &append(
            "  ->  Seq Scan on p_1  (cost=0.00..450.00 rows=25000 width=8) (never executed)
  ->  Seq Scan on p_2  (cost=0.00..450.00 rows=25000 width=8) (never executed)",
        ),
        &[],
        &[],
    );
    let ran = "  ->  Seq Scan on p_1  (cost=0.00..450.00 rows=20 width=8) (actual time=0.010..300.000 rows=20 loops=1)";
    check_text(&append(&format!("  Subplans Removed: 7\n{ran}")), &[], &[]);
    check_text(&append(ran), &[(0, FindingKind::Misestimate)], &[]);
}
