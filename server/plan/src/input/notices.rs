//! What psql puts before the server's messages, where a function raises a plan's lines as such.

use super::Line;
use super::border::are_most;
use crate::text::is_heading;

/// Takes off `NOTICE:  ` and the like: of all lines, or of a message's first, which begins a plan.
pub(super) fn drop_levels(lines: &mut [Line]) {
    if !lines.iter().any(|line| message(&line.text).is_some()) {
        return;
    }
    let are_all = are_most(lines, |text| message(text).is_some());
    for line in lines {
        if let Some(text) = message(&line.text).filter(|text| are_all || is_heading(text)) {
            line.text = text.to_owned();
        }
    }
}

/// The message behind its level, in any language, and behind the place in psql's script.
fn message(line: &str) -> Option<&str> {
    let (before, message) = line.split_once(":  ")?;
    let level = match before.strip_prefix("psql:") {
        Some(place) => place.rsplit_once(": ")?.1,
        None => before,
    };
    let is_level = level.chars().count() >= 2
        && level
            .chars()
            .all(|c| c.is_alphabetic() && !c.is_lowercase());
    is_level.then_some(message)
}
