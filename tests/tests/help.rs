//! What is said of scripts beyond PostgreSQL's words, wherever they are run or judged.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlground_tests::{Command, Site, used_data_dir};

const EXERCISE: &str = "reading/long-books";
const PAGE: &str = "/exercises/reading/long-books";

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// A script and the error that it ends with.
#[derive(Deserialize)]
struct Case {
    script: String,
    sqlstate: String,
    message: String,
    position: Option<u32>,
    hint: Option<String>,
    help: Option<String>,
}

#[tokio::test]
async fn errors_come_from_postgresql_as_they_are_known_and_with_their_help() {
    let cases: Cases =
        toml::from_str(include_str!("../../server/advice/tests/cases.toml")).expect("cases");
    // Nobody has so much to ask in so short a time.
    let data = used_data_dir();
    let site = Site::start_in(data.path(), &["--session-action-rate=0"]);
    let visitor = site.visitor();
    for case in cases.case {
        let (status, run) = visitor.act("run", EXERCISE, &case.script).await;
        assert_eq!(status, 200, "{}: {run}", case.script);
        let statements = run["statements"].as_array().expect("statements");
        let error = &statements.last().expect("one at least")["error"];
        let text = |name: &str| error.get(name).cloned().unwrap_or(Value::Null);
        let seen = ["sqlstate", "message", "position", "hint", "help"].map(text);
        let expected = [
            json!(case.sqlstate),
            json!(case.message),
            json!(case.position),
            json!(case.hint),
            json!(case.help),
        ];
        assert_eq!(seen, expected, "{}", case.script);
    }
}

const MISSPELT: &str = "SELECT title\nFROM bok";
const HELP: &str = "Is `book` meant?";

#[tokio::test]
async fn help_comes_with_run_check_and_plan_and_on_the_page() {
    let site = Site::start();
    let visitor = site.visitor();
    let (_, run) = visitor.act("run", EXERCISE, MISSPELT).await;
    assert_eq!(run["statements"][0]["error"]["help"], HELP, "{run}");
    let (_, verdict) = visitor.act("check", EXERCISE, MISSPELT).await;
    assert_eq!(verdict["error"]["error"]["help"], HELP, "{verdict}");
    let (_, problem) = visitor.act("plan", EXERCISE, MISSPELT).await;
    assert_eq!(problem["error"]["error"]["help"], HELP, "{problem}");
    let message = "relation \"bok\" does not exist";
    assert_eq!(problem["error"]["error"]["message"], message, "{problem}");

    let fields = [("exercise", EXERCISE), ("sql", MISSPELT)];
    for action in ["/api/run", "/api/check", "/api/plan"] {
        let answer = visitor.submit(action, &fields).await;
        assert_eq!(answer.status(), 303, "{action}");
        let page = visitor.page(PAGE).await;
        assert!(page.contains("Is <code>book</code> meant?"), "{page}");
    }
}

#[tokio::test]
async fn a_right_answer_gets_advice_and_a_wrong_one_what_may_be_meant() {
    let site = Site::start();
    let visitor = site.visitor();
    let poor = "SELECT title\nFROM book\nWHERE pages > 100 AND id % 2 < 2";
    let (_, verdict) = visitor.act("check", EXERCISE, poor).await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
    let advice = verdict["advice"].as_array().expect("advice");
    assert_eq!(advice.len(), 1, "{verdict}");
    assert_eq!(advice[0]["rule"], "indexed-column", "{verdict}");
    assert_eq!(advice[0]["line"], 3, "{verdict}");

    let good = "SELECT title FROM book WHERE pages > 100";
    let (_, verdict) = visitor.act("check", EXERCISE, good).await;
    assert_eq!(verdict.get("advice"), None, "{verdict}");

    let mistaken = "SELECT title FROM book WHERE pages > 100 OR pages = NULL AND id > 3 OR id = 4";
    let (_, verdict) = visitor.act("check", EXERCISE, mistaken).await;
    assert_eq!(verdict["verdict"], "incorrect", "{verdict}");
    assert_eq!(verdict["advice"][0]["rule"], "null-comparison", "{verdict}");

    let fields = [("exercise", EXERCISE), ("sql", poor)];
    visitor.submit("/api/check", &fields).await;
    let page = visitor.page(PAGE).await;
    assert!(
        page.contains("<code>id % 2</code> has to be computed"),
        "{page}"
    );
}

#[test]
fn help_comes_on_the_command_line() {
    let run = Command::new("run")
        .args(&["--exercise", EXERCISE])
        .file("script.sql", MISSPELT)
        .run();
    assert!(run.stderr.contains(&format!("HELP: {HELP}")), "{run:?}");
    let plan = Command::new("plan")
        .args(&["--exercise", EXERCISE])
        .file("script.sql", MISSPELT)
        .run();
    assert!(plan.stderr.contains(HELP), "{plan:?}");
    let grade = Command::new("grade")
        .args(&["--exercise", EXERCISE, "--json"])
        .file("script.sql", MISSPELT)
        .run();
    let verdict = &grade.objects()[0];
    assert_eq!(verdict["error"]["error"]["help"], HELP, "{verdict}");
}
