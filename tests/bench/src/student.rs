//! A student: one connection to the site, one session.

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A browser that does no more than it must: the time is the site's.
pub(crate) struct Student {
    stream: TcpStream,
    host: SocketAddr,
    cookie: String,
    answer: Vec<u8>,
}

/// A request that can be sent again and again.
pub(crate) struct Request(Vec<u8>);

impl Student {
    /// Somebody who has never been there.
    pub(crate) async fn new(host: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host,
            cookie: String::new(),
            answer: Vec::new(),
        })
    }

    /// The request that runs a script in an exercise.
    pub(crate) fn request(&self, exercise: &str, sql: &str) -> Request {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let body = format!("exercise={}&sql={}", encoded(exercise), encoded(sql));
        let cookie = match self.cookie.as_str() {
            "" => String::new(),
            cookie => format!("Cookie: {cookie}\r\n"),
        };
        let request = format!(
            "POST /api/run HTTP/1.1\r\nHost: {}\r\nAccept: application/json\r\n{cookie}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        Request(request.into_bytes())
    }

    /// Runs a script; it must succeed. Gives back how long the answer took.
    pub(crate) async fn run(&mut self, exercise: &str, sql: &str) -> Result<Duration> {
        let request = self.request(exercise, sql);
        self.send(&request).await
    }

    /// Sends a request whose script must succeed. Gives back how long the answer took.
    pub(crate) async fn send(&mut self, request: &Request) -> Result<Duration> {
        let (time, succeeded) = self.exchange(request).await?;
        if !succeeded {
            bail!(
                "the site answers: {}",
                String::from_utf8_lossy(&self.answer)
            );
        }
        Ok(time)
    }

    /// Runs a script that may fail.
    pub(crate) async fn attack(&mut self, exercise: &str, sql: &str) -> Result<()> {
        let request = self.request(exercise, sql);
        self.exchange(&request).await?;
        Ok(())
    }

    async fn exchange(&mut self, request: &Request) -> Result<(Duration, bool)> {
        let started = Instant::now();
        self.stream.write_all(&request.0).await?;
        self.answer.clear();
        let head = loop {
            if let Some(end) = self.answer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the site closes the connection");
            }
        };
        let text = std::str::from_utf8(&self.answer[..head])?.to_owned();
        let length: usize = header(&text, "content-length")
            .context("an answer without a length")?
            .parse()?;
        while self.answer.len() < head + length {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the site closes the connection");
            }
        }
        let time = started.elapsed();
        if let Some(cookie) = header(&text, "set-cookie") {
            cookie
                .split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.cookie);
        }
        let body = String::from_utf8_lossy(&self.answer[head..]);
        let succeeded = text.starts_with("HTTP/1.1 200 ") && body.contains("\"error\":null");
        Ok((time, succeeded))
    }
}

/// A header's value.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_whatever_their_case() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nset-cookie: a=b; Path=/\r\n\r\n";
        assert_eq!(header(head, "content-length"), Some("7"));
        assert_eq!(header(head, "Set-Cookie"), Some("a=b; Path=/"));
        assert_eq!(header(head, "etag"), None);
    }
}
