//! A running site.

use crate::place::{binary, exercises};
use crate::process::Process;
use crate::template::used_data_dir;
use reqwest::redirect::Policy;
use reqwest::{Response, header};
use rustix::process::Signal;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A site on a free port, with its own PostgreSQL in a directory of its own unless told otherwise.
pub struct Site {
    process: Process,
    address: String,
    log: Arc<Mutex<String>>,
    data: Option<TempDir>,
}

impl Site {
    /// Starts a site with the exercises made for tests.
    pub fn start() -> Self {
        let data = used_data_dir();
        let path = data.path().to_owned();
        Self {
            data: Some(data),
            ..Self::start_in(&path, &[])
        }
    }

    /// Starts a site with the exercises in a folder.
    pub fn start_with_exercises(folder: &Path) -> Self {
        let data = used_data_dir();
        let path = data.path().to_owned();
        let folder = folder.to_str().expect("a path in UTF-8");
        Self {
            data: Some(data),
            ..Self::start_in(&path, &["--exercises", folder])
        }
    }

    /// Starts a site in a directory that the caller keeps.
    pub fn start_in(data: &Path, arguments: &[&str]) -> Self {
        Self::start_binary(&binary(), data, arguments)
    }

    /// Starts a site from another binary.
    pub fn start_binary(binary: &Path, data: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary);
        command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(data);
        if !arguments.contains(&"--exercises") {
            command.arg("--exercises").arg(exercises());
        }
        Self::spawn(command.args(arguments)).unwrap_or_else(|log| panic!("no site: {log}"))
    }

    /// Runs a command that serves a site, until it says where; its log if it ends before.
    pub fn spawn(command: &mut Command) -> Result<Self, String> {
        let child = command
            .env_remove("SQLGROUND_DATA")
            .env_remove("SQLGROUND_EXERCISES")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{command:?} does not start: {error}"))?;
        let mut process = Process::new(child);
        let stderr = process.child().stderr.take().expect("stderr is piped");
        let mut lines = BufReader::new(stderr).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let address = loop {
            let Some(Ok(line)) = lines.next() else {
                return Err(log.lock().expect("the log").clone());
            };
            if let Some((_, address)) = line.split_once("ready on ") {
                break address.trim().to_owned();
            }
            append(&log, &line);
        };
        let rest = Arc::clone(&log);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                append(&rest, &line);
            }
        });
        Ok(Self {
            process,
            address,
            log,
            data: None,
        })
    }

    /// The address of a path of the site.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// What the site wrote to standard error.
    pub fn log(&self) -> String {
        self.log.lock().expect("the log").clone()
    }

    /// Its data directory, if the site keeps it.
    pub fn data(&self) -> Option<PathBuf> {
        self.data.as_ref().map(|data| data.path().to_owned())
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Asks the site to end and waits for it.
    pub fn stop(mut self, signal: Signal) -> ExitStatus {
        self.process.signal(signal);
        self.process.wait().expect("the site ends in time")
    }

    /// A visitor with cookies of their own.
    pub fn visitor(&self) -> Client<'_> {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .build()
            .expect("an HTTP client");
        Client { site: self, client }
    }
}

fn append(log: &Mutex<String>, line: &str) {
    let mut log = log.lock().expect("the log");
    log.push_str(line);
    log.push('\n');
}

/// A visitor of a site.
pub struct Client<'a> {
    site: &'a Site,
    client: reqwest::Client,
}

impl Client<'_> {
    /// Gets a page.
    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(self.site.url(path))
            .send()
            .await
            .expect("an answer")
    }

    /// Gets a page's text; it must be there.
    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("a text")
    }

    /// Posts a form as a browser without JavaScript does.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post(path, fields, "text/html,application/xhtml+xml,*/*;q=0.8")
            .await
    }

    /// Posts a form and wants JSON; gives status and answer.
    pub async fn act(&self, action: &str, exercise: &str, sql: &str) -> (u16, Value) {
        let fields = [("exercise", exercise), ("sql", sql)];
        let response = self
            .post(&format!("/api/{action}"), &fields, "application/json")
            .await;
        let status = response.status().as_u16();
        (status, response.json().await.expect("JSON"))
    }

    /// Posts a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)], accept: &str) -> Response {
        self.request(path)
            .header(header::ACCEPT, accept)
            .form(fields)
            .send()
            .await
            .expect("an answer")
    }

    /// A post to be filled in.
    pub fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(self.site.url(path))
    }
}
