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

/// Makes and reads cookie values: the id and an HMAC-SHA256 over it, both in hexadecimal. Without
/// the key nobody makes a value that is accepted, so a made-up id costs us nothing.
#[derive(Clone)]
pub struct SessionCookies(Hmac<Sha256>);

impl SessionCookies {
    /// Cookies under a key that stays the same over restarts.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Hmac::new_from_slice(key).expect("HMAC takes a key of any length"))
    }

    /// The cookie's value for a session.
    pub fn value(&self, id: &SessionId) -> String {
        let tag = self.mac(id).finalize().into_bytes();
        hex(&id.0) + &hex(&tag[..TAG_BYTES])
    }

    /// The session of a cookie's value, if the value is ours.
    pub fn read(&self, value: &str) -> Option<SessionId> {
        let bytes = unhex(value)?;
        let (id, tag) = bytes.split_at_checked(ID_BYTES)?;
        let id = SessionId(id.try_into().ok()?);
        if tag.len() != TAG_BYTES {
            return None;
        }
        self.mac(&id).verify_truncated_left(tag).ok()?;
        Some(id)
    }

    fn mac(&self, id: &SessionId) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&id.0);
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

fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() > 2 * (ID_BYTES + TAG_BYTES) || !text.is_ascii() || !text.len().is_multiple_of(2)
    {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_cookies_are_accepted() {
        let cookies = SessionCookies::new(&[1; 32]);
        let id = SessionId([7; ID_BYTES]);
        let value = cookies.value(&id);
        assert_eq!(cookies.read(&value), Some(id));

        let mut forged = value.clone();
        forged.replace_range(0..1, if value.starts_with('0') { "1" } else { "0" });
        for value in [
            forged.as_str(),
            &value[..ID_BYTES * 2],
            &value[..value.len() - 2],
            "",
            "zz",
            "é",
            &format!("{value}00"),
        ] {
            assert_eq!(cookies.read(value), None, "{value}");
        }
        assert_eq!(SessionCookies::new(&[2; 32]).read(&value), None);
    }
}
