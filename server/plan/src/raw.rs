//! The JSON of `EXPLAIN (FORMAT JSON)` as PostgreSQL 12 to 18 write it.
//!
//! Only what is computed with has a field of its own; everything else, keys of later versions
//! included, stays in [`Fields`] in the order PostgreSQL printed it.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// What EXPLAIN says of one statement.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Statement {
    #[serde(rename = "Plan")]
    pub(crate) plan: Option<Node>,
    #[serde(rename = "Planning Time")]
    pub(crate) planning_time: Option<f64>,
    #[serde(rename = "Execution Time")]
    pub(crate) execution_time: Option<f64>,
    #[serde(rename = "Triggers", default)]
    pub(crate) triggers: Vec<Trigger>,
    #[serde(rename = "JIT")]
    pub(crate) jit: Option<Jit>,
    #[serde(rename = "Settings", default)]
    pub(crate) settings: Fields,
}

/// A trigger that fired.
#[derive(Debug, Deserialize)]
pub(crate) struct Trigger {
    #[serde(rename = "Trigger Name")]
    pub(crate) name: Option<String>,
    /// The foreign key or other constraint the trigger belongs to.
    #[serde(rename = "Constraint Name")]
    pub(crate) constraint: Option<String>,
    #[serde(rename = "Time")]
    pub(crate) time: Option<f64>,
    #[serde(rename = "Calls")]
    pub(crate) calls: Option<f64>,
}

/// What compiling expressions cost, all processes together.
#[derive(Debug, Deserialize)]
pub(crate) struct Jit {
    #[serde(rename = "Functions")]
    pub(crate) functions: Option<f64>,
    #[serde(rename = "Timing")]
    pub(crate) timing: Option<JitTiming>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct JitTiming {
    #[serde(rename = "Total")]
    pub(crate) total: Option<f64>,
}

/// A node of a plan. Rows and times are averages of one loop.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    #[serde(rename = "Node Type")]
    pub(crate) kind: String,
    #[serde(rename = "Parent Relationship")]
    pub(crate) relationship: Option<String>,
    #[serde(rename = "Subplan Name")]
    pub(crate) subplan_name: Option<String>,
    #[serde(rename = "Parallel Aware", default)]
    pub(crate) parallel_aware: bool,
    #[serde(rename = "Startup Cost")]
    pub(crate) startup_cost: Option<f64>,
    #[serde(rename = "Total Cost")]
    pub(crate) total_cost: Option<f64>,
    #[serde(rename = "Plan Rows")]
    pub(crate) plan_rows: Option<f64>,
    #[serde(rename = "Actual Total Time")]
    pub(crate) time: Option<f64>,
    #[serde(rename = "Actual Rows")]
    pub(crate) rows: Option<RowCount>,
    #[serde(rename = "Actual Loops")]
    pub(crate) loops: Option<f64>,
    #[serde(rename = "Workers", default)]
    pub(crate) workers: Vec<Worker>,
    #[serde(rename = "Plans", default)]
    pub(crate) plans: Vec<Node>,
    /// Everything else.
    #[serde(flatten)]
    pub(crate) fields: Fields,
}

/// What one worker did for a node. Without VERBOSE there may be entries without rows and loops.
#[derive(Debug, Deserialize)]
pub(crate) struct Worker {
    #[serde(rename = "Worker Number")]
    pub(crate) number: Option<u32>,
    #[serde(rename = "Actual Loops")]
    pub(crate) loops: Option<f64>,
    #[serde(flatten)]
    pub(crate) fields: Fields,
}

/// Rows of one loop: whole before PostgreSQL 18, with two decimals since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowCount {
    pub(crate) value: f64,
    /// Whether decimals were printed, be they zeros.
    pub(crate) has_decimals: bool,
}

impl<'de> Deserialize<'de> for RowCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Count;

        impl Visitor<'_> for Count {
            type Value = RowCount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of rows")
            }

            #[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
            fn visit_u64<E>(self, value: u64) -> Result<RowCount, E> {
                Ok(RowCount {
                    value: value as f64,
                    has_decimals: false,
                })
            }

            fn visit_f64<E>(self, value: f64) -> Result<RowCount, E> {
                Ok(RowCount {
                    value,
                    has_decimals: true,
                })
            }
        }

        deserializer.deserialize_any(Count)
    }
}

/// Keys and values in the order they were printed.
#[derive(Debug, Default)]
pub(crate) struct Fields(Vec<(String, Value)>);

impl Fields {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.as_f64()
    }

    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        self.get(key)?.as_u64()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Fields(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// The statements of EXPLAIN's array, or the only one if it stands without the array.
pub(crate) struct Statements(pub(crate) Vec<Statement>);

impl<'de> Deserialize<'de> for Statements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Statements;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the array that EXPLAIN (FORMAT JSON) gives, or an object of it")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Statements, A::Error> {
                let mut statements = Vec::new();
                while let Some(Element(statement)) = seq.next_element()? {
                    statements.push(statement);
                }
                Ok(Statements(statements))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Statements, A::Error> {
                Ok(Statements(vec![Statement::deserialize(
                    MapAccessDeserializer::new(map),
                )?]))
            }
        }

        deserializer.deserialize_any(Elements)
    }
}

/// A statement, or the string `Utility Statement` for one that has no plan.
struct Element(Statement);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectOrName;

        impl<'de> Visitor<'de> for ObjectOrName {
            type Value = Element;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a \"Plan\"")
            }

            fn visit_str<E>(self, _: &str) -> Result<Element, E> {
                Ok(Element(Statement::default()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Element, A::Error> {
                Ok(Element(Statement::deserialize(
                    MapAccessDeserializer::new(map),
                )?))
            }
        }

        deserializer.deserialize_any(ObjectOrName)
    }
}
