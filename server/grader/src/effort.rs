//! How long the search for data goes on.

use std::time::Duration;

/// How long the grader searches for data on which a submission differs from the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Once an exercise, for instances on which typical mistakes show.
    pub preparation: Duration,
    /// For a submission that is right on all data so far.
    pub search: Duration,
    /// For a small instance, once a submission is known to be wrong.
    pub counterexample: Duration,
    /// For making an instance smaller.
    pub shrinking: Duration,
}

impl Effort {
    /// What a student waits for.
    pub const INTERACTIVE: Self = Self {
        preparation: Duration::from_secs(3),
        search: Duration::from_millis(40),
        counterexample: Duration::from_millis(400),
        shrinking: Duration::from_millis(300),
    };

    /// What a teacher waits for who checks exercises or grades a folder.
    pub const THOROUGH: Self = Self {
        preparation: Duration::from_secs(5),
        search: Duration::from_millis(200),
        counterexample: Duration::from_secs(1),
        shrinking: Duration::from_millis(600),
    };
}

impl Default for Effort {
    fn default() -> Self {
        Self::INTERACTIVE
    }
}
