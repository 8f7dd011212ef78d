//! Hostile texts in scripts and in whatever PostgreSQL says of them.

use crate::hostile::{NAMES, TEXT, harmless, quoted};
use crate::support::{ACCEPT_FRAGMENT, PAGE, client_at, cookie, site};
use anyhow::{Result, ensure};
use scraper::{Html, Selector};
use serde_json::Value;
use sqlground_tests::{Browser, Site};
use std::net::Ipv4Addr;

/// Scripts whose outcome shows the text, with the action that brings it out and a part of what
/// must be shown.
fn scripts() -> Vec<(&'static str, String, &'static str)> {
    let mut scripts = vec![
        (
            "run",
            format!("SELECT $p${TEXT}$p$, ARRAY[$p${TEXT}$p$], ($p${TEXT}$p$::text, 1)"),
            "<img src=x onerror=pwned()>",
        ),
        (
            "run",
            format!(
                "DO $x$ BEGIN RAISE NOTICE USING MESSAGE = $p${TEXT}$p$, DETAIL = $p${TEXT}$p$, \
                 HINT = $p${TEXT}$p$; END $x$"
            ),
            "<svg/onload=pwned()>",
        ),
        (
            "run",
            format!(
                "DO $x$ BEGIN RAISE EXCEPTION USING MESSAGE = $p${TEXT}$p$, DETAIL = $p${TEXT}$p$, \
                 HINT = $p${TEXT}$p$, COLUMN = $p${TEXT}$p$, CONSTRAINT = $p${TEXT}$p$, \
                 DATATYPE = $p${TEXT}$p$, TABLE = $p${TEXT}$p$, SCHEMA = $p${TEXT}$p$; END $x$"
            ),
            "<svg/onload=pwned()>",
        ),
        ("run", format!("SELECT 1;\nSELECT {TEXT}"), "syntax error"),
        ("run", format!("-- {TEXT}\nSELECT 1"), "1"),
        (
            "run",
            format!("SELECT $p${}$p$", TEXT.repeat(1000)),
            "<svg/onload=pwned()>",
        ),
        ("plan", format!("SELECT {TEXT}"), "syntax error"),
        (
            "plan",
            format!("SELECT * FROM book WHERE title = $p${TEXT}$p$"),
            "<svg/onload=pwned()>",
        ),
        (
            "check",
            format!("SELECT $p${TEXT}$p$ AS title"),
            "<svg/onload=pwned()>",
        ),
        ("check", format!("SELECT {TEXT}"), "syntax error"),
        ("reset", TEXT.to_owned(), "as at the start"),
    ];
    for name in NAMES {
        let made = quoted(&format!("{name}."));
        let quoted = quoted(name);
        scripts.extend([
            ("run", format!("SELECT 1 AS {quoted}"), name),
            ("run", format!("SELECT {quoted}"), name),
            ("run", format!("SELECT * FROM {quoted}"), name),
            (
                "run",
                format!(
                    "CREATE TYPE {made} AS ENUM ($p${name}$p$); \
                     CREATE TABLE {quoted} ({quoted} {made} CHECK (true)); \
                     SELECT * FROM {quoted}; INSERT INTO {quoted} VALUES ('{{}}')"
                ),
                name,
            ),
            // What the script before made.
            (
                "plan",
                format!("SELECT {quoted} FROM {quoted} AS {quoted} WHERE {quoted} IS NULL"),
                name,
            ),
            (
                "check",
                format!("SELECT 1 AS {quoted}, 2 AS {quoted}"),
                "2 columns",
            ),
            (
                "run",
                format!("DROP TABLE {quoted}; DROP TYPE {made}"),
                "DROP TYPE",
            ),
        ]);
    }
    scripts
}

