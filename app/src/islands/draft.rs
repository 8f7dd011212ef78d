//! The text a student has not submitted yet, as the browser keeps it.
//!
//! A draft remembers what it began from. As long as the server shows that same text, the draft is
//! newer and comes back by itself; if the server shows another one, the student submitted
//! elsewhere in the meantime and decides.

/// What to do with a kept draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Draft {
    /// There is none, or it says nothing new.
    Nothing,
    /// It goes on from what the server shows.
    Continues(String),
    /// It began from another text than the server shows.
    Differs(String),
}

impl Draft {
    /// Reads what [`encode`] made, in view of the text the server shows.
    pub(super) fn read(kept: Option<&str>, shown: &str) -> Self {
        let Some((from, text)) = kept.and_then(|kept| kept.split_once('\n')) else {
            return Self::Nothing;
        };
        if text == shown {
            Self::Nothing
        } else if from == fingerprint(shown) {
            Self::Continues(text.to_owned())
        } else {
            Self::Differs(text.to_owned())
        }
    }
}

/// A draft as it is kept: the fingerprint of the text it began from, and the draft.
pub(super) fn encode(from: &str, text: &str) -> String {
    format!("{}\n{text}", fingerprint(from))
}

/// The key under which an exercise's draft is kept.
pub(super) fn key(exercise: &str) -> String {
    format!("sqlground draft {exercise}")
}

/// FNV-1a with 64 bits (<http://www.isthe.com/chongo/tech/comp/fnv/>): tells texts apart, no more.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_while_the_server_shows_what_it_began_from() {
        let kept = encode("SELECT 1", "SELECT 1\nFROM t");
        let read = |shown| Draft::read(Some(&kept), shown);
        assert_eq!(
            read("SELECT 1"),
            Draft::Continues("SELECT 1\nFROM t".to_owned())
        );
        assert_eq!(
            read("SELECT 2"),
            Draft::Differs("SELECT 1\nFROM t".to_owned())
        );
        assert_eq!(read("SELECT 1\nFROM t"), Draft::Nothing);
    }

    #[test]
    fn anything_else_in_the_store_is_no_draft() {
        assert_eq!(Draft::read(None, ""), Draft::Nothing);
        assert_eq!(Draft::read(Some("garbage"), ""), Draft::Nothing);
    }
}
