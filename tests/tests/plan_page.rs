//! The page that reads a plan without an exercise, through its form alone.

use sqlground_tests::Site;

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
    for depth in 1..2_000 {
        let indent = " ".repeat(depth * 6 - 4);
        plan.push_str(&indent);
        plan.push_str("->  Materialize  (cost=0.00..1.00 rows=1 width=4)\n");
    }
    let response = site
        .visitor()
        .submit("/plan", &[("plan", plan.trim_end())])
        .await;
    // A form holds a megabyte.
    assert!([200, 413].contains(&response.status().as_u16()));
    let short: Vec<_> = plan.lines().take(500).collect();
    let response = site
        .visitor()
        .submit("/plan", &[("plan", &short.join("\n"))])
        .await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.expect("a page");
    assert!(page.contains("id=\"plan-1-node-499\""));
}
