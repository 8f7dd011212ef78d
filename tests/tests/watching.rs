//! Exercises that are edited while the site runs.

use sqlground_tests::{Client, Site, exercises};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PAGE: &str = "/exercises/reading/long-books";
const TOPIC: &str = "/topics/reading";
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with the exercises made for tests, to be edited.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let status = Command::new("cp")
        .arg("-R")
        .arg(exercises().join("."))
        .arg(folder.path())
        .status();
    assert!(status.expect("cp runs").success());
    folder
}

/// Replaces a part of a file.
fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("it is there");
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).expect("it is written");
}

/// Waits until a page contains something.
async fn page_with(visitor: &Client<'_>, path: &str, part: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = visitor.get(path).await.text().await.expect("a text");
        if page.contains(part) {
            return page;
        }
        assert!(Instant::now() < deadline, "no {part:?} in {page}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_saved_exercise_is_shown_and_a_broken_one_stays_as_it_was() {
    let folder = folder();
    let file = folder.path().join("00-reading/01-long-books.md");
    let site = Site::start_with_exercises(folder.path());
    let visitor = site.visitor();
    let page = visitor.page(PAGE).await;
    assert!(!page.contains("file-errors"), "{page}");

    edit(&file, "**more than 100**", "**more than 200**");
    edit(
        &file,
        "WHERE pages > 100\n```\n\n```sql wrong \"How",
        "WHERE pages > 200\n```\n\n```sql wrong \"How",
    );
    page_with(&visitor, PAGE, "more than 200").await;
    let (_, verdict) = visitor
        .act(
            "check",
            "reading/long-books",
            "SELECT title FROM book WHERE pages > 200",
        )
        .await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");

    edit(&file, "difficulty = 1", "dificulty = 1");
    let page = page_with(&visitor, PAGE, "file-errors").await;
    assert!(page.contains("00-reading/01-long-books.md:5"), "{page}");
    assert!(
        page.contains("did you mean <code>difficulty</code>?"),
        "{page}"
    );
    assert!(
        page.contains("more than 200"),
        "the last good version: {page}"
    );
    let (_, verdict) = visitor
        .act(
            "check",
            "reading/long-books",
            "SELECT title FROM book WHERE pages > 100",
        )
        .await;
    assert_eq!(verdict["verdict"], "incorrect", "{verdict}");
    let topic = visitor.page(TOPIC).await;
    assert!(topic.contains("00-reading/01-long-books.md:5"), "{topic}");
    let places = ["Long books", "By price"].map(|title| topic.find(title).expect(title));
    assert!(places.is_sorted(), "in its place: {topic}");
    let other = visitor.page("/exercises/reading/by-price").await;
    assert!(!other.contains("file-errors"), "{other}");

    edit(&file, "dificulty = 1", "difficulty = 3");
    let page = page_with(&visitor, PAGE, "medium").await;
    assert!(!page.contains("file-errors"), "{page}");

    fs::remove_file(&file).expect("it is removed");
    let deadline = Instant::now() + PATIENCE;
    while visitor.get(PAGE).await.status() != 404 {
        assert!(Instant::now() < deadline, "it is still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn new_topics_and_changed_datasets_are_loaded() {
    let folder = folder();
    let site = Site::start_with_exercises(folder.path());
    let visitor = site.visitor();
    let run = "SELECT count(*) FROM book";
    let count = async || {
        let (_, run) = visitor.act("run", "reading/long-books", run).await;
        run["statements"][0]["rows"][0][0].clone()
    };
    assert_eq!(count().await, "4");

    let data = folder.path().join("datasets/shelf/data.sql");
    edit(
        &data,
        "80, NULL);\n\nSELECT setval(pg_get_serial_sequence('book', 'id'), 4)",
        "80, NULL), (5, 1, 'Dunes', 90, 3);\n\n\
         SELECT setval(pg_get_serial_sequence('book', 'id'), 5)",
    );
    page_with(&visitor, PAGE, "5 rows").await;
    assert_eq!(count().await, "5");
    let (_, verdict) = visitor
        .act(
            "check",
            "reading/long-books",
            "SELECT title FROM book WHERE pages > 100",
        )
        .await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");

    edit(&data, "INSERT INTO book", "INSERT INTO nothing");
    let page = page_with(&visitor, PAGE, "file-errors").await;
    assert!(page.contains("datasets/shelf/data.sql:3"), "{page}");
    assert!(
        page.contains("relation &quot;nothing&quot; does not exist")
            || page.contains("relation \"nothing\" does not exist"),
        "{page}"
    );
    assert!(page.contains("5 rows"), "the last good version: {page}");
    assert_eq!(count().await, "5");

    for (file, text) in [
        ("datasets/pets/schema.sql", "CREATE TABLE pet (name text)"),
        ("datasets/pets/data.sql", "INSERT INTO pet VALUES ('Rex')"),
        (
            "03-pets/topic.md",
            "+++\ntitle = \"Pets\"\nsummary = \"All of them.\"\n+++\n",
        ),
        (
            "03-pets/01-names.md",
            "+++\ntitle = \"Names\"\ndataset = \"pets\"\nconcepts = [\"select\"]\ndifficulty = 1\n\
             +++\nAll names.\n\n```sql answer\nSELECT name FROM pet\n```\n",
        ),
    ] {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("it is made");
        fs::write(file, text).expect("it is written");
    }
    page_with(&visitor, "/topics/pets", "Names").await;
    page_with(&visitor, "/exercises/pets/names", "Rex").await;
    let (_, verdict) = visitor.act("check", "pets/names", "TABLE pet").await;
    assert_eq!(verdict["verdict"], "correct", "{verdict}");
}
