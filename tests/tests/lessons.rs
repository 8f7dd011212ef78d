//! The lessons' examples on PostgreSQL 18: each plan shows what its lesson is about.

use serde_json::Value;
use sqlground_plan::{Lesson, lesson, lessons, subplan_lesson, subplan_lessons};
use sqlground_tests::{Client, Site};

const EXERCISE: &str = "reading/long-books";

/// What a node of a plan is, as lessons tell them apart.
type Kind = fn(&Value) -> Option<&'static Lesson>;

fn node(node: &Value) -> Option<&'static Lesson> {
    lesson(node["node_type"].as_str()?)
}

fn subplan(node: &Value) -> Option<&'static Lesson> {
    subplan_lesson(node["subplan_name"].as_str()?)
}

/// What is wrong with the plan of a lesson's example, if anything is.
async fn fault(visitor: &Client<'_>, lesson: &Lesson, kind: Kind) -> Option<String> {
    let script = lesson.example?.script();
    let (status, plan) = visitor.act("plan", EXERCISE, &script).await;
    let fault = |what: &str| Some(format!("{}: {what}\n{script}{plan:#}", lesson.node_type));
    let Some(nodes) = plan["nodes"].as_array().filter(|_| status == 200) else {
        return fault("there is no plan");
    };
    if !nodes.iter().any(|found| kind(found) == Some(lesson)) {
        return fault("it is not in the plan");
    }
    let is_explained = |found: &Value| {
        node(found).is_some() && found["subplan_name"].is_null() == subplan(found).is_none()
    };
    if !nodes.iter().all(is_explained) {
        return fault("something in the plan has no lesson");
    }
    None
}

#[tokio::test]
async fn every_example_shows_what_its_lesson_is_about() {
    let site = Site::start();
    let visitor = site.visitor();
    let of_nodes = lessons().iter().flat_map(|(_, lessons)| lessons.iter());
    let of_nodes = of_nodes.map(|lesson| (lesson, node as Kind));
    let of_subplans = subplan_lessons().iter();
    let of_subplans = of_subplans.map(|lesson| (lesson, subplan as Kind));
    let mut faults = Vec::new();
    for (lesson, kind) in of_nodes.chain(of_subplans) {
        faults.extend(fault(&visitor, lesson, kind).await);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}
