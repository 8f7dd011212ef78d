//! Nodes that sort, group, combine and change rows.

use super::{Scene, counted};
use crate::words::{detail, kilobytes, table};

/// What such a node does; none for any other.
pub(super) fn does(scene: &Scene<'_>) -> Option<String> {
    let node = scene.node;
    let rows = scene.rows();
    let input = scene.input_rows();
    let inputs = scene.inputs.len();
    Some(match node.node_type.as_str() {
        "Sort" => format!(
            "Sorts {input} by {}{}.",
            keys(scene, "Sort Key"),
            space(scene)
        ),
        "Incremental Sort" => format!(
            "Takes {input} that already come in the order of {} and sorts each group of equal ones \
             by {}.",
            keys(scene, "Presorted Key"),
            keys(scene, "Sort Key"),
        ),
        "Limit" => format!("Takes {rows} from the step below, then stops it."),
        "Unique" => {
            format!("Leaves out each row that equals the one before it: {rows} of {input}.")
        }
        "Group" => format!(
            "Makes one row of each run of rows with the same {}: {rows} of {input}.",
            keys(scene, "Group Key")
        ),
        "Aggregate" => aggregate(scene),
        "WindowAgg" => format!(
            "Computes window functions for {input}, which come in the order of their window."
        ),
        "SetOp" => {
            let command = node
                .label
                .split_once("SetOp ")
                .map_or("EXCEPT", |label| label.1);
            let command = command.to_uppercase();
            format!("Compares its two inputs row by row for {command}: {rows}.")
        }
        "Append" => format!(
            "Gives the rows of the {inputs} steps below, one step after the other: {rows}.{}",
            pruned(scene)
        ),
        "Merge Append" => format!(
            "Merges the sorted rows of the {inputs} steps below into one order: {rows}.{}",
            pruned(scene)
        ),
        "Recursive Union" => format!(
            "Runs its first step once, then its second again and again on the rows of the last round, until none is new: {rows}."
        ),
        "Gather" => format!(
            "Collects {input} from {}, in whatever order they come.",
            processes(scene)
        ),
        "Gather Merge" => format!(
            "Collects {input} from {} and keeps them in order.",
            processes(scene)
        ),
        "LockRows" => {
            format!("Locks {input} so that nobody else can change them until the transaction ends.")
        }
        "ModifyTable" => modify(scene),
        "Result" => result(scene),
        "ProjectSet" => {
            format!("Calls a function that gives several rows, for each of {input}: {rows}.")
        }
        _ => return None,
    })
}

fn keys(scene: &Scene<'_>, key: &str) -> String {
    scene.code(key).unwrap_or_else(|| "its keys".to_owned())
}

/// Where it sorted.
fn space(scene: &Scene<'_>) -> String {
    let method = detail(scene.node, "Sort Method").unwrap_or_default();
    match (scene.node.disk_kb, scene.node.memory_kb) {
        (Some(disk), _) if disk > 0.0 => format!(
            ", in {} of temporary files, since they do not fit into work_mem",
            kilobytes(disk)
        ),
        (_, Some(memory)) if method.starts_with("top-N") => {
            format!(
                ", keeping only the first ones in {} of memory",
                kilobytes(memory)
            )
        }
        (_, Some(memory)) => format!(", in {} of memory", kilobytes(memory)),
        _ => String::new(),
    }
}

fn aggregate(scene: &Scene<'_>) -> String {
    let label = scene.node.label.as_str();
    let (rows, input) = (scene.rows(), scene.input_rows());
    let key = scene.code("Group Key");
    let main = if label.ends_with("HashAggregate") {
        match key {
            Some(key) => {
                format!("Sums up {input} in a hash table with an entry for each {key}: {rows}.")
            }
            None => format!("Sums up {input} in a hash table: {rows}."),
        }
    } else if label.ends_with("MixedAggregate") {
        format!("Sums up {input} for several groupings at once, some in hash tables: {rows}.")
    } else if let Some(key) = key.filter(|key| key != "`()`") {
        format!("Sums up {input}, which come sorted, run by run of the same {key}: {rows}.")
    } else {
        format!("Sums up {input} to a single row.")
    };
    let spilled = scene.node.disk_kb.filter(|&disk| disk > 0.0);
    let spilled = spilled.map_or_else(String::new, |disk| {
        format!(
            " It did not fit into memory: {} went to disk.",
            kilobytes(disk)
        )
    });
    let part = if label.contains("Partial ") {
        " Each process does so for its own share."
    } else if label.contains("Finalize ") {
        " It puts together what the processes have summed up."
    } else {
        ""
    };
    format!("{main}{part}{spilled}")
}

fn pruned(scene: &Scene<'_>) -> String {
    let removed = detail(scene.node, "Subplans Removed").and_then(|text| text.parse::<f64>().ok());
    removed.map_or_else(String::new, |removed| {
        format!(
            " {} could be left out before anything was read.",
            counted(removed, "more step")
        )
    })
}

/// The processes whose rows are collected.
fn processes(scene: &Scene<'_>) -> String {
    let (launched, planned) = (scene.node.workers_launched, scene.node.workers_planned);
    let Some(workers) = launched.or(planned) else {
        return "worker processes".to_owned();
    };
    let missing = planned.filter(|&planned| planned > workers);
    let missing = missing.map_or_else(String::new, |planned| format!(" ({planned} were planned)"));
    let workers = counted(f64::from(workers), "worker");
    format!("{workers}{missing} and the main process")
}

fn modify(scene: &Scene<'_>) -> String {
    let table = table(scene.node);
    let input = scene.input_rows();
    match scene.node.label.as_str() {
        "Insert" => format!("Puts {input} into `{table}`."),
        "Update" => format!("Writes a new version of {input} of `{table}`."),
        "Delete" => format!("Marks {input} of `{table}` as deleted."),
        "Merge" => format!("Decides for {input} whether to insert, update or delete in `{table}`."),
        _ => format!("Changes rows of `{table}`."),
    }
}

fn result(scene: &Scene<'_>) -> String {
    if let Some(condition) = scene.code("One-Time Filter") {
        return format!("Goes on only if {condition}, which is checked once.");
    }
    match scene.input() {
        None => "Computes a row without reading a table.".to_owned(),
        Some(_) => format!(
            "Computes expressions for {}{}.",
            scene.input_rows(),
            match scene.code("Filter") {
                Some(filter) => format!(" and keeps those where {filter}: {}", scene.rows()),
                None => String::new(),
            }
        ),
    }
}
