//! A plan as an indented tree for a terminal: each node with its own time, its rows against what
//! was expected, and what is said of it; the findings below.

use crate::command::console::line;
use anyhow::Result;
use sqlground_model::{Direction, Finding, Plan, PlanNode, Severity, Usage, thousands};
use std::io::{IsTerminal, stdout};

/// Cells of a bar for the whole time.
const BAR_CELLS: f64 = 10.0;
/// Nodes that lie deeper are not indented further.
const MAX_INDENT: usize = 40;
/// Own times from this share of the whole on are marked, and from the second one on strongly.
const MARKED: [f64; 2] = [0.2, 0.5];
/// An estimate off by this factor is marked.
const MISESTIMATE: f64 = 10.0;

/// Prints the plan.
pub(super) fn print(plan: &Plan) -> Result<()> {
    let paint = Paint::of_stdout();
    for text in lines(plan, paint) {
        line(&text)?;
    }
    for notice in &plan.notices {
        eprintln!("{}: {}", notice.severity, notice.message);
    }
    Ok(())
}

/// Whether to colour. Colours only repeat what the words say.
#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn of_stdout() -> Self {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self(stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// A text that is marked the more the higher the level, from 0 to 2.
    fn marked(self, level: usize, text: &str) -> String {
        match level {
            0 => text.to_owned(),
            1 => self.with("33", text),
            _ => self.with("1;31", text),
        }
    }
}

fn lines(plan: &Plan, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend(summary(plan));
    let is_timed = plan
        .nodes
        .first()
        .is_some_and(|root| root.self_ms.is_some());
    if is_timed {
        lines.push(paint.dim("  own time               "));
    }
    let mut prefixes = Prefixes::new(plan);
    for node in &plan.nodes {
        let prefix = prefixes.next(node);
        let time = if is_timed {
            own_time(node, paint)
        } else {
            String::new()
        };
        let subplan = node.subplan_name.as_ref();
        let subplan = subplan.map_or_else(String::new, |name| format!("{name}: "));
        let line = format!(
            "{time}{}{}{}  {}",
            paint.dim(&prefix.heading),
            paint.dim(&subplan),
            paint.bold(&heading(node)),
            rows(node, paint),
        );
        lines.push(line.trim_end().to_owned());
        let margin = if is_timed {
            " ".repeat(TIME_WIDTH)
        } else {
            String::new()
        };
        for detail in details(node) {
            let text = format!("{}{detail}", prefix.below);
            lines.push(format!("{margin}{}", paint.dim(&text)));
        }
    }
    lines.extend(below(plan));
    if !plan.findings.is_empty() {
        lines.push(String::new());
        lines.push(paint.bold("Findings"));
        for finding in &plan.findings {
            lines.extend(finding_lines(finding, paint));
        }
    }
    lines
        .into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The times of the whole statement.
fn summary(plan: &Plan) -> Option<String> {
    let unattributed = Some(plan.unattributed_ms).filter(|&ms| ms > 0.0);
    let times = [
        ("Execution", plan.execution_ms),
        ("planning", plan.planning_ms),
        ("belongs to no node:", unattributed),
    ];
    let times: Vec<String> = times
        .iter()
        .filter_map(|(name, ms)| Some(format!("{name} {}", milliseconds((*ms)?))))
        .collect();
    (!times.is_empty()).then(|| times.join(", "))
}

/// What stands below the tree.
fn below(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, calls, ms) in &plan.triggers {
        lines.push(format!(
            "Trigger {name}: {} calls, {}",
            count(*calls),
            milliseconds(*ms)
        ));
    }
    if let Some(jit) = &plan.jit {
        let time = jit
            .total_ms
            .map_or_else(String::new, |ms| format!(", {}", milliseconds(ms)));
        lines.push(format!(
            "Compilation: {} functions{time}",
            count(jit.functions)
        ));
    }
    let settings: Vec<String> = plan
        .settings
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    if !settings.is_empty() {
        lines.push(format!("Settings: {}", settings.join(", ")));
    }
    lines.extend(
        plan.details
            .iter()
            .map(|(key, text)| format!("{key}: {text}")),
    );
    lines
}

/// How wide the column of own times is.
const TIME_WIDTH: usize = 30;

/// The own time in figures, as a bar and as a share of the whole.
fn own_time(node: &PlanNode, paint: Paint) -> String {
    let (Some(own), Some(share)) = (node.self_ms, node.share) else {
        return " ".repeat(TIME_WIDTH);
    };
    if node.loops == Some(0.0) {
        return " ".repeat(TIME_WIDTH);
    }
    let text = format!(
        "{:>10} {} {:>4.0} %  ",
        milliseconds(own),
        bar(share),
        100.0 * share
    );
    let level = MARKED.iter().filter(|&&marked| share >= marked).count();
    // Eight, seven, … eighths are one column each.
    let missing = TIME_WIDTH.saturating_sub(text.chars().count());
    format!("{}{}", paint.marked(level, &text), " ".repeat(missing))
}

