//! The submissions in `tests/verdicts`: right ones are accepted whatever they look like, wrong ones
//! are not, and those that are wrong only on data nobody has thought of are shown such data.
//!
//! `SQLGROUND_VERDICTS=school/` checks those whose names begin so.

use serde_json::Value;
use sqlground_tests::verdicts::{Submission, Task, tasks, write_exercises};
use sqlground_tests::{Site, fast_binary, used_data_dir};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many submissions are judged at once.
const LANES: usize = 2;

/// Why a verdict is not the one that is right; none if it is.
fn complaint(submission: &Submission, status: u16, verdict: &Value) -> Option<String> {
    if status != 200 {
        return Some(format!("answered with {status}"));
    }
    let (found, class) = (&verdict["verdict"], &verdict["class"]);
    if *found == "correct" && !submission.found {
        return None;
    }
    if *found != *submission.verdict {
        return Some(format!(
            "is called {found} ({class}): {}",
            verdict["message"]
        ));
    }
    if *found == "correct" {
        return None;
    }
    if !submission.class.iter().any(|expected| class == expected) {
        return Some(format!("is called {class}: {}", verdict["message"]));
    }
    let example = &verdict["counterexample"];
    let needs_example = !matches!(
        class.as_str(),
        Some("wrong_columns" | "wrong_constraint" | "no_result" | "error" | "too_slow")
    );
    if example.is_null() {
        return (needs_example && submission.found)
            .then(|| format!("has no counterexample: {}", verdict["message"]));
    }
    let tables = example["tables"].as_array().into_iter().flatten();
    let largest = tables
        .filter_map(|table| table[1]["rows"].as_array())
        .map(Vec::len)
        .max();
    let largest = largest.unwrap_or(0);
    // What does not end is not run again and again to find the fewest rows.
    let is_smallest = *class != "too_slow";
    (is_smallest && largest > submission.rows)
        .then(|| format!("has a counterexample of {largest} rows"))
}

#[tokio::test]
async fn right_submissions_are_accepted_and_wrong_ones_are_not() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("verdicts");
    let tasks = tasks(&schemas).expect("the tasks can be read");
    let folder = tempfile::tempdir().expect("a directory");
    write_exercises(&tasks, &schemas, folder.path()).expect("exercises are written");
    let data = used_data_dir();
    let site = Arc::new(Site::start_binary(
        &fast_binary(),
        data.path(),
        &[
            "--exercises",
            folder.path().to_str().expect("a path in UTF-8"),
            "--new-session-rate=0",
            "--action-rate=0",
            // A slow machine is to try as much as a fast one.
            "--search-milliseconds=800",
        ],
    ));
    let wanted = std::env::var("SQLGROUND_VERDICTS").unwrap_or_default();
    let tasks: VecDeque<Task> = tasks
        .into_iter()
        .filter(|task| task.name.starts_with(&wanted))
        .collect();
    let all: usize = tasks.iter().map(|task| task.submissions.len()).sum();
    let waiting = Arc::new(Mutex::new(tasks));
    let lanes: Vec<_> = (0..LANES)
        .map(|_| tokio::spawn(lane(Arc::clone(&site), Arc::clone(&waiting))))
        .collect();
    let mut complaints = Vec::new();
    for lane in lanes {
        complaints.extend(lane.await.expect("a lane does not panic"));
    }
    complaints.sort();
    assert!(
        complaints.is_empty(),
        "{} of {all} verdicts are wrong:\n\n{}\n",
        complaints.len(),
        complaints.join("\n\n")
    );
}

async fn lane(site: Arc<Site>, waiting: Arc<Mutex<VecDeque<Task>>>) -> Vec<String> {
    let visitor = site.visitor();
    let mut complaints = Vec::new();
    loop {
        let Some(task) = waiting.lock().await.pop_front() else {
            return complaints;
        };
        for (number, submission) in task.submissions.iter().enumerate() {
            let (status, verdict) = visitor.act("check", &task.name, &submission.sql).await;
            if let Some(complaint) = complaint(submission, status, &verdict) {
                complaints.push(format!(
                    "{} {}, which is {} ({}), {complaint}\n{}",
                    task.name,
                    number + 1,
                    submission.verdict,
                    submission.why,
                    submission.sql.trim(),
                ));
            }
        }
    }
}
