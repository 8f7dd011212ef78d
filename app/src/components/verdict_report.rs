//! What the grader says of a submission.

use super::counterexample::CounterexampleView;
use super::difference::Difference;
use super::error_box::ErrorBox;
use super::format::duration;
use super::icons::{Drawn, Icon};
use super::solution::SolutionView;
use super::worded::worded;
use leptos::prelude::*;
use sqlground_model::{Advice, FailedStatement, Judgement, Solution, Verdict, VerdictClass};

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
    let failure = verdict.error.as_ref().map(|it| it.error.message.clone());
    let example = verdict.counterexample.map(|example| {
        // A teacher's variant comes with its own diff.
        let seen = verdict.diff.is_some() && example.change.is_none();
        view! { <CounterexampleView example seen failure /> }
    });
    view! {
        <div class=class>
            <Drawn icon />
            <div>
                <h3>{title}</h3>
                <p>{worded(&verdict.message)}</p>
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
        <AdviceList advice=verdict.advice correct />
        {verdict.error.map(|failed| view! { <Failure failed /> })}
        {verdict.diff.map(|diff| view! { <Difference diff /> })}
        {example}
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

/// What could be better in a right answer, or may be the mistake in a wrong one.
#[component]
fn AdviceList(advice: Vec<Advice>, correct: bool) -> impl IntoView {
    let title = if correct {
        "Right, and it could be better still"
    } else {
        "Is this meant?"
    };
    (!advice.is_empty()).then(|| {
        let items = advice
            .into_iter()
            .map(|advice| {
                view! {
                    <li>
                        <span class="advice-line">{format!("line {}", advice.line)}</span>
                        <span>{worded(&advice.message)}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <aside class="advice">
                <h4>{title}</h4>
                <ul>{items}</ul>
            </aside>
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Counterexample, ResultTable, RowDiff};

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
            advice: Vec::new(),
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
    fn advice_comes_with_its_lines() {
        let advised = |judgement, class| {
            let verdict = Verdict {
                advice: vec![Advice {
                    rule: "select-star".to_owned(),
                    message: "Name them instead of `*<script>`.".to_owned(),
                    line: 3,
                }],
                ..verdict(judgement, class)
            };
            html(verdict, None)
        };
        let right = advised(Judgement::Correct, VerdictClass::Correct);
        for part in ["could be better", "line 3", "<code>*&lt;script&gt;</code>"] {
            assert!(right.contains(part), "{part} in {right}");
        }
        let wrong = advised(Judgement::Incorrect, VerdictClass::MissingRows);
        assert!(wrong.contains("Is this meant?"), "{wrong}");
        let nothing = html(verdict(Judgement::Correct, VerdictClass::Correct), None);
        assert!(!nothing.contains("class=\"advice\""), "{nothing}");
    }

    #[test]
    fn a_counterexample_comes_after_the_difference_it_was_found_for() {
        let shown = |diff, change: Option<&str>| {
            let verdict = Verdict {
                diff,
                counterexample: Some(Counterexample {
                    change: change.map(str::to_owned),
                    tables: Vec::new(),
                    expected: ResultTable::default(),
                    actual: ResultTable::default(),
                }),
                ..verdict(Judgement::Incorrect, VerdictClass::MissingRows)
            };
            html(verdict, None)
        };
        let smallest = "The smallest data found";
        let found = shown(Some(RowDiff::default()), None);
        let places = ["class=\"difference\"", smallest].map(|part| found.find(part).expect(part));
        assert!(places.is_sorted(), "{found}");
        assert!(!shown(None, None).contains(smallest));
        let varied = shown(Some(RowDiff::default()), Some("DELETE FROM t"));
        assert!(!varied.contains(smallest), "{varied}");
    }

    #[test]
    fn names_in_a_message_are_code_and_nothing_in_it_is_markup() {
        let shown = |message: &str| {
            let message = message.to_owned();
            let verdict = verdict(Judgement::Incorrect, VerdictClass::DifferentRows);
            html(Verdict { message, ..verdict }, None)
        };
        let html = shown("Column `a<b>` is `<i>`.");
        assert!(html.contains("Column <code>a&lt;b&gt;</code> is"), "{html}");
        assert!(!html.contains("<i>"), "{html}");
        let html = shown("(a`b, `c`)");
        assert!(html.contains("(a`b, `c`)"), "{html}");
    }
}
