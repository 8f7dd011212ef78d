//! What can be wrong with a text that should be a plan.

use crate::raw::Value;

/// The text is not a plan that can be read. Lines count from 1, as the text was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// There is nothing to read.
    #[error("the plan is empty")]
    Empty,
    /// Nothing in the text looks like a plan.
    #[error("this is no execution plan: no line of it is what EXPLAIN prints")]
    NotAPlan,
    /// Something in the plan cannot be read.
    #[error("line {line} of the plan: {problem}")]
    At {
        /// The line of the text as it was given.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The text is what EXPLAIN gives, but holds no plan, as for statements that have none, such
    /// as CREATE TABLE.
    #[error("there is no \"Plan\" in it: EXPLAIN gives none for this statement")]
    NoPlan,
    /// The text holds more than one plan where one is wanted.
    #[error("there are {count} plans in it; keep one")]
    SeveralPlans {
        /// How many there are.
        count: usize,
    },
}

impl PlanError {
    pub(crate) fn at(line: usize, problem: impl Into<String>) -> Self {
        Self::At {
            line,
            problem: problem.into(),
        }
    }

    pub(crate) fn not_a_number(line: usize, key: &str, value: &Value) -> Self {
        let found = match value {
            Value::Text(text) => format!("{text:?}"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "an object".to_owned(),
        };
        Self::at(line, format!("{key} is {found}, not a number"))
    }

    /// What is wrong, without the line.
    pub fn problem(&self) -> String {
        match self {
            Self::At { problem, .. } => problem.clone(),
            _ => self.to_string(),
        }
    }

    /// The line at fault, if it is a line.
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::At { line, .. } => Some(*line),
            _ => None,
        }
    }
}
