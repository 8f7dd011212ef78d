//! A plan as a drawing: boxes for nodes, and lines as wide as the rows that flow.

use super::measure::shown_rows;
use super::node::target;
use super::outline::{Outline, Siblings};
use crate::components::format::{count, duration, rows};
use leptos::prelude::*;

/// A box and the room around it, in the drawing's units.
const BOX_WIDTH: f64 = 196.0;
const BOX_HEIGHT: f64 = 64.0;
const ACROSS: f64 = 20.0;
const DOWN: f64 = 46.0;
const MARGIN: f64 = 12.0;

/// How many boxes are drawn at most; what lies below the last ones is told by its number.
const MOST_BOXES: usize = 300;
/// How many characters fit into a line of a box.
const LINE: usize = 24;

/// What is drawn as one box.
enum Drawn {
    /// A node.
    One(usize),
    /// Several nodes of one kind, by their numbers.
    Alike(Vec<usize>),
}

/// A box with its place.
struct Placed {
    drawn: Drawn,
    /// The box above.
    above: Option<usize>,
    level: usize,
    /// The middle of the box.
    x: f64,
    /// How many nodes below are not drawn.
    hidden: usize,
}

/// The drawing. Every box leads to the node's place in the list.
pub(super) fn diagram(outline: &Outline<'_>) -> AnyView {
    let boxes = layout(outline);
    let levels = boxes.iter().map(|placed| placed.level).max().unwrap_or(0);
    let right = boxes.iter().map(|placed| placed.x).fold(0.0, f64::max);
    let width = right + BOX_WIDTH / 2.0 + MARGIN;
    let height = y(levels) + BOX_HEIGHT + MARGIN;
    let edges: Vec<_> = boxes
        .iter()
        .filter_map(|placed| Some(edge(outline, &boxes[placed.above?], placed)))
        .collect();
    let nodes: Vec<_> = boxes.iter().map(|placed| node(outline, placed)).collect();
    let hidden: usize = boxes.iter().map(|placed| placed.hidden).sum();
    let remark = (hidden > 0).then(|| {
        let text = format!(
            "{} steps are not drawn; the list of steps has them all.",
            count(hidden as u64)
        );
        view! { <p class="facts">{text}</p> }
    });
    let fit = format!("plan-fit-{}", outline.which);
    view! {
        <p class="plan-fit">
            <input type="checkbox" id=fit.clone() />
            <label for=fit>"Fit the drawing into the page"</label>
        </p>
        {remark}
        <div class="plan-scroll" role="region" aria-label="Drawing of the plan" tabindex="0">
            <svg
                class="plan-diagram"
                xmlns="http://www.w3.org/2000/svg"
                viewBox=format!("0 0 {width:.0} {height:.0}")
                width=format!("{width:.0}")
                height=format!("{height:.0}")
                role="group"
                aria-label="The steps, drawn from the result down to the tables"
            >
                <g>{edges}</g>
                <g>{nodes}</g>
            </svg>
        </div>
    }
    .into_any()
}

/// Places boxes so that each stands above the middle of those below it.
fn layout(outline: &Outline<'_>) -> Vec<Placed> {
    let mut boxes: Vec<Placed> = Vec::new();
    // Level by level, so that what is left out lies deepest.
    let mut level = vec![(None, Drawn::One(0))];
    let mut depth = 0;
    while !level.is_empty() {
        let mut next = Vec::new();
        for (above, drawn) in level {
            let place = boxes.len();
            let mut hidden = 0;
            if let Drawn::One(id) = &drawn {
                let below = outline.siblings(&outline.children[*id]);
                if place + below.len() + next.len() < MOST_BOXES {
                    next.extend(below.into_iter().map(|siblings| {
                        let drawn = match siblings {
                            Siblings::One(id) => Drawn::One(id),
                            Siblings::Alike(ids) => Drawn::Alike(ids.to_vec()),
                        };
                        (Some(place), drawn)
                    }));
                } else {
                    hidden = outline.below[*id];
                }
            }
            boxes.push(Placed {
                drawn,
                above,
                level: depth,
                x: 0.0,
                hidden,
            });
        }
        level = next;
        depth += 1;
    }
    spread(&mut boxes);
    boxes
}