fn bar(share: f64) -> String {
    const EIGHTHS: [char; 8] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
    let mut left = (share.clamp(0.0, 1.0) * BAR_CELLS * 8.0).round();
    let mut bar = String::new();
    for _ in 0..10 {
        let filled = EIGHTHS.iter().zip(1_i32..);
        let filled = filled.take_while(|(_, eighths)| f64::from(*eighths) <= left);
        bar.push(filled.last().map_or(' ', |(part, _)| *part));
        left = (left - 8.0).max(0.0);
    }
    bar
}

/// What the node is and what it reads.
fn heading(node: &PlanNode) -> String {
    let mut heading = node.label.clone();
    if let Some(index) = &node.index {
        heading.push_str(" using ");
        heading.push_str(index);
    }
    let name = match (&node.relation, &node.alias) {
        (Some(relation), Some(alias)) => Some(format!("{relation} {alias}")),
        (relation, alias) => relation.clone().or_else(|| alias.clone()),
    };
    if let Some(name) = name {
        heading.push_str(" on ");
        heading.push_str(&name);
    }
    heading
}

/// The rows that came against those expected.
fn rows(node: &PlanNode, paint: Paint) -> String {
    let expected = node.is_estimated().then(|| count(node.plan_rows));
    let Some(actual) = node.rows else {
        return expected.map_or_else(String::new, |expected| format!("{expected} rows expected"));
    };
    if node.loops == Some(0.0) {
        let expected = expected.map(|expected| format!(", {expected} rows expected"));
        return format!("never executed{}", expected.unwrap_or_default());
    }
    let noun = if count(actual) == "1" { "row" } else { "rows" };
    let loops = node.loops.filter(|&loops| loops > 1.0);
    let loops = loops.map_or_else(String::new, |loops| format!(" in {} loops", count(loops)));
    let expected = expected.map(|expected| format!(", {expected} expected"));
    let expected = expected.unwrap_or_default();
    let mut text = format!("{} {noun}{loops}{expected}", count(actual));
    if let Some(estimate) = node
        .estimate
        .filter(|estimate| estimate.factor >= MISESTIMATE)
    {
        let word = match estimate.direction {
            Direction::TooHigh => "fewer",
            _ => "more",
        };
        text.push_str(", ");
        let level =
            usize::from(estimate.factor >= MISESTIMATE) + usize::from(estimate.factor >= 100.0);
        text.push_str(&paint.marked(level, &format!("{} × {word}", count(estimate.factor))));
    }
    text
}

/// What is said of the node, a line each.
fn details(node: &PlanNode) -> Vec<String> {
    let mut details: Vec<String> = node
        .details
        .iter()
        .flat_map(|(key, text)| {
            let mut lines = text.lines();
            let first = format!("{key}: {}", lines.next().unwrap_or_default());
            std::iter::once(first).chain(lines.map(|line| format!("  {line}")))
        })
        .collect();
    if let Some(usage) = &node.own_usage {
        details.extend(own_usage(usage));
    }
    details
}

/// The blocks that the node alone used.
fn own_usage(usage: &Usage) -> Option<String> {
    let parts = [
        ("found", usage.shared_hit + usage.local_hit),
        ("read", usage.shared_read + usage.local_read),
        ("changed", usage.shared_dirtied + usage.local_dirtied),
        ("read from temporary files", usage.temp_read),
        ("written to temporary files", usage.temp_written),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(_, blocks)| *blocks > 0)
        .map(|(name, blocks)| format!("{blocks} {name}"))
        .collect();
    (!parts.is_empty()).then(|| format!("Own blocks: {}", parts.join(", ")))
}

fn finding_lines(finding: &Finding, paint: Paint) -> Vec<String> {
    let (sign, level) = match finding.severity {
        Severity::Serious => ("!!", 2),
        Severity::Warning => ("! ", 1),
        Severity::Note => ("- ", 0),
    };
    let mut lines = vec![format!("{} {}", paint.marked(level, sign), finding.message)];
    for (name, text) in [("Why", &finding.why), ("Try", &finding.advice)] {
        if !text.is_empty() {
            lines.push(format!("   {} {text}", paint.dim(&format!("{name}:"))));
        }
    }
    lines
}

