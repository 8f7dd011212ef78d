//! What EXPLAIN says, in the words of its JSON, whatever format it was read from.
//!
//! Only what is computed with has a field of its own; everything else, keys of later versions
//! included, stays in [`Fields`] in the order PostgreSQL printed it.

use crate::error::PlanError;

/// What EXPLAIN says of one statement.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    /// The nodes, each before everything below it. The first is the root; there is one at least.
    pub(crate) nodes: Vec<Node>,
    pub(crate) planning_time: Option<f64>,
    pub(crate) execution_time: Option<f64>,
    pub(crate) triggers: Vec<Trigger>,
    pub(crate) jit: Option<Jit>,
    pub(crate) settings: Vec<(String, String)>,
    /// The statement's text, which `auto_explain` tells.
    pub(crate) query: Option<String>,
    pub(crate) query_identifier: Option<String>,
    /// What planning used: buffers, I/O times, memory.
    pub(crate) planning: Fields,
    /// Everything else.
    pub(crate) fields: Fields,
}

/// A trigger that fired.
#[derive(Debug, Default)]
pub(crate) struct Trigger {
    pub(crate) name: Option<String>,
    /// The foreign key or other constraint the trigger belongs to.
    pub(crate) constraint: Option<String>,
    /// None where timing was off.
    pub(crate) time: Option<f64>,
    pub(crate) calls: Option<f64>,
}

/// What compiling expressions cost, all processes together, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Jit {
    pub(crate) functions: Option<f64>,
    pub(crate) generation: Option<f64>,
    pub(crate) inlining: Option<f64>,
    pub(crate) optimization: Option<f64>,
    pub(crate) emission: Option<f64>,
    pub(crate) total: Option<f64>,
}

/// A node of a plan. Rows and times are averages of one loop.
#[derive(Debug, Default)]
pub(crate) struct Node {
    /// The parent's place in `Statement::nodes`; none for the root.
    pub(crate) parent: Option<usize>,
    pub(crate) kind: String,
    pub(crate) relationship: Option<String>,
    pub(crate) subplan_name: Option<String>,
    pub(crate) parallel_aware: bool,
    pub(crate) startup_cost: Option<f64>,
    pub(crate) total_cost: Option<f64>,
    pub(crate) plan_rows: Option<f64>,
    pub(crate) width: Option<f64>,
    pub(crate) startup_time: Option<f64>,
    pub(crate) time: Option<f64>,
    pub(crate) rows: Option<RowCount>,
    pub(crate) loops: Option<f64>,
    pub(crate) workers: Vec<Worker>,
    /// Everything else.
    pub(crate) fields: Fields,
}

/// What one worker did for a node. Without VERBOSE there may be entries without rows and loops.
#[derive(Debug, Default)]
pub(crate) struct Worker {
    pub(crate) number: Option<u32>,
    pub(crate) startup_time: Option<f64>,
    pub(crate) time: Option<f64>,
    pub(crate) rows: Option<RowCount>,
    pub(crate) loops: Option<f64>,
    pub(crate) fields: Fields,
}

/// Rows of one loop: whole before PostgreSQL 18, with two decimals since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowCount {
    pub(crate) value: f64,
    /// Whether decimals were printed, be they zeros.
    pub(crate) has_decimals: bool,
}

impl RowCount {
    /// Reads a number as PostgreSQL prints it; none if it is not one that can be computed with.
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(Self {
            value: number(text).filter(|&rows| rows >= 0.0)?,
            has_decimals: text.contains('.'),
        })
    }
}

/// Reads a finite number.
pub(crate) fn number(text: &str) -> Option<f64> {
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.');
    text.parse()
        .ok()
        .filter(|number: &f64| begins && number.is_finite())
}

/// A value as it was printed. How deep lists and maps nest is bounded by the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        number(self.text()?)
    }

    /// The elements of a list; none for anything else.
    pub(crate) fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map; none for anything else.
    pub(crate) fn entries(&self) -> &[(String, Value)] {
        match self {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let entry = self.entries().iter().find(|(name, _)| name == key);
        entry.map(|(_, value)| value)
    }
}

/// Keys and values in the order they were printed.
#[derive(Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, Value)>);

impl Fields {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub(crate) fn push(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.0.push((key.into(), Value::Text(value.into())));
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.number()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.text(key) == Some("true")
    }
}

impl Node {
    /// The table, function, CTE or the like that is read.
    pub(crate) fn relation(&self) -> Option<&str> {
        [
            "Relation Name",
            "Function Name",
            "CTE Name",
            "Table Function Name",
            "Tuplestore Name",
        ]
        .into_iter()
        .find_map(|key| self.fields.text(key))
    }

