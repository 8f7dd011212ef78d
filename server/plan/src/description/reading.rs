//! Nodes that read tables, indexes and what stands for a table.

use super::{Scene, counted};
use crate::words::{detail, table};
use std::fmt::Write;

/// What a reading node does; none for any other.
pub(super) fn does(scene: &Scene<'_>) -> Option<String> {
    let node = scene.node;
    let table = table(node);
    let kept = scene.kept();
    let times = scene.times();
    Some(match node.node_type.as_str() {
        "Seq Scan" if node.stopped_early => format!(
            "Reads the table `{table}` from its start{times}{kept}, until the steps above have \
             enough."
        ),
        "Seq Scan" => format!("Reads the whole table `{table}`{times}{kept}."),
        "Sample Scan" => {
            let sampling = scene.code("Sampling");
            let sampling = sampling.map_or_else(String::new, |how| format!(" ({how})"));
            format!("Reads a random part of the table `{table}`{sampling}{times}{kept}.")
        }
        "Index Scan" => index_scan(scene),
        "Index Only Scan" => index_only_scan(scene),
        "Bitmap Index Scan" => {
            let index = node.index.as_deref().unwrap_or("the index");
            let places = if scene.ran() {
                format!(": {}", counted(node.rows.unwrap_or(0.0), "place"))
            } else {
                String::new()
            };
            let searched = scene
                .code("Index Cond")
                .map_or_else(String::new, |cond| format!(" rows with {cond} lie"));
            let searched = if searched.is_empty() {
                " the rows lie".to_owned()
            } else {
                searched
            };
            format!("Notes down from the index `{index}` where{searched}{times}{places}.")
        }
        "Bitmap Heap Scan" => bitmap_heap_scan(scene),
        "BitmapAnd" => "Keeps the places that all of the bitmaps below have noted down.".to_owned(),
        "BitmapOr" => "Keeps the places that any of the bitmaps below has noted down.".to_owned(),
        "Tid Scan" => {
            format!("Takes rows of `{table}` from the very places named by `ctid`{kept}.")
        }
        "Tid Range Scan" => {
            format!("Reads the pages of `{table}` that a range of `ctid` names{kept}.")
        }
        "Subquery Scan" => format!("Takes the rows of the subquery `{table}`{times}{kept}."),
        "Function Scan" => format!("Calls the function `{table}` and takes its rows{times}{kept}."),
        "Table Function Scan" => format!("Takes rows out of a document by `{table}`{times}{kept}."),
        "Values Scan" => format!("Takes the rows of a VALUES list{times}{kept}."),
        "CTE Scan" => {
            format!("Reads what the query `{table}` of the WITH clause gave{times}{kept}.")
        }
        "WorkTable Scan" => {
            format!("Takes the rows that the recursion found in its last round{times}{kept}.")
        }
        "Named Tuplestore Scan" => {
            format!("Reads the changed rows that a trigger is given as `{table}`{kept}.")
        }
        "Foreign Scan" => format!("Asks another server for rows of `{table}`{times}{kept}."),
        "Custom Scan" => format!("Leaves the reading to an extension{times}{kept}."),
        _ => return None,
    })
}

fn index_scan(scene: &Scene<'_>) -> String {
    let (node, times, kept) = (scene.node, scene.times(), scene.kept());
    let (index, table) = (node.index.as_deref().unwrap_or("the index"), table(node));
    match scene.code("Index Cond").or_else(|| scene.code("Order By")) {
        Some(cond) => format!(
            "Looks up {cond} in the index `{index}`{times} and fetches the rows it points to from \
             `{table}`{kept}."
        ),
        None => format!(
            "Walks through {whole} `{index}`{backward}{times} and fetches each row from \
             `{table}`, which gives them in the index’s order{kept}.",
            backward = backward(scene),
            whole = whole_index(scene),
        ),
    }
}

fn index_only_scan(scene: &Scene<'_>) -> String {
    let (node, times, kept) = (scene.node, scene.times(), scene.kept());
    let index = node.index.as_deref().unwrap_or("the index");
    let mut text = match scene.code("Index Cond").or_else(|| scene.code("Order By")) {
        Some(cond) => format!(
            "Looks up {cond} in the index `{index}`{times} and takes the values from the index \
             itself{kept}."
        ),
        None => format!(
            "Walks through {whole} `{index}`{backward}{times} and takes the values from the \
             index itself{kept}.",
            backward = backward(scene),
            whole = whole_index(scene),
        ),
    };
    let fetches = detail(node, "Heap Fetches").and_then(|text| text.parse::<f64>().ok());
    if let Some(fetches) = fetches.filter(|&fetches| scene.ran() && fetches > 0.0) {
        let _ = write!(
            text,
            " For {} it had to look into the table all the same, since VACUUM has not marked \
             their pages.",
            counted(fetches, "row")
        );
    }
    text
}

/// Whether it is certain to come to the end.
fn whole_index(scene: &Scene<'_>) -> &'static str {
    if scene.node.stopped_early {
        "the index"
    } else {
        "the whole index"
    }
}

fn backward(scene: &Scene<'_>) -> &'static str {
    if scene.node.label.ends_with(" Backward") {
        " from its end"
    } else {
        ""
    }
}

fn bitmap_heap_scan(scene: &Scene<'_>) -> String {
    let (node, times, kept) = (scene.node, scene.times(), scene.kept());
    let table = table(node);
    let blocks = |key: &str| detail(node, key).and_then(|text| text.parse::<f64>().ok());
    let exact = blocks("Exact Heap Blocks").unwrap_or(0.0);
    let lossy = blocks("Lossy Heap Blocks").unwrap_or(0.0);
    let mut text = format!(
        "Reads the pages of `{table}` that the bitmap below has noted down, each once and in their \
         order{times}{kept}."
    );
    if lossy > 0.0 {
        let _ = write!(
            text,
            " Of {} the bitmap only knew that something is there, so every row on them was checked \
             again.",
            counted(lossy, "page")
        );
    } else if exact > 0.0 {
        let _ = write!(text, " It read {}.", counted(exact, "page"));
    }
    text
}
