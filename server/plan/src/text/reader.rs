//! Reads the tree line by line.

use super::edge::Edge;
use super::heading::{Heading, Problem, has_figures, is_builtin, names_node_with};
use super::property::is_of_node;
use super::summary::{self, Summary};
use super::{begins, behind_arrow, holds_node, is_node, key_value};
use crate::error::PlanError;
use crate::input::Line;
use crate::raw::{Node, Statement};

/// How many columns behind the beginning of a heading its properties stand.
pub(super) const INDENT: usize = 2;
/// How many columns siblings may be apart; tools and hands move lines a little.
const SLACK: usize = 1;
/// How far to look for more of a plan.
const MAX_BLOCK: usize = 60;
/// Into how many lines a heading may be cut.
const MAX_PIECES: usize = 6;

/// Reads the plan that begins with the first line, and tells how many lines it takes. The `edge`
/// is where they were cut.
pub(crate) fn read(lines: &[Line], edge: Edge) -> Result<(Statement, usize), PlanError> {
    let read = read_indented(lines, edge, false);
    let mut reader = read.or_else(|error| read_indented(lines, edge, true).map_err(|_| error))?;
    if let Some(problem) = reader.missing() {
        return Err(problem);
    }
    reader.summary.finish(&mut reader.statement);
    Ok((reader.statement, reader.at))
}

/// Reads the plan. Where it `is_narrow`, what belongs to a node stands behind its arrow's column
/// rather than behind its heading's, as some documents have it.
fn read_indented(lines: &[Line], edge: Edge, is_narrow: bool) -> Result<Reader<'_>, PlanError> {
    let mut reader = Reader {
        lines,
        edge,
        is_narrow,
        at: 0,
        statement: Statement::default(),
        levels: Vec::new(),
        subplan: None,
        subplan_line: 0,
        worker: None,
        block: None,
        summary: Summary::default(),
        has_figures: false,
        is_last_node: false,
        open_line: None,
    };
    reader.root()?;
    while reader.next()? {}
    Ok(reader)
}

/// The name of a subplan that the line announces, if it is nothing else.
pub(super) fn subplan_name(text: &str) -> Option<&str> {
    let kinds = ["InitPlan ", "SubPlan ", "CTE "];
    // Long ago they had no numbers.
    let announces =
        kinds.iter().any(|kind| text.starts_with(kind)) || matches!(text, "InitPlan" | "SubPlan");
    (announces && !has_figures(text) && !text.starts_with("CTE Scan")).then_some(text)
}

/// Where the reader stands.
pub(super) struct Reader<'a> {
    pub(super) lines: &'a [Line],
    pub(super) edge: Edge,
    is_narrow: bool,
    pub(super) at: usize,
    pub(super) statement: Statement,
    /// The node read last and those above it.
    pub(super) levels: Vec<Level>,
    /// A subplan that was announced, whose node comes next, and its column.
    pub(super) subplan: Option<(String, usize)>,
    /// The line that announced it.
    pub(super) subplan_line: usize,
    /// The column of the worker whose lines may go on.
    pub(super) worker: Option<usize>,
    /// A block such as `Planning` within a node, and its column.
    pub(super) block: Option<(String, usize)>,
    pub(super) summary: Summary,
    /// Whether the root has figures, so that others have.
    pub(super) has_figures: bool,
    /// Whether no node follows the one read last.
    is_last_node: bool,
    /// The line read last, if it is one that is left open.
    pub(super) open_line: Option<usize>,
}