    /// Puts a value where it belongs, or refuses it if it is no number where one is computed with.
    pub(crate) fn set(&mut self, key: String, value: Value, line: usize) -> Result<(), PlanError> {
        let refused = |key: &str, value: &Value| PlanError::not_a_number(line, key, value);
        let place = match (key.as_str(), value) {
            ("Node Type", Value::Text(kind)) => {
                self.kind = kind;
                return Ok(());
            }
            ("Parent Relationship", Value::Text(relationship)) => {
                self.relationship = Some(relationship);
                return Ok(());
            }
            ("Subplan Name", Value::Text(name)) => {
                self.subplan_name = Some(name);
                return Ok(());
            }
            ("Parallel Aware", Value::Text(flag)) => {
                self.parallel_aware = flag == "true";
                return Ok(());
            }
            ("Actual Rows", value) => {
                let rows = value.text().and_then(RowCount::read);
                self.rows = Some(rows.ok_or_else(|| refused("Actual Rows", &value))?);
                return Ok(());
            }
            ("Startup Cost", value) => (&mut self.startup_cost, value),
            ("Total Cost", value) => (&mut self.total_cost, value),
            ("Plan Rows", value) => (&mut self.plan_rows, value),
            ("Plan Width", value) => (&mut self.width, value),
            ("Actual Startup Time", value) => (&mut self.startup_time, value),
            ("Actual Total Time", value) => (&mut self.time, value),
            ("Actual Loops", value) => (&mut self.loops, value),
            (_, value) => {
                self.fields.0.push((key, value));
                return Ok(());
            }
        };
        let (place, value) = place;
        let number = value.number().filter(|&number| number >= 0.0);
        *place = Some(number.ok_or_else(|| refused(&key, &value))?);
        Ok(())
    }
}

impl Worker {
    /// Puts a value where it belongs.
    pub(crate) fn set(&mut self, key: String, value: Value, line: usize) -> Result<(), PlanError> {
        let number = || {
            let number = value.number().filter(|&number| number >= 0.0);
            number.ok_or_else(|| PlanError::not_a_number(line, &key, &value))
        };
        match key.as_str() {
            "Worker Number" => self.number = value.text().and_then(|text| text.parse().ok()),
            "Actual Total Time" => self.time = Some(number()?),
            "Actual Loops" => self.loops = Some(number()?),
            "Actual Rows" => {
                number()?;
                self.rows = value.text().and_then(RowCount::read);
            }
            "Actual Startup Time" => self.startup_time = Some(number()?),
            _ => self.fields.0.push((key, value)),
        }
        Ok(())
    }
}

impl Jit {
    /// Reads the block as JSON has it since PostgreSQL 12, and as 11 had it, flat.
    pub(crate) fn read(block: &Value) -> Self {
        let number = |value: Option<&Value>| value.and_then(Value::number);
        let timing = block.get("Timing").unwrap_or(block);
        let part = |name: &str, flat: &str| {
            let value = timing.get(name).or_else(|| block.get(flat))?;
            // Since 17 the generation tells how much of it was for reading rows.
            number(value.get("Total")).or_else(|| value.number())
        };
        let mut jit = Self {
            functions: number(block.get("Functions")),
            generation: part("Generation", "Generation Time"),
            inlining: part("Inlining", "Inlining Time"),
            optimization: part("Optimization", "Optimization Time"),
            emission: part("Emission", "Emission Time"),
            total: part("Total", "Total Time"),
        };
        let parts = [jit.generation, jit.inlining, jit.optimization, jit.emission];
        if jit.total.is_none() && parts.iter().any(Option::is_some) {
            jit.total = Some(parts.iter().flatten().sum());
        }
        jit
    }
}

impl Statement {
    /// Puts what is said of the statement as a whole where it belongs.
    pub(crate) fn set(&mut self, key: String, value: Value, line: usize) -> Result<(), PlanError> {
        let number = || {
            let number = value.number().filter(|&number| number >= 0.0);
            number.ok_or_else(|| PlanError::not_a_number(line, &key, &value))
        };
        match key.as_str() {
            "Planning Time" => self.planning_time = Some(number()?),
            "Execution Time" | "Total Runtime" => self.execution_time = Some(number()?),
            "Triggers" => self.triggers = value.items().iter().map(Trigger::read).collect(),
            "JIT" => self.jit = Some(Jit::read(&value)),
            "Settings" => {
                self.settings = value
                    .entries()
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), value.text()?.to_owned())))
                    .collect();
            }
            "Query Text" => self.query = value.text().map(str::to_owned),
            "Query Identifier" => self.query_identifier = value.text().map(str::to_owned),
            "Planning" => {
                if let Value::Map(entries) = value {
                    self.planning = Fields(entries);
                }
            }
            _ => self.fields.0.push((key, value)),
        }
        Ok(())
    }
}

impl Trigger {
    fn read(value: &Value) -> Self {
        let text = |key: &str| value.get(key)?.text().map(str::to_owned);
        Self {
            name: text("Trigger Name"),
            constraint: text("Constraint Name"),
            time: value.get("Time").and_then(Value::number),
            calls: value.get("Calls").and_then(Value::number),
        }
    }
}
