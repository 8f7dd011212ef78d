//! The plan view in a real browser: by mouse, by keyboard alone, and as axe-core sees it.

use anyhow::{Result, ensure};
use sqlground_tests::{Browser, Site};

const DOWN: &str = "\u{e015}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const END: &str = "\u{e010}";
const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

const PLAN: &str = "Sort  (cost=9.0..9.1 rows=9 width=4) (actual time=9.10..9.20 rows=9 loops=1)
  Sort Key: o.id
  Buffers: shared hit=120 read=30
  ->  Hash Join  (cost=1.0..8.9 rows=900 width=4) (actual time=0.01..8.00 rows=9 loops=1)
        Hash Cond: (o.member = m.id)
        Buffers: shared hit=120 read=30
        ->  Seq Scan on orders o  (cost=0.0..8.9 rows=900 width=4) (actual time=0.01..6.00 rows=9 loops=1)
              Filter: (total > 100)
              Rows Removed by Filter: 99000
              Buffers: shared hit=100 read=30
        ->  Hash  (cost=0.0..8.9 rows=9 width=4) (actual time=0.01..1.00 rows=9 loops=1)
              Buckets: 1024  Batches: 1  Memory Usage: 9kB
              Buffers: shared hit=20
              ->  Seq Scan on members m  (cost=0.0..8.9 rows=9 width=4) (actual time=0.01..0.50 rows=9 loops=1)
                    Buffers: shared hit=20
Planning Time: 0.100 ms
Execution Time: 9.500 ms";

/// The page with the plan, pasted and read.
async fn read(browser: &Browser, site: &Site) -> Result<()> {
    browser.goto(&site.url("/plan")).await?;
    browser.find("#plan-text").await?;
    let fill = "document.getElementById('plan-text').value = arguments[0]";
    browser.execute(fill, vec![PLAN.into()]).await?;
    browser.click(".plan-form .button-primary").await?;
    browser.find(".plan-tools input[type=search]").await?;
    Ok(())
}

async fn is_shown(browser: &Browser, css: &str) -> Result<bool> {
    let shown = format!("document.querySelector({css:?}).checkVisibility()");
    Ok(browser.value(&shown).await? == true)
}

