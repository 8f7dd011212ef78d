//! The heading of a node: `Index Scan using t_pkey on public.t a  (cost=…) (actual …)`.

use super::figures::Figures;
use crate::raw::{Fields, Node};

/// What a node's heading says.
#[derive(Debug)]
pub(super) struct Heading {
    kind: String,
    is_parallel: bool,
    fields: Fields,
    pub(super) figures: Option<Figures>,
    /// Whether it is a kind of node that PostgreSQL has, and nothing is left over.
    pub(super) is_known: bool,
}

/// Why a heading cannot be read.
#[derive(Debug)]
pub(super) enum Problem {
    /// It is not at its end.
    Open,
    /// It is not what EXPLAIN prints.
    Wrong(String),
}

/// The words that figures begin with.
const FIGURES: [&str; 3] = ["(cost=", "(actual ", "(never executed)"];

/// Whether the text has figures, be they cut off.
pub(super) fn has_figures(text: &str) -> bool {
    figures_at(text).is_some()
}

/// Whether a kind of node stands before the figures.
pub(super) fn names_node(text: &str) -> bool {
    let name = figures_at(text).map(|end| text[..end].trim());
    name.is_some_and(|name| {
        let heading = Heading::read_name(name);
        heading.is_known || is_plausible(&heading.kind)
    })
}

/// Whether the text and the next line, which has figures, are the heading of a node together.
pub(super) fn names_node_with(text: &str, next: &str) -> bool {
    let next = next.trim_start();
    let Some(end) = figures_at(next).filter(|_| !next.starts_with("->")) else {
        return false;
    };
    let names = ["", " "].map(|between| format!("{text}{between}{}", &next[..end]));
    let is_known = |name: &String| Heading::read_name(name.trim()).is_known;
    names.iter().any(is_known)
}

fn figures_at(text: &str) -> Option<usize> {
    let found = FIGURES.iter().filter_map(|begin| text.find(begin));
    found.min()
}

/// Whether the text ends within the word that its figures begin with.
fn is_cut(text: &str) -> bool {
    text.rsplit_once("  ").is_some_and(|(name, word)| {
        let begins = |figures: &&str| !word.is_empty() && figures.starts_with(word);
        FIGURES.iter().any(begins) && Heading::read_name(name.trim()).is_known
    })
}