/// Gives every box its place across. Boxes stand level by level, so children come after parents and
/// keep their order.
fn spread(boxes: &mut [Placed]) {
    let mut children = vec![Vec::new(); boxes.len()];
    for (place, placed) in boxes.iter().enumerate() {
        if let Some(above) = placed.above {
            children[above].push(place);
        }
    }
    // Those without children stand side by side, in the order of a walk through the tree.
    let mut next = MARGIN + BOX_WIDTH / 2.0;
    let mut waiting = vec![0];
    while let Some(place) = waiting.pop() {
        if children[place].is_empty() {
            boxes[place].x = next;
            next += BOX_WIDTH + ACROSS;
        }
        waiting.extend(children[place].iter().rev());
    }
    for place in (0..boxes.len()).rev() {
        if let (Some(first), Some(last)) = (children[place].first(), children[place].last()) {
            boxes[place].x = f64::midpoint(boxes[*first].x, boxes[*last].x);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a level of a drawing")]
fn y(level: usize) -> f64 {
    MARGIN + level as f64 * (BOX_HEIGHT + DOWN)
}

fn first(drawn: &Drawn) -> usize {
    match drawn {
        Drawn::One(id) => *id,
        Drawn::Alike(ids) => ids[0],
    }
}

fn flow(outline: &Outline<'_>, drawn: &Drawn) -> f64 {
    match drawn {
        Drawn::One(id) => shown_rows(outline.node(*id)),
        Drawn::Alike(ids) => outline.sum(ids).rows,
    }
}

/// A line up to the box above, wider for more rows: each tenfold number adds as much again.
fn edge(outline: &Outline<'_>, above: &Placed, placed: &Placed) -> AnyView {
    let rows_up = flow(outline, &placed.drawn);
    let stroke = 1.0 + 2.0 * (rows_up + 1.0).log10();
    let (x, top) = (placed.x, y(placed.level));
    let (to, bottom) = (above.x, y(above.level) + BOX_HEIGHT);
    let middle = f64::midpoint(top, bottom);
    let path =
        format!("M{x:.1} {top:.1}C{x:.1} {middle:.1} {to:.1} {middle:.1} {to:.1} {bottom:.1}");
    let number = rows(rows_up);
    view! {
        <path class="plan-edge" d=path stroke-width=format!("{stroke:.1}") />
        <text class="plan-edge-rows" x=format!("{:.1}", x + 6.0 + stroke / 2.0) y=format!("{:.1}", top - 6.0)>
            {number}
        </text>
    }
    .into_any()
}

fn node(outline: &Outline<'_>, placed: &Placed) -> AnyView {
    let id = first(&placed.drawn);
    let shown = outline.node(id);
    let (left, top) = (placed.x - BOX_WIDTH / 2.0, y(placed.level));
    let (label, second) = match &placed.drawn {
        Drawn::One(_) => (
            shown.label.clone(),
            shown.subplan_name.clone().or_else(|| target(shown)),
        ),
        Drawn::Alike(ids) => (
            shown.label.clone(),
            Some(format!("{} more of this kind", count(ids.len() as u64))),
        ),
    };
    let hidden =
        (placed.hidden > 0).then(|| format!("{} steps below", count(placed.hidden as u64)));
    let second = hidden.or(second).unwrap_or_default();
    let figures = match &placed.drawn {
        Drawn::One(id) => bars(outline, *id, left, top),
        Drawn::Alike(ids) => {
            let ms = outline.sum(ids).ms.map(duration).unwrap_or_default();
            view! {
                <text class="plan-box-figure" x=format!("{:.1}", left + 10.0) y=format!("{:.1}", top + 50.0)>
                    {ms}
                </text>
            }
            .into_any()
        }
    };
    let warned = !outline.findings[id].is_empty() && matches!(placed.drawn, Drawn::One(_));
    let mark = warned.then(|| {
        let (x, y) = (left + BOX_WIDTH - 14.0, top + 14.0);
        view! {
            <circle class="plan-mark" cx=format!("{x:.1}") cy=format!("{y:.1}") r="8" />
            <text class="plan-mark-sign" x=format!("{x:.1}") y=format!("{:.1}", y + 4.5)>
                "!"
            </text>
        }
    });
    let href = format!("#{}", outline.element(id));
    let title = [label.as_str(), second.as_str()].join(" ");
    view! {
        <a href=href data-node=shown.id.to_string()>
            <title>{title}</title>
            <rect
                class="plan-box"
                x=format!("{left:.1}")
                y=format!("{top:.1}")
                width=BOX_WIDTH.to_string()
                height=BOX_HEIGHT.to_string()
                rx="6"
            />
            <text class="plan-box-label" x=format!("{:.1}", left + 10.0) y=format!("{:.1}", top + 19.0)>
                {cut(&label, LINE)}
            </text>
            <text class="plan-box-target" x=format!("{:.1}", left + 10.0) y=format!("{:.1}", top + 35.0)>
                {cut(&second, LINE + 2)}
            </text>
            {figures}
            {mark}
        </a>
    }
    .into_any()
}

/// Each measure's bar and words; the page shows those of the one that is chosen.
fn bars(outline: &Outline<'_>, id: usize, left: f64, top: f64) -> AnyView {
    let measures = &outline.measures;
    let node = outline.node(id);
    let width = BOX_WIDTH - 20.0;
    measures
        .iter()
        .filter_map(|measure| Some((measure, measures.figure(measure, node)?)))
        .map(|(measure, figure)| {
            let class = format!("plan-bar plan-bar-{}", measure.name());
            let share = format!("{:.1}", width * figure.share);
            let x = format!("{:.1}", left + 10.0);
            let y = format!("{:.1}", top + 55.0);
            view! {
                <g class=class>
                    <text class="plan-box-figure" x=x.clone() y=format!("{:.1}", top + 50.0)>
                        {cut(&figure.text, LINE + 6)}
                    </text>
                    <rect class="bar-all" x=x.clone() y=y.clone() width=width.to_string() height="4" rx="2" />
                    <rect class="bar-share" x=x y=y width=share height="4" rx="2" />
                </g>
            }
        })
        .collect_view()
        .into_any()
}

/// A text as long as there is room.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    text.chars().take(room - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Plan, PlanNode};

    fn plan(parents: &[Option<u32>]) -> Plan {
        let node = |(id, parent): (u32, &Option<u32>)| PlanNode {
            id,
            parent: *parent,
            label: format!("Step {id}"),
            ..PlanNode::default()
        };
        Plan {
            nodes: (0..).zip(parents).map(node).collect(),
            ..Plan::default()
        }
    }

    #[test]
    fn no_box_stands_on_another_and_parents_stand_above_their_children() {
        let plan = plan(&[None, Some(0), Some(1), Some(1), Some(0), Some(4), Some(0)]);
        let outline = Outline::new(&plan, 0);
        let boxes = layout(&outline);
        assert_eq!(boxes.len(), 7);
        for (place, one) in boxes.iter().enumerate() {
            for other in &boxes[place + 1..] {
                let apart = (one.x - other.x).abs() >= BOX_WIDTH || one.level != other.level;
                assert!(apart, "{} and {}", one.x, other.x);
            }
            if let Some(above) = one.above {
                assert_eq!(boxes[above].level + 1, one.level);
            }
        }
    }

    #[test]
    fn a_large_plan_says_what_it_leaves_out() {
        let parents: Vec<Option<u32>> = std::iter::once(None).chain((0..2_000).map(Some)).collect();
        let plan = plan(&parents);
        let outline = Outline::new(&plan, 0);
        let boxes = layout(&outline);
        let hidden: usize = boxes.iter().map(|placed| placed.hidden).sum();
        assert!(boxes.len() <= MOST_BOXES);
        assert_eq!(boxes.len() + hidden, 2_001);
    }
}
