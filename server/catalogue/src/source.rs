//! A file's text and its lines.

use crate::finding::Report;

/// The file's text without byte order mark and with `\n` as the only line ending, so that the
/// same exercise has the same digest whatever system it was written on. None, with an error in
/// the report, if the bytes are not text PostgreSQL can take.
pub(crate) fn decode(bytes: Vec<u8>, report: &mut Report<'_>) -> Option<String> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = count_lines(&error.as_bytes()[..valid]);
            report.error(
                line,
                "not-utf8",
                "a byte on this line is not UTF-8: save the file as UTF-8",
            );
            return None;
        }
    };
    if let Some(offset) = text.find('\0') {
        report.error(
            line_at(&text, offset),
            "nul-character",
            "a NUL character is on this line, which PostgreSQL cannot take",
        );
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Some(text.replace("\r\n", "\n"))
}

/// The line an offset in bytes lies on, from 1.
pub(crate) fn line_at(text: &str, offset: usize) -> u32 {
    count_lines(&text.as_bytes()[..offset.min(text.len())])
}

/// The number of the line that follows these bytes, from 1.
fn count_lines(before: &[u8]) -> u32 {
    let breaks = before.split(|byte| *byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX)
}