/// The branches before each node.
struct Prefixes {
    /// For each node whether it is the last below its parent.
    is_last: Vec<bool>,
    has_children: Vec<bool>,
    /// For each depth whether the branch goes on below.
    open: Vec<bool>,
}

struct Prefix {
    /// Before the node's heading.
    heading: String,
    /// Before what is said of it.
    below: String,
}

impl Prefixes {
    fn new(plan: &Plan) -> Self {
        let count = plan.nodes.len();
        let mut is_last = vec![true; count];
        let mut has_children = vec![false; count];
        for (at, node) in plan.nodes.iter().enumerate().rev() {
            let Some(parent) = node.parent else { continue };
            let parent = parent as usize;
            is_last[at] = !has_children[parent];
            has_children[parent] = true;
        }
        Self {
            is_last,
            has_children,
            open: Vec::new(),
        }
    }

    fn next(&mut self, node: &PlanNode) -> Prefix {
        let id = node.id as usize;
        let depth = node.depth as usize;
        self.open.resize(depth + 1, false);
        self.open[depth] = !self.is_last[id];
        let mut trunk = String::new();
        for &is_open in self.open.iter().take(depth.min(MAX_INDENT)).skip(1) {
            trunk.push_str(if is_open { "│  " } else { "   " });
        }
        if depth == 0 {
            let below = if self.has_children[id] {
                "│  "
            } else {
                "   "
            };
            return Prefix {
                heading: String::new(),
                below: below.to_owned(),
            };
        }
        let (branch, goes_on) = if self.is_last[id] {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let child = if self.has_children[id] {
            "│  "
        } else {
            "   "
        };
        Prefix {
            heading: format!("{trunk}{branch}"),
            below: format!("{trunk}{goes_on}{child}"),
        }
    }
}

/// A time with as many digits as help.
fn milliseconds(ms: f64) -> String {
    match ms {
        ms if ms >= 10_000.0 => format!("{:.1} s", ms / 1000.0),
        ms if ms >= 100.0 => format!("{ms:.0} ms"),
        ms if ms >= 1.0 => format!("{ms:.1} ms"),
        ms => format!("{ms:.3} ms"),
    }
}

/// A number with its thousands set apart; small ones with their decimals.
fn count(number: f64) -> String {
    if number < 10.0 && (number - number.round()).abs() > 0.05 {
        return format!("{number:.1}");
    }
    thousands(&format!("{number:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let text = "\
Hash Join  (cost=1.00..9.00 rows=100 width=4) (actual time=1.000..20.000 rows=3000 loops=1)
  Hash Cond: (a.id = b.id)
  ->  Seq Scan on orders a  (cost=0.00..5.00 rows=3000 width=4) (actual time=0.000..15.000 rows=3000 loops=1)
        Filter: (total > 3)
  ->  Hash  (cost=0.00..1.00 rows=10 width=4) (actual time=1.000..1.000 rows=10 loops=1)
        ->  Seq Scan on b  (cost=0.00..1.00 rows=10 width=4) (never executed)
Planning Time: 0.250 ms
Execution Time: 21.000 ms";
        let mut plan = sqlground_plan::parse(text, None).expect("a plan");
        plan.findings.truncate(0);
        plan
    }

    #[test]
    fn a_tree_with_own_times_and_rows() {
        let text = lines(&plan(), Paint(false)).join("\n");
        assert_eq!(
            text,
            "\
Execution 21.0 ms, planning 0.250 ms
  own time
    4.0 ms ██           20 %  Hash Join  3,000 rows, 100 expected, 30 × more
                              │  Hash Cond: (a.id = b.id)
   15.0 ms ███████▌     75 %  ├─ Seq Scan on orders a  3,000 rows, 3,000 expected
                              │     Filter: (total > 3)
    1.0 ms ▌             5 %  └─ Hash  10 rows, 10 expected
                                 └─ Seq Scan on b  never executed, 10 rows expected"
        );
    }

    #[test]
    fn colours_mark_what_the_words_say() {
        let text = lines(&plan(), Paint(true)).join("\n");
        assert!(text.contains("\u{1b}[1;31m   15.0 ms"), "{text}");
        assert!(text.contains("\u{1b}[33m30 × more\u{1b}[0m"), "{text}");
    }

    #[test]
    fn findings_say_what_why_and_what_to_try() {
        let finding = Finding {
            message: "What.".to_owned(),
            why: "Why.".to_owned(),
            advice: "Try.".to_owned(),
            severity: Severity::Serious,
            ..Finding::default()
        };
        assert_eq!(
            finding_lines(&finding, Paint(false)),
            ["!! What.", "   Why: Why.", "   Try: Try."]
        );
    }
}
