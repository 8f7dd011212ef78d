//! Changing a script's text.

use std::ops::Range;

/// Text to put in the place of other text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Which bytes.
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Edit {
    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            range,
            text: text.into(),
        }
    }

    pub(super) fn delete(range: Range<usize>) -> Self {
        Self::replace(range, "")
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::replace(at..at, text)
    }
}

/// The script with the edits, which do not overlap.
pub(super) fn apply(script: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut result = String::with_capacity(script.len() + 16);
    let mut end = 0;
    for edit in edits {
        result.push_str(&script[end..edit.range.start]);
        result.push_str(&edit.text);
        end = edit.range.end;
    }
    result.push_str(&script[end..]);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_count_bytes_of_the_original() {
        let edits = [
            Edit::insert(5, "!"),
            Edit::replace(0..1, "xx"),
            Edit::delete(2..3),
        ];
        assert_eq!(apply("abcdef", &edits), "xxbde!f");
    }
}
