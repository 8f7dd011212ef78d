//! Tables that psql, `DBeaver` and Markdown draw around the lines of a plan.

use super::Line;

pub(super) const BARS: [char; 3] = ['|', '│', '║'];

/// Takes off the bars of tables, and the column of names of psql's expanded display.
pub(super) fn drop_borders(lines: &mut Vec<Line>) {
    drop_names(lines);
    let is_markdown = lines.iter().any(|line| is_markdown_ruler(&line.text));
    for line in lines.iter_mut() {
        let cell = line.text.trim();
        if cell.starts_with(BARS) && cell.ends_with(BARS) {
            let mut inside = cell.chars();
            inside.next();
            inside.next_back();
            line.text = inside.as_str().trim_end().to_owned();
            if is_markdown {
                line.text = line.text.replace("\\|", "|");
            }
        }
    }
    // Some tools draw one side only. No line of a plan begins or ends with a bar by itself.
    if are_most(lines, |text| text.ends_with(BARS)) {
        for line in lines.iter_mut() {
            line.text = line.text.trim_end_matches(BARS).trim_end().to_owned();
        }
    }
    if are_most(lines, |text| text.trim_start().starts_with(BARS)) {
        for line in lines.iter_mut() {
            if let Some(inside) = line.text.trim_start().strip_prefix(BARS) {
                line.text = inside.to_owned();
            }
        }
    }
}

/// `| --- |`: cells below have a mark before bars of their own.
fn is_markdown_ruler(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('|') && text.contains('-') && text.chars().all(|c| "|-: ".contains(c))
}

/// `QUERY PLAN | Sort`, with blanks instead of the name where a value goes on in the next line.
fn drop_names(lines: &mut Vec<Line>) {
    for line in lines.iter_mut() {
        // With borders, the name has a bar before it, too.
        let inside = line.text.trim().strip_prefix(BARS);
        let inside = inside.and_then(|inside| inside.strip_suffix(BARS));
        if let Some(inside) = inside
            && inside.contains(BARS)
            && inside
                .split(BARS)
                .next()
                .is_some_and(|name| matches!(name.trim(), "" | "QUERY PLAN"))
        {
            line.text = inside.trim_end().to_owned();
        }
    }
    let names = lines.iter().filter_map(|line| bar_after_name(&line.text));
    let Some(bar) = names.min() else {
        return;
    };
    lines.retain(|line| !is_record(&line.text));
    for line in lines {
        let (name, value): (String, String) = {
            let mut characters = line.text.chars();
            (
                characters.by_ref().take(bar).collect(),
                characters.collect(),
            )
        };
        let is_name = matches!(name.trim(), "" | "QUERY PLAN");
        if is_name && value.starts_with(MARKS) {
            value[1..].clone_into(&mut line.text);
        } else if is_name && let Some(inside) = value.strip_prefix(BARS) {
            inside.clone_into(&mut line.text);
        }
    }
}

/// What psql's old style puts in the place of the bar where a value goes on.
const MARKS: [char; 2] = [':', ';'];

/// How many characters stand before the bar behind the column's name, in expanded display.
fn bar_after_name(text: &str) -> Option<usize> {
    let (name, value) = text.split_once(BARS)?;
    (name.trim() == "QUERY PLAN" && !value.is_empty()).then(|| name.chars().count())
}

/// `-[ RECORD 1 ]---` or `* Record 1`, in any language.
fn is_record(text: &str) -> bool {
    let is_numbered = |text: &str| {
        let number = text.rsplit_once(' ').map(|(_, number)| number);
        number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    };
    let text = text.trim();
    let inside = text.trim_matches(|c: char| "-─═├┤┼┌┐┬└┘+|│║ ".contains(c));
    let inside = inside
        .strip_prefix("[ ")
        .and_then(|inside| inside.strip_suffix(" ]"));
    inside.or(text.strip_prefix("* ")).is_some_and(is_numbered)
}

/// Takes off the names of expanded display without borders: `QUERY PLAN Sort`.
pub(super) fn drop_bare_names(lines: &mut Vec<Line>) {
    const NAME: &str = "QUERY PLAN ";
    if !lines
        .iter()
        .any(|line| line.text.starts_with("* ") && is_record(&line.text))
    {
        return;
    }
    lines.retain(|line| !is_record(&line.text));
    for line in lines {
        let blanks = " ".repeat(NAME.len());
        for before in [NAME, &blanks] {
            if let Some(value) = line.text.strip_prefix(before) {
                line.text = value.to_owned();
                break;
            }
        }
    }
}

/// Whether it holds for at least half of the lines that are not blank, two at least.
pub(super) fn are_most(lines: &[Line], holds: impl Fn(&str) -> bool) -> bool {
    let filled = lines.iter().filter(|line| !line.is_blank());
    let (mut all, mut held) = (0, 0);
    for line in filled {
        all += 1;
        held += usize::from(holds(&line.text));
    }
    held >= 2 && 2 * held >= all
}
