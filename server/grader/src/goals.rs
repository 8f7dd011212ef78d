//! Whether plans are what the exercise asks for. Pure: no I/O.

use crate::compare::Difference;
use crate::judge::plain;
use crate::observe::Observation;
use sqlground_catalogue::{Exercise, PlanGoal, PlanMeasure, PlanStep, PlanWish};
use sqlground_model::{Plan, VerdictClass};

/// A plan, or why there is none.
type Explained = Result<Plan, String>;

/// For each plan goal, whether it is met; those that are measured by the answer's plan count as met.
pub(crate) fn met(exercise: &Exercise, actual: &Observation) -> Vec<bool> {
    let plans = exercise.plan_goals.iter().zip(&actual.state.plans);
    plans
        .map(|(goal, plan)| match plan {
            Ok(plan) => fault(&goal.wanted, plan, None).is_none(),
            Err(_) => false,
        })
        .collect()
}

/// The first plan goal that is not met.
pub(crate) fn missed(
    exercise: &Exercise,
    expected: &Observation,
    actual: &Observation,
) -> Option<Difference> {
    let plans = actual.state.plans.iter().enumerate();
    exercise
        .plan_goals
        .iter()
        .zip(plans)
        .find_map(|(goal, (number, plan))| {
            let answers = expected.state.plans.get(number);
            let message = of_goal(goal, plan, answers)?;
            Some(plain(VerdictClass::PlanGoalMissed, message).about(&goal.query))
        })
}

/// True if a goal says what no plan may do, and this one does. What a plan must have, or may cost beside
/// the answer's, is asked of one plan only.
pub(crate) fn violates(goal: &PlanGoal, plan: &Plan) -> bool {
    !matches!(goal.wanted, PlanWish::Step(_)) && fault(&goal.wanted, plan, None).is_some()
}

fn of_goal(goal: &PlanGoal, plan: &Explained, answers: Option<&Explained>) -> Option<String> {
    match plan {
        Err(reason) => Some(format!("The plan cannot be looked at: {reason}.")),
        Ok(plan) => fault(
            &goal.wanted,
            plan,
            answers.and_then(|plan| plan.as_ref().ok()),
        ),
    }
}

/// What is wrong with a plan; none if it is as it is wanted.
fn fault(wanted: &PlanWish, plan: &Plan, answers: Option<&Plan>) -> Option<String> {
    match wanted {
        PlanWish::Step(step) => (!contains(plan, step))
            .then(|| format!("The plan does not have this step: {}.", described(step))),
        PlanWish::NoStep(step) => contains(plan, step)
            .then(|| format!("The plan still has this step: {}.", described(step))),
        PlanWish::AtMost(limit, PlanMeasure::Buffers) => {
            let used = buffers(plan);
            (f64::from(used) > *limit)
                .then(|| format!("The plan reads {used} buffers; at most {limit} are wanted."))
        }
        PlanWish::AtMost(limit, PlanMeasure::Scans) => {
            let scans = scans(plan);
            let found = scans.join(", ");
            let number = u32::try_from(scans.len()).unwrap_or(u32::MAX);
            (f64::from(number) > *limit).then(|| {
                let are = if *limit < 2.0 { "is" } else { "are" };
                format!("The plan reads {number} times ({found}); at most {limit} {are} wanted.")
            })
        }
        PlanWish::AtMost(limit, PlanMeasure::CostOfAnswer) => {
            let (cost, reference) = (cost(plan), cost(answers?));
            (cost > reference * limit).then(|| {
                format!(
                    "The plan costs {cost:.0}, where {reference:.0} is possible: at most {limit} times as \
                     much is wanted."
                )
            })
        }
    }
}

/// The 8 kB blocks that were read, in the cache or not.
fn buffers(plan: &Plan) -> u32 {
    let root = plan.nodes.first();
    let blocks = root.map_or(0, |root| {
        root.shared_hit_blocks.unwrap_or(0) + root.shared_read_blocks.unwrap_or(0)
    });
    u32::try_from(blocks).unwrap_or(u32::MAX)
}

