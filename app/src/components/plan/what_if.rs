//! Buttons that ask for the plan PostgreSQL rejected.

use leptos::prelude::*;
use sqlground_model::{ComparedWith, Plan, PlanSwitch};

/// A button for each way of executing that the plan uses. They belong to the workbench's form, with
/// and without script.
pub(super) fn switches(plan: &Plan) -> AnyView {
    // Of a plan that had to do without something, those that PostgreSQL chooses by itself.
    let free = plan
        .comparison
        .as_deref()
        .filter(|comparison| matches!(comparison.with, ComparedWith::Free(_)));
    let nodes = free.map_or(&plan.nodes, |comparison| &comparison.other.nodes);
    let is_used = |switch: &PlanSwitch| {
        nodes
            .iter()
            .any(|node| PlanSwitch::of_node(node) == Some(*switch))
    };
    let buttons: Vec<_> = PlanSwitch::ALL
        .into_iter()
        .filter(is_used)
        .map(|switch| {
            view! {
                <button
                    type="submit"
                    class="button"
                    form="workbench"
                    formaction="/api/plan"
                    data-action="plan"
                    name="without"
                    value=switch.as_str()
                >
                    {format!("without {}", switch.title())}
                </button>
            }
        })
        .collect();
    if buttons.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="plan-what-if" aria-labelledby="plan-what-if">
            <h3 id="plan-what-if">"What if?"</h3>
            <p class="facts">
                "PostgreSQL chose what it believes to be cheapest. See what it would do otherwise, and what that costs:"
            </p>
            <div class="plan-tools">{buttons}</div>
        </section>
    }
    .into_any()
}
