//! How many connections an address has open.

use super::address::ClientAddress;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The open connections by address.
#[derive(Debug)]
pub(super) struct Places {
    most: u32,
    taken: Mutex<HashMap<ClientAddress, u32>>,
}

/// An open connection. Dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    address: Option<ClientAddress>,
}

impl Places {
    /// So many places for each address; 0 is no limit.
    pub(super) fn new(most: u32) -> Self {
        Self {
            most,
            taken: Mutex::default(),
        }
    }

    /// A place for a connection; none if its address has as many as it may. A proxy's connections
    /// are those of many, and not counted.
    pub(super) fn enter(self: &Arc<Self>, peer: IpAddr, proxy: bool) -> Option<Place> {
        let address = (self.most > 0 && !proxy).then(|| ClientAddress::of(peer));
        if let Some(address) = address {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = taken.entry(address).or_default();
            if *count >= self.most {
                return None;
            }
            *count += 1;
        }
        Some(Place {
            places: Arc::clone(self),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut taken = self
            .places
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gives_them_back() {
        let places = Arc::new(Places::new(2));
        let enter = |peer: &str, proxy| places.enter(peer.parse().expect("an address"), proxy);
        let first = enter("192.0.2.1", false).expect("a place");
        let second = enter("192.0.2.1", false).expect("a place");
        assert!(enter("::ffff:192.0.2.1", false).is_none());
        let other = enter("192.0.2.2", false).expect("a place of its own");
        let proxy = enter("192.0.2.1", true).expect("proxies are not counted");
        drop(first);
        let again = enter("192.0.2.1", false).expect("the place is free again");
        assert!(enter("192.0.2.1", false).is_none());
        drop((again, second, other, proxy));
        let taken = places.taken.lock().expect("the map");
        assert!(taken.is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn no_limit_counts_nobody() {
        let places = Arc::new(Places::new(0));
        let peer = "192.0.2.1".parse().expect("an address");
        let all: Vec<_> = (0..1000).map_while(|_| places.enter(peer, false)).collect();
        assert_eq!(all.len(), 1000);
        assert!(places.taken.lock().expect("the map").is_empty());
    }
}
