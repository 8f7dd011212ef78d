//! Who a place in the queue is for.

use crate::SessionName;
use std::net::{IpAddr, Ipv6Addr};
use tokio_util::sync::CancellationToken;

/// Who a place in the queue is for, and how it is told that nobody wants it any more.
#[derive(Clone, Debug)]
pub struct Claimant {
    /// The session on whose behalf a script runs.
    pub session: SessionName,
    /// Where the session's request came from: places are given to origins in turn.
    pub(crate) origin: Option<IpAddr>,
    /// What the session calls its request, to ask for the position of this one among others.
    pub request: Option<u32>,
    /// Cancelled when the student no longer wants what is asked for.
    pub cancel: CancellationToken,
}

impl Claimant {
    /// A session, which sent its request from an address if that is known.
    ///
    /// Addresses of IPv6 count as one where their first 64 bits agree: whoever has one of them has
    /// all of them.
    pub fn new(session: SessionName, address: Option<IpAddr>) -> Self {
        Self {
            session,
            origin: address.map(origin),
            request: None,
            cancel: CancellationToken::new(),
        }
    }
}

fn origin(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(network).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_are_one_origin() {
        let origin = |address: &str| origin(address.parse().unwrap()).to_string();
        assert_eq!(origin("192.0.2.7"), "192.0.2.7");
        assert_eq!(origin("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(origin("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_ne!(origin("2001:db8:1:3::1"), origin("2001:db8:1:2::1"));
    }
}