#[tokio::test]
async fn nothing_a_script_brings_out_becomes_part_of_the_page() {
    let site = site();
    let visitor = site.visitor();
    for exercise in ["reading/long-books", "reading/by-price"] {
        for (action, sql, shown) in scripts() {
            let what = format!("{action} {sql:.200}");
            let fields = [("exercise", exercise), ("sql", sql.as_str())];
            let path = format!("/api/{action}");
            // By-price compares names first, and shows less of the values.
            let shown = if exercise == "reading/by-price" {
                ""
            } else {
                shown
            };

            let response = visitor.post(&path, &fields, ACCEPT_FRAGMENT).await;
            let fragment = response.text().await.expect("a text");
            assert!(fragment.starts_with("<article"), "{what}: {fragment}");
            harmless(&fragment, shown, &format!("{what}: fragment"));

            if sql.contains("CREATE TYPE") || sql.contains("DROP") {
                continue;
            }
            let response = visitor.submit(&path, &fields).await;
            assert_eq!(response.status(), 303, "{what}");
            let page = visitor.page(&format!("/exercises/{exercise}")).await;
            harmless(&page, shown, &format!("{what}: page"));
            let document = Html::parse_document(&page);
            let editor = Selector::parse("textarea[name=sql]").expect("a selector");
            let editor = document.select(&editor).next().expect("the editor");
            let kept: String = editor.text().collect();
            assert_eq!(kept, sql, "the script is as it was typed");
        }
    }
}

/// What the visitor's page runs, besides what is sent back to the site by the test.
async fn executed(browser: &Browser) -> Result<Value> {
    browser
        .execute("return window.executed ?? null", vec![])
        .await
}

#[tokio::test]
async fn a_browser_runs_nothing_of_it() -> Result<()> {
    let site: &Site = &site();
    let browser = Browser::open().await?;
    browser.goto(&site.url(PAGE)).await?;
    browser.find("sql-editor .cm-content").await?;
    browser
        .execute("window.pwned = () => { window.executed = true }", vec![])
        .await?;
    let text = TEXT.replace('\'', "''");
    let sql = format!(
        "SELECT '{text}' AS {}, '{text}' AS {}",
        quoted(NAMES[0]),
        quoted(NAMES[2])
    );
    // The editor would close the brackets that are typed.
    let paste = "const text = document.querySelector('sql-editor .cm-content'); text.focus(); \
                 document.execCommand('selectAll'); \
                 const data = new DataTransfer(); data.setData('text/plain', arguments[0]); \
                 const paste = { clipboardData: data, bubbles: true, cancelable: true }; \
                 text.dispatchEvent(new ClipboardEvent('paste', paste))";
    browser.execute(paste, vec![sql.into()]).await?;
    browser.click("[data-action=run]").await?;
    let report = browser.find_text("#report", "onerror=pwned()").await?;
    ensure!(report.contains("onfocus"), "the column's name: {report}");
    ensure!(
        executed(&browser).await?.is_null(),
        "the fragment ran a script"
    );
    browser.console_is_clean().await?;

    browser.reload().await?;
    browser.find_text("#report", "onerror=pwned()").await?;
    // A script that was blocked, or that called a function that is not there, is told here.
    browser.console_is_clean().await?;
    browser
        .goto(&site.url("/%3Cimg%20src=x%20onerror=pwned()%3E"))
        .await?;
    browser.find_text("main", "onerror=pwned()").await?;
    let images = "return document.images.length";
    ensure!(
        browser.execute(images, vec![]).await? == 0,
        "an image was made"
    );
    browser.close().await
}

#[tokio::test]
async fn a_fresh_visitor_sees_nothing_of_anothers_text() {
    let site = site();
    let visitor = site.visitor();
    visitor
        .act("run", "reading/long-books", "SELECT 'secret of one'")
        .await;
    let response = client_at(Ipv4Addr::LOCALHOST)
        .get(site.url(PAGE))
        .send()
        .await;
    let response = response.expect("an answer");
    assert!(cookie(&response).is_some());
    assert!(
        !response
            .text()
            .await
            .expect("a text")
            .contains("secret of one")
    );
}
