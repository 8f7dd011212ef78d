//! Sites that tests of this file share, and visitors from addresses of their own.

use reqwest::redirect::Policy;
use sqlground_tests::{Site, data_dir, used_data_dir};
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tempfile::TempDir;

pub(crate) const EXERCISE: &str = "reading/long-books";
pub(crate) const PAGE: &str = "/exercises/reading/long-books";

/// What a browser without JavaScript accepts.
pub(crate) const ACCEPT_PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";
/// What the page's own script accepts.
pub(crate) const ACCEPT_FRAGMENT: &str = "text/html; fragment=report";

/// The address that [`strict`] takes for a proxy.
pub(crate) const PROXY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 99);

/// A site with arguments of its own.
pub(crate) struct Own {
    site: Site,
    _data: TempDir,
}

impl Own {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_in(used_data_dir(), arguments)
    }

    /// An installation that has no secret in common with the others.
    pub(crate) fn start_anew() -> Self {
        Self::start_in(data_dir(), &[])
    }

    fn start_in(data: TempDir, arguments: &[&str]) -> Self {
        Self {
            site: Site::start_in(data.path(), arguments),
            _data: data,
        }
    }
}

impl Deref for Own {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

/// A site that lives as long as a test uses it.
struct Shared(Mutex<Weak<Own>>);

impl Shared {
    fn get(&self, arguments: &[&str]) -> Arc<Own> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let site = Arc::new(Own::start(arguments));
            *shared = Arc::downgrade(&site);
            site
        })
    }
}

/// A site as it is by default.
pub(crate) fn site() -> Arc<Own> {
    static SHARED: Shared = Shared(Mutex::new(Weak::new()));
    SHARED.get(&[])
}

/// A site with low limits, and with a trusted proxy at [`PROXY`].
pub(crate) fn strict() -> Arc<Own> {
    static SHARED: Shared = Shared(Mutex::new(Weak::new()));
    let proxy = PROXY.to_string();
    SHARED.get(&[
        "--trusted-proxy",
        &proxy,
        "--page-rate",
        "4",
        "--session-page-rate",
        "2",
        "--action-rate",
        "4",
        "--session-action-rate",
        "2",
        "--new-session-rate",
        "5",
    ])
}

/// A site that does not wait for long.
pub(crate) fn impatient() -> Arc<Own> {
    static SHARED: Shared = Shared(Mutex::new(Weak::new()));
    SHARED.get(&[
        "--head-seconds",
        "1",
        "--body-seconds",
        "1",
        "--write-seconds",
        "1",
        "--idle-seconds",
        "8",
    ])
}

/// A client whose connections come from an address of the loopback network.
pub(crate) fn client_at(address: impl Into<IpAddr>) -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .local_address(address.into())
        .build()
        .expect("an HTTP client")
}

/// The cookie of an answer, as a request sends it.
pub(crate) fn cookie(response: &reqwest::Response) -> Option<String> {
    let cookie = response.headers().get("set-cookie")?;
    let cookie = cookie.to_str().expect("text");
    Some(cookie.split(';').next().expect("a value").to_owned())
}

/// Posts a script; gives what the site answers.
pub(crate) async fn run(
    client: &reqwest::Client,
    site: &Site,
    cookie: &str,
    sql: &str,
) -> reqwest::Response {
    client
        .post(site.url("/api/run"))
        .header("cookie", cookie)
        .form(&[("exercise", EXERCISE), ("sql", sql)])
        .send()
        .await
        .expect("an answer")
}

/// A file in a folder, with the folders it lies in.
pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}
