//! What the grader says of a submission.

use super::error_box::ErrorBox;
use super::format::{count, counted, duration};
use super::icons::{Drawn, Icon};
use super::result_table::{ResultTable, Row, Sign};
use super::solution::SolutionView;
use leptos::prelude::*;
use sqlground_model::{
    Column, Counterexample, FailedStatement, Judgement, ResultTable as Table, RowDiff, Solution,
    Verdict, VerdictClass,
};

/// The verdict in words, what differs, and the solution if there is nothing left to find out.
#[component]
pub(crate) fn VerdictReport(verdict: Verdict, solution: Option<Solution>) -> AnyView {
    let correct = verdict.verdict == Judgement::Correct;
    let (class, icon) = match verdict.verdict {
        Judgement::Correct => ("verdict verdict-correct", Icon::Tick),
        Judgement::Incorrect => ("verdict verdict-incorrect", Icon::Cross),
        Judgement::Error => ("verdict verdict-error", Icon::Alert),
    };
    let title = title(&verdict);
    let time = duration(verdict.elapsed_ms);
    view! {
        <div class=class>
            <Drawn icon />
            <div>
                <h3>{title}</h3>
                <p>{verdict.message}</p>
                {verdict
                    .sql
                    .map(|sql| {
                        view! {
                            <pre class="sql-text" tabindex="0" aria-label="The statement">
                                <code>{sql}</code>
                            </pre>
                        }
                    })}
            </div>
        </div>
        {verdict
            .hint
            .map(|hint| {
                view! {
                    <aside class="teacher-hint">
                        <h4>"A hint"</h4>
                        <p>{hint}</p>
                    </aside>
                }
            })}
        {verdict.error.map(|failed| view! { <Failure failed /> })}
        {verdict.diff.map(|diff| view! { <Difference diff /> })}
        {verdict.counterexample.map(|example| view! { <CounterexampleView example /> })}
        <p class="facts">{format!("Checked in {time}")}</p>
        {solution.filter(|_| correct).map(|solution| view! { <SolutionView solution /> })}
    }
    .into_any()
}

/// The verdict in a few words.
pub(crate) fn title(verdict: &Verdict) -> &'static str {
    match (verdict.verdict, verdict.class) {
        (Judgement::Correct, _) => "Correct",
        (_, VerdictClass::MissingRows) => "Not yet: rows are missing",
        (_, VerdictClass::ExtraRows) => "Not yet: there are rows too many",
        (_, VerdictClass::DifferentRows) => "Not yet: the rows differ",
        (_, VerdictClass::Duplicates) => "Not yet: rows appear the wrong number of times",
        (_, VerdictClass::WrongOrder) => "Not yet: the rows are in the wrong order",
        (_, VerdictClass::WrongColumns) => "Not yet: the columns differ",
        (_, VerdictClass::Rounding) => "Not yet: the decimal places differ",
        (_, VerdictClass::NullHandling) => "Not yet: look at the NULLs",
        (_, VerdictClass::NoResult) => "Not yet: there is no result",
        (_, VerdictClass::Empty) => "There is nothing to check yet",
        (_, VerdictClass::TooSlow) => "It took too long",
        (_, VerdictClass::WrongState) => "Not yet: the data left behind differs",
        (_, VerdictClass::WrongConstraint) => "Not yet: the constraints differ",
        (_, VerdictClass::PlanGoalMissed) => "Not yet: the plan is another",
        (_, VerdictClass::WrongOnOtherData) => "Not yet: it fails on other data",
        (Judgement::Error, _) | (_, VerdictClass::Error) => "It does not run to its end",
        (Judgement::Incorrect, VerdictClass::Correct) => "Not yet",
    }
}

#[component]
fn Failure(failed: FailedStatement) -> AnyView {
    let place = format!("Statement {}, from line {}:", failed.statement, failed.line);
    view! {
        <p class="facts">{place}</p>
        <ErrorBox error=failed.error excerpt=None />
    }
    .into_any()
}

#[component]
fn Difference(diff: RowDiff) -> AnyView {
    let missing = difference_table(
        Sign::Missing,
        "Missing from yours",
        &diff.columns,
        diff.missing,
        diff.missing_count,
    );
    let extra = difference_table(
        Sign::Extra,
        "Too many in yours",
        &diff.columns,
        diff.extra,
        diff.extra_count,
    );
    let order = diff.order_breaks_at.map(|row| {
        view! {
            <p class="remark">
                {format!("The order is wrong for the first time at row {}.", count(row))}
            </p>
        }
    });
    let subject = (!diff.subject.is_empty())
        .then(|| view! { <p class="facts">{format!("Compared: {}", diff.subject)}</p> });
    view! {
        <div class="difference">{subject} {missing} {extra} {order}</div>
    }
    .into_any()
}

