//! A headless Chromium, driven through chromedriver.

use crate::process::Process;
use anyhow::{Context, Result, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What Chromium needs to run without a screen, as root, and without talking to anybody.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// A browser with a profile of its own.
pub struct Browser {
    client: Client,
    // In this order: the browser ends before its profile is removed.
    _driver: Process,
    profile: TempDir,
}

impl Browser {
    /// A browser as on a desk, 1280 CSS pixels wide.
    pub async fn open() -> Result<Self> {
        let (driver, port) = start_driver()?;
        let profile = tempfile::Builder::new()
            .prefix("sqlground-profile-")
            .tempdir()?;
        let mut flags: Vec<String> = FLAGS.map(str::to_owned).to_vec();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), json!({ "args": flags }));
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("chromedriver gives no session")?;
        let browser = Self {
            client,
            _driver: driver,
            profile,
        };
        browser.resize(1280, 1000).await?;
        Ok(browser)
    }

    /// Gives the viewport a size in CSS pixels, a phone's included.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await
    }

    /// Makes `prefers-color-scheme` say `dark` or `light`.
    pub async fn prefer(&self, scheme: &str) -> Result<()> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await
    }

    async fn devtools(&self, command: &str, params: Value) -> Result<()> {
        let body = json!({ "cmd": command, "params": params });
        self.client
            .issue_cmd(Extension {
                path: "goog/cdp/execute",
                body,
            })
            .await?;
        Ok(())
    }

    /// Goes to a page.
    pub async fn goto(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.client.refresh().await?)
    }

    /// Waits for an element.
    pub async fn find(&self, css: &str) -> Result<Element> {
        let wait = self.client.wait().at_most(PATIENCE);
        wait.for_element(Locator::Css(css))
            .await
            .with_context(|| format!("there is no {css}"))
    }

    /// Waits until an element's text contains something, and gives the text.
    pub async fn find_text(&self, css: &str, part: &str) -> Result<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let script = "const e = document.querySelector(arguments[0]); return e && e.innerText";
            let text = self.execute(script, vec![css.into()]).await?;
            if let Some(text) = text.as_str().filter(|text| text.contains(part)) {
                return Ok(text.to_owned());
            }
            if tokio::time::Instant::now() > deadline {
                bail!("{css} does not show {part:?} but {text}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Clicks an element once it is there.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.find(css)
            .await?
            .click()
            .await
            .with_context(|| format!("cannot click {css}"))
    }

    /// Replaces the editor's text by typing.
    pub async fn type_sql(&self, sql: &str) -> Result<()> {
        let editor = self.find("sql-editor .cm-content").await?;
        editor.click().await?;
        editor.send_keys("\u{e009}a\u{e000}\u{e003}").await?; // Ctrl+A, Delete
        Ok(editor.send_keys(sql).await?)
    }

    /// Presses keys in the editor; `\u{e009}` is Ctrl, `\u{e007}` Enter, `\u{e000}` lets go.
    pub async fn press(&self, keys: &str) -> Result<()> {
        Ok(self
            .find("sql-editor .cm-content")
            .await?
            .send_keys(keys)
            .await?)
    }

    /// Runs JavaScript in the page.
    pub async fn execute(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Takes a picture of the viewport, as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// Fails if the page scrolls sideways.
    pub async fn fits_its_width(&self) -> Result<()> {
        let script = "const d = document.documentElement; return [d.scrollWidth, d.clientWidth]";
        let widths = self.execute(script, vec![]).await?;
        ensure!(
            widths[0].as_u64() <= widths[1].as_u64(),
            "the page is {} wide in a window of {}",
            widths[0],
            widths[1]
        );
        Ok(())
    }

    /// Fails if the console has an error or a warning.
    pub async fn console_is_clean(&self) -> Result<()> {
        let body = json!({ "type": "browser" });
        let log = self
            .client
            .issue_cmd(Extension {
                path: "se/log",
                body,
            })
            .await?;
        let bad: Vec<&Value> = log
            .as_array()
            .context("the log is no list")?
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .collect();
        ensure!(bad.is_empty(), "the console says: {bad:?}");
        Ok(())
    }

    /// Presses keys wherever the focus is.
    pub async fn type_keys(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// What an expression gives in the page.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        self.execute(&format!("return {expression}"), vec![]).await
    }

    /// Fails if axe-core finds fault with the page's accessibility, by WCAG 2.2 AA and its own best
    /// practices.
    pub async fn is_accessible(&self) -> Result<()> {
        let source = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../node_modules/axe-core/axe.min.js"
        );
        let source = std::fs::read_to_string(source)
            .with_context(|| format!("{source} is missing: run `npm ci`"))?;
        self.execute(&source, vec![]).await?;
        let script = "const done = arguments[arguments.length - 1];
            // Colours are judged when nothing fades any more.
            const settled = Promise.allSettled(document.getAnimations().map((a) => a.finished));
            settled.then(() => axe.run(document, { resultTypes: ['violations'] })).then(
                (found) => done(found.violations.flatMap((v) => v.nodes.map(
                    (node) => v.id + ': ' + node.target.join(' ') + ': ' + node.failureSummary))),
                (error) => done(['axe failed: ' + error]),
            )";
        let found = self.client.execute_async(script, vec![]).await?;
        let found: Vec<String> = serde_json::from_value(found)?;
        ensure!(found.is_empty(), "axe finds:\n{}", found.join("\n"));
        Ok(())
    }

    /// Ends the browser.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.clone().close().await?)
    }
}

impl Drop for Browser {
    /// Ends Chromium where a test failed before it closed the browser: chromedriver leaves it. Its
    /// lock names its process.
    fn drop(&mut self) {
        let lock = std::fs::read_link(self.profile.path().join("SingletonLock"));
        let pid = lock
            .ok()
            .and_then(|lock| lock.to_str()?.rsplit_once('-')?.1.parse().ok());
        if let Some(pid) = pid.and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
            // Its helpers notice and leave; until then they write into the profile.
            std::thread::sleep(Duration::from_millis(300));
        }
    }
}

/// A command of chromedriver's own, below the session's address.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(
        &self,
        base: &Url,
        session: Option<&str>,
    ) -> Result<Url, <Url as std::str::FromStr>::Err> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Starts chromedriver on a free port and gives the port.
fn start_driver() -> Result<(Process, u16)> {
    let child = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("chromedriver does not start; on Debian: apt-get install chromium-driver")?;
    let mut driver = Process::new(child);
    let stdout = driver.child().stdout.take().context("stdout is piped")?;
    let mut lines = BufReader::new(stdout).lines();
    let port = loop {
        let line = lines.next().context("chromedriver ended")??;
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            break port.trim_end_matches('.').parse()?;
        }
    };
    // It writes on, and must not be stopped by a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((driver, port))
}
