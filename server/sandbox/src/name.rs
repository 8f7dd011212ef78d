//! Names of sessions, roles and schemas, and the one place that quotes them.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::fmt::Write;

/// The key that roles' passwords are derived with, and what PostgreSQL knows sessions by.
///
/// Whoever knows it can log in as any session; `Debug` does not show it.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A secret of 32 random bytes that stay the same over restarts.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA256 over the parts, each with its length so that no two lists of parts coincide.
    pub(crate) fn derive(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes any key");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What tells sessions apart: 16 random bytes that only the session's browser and the server know.
///
/// PostgreSQL knows sessions by a digest, which does not reveal it; neither does `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionName([u8; 16]);

impl SessionName {
    /// A session's name from its random bytes.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionName(..)")
    }
}

/// A login role in PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleName(String);

impl RoleName {
    /// A role nobody had before.
    pub(crate) fn random() -> Self {
        Self(format!("sandbox_{}", hex(&random_bytes())))
    }

    /// A role that creates others.
    pub(crate) fn creator() -> Self {
        Self(format!("creator_{}", hex(&random_bytes())))
    }

    pub(crate) fn from_database(name: String) -> Self {
        Self(name)
    }

    /// The name without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The role's password: derived, so that it is stored nowhere.
    pub(crate) fn password(&self, secret: &Secret) -> String {
        hex(&secret.derive(&[b"password", self.0.as_bytes()]))
    }
}

/// A schema in PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SchemaName(String);

impl SchemaName {
    /// The private schema of a role: it has the role's name.
    pub(crate) fn of_role(role: &RoleName) -> Self {
        Self(role.as_str().to_owned())
    }

    /// The shared schema of a dataset. Names are cut so that PostgreSQL's 63 bytes suffice.
    pub(crate) fn of_dataset(name: &str, digest: &str) -> Self {
        let slug: String = name
            .chars()
            .map(|c| match c {
                'a'..='z' | '0'..='9' => c,
                'A'..='Z' => c.to_ascii_lowercase(),
                _ => '_',
            })
            .take(40)
            .collect();
        Self(format!("dataset_{slug}_{digest:.12}"))
    }

    pub(crate) fn from_database(name: String) -> Self {
        Self(name)
    }

    /// The name without quotes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Random bytes in a name: 80 bits, which nobody guesses or meets by accident.
const NAME_BYTES: usize = 10;

/// An SQL identifier or string literal that needs quoting where it is put into SQL.
pub(crate) trait Quote {
    /// The text as a quoted SQL identifier.
    fn quoted(&self) -> String;
}

impl Quote for RoleName {
    fn quoted(&self) -> String {
        quote_identifier(&self.0)
    }
}

impl Quote for SchemaName {
    fn quoted(&self) -> String {
        quote_identifier(&self.0)
    }
}

/// The text as an SQL identifier, whatever characters it has.
pub(crate) fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn random_bytes() -> [u8; NAME_BYTES] {
    let mut bytes = [0; NAME_BYTES];
    getrandom::fill(&mut bytes).expect("the operating system has random numbers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new([7; 32])
    }

    #[test]
    fn passwords_depend_on_role_and_secret_and_nothing_secret_is_shown() {
        let (role, other) = (RoleName::random(), RoleName::random());
        let password = role.password(&secret());
        assert_ne!(password, other.password(&secret()));
        assert_ne!(password, role.password(&Secret::new([8; 32])));
        let session = SessionName::new([1; 16]);
        assert_eq!(
            format!("{:?}{session:?}", secret()),
            "Secret(..)SessionName(..)"
        );
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(
            secret().derive(&[b"ab", b"c"]),
            secret().derive(&[b"a", b"bc"])
        );
    }

    #[test]
    fn quotes_are_doubled() {
        assert_eq!(quote_identifier(r#"a"; DROP"#), r#""a""; DROP""#);
    }

    #[test]
    fn a_dataset_schema_fits_into_an_identifier() {
        let schema = SchemaName::of_dataset(&"Ünlimited-".repeat(20), "0123456789abcdef");
        assert!(schema.as_str().len() <= 63, "{schema:?}");
        assert!(schema.as_str().ends_with("_0123456789ab"));
    }
}
