//! What the page shows after an action: the fragment that is rendered into the page and sent to
//! the workbench alike.

use super::answer_offer::AnswerOffer;
use super::error_box::ErrorBox;
use super::icons::{Drawn, Icon};
use super::place::ErrorMark;
use super::plan::PlanReport;
use super::run_report::{self, RunReport};
use super::verdict_report::{self, VerdictReport};
use leptos::prelude::*;
use sqlground_model::{ExerciseId, Judgement, Outcome, Problem, Report};

/// The report as an HTML fragment for the workbench: one `<article>`. Its `data-summary` is what
/// came of the action in a few words, `data-error-at` and `data-error-message` tell the editor
/// what to mark, and `data-solved` is there once a submission was judged correct.
pub fn report_html(exercise: &ExerciseId, report: &Report) -> String {
    let exercise = exercise.clone();
    let report = report.clone();
    Owner::new().with(|| view! { <ReportView exercise report /> }.to_html())
}

/// The report of the last action.
#[component]
pub(crate) fn ReportView(exercise: ExerciseId, report: Report) -> AnyView {
    let Report {
        outcome,
        solution,
        answer_offered,
    } = report;
    let offer = (answer_offered && matches!(outcome, Outcome::Check(_)))
        .then(|| view! { <AnswerOffer exercise=exercise.clone() /> });
    let kind = kind(&outcome);
    let summary = summary(&outcome);
    let mark = ErrorMark::of(&outcome);
    let solved = matches!(
        &outcome,
        Outcome::Check(verdict) if verdict.verdict == Judgement::Correct
    );
    let content = match outcome {
        Outcome::Run(run) => view! { <RunReport run /> }.into_any(),
        Outcome::Check(verdict) => view! { <VerdictReport verdict solution /> }.into_any(),
        Outcome::Plan(plan) => view! { <PlanReport plan what_if=true /> }.into_any(),
        Outcome::Reset => view! { <ResetReport /> }.into_any(),
        Outcome::Problem(problem) => view! { <ProblemReport problem /> }.into_any(),
    };
    view! {
        <article
            class="report"
            data-exercise=String::from(exercise)
            data-kind=kind
            data-summary=summary
            data-solved=solved.then_some("")
            data-error-at=mark.as_ref().map(|mark| mark.offset.to_string())
            data-error-message=mark.map(|mark| mark.message)
        >
            {content}
            {offer}
        </article>
    }
    .into_any()
}

fn kind(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Run(_) => "run",
        Outcome::Check(_) => "check",
        Outcome::Plan(_) => "plan",
        Outcome::Reset => "reset",
        Outcome::Problem(_) => "problem",
    }
}

/// The outcome in a few words, for those who listen.
fn summary(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Run(run) => run_report::summary(run),
        Outcome::Check(verdict) => verdict_report::title(verdict).to_owned(),
        Outcome::Plan(_) => "The plan is drawn.".to_owned(),
        Outcome::Reset => "The sandbox is as at the start.".to_owned(),
        Outcome::Problem(problem) => problem.message.clone(),
    }
}

#[component]
fn ResetReport() -> AnyView {
    view! {
        <div class="verdict">
            <Drawn icon=Icon::Info />
            <div>
                <h3>"The sandbox is as at the start"</h3>
                <p>
                    "The exercise’s tables hold their first rows again, and what you created is gone. "
                    "Your text is still in the editor."
                </p>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn ProblemReport(problem: Problem) -> AnyView {
    view! {
        <div class="verdict verdict-error">
            <Drawn icon=Icon::Alert />
            <div>
                <h3>{problem.message}</h3>
                {problem.help.map(|help| view! { <p>{help}</p> })}
            </div>
        </div>
        {problem.error.map(|error| view! { <ErrorBox error excerpt=None /> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::islands::request::REPORT_START;
    use sqlground_model::{SqlError, Verdict, VerdictClass};

    fn html(outcome: Outcome) -> String {
        let exercise: ExerciseId = "indexing/covering-index".parse().unwrap();
        let report = Report {
            outcome,
            solution: None,
            answer_offered: false,
        };
        report_html(&exercise, &report)
    }

    #[test]
    fn a_problem_marks_its_place_and_escapes_its_words() {
        let html = html(Outcome::Problem(Problem {
            error: Some(SqlError {
                message: "\"><script>".to_owned(),
                position: Some(3),
                ..SqlError::default()
            }),
            start: Some(10),
            ..Problem::new("<script>", "<script>")
        }));
        assert!(html.starts_with(REPORT_START), "{html}");
        assert!(html.contains(r#"data-error-at="12""#), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn only_a_correct_verdict_says_solved() {
        let verdict = |verdict, class| {
            html(Outcome::Check(Verdict {
                verdict,
                class,
                message: String::new(),
                sql: None,
                hint: None,
                diff: None,
                error: None,
                counterexample: None,
                advice: Vec::new(),
                elapsed_ms: 1.0,
            }))
        };
        let right = verdict(Judgement::Correct, VerdictClass::Correct);
        assert!(right.contains("data-solved"), "{right}");
        let wrong = verdict(Judgement::Incorrect, VerdictClass::MissingRows);
        assert!(!wrong.contains("data-solved"), "{wrong}");
        assert!(!html(Outcome::Reset).contains("data-error-at"));
    }
}
