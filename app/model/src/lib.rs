//! The types that sqlground's server and its pages both speak.
//!
//! Everything here is plain data, but for how numbers are written: it serializes, compares and
//! clones, and knows neither Leptos nor PostgreSQL. SQL values travel as the text PostgreSQL gave,
//! because JSON numbers would lose digits.

mod comparison;
mod ids;
mod number;
mod outcome;
mod page;
mod plan;
mod plan_switch;
mod run;
mod verdict;

pub use comparison::{ComparedWith, Comparison, NodeChange, NodePair};
pub use ids::{ExerciseId, InvalidId, TopicId};
pub use number::thousands;
pub use outcome::{Action, Attempt, Outcome, Problem, Report};
pub use page::{
    ColumnInfo, ExerciseCard, ExercisePage, ExerciseState, FileError, HomePage, LessonGroup,
    PlanLesson, ResultContract, Solution, TableInfo, TopicCard, TopicPage,
};
pub use plan::{
    Confidence, Direction, Estimate, Finding, FindingKind, Jit, Plan, PlanNode, PlanWorker,
    Severity, Usage,
};
pub use plan_switch::PlanSwitch;
pub use run::{Column, Notice, Run, SqlError, StatementRun, TransactionState};
pub use verdict::{
    Advice, ChangedRow, Counterexample, FailedStatement, Judgement, ResultTable, RowDiff, Verdict,
    VerdictClass,
};
