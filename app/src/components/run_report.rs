//! What a run gave, statement by statement.

use super::error_box::{ErrorBox, Notices};
use super::format::{counted, duration, shown_of};
use super::place::Excerpt;
use super::result_table::ResultTable;
use leptos::prelude::*;
use sqlground_model::{Run, StatementRun, TransactionState};

/// Every statement with its tag or rows, and how the script ended.
#[component]
pub(crate) fn RunReport(run: Run) -> AnyView {
    let total = run.statements.len();
    let facts = format!(
        "{} in {}",
        counted(total as u64, "statement"),
        duration(run.elapsed_ms)
    );
    let statements = run
        .statements
        .into_iter()
        .map(|statement| view! { <StatementReport statement alone=total == 1 /> })
        .collect_view();
    let ending = [skipped(run.skipped), left_open(run.transaction)]
        .into_iter()
        .flatten()
        .map(|text| view! { <p class="remark">{text}</p> })
        .collect_view();
    view! {
        {(total != 1).then(|| view! { <p class="facts">{facts}</p> })}
        <ol class="statements">{statements}</ol>
        {ending}
    }
    .into_any()
}

/// A run in a few words, for those who listen.
pub(crate) fn summary(run: &Run) -> String {
    if let Some((statement, error)) = run.failure() {
        let line = Excerpt::of(statement, error).map_or(statement.line, |at| at.line);
        return format!("Error in line {line}: {}", error.message);
    }
    match (run.last_result(), &*run.statements) {
        (_, []) => "The script is empty.".to_owned(),
        (Some(result), _) => counted(result.row_count, "row"),
        (None, [only]) => only.tag.clone().unwrap_or_else(|| "Done".to_owned()),
        (None, several) => format!("{} done", counted(several.len() as u64, "statement")),
    }
}

fn skipped(number: u32) -> Option<String> {
    (number > 0).then(|| {
        let what = counted(u64::from(number), "further statement");
        let verb = if number == 1 { "was" } else { "were" };
        format!("{what} {verb} not run, because a statement failed.")
    })
}

fn left_open(transaction: TransactionState) -> Option<String> {
    match transaction {
        TransactionState::Idle => None,
        TransactionState::Open => Some(
            "The script left its transaction open, so it was rolled back. End it with COMMIT to \
             keep what it did."
                .to_owned(),
        ),
        TransactionState::Failed => {
            Some("The transaction failed, so everything in it was rolled back.".to_owned())
        }
    }
}

#[component]
fn StatementReport(
    statement: StatementRun,
    /// True if the script has no other statement.
    alone: bool,
) -> AnyView {
    let excerpt = statement
        .error
        .as_ref()
        .and_then(|error| Excerpt::of(&statement, error));
    let failed = statement.error.is_some();
    let heading = (!alone).then(|| {
        view! {
            <h3>
                <span class="statement-number">{format!("{}.", statement.statement)}</span>
                <code>{first_line(&statement.sql)}</code>
                <span class="statement-line">{format!("line {}", statement.line)}</span>
            </h3>
        }
    });
    let count_sentence = rows_sentence(&statement);
    let time = duration(statement.elapsed_ms);
    let label = format!("Result of statement {}", statement.statement);
    let result = statement.columns.map(|columns| {
        (!columns.is_empty()).then(|| view! { <ResultTable label columns rows=statement.rows /> })
    });
    let error = statement
        .error
        .map(|error| view! { <ErrorBox error excerpt /> });
    view! {
        <li class="statement" class:statement-failed=failed>
            {heading}
            {result}
            {error}
            <p class="facts">
                {count_sentence.map(|text| view! { <span>{text}</span> })}
                {statement.tag.map(|tag| view! { <code class="tag">{tag}</code> })}
                <span>{time}</span>
            </p>
            <Notices notices=statement.notices />
        </li>
    }
    .into_any()
}

/// How many rows came back and whether all of them are shown; none if no rows were asked for.
fn rows_sentence(statement: &StatementRun) -> Option<String> {
    let columns = statement.columns.as_ref()?;
    let shown = statement.rows.len() as u64;
    let all = statement.row_count;
    Some(if statement.truncated && shown < all {
        shown_of(statement.rows.len(), all)
    } else if statement.truncated {
        format!("reading ended after {}", counted(shown, "row"))
    } else if columns.is_empty() {
        format!("{} without columns", counted(all, "row"))
    } else {
        counted(all, "row")
    })
}

/// The first line of a statement that says something.
fn first_line(sql: &str) -> String {
    let mut lines = sql
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("--"));
    let first = lines.next().unwrap_or_default().to_owned();
    match lines.next() {
        Some(_) => first + " …",
        None => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlground_model::{Column, Notice, SqlError};

    fn html(run: Run) -> String {
        view! { <RunReport run /> }.to_html()
    }

    fn rows(kept: usize, row_count: u64, truncated: bool) -> StatementRun {
        StatementRun {
            statement: 1,
            line: 1,
            columns: Some(vec![Column {
                name: "n".to_owned(),
                type_name: "integer".to_owned(),
                numeric: true,
            }]),
            rows: vec![vec![Some("1".to_owned())]; kept],
            row_count,
            truncated,
            ..StatementRun::default()
        }
    }

    #[test]
    fn a_cut_result_says_at_how_many_rows() {
        assert_eq!(
            rows_sentence(&rows(2, 1_000, true)).unwrap(),
            "1,000 rows, the first 2 shown"
        );
        assert_eq!(
            rows_sentence(&rows(2, 2, true)).unwrap(),
            "reading ended after 2 rows"
        );
        assert_eq!(rows_sentence(&rows(1, 1, false)).unwrap(), "1 row");
        assert_eq!(rows_sentence(&StatementRun::default()), None);
    }

    #[test]
    fn errors_and_notices_are_text_and_complete() {
        let bad = |what: &str| format!("<script>{what}</script>");
        let statement = StatementRun {
            statement: 2,
            line: 4,
            sql: "SELECT nmae\nFROM <script>".to_owned(),
            notices: vec![Notice {
                severity: "NOTICE".to_owned(),
                sqlstate: "00000".to_owned(),
                message: bad("message"),
                detail: Some(bad("detail")),
                hint: Some(bad("hint")),
            }],
            error: Some(SqlError {
                sqlstate: "42703".to_owned(),
                message: bad("error"),
                detail: Some(bad("error detail")),
                hint: Some(bad("error hint")),
                position: Some(8),
                context: Some(bad("where")),
                help: Some("Is `<script>help` meant?".to_owned()),
            }),
            ..StatementRun::default()
        };
        let html = html(Run {
            statements: vec![rows(1, 1, false), statement],
            skipped: 2,
            ..Run::default()
        });
        assert!(!html.contains("<script"), "{html}");
        for part in [
            "message",
            "detail",
            "hint",
            "error",
            "error detail",
            "error hint",
            "where",
            "Is <code>&lt;script&gt;help</code> meant?",
            "42703",
            "<mark>nmae</mark>",
            "in line 4",
            "2 further statements were not run",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn a_transaction_left_open_is_named() {
        let run = |transaction| {
            html(Run {
                statements: vec![rows(1, 1, false)],
                transaction,
                ..Run::default()
            })
        };
        assert!(run(TransactionState::Open).contains("left its transaction open"));
        assert!(!run(TransactionState::Idle).contains("transaction"));
    }

    #[test]
    fn a_statement_is_headed_by_its_first_line_with_words() {
        assert_eq!(first_line("-- all\n\n SELECT 1"), "SELECT 1");
        assert_eq!(first_line("SELECT 1\nFROM t"), "SELECT 1 …");
    }
}
