//! Anonymous sessions: a random id in a cookie that proves itself.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sqlground_sandbox::SessionName;
use std::fmt;

const ID_BYTES: usize = 16;
const TAG_BYTES: usize = 16;

/// A session's id: 16 random bytes known to the browser and the server alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SessionId([u8; ID_BYTES]);

impl SessionId {
    /// An id nobody had before.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; ID_BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The id as the sandbox crate takes it.
    pub fn sandbox_name(&self) -> SessionName {
        SessionName::new(self.0)
    }

    /// What our own tables know the session by: a digest, from which the cookie cannot be made.
    pub fn key(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

/// What a session's cookie says of it, besides who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was let in to look at pages, which costs nothing.
    Visitor,
    /// It was let in to do something, which makes a sandbox.
    Member,
}

/// Makes and reads cookie values: the id and an HMAC-SHA256 over it and the session's standing,
/// both in hexadecimal. Without the key nobody makes a value that is accepted, so a made-up id
/// costs us nothing.
///
/// A value never expires by itself: it opens nothing but the session's own sandbox and progress,
/// and who comes back after its sandbox was dropped finds a fresh one. When a browser forgets it is
/// up to the cookie.
#[derive(Clone)]
pub struct SessionCookies(Hmac<Sha256>);

impl SessionCookies {
    /// Cookies under a key that stays the same over restarts.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// The cookie's value for a session.
    pub fn value(&self, id: &SessionId, standing: Standing) -> String {
        let tag = self.mac(id, standing).finalize().into_bytes();
        hex(&id.0) + &hex(&tag[..TAG_BYTES])
    }

    /// The session of a cookie's value and its standing, if the value is ours.
    pub fn read(&self, value: &[u8]) -> Option<(SessionId, Standing)> {
        let bytes = unhex(value)?;
        let (id, tag) = bytes.split_at_checked(ID_BYTES)?;
        let id = SessionId(id.try_into().ok()?);
        [Standing::Member, Standing::Visitor]
            .into_iter()
            .find(|standing| self.mac(&id, *standing).verify_truncated_left(tag).is_ok())
            .map(|standing| (id, standing))
    }

    fn mac(&self, id: &SessionId, standing: Standing) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&id.0);
        // Ids are of one length, so that no id and standing read like another.
        mac.update(match standing {
            Standing::Visitor => b"",
            Standing::Member => b"member",
        });
        mac
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String cannot fail");
            text
        })
}

/// The bytes of a value of the right length in the digits that [`hex`] writes.
fn unhex(text: &[u8]) -> Option<[u8; ID_BYTES + TAG_BYTES]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; ID_BYTES + TAG_BYTES];
    if text.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_cookies_are_accepted() {
        let cookies = SessionCookies::new(&[1; 32]);
        let id = SessionId([7; ID_BYTES]);
        for standing in [Standing::Visitor, Standing::Member] {
            let value = cookies.value(&id, standing);
            assert_eq!(cookies.read(value.as_bytes()), Some((id, standing)));
            // Any one digit changed, in the id or in the proof.
            for place in 0..value.len() {
                let mut forged = value.clone();
                let other = if value[place..].starts_with('0') {
                    "1"
                } else {
                    "0"
                };
                forged.replace_range(place..=place, other);
                assert_eq!(cookies.read(forged.as_bytes()), None, "{forged}");
            }
            for value in [
                &value[..ID_BYTES * 2],
                &value[..value.len() - 2],
                &value.to_uppercase(),
                &value.replacen("07", "+7", 1),
                "",
                "zz",
                "é",
                &format!("{value}00"),
                &format!(" {value}"),
                &"0".repeat(64),
                &"0".repeat(8000),
            ] {
                assert_eq!(cookies.read(value.as_bytes()), None, "{value}");
            }
            let elsewhere = SessionCookies::new(&[2; 32]);
            assert_eq!(
                elsewhere.read(value.as_bytes()),
                None,
                "another installation's"
            );
        }
    }
}
