//! Tables that psql, `DBeaver` and Markdown draw around the lines of a plan.

use super::Line;

pub(super) const BARS: [char; 3] = ['|', '│', '║'];

/// Takes off the bars of tables, and the column of names of psql's expanded display.
pub(super) fn drop_borders(lines: &mut [Line]) {
    drop_names(lines);
    for line in lines.iter_mut() {
        let cell = line.text.trim();
        if cell.starts_with(BARS) && cell.ends_with(BARS) {
            let mut inside = cell.chars();
            inside.next();
            inside.next_back();
            line.text = inside.as_str().trim_end().to_owned();
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

/// `QUERY PLAN | Sort`, with blanks instead of the name where a value goes on in the next line.
fn drop_names(lines: &mut [Line]) {
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
    let bar_after_name = |text: &str| {
        let bar = text.find(BARS)?;
        (text[..bar].trim() == "QUERY PLAN" && bar < text.len() - 1).then_some(bar)
    };
    if !lines
        .iter()
        .any(|line| bar_after_name(&line.text).is_some())
    {
        return;
    }
    for line in lines {
        let Some(bar) = line.text.find(BARS) else {
            if line.text.contains("[ RECORD ") {
                line.text.clear();
            }
            continue;
        };
        if matches!(line.text[..bar].trim(), "" | "QUERY PLAN") {
            let inside: String = line
                .text
                .chars()
                .skip_while(|c| !BARS.contains(c))
                .skip(1)
                .collect();
            line.text = inside;
        } else if line.text.contains("[ RECORD") {
            line.text.clear();
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
