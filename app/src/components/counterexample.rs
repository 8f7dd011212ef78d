//! The data on which a submission does something else than the answer, and what both give on it.

mod marks;
mod table;

use super::icons::{Drawn, Icon};
use leptos::prelude::*;
use marks::{Mark, Marks, mark};
use sqlground_model::{Counterexample, ResultTable};
use table::{DataTable, Remarks, Side, marked_result};

/// The rows, and what submission and answer give on them, with the difference marked.
#[component]
pub(crate) fn CounterexampleView(
    example: Counterexample,
    /// True if the mistake was seen on the data shown already.
    seen: bool,
    /// Why the submission fails on these rows, where it does.
    failure: Option<String>,
) -> AnyView {
    let failure = failure.filter(|_| is_nothing(&example.actual));
    let heading = if seen {
        "The smallest data found that shows the mistake"
    } else {
        "Where it goes wrong"
    };
    let lead = lead(&example, failure.is_some());
    let tables = example
        .tables
        .into_iter()
        .map(|(name, table)| view! { <DataTable name table /> })
        .collect_view();
    view! {
        <section class="counterexample" aria-labelledby="counterexample">
            <div class="example-data">
                <h4 id="counterexample">{heading}</h4>
                <p>{lead}</p>
                {example
                    .change
                    .map(|sql| {
                        view! {
                            <pre class="sql-text" tabindex="0" aria-label="Change to the data">
                                <code>{sql}</code>
                            </pre>
                        }
                    })}
                {(!tables.is_empty()).then(|| view! { <div class="example-tables">{tables}</div> })}
            </div>
            <Results expected=example.expected actual=example.actual failure />
        </section>
    }
    .into_any()
}

/// What the rows are, and that it goes wrong on them.
fn lead(example: &Counterexample, fails: bool) -> String {
    let what = if fails {
        "your SQL fails"
    } else {
        "your SQL gives something else than asked for"
    };
    let rows: u64 = example
        .tables
        .iter()
        .map(|(_, table)| table.row_count)
        .sum();
    let place = match (&example.change, example.tables.len(), rows) {
        (Some(_), _, _) => return format!("On the data shown, after this change, {what}:"),
        (None, 0, _) => "With every table empty",
        (None, 1, 0) => "On this empty table",
        (None, _, 0) => "On these empty tables",
        (None, _, 1) => "On this single row",
        (None, _, _) => "On these rows",
    };
    format!("{place} {what}.")
}

/// Both results side by side.
#[component]
fn Results(
    expected: ResultTable,
    actual: ResultTable,
    failure: Option<String>,
) -> Option<impl IntoView> {
    if failure.is_none() && is_nothing(&expected) && is_nothing(&actual) {
        return None;
    }
    let marks = mark(&expected, &actual);
    let remark = remark(&expected, &actual, marks.as_ref());
    let (of_yours, of_expected) = remarks(marks);
    let yours = match failure {
        Some(message) => fails(message),
        None => one_result(Side::Yours, actual, &of_yours),
    };
    let expected = one_result(Side::Expected, expected, &of_expected);
    Some(view! {
        <div class="example-results">
            {remark.map(|text| view! { <p>{text}</p> })}
            <div class="example-tables">{yours} {expected}</div>
        </div>
    })
}

/// What is said of the rows of yours and of the expected result.
fn remarks(marks: Option<Marks>) -> (Remarks, Remarks) {
    let Some(marks) = marks else {
        return (Remarks::None, Remarks::None);
    };
    match marks.places {
        Some(places) => {
            let in_order = (0..places.len()).collect();
            (Remarks::Places(places), Remarks::Places(in_order))
        }
        None => (Remarks::Marks(marks.actual), Remarks::Marks(marks.expected)),
    }
}

/// What no mark of a row can say.
fn remark(expected: &ResultTable, actual: &ResultTable, marks: Option<&Marks>) -> Option<String> {
    let (wanted, given) = (expected.columns.len(), actual.columns.len());
    if wanted != given && wanted > 0 && given > 0 {
        return Some(format!(
            "The columns differ: yours are {given}, expected {} {wanted}.",
            if wanted == 1 { "is" } else { "are" }
        ));
    }
    let marks = marks?;
    let same = marks
        .actual
        .iter()
        .chain(&marks.expected)
        .all(|mark| *mark == Mark::Same);
    if marks.places.is_some() {
        return Some(
            "The rows are the same, their order is not. The numbers are the expected places."
                .to_owned(),
        );
    }
    (same && expected.columns != actual.columns)
        .then(|| "The rows are the same, the columns are not.".to_owned())
}

fn one_result(side: Side, table: ResultTable, remarks: &Remarks) -> AnyView {
    if table.columns.is_empty() {
        let words = match table.row_count {
            0 => "no result",
            _ => "rows without columns",
        };
        return instead(side, view! { <p>{words}</p> }.into_any());
    }
    marked_result(side, table, remarks)
}

fn fails(message: String) -> AnyView {
    let words = view! {
        <p class="example-failure">
            <Drawn icon=Icon::Alert />
            <span>
                <b>"fails: "</b>
                {message}
            </span>
        </p>
    };
    instead(Side::Yours, words.into_any())
}

/// Words in the place of a result.
fn instead(side: Side, words: AnyView) -> AnyView {
    view! {
        <div class="table-scroll">
            <p class="example-caption">{side.title()}</p>
            {words}
        </div>
    }
    .into_any()
}

/// True if there is not even an empty result.
fn is_nothing(table: &ResultTable) -> bool {
    table.columns.is_empty() && table.row_count == 0
}

#[cfg(test)]
mod tests;