/// What is read by the steps that read a table or an index for rows. What a subquery, a function or
/// a CTE gave is read from no table, and the index scan below a bitmap heap scan finds no rows itself.
fn scans(plan: &Plan) -> Vec<&str> {
    const READING: [&str; 8] = [
        "Seq Scan",
        "Sample Scan",
        "Index Scan",
        "Index Only Scan",
        "Bitmap Heap Scan",
        "Tid Scan",
        "Tid Range Scan",
        "Foreign Scan",
    ];
    let read = plan
        .nodes
        .iter()
        .filter(|node| READING.contains(&node.node_type.as_str()) && node.loops != Some(0.0));
    read.filter_map(|node| node.relation.as_deref()).collect()
}

fn cost(plan: &Plan) -> f64 {
    plan.nodes.first().map_or(0.0, |root| root.total_cost)
}

/// True if a node of the plan is the step. A step that does not say `Parallel` is met by parallel
/// nodes too; a Bitmap Index Scan is `on` its index, as the text format has it.
fn contains(plan: &Plan, step: &PlanStep) -> bool {
    plan.nodes.iter().any(|node| {
        let named = [&node.node_type, &node.label].into_iter().any(|name| {
            *name == step.node_type || name.strip_prefix("Parallel ") == Some(&step.node_type)
        });
        let placed = step.relation.as_ref().is_none_or(|place| {
            [&node.relation, &node.alias, &node.index].contains(&&Some(place.clone()))
        });
        named && placed
    })
}

fn described(step: &PlanStep) -> String {
    match &step.relation {
        Some(relation) => format!("{} on {relation}", step.node_type),
        None => step.node_type.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::PlanNode;

    fn plan() -> Plan {
        let scan = |node_type: &str, relation: &str, loops: f64| PlanNode {
            node_type: node_type.to_owned(),
            relation: Some(relation.to_owned()),
            loops: Some(loops),
            ..PlanNode::default()
        };
        Plan {
            nodes: vec![
                PlanNode {
                    node_type: "Append".to_owned(),
                    total_cost: 12.0,
                    shared_hit_blocks: Some(7),
                    shared_read_blocks: Some(2),
                    ..PlanNode::default()
                },
                scan("Seq Scan", "january", 1.0),
                scan("Bitmap Heap Scan", "february", 1.0),
                scan("Bitmap Index Scan", "february", 1.0),
                scan("CTE Scan", "recent", 1.0),
                scan("Seq Scan", "march", 0.0),
            ],
            ..Plan::default()
        }
    }

    fn check(wanted: &PlanWish, expected: Option<&str>) {
        let answers = Plan {
            nodes: vec![PlanNode {
                total_cost: 10.0,
                ..PlanNode::default()
            }],
            ..Plan::default()
        };
        let found = fault(wanted, &plan(), Some(&answers));
        assert_eq!(found.as_deref(), expected, "{wanted:?}");
    }

    #[test]
    fn limits_hold_for_what_was_done() {
        use PlanMeasure::{Buffers, CostOfAnswer, Scans};
        check(&PlanWish::AtMost(9.0, Buffers), None);
        check(
            &PlanWish::AtMost(8.0, Buffers),
            Some("The plan reads 9 buffers; at most 8 are wanted."),
        );
        check(&PlanWish::AtMost(2.0, Scans), None);
        check(
            &PlanWish::AtMost(1.0, Scans),
            Some("The plan reads 2 times (january, february); at most 1 is wanted."),
        );
        check(&PlanWish::AtMost(1.2, CostOfAnswer), None);
        check(
            &PlanWish::AtMost(1.1, CostOfAnswer),
            Some("The plan costs 12, where 10 is possible: at most 1.1 times as much is wanted."),
        );
    }

    #[test]
    fn steps_are_found_by_name_and_relation() {
        let step = |node_type: &str, relation: &str| PlanStep {
            node_type: node_type.to_owned(),
            relation: Some(relation.to_owned()),
        };
        check(&PlanWish::Step(step("Seq Scan", "january")), None);
        check(
            &PlanWish::Step(step("Seq Scan", "april")),
            Some("The plan does not have this step: Seq Scan on april."),
        );
        check(
            &PlanWish::NoStep(step("Seq Scan", "january")),
            Some("The plan still has this step: Seq Scan on january."),
        );
    }
}
