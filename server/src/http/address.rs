//! Where a request comes from.

use super::AppState;
use crate::cli::{ProxyHeader, WebArgs};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Once;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a request comes from, as limits count it: an address of IPv4, or the first 64 bits of one
/// of IPv6, since whoever has one of those has all of them. An extension of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    pub(super) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
            }
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The reverse proxies whose word is taken for where a request comes from.
#[derive(Debug)]
pub(super) struct Proxies {
    trusted: Vec<IpNet>,
    header: ProxyHeader,
    told: Once,
}

impl Proxies {
    pub(super) fn new(settings: &WebArgs) -> Self {
        Self {
            trusted: settings.trusted_proxy.clone(),
            header: settings.proxy_header,
            told: Once::new(),
        }
    }

    /// True if it is the address of a trusted proxy.
    pub(super) fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted
            .iter()
            .any(|network| network.contains(&address))
    }

    /// The client behind a peer: the nearest hop that is no trusted proxy. Everything that hop says
    /// of those behind itself may be made up.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.trust(peer) {
            self.tell_untrusted(peer, headers);
            return peer;
        }
        let mut client = peer;
        for hop in self.hops(headers).into_iter().rev() {
            // A hop that cannot be read was named by the one before it, which is known.
            let Some(hop) = hop else { break };
            client = hop;
            if !self.trust(hop) {
                break;
            }
        }
        client
    }

    /// The hops that the header names, the nearest last. Only the header that is configured counts:
    /// proxies pass the other one on as the client wrote it.
    fn hops(&self, headers: &HeaderMap) -> Vec<Option<IpAddr>> {
        let (name, read): (_, fn(&str) -> Option<IpAddr>) = match self.header {
            ProxyHeader::XForwardedFor => (X_FORWARDED_FOR, address),
            ProxyHeader::Forwarded => (FORWARDED, |hop| parameter(hop, "for").and_then(address)),
        };
        headers
            .get_all(name)
            .iter()
            // Quotes are not looked at: one that a client leaves open must not swallow what the
            // proxies add, and no address has a comma.
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
            .map(|hop| std::str::from_utf8(hop).ok().and_then(read))
            .collect()
    }

    fn tell_untrusted(&self, peer: IpAddr, headers: &HeaderMap) {
        if headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED) {
            self.told.call_once(|| {
                tracing::warn!(
                    "{peer} says for whom it asks, but is no trusted proxy: all its visitors share \
                     the limits of one address. If it is yours, start with --trusted-proxy {peer}"
                );
            });
        }
    }
}

/// A parameter in an element of `Forwarded`.
fn parameter<'a>(element: &'a str, wanted: &str) -> Option<&'a str> {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

/// An address with or without a port, as proxies write it.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    bare.unwrap_or(text)
        .parse()
        .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()))
        .ok()
}

/// True if the browser speaks HTTPS, to a proxy before us.
///
/// This is believed whoever says it: it makes the cookie stricter and nothing else, so that a lie
/// hurts the liar alone, and a proxy that nobody declared still protects.
pub(super) fn https(headers: &HeaderMap) -> bool {
    // Of several hops, the first is the browser's.
    let first = |name: HeaderName| headers.get(name)?.to_str().ok()?.split(',').next();
    let scheme = first(X_FORWARDED_PROTO)
        .or_else(|| first(FORWARDED).and_then(|element| parameter(element, "proto")));
    scheme.is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("https"))
}

/// Works out where a request comes from and hands it on as an extension.
pub(super) async fn identify(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
    let client = state.proxies.client(peer, request.headers());
    request.extensions_mut().insert(ClientAddress::of(client));
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn proxies(header: ProxyHeader) -> Proxies {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"];
        Proxies {
            trusted: trusted.map(|n| n.parse().expect("a network")).to_vec(),
            header,
            told: Once::new(),
        }
    }

    fn headers(name: &'static str, lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn the_nearest_hop_that_is_no_proxy_is_the_client() {
        let check = |peer: &str, lines: &[&'static str], client: &str| {
            let found = proxies(ProxyHeader::XForwardedFor).client(
                peer.parse().expect("an address"),
                &headers("x-forwarded-for", lines),
            );
            assert_eq!(found.to_string(), client, "{peer} {lines:?}");
        };
        // Whoever is no proxy speaks for itself.
        check("192.0.2.1", &["198.51.100.7"], "192.0.2.1");
        check("127.0.0.1", &["198.51.100.7"], "198.51.100.7");
        check("::ffff:127.0.0.1", &["198.51.100.7"], "198.51.100.7");
        // What the client claimed before it reached the first proxy is not believed.
        check("127.0.0.1", &["1.1.1.1, 198.51.100.7"], "198.51.100.7");
        check("127.0.0.1", &["1.1.1.1", "198.51.100.7"], "198.51.100.7");
        check("10.0.0.1", &["198.51.100.7, 10.0.0.2"], "198.51.100.7");
        check("127.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3");
        // What cannot be read is as if it ended there.
        check("127.0.0.1", &["198.51.100.7, nonsense"], "127.0.0.1");
        check("127.0.0.1", &["nonsense, 10.0.0.2"], "10.0.0.2");
        check("127.0.0.1", &["nonsense, 198.51.100.7"], "198.51.100.7");
        check("127.0.0.1", &[], "127.0.0.1");
        // Ports and brackets.
        check("127.0.0.1", &["198.51.100.7:5678"], "198.51.100.7");
        check("127.0.0.1", &["[2001:db8::7]:5678"], "2001:db8::7");
        check("127.0.0.1", &["2001:db8::7"], "2001:db8::7");
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_configured() {
        let check = |lines: &[&'static str], client: &str| {
            let found = proxies(ProxyHeader::Forwarded).client(
                "127.0.0.1".parse().expect("an address"),
                &headers("forwarded", lines),
            );
            assert_eq!(found.to_string(), client, "{lines:?}");
        };
        check(&["for=198.51.100.7;proto=https"], "198.51.100.7");
        check(
            &["proto=http; For=\"[2001:db8::7]:4711\", for=10.0.0.2"],
            "2001:db8::7",
        );
        check(&["for=\"1.1.1.1, for=198.51.100.7"], "198.51.100.7");
        check(&["for=_hidden"], "127.0.0.1");

        let other = headers("x-forwarded-for", &["198.51.100.7"]);
        let peer = "127.0.0.1".parse().expect("an address");
        let found = proxies(ProxyHeader::Forwarded).client(peer, &other);
        assert_eq!(found, peer, "the other header is not ours to read");
    }

    #[test]
    fn addresses_of_one_network_are_one_client() {
        let of = |text: &str| ClientAddress::of(text.parse().expect("an address")).0;
        assert_eq!(of("::ffff:192.0.2.7").to_string(), "192.0.2.7");
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:5::6"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }

    #[test]
    fn https_is_what_the_browser_speaks() {
        assert!(https(&headers("x-forwarded-proto", &["https"])));
        assert!(https(&headers("x-forwarded-proto", &["https, http"])));
        assert!(!https(&headers("x-forwarded-proto", &["http"])));
        assert!(https(&headers("forwarded", &["for=1.1.1.1;Proto=https"])));
        assert!(!https(&HeaderMap::new()));
    }
}
