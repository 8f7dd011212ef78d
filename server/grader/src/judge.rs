//! Compares what a submission did with what the answer did. Pure: no I/O.

use crate::compare::{Difference, Order, ResultView, Rules, Subject, compare};
use crate::goals;
use crate::observe::{Observation, Probed, judges_state};
use crate::tables::Table;
use sqlground_catalogue::{Block, Exercise};
use sqlground_model::{Plan, SqlError, StatementRun, VerdictClass};

const NO_COLUMNS: &[sqlground_model::Column] = &[];

/// How a submission's effect differs from the answer's; none if it does not.
pub(crate) fn difference(
    exercise: &Exercise,
    expected: &Observation,
    actual: &Observation,
) -> Option<Difference> {
    let judges_state = judges_state(exercise);
    let state = judges_state
        .then(|| state_difference(exercise, expected, actual))
        .flatten();
    let counts = !judges_state || exercise.returned_rows;
    state
        .or_else(|| counts.then(|| result_difference(exercise, expected, actual))?)
        .or_else(|| goals::missed(exercise, expected, actual))
}

fn view(result: &StatementRun) -> ResultView<'_> {
    ResultView {
        columns: result.columns.as_deref().unwrap_or(NO_COLUMNS),
        rows: &result.rows,
        fingerprints: &result.fingerprints,
    }
}

fn result_difference(
    exercise: &Exercise,
    seen: &Observation,
    actual: &Observation,
) -> Option<Difference> {
    let expected = seen.run.last_result()?;
    let Some(actual) = actual.run.last_result() else {
        return Some(plain(
            VerdictClass::NoResult,
            "The script ran, but returned no rows to compare: end it with the query that gives \
             the result.",
        ));
    };
    let rules = Rules {
        order: match &seen.ties {
            _ if !exercise.ordered => Order::Free,
            Some(ties) => Order::Ties(ties),
            None => Order::Exact,
        },
        column_names: exercise.column_names,
    };
    let found = compare(Subject::Result, view(expected), view(actual), rules);
    // A result that was read only in part cannot be called right.
    if found.is_none() && actual.truncated {
        return Some(Difference::too_large());
    }
    found
}

fn state_difference(
    exercise: &Exercise,
    expected: &Observation,
    actual: &Observation,
) -> Option<Difference> {
    let tables = expected.state.tables.iter().map(|wanted| {
        let mut tables = actual.state.tables.iter();
        (wanted, tables.find(|table| table.name == wanted.name))
    });
    if let Some(message) = tables
        .clone()
        .find_map(|(wanted, found)| disguise(wanted, found?))
    {
        return Some(plain(VerdictClass::WrongState, message));
    }
    let probed = differing_probe(expected, actual);
    if let Some(found) = probed.and_then(|number| probe_difference(expected, actual, number)) {
        return Some(found);
    }
    if let Some(message) = tables
        .clone()
        .find_map(|(wanted, found)| harm(wanted, found))
    {
        return Some(plain(VerdictClass::WrongState, message));
    }
    for (rejects, found) in exercise.rejects.iter().zip(&actual.state.rejects) {
        if let Some(message) = refusal_missed(&rejects.sqlstate, found.as_ref()) {
            return Some(plain(VerdictClass::WrongConstraint, message).about(&rejects.block));
        }
    }
    for (block, found) in exercise.accepts.iter().zip(&actual.state.accepts) {
        if let Some(error) = found {
            return Some(
                plain(
                    VerdictClass::WrongConstraint,
                    format!(
                        "This statement must be accepted, but fails with {} ({}):",
                        error.sqlstate, error.message
                    ),
                )
                .about(block),
            );
        }
    }
    None
}

/// The first probe that shows something else than after the answer.
pub(crate) fn differing_probe(expected: &Observation, actual: &Observation) -> Option<usize> {
    (0..expected.state.probes.len())
        .find(|&number| probe_difference(expected, actual, number).is_some())
}

fn probe_difference(
    expected: &Observation,
    actual: &Observation,
    number: usize,
) -> Option<Difference> {
    let Probed { subject, result } = expected.state.probes.get(number)?;
    let actual = &actual.state.probes.get(number)?.result;
    if let Some(error) = &actual.error {
        return Some(plain(
            VerdictClass::WrongState,
            format!("Looking at {subject} afterwards failed: {}.", error.message),
        ));
    }
    let found = compare(
        Subject::Probe(subject),
        view(result),
        view(actual),
        Rules::default(),
    );
    match found {
        Some(found) => Some(Difference {
            class: VerdictClass::WrongState,
            ..found
        }),
        None => actual.truncated.then(Difference::too_large),
    }
}

