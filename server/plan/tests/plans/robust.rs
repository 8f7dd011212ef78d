//! No text makes the reader panic, recurse without bound, or read what adds up to nonsense.

use proptest::prelude::*;
use std::fmt::Write;

const TEXT: &str = r#" QUERY PLAN
------------
 Gather  (cost=31.54..32.04 rows=200 width=36) (actual time=0.310..0.325 rows=180 loops=1)
   Workers Planned: 2
   Workers Launched: 2
   InitPlan 1 (returns $0)
     ->  Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.001 rows=1 loops=1)
   ->  Hash Join  (cost=9.50..23.90 rows=200 width=36) (actual time=0.080..0.210 rows=60 loops=3)
         Hash Cond: (o.customer = c.id)
         Worker 0:  actual time=0.070..0.200 rows=50 loops=1
           Buffers: shared hit=4
         ->  Seq Scan on "Old Orders" o  (cost=0.00..12.00 rows=400 width=8) (never executed)
               Filter: ((note <> 'it''s'::text) AND (total > $0))
         ->  Hash  (cost=7.00..7.00 rows=200 width=36) (actual time=0.050..0.050 rows=200 loops=3)
               Buckets: 1024  Batches: 1  Memory Usage: 21kB
 Planning:
   Buffers: shared hit=7
 Planning Time: 0.210 ms
 JIT:
   Functions: 5
   Timing: Generation 0.250 ms, Total 2.750 ms
 Trigger a on t: time=4.250 calls=10
 Execution Time: 0.390 ms
(20 rows)
"#;

const JSON: &str = r#"[{"Plan": {"Node Type": "Limit", "Actual Total Time": 2.5, "Actual Rows": 1, "Actual Loops": 1,
 "Workers": [{"Worker Number": 0, "Actual Loops": 1}], "Grouping Sets": [{"Group Keys": [["a"], []]}],
 "Plans": [{"Node Type": "CTE Scan", "Parent Relationship": "InitPlan", "Subplan Name": "CTE a", "CTE Name": "a",
 "Actual Total Time": 2, "Actual Rows": 1.5, "Actual Loops": 2}]}, "Planning Time": 0.1, "Settings": {"a": "b"}}]"#;

const YAML: &str = "- Plan: \n    Node Type: \"Sort\"\n    Sort Key: \n      - \"a\"\n    Plans: \n      - Node Type: \"Result\"\n        Actual Rows: 3\n  Triggers: \n  Execution Time: 0.3\n";

const XML: &str = "<explain xmlns=\"x\">\n <Query>\n  <Plan>\n   <Node-Type>Sort</Node-Type>\n   <Filter>a &lt; 3</Filter>\n   <Plans>\n    <Plan>\n     <Node-Type>Result</Node-Type>\n    </Plan>\n   </Plans>\n  </Plan>\n </Query>\n</explain>\n";

/// What reads a text must leave: nodes in order, and times that add up.
fn check(text: &str) {
    let _ = sqlground_plan::looks_like_plan(text);
    let Ok(plans) = sqlground_plan::parse_all(text, None) else {
        return;
    };
    assert!(!plans.is_empty());
    for plan in plans {
        for (node, id) in plan.nodes.iter().zip(0..) {
            assert_eq!(node.id, id);
            assert_eq!(node.parent.is_none(), id == 0);
            assert!(node.parent.is_none_or(|parent| parent < id));
            assert!(node.self_ms.is_none_or(|ms| ms >= 0.0));
        }
        let Some(root) = plan.nodes[0].total_ms else {
            continue;
        };
        let own: f64 = plan.nodes.iter().filter_map(|node| node.self_ms).sum();
        assert!(
            (own + plan.unattributed_ms - root).abs() <= 0.01 * root + 1e-3,
            "{text}"
        );
    }
}