/// A node whose children and properties may follow.
pub(super) struct Level {
    pub(super) node: usize,
    /// The line of its heading.
    pub(super) line: usize,
    /// Where its heading begins, or its arrow in a narrow plan.
    pub(super) column: usize,
    /// Where its children's arrows stand, once there is one.
    arrows: Option<usize>,
    /// The kind of subplans whose number is not told, and where their arrows stand: before 8.4, one
    /// announcement is followed by all of them.
    unnumbered: Option<(String, usize)>,
    pub(super) children: usize,
    /// Whether its child stands in its own column, as only the root's can.
    is_flat: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn line(&self) -> &'a Line {
        &self.lines[self.at]
    }

    /// The column that what belongs to the node on this line stands behind.
    fn own_column(&self) -> usize {
        let line = self.line();
        if self.is_narrow {
            line.column()
        } else {
            heading_column(line)
        }
    }

    fn root(&mut self) -> Result<(), PlanError> {
        let column = self.own_column();
        let line = self.line().number;
        let heading = self.heading()?;
        self.has_figures = heading.figures.is_some();
        self.levels.push(Level {
            node: 0,
            line,
            column,
            arrows: None,
            unnumbered: None,
            children: 0,
            is_flat: false,
        });
        self.statement.nodes.push(heading.into_node());
        // Copied from within a line, the root has lost the blanks before it.
        let next = self.lines[self.at..].iter().find(|line| !line.is_blank());
        if let Some(next) = next
            && next.column() > column + INDENT
        {
            let text = next.text.trim_start();
            let belongs = behind_arrow(text).is_some()
                || subplan_name(text).is_some()
                || key_value(text).is_some_and(|(key, _)| !summary::is_key(key));
            if belongs {
                self.levels[0].column = next.column() - INDENT;
            }
        }
        let block = self.block();
        let columns = block.iter().map(Line::column);
        let left = columns.min().unwrap_or(0);
        let below = block.iter().filter(|line| {
            let text = line.text.trim_start();
            behind_arrow(text).is_some() || subplan_name(text).is_some()
        });
        let Some(first) = below.map(Line::column).min() else {
            return Ok(());
        };
        let level = &mut self.levels[0];
        if first > column {
            // Some tools put its properties further to the right than its children.
            level.column = level.column.min(first - 1);
        } else if left + INDENT <= first {
            // Wherever it stands, nothing else can be the root: others show where it was.
            level.column = left;
        } else if first < column && first >= INDENT {
            level.column = first - INDENT;
        } else {
            level.is_flat = true;
        }
        Ok(())
    }

    /// The lines up to the next blank one, or to the next plan.
    fn block(&self) -> &'a [Line] {
        let is_of_plan = |&at: &usize| {
            let line = &self.lines[at];
            let is_node = behind_arrow(line.text.trim_start()).is_some();
            !line.is_blank() && (is_node || !begins(self.lines, at))
        };
        let rest = self.at..self.lines.len();
        let count = rest.take_while(is_of_plan).count();
        &self.lines[self.at..self.at + count]
    }

    /// Reads the next line; false at the end of the plan.
    fn next(&mut self) -> Result<bool, PlanError> {
        let before = self.at;
        while self.at < self.lines.len() && self.line().is_blank() {
            self.at += 1;
        }
        if self.at == self.lines.len() {
            return Ok(false);
        }
        let is_apart = self.at > before;
        let line = self.line();
        let text = line.text.trim_start();
        let column = line.column();
        let outside = column <= self.levels[0].column + SLACK;
        if behind_arrow(text).is_some() && !self.summary.has_begun() {
            self.node()?;
            return Ok(true);
        }
        if let Some(name) = subplan_name(text)
            && !self.summary.has_begun()
            && self.announces(column)
        {
            self.subplan = Some((name.to_owned(), column));
            self.subplan_line = line.number;
            self.at += 1;
            return Ok(true);
        }
        if outside && begins(self.lines, self.at) {
            return Ok(false);
        }
        if let Some((key, _)) = key_value(text) {
            if self.summary.has_begun() && self.summary.goes_on_with(key) {
                return self.summary_line();
            }
            if outside {
                return self.line_outside(key, is_apart);
            }
            if !self.summary.has_begun() {
                return self.property().map(|()| true);
            }
        }
        if !outside && !self.summary.has_begun() && self.target_table(text) {
            self.at += 1;
            return Ok(true);
        }
        // Greenplum's memory of a slice, between the other lines below the tree.
        if self.summary.has_begun() && !is_apart && text.starts_with("(slice") {
            self.statement.fields.push("Slice", text);
            self.at += 1;
            return Ok(true);
        }
        if outside || self.summary.has_begun() {
            return self.end();
        }
        Err(self.refused("this is neither a node nor a property of one"))
    }

    /// What is wrong where a subplan was announced that has no node.
    pub(super) fn subplan_problem(&self) -> Option<PlanError> {
        let (name, _) = self.subplan.as_ref()?;
        let problem = format!("{name} has no node; is the plan complete?");
        Some(PlanError::at(self.subplan_line, problem))
    }

    pub(super) fn refused(&self, problem: &str) -> PlanError {
        PlanError::at(self.line().number, problem)
    }

    /// Whether an arrow follows, further to the right.
    fn announces(&self, column: usize) -> bool {
        let mut after = self.lines[self.at + 1..].iter();
        after.find(|line| !line.is_blank()).is_none_or(|line| {
            line.column() > column && behind_arrow(line.text.trim_start()).is_some()
        })
    }

    /// The end of the plan, unless more of it follows that does not fit.
    fn end(&mut self) -> Result<bool, PlanError> {
        if !self.is_last_node && self.node_follows() {
            return Err(self.refused("this line is no part of a plan, but a node follows"));
        }
        // Looking once is enough.
        self.is_last_node = true;
        if self.summary_follows() {
            let text = self.line().text.trim();
            self.statement.fields.push("Remark", text);
            self.at += 1;
            return Ok(true);
        }
        Ok(false)
    }

    /// Whether a node stands below that no other plan begins before.
    fn node_follows(&self) -> bool {
        let rest = &self.lines[self.at..];
        let mut is_apart = false;
        for (at, line) in rest.iter().enumerate() {
            if begins(rest, at) && behind_arrow(line.text.trim_start()).is_none() {
                return false;
            }
            is_apart |= line.is_blank();
            if is_node(&line.text) || (!is_apart && holds_node(&line.text)) {
                return true;
            }
        }
        false
    }

    /// A line with a key at the root's column.
    fn line_outside(&mut self, key: &str, is_apart: bool) -> Result<bool, PlanError> {
        let is_first = self.levels.len() == 1 && self.levels[0].children == 0;
        if summary::is_key(key) || (self.summary.has_begun() && !is_apart) {
            return self.summary_line();
        }
        if self.summary.has_begun() || is_apart {
            return self.end();
        }
        if is_first && self.line().column() > self.levels[0].column {
            return self.property().map(|()| true);
        }
        if is_of_node(key) {
            return Err(self.refused("the indentation of this line fits no node"));
        }
        self.end()
    }

    fn summary_line(&mut self) -> Result<bool, PlanError> {
        if let Some(problem) = self.subplan_problem() {
            return Err(problem);
        }
        let number = self.line().number;
        let text = self.value_lines(|key| !summary::is_key(key));
        if let Some((key, value)) = key_value(text.trim_start()) {
            self.summary.line(key, value, number, &mut self.statement)?;
        }
        Ok(true)
    }

    fn node(&mut self) -> Result<(), PlanError> {
        let line = self.line();
        let arrow = line.column();
        let column = self.own_column();
        let is_below = |level: &Level| level.column < arrow;
        while self.levels.len() > 1 && !self.levels.last().is_some_and(is_below) {
            self.levels.pop();
        }
        let is_only = self.levels[0].is_flat && self.levels[0].children == 0;
        if !self.levels.last().is_some_and(is_below) && !is_only {
            return Err(
                self.refused("this node lies below none; has the plan lost its indentation?")
            );
        }
        let subplan = self.subplan.take();
        if let Some((name, at)) = &subplan
            && *at >= arrow
        {
            return Err(self.refused(&format!("this node should stand below {name}")));
        }
        let level = self.levels.len() - 1;
        let above = &mut self.levels[level];
        if let Some((name, _)) = subplan.as_ref().filter(|(name, _)| !name.contains(' ')) {
            above.unnumbered = Some((name.clone(), arrow));
        }
        let subplan = subplan.or_else(|| above.unnumbered.clone().filter(|(_, at)| *at == arrow));
        if subplan.is_none() {
            let arrows = *self.levels[level].arrows.get_or_insert(arrow);
            if arrows.abs_diff(arrow) > SLACK {
                return Err(
                    self.refused("this node is indented differently from the one beside it")
                );
            }
            let above = &self.statement.nodes[self.levels[level].node];
            if self.levels[level].children >= most_children(&above.kind) {
                let problem = format!(
                    "a {} cannot have this node below it, too; has the plan lost its indentation?",
                    above.kind
                );
                return Err(self.refused(&problem));
            }
        }
        let heading = self.heading()?;
        if heading.figures.is_none() && self.has_figures && heading.is_known {
            self.at -= 1;
            return Err(self.refused("this node has no figures, but the root has"));
        }
        let column = self.moved_column(level, arrow, column);
        let mut node = heading.into_node();
        let above = &mut self.levels[level];
        node.parent = Some(above.node);
        let relationship = match &subplan {
            Some((name, _)) if name.starts_with("SubPlan") => "SubPlan",
            Some(_) => "InitPlan",
            None => {
                above.children += 1;
                relationship(&self.statement.nodes[above.node], above.children)
            }
        };
        node.relationship = Some(relationship.to_owned());
        node.subplan_name = subplan.map(|(name, _)| name);
        self.levels.push(Level {
            node: self.statement.nodes.len(),
            line: line.number,
            column,
            arrows: None,
            unnumbered: None,
            children: 0,
            is_flat: false,
        });
        self.statement.nodes.push(node);
        Ok(())
    }

    /// The node's column where its line was moved to the right: what is said right below it is said
    /// of it.
    fn moved_column(&self, above: usize, arrow: usize, column: usize) -> usize {
        if arrow <= self.levels[above].column + INDENT {
            return column;
        }
        let next = self.lines.get(self.at).filter(|line| {
            let key = key_value(line.text.trim_start()).map(|(key, _)| key);
            key.is_some_and(|key| !summary::is_key(key))
        });
        let at = next.map(Line::column);
        match at.filter(|at| (arrow..=column).contains(at)) {
            Some(at) if !self.is_extension(above) => at - 1,
            _ => column,
        }
    }

    /// The heading that begins on this line, be it cut into several.
    fn heading(&mut self) -> Result<Heading, PlanError> {
        self.worker = None;
        self.block = None;
        self.open_line = None;
        let content = self.line().text.trim_start();
        let text = behind_arrow(content).unwrap_or(content);
        let (heading, taken) = self.assembled(text, 1).map_err(|problem| {
            let problem = match problem {
                Problem::Open => "it is cut off".to_owned(),
                Problem::Wrong(problem) => problem,
            };
            self.refused(&format!("this node cannot be read: {problem}"))
        })?;
        self.at += taken;
        Ok(heading)
    }

    /// The heading that begins with the text, for which so many lines were taken, and how many it
    /// takes in all.
    fn assembled(&self, text: &str, taken: usize) -> Result<(Heading, usize), Problem> {
        let read = Heading::read(text);
        let next = self.goes_on(taken).filter(|next| match &read {
            Ok(heading) => {
                let is_root_cut = || self.levels.is_empty() && names_node_with(text, next);
                let expects = heading.figures.is_none() && (self.has_figures || is_root_cut());
                let begins_figures = ["(actual ", "(cost=", "(never "]
                    .iter()
                    .any(|begin| next.trim_start().starts_with(begin));
                begins_figures || (expects && has_figures(next))
            }
            Err(_) => taken < MAX_PIECES,
        });
        if let Some(next) = next {
            for joined in self.joined(text, next, taken) {
                if let Ok(found) = self.assembled(&joined, taken + 1) {
                    return Ok(found);
                }
            }
        }
        read.map(|heading| (heading, taken))
    }

    /// The line that may go on with the heading: nothing by itself, and further to the left.
    fn goes_on(&self, taken: usize) -> Option<&'a str> {
        let next = self.lines.get(self.at + taken)?;
        let text = next.text.trim();
        let is_line = text.is_empty() || is_node(&next.text) || key_value(text).is_some();
        (!is_line).then_some(next.text.as_str())
    }

    /// The heading with the next line put behind it, directly and with a blank, the likelier one
    /// first.
    fn joined(&self, text: &str, next: &str, taken: usize) -> [String; 3] {
        let as_it_is = format!("{text}{next}");
        let next = next.trim_start();
        let direct = format!("{text}{next}");
        let apart = format!("{text} {next}");
        let is_whole = |text: &str| Heading::read(text).is_ok_and(|heading| heading.is_known);
        let is_direct = match (is_whole(&direct), is_whole(&apart)) {
            (true, false) => true,
            (false, true) => false,
            _ => self.blanks(self.at + taken - 1) == Some(0),
        };
        if is_direct {
            [as_it_is, direct, apart]
        } else {
            [apart, direct, as_it_is]
        }
    }

    /// How many blanks stood behind the line, if it was cut at the terminal's edge.
    pub(super) fn blanks(&self, at: usize) -> Option<usize> {
        self.edge.blanks(&self.lines[at])
    }

    /// Whether the line is the rest of the one before: nothing by itself, at the left margin, and
    /// more of the plan follows.
    pub(super) fn is_rest(&self, at: usize) -> bool {
        let (Some(before), Some(line)) = (self.lines.get(at - 1), self.lines.get(at)) else {
            return false;
        };
        let text = line.text.trim_start();
        let is_line = line.is_blank()
            || is_node(text)
            || subplan_name(text).is_some()
            || key_value(text).is_some_and(|(key, _)| self.is_key(key))
            || line.column() > self.levels[0].column + SLACK
            || begins(self.lines, at);
        !is_line && self.edge.cuts(before, line) && self.more_follows(at + 1)
    }

    fn is_key(&self, key: &str) -> bool {
        summary::is_key(key) || is_of_node(key) || self.summary.goes_on_with(key)
    }

    /// Whether lines of this plan follow before a blank one.
    fn more_follows(&self, from: usize) -> bool {
        let block = self.lines[from..].iter().take(MAX_BLOCK);
        let mut block = block.take_while(|line| !line.is_blank());
        block.any(|line| {
            let key = key_value(line.text.trim_start()).map(|(key, _)| key);
            is_node(&line.text) || key.is_some_and(|key| self.is_key(key))
        })
    }

    /// Whether lines that stand below the tree follow before a blank line or another plan.
    fn summary_follows(&self) -> bool {
        let end = self.lines.len().min(self.at + MAX_BLOCK);
        let block = self.at + 1..end;
        let is_apart = self.lines[self.at - 1].is_blank();
        let mut block =
            block.take_while(|&at| !self.lines[at].is_blank() && !begins(self.lines, at));
        !is_apart
            && block.any(|at| {
                let key = key_value(self.lines[at].text.trim_start()).map(|(key, _)| key);
                key.is_some_and(|key| summary::is_key(key) || self.summary.goes_on_with(key))
            })
    }
}

