//! What only an exercise's author needs to know of it.

use crate::GradeError;
use crate::grade::Reference;
use crate::judge::difference;
use crate::observe::Observation;
use crate::space::changed;
use crate::trial::OTHER_PLANS;
use sqlground_model::{Judgement, Verdict, VerdictClass};
use sqlground_sandbox::Space;

/// Makes the rows of every table without triggers lie in another order: updated rows move.
const SHUFFLE: &str = "
DO $sqlground$
DECLARE
    it record;
BEGIN
    FOR it IN
        SELECT c.oid::pg_catalog.regclass AS name, a.attname
        FROM pg_catalog.pg_class AS c
        CROSS JOIN LATERAL (
            SELECT attname FROM pg_catalog.pg_attribute
            WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                AND attgenerated = '' AND attidentity <> 'a'
            ORDER BY attnum DESC LIMIT 1
        ) AS a
        WHERE c.relnamespace = pg_catalog.current_schema()::pg_catalog.regnamespace
            AND c.relkind = 'r'
            AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
    LOOP
        EXECUTE pg_catalog.format(
            'UPDATE ONLY %s SET %I = %I WHERE pg_catalog.hashtext(ctid::text) %% 2 = 0',
            it.name, it.attname, it.attname);
    END LOOP;
END
$sqlground$";

/// An answer of which PostgreSQL leaves open what it gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undetermined {
    /// When it gives something else: `when it is executed again`.
    pub when: &'static str,
    /// How that differs.
    pub difference: String,
}

/// What an answer is like.
#[derive(Clone, Debug)]
pub struct Scrutiny {
    /// None if it always gives the same, as far as that can be tried.
    pub undetermined: Option<Undetermined>,
    /// How long it takes on the data shown, in milliseconds.
    pub elapsed_ms: f64,
}

/// What is said of a wrong answer.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its verdict.
    pub verdict: Verdict,
    /// The number, from 0, of an earlier wrong answer that does the same, so that its hint is given;
    /// looked for only where rows are compared and nothing else.
    pub twin: Option<usize>,
}

impl Reference<'_> {
    /// Whether the answer gives something else when it is executed again, by another plan, or on
    /// rows that lie in another order, so that right submissions would be refused by chance; and how
    /// long it takes.
    pub async fn scrutinize(&self) -> Result<Scrutiny, GradeError> {
        let shown = &self.variants[0];
        let expected = self.expect(shown).await?;
        Ok(Scrutiny {
            undetermined: self.undetermined(&shown.space, &expected).await?,
            elapsed_ms: expected.run.elapsed_ms,
        })
    }

    async fn undetermined(
        &self,
        shown: &Space,
        expected: &Observation,
    ) -> Result<Option<Undetermined>, GradeError> {
        let answer = &self.exercise.answer.sql;
        let shuffled = changed(shown, SHUFFLE);
        let again = (answer.clone(), shown, "when it is executed again");
        let planned = (
            format!("{OTHER_PLANS}{answer}"),
            shown,
            "when PostgreSQL chooses another plan",
        );
        let moved = (
            answer.clone(),
            &shuffled,
            "when the rows lie in another order",
        );
        // A copy of all rows takes time: only where small instances let it be expected.
        let arsenal = self.grader.arsenal(self.exercise).await?;
        let suspicious = arsenal.is_some_and(|arsenal| arsenal.findings.unsettled);
        let moved = suspicious.then_some(moved);
        for (script, space, when) in [again, planned].into_iter().chain(moved) {
            let seen = self.grader.observe_known(self.exercise, space, &script);
            let seen = match seen.await {
                Ok(seen) => seen,
                // Not every schema lets its rows be moved.
                Err(GradeError::Sandbox(sqlground_sandbox::Error::Setup { .. })) => continue,
                Err(error) => return Err(error),
            };
            if let Some(difference) = self.gives_another(expected, &seen) {
                return Ok(Some(Undetermined { when, difference }));
            }
        }
        Ok(None)
    }

    /// How what the answer gave differs, but for its plans and for running out of time.
    fn gives_another(&self, expected: &Observation, seen: &Observation) -> Option<String> {
        if !seen.is_complete() {
            return None;
        }
        let found = difference(self.exercise, expected, seen)?;
        (found.class != VerdictClass::PlanGoalMissed).then_some(found.message)
    }

    /// Judges one of the exercise's wrong answers, given by its number from 0. Fails as
    /// [`Grader::grade`](crate::Grader::grade) does.
    pub async fn judge_wrong(&mut self, number: usize) -> Result<Known, GradeError> {
        let exercise = self.exercise;
        let script = &exercise.wrong[number].block.sql;
        let mut checked = self.check(script, false).await?;
        let mut twin = None;
        // Of plans and constraints it is only told whether they are as they should be: there, all
        // that is not enough does the same.
        let is_told_by_rows = exercise.plan_goals.is_empty()
            && exercise.rejects.is_empty()
            && exercise.accepts.is_empty();
        if is_told_by_rows && checked.verdict.verdict == Judgement::Incorrect {
            twin = self.twin(script, &mut checked, number).await?;
        }
        Ok(Known {
            verdict: checked.leave(),
            twin,
        })
    }
}
