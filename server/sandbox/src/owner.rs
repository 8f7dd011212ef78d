//! Whose a sandbox is.

use crate::SessionName;
use crate::name::Secret;

/// A session and which of its sandboxes it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    /// A digest of the session's name, from which nobody gets back to it.
    pub(crate) session: [u8; 32],
    /// The space's key.
    pub(crate) key: String,
}

impl Owner {
    pub(crate) fn new(secret: &Secret, session: &SessionName, key: &str) -> Self {
        Self {
            session: Self::session(secret, session),
            key: key.to_owned(),
        }
    }

    /// What the ledger knows a session by.
    pub(crate) fn session(secret: &Secret, session: &SessionName) -> [u8; 32] {
        secret.derive(&[b"session", session.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_depends_on_every_part_and_does_not_reveal_the_session() {
        let secret = Secret::new([7; 32]);
        let session = SessionName::new([0xab; 16]);
        let owner = Owner::new(&secret, &session, "a/b");
        assert_ne!(owner, Owner::new(&secret, &session, "a/c"));
        assert_ne!(
            owner,
            Owner::new(&secret, &SessionName::new([1; 16]), "a/b")
        );
        assert_ne!(owner, Owner::new(&Secret::new([8; 32]), &session, "a/b"));
        assert!(!owner.session.windows(2).any(|pair| pair == [0xab, 0xab]));
    }
}