/// Why what stands in a table's place is not what the answer leaves there, whatever it shows.
fn disguise(wanted: &Table, found: &Table) -> Option<String> {
    let name = &wanted.name;
    if wanted.is_new {
        // Which kind of table it is may be left open; whether it goes with the data may not.
        let is_stored = |table: &Table| !matches!(table.kind.as_str(), "v" | "m");
        let is_another = found.kind != wanted.kind && !(is_stored(found) && is_stored(wanted));
        return is_another.then(|| {
            let (found, wanted) = (kind_name(&found.kind), kind_name(&wanted.kind));
            format!("{name} is {found}, and is to be {wanted}.")
        });
    }
    if found.kind != wanted.kind {
        return Some(format!(
            "{name} has become {}, and is to be {}.",
            kind_name(&found.kind),
            kind_name(&wanted.kind)
        ));
    }
    (found.hides_rows && !wanted.hides_rows).then(|| {
        format!("Row-level security is forced on {name}, so that its rows cannot be looked at.")
    })
}

/// What a script did to a table that the answer leaves as it was.
fn harm(wanted: &Table, found: Option<&Table>) -> Option<String> {
    if !wanted.is_untouched {
        return None;
    }
    let name = &wanted.name;
    let Some(found) = found else {
        return Some(format!("{name} is gone, and is to stay."));
    };
    let Some((before, now)) = found.rows else {
        return Some(format!(
            "{name} does not have all its columns any more, and is to keep them."
        ));
    };
    (!found.is_untouched).then(|| {
        let change = match now {
            0 if before > 0 => "lost all its rows".to_owned(),
            now if now < before => format!("lost {}", rows(before - now)),
            now if now > before => format!("got {} more", rows(now - before)),
            _ => "got other values".to_owned(),
        };
        format!("{name} has {change}, and is to stay as it was.")
    })
}

fn rows(number: u64) -> String {
    let rows = if number == 1 { "row" } else { "rows" };
    format!("{number} {rows}")
}

fn kind_name(kind: &str) -> &'static str {
    match kind {
        "r" => "a table",
        "p" => "a partitioned table",
        "v" => "a view",
        "m" => "a materialized view",
        "f" => "a foreign table",
        _ => "something else",
    }
}

fn refusal_missed(sqlstate: &str, found: Option<&SqlError>) -> Option<String> {
    match found {
        None => Some(format!(
            "This statement must be refused with {sqlstate}, but is accepted:"
        )),
        Some(error) if error.sqlstate != sqlstate => Some(format!(
            "This statement must be refused with {sqlstate}, but fails with {} ({}):",
            error.sqlstate, error.message
        )),
        Some(_) => None,
    }
}

/// True if two scripts that are both not correct do the same, failing alike included.
pub(crate) fn does_the_same(
    exercise: &Exercise,
    known: &Observation,
    submitted: &Observation,
) -> bool {
    match (known.run.failure(), submitted.run.failure()) {
        (None, None) => {
            known.run.last_result().is_some() == submitted.run.last_result().is_some()
                && refusals(known) == refusals(submitted)
                && goals::met(exercise, known) == goals::met(exercise, submitted)
                && plans(known) == plans(submitted)
                && difference(exercise, known, submitted).is_none_or(|found| {
                    // What both do not reach alike is no difference between them.
                    matches!(
                        found.class,
                        VerdictClass::PlanGoalMissed | VerdictClass::WrongConstraint
                    )
                })
        }
        (Some((_, known)), Some((_, submitted))) => known.sqlstate == submitted.sqlstate,
        _ => false,
    }
}

/// A step's kind and the table it reads.
type Step<'a> = (&'a str, Option<&'a str>);

/// What the plans that are judged do, step by step; the names of indexes are the student's own.
fn plans(observation: &Observation) -> Vec<Option<Vec<Step<'_>>>> {
    let plans = observation.state.plans.iter();
    plans.map(|plan| plan.as_ref().ok().map(steps)).collect()
}

fn steps(plan: &Plan) -> Vec<Step<'_>> {
    let nodes = plan.nodes.iter();
    nodes
        .map(|node| (node.node_type.as_str(), node.relation.as_deref()))
        .collect()
}

/// The SQLSTATEs of all statements that were tried on the schema.
fn refusals(observation: &Observation) -> Vec<Option<&str>> {
    let state = &observation.state;
    state
        .rejects
        .iter()
        .chain(&state.accepts)
        .map(|error| error.as_ref().map(|error| error.sqlstate.as_str()))
        .collect()
}

pub(crate) fn plain(class: VerdictClass, message: impl Into<String>) -> Difference {
    Difference {
        class,
        message: message.into(),
        sql: None,
        diff: None,
    }
}

impl Difference {
    /// Names the exercise's statement that it is about, if the block holds one.
    pub(crate) fn about(self, block: &Block) -> Self {
        let sql = block.sql.trim();
        Self {
            sql: (!sql.is_empty()).then(|| sql.to_owned()),
            ..self
        }
    }
}
