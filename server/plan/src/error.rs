//! What can be wrong with a text that should be a plan.

/// The text is not a plan that can be read. Lines and columns count from 1.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// There is nothing to read.
    #[error("the plan is empty")]
    Empty,
    /// The text is a plan, but in PostgreSQL's text format.
    #[error("line {line} is a plan in text format; run EXPLAIN (ANALYZE, FORMAT JSON) instead")]
    TextFormat {
        /// The first line that looks like a plan's.
        line: usize,
    },
    /// The text is not JSON at all, or the JSON is not what EXPLAIN writes.
    #[error("line {line}, column {column} of the plan: {problem}")]
    Json {
        /// The line of the text as it was given.
        line: usize,
        /// The column in bytes, not counting the frame that psql puts around a line.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// The JSON holds no plan, as for statements that have none, such as CREATE TABLE.
    #[error("the JSON holds no \"Plan\": EXPLAIN gives none for this statement")]
    NoPlan,
    /// The JSON holds more than one plan, as for a statement that rules rewrite into several.
    #[error("the JSON holds {count} plans; keep one")]
    SeveralPlans {
        /// How many there are.
        count: usize,
    },
}

impl PlanError {
    /// What the JSON reader says, with the place told once.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let problem = error.to_string();
        let place = format!(" at line {line} column {column}");
        let problem = problem.strip_suffix(&place).unwrap_or(&problem).to_owned();
        Self::Json {
            line,
            column,
            problem,
        }
    }
}
