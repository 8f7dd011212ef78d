//! What has changed from one plan to another, in sentences.

use crate::words::{count, heading, milliseconds};
use sqlground_model::{ComparedWith, NodeChange, NodePair, Plan, PlanNode, Usage};

/// From this factor on a time has changed: two runs are never equally fast.
const WORTH_SAYING: f64 = 1.2;
/// How many nodes are named.
const MOST_NAMED: usize = 6;

/// The sentences, the most important first.
pub(super) fn summary(
    plan: &Plan,
    other: &Plan,
    pairs: &[NodePair],
    with: ComparedWith,
) -> Vec<String> {
    let name = match with {
        ComparedWith::Earlier => "the last plan",
        ComparedWith::Free(_) => "PostgreSQL’s own choice",
        ComparedWith::Pasted => "the other plan",
    };
    let mut sentences = Vec::new();
    sentences.extend(times(plan, other, name));
    sentences.extend(costs(plan, other, name));
    sentences.extend(blocks(plan, other, name));
    let changes: Vec<String> = pairs
        .iter()
        .filter_map(|pair| change(plan, other, *pair))
        .collect();
    if changes.is_empty() && !pairs.is_empty() {
        sentences.push("The steps are the same.".to_owned());
    }
    let more = changes.len().saturating_sub(MOST_NAMED);
    sentences.extend(changes.into_iter().take(MOST_NAMED));
    if more > 0 {
        sentences.push(format!("{more} more steps differ."));
    }
    sentences
}

fn times(plan: &Plan, other: &Plan, name: &str) -> Option<String> {
    let (now, before) = (plan.execution_ms?, other.execution_ms?);
    let change = factor(now, before).map_or_else(
        || "about the same".to_owned(),
        |factor| {
            let direction = if now < before { "faster" } else { "slower" };
            format!("{factor} times {direction}")
        },
    );
    Some(format!(
        "Execution took {}, {name} {}: {change}.",
        milliseconds(now),
        milliseconds(before)
    ))
}

fn costs(plan: &Plan, other: &Plan, name: &str) -> Option<String> {
    let (now, before) = (
        plan.nodes.first()?.total_cost,
        other.nodes.first()?.total_cost,
    );
    if now <= 0.0 || before <= 0.0 || (now - before).abs() < 0.005 {
        return None;
    }
    let change = factor(now, before).map_or_else(String::new, |factor| {
        let direction = if now < before { "cheaper" } else { "dearer" };
        format!(": {factor} times {direction} by the planner’s estimate")
    });
    Some(format!(
        "The estimated cost is {now:.2}, that of {name} {before:.2}{change}."
    ))
}

fn blocks(plan: &Plan, other: &Plan, name: &str) -> Option<String> {
    let all =
        |usage: &Usage| usage.shared_hit + usage.shared_read + usage.local_hit + usage.local_read;
    let now = all(plan.nodes.first()?.usage.as_ref()?);
    let before = all(other.nodes.first()?.usage.as_ref()?);
    (now != before).then(|| {
        format!(
            "It worked on {} blocks, {name} on {}.",
            sqlground_model::thousands(&now.to_string()),
            sqlground_model::thousands(&before.to_string())
        )
    })
}

/// `29`, or `1.5`; none where the difference is hardly worth a word.
fn factor(now: f64, before: f64) -> Option<String> {
    let (small, large) = (now.min(before), now.max(before));
    let factor = large / small.max(1e-9);
    if factor < WORTH_SAYING {
        None
    } else if factor < 10.0 {
        Some(format!("{factor:.1}"))
    } else {
        Some(count(factor))
    }
}

fn change(plan: &Plan, other: &Plan, pair: NodePair) -> Option<String> {
    let find = |plan: &Plan, id: Option<u32>| -> Option<PlanNode> {
        plan.nodes.get(usize::try_from(id?).ok()?).cloned()
    };
    let node = find(plan, pair.node);
    let twin = find(other, pair.other);
    // What serves the node above is told with that.
    let is_minor = |node: &PlanNode| {
        matches!(
            node.node_type.as_str(),
            "Hash" | "Bitmap Index Scan" | "BitmapAnd" | "BitmapOr"
        )
    };
    Some(match (pair.change, node, twin) {
        (NodeChange::Replaced, Some(node), Some(twin)) => {
            format!("`{}` instead of `{}`.", heading(&node), heading(&twin))
        }
        (NodeChange::Added, Some(node), _) if !is_minor(&node) => {
            format!("New: `{}`.", heading(&node))
        }
        (NodeChange::Removed, _, Some(twin)) if !is_minor(&twin) => {
            format!("Gone: `{}`.", heading(&twin))
        }
        _ => return None,
    })
}
