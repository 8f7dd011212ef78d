//! Two plans of the same work.

use super::{all, plan};
use sqlground_model::{ComparedWith, Comparison, NodeChange, Plan};

fn read(text: &str) -> Plan {
    sqlground_plan::parse(text, None).expect("a plan")
}

fn compare(before: &str, now: &str) -> Comparison {
    sqlground_plan::compare(&read(now), &read(before), ComparedWith::Earlier)
}

/// `number of the node, of its counterpart, change`.
fn pairs(comparison: &Comparison) -> Vec<(Option<u32>, Option<u32>, NodeChange)> {
    let pairs = comparison.pairs.iter();
    pairs
        .map(|pair| (pair.node, pair.other, pair.change))
        .collect()
}

#[test]
fn an_index_takes_the_place_of_a_scan_and_a_sort() {
    use NodeChange::{Removed, Replaced};
    let comparison = compare(
        "Limit  (cost=20.0..20.1 rows=10 width=4) (actual time=9.00..9.10 rows=10 loops=1)
           Buffers: shared hit=1000 read=200
           ->  Sort  (cost=20.0..20.1 rows=99 width=4) (actual time=9.00..9.05 rows=10 loops=1)
                 Sort Key: id
                 Buffers: shared hit=1000 read=200
                 ->  Seq Scan on orders o  (cost=0.0..18.9 rows=99 width=4) (actual time=0.01..3.00 rows=99 loops=1)
                       Filter: (id > 3)
                       Buffers: shared hit=1000 read=200
         Execution Time: 9.500 ms",
        "Limit  (cost=0.3..2.0 rows=10 width=4) (actual time=0.01..0.10 rows=10 loops=1)
           Buffers: shared hit=4
           ->  Index Scan using orders_pkey on orders o  (cost=0.3..9.0 rows=99 width=4) (actual time=0.01..0.09 rows=10 loops=1)
                 Index Cond: (id > 3)
                 Buffers: shared hit=4
         Execution Time: 0.500 ms",
    );
    assert_eq!(
        pairs(&comparison),
        [
            (Some(0), Some(0), NodeChange::Same),
            (Some(1), Some(2), Replaced),
            (None, Some(1), Removed),
        ]
    );
    assert_eq!(
        comparison.summary,
        [
            "Execution took 0.50 ms, the last plan 9.50 ms: 19 times faster.",
            "The estimated cost is 2.00, that of the last plan 20.10: 10 times cheaper by the planner’s estimate.",
            "It worked on 4 blocks, the last plan on 1,200.",
            "`Index Scan using orders_pkey on orders` instead of `Seq Scan on orders`.",
            "Gone: `Sort`.",
        ]
    );
}

#[test]
fn another_way_of_joining_the_same_tables() {
    let comparison = compare(
        "Nested Loop  (cost=0.0..9.0 rows=5 width=4)
           ->  Seq Scan on a  (cost=0.0..2.0 rows=5 width=4)
           ->  Index Scan using b_pkey on b  (cost=0.0..2.0 rows=1 width=4)",
        "Hash Join  (cost=0.0..9.0 rows=5 width=4)
           ->  Seq Scan on b  (cost=0.0..2.0 rows=5 width=4)
           ->  Hash  (cost=0.0..2.0 rows=5 width=4)
                 ->  Seq Scan on a  (cost=0.0..2.0 rows=5 width=4)",
    );
    assert_eq!(
        pairs(&comparison),
        [
            (Some(0), Some(0), NodeChange::Replaced),
            (Some(1), Some(2), NodeChange::Replaced),
            (Some(2), None, NodeChange::Added),
            (Some(3), Some(1), NodeChange::Same),
        ]
    );
    assert_eq!(
        comparison.summary,
        [
            "`Hash Join` instead of `Nested Loop`.",
            "`Seq Scan on b` instead of `Index Scan using b_pkey on b`.",
        ]
    );
}

#[test]
fn every_plan_equals_itself_and_every_node_is_in_one_pair() {
    for fixture in all() {
        let plan = plan(&fixture);
        let comparison = sqlground_plan::compare(&plan, &plan, ComparedWith::Pasted);
        let same = comparison
            .pairs
            .iter()
            .all(|pair| pair.change == NodeChange::Same);
        assert!(same, "{fixture}: {:?}", comparison.pairs);
        assert_eq!(comparison.pairs.len(), plan.nodes.len(), "{fixture}");
        let last = comparison.summary.last();
        assert_eq!(
            last.map(String::as_str),
            Some("The steps are the same."),
            "{fixture}"
        );
    }
    let (one, other) = (plan("merge_join_18"), plan("hash_spill_18"));
    let comparison = sqlground_plan::compare(&one, &other, ComparedWith::Pasted);
    let mut nodes: Vec<u32> = comparison
        .pairs
        .iter()
        .filter_map(|pair| pair.node)
        .collect();
    let mut others: Vec<u32> = comparison
        .pairs
        .iter()
        .filter_map(|pair| pair.other)
        .collect();
    nodes.sort_unstable();
    others.sort_unstable();
    let numbers = |plan: &Plan| plan.nodes.iter().map(|node| node.id).collect::<Vec<u32>>();
    assert_eq!((nodes, others), (numbers(&one), numbers(&other)));
}