impl Heading {
    /// Reads a heading, which is [`Problem::Open`] where it is the beginning of one.
    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        let end = figures_at(text).unwrap_or(text.len());
        let (text, remark) = without_remark(text, end);
        let end = end.min(text.len());
        if end == text.len() && is_cut(text) {
            return Err(Problem::Open);
        }
        let figures = (end < text.len()).then(|| read_figures(&text[end..]));
        let mut heading = Self::read_name(text[..end].trim());
        if !heading.is_known && !is_plausible(&heading.kind) {
            return Err(Problem::Wrong(format!(
                "`{}` is no kind of node",
                start(&heading.kind)
            )));
        }
        heading.figures = figures.transpose()?;
        if let Some(remark) = remark {
            heading.fields.push("Remark", remark);
        }
        Ok(heading)
    }

    pub(super) fn into_node(self) -> Node {
        let mut node = Node {
            kind: self.kind,
            parallel_aware: self.is_parallel,
            fields: self.fields,
            ..Node::default()
        };
        if let Some(figures) = self.figures {
            figures.put_into(&mut node);
        }
        node
    }

    fn read_name(name: &str) -> Self {
        let mut heading = Self {
            kind: String::new(),
            is_parallel: false,
            fields: Fields::default(),
            figures: None,
            is_known: true,
        };
        let mut rest = name;
        if let Some(after) = rest.strip_prefix("Parallel ") {
            heading.is_parallel = true;
            rest = after;
        }
        if let Some(after) = rest.strip_prefix("Async ") {
            heading.fields.push("Async Capable", "true");
            rest = after;
        }
        let (base, index, target) = split_target(rest);
        heading.read_base(base);
        if let Some(index) = index {
            let (index, left) = identifier(index);
            heading.fields.push("Index Name", index);
            heading.is_known &= left.is_empty();
        }
        if let Some(target) = target {
            heading.read_target(target);
        }
        heading
    }

    /// The part of the heading that stands for the node type.
    fn read_base(&mut self, base: &str) {
        let (base, is_backward) = match base.strip_suffix(" Backward") {
            Some(base) => (base, true),
            None => (base, false),
        };
        base.clone_into(&mut self.kind);
        let join = ["Hash", "Merge", "Nested Loop"].iter().find_map(|method| {
            let rest = base.strip_prefix(method)?;
            match rest {
                " Join" => Some((*method, "Inner")),
                "" if *method == "Nested Loop" => Some((*method, "Inner")),
                _ => {
                    let join = rest.strip_prefix(' ')?.strip_suffix(" Join")?;
                    is_join(join).then_some((*method, join))
                }
            }
        });
        let (partial, aggregate) = match base.split_once(' ') {
            Some((mode @ ("Partial" | "Finalize"), rest)) => (mode, rest),
            _ => ("Simple", base),
        };
        let strategy = match aggregate {
            "Aggregate" => Some("Plain"),
            "GroupAggregate" => Some("Sorted"),
            "HashAggregate" => Some("Hashed"),
            "MixedAggregate" => Some("Mixed"),
            _ => None,
        };
        let set_operation = base
            .split_once(' ')
            .filter(|(kind, _)| matches!(*kind, "SetOp" | "HashSetOp"));
        let mut push = |key: &str, value: &str| self.fields.push(key, value);
        if let Some((method, join)) = join {
            push("Join Type", join);
            self.kind = if method == "Nested Loop" {
                method.to_owned()
            } else {
                format!("{method} Join")
            };
        } else if let Some(strategy) = strategy {
            push("Strategy", strategy);
            push("Partial Mode", partial);
            "Aggregate".clone_into(&mut self.kind);
        } else if let Some((kind, command)) = set_operation {
            let strategy = if kind == "HashSetOp" {
                "Hashed"
            } else {
                "Sorted"
            };
            push("Strategy", strategy);
            push("Command", command);
            "SetOp".clone_into(&mut self.kind);
        } else if matches!(base, "Insert" | "Update" | "Delete" | "Merge") {
            push("Operation", base);
            "ModifyTable".clone_into(&mut self.kind);
        } else if let Some(operation @ ("Insert" | "Update" | "Delete")) =
            base.strip_prefix("Foreign ")
        {
            push("Operation", operation);
            "Foreign Scan".clone_into(&mut self.kind);
        } else if let Some(provider) = base
            .strip_prefix("Custom Scan (")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            push("Custom Plan Provider", provider);
            "Custom Scan".clone_into(&mut self.kind);
        } else if let Some(alias) = base.strip_prefix("Subquery Scan ") {
            // Before 9.0, without `on`.
            let (alias, left) = identifier(alias);
            push("Alias", &alias);
            self.is_known &= left.is_empty();
            "Subquery Scan".clone_into(&mut self.kind);
        } else {
            self.is_known &= KINDS.contains(&base);
        }
        if matches!(self.kind.as_str(), "Index Scan" | "Index Only Scan") {
            let direction = if is_backward { "Backward" } else { "Forward" };
            self.fields.push("Scan Direction", direction);
        } else if is_backward {
            self.is_known = false;
            self.kind.push_str(" Backward");
        }
    }

    /// `public.orders o`, after `on`.
    fn read_target(&mut self, target: &str) {
        let (mut name, mut rest) = identifier(target);
        if self.kind == "Bitmap Index Scan" {
            self.is_known &= rest.is_empty();
            self.fields.push("Index Name", name);
            return;
        }
        if let Some(after) = rest.strip_prefix('.') {
            self.fields.push("Schema", name);
            (name, rest) = identifier(after);
        }
        let alias = rest.strip_prefix(' ').map(identifier);
        let (alias, rest) = match alias {
            Some((alias, rest)) => (Some(alias), rest),
            None => (None, rest),
        };
        self.is_known &= rest.is_empty();
        let key = match self.kind.as_str() {
            "Function Scan" => Some("Function Name"),
            "CTE Scan" | "WorkTable Scan" => Some("CTE Name"),
            "Table Function Scan" => Some("Table Function Name"),
            "Named Tuplestore Scan" => Some("Tuplestore Name"),
            "Subquery Scan" | "Values Scan" | "Result" => None,
            _ => Some("Relation Name"),
        };
        if let Some(key) = key {
            self.fields.push(key, name.clone());
        }
        self.fields.push("Alias", alias.unwrap_or(name));
    }
}

/// The node type, the index after `using`, and what stands after `on`.
fn split_target(name: &str) -> (&str, Option<&str>, Option<&str>) {
    let (base, index_and_target) = match name.split_once(" using ") {
        // `on` first: the word belongs to a name.
        Some((base, rest)) if !base.contains(" on ") => (base, Some(rest)),
        _ => (name, None),
    };
    if let Some(rest) = index_and_target {
        return match split_on(rest) {
            Some((index, target)) => (base, Some(index), Some(target)),
            None => (base, Some(rest), None),
        };
    }
    match name.split_once(" on ") {
        Some((base, target)) => (base, None, Some(target)),
        None => (name, None, None),
    }
}

/// Splits at the ` on ` that stands outside quotes.
fn split_on(text: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, c) in text.char_indices() {
        if c == '"' {
            is_quoted = !is_quoted;
        } else if !is_quoted && let Some(after) = text[at..].strip_prefix(" on ") {
            return Some((&text[..at], after));
        }
    }
    None
}

