//! What `serve` allows its visitors, and whose word it takes for where they are.

use clap::{Args, ValueEnum, value_parser};
use ipnet::IpNet;
use std::net::IpAddr;
use std::time::Duration;

/// The longest time that can be set.
const DAY: u64 = 24 * 60 * 60;

/// The settings of the web side. Everywhere, 0 means no limit.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of visitors (0 is none)")]
pub struct WebArgs {
    /// Addresses of reverse proxies (such as 127.0.0.1 or 10.0.0.0/8) whose header is believed to
    /// name the visitor's address; without it, a proxy's visitors share the limits of one address
    #[arg(
        long,
        env = "SQLGROUND_TRUSTED_PROXY",
        value_name = "ADDR[/BITS]",
        value_delimiter = ',',
        value_parser = network
    )]
    pub trusted_proxy: Vec<IpNet>,

    /// The header in which the trusted proxies name the visitor's address; they must overwrite it
    /// or add to it, never pass it on as it is
    #[arg(
        long,
        env = "SQLGROUND_PROXY_HEADER",
        value_name = "HEADER",
        default_value = "x-forwarded-for"
    )]
    pub proxy_header: ProxyHeader,

    /// Pages and assets a second for an address; ten times as many at once
    #[arg(
        long,
        env = "SQLGROUND_PAGE_RATE",
        value_name = "N",
        default_value_t = 250
    )]
    pub page_rate: u32,

    /// Pages a second for a session; ten times as many at once
    #[arg(
        long,
        env = "SQLGROUND_SESSION_PAGE_RATE",
        value_name = "N",
        default_value_t = 50
    )]
    pub session_page_rate: u32,

    /// Runs, checks, plans and resets a second for an address; ten times as many at once
    #[arg(
        long,
        env = "SQLGROUND_ACTION_RATE",
        value_name = "N",
        default_value_t = 150
    )]
    pub action_rate: u32,

    /// Runs, checks, plans and resets a second for a session; ten times as many at once
    #[arg(
        long,
        env = "SQLGROUND_SESSION_ACTION_RATE",
        value_name = "N",
        default_value_t = 30
    )]
    pub session_action_rate: u32,

    /// New sessions, each with a sandbox of its own, an hour for an address
    #[arg(
        long,
        env = "SQLGROUND_NEW_SESSION_RATE",
        value_name = "N",
        default_value_t = 600
    )]
    pub new_session_rate: u32,

    /// Open connections
    #[arg(
        long,
        env = "SQLGROUND_MAX_CONNECTIONS",
        value_name = "N",
        default_value_t = 2048
    )]
    pub max_connections: u32,

    /// Open connections of an address that is no trusted proxy
    #[arg(
        long,
        env = "SQLGROUND_MAX_ADDRESS_CONNECTIONS",
        value_name = "N",
        default_value_t = 256
    )]
    pub max_address_connections: u32,

    /// Seconds the head of a request may take to arrive
    #[arg(
        long,
        env = "SQLGROUND_HEAD_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(..=DAY),
        default_value_t = 10
    )]
    pub head_seconds: u64,

    /// Seconds the body of a request may take to arrive
    #[arg(
        long,
        env = "SQLGROUND_BODY_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(..=DAY),
        default_value_t = 30
    )]
    pub body_seconds: u64,

    /// Seconds a client may take nothing of an answer
    #[arg(
        long,
        env = "SQLGROUND_WRITE_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(..=DAY),
        default_value_t = 30
    )]
    pub write_seconds: u64,

    /// Seconds a connection may be open without a request
    #[arg(
        long,
        env = "SQLGROUND_IDLE_SECONDS",
        value_name = "SECONDS",
        value_parser = value_parser!(u64).range(..=DAY),
        default_value_t = 75
    )]
    pub idle_seconds: u64,
}

/// The header in which proxies name those they speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`, which most proxies send.
    XForwardedFor,
    /// `Forwarded` of RFC 7239.
    Forwarded,
}

/// A time in seconds, where 0 means none.
pub(crate) fn seconds(seconds: u64) -> Option<Duration> {
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "neither an address nor a network such as 10.0.0.0/8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_networks_or_addresses() {
        let parse = |text| network(text).map(|network| network.to_string());
        assert_eq!(parse("10.1.0.0/16").as_deref(), Ok("10.1.0.0/16"));
        assert_eq!(parse("127.0.0.1").as_deref(), Ok("127.0.0.1/32"));
        assert_eq!(parse("::1").as_deref(), Ok("::1/128"));
        assert!(parse("localhost").is_err());
        assert!(parse("10.0.0.0/40").is_err());
    }
}
