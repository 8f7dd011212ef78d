//! What a node does, in plain words and with its own figures.

mod joining;
mod reading;
mod working;

use crate::words::{count, detail};
use sqlground_model::PlanNode;

/// What a node is described by.
pub(crate) struct Scene<'a> {
    /// The node.
    pub(crate) node: &'a PlanNode,
    /// The nodes right below it that give it rows, in their order.
    pub(crate) inputs: Vec<&'a PlanNode>,
}

/// One or two sentences on what the node does, with SQL between backticks; empty for a kind of node
/// that nothing is known of.
pub(crate) fn description(scene: &Scene<'_>) -> String {
    let does = reading::does(scene)
        .or_else(|| joining::does(scene))
        .or_else(|| working::does(scene));
    let Some(mut text) = does else {
        return String::new();
    };
    if scene.never_ran() {
        text.push_str(" It never ran: nothing asked it for rows.");
    }
    text
}

impl Scene<'_> {
    fn never_ran(&self) -> bool {
        self.node.loops.is_some_and(|loops| loops <= 0.0)
    }

    /// Whether it ran, so that there are figures to tell.
    fn ran(&self) -> bool {
        self.node.loops.is_some_and(|loops| loops > 0.0)
    }

    /// A condition or key without the brackets around all of it, as code.
    fn code(&self, key: &str) -> Option<String> {
        detail(self.node, key).map(code)
    }

    /// The rows it gave, or those expected of it.
    fn rows(&self) -> String {
        rows(self.node)
    }

    /// `, 40 times`, if it ran more than once.
    fn times(&self) -> String {
        match self.node.loops {
            Some(loops) if loops / self.node.processes.max(1.0) > 1.0 => {
                format!(", {} times", count(loops))
            }
            _ => String::new(),
        }
    }

    /// The first input; none where there is none.
    fn input(&self) -> Option<&PlanNode> {
        self.inputs.first().copied()
    }

    fn input_rows(&self) -> String {
        self.input().map_or_else(|| "rows".to_owned(), rows)
    }

    /// What a filter keeps: ` and keeps those where …: 57 of 200,000`.
    fn kept(&self) -> String {
        let Some(filter) = self.code("Filter") else {
            return format!(": {}", self.rows());
        };
        let figures = match (self.node.rows, self.node.rows_removed) {
            (Some(rows), removed) if self.ran() => {
                let all = rows + removed.unwrap_or(0.0);
                format!("{} of {}", count(rows), count(all))
            }
            _ => self.rows(),
        };
        format!(" and keeps those where {filter}: {figures}")
    }
}

/// The rows a node gave, or about how many are expected of it.
fn rows(node: &PlanNode) -> String {
    match node.rows {
        Some(rows) if node.loops.is_some_and(|loops| loops > 0.0) => counted(rows, "row"),
        // With COSTS OFF nothing is told.
        _ if !node.is_estimated() => "some rows".to_owned(),
        _ => format!("about {}", counted(node.plan_rows, "row")),
    }
}

/// A number with its noun.
fn counted(number: f64, noun: &str) -> String {
    let number = count(number);
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

/// SQL as code; the brackets that EXPLAIN puts around every condition are left out.
fn code(sql: &str) -> String {
    // A backtick would end the code.
    let sql = sql.replace('`', "'");
    let inner = sql
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    match inner {
        Some(inner) if is_balanced(inner) => format!("`{inner}`"),
        _ => format!("`{sql}`"),
    }
}

/// Whether no bracket closes that was not opened.
fn is_balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    }) && depth == 0
}