fn difference_table(
    sign: Sign,
    heading: &'static str,
    columns: &[Column],
    rows: Vec<Row>,
    all: u64,
) -> Option<impl IntoView + use<>> {
    let shown = rows.len() as u64;
    let cut = (shown < all).then(|| format!(", the first {} shown", count(shown)));
    let caption = format!("{}{}", counted(all, "row"), cut.unwrap_or_default());
    (all > 0).then(|| {
        view! {
            <h4>{heading} " " <small>{caption}</small></h4>
            <ResultTable label=heading columns=columns.to_vec() rows sign />
        }
    })
}

#[component]
fn CounterexampleView(example: Counterexample) -> AnyView {
    let tables = example
        .tables
        .into_iter()
        .map(|(name, table)| {
            let label = format!("Rows of {name}");
            view! {
                <div class="example-table">
                    <h5>
                        <code>{name}</code>
                    </h5>
                    {whole_table(label, table)}
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="counterexample">
            <h4>"Data on which yours and the answer differ"</h4>
            {example
                .change
                .map(|sql| {
                    view! {
                        <p>"The data shown, after this change:"</p>
                        <pre class="sql-text" tabindex="0" aria-label="Change to the data">
                            <code>{sql}</code>
                        </pre>
                    }
                })}
            {(!tables.is_empty()).then(|| view! { <div class="example-tables">{tables}</div> })}
            <div class="example-tables">
                <div class="example-table">
                    <h5>"The answer gives"</h5>
                    {whole_table("What the answer gives".to_owned(), example.expected)}
                </div>
                <div class="example-table">
                    <h5>"Yours gives"</h5>
                    {whole_table("What yours gives".to_owned(), example.actual)}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn whole_table(label: String, table: Table) -> AnyView {
    let shown = table.rows.len() as u64;
    let cut = (shown < table.row_count).then(|| {
        let all = counted(table.row_count, "row");
        view! { <p class="facts">{format!("{all}, the first {} shown", count(shown))}</p> }
    });
    view! {
        <ResultTable label columns=table.columns rows=table.rows />
        {cut}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(judgement: Judgement, class: VerdictClass) -> Verdict {
        Verdict {
            verdict: judgement,
            class,
            message: "<script>message</script>".to_owned(),
            sql: Some("<script>sql</script>".to_owned()),
            hint: Some("<script>hint</script>".to_owned()),
            diff: None,
            error: None,
            counterexample: None,
            elapsed_ms: 3.0,
        }
    }

    fn solution() -> Solution {
        Solution {
            explanation_html: Some("<p>Because.</p>".to_owned()),
            answer: "SELECT '<script>'".to_owned(),
            following: None,
        }
    }

    fn html(verdict: Verdict, solution: Option<Solution>) -> String {
        view! { <VerdictReport verdict solution /> }.to_html()
    }

    #[test]
    fn a_solution_is_shown_to_a_correct_answer_only() {
        let right = verdict(Judgement::Correct, VerdictClass::Correct);
        let shown = html(right, Some(solution()));
        assert!(shown.contains("<p>Because.</p>"), "{shown}");
        assert!(!shown.contains("<script"), "{shown}");
        let wrong = verdict(Judgement::Incorrect, VerdictClass::MissingRows);
        assert!(!html(wrong, Some(solution())).contains("Because"));
    }

    #[test]
    fn a_difference_counts_its_rows_and_signs_them_in_words_too() {
        let diff = RowDiff {
            columns: vec![Column {
                name: "name".to_owned(),
                type_name: "text".to_owned(),
                numeric: false,
            }],
            missing: vec![vec![None], vec![Some("<script>".to_owned())]],
            missing_count: 1_200,
            order_breaks_at: Some(7),
            ..RowDiff::default()
        };
        let html = html(
            Verdict {
                diff: Some(diff),
                ..verdict(Judgement::Incorrect, VerdictClass::MissingRows)
            },
            None,
        );
        assert!(html.contains("1,200 rows, the first 2 shown"), "{html}");
        assert!(
            html.contains(">missing</span>") && html.contains("at row 7"),
            "{html}"
        );
        assert!(
            !html.contains("Too many in yours") && !html.contains("<script"),
            "{html}"
        );
    }
}
