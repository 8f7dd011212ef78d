//! The site in a real browser.

use anyhow::{Result, ensure};
use sqlground_tests::{Browser, Client, Site, used_data_dir};
use std::time::Duration;

const PAGE: &str = "/exercises/reading/long-books";
const RUN: &str = "[data-action=run]";
const CHECK: &str = "[data-action=check]";
const PLAN: &str = "[data-action=plan]";

#[tokio::test]
async fn an_exercise_is_solved_by_typing_and_nothing_reloads() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url("/")).await?;
    browser.click("a[href='/topics/reading']").await?;
    browser.click(&format!("a[href='{PAGE}']")).await?;
    browser.find("sql-editor .cm-content").await?;
    browser.execute("window.stillHere = true", vec![]).await?;

    browser
        .type_sql("SELECT title FROM book WHERE pages >= 300")
        .await?;
    browser.click(CHECK).await?;
    let report = browser.find_text("#report", "Rivers").await?;
    ensure!(
        report.contains("How many pages are more than 100"),
        "the hint: {report}"
    );

    browser
        .type_sql("SELECT title FROM book WHERE pages > 100")
        .await?;
    browser.click(CHECK).await?;
    let report = browser.find_text("#report", "Correct").await?;
    ensure!(
        report.contains("A comparison with NULL"),
        "the explanation: {report}"
    );
    let still_here = browser
        .execute("return window.stillHere === true", vec![])
        .await?;
    ensure!(still_here == true, "the page was reloaded");
    browser.console_is_clean().await?;

    browser.reload().await?;
    browser.find_text("#report", "Correct").await?;
    browser.goto(&site.url("/topics/reading")).await?;
    browser.find_text("main", "Solved").await?;
    browser.close().await
}