/// Cuts, doubles and replaces parts of a text.
fn mutated(text: &str, edits: &[(usize, usize, usize, String)]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for (at, length, copies, inserted) in edits {
        let at = at % (characters.len() + 1);
        let end = (at + length % 60).min(characters.len());
        let part: Vec<char> = characters[at..end].to_vec();
        let new = std::iter::repeat_n(part, copies % 3)
            .flatten()
            .chain(inserted.chars());
        let new: Vec<char> = new.collect();
        characters.splice(at..end, new);
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_plans(
        sample in prop::sample::select(vec![TEXT, JSON, YAML, XML]),
        edits in prop::collection::vec((any::<usize>(), any::<usize>(), any::<usize>(), "[ a-z0-9\"'(){}\\[\\]<>:=.,|+\n-]{0,12}"), 1..6),
    ) {
        check(&mutated(sample, &edits));
    }

    #[test]
    fn any_text(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn pieces_of_plans(lines in prop::collection::vec(prop::sample::select(TEXT.lines().chain(JSON.lines()).chain(YAML.lines()).chain(XML.lines()).collect::<Vec<_>>()), 0..30)) {
        check(&lines.join("\n"));
    }
}

/// Runs on a stack that no recursion over the nodes would fit on.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(run);
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn deep_plans() {
    const DEPTH: usize = 10_000;
    on_a_small_stack(|| {
        let node = "\"Node Type\": \"Result\", \"Actual Total Time\": 1, \"Actual Rows\": 1, \"Actual Loops\": 1";
        let open = format!("{{{node}, \"Plans\": [").repeat(DEPTH - 1);
        let json = format!("[{{\"Plan\": {open}{{{node}}}{}}}]", "]}".repeat(DEPTH - 1));
        let plan = sqlground_plan::parse(&json, None).expect("a plan");
        assert_eq!(plan.nodes.len(), DEPTH);
        assert_eq!(plan.nodes[DEPTH - 1].depth as usize, DEPTH - 1);

        let open = "<Plans><Plan><Node-Type>Result</Node-Type>".repeat(DEPTH - 1);
        let close = "</Plan></Plans>".repeat(DEPTH - 1);
        let xml = format!(
            "<explain><Query><Plan><Node-Type>Limit</Node-Type>{open}{close}</Plan></Query></explain>"
        );
        let plan = sqlground_plan::parse(&xml, None).expect("a plan");
        assert_eq!(plan.nodes.len(), DEPTH);
    });
}

#[test]
fn deep_indentation() {
    // A tenth: the blanks alone grow with the square of the depth.
    const DEPTH: usize = 1_000;
    on_a_small_stack(|| {
        let figures = "(cost=0.00..1.00 rows=1 width=4)";
        let mut text = format!("Limit  {figures}\n");
        for level in 0..DEPTH - 1 {
            text.push_str(&" ".repeat(6 * level + 2));
            let kind = if level == DEPTH - 2 {
                "Result"
            } else {
                "Limit"
            };
            let _ = writeln!(text, "->  {kind}  {figures}");
        }
        assert_eq!(
            sqlground_plan::parse(&text, None)
                .expect("a plan")
                .nodes
                .len(),
            DEPTH
        );

        let mut yaml = String::from("- Plan: \n    Node Type: \"Limit\"\n");
        for level in 1..DEPTH {
            let indent = " ".repeat(4 * level);
            let _ = writeln!(yaml, "{indent}Plans: \n{indent}  - Node Type: \"Limit\"");
        }
        assert_eq!(
            sqlground_plan::parse(&yaml, None)
                .expect("a plan")
                .nodes
                .len(),
            DEPTH
        );
    });
}

#[test]
fn deep_properties_are_refused() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let json = format!("{{\"Plan\": {{\"Node Type\": \"Result\",\n \"Extra\": {deep}}}}}");
    on_a_small_stack(move || {
        let error = sqlground_plan::parse(&json, None).expect_err("too deep");
        assert_eq!(error.to_string(), "line 2 of the plan: this nests too deep");
    });
}
