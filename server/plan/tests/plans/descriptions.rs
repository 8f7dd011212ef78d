//! What nodes do, in plain words.

use super::{all, plan};

#[track_caller]
fn check(fixture: &str, node: usize, expected: &str) {
    assert_eq!(plan(fixture).nodes[node].description, expected, "{fixture}");
}

#[test]
fn a_node_says_what_it_did_with_its_own_figures() {
    check(
        "misestimate_18",
        1,
        "Reads the whole table `corr` and keeps those where `(a = 5) AND (b = 5)`: 1,000 of 100,000.",
    );
    check(
        "hash_spill_18",
        3,
        "Puts 200,000 rows into a hash table of 527 kB. It did not fit into memory and was worked \
         off in 32 parts, the others waiting on disk.",
    );
    check(
        "memoize_18",
        3,
        "Remembers what came for each value of `big.b`: of 200,000 requests, 199,990 found what \
         they asked for there.",
    );
    check(
        "sort_spill_18",
        0,
        "Sorts 200,000 rows by `txt`, in 10,808 kB of temporary files, since they do not fit into \
         work_mem.",
    );
    check(
        "never_executed_18",
        2,
        "Looks up `id = big.id` in the index `mid_pkey` and fetches the rows it points to from \
         `mid`: about 1 row. It never ran: nothing asked it for rows.",
    );
    check(
        "limit_filter_15",
        1,
        "Reads the table `big` from its start and keeps those where `txt ~~ '%abc%'::text`: 10 of \
         2,346, until the steps above have enough.",
    );
    check("not_analyzed_18", 0, "Sorts about 400 rows by `big.txt`.");
}

#[test]
fn every_node_that_is_known_is_described() {
    for fixture in all() {
        for node in plan(&fixture).nodes {
            assert!(!node.description.is_empty(), "{fixture}: {}", node.label);
            let quotes = node.description.matches('`').count();
            assert!(quotes % 2 == 0, "{fixture}: {}", node.description);
        }
    }
}
