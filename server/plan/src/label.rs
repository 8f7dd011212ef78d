//! The headings of nodes as the text format writes them.

use crate::raw::Node;

/// The heading without relation and index, such as `Parallel Hash Left Join`.
pub(crate) fn label(node: &Node) -> String {
    let fields = &node.fields;
    let mut label = String::new();
    if node.parallel_aware {
        label.push_str("Parallel ");
    }
    if fields.flag("Async Capable") {
        label.push_str("Async ");
    }
    label.push_str(&name(node));
    if fields.text("Scan Direction") == Some("Backward") {
        label.push_str(" Backward");
    }
    label
}

fn name(node: &Node) -> String {
    let fields = &node.fields;
    let strategy = fields.text("Strategy");
    match node.kind.as_str() {
        "Nested Loop" => match outer_join(node) {
            Some(join) => format!("Nested Loop {join} Join"),
            None => "Nested Loop".to_owned(),
        },
        "Hash Join" | "Merge Join" => {
            let method = node.kind.trim_end_matches("Join");
            match outer_join(node) {
                Some(join) => format!("{method}{join} Join"),
                None => node.kind.clone(),
            }
        }
        "Aggregate" => {
            let partial = match fields.text("Partial Mode") {
                Some(mode @ ("Partial" | "Finalize")) => format!("{mode} "),
                _ => String::new(),
            };
            let kind = match strategy {
                Some("Sorted") => "GroupAggregate",
                Some("Hashed") => "HashAggregate",
                Some("Mixed") => "MixedAggregate",
                _ => "Aggregate",
            };
            partial + kind
        }
        "SetOp" => {
            let kind = if strategy == Some("Hashed") {
                "HashSetOp"
            } else {
                "SetOp"
            };
            match fields.text("Command") {
                Some(command) => format!("{kind} {command}"),
                None => kind.to_owned(),
            }
        }
        "ModifyTable" => fields.text("Operation").unwrap_or("ModifyTable").to_owned(),
        "Foreign Scan" => match fields.text("Operation") {
            Some(operation @ ("Insert" | "Update" | "Delete")) => format!("Foreign {operation}"),
            _ => node.kind.clone(),
        },
        "Custom Scan" => match fields.text("Custom Plan Provider") {
            Some(provider) => format!("Custom Scan ({provider})"),
            None => node.kind.clone(),
        },
        _ => node.kind.clone(),
    }
}

/// The join type, unless it is the inner join that headings leave out.
fn outer_join(node: &Node) -> Option<&str> {
    node.fields
        .text("Join Type")
        .filter(|&join| join != "Inner")
}
