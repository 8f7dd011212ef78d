//! Bytes on a connection, as no client library sends them.

use sqlground_tests::Site;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a site.
pub(crate) struct Raw(pub(crate) TcpStream);

/// What came back until the site closed the connection.
#[derive(Debug)]
pub(crate) struct Answer {
    text: String,
}

impl Raw {
    /// A connection from an address of the loopback network.
    pub(crate) async fn open_from(site: &Site, from: Ipv4Addr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((from, 0).into()).expect("an address");
        let stream = socket.connect(address(site)).await.expect("a connection");
        Self(stream)
    }

    /// A connection.
    pub(crate) async fn open(site: &Site) -> Self {
        Self::open_from(site, Ipv4Addr::LOCALHOST).await
    }

    /// Sends some bytes; false if the site has closed the connection.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Reads until the site closes the connection, which it must do.
    pub(crate) async fn read_to_end(&mut self) -> Answer {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await;
        // A connection that is reset is closed as well.
        let _ =
            read.unwrap_or_else(|_| panic!("it stays open: {:?}", String::from_utf8_lossy(&bytes)));
        Answer {
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

impl Answer {
    /// The status of the first answer; 0 if there is none.
    pub(crate) fn status(&self) -> u16 {
        let status = self.text.split(' ').nth(1);
        status.and_then(|s| s.parse().ok()).unwrap_or(0)
    }

    /// How many answers came.
    pub(crate) fn count(&self) -> usize {
        self.text.matches("HTTP/1.").count()
    }

    /// All of it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next()?;
        head.split("\r\n")
            .filter_map(|line| line.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Sends bytes on a connection of their own and reads until it is closed.
pub(crate) async fn ask(site: &Site, bytes: impl AsRef<[u8]>) -> Answer {
    let mut raw = Raw::open(site).await;
    raw.send(bytes).await;
    raw.read_to_end().await
}

/// The address a site listens on.
pub(crate) fn address(site: &Site) -> SocketAddr {
    let url = site.url("");
    let address = url.strip_prefix("http://").expect("a URL");
    address.parse().expect("an address")
}
