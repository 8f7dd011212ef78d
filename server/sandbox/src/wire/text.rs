//! Text as the server sends it, kept within a limit.

/// The characters of `bytes` that take at most `room` bytes. What is not UTF-8, which comes from a
/// connection whose `client_encoding` was changed, becomes U+FFFD. True in the second place if not
/// all of it is there: then it ends in `…`, which comes on top of `room`.
///
/// `bytes` may be the beginning of something longer, which `is_whole` denies.
pub(super) fn text(bytes: Vec<u8>, is_whole: bool, room: usize) -> (String, bool) {
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => lossy(error.as_bytes(), is_whole),
    };
    let cut = !is_whole || text.len() > room;
    if cut {
        text.truncate(text.floor_char_boundary(room));
        text.push('…');
    }
    text.shrink_to_fit();
    (text, cut)
}

/// The characters of `bytes`, without half a character at the end of what goes on.
fn lossy(bytes: &[u8], is_whole: bool) -> String {
    let half = match bytes.utf8_chunks().last() {
        Some(last) if !is_whole => last.invalid().len(),
        _ => 0,
    };
    String::from_utf8_lossy(&bytes[..bytes.len() - half]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], room: usize, expected: &str) {
        let whole = bytes.len() <= room;
        let bytes = bytes[..bytes.len().min(room)].to_vec();
        assert_eq!(
            text(bytes, whole, room),
            (expected.to_owned(), expected.ends_with('…'))
        );
    }

    #[test]
    fn text_is_cut_between_characters() {
        check("éé".as_bytes(), 4, "éé");
        check("éé".as_bytes(), 3, "é…");
        check("éé".as_bytes(), 1, "…");
        check(b"abc", 3, "abc");
        check(b"abc", 0, "…");
        check(b"", 0, "");
        // Three of four bytes have room for U+FFFD.
        check("𐐷".as_bytes(), 3, "…");
    }

    #[test]
    fn what_is_not_utf_8_takes_no_more_room() {
        check(b"a\xe9b", 5, "a\u{fffd}b");
        check(b"a\xe9b", 4, "a\u{fffd}…");
        check(b"a\xe9b", 3, "a…");
        check(b"\xff\xff\xff\xff", 4, "\u{fffd}…");
        // Half a character with nothing behind it.
        check(b"\xc3", 3, "\u{fffd}");
    }
}
