//! The whole job through forms and links alone.

use sqlground_tests::{Client, Site};

const EXERCISE: &str = "reading/long-books";
const PAGE: &str = "/exercises/reading/long-books";

/// Submits the exercise's form and follows the redirect.
async fn submit(visitor: &Client<'_>, action: &str, sql: &str) -> String {
    let response = visitor
        .submit(
            &format!("/api/{action}"),
            &[("exercise", EXERCISE), ("sql", sql)],
        )
        .await;
    assert_eq!(response.status(), 303, "{action}");
    let location = response.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(location, format!("{PAGE}#report"));
    visitor.page(PAGE).await
}

#[tokio::test]
async fn an_exercise_is_found_run_checked_explained_and_reset() {
    let site = Site::start();
    let visitor = site.visitor();

    let home = visitor.page("/").await;
    assert!(home.contains("href=\"/topics/reading\""), "{home}");
    let topic = visitor.page("/topics/reading").await;
    assert!(topic.contains(PAGE), "{topic}");

    let page = visitor.page(PAGE).await;
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "the prompt is escaped"
    );
    for part in [
        "author",
        "numeric(8,2)",
        "SELECT title FROM book",
        "formaction=\"/api/check\"",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }

    let page = submit(&visitor, "run", "SELECT NULL AS a, '<b>bold</b>' AS b").await;
    assert!(
        page.contains("&lt;b&gt;bold&lt;/b&gt;") && !page.contains("<b>bold"),
        "{page}"
    );
    assert!(page.contains("NULL"), "{page}");

    let page = submit(&visitor, "run", "SELECT 1;\nSELECT nonsense").await;
    assert!(
        page.contains("column &quot;nonsense&quot; does not exist")
            || page.contains("column \"nonsense\" does not exist"),
        "{page}"
    );

    let page = submit(&visitor, "plan", "SELECT * FROM book").await;
    assert!(page.contains("Seq Scan"), "{page}");

    let page = submit(
        &visitor,
        "check",
        "SELECT title FROM book WHERE pages >= 300",
    )
    .await;
    assert!(
        page.contains("Rivers") && page.contains("How many pages are more than 100"),
        "{page}"
    );
    assert!(
        !page.contains("A comparison with NULL"),
        "the explanation comes after solving"
    );

    let page = submit(
        &visitor,
        "check",
        "SELECT title FROM book WHERE pages > 100",
    )
    .await;
    assert!(
        page.contains("Correct") && page.contains("A comparison with NULL"),
        "{page}"
    );
    assert!(visitor.page("/topics/reading").await.contains("Solved"));

    let page = submit(&visitor, "reset", "").await;
    assert!(page.contains("SELECT title FROM book"), "{page}");
}

#[tokio::test]
async fn an_answer_opens_after_honest_tries_and_does_not_count_as_solved() {
    const OPEN: &str = "Show the answer";
    const ANSWER: &str = "SELECT title FROM book WHERE pages &gt; 100</code>";
    let site = Site::start();
    let visitor = site.visitor();
    let fields = [("exercise", EXERCISE)];

    // The same again, other white space, nothing, and what is only run are no tries.
    for tries in 1..=4 {
        let sql = format!("SELECT title FROM book WHERE id = {tries}");
        for sql in [&sql, &format!("{}\n", sql.to_lowercase()), &String::new()] {
            let page = submit(&visitor, "check", sql).await;
            assert!(!page.contains(OPEN), "{tries}: {page}");
        }
        submit(&visitor, "run", &format!("SELECT {tries}")).await;
    }
    let early = visitor.submit("/api/answer", &fields).await;
    assert_eq!(early.status(), 403);
    let early = early.text().await.expect("a text");
    assert!(
        early.contains("after 5 different checks") && early.contains("are 4"),
        "{early}"
    );
    let page = visitor.page(PAGE).await;
    assert!(!page.contains(ANSWER), "{page}");

    let page = submit(&visitor, "check", "SELECT nothing").await;
    assert_eq!(page.matches(OPEN).count(), 1, "{page}");
    assert!(page.contains("action=\"/api/answer\""), "{page}");
    let page = submit(&visitor, "run", "SELECT 1").await;
    assert_eq!(
        page.matches(OPEN).count(),
        1,
        "also when something else was run: {page}"
    );
    assert!(!page.contains(ANSWER), "{page}");

    let opened = visitor.submit("/api/answer", &fields).await;
    assert_eq!(opened.status(), 303);
    assert_eq!(opened.headers()["location"], format!("{PAGE}#answer"));
    let page = visitor.page(PAGE).await;
    for part in [
        ANSWER,
        "id=\"answer\"",
        "A comparison with NULL",
        "Answer seen",
    ] {
        assert!(page.contains(part), "{part} is missing: {page}");
    }
    assert!(!page.contains(OPEN), "{page}");

    let page = submit(
        &visitor,
        "check",
        "SELECT title FROM book WHERE pages > 100",
    )
    .await;
    assert!(
        page.contains("Correct") && page.contains("Answer seen"),
        "{page}"
    );
    let topic = visitor.page("/topics/reading").await;
    assert!(
        topic.contains("Answer seen") && topic.contains("0 of 3 solved"),
        "{topic}"
    );

    // Who solves it first and looks then has solved it.
    let other = site.visitor();
    submit(&other, "check", "SELECT title FROM book WHERE pages > 100").await;
    assert_eq!(other.submit("/api/answer", &fields).await.status(), 303);
    let topic = other.page("/topics/reading").await;
    assert!(
        topic.contains("1 of 3 solved") && !topic.contains("Answer seen"),
        "{topic}"
    );
}

#[tokio::test]
async fn hints_open_one_inside_the_other_without_script() {
    let site = Site::start();
    let page = site.visitor().page("/exercises/reading/by-price").await;
    let hints: Vec<_> = page
        .match_indices("<details class=\"hint\"")
        .map(|(i, _)| i)
        .collect();
    assert_eq!(hints.len(), 2, "{page}");
    let between = &page[hints[0]..hints[1]];
    assert!(
        !between.contains("</details>"),
        "the second is inside the first: {between}"
    );
    assert!(between.contains("Hint 1 of 2"), "{between}");
}

#[tokio::test]
async fn text_in_the_editor_cannot_break_out() {
    let site = Site::start();
    let visitor = site.visitor();
    let page = submit(&visitor, "run", "\n-- </textarea><script>alert(1)</script>").await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("&lt;/textarea&gt;"), "{page}");
}

#[tokio::test]
async fn errors_are_pages_that_lead_back() {
    let site = Site::start();
    let visitor = site.visitor();
    let missing = visitor.get("/exercises/reading/no-such").await;
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await.expect("a text").contains("href=\"/\""));
    assert_eq!(visitor.get("/topics/no-such").await.status(), 404);
    assert_eq!(visitor.get("/no/such/page").await.status(), 404);

    let long = "x".repeat(300 * 1024);
    let response = visitor
        .submit("/api/run", &[("exercise", EXERCISE), ("sql", &long)])
        .await;
    assert_eq!(response.status(), 413);
    let text = response.text().await.expect("a text");
    assert!(text.contains(PAGE) && text.contains("too long"), "{text}");
}

#[tokio::test]
async fn a_theme_is_chosen_and_leads_back() {
    let site = Site::start();
    let visitor = site.visitor();
    let response = visitor
        .request("/theme")
        .header("accept", "text/html")
        .header("referer", site.url("/topics/reading"))
        .form(&[("theme", "dark")])
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["location"], "/topics/reading");
    assert!(visitor.page("/").await.contains("data-theme=\"dark\""));
}
