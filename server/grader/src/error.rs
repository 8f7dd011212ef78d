//! Why a submission cannot be judged.

/// Why a submission cannot be judged. A submission that fails is not among it: that is a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradeError {
    /// The scripts cannot be run.
    #[error(transparent)]
    Sandbox(#[from] sqlground_sandbox::Error),
    /// The answer returns no rows, and nothing else of it is judged; the author has to add probes.
    #[error(
        "the reference answer of {exercise} (line {line}) returns no rows, and the exercise has no \
         block that says what else to compare: add a probe"
    )]
    NothingToCompare {
        /// The exercise.
        exercise: String,
        /// The line of the exercise file.
        line: u32,
    },
    /// The exercise's own answer fails; its author has to mend it.
    #[error("the reference answer of {exercise} fails in line {line}: {message}")]
    Answer {
        /// The exercise.
        exercise: String,
        /// The line of the exercise file.
        line: u32,
        /// PostgreSQL's message.
        message: String,
    },
}