#[tokio::test]
async fn hints_and_after_some_tries_the_answer_open_by_keyboard() -> Result<()> {
    const ENTER: &str = "\u{e007}";
    let site = Site::start();
    let browser = Browser::open().await?;
    browser
        .goto(&site.url("/exercises/reading/by-price"))
        .await?;
    browser.find("sql-editor .cm-content").await?;
    for hint in [
        "Sort by the price first",
        "what tells books of one price apart",
    ] {
        let closed = browser.find(".hint:not([open]) > summary").await?;
        closed.send_keys(ENTER).await?;
        let shown = browser.find_text(".hint[open]", hint).await?;
        ensure!(
            shown.contains("Hint 2 of 2"),
            "one after the other: {shown}"
        );
    }
    for tries in 1..=5 {
        let columns = tries + 2;
        browser
            .type_sql(&format!("SELECT {}1", "1, ".repeat(columns - 1)))
            .await?;
        browser.click(CHECK).await?;
        browser
            .find_text("#report-body .verdict", &format!("{columns} columns"))
            .await?;
        let offers = "return document.querySelectorAll('.answer-offer').length";
        let offered = browser.execute(offers, vec![]).await?;
        ensure!(
            offered == u32::from(tries == 5),
            "{offered} after {tries} tries"
        );
    }
    let open = browser.find(".answer-offer button").await?;
    open.send_keys(ENTER).await?;
    browser
        .find_text("#answer", "ORDER BY price, title")
        .await?;
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn a_run_shows_values_and_an_error_is_marked_in_the_editor() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    browser
        .type_sql("SELECT NULL AS nothing, '' AS empty, 12.50 AS price")
        .await?;
    browser.press("\u{e009}\u{e007}\u{e000}").await?; // Ctrl+Enter
    let report = browser.find_text("#report", "12.50").await?;
    ensure!(
        report.contains("NULL") && report.contains("1 row"),
        "{report}"
    );

    browser.type_sql("SELECT '🦀', nonsense").await?;
    browser.press("\u{e009}\u{e007}\u{e000}").await?;
    browser.find_text("#report", "nonsense").await?;
    let marked = browser.find("sql-editor .cm-sqlError").await?;
    ensure!(
        marked.text().await? == "nonsense",
        "marked is {:?}",
        marked.text().await?
    );
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn a_counterexample_shows_little_tables_and_both_results() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    // Right by chance on the rows shown.
    browser
        .type_sql("SELECT title FROM book WHERE id IN (1, 2)")
        .await?;
    browser.click(CHECK).await?;
    let shown = browser.find_text(".counterexample", "book").await?;
    for part in ["your sql gives", "expected", "too many"] {
        ensure!(
            shown.to_lowercase().contains(&part.to_lowercase()),
            "{part} is missing: {shown}"
        );
    }
    let rows = "document.querySelectorAll('.counterexample table tbody tr').length";
    let rows = browser.value(rows).await?;
    ensure!(rows.as_u64().is_some_and(|rows| rows <= 8), "{rows} rows");
    browser.is_accessible().await?;
    browser.resize(390, 800).await?;
    browser.fits_its_width().await?;
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn a_plan_is_drawn() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    browser
        .type_sql("SELECT name, count(*) FROM book JOIN author a ON a.id = author_id GROUP BY 1")
        .await?;
    browser.click(PLAN).await?;
    let report = browser.find_text("#report", "Aggregate").await?;
    ensure!(report.contains("book") && report.contains("ms"), "{report}");
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn it_fits_a_phone_and_follows_the_dark_scheme() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.resize(360, 740).await?;
    for path in ["/", "/topics/reading", PAGE] {
        browser.goto(&site.url(path)).await?;
        browser.fits_its_width().await?;
    }
    browser
        .type_sql("SELECT repeat('wide ', 40), * FROM book, author")
        .await?;
    browser.click(RUN).await?;
    browser.find_text("#report", "wide wide").await?;
    browser.fits_its_width().await?;

    let ink = "return getComputedStyle(document.body).color";
    browser.prefer("light").await?;
    let light = browser.execute(ink, vec![]).await?;
    browser.prefer("dark").await?;
    let dark = browser.execute(ink, vec![]).await?;
    ensure!(light != dark, "both are {light}");
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn a_script_that_runs_long_says_so_and_is_cancelled_by_button_or_key() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    let script = "SELECT 'before'; SELECT pg_sleep(9)";
    browser.type_sql(script).await?;
    browser.click(RUN).await?;
    browser.find_text(".progress", "Running for").await?;
    browser.find_text("[role=status]", "Running").await?;
    // By keyboard: from the editor, Tab reaches the button, which a space presses.
    browser.find("#cancel").await?.send_keys(" ").await?;
    let report = browser.find_text("#report", "you cancelled").await?;
    ensure!(report.contains("before"), "what came before: {report}");
    let focused = browser
        .execute("return document.activeElement.dataset.action", vec![])
        .await?;
    ensure!(focused == "run", "the focus is on {focused}");

    browser.press("\u{e009}\u{e007}\u{e000}").await?; // Ctrl+Enter
    browser.find_text(".progress", "Running for").await?;
    browser.press("\u{e00c}").await?; // Escape, which lets Tab leave the editor
    browser.find_text(".progress", "Running for").await?;
    browser.press("\u{e00c}").await?;
    browser.find_text("[role=status]", "cancelled").await?;
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn whoever_waits_sees_the_position() -> Result<()> {
    let data = used_data_dir();
    let site = Site::start_in(
        data.path(),
        &[
            "--max-running=1",
            "--statement-seconds=120",
            "--script-seconds=120",
            "--queue-seconds=120",
        ],
    );
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    let (first, second) = (site.visitor(), site.visitor());
    let sleep = async |visitor: &Client<'_>, seconds: u32| {
        let script = format!("SELECT pg_sleep({seconds})");
        visitor.act("run", "reading/long-books", &script).await.0
    };
    let cancel = async |visitor: &Client<'_>| -> Result<()> {
        visitor.request("/api/cancel").send().await?;
        Ok(())
    };
    let watching = async {
        browser.type_sql("SELECT 'mine'").await?;
        browser.click(RUN).await?;
        browser.find_text(".progress", "1 before you").await?;
        browser.find_text("[role=status]", "1 before you").await?;
        cancel(&first).await?;
        browser.find_text(".progress", "you are next").await?;
        cancel(&second).await?;
        browser.find_text("#report", "mine").await?;
        anyhow::Ok(())
    };
    // Each has a sandbox before the first sleeps.
    sleep(&first, 0).await;
    sleep(&second, 0).await;
    let later = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        tokio::join!(sleep(&second, 100), watching)
    };
    let (slept, (waited, watched)) = tokio::join!(sleep(&first, 100), later);
    watched?;
    ensure!((slept, waited) == (200, 200), "{slept}, {waited}");
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn what_was_typed_survives_a_server_that_is_gone() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    browser.type_sql("SELECT 'precious'").await?;
    drop(site);
    browser.click(RUN).await?;
    browser
        .find_text("[role=alert]", "could not be reached")
        .await?;
    browser
        .find_text("sql-editor .cm-content", "precious")
        .await?;
    browser.close().await
}
