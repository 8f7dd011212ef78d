//! What a verdict says to help the student on.

use crate::grade::Grader;
use crate::space::space;
use sqlground_advice::{advise, help, suspect};
use sqlground_catalogue::Exercise;
use sqlground_model::{FailedStatement, Judgement, TableInfo, Verdict, VerdictClass};
use sqlground_sandbox::split;
use std::sync::Arc;

impl Grader {
    /// Adds help to the error that a script ended with, and advice on one that did not.
    pub(crate) async fn assist(&self, exercise: &Exercise, script: &str, verdict: &mut Verdict) {
        if verdict.class == VerdictClass::Empty {
            return;
        }
        let tables = self.tables(exercise).await;
        if let Some(failed) = &mut verdict.error {
            failed.error.help = help_with(failed, script, &tables);
        }
        verdict.advice = match verdict.verdict {
            Judgement::Correct => advise(script, &exercise.answer.sql, &tables),
            Judgement::Incorrect => suspect(script, &tables),
            Judgement::Error => Vec::new(),
        };
    }

    /// The tables a student finds; none if they cannot be listed.
    async fn tables(&self, exercise: &Exercise) -> Arc<Vec<TableInfo>> {
        let found = self.submissions.tables(&space(exercise)).await;
        found.unwrap_or_else(|error| {
            tracing::debug!(%error, "a verdict is given without the tables");
            Arc::default()
        })
    }
}

fn help_with(failed: &FailedStatement, script: &str, tables: &[TableInfo]) -> Option<String> {
    let statements = split(script);
    let statement = statements.iter().find(|it| it.start == failed.start)?;
    help(script, failed.start, statement.sql, &failed.error, tables)
}
