//! Tables of HTML, as psql writes them with `--html`: a cell for each line of a plan.

use super::Line;

/// What a table and its text may consist of besides the plan.
const ELEMENTS: [&str; 10] = [
    "table", "thead", "tbody", "tr", "th", "td", "p", "br", "caption", "div",
];

/// Whether lines of the text are cells of a table. A condition may speak of such tags, too.
pub(super) fn has_cells(text: &str) -> bool {
    text.contains("<td")
        && text
            .lines()
            .any(|line| line.trim_start().starts_with("<td"))
}

/// Takes the tags off both ends of each line; what stands between them stays, blanks included.
pub(super) fn drop_tags(lines: &mut [Line]) {
    for line in lines {
        let mut rest = line.text.as_str();
        while let Some(after) = after_first_tag(rest.trim_start()) {
            rest = after;
        }
        while let Some(before) = before_last_tag(rest.trim_end()) {
            rest = before;
        }
        if rest.len() != line.text.len() {
            line.text = rest.trim_end().to_owned();
        }
    }
}

/// The text behind the tag at its beginning.
fn after_first_tag(text: &str) -> Option<&str> {
    let (tag, after) = text.strip_prefix('<')?.split_once('>')?;
    is_known(tag).then_some(after)
}

/// The text before the tag at its end.
fn before_last_tag(text: &str) -> Option<&str> {
    let (before, tag) = text.strip_suffix('>')?.rsplit_once('<')?;
    is_known(tag).then_some(before)
}

fn is_known(tag: &str) -> bool {
    let name = tag.trim_start_matches('/');
    let name = name.split([' ', '/']).next().unwrap_or_default();
    ELEMENTS
        .iter()
        .any(|element| name.eq_ignore_ascii_case(element))
}