/// A name, without its quotes if it has some, and what follows it.
fn identifier(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(['.', ' ']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut name = String::new();
    let mut rest = quoted;
    while let Some(end) = rest.find('"') {
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return (name, rest),
        }
    }
    (text.to_owned(), "")
}

/// What a remark begins with that somebody put behind a line, such as `<-- slow`.
const MARKS: [&str; 8] = ["<-", "<=", "<<", "←", "--", "#", "//", "/*"];

/// The text up to a remark that stands apart from it.
pub(super) fn without_mark(text: &str) -> &str {
    let begins = MARKS.iter().filter_map(|mark| {
        let mut found = text.match_indices(mark).map(|(at, _)| at);
        found.find(|&at| text[..at].ends_with(' '))
    });
    begins.min().map_or(text, |at| text[..at].trim_end())
}

/// The text up to a remark behind the figures, or behind the name if there are none, and the remark.
fn without_remark(text: &str, figures: usize) -> (&str, Option<&str>) {
    if figures == text.len() {
        let name = without_mark(text);
        let is_name = name.len() < text.len() && Heading::read_name(name.trim()).is_known;
        return if is_name {
            (name, Some(text[name.len()..].trim()))
        } else {
            (text, None)
        };
    }
    // A remark may have brackets of its own.
    let begins = MARKS.iter().filter_map(|mark| text[figures..].find(mark));
    match begins.min().map(|at| figures + at) {
        Some(at) if text[figures..at].trim_end().ends_with(')') => {
            (&text[..at], Some(text[at..].trim()))
        }
        _ => (text, None),
    }
}

/// Whether a kind of node that PostgreSQL does not have may be that of an extension or of a later
/// version: capitalised words, not a part of a sentence or of a frame, nor one behind a name.
fn is_plausible(kind: &str) -> bool {
    let is_allowed = |c: char| c.is_alphanumeric() || " ()[]:;,_-./#*".contains(c);
    let is_word = |word: &str| {
        let first = word.trim_start_matches(['(', '[']).chars().next();
        first.is_none_or(|c| c.is_uppercase() || !c.is_alphabetic()) && !word.ends_with(':')
    };
    let outside = kind.split('(').next().unwrap_or(kind);
    !kind.is_empty()
        && !kind.contains("->")
        && kind.chars().all(is_allowed)
        && outside.split_whitespace().all(is_word)
}

fn read_figures(text: &str) -> Result<Figures, Problem> {
    let mut figures = Figures::default();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("(never executed)") {
            figures.never_executed();
            rest = after.trim_start();
            continue;
        }
        let Some(inside) = rest.strip_prefix('(') else {
            return Err(Problem::Wrong(format!(
                "`{}` stands behind the figures",
                start(rest)
            )));
        };
        let Some((inside, after)) = inside.split_once(')') else {
            return Err(Problem::Open);
        };
        let read = if let Some(actual) = inside.strip_prefix("actual ") {
            figures.read_actual(actual)
        } else if inside.starts_with("cost=") {
            figures.read_cost(inside)
        } else {
            Err(format!("`({})` is unknown", start(inside)))
        };
        read.map_err(Problem::Wrong)?;
        rest = after.trim_start();
    }
    Ok(figures)
}

/// As much of a text as fits into a message.
fn start(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut start: String = text.chars().take(LONGEST).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

fn is_join(join: &str) -> bool {
    matches!(
        join,
        "Left" | "Full" | "Right" | "Semi" | "Anti" | "Right Semi" | "Right Anti" | "IN"
    )
}

/// Whether PostgreSQL has a node of this type.
pub(super) fn is_builtin(kind: &str) -> bool {
    KINDS.contains(&kind) || matches!(kind, "Aggregate" | "ModifyTable" | "SetOp")
}

/// The node types without a variable part.
const KINDS: [&str; 36] = [
    "Result",
    "ProjectSet",
    "Append",
    "Merge Append",
    "Recursive Union",
    "BitmapAnd",
    "BitmapOr",
    "Hash",
    "Seq Scan",
    "Sample Scan",
    "Gather",
    "Gather Merge",
    "Index Scan",
    "Index Only Scan",
    "Bitmap Index Scan",
    "Bitmap Heap Scan",
    "Tid Scan",
    "Tid Range Scan",
    "Subquery Scan",
    "Function Scan",
    "Table Function Scan",
    "Values Scan",
    "CTE Scan",
    "Named Tuplestore Scan",
    "WorkTable Scan",
    "Foreign Scan",
    "Custom Scan",
    "Materialize",
    "Memoize",
    "Sort",
    "Incremental Sort",
    "Group",
    "WindowAgg",
    "Unique",
    "LockRows",
    "Limit",
];
