//! Counterexamples as students see them.

use crate::arsenal::Arsenal;
use crate::hunt::{Finding, Prey};
use crate::judge::differing_probe;
use crate::query::Reading;
use crate::words::{different, failed_statement, failure, table, unfinished};
use sqlground_model::{Column, Counterexample, ResultTable, StatementRun, Verdict};

/// The verdict on a script that was found out on a small instance, with that instance. `shown` is
/// the verdict on the data shown, if it was wrong there already.
pub(crate) fn with_example(
    arsenal: &Arsenal,
    script: &str,
    prey: Prey,
    shown: Option<Verdict>,
) -> Verdict {
    let example = counterexample(arsenal, script, &prey);
    let verdict = match (shown, prey.finding) {
        (Some(shown), _) => shown,
        (None, Finding::Differs(found)) => Verdict {
            // The small tables show it better.
            diff: None,
            ..different(*found, true)
        },
        (None, Finding::Fails) => match failed_statement(&prey.actual.run) {
            Some(failed) => failure(failed, true),
            None => unfinished(),
        },
    };
    Verdict {
        counterexample: Some(example),
        ..verdict
    }
}

fn counterexample(arsenal: &Arsenal, script: &str, prey: &Prey) -> Counterexample {
    let concerned = arsenal.concerned(&Reading::of(script));
    let tables = arsenal
        .blueprint
        .tables
        .iter()
        .zip(&prey.instance.tables)
        .zip(concerned)
        .filter(|((_, rows), concerned)| *concerned || !rows.is_empty())
        .map(|((described, rows), _)| {
            let columns = described.columns.iter().map(|column| Column {
                name: column.name.clone(),
                type_name: column.type_name.clone(),
                numeric: column.is_numeric(),
            });
            let content = ResultTable {
                columns: columns.collect(),
                rows: rows.clone(),
                row_count: rows.len() as u64,
            };
            (described.name.clone(), content)
        })
        .collect();
    let probe = differing_probe(&prey.expected, &prey.actual);
    let shown = |seen: &crate::observe::Observation| {
        let result: Option<&StatementRun> = match probe {
            Some(number) => seen.state.probes.get(number).map(|probed| &probed.result),
            None => seen.run.last_result(),
        };
        table(result)
    };
    Counterexample {
        change: None,
        tables,
        expected: shown(&prey.expected),
        actual: shown(&prey.actual),
    }
}
