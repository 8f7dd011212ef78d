//! Verdicts in words.

use crate::compare::Difference;
use crate::space::Variant;
use sqlground_model::{
    Counterexample, FailedStatement, Judgement, ResultTable, Run, SqlError, StatementRun, Verdict,
    VerdictClass,
};

/// How many rows a counterexample shows of each result.
const COUNTEREXAMPLE_ROWS: usize = 20;

pub(crate) fn correct() -> Verdict {
    let message = "Correct: your answer does what the exercise asks for.";
    verdict(Judgement::Correct, VerdictClass::Correct, message)
}

pub(crate) fn unfinished() -> Verdict {
    verdict(
        Judgement::Error,
        VerdictClass::TooSlow,
        "The script was not run to its end: it has too many statements or took too long in all.",
    )
}

/// The verdict on a script that cannot be read, and why.
pub fn unreadable(reason: &str) -> Verdict {
    verdict(Judgement::Error, VerdictClass::Error, reason)
}

pub(crate) fn empty() -> Verdict {
    verdict(
        Judgement::Incorrect,
        VerdictClass::Empty,
        "There is nothing to check yet: write your answer in the editor.",
    )
}

pub(crate) fn failed_statement(run: &Run) -> Option<FailedStatement> {
    run.failure().map(|(statement, error)| FailedStatement {
        statement: statement.statement,
        line: statement.line,
        start: statement.start,
        error: error.clone(),
    })
}

/// True if the sandbox's limits ended the statement (`query_canceled`).
pub(crate) fn ran_out_of_time(error: &SqlError) -> bool {
    error.sqlstate == "57014"
}

/// The verdict on a script of which a statement failed.
pub(crate) fn failure(failed: FailedStatement, on_other_data: bool) -> Verdict {
    let class = if ran_out_of_time(&failed.error) {
        VerdictClass::TooSlow
    } else {
        VerdictClass::Error
    };
    let place = if on_other_data {
        " on other data than shown"
    } else {
        ""
    };
    let ended = match class {
        VerdictClass::TooSlow => "was ended",
        _ => "failed",
    };
    let message = format!(
        "Statement {} {ended}{place}: {}.",
        failed.statement, failed.error.message
    );
    Verdict {
        error: Some(failed),
        ..verdict(Judgement::Error, class, message)
    }
}

/// The verdict on a script that does something else than the answer on the data shown or a
/// teacher's variant of it.
pub(crate) fn incorrect(
    found: Difference,
    variant: &Variant,
    expected: &Run,
    actual: &Run,
) -> Verdict {
    let counterexample = variant.change.as_ref().map(|change| Counterexample {
        change: Some(change.clone()),
        tables: Vec::new(),
        expected: table(expected.last_result()),
        actual: table(actual.last_result()),
    });
    let on_other_data = counterexample.is_some();
    Verdict {
        counterexample,
        ..different(found, on_other_data)
    }
}

/// The verdict on a difference.
pub(crate) fn different(found: Difference, on_other_data: bool) -> Verdict {
    let message = if on_other_data {
        format!(
            "Right on the data shown, but not on other data. {}",
            found.message
        )
    } else {
        found.message
    };
    Verdict {
        sql: found.sql,
        diff: found.diff,
        ..verdict(Judgement::Incorrect, found.class, message)
    }
}

/// A result to show, its first rows.
pub(crate) fn table(result: Option<&StatementRun>) -> ResultTable {
    result.map_or_else(ResultTable::default, |result| ResultTable {
        columns: result.columns.clone().unwrap_or_default(),
        rows: result
            .rows
            .iter()
            .take(COUNTEREXAMPLE_ROWS)
            .cloned()
            .collect(),
        row_count: result.row_count,
    })
}

fn verdict(judgement: Judgement, class: VerdictClass, message: impl Into<String>) -> Verdict {
    Verdict {
        verdict: judgement,
        class,
        message: message.into(),
        sql: None,
        hint: None,
        diff: None,
        error: None,
        counterexample: None,
        advice: Vec::new(),
        elapsed_ms: 0.0,
    }
}
