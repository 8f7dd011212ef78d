//! Where the time went: each node as wide as it and all below it took.

use super::outline::Outline;
use crate::components::format::{duration, percent};
use leptos::prelude::*;

/// The height of a row, in pixels.
const ROW: usize = 26;
/// Parts narrower than this, in percent, are left out: nobody could see them.
const NARROWEST: f64 = 0.15;
/// Parts narrower than this carry no words.
const WORDLESS: f64 = 3.0;

/// A node's place in percent of the width.
struct Slice {
    id: usize,
    left: f64,
    width: f64,
    level: usize,
}

/// The picture; none where nothing was timed.
pub(super) fn flame(outline: &Outline<'_>) -> Option<AnyView> {
    let slices = slices(outline)?;
    let levels = slices.iter().map(|slice| slice.level).max()? + 1;
    let parts: Vec<_> = slices.iter().map(|slice| part(outline, slice)).collect();
    Some(
        view! {
            <p class="facts">
                "As wide as a step and all steps below it took; what is not covered from below is the step’s own time."
            </p>
            <svg
                class="plan-flame"
                width="100%"
                height=(levels * ROW).to_string()
                role="group"
                aria-label="The time of the steps, the result at the top"
            >
                {parts}
            </svg>
        }
        .into_any(),
    )
}

/// Own times add up to the whole, so the parts below a node never are wider than it.
fn slices(outline: &Outline<'_>) -> Option<Vec<Slice>> {
    // The root's is none where any step was not timed.
    let whole: Vec<f64> = outline.whole_ms.iter().copied().collect::<Option<_>>()?;
    let all = whole.first().copied().filter(|&ms| ms > 0.0)?;
    let mut slices = Vec::new();
    let mut waiting = vec![(0, 0.0, 0)];
    while let Some((id, left, level)) = waiting.pop() {
        let width = whole[id] / all * 100.0;
        if width < NARROWEST {
            continue;
        }
        let mut next = left;
        for &child in &outline.children[id] {
            waiting.push((child, next, level + 1));
            next += whole[child] / all * 100.0;
        }
        slices.push(Slice {
            id,
            left,
            width,
            level,
        });
    }
    Some(slices)
}

fn part(outline: &Outline<'_>, slice: &Slice) -> AnyView {
    let node = outline.node(slice.id);
    let own = node.self_ms.unwrap_or(0.0);
    let words = format!(
        "{}, {} own time, {} with the steps below",
        node.label,
        duration(own),
        percent(slice.width / 100.0)
    );
    let name = match &node.relation {
        Some(relation) => format!("{} {relation}", node.label),
        None => node.label.clone(),
    };
    let text = (slice.width >= WORDLESS).then(|| {
        view! {
            <text class="plan-flame-text" x="6" y="17">
                {name}
            </text>
        }
    });
    let hot = node.share.unwrap_or(0.0);
    let class = match hot {
        share if share >= 0.5 => "plan-flame-part plan-flame-most",
        share if share >= 0.1 => "plan-flame-part plan-flame-much",
        _ => "plan-flame-part",
    };
    view! {
        <a href=format!("#{}", outline.element(slice.id)) data-node=node.id.to_string()>
            <svg
                x=format!("{:.3}%", slice.left)
                y=(slice.level * ROW).to_string()
                width=format!("{:.3}%", slice.width)
                height=(ROW - 2).to_string()
            >
                <title>{words}</title>
                <rect class=class width="100%" height="100%" rx="3" />
                {text}
            </svg>
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Plan, PlanNode};

    #[test]
    fn parts_lie_within_the_one_above() {
        let node = |id, parent, own| PlanNode {
            id,
            parent,
            self_ms: Some(own),
            ..PlanNode::default()
        };
        let plan = Plan {
            nodes: vec![
                node(0, None, 1.0),
                node(1, Some(0), 5.0),
                node(2, Some(0), 0.0),
                node(3, Some(2), 4.0),
            ],
            ..Plan::default()
        };
        let outline = Outline::new(&plan, 0);
        let mut found: Vec<_> = slices(&outline)
            .unwrap()
            .into_iter()
            .map(|slice| (slice.id, slice.left, slice.width, slice.level))
            .collect();
        found.sort_by_key(|slice| slice.0);
        assert_eq!(
            found,
            [
                (0, 0.0, 100.0, 0),
                (1, 0.0, 50.0, 1),
                (2, 50.0, 40.0, 1),
                (3, 50.0, 40.0, 2)
            ]
        );
    }
}
