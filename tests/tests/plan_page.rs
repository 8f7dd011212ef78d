//! The page that reads a plan without an exercise, through its form alone.

use serde_json::Value;
use sqlground_tests::{Site, large_plan};

const PLAN: &str = "
 Nested Loop  (cost=0.29..16.6 rows=1 width=8) (actual time=0.020..9.000 rows=3 loops=1)
   ->  Seq Scan on <b>t</b>  (cost=0.00..8.3 rows=1 width=4) (actual time=0.010..1.000 rows=3 loops=1)
   ->  Index Scan using u_pkey on u  (cost=0.29..8.3 rows=1 width=4) (actual time=1.500..2.000 rows=1 loops=3)
         Index Cond: (id = t.id)
 Planning Time: 0.150 ms
 Execution Time: 9.500 ms
(6 rows)
";

#[tokio::test]
async fn a_plan_is_read_from_what_is_pasted() {
    let site = Site::start();
    let visitor = site.visitor();
    let page = visitor.page("/plan").await;
    assert!(page.contains("<textarea name=\"plan\""), "{page}");

    let response = visitor.submit("/plan", &[("plan", PLAN)]).await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.expect("a page");
    for part in [
        "Execution 9.5",
        "Index Scan",
        "u using u_pkey",
        "id=\"plan-1-node-2\"",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
    assert!(!page.contains("<b>t</b>"), "{page}");
    // What was pasted is still there to be changed.
    assert!(page.contains("(6 rows)"), "{page}");

    let two = format!("{PLAN}\n{PLAN}");
    let response = visitor.submit("/plan", &[("plan", &two)]).await;
    let page = response.text().await.expect("a page");
    assert!(page.contains("Plan 2 of 2"), "{page}");
}

#[tokio::test]
async fn what_is_no_plan_is_refused_with_a_reason() {
    let site = Site::start();
    let visitor = site.visitor();
    for (text, reason) in [
        ("", "The plan is empty."),
        (
            "</textarea><script>alert(1)</script>",
            "This is no execution plan",
        ),
    ] {
        let response = visitor.submit("/plan", &[("plan", text)]).await;
        assert_eq!(response.status(), 422, "{text}");
        let page = response.text().await.expect("a page");
        assert!(page.contains(reason), "{page}");
        assert!(!page.contains("<script>alert"), "{page}");
    }
}

#[tokio::test]
async fn a_plan_as_deep_as_it_is_long_is_drawn() {
    let site = Site::start();
    let mut plan = String::from("Materialize  (cost=0.00..1.00 rows=1 width=4)\n");
    let node = |depth: usize, kind: &str| {
        let indent = " ".repeat(depth * 6 - 4);
        format!("{indent}->  {kind}  (cost=0.00..1.00 rows=1 width=4)\n")
    };
    for depth in 1..1_999 {
        plan.push_str(&node(depth, "Materialize"));
    }
    plan.push_str(&node(1_999, "Result"));
    let response = site
        .visitor()
        .submit("/plan", &[("plan", plan.trim_end())])
        .await;
    // A form of plans holds twelve megabytes.
    assert!([200, 413].contains(&response.status().as_u16()));
    let mut short: Vec<_> = plan.lines().take(499).collect();
    let leaf = node(499, "Result");
    short.push(leaf.trim_end());
    let response = site
        .visitor()
        .submit("/plan", &[("plan", &short.join("\n"))])
        .await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.expect("a page");
    assert!(page.contains("id=\"plan-1-node-499\""));
}

#[tokio::test]
async fn a_plan_of_ten_thousand_steps_is_drawn_with_every_step() {
    const STEPS: usize = 10_000;
    let site = Site::start();
    let visitor = site.visitor();
    for (json, named) in [
        (large_plan::wide(STEPS), large_plan::partition(STEPS - 1)),
        (large_plan::mixed(STEPS), "customers_9998".to_owned()),
    ] {
        let response = visitor.submit("/plan", &[("plan", &json)]).await;
        assert_eq!(response.status(), 200);
        let page = response.text().await.expect("a page");
        assert!(page.len() < 10_000_000, "{} bytes", page.len());
        let mut rest = page.as_str();
        for step in 0..STEPS {
            let id = format!("id=\"plan-1-node-{step}\"");
            let at = rest.find(&id);
            rest = &rest[at.unwrap_or_else(|| panic!("{id} is missing"))..];
        }
        // In the list of steps and in the text at least.
        assert!(page.matches(&named).count() >= 2, "{named}");
        for told in [
            "This is a large plan",
            "The 500 steps of 10,000 that took most.",
            "It is too long to be repeated here",
            "the 100 of ",
        ] {
            assert!(page.contains(told), "{told} is missing");
        }
        assert!(!page.contains("\"Node Type\""), "the text is repeated");
    }
}

#[tokio::test]
async fn more_than_a_plan_of_that_size_is_refused() {
    let site = Site::start();
    let visitor = site.visitor();
    for (plan, status, reason) in [
        // As many bytes as are never taken.
        (large_plan::wide(22_000), 413, "At most 12 MB"),
        // No more than are taken, but more steps.
        (
            "  ->  Result\n".repeat(60_000),
            422,
            "at most 50000 are drawn",
        ),
    ] {
        let response = visitor.submit("/plan", &[("plan", &plan)]).await;
        assert_eq!(response.status(), status);
        let page = response.text().await.expect("a page");
        assert!(page.contains(reason), "{reason} is missing");
    }
    // No other form takes as much.
    let plan = large_plan::wide(5_000);
    let response = visitor.submit("/api/share", &[("plan", &plan)]).await;
    assert_eq!(response.status(), 413);
}

#[tokio::test]
async fn two_plans_are_compared() {
    let site = Site::start();
    let before = "Seq Scan on u  (cost=0.00..800.00 rows=1 width=8) (actual time=0.020..90.000 rows=3 loops=1)\n  Filter: (id = 3)\n Execution Time: 90.500 ms";
    let now = "Index Scan using u_pkey on u  (cost=0.00..8.00 rows=1 width=8) (actual time=0.020..0.900 rows=3 loops=1)\n  Index Cond: (id = 3)\n Execution Time: 0.905 ms";
    let visitor = site.visitor();
    let response = visitor
        .submit("/plan", &[("plan", now), ("other", before)])
        .await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.expect("a page");
    for part in [
        "Execution took 0.91 ms, the other plan 90.5 ms: 100 times faster.",
        "<code>Index Scan using u_pkey on u</code> instead of <code>Seq Scan on u</code>",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
    let response = visitor
        .submit("/plan", &[("plan", now), ("other", "SELECT 1")])
        .await;
    assert_eq!(response.status(), 422);
    let page = response.text().await.expect("a page");
    assert!(page.contains("The plan to compare with:"), "{page}");
}

#[tokio::test]
async fn a_plan_is_shared_only_when_asked_and_by_its_link_alone() {
    let site = Site::start();
    let visitor = site.visitor();
    let response = visitor.submit("/api/share", &[("plan", PLAN)]).await;
    assert_eq!(response.status(), 303);
    let address = response.headers()["location"]
        .to_str()
        .expect("an address")
        .to_owned();
    let another = site.visitor();
    let page = another.page(&address).await;
    assert!(page.contains("u using u_pkey"), "{page}");
    assert!(!page.contains("<b>t</b>"), "{page}");
    let missing = another.get("/plans/00000000000000000000000000000000").await;
    assert_eq!(missing.status(), 404);
    let refused = visitor.submit("/api/share", &[("plan", "SELECT 1")]).await;
    assert_eq!(refused.status(), 422);
}

#[tokio::test]
async fn the_next_plan_is_compared_with_the_last_one_and_with_what_postgresql_would_do_otherwise() {
    const EXERCISE: &str = "writing/a-discount";
    let site = Site::start();
    let visitor = site.visitor();
    let plan = async |sql: &str, without: Option<&str>| -> Value {
        let mut fields = vec![("exercise", EXERCISE), ("sql", sql)];
        fields.extend(without.map(|name| ("without", name)));
        let response = visitor.post("/api/plan", &fields, "application/json").await;
        response.json().await.expect("JSON")
    };
    let scene = "CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 20000) AS g; ANALYZE t;";
    let query = "SELECT * FROM t WHERE id = 3";
    let first = plan(&format!("{scene} {query}"), None).await;
    assert_eq!(first["nodes"][0]["node_type"], "Seq Scan", "{first}");
    assert!(first["comparison"].is_null(), "{first}");
    assert_eq!(first["nodes"][0]["origin"], "t", "{first}");
    // A run in between changes nothing about it.
    visitor.act("run", EXERCISE, "SELECT 1").await;
    let index = format!("{scene} CREATE INDEX t_id ON t (id); {query}");
    let second = plan(&index, None).await;
    let pairs = &second["comparison"]["pairs"];
    assert_eq!(second["comparison"]["with"], "earlier", "{second}");
    assert_eq!(pairs[0]["change"], "replaced", "{second}");

    let without = plan(&index, Some("indexscan")).await;
    assert_ne!(without["nodes"][0]["node_type"], "Index Scan", "{without}");
    let own = &without["comparison"]["other"]["nodes"][0];
    assert_eq!(
        without["comparison"]["with"]["free"], "indexscan",
        "{without}"
    );
    assert!(
        own["node_type"] != without["nodes"][0]["node_type"],
        "{without}"
    );
    // What was tried out is not what the next plan is compared with.
    let third = plan(&index, None).await;
    assert_eq!(third["comparison"]["pairs"][0]["change"], "same", "{third}");

    let fields = [
        ("exercise", EXERCISE),
        ("sql", query),
        ("without", "seqscan; DROP TABLE t"),
    ];
    let refused = visitor.post("/api/plan", &fields, "application/json").await;
    assert_eq!(refused.status(), 400);
}

#[tokio::test]
async fn every_kind_of_step_is_explained_where_nodes_lead() {
    let site = Site::start();
    let page = site.visitor().page("/plan/steps").await;
    for anchor in ["seq-scan", "hash-join", "initplan", "windowagg"] {
        assert!(page.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
}