/// Where the heading of a node begins, behind its arrow if it has one.
fn heading_column(line: &Line) -> usize {
    let content = line.text.trim_start();
    let name = behind_arrow(content).unwrap_or(content);
    line.text.len() - name.len()
}

/// How many children a node of this kind can have, subplans not counted.
fn most_children(kind: &str) -> usize {
    match kind {
        "Nested Loop" | "Hash Join" | "Merge Join" | "Recursive Union" | "SetOp" => 2,
        "Seq Scan"
        | "Sample Scan"
        | "Index Scan"
        | "Index Only Scan"
        | "Bitmap Index Scan"
        | "Tid Scan"
        | "Tid Range Scan"
        | "Function Scan"
        | "Table Function Scan"
        | "Values Scan"
        | "CTE Scan"
        | "Named Tuplestore Scan"
        | "WorkTable Scan" => 0,
        "Append" | "Merge Append" | "BitmapAnd" | "BitmapOr" | "ModifyTable" | "Custom Scan" => {
            usize::MAX
        }
        _ if is_builtin(kind) => 1,
        _ => usize::MAX,
    }
}

/// How a node's child of this number, from 1, serves it.
fn relationship(parent: &Node, number: usize) -> &'static str {
    match parent.kind.as_str() {
        "Append" | "Merge Append" | "BitmapAnd" | "BitmapOr" => "Member",
        "Subquery Scan" => "Subquery",
        "Nested Loop" | "Hash Join" | "Merge Join" | "Recursive Union" | "SetOp" if number == 2 => {
            "Inner"
        }
        "ModifyTable" if number > 1 => "Member",
        "Custom Scan" => "child",
        _ => "Outer",
    }
}
