//! The goals of `sql plan` blocks.

use crate::{COMPLETE, HEADER, display, exercise, load_exercise};
use sqlground_catalogue::{PlanMeasure, PlanWish};

fn text(goal: &str) -> String {
    format!("{HEADER}Prompt.\n\n```sql plan \"{goal}\"\nSELECT 1\n```\n{COMPLETE}")
}

#[test]
fn goals_are_taken_apart() {
    for (goal, wanted, node_type, relation) in [
        ("Seq Scan", true, "Seq Scan", None),
        ("no Sort", false, "Sort", None),
        ("No  Seq Scan on orders", false, "Seq Scan", Some("orders")),
        (
            "Index Only Scan on orders",
            true,
            "Index Only Scan",
            Some("orders"),
        ),
        (
            "Seq Scan on shop.öl_2$",
            true,
            "Seq Scan",
            Some("shop.öl_2$"),
        ),
        (
            "Parallel Seq Scan on t",
            true,
            "Parallel Seq Scan",
            Some("t"),
        ),
        ("Hash Right Anti Join", true, "Hash Right Anti Join", None),
        ("Nested Loop Left Join", true, "Nested Loop Left Join", None),
        ("Partial HashAggregate", true, "Partial HashAggregate", None),
    ] {
        let goals = exercise(text(goal)).plan_goals;
        assert_eq!(goals.len(), 1, "{goal}");
        let step = match &goals[0].wanted {
            PlanWish::Step(step) if wanted => step,
            PlanWish::NoStep(step) if !wanted => step,
            other => panic!("{goal}: {other:?}"),
        };
        assert_eq!(step.node_type, node_type, "{goal}");
        assert_eq!(step.relation.as_deref(), relation, "{goal}");
        assert_eq!(
            (goals[0].query.sql.as_str(), goals[0].query.line),
            ("SELECT 1", 9)
        );
    }
}

#[test]
fn goals_may_be_limits() {
    for (goal, limit, measure) in [
        ("at most 100 buffers", 100.0, PlanMeasure::Buffers),
        ("at most 1 scan", 1.0, PlanMeasure::Scans),
        (
            "at most 1.2 times the answer's cost",
            1.2,
            PlanMeasure::CostOfAnswer,
        ),
    ] {
        let goals = exercise(text(goal)).plan_goals;
        assert_eq!(goals[0].wanted, PlanWish::AtMost(limit, measure), "{goal}");
    }
}

#[test]
fn other_goals_are_refused() {
    for (goal, message) in [
        (
            "Index Only Scna on orders",
            "`Index Only Scna` is no node type of EXPLAIN; a goal reads `[no] NODE [on TABLE]`, \
             such as `Index Only Scan on orders`; did you mean `Index Only Scan`?",
        ),
        (
            "seq scan",
            "`seq scan` is no node type of EXPLAIN; a goal reads `[no] NODE [on TABLE]`, such as \
             `Index Only Scan on orders`; did you mean `Seq Scan`?",
        ),
        (
            "at most 3 ms",
            "`at most 3 ms` is no limit; write `at most 100 buffers`, `at most 1 scan` or \
             `at most 1.2 times the answer's cost`",
        ),
        (
            "fast",
            "`fast` is no node type of EXPLAIN; a goal reads `[no] NODE [on TABLE]`, such as \
             `Index Only Scan on orders`",
        ),
        (
            "Seq Scan on my orders",
            "`my orders` is no table's name; a goal reads `[no] NODE [on TABLE]`, such as \
             `no Seq Scan on orders`",
        ),
    ] {
        let loaded = load_exercise(text(goal));
        let expected = format!("03-joins/01-first.md:8: error: {message} [bad-plan-goal]");
        assert_eq!(display(&loaded), expected);
    }
}
