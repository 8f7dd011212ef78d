//! Joins, and what serves them.

use super::{Scene, counted, rows};
use crate::words::{detail, kilobytes};
use std::fmt::Write;

/// What a join does; none for any other node.
pub(super) fn does(scene: &Scene<'_>) -> Option<String> {
    let node = scene.node;
    Some(match node.node_type.as_str() {
        "Nested Loop" => {
            let outer = scene.input_rows();
            let filter = scene
                .code("Join Filter")
                .map_or_else(String::new, |filter| {
                    format!(", and keeps the pairs where {filter}")
                });
            format!(
                "Takes {outer} from the first step below and runs the second step once for each of \
                 them{filter}: {}.{}",
                scene.rows(),
                partners(scene)
            )
        }
        "Hash Join" => format!(
            "Looks up each row of the first step below ({}) in the hash table of the second ({}){}: \
             {}.{}",
            scene.input_rows(),
            scene
                .inputs
                .get(1)
                .map_or_else(|| "rows".to_owned(), |inner| rows(inner)),
            by(scene, "Hash Cond"),
            scene.rows(),
            partners(scene)
        ),
        "Merge Join" => format!(
            "Walks through two sorted inputs side by side and joins the rows that meet{}: {}.{}",
            by(scene, "Merge Cond"),
            scene.rows(),
            partners(scene)
        ),
        "Hash" => hash(scene),
        "Memoize" => memoize(scene),
        "Materialize" => {
            let again = match node.loops {
                Some(loops) if loops > 1.0 => {
                    format!(" They were asked for {}.", counted(loops, "time"))
                }
                _ => String::new(),
            };
            format!(
                "Keeps the rows below ({}) so that they can be given again without being made \
                 again.{again}",
                scene.input_rows()
            )
        }
        _ => return None,
    })
}

/// ` by …`, the condition that pairs rows.
fn by(scene: &Scene<'_>, key: &str) -> String {
    scene
        .code(key)
        .map_or_else(String::new, |cond| format!(" by {cond}"))
}

/// What becomes of rows without a partner.
fn partners(scene: &Scene<'_>) -> &'static str {
    let label = scene.node.label.as_str();
    let is = |join: &str| label.contains(&format!(" {join} "));
    if is("Right Semi") {
        " Of the second input, each row that has a partner comes once."
    } else if is("Right Anti") {
        " Of the second input, only rows without a partner come."
    } else if is("Left") {
        " Rows of the first input without a partner come too, filled up with NULL."
    } else if is("Right") {
        " Rows of the second input without a partner come too, filled up with NULL."
    } else if is("Full") {
        " Rows of either input without a partner come too, filled up with NULL."
    } else if is("Semi") {
        " A row of the first input comes once, if it has a partner at all."
    } else if is("Anti") {
        " Only rows of the first input without a partner come."
    } else {
        ""
    }
}

fn hash(scene: &Scene<'_>) -> String {
    let mut text = format!("Puts {} into a hash table", scene.input_rows());
    if let Some(memory) = scene.node.memory_kb.filter(|_| scene.ran()) {
        let _ = write!(text, " of {}", kilobytes(memory));
    }
    let batches = detail(scene.node, "Hash Batches")
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .filter(|&batches| batches > 1.0);
    match batches {
        Some(batches) => {
            let _ = write!(
                text,
                ". It did not fit into memory and was worked off in {}, the others waiting on disk.",
                counted(batches, "part")
            );
        }
        None => text.push_str(", which the join above looks into."),
    }
    text
}

fn memoize(scene: &Scene<'_>) -> String {
    let number = |key: &str| detail(scene.node, key).and_then(|text| text.parse::<f64>().ok());
    let key = scene
        .code("Cache Key")
        .unwrap_or_else(|| "the key".to_owned());
    let mut text = format!("Remembers what came for each value of {key}");
    match (number("Cache Hits"), number("Cache Misses")) {
        (Some(hits), Some(misses)) if scene.ran() => {
            let _ = write!(
                text,
                ": of {}, {} found what they asked for there.",
                counted(hits + misses, "request"),
                crate::words::count(hits)
            );
        }
        _ => text.push_str(", so that the step below does not run for it again."),
    }
    text
}