/// The heading of the step that has the focus.
async fn focused(browser: &Browser) -> Result<String> {
    let label = "document.activeElement.getAttribute('aria-label')";
    let label = browser.value(label).await?;
    Ok(label.as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn views_are_chosen_steps_folded_and_found_and_tables_sorted() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    read(&browser, &site).await?;
    for (view, pane) in [
        ("diagram", ".plan-diagram"),
        ("table", ".plan-table"),
        ("flame", ".plan-flame"),
        ("text", ".plan-text"),
        ("steps", ".plan-tree"),
    ] {
        browser
            .click(&format!(".plan-views input[value={view}]"))
            .await?;
        ensure!(
            is_shown(&browser, pane).await?,
            "{view} does not show {pane}"
        );
    }
    ensure!(!is_shown(&browser, ".plan-table").await?, "the table stays");

    // What is marked.
    ensure!(is_shown(&browser, "#plan-1-node-2 .plan-bar-time").await?);
    browser.click(".plan-marks input[value=buffers]").await?;
    ensure!(!is_shown(&browser, "#plan-1-node-2 .plan-bar-time").await?);
    browser
        .find_text("#plan-1-node-2", "100 in memory, 30 read")
        .await?;

    browser
        .click("#plan-1-node-0 + .plan-below > summary")
        .await?;
    ensure!(!is_shown(&browser, "#plan-1-node-3").await?, "not folded");
    // Whatever leads to a step unfolds it.
    browser.click(".findings a[href='#plan-1-node-2']").await?;
    ensure!(is_shown(&browser, "#plan-1-node-3").await?, "still folded");
    ensure!(focused(&browser).await?.starts_with("Seq Scan orders"));

    browser.click(".plan-views input[value=table]").await?;
    browser.click(".plan-table th:nth-child(3) button").await?;
    let first = browser
        .find_text(
            ".plan-table[data-sortable] tbody tr:first-child",
            "Seq Scan",
        )
        .await?;
    ensure!(first.contains("orders"), "the slowest first: {first}");
    browser.click(".plan-table tbody tr:first-child a").await?;
    ensure!(
        is_shown(&browser, "#plan-1-node-2").await?,
        "a row leads to its step"
    );

    browser
        .click("#plan-1-node-2 .plan-details > summary")
        .await?;
    browser
        .find_text(
            "#plan-1-node-2",
            "Reads the whole table orders and keeps those where total > 100: 9 of 99,009.",
        )
        .await?;
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn everything_is_reached_by_keyboard_alone() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url("/plan")).await?;
    browser.find("#plan-text").await?;
    browser
        .execute("document.getElementById('plan-text').focus()", vec![])
        .await?;
    // Line by line: whatever is pasted goes into a plain field.
    browser.type_keys(PLAN).await?;
    // Over the offer to compare, to the button.
    browser.type_keys(TAB).await?;
    browser.type_keys(TAB).await?;
    browser.type_keys(ENTER).await?;
    browser.find(".plan-tools input[type=search]").await?;

    let begin = "document.querySelector('.plan-views input').focus()";
    browser.execute(begin, vec![]).await?;
    browser.type_keys(RIGHT).await?;
    ensure!(
        is_shown(&browser, ".plan-diagram").await?,
        "an arrow chooses the next view"
    );
    browser.type_keys(LEFT).await?;

    // From the buttons into the list, which is one stop.
    let last_button =
        "[...document.querySelectorAll('.plan-pane-steps .plan-tools button')].at(-1).focus()";
    browser.execute(last_button, vec![]).await?;
    browser.type_keys(TAB).await?;
    browser.type_keys(TAB).await?;
    ensure!(
        focused(&browser).await? == "Sort",
        "{}",
        focused(&browser).await?
    );
    browser.type_keys(DOWN).await?;
    ensure!(focused(&browser).await? == "Hash Join");
    browser.type_keys(RIGHT).await?;
    ensure!(focused(&browser).await? == "Seq Scan orders o");
    browser.type_keys(ENTER).await?;
    ensure!(
        is_shown(&browser, "#plan-1-node-2 .plan-details dl").await?,
        "Enter opens"
    );
    browser.type_keys(END).await?;
    ensure!(focused(&browser).await? == "Seq Scan members m");
    browser.type_keys(LEFT).await?;
    ensure!(focused(&browser).await? == "Hash");
    browser.type_keys(LEFT).await?;
    ensure!(!is_shown(&browser, "#plan-1-node-4").await?, "left folds");
    browser.type_keys("/").await?;
    browser.type_keys("members").await?;
    browser.type_keys(ENTER).await?;
    browser.find_text(".plan-search", "1 of 1 step").await?;
    ensure!(
        is_shown(&browser, "#plan-1-node-4").await?,
        "what is found is unfolded"
    );
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn the_drawing_is_saved_as_a_file_of_its_own() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    read(&browser, &site).await?;
    browser.click(".plan-views input[value=diagram]").await?;
    // What a download would be given.
    let listen = "window.saved = []; const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
            blob.arrayBuffer().then((bytes) => window.saved.push([blob.type, bytes.byteLength]));
            return make.call(URL, blob);
        }; HTMLAnchorElement.prototype.click = () => {};";
    browser.execute(listen, vec![]).await?;
    for (place, kind) in [(1, "image/svg+xml"), (2, "image/png")] {
        browser
            .click(&format!(
                ".plan-pane-diagram .plan-tools button:nth-child({place})"
            ))
            .await?;
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            let saved = browser.value("window.saved.at(-1)").await?;
            if saved[0] == kind {
                ensure!(saved[1].as_u64() > Some(2_000), "{saved}");
                break;
            }
            ensure!(std::time::Instant::now() < deadline, "no {kind}: {saved}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn a_file_is_dropped_on_the_page() -> Result<()> {
    let site = Site::start();
    let browser = Browser::open().await?;
    browser.goto(&site.url("/plan")).await?;
    let field = browser.find("#plan-text").await?;
    let drop = "const data = new DataTransfer();
        const units = Uint16Array.from('\\ufeff' + arguments[0], (unit) => unit.charCodeAt(0));
        const bytes = arguments[1] ? units : arguments[0];
        data.items.add(new File([bytes], 'plan.txt', { type: 'text/plain' }));
        const at = { bubbles: true, cancelable: true, dataTransfer: data };
        const field = document.getElementById('plan-text');
        return ['dragover', 'drop'].map((kind) => field.dispatchEvent(new DragEvent(kind, at)))";
    // As most programs write it, then as PowerShell does.
    for is_utf16 in [false, true] {
        browser
            .execute("document.getElementById('plan-text').value = ''", vec![])
            .await?;
        let went_on = browser
            .execute(drop, vec![PLAN.into(), is_utf16.into()])
            .await?;
        ensure!(
            went_on == serde_json::json!([false, false]),
            "the browser would leave: {went_on}"
        );
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
        while field.prop("value").await?.as_deref() != Some(PLAN) {
            ensure!(
                std::time::Instant::now() < deadline,
                "the file is not there"
            );
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    browser.click(".plan-form .button-primary").await?;
    browser.find("#plan-1-node-4").await?;
    browser.console_is_clean().await?;
    browser.close().await
}

#[tokio::test]
async fn axe_finds_no_fault() -> Result<()> {
    const EXERCISE: &str = "/exercises/reading/long-books";
    let site = Site::start();
    let browser = Browser::open().await?;
    for scheme in ["light", "dark"] {
        browser.prefer(scheme).await?;
        for page in [
            "/",
            "/topics/reading",
            "/plan/steps",
            "/no-such-page",
            EXERCISE,
        ] {
            browser.goto(&site.url(page)).await?;
            browser.find("#main").await?;
            browser.is_accessible().await?;
        }
        browser.find("sql-editor .cm-content").await?;
        for (sql, button, shown) in [
            ("SELECT * FROM book; SELECT nonsense", "run", "nonsense"),
            (
                "SELECT title FROM book WHERE pages >= 300",
                "check",
                "Rivers",
            ),
            (
                "SELECT title FROM book WHERE pages > 100",
                "check",
                "Correct",
            ),
            ("SELECT title FROM book ORDER BY pages", "plan", "Seq Scan"),
        ] {
            browser.type_sql(sql).await?;
            browser.click(&format!("[data-action={button}]")).await?;
            // While a report is awaited, the one before is dimmed.
            let report = format!("#report:not([aria-busy]) article[data-kind={button}]");
            browser.find_text(&report, shown).await?;
            browser.is_accessible().await?;
        }
        read(&browser, &site).await?;
        for view in ["steps", "diagram", "table", "flame", "text"] {
            browser
                .click(&format!(".plan-views input[value={view}]"))
                .await?;
            browser.is_accessible().await?;
        }
    }
    browser.close().await
}
