//! What a student did last on an exercise and what came of it.

use crate::{Plan, Run, Solution, SqlError, Verdict};
use serde::{Deserialize, Serialize};

/// What a student can ask for on an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Execute the script in the sandbox.
    Run,
    /// Judge the script.
    Check,
    /// Execute and explain the script's last statement, then roll it back.
    Plan,
    /// Bring the sandbox back to the start.
    Reset,
}

impl Action {
    /// Every action, in the order the page offers them.
    pub const ALL: [Self; 4] = [Self::Run, Self::Check, Self::Plan, Self::Reset];

    /// The action's name in addresses: `run` for `/api/run`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Check => "check",
            Self::Plan => "plan",
            Self::Reset => "reset",
        }
    }
}

/// A script and what came of it, kept so that a reloaded page shows it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The script as it was submitted.
    pub sql: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Outcome {
    /// The script was executed, be it up to an error.
    Run(Run),
    /// The script was judged.
    Check(Verdict),
    /// The last statement's plan.
    Plan(Plan),
    /// The sandbox is as at the start.
    Reset,
    /// It could not be done.
    Problem(Problem),
}

/// What the page shows after an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What came of the action.
    pub outcome: Outcome,
    /// Explanation and answer, if the exercise is solved or its answer was opened.
    pub solution: Option<Solution>,
    /// True if the session may open the reference answer now.
    pub answer_offered: bool,
}

/// Why an action could not be done, for the student to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What happened, in a sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// PostgreSQL's error, where there is one.
    pub error: Option<SqlError>,
    /// How many characters of the script precede the statement that caused it.
    pub start: Option<u32>,
}

impl Problem {
    /// A problem that is a sentence and what to do.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: Some(help.into()),
            ..Self::default()
        }
    }
}
