//! What stands above, below and beside a plan: headings, rulers, row counts, line numbers.

use super::Line;
use super::border::are_most;

/// Blanks Markdown's fences and HTML's tags around code.
pub(super) fn drop_fences(lines: &mut [Line]) {
    for line in lines {
        drop_fence(line);
        for tag in ["<pre>", "<code>"] {
            if line.text.trim_start().starts_with(tag) {
                line.text = line.text.replacen(tag, "", 1);
            }
        }
        for tag in ["</pre>", "</code>"] {
            if let Some(before) = line.text.strip_suffix(tag) {
                line.text = before.to_owned();
            }
        }
    }
}

/// Blanks a fence and the language behind it. Some messengers have the first and the last line of
/// the code beside the fences.
fn drop_fence(line: &mut Line) {
    const FENCE: &str = "```";
    let text = line.text.trim();
    if text.starts_with(FENCE) || text.starts_with("~~~") {
        let code = text.trim_start_matches(['`', '~']).to_owned();
        line.text.clear();
        if begins_code(&code) {
            line.text = code;
        }
    }
    if let Some(code) = line.text.strip_suffix(FENCE) {
        line.text = code.trim_end().to_owned();
    }
}

fn begins_code(code: &str) -> bool {
    code.starts_with(['[', '{', '<']) || crate::text::is_heading(code)
}

/// Takes the stars off lines that somebody made bold.
pub(super) fn drop_stars(lines: &mut [Line]) {
    const STARS: &str = "**";
    for line in lines {
        let content = line.text.trim_start();
        let blanks = line.text.len() - content.len();
        let inside = content.strip_prefix(STARS);
        if let Some(inside) = inside.and_then(|inside| inside.strip_suffix(STARS)) {
            line.text = format!("{}{inside}", &line.text[..blanks]);
        }
    }
}

/// Takes out psql's heading, rulers, row count and timing, and the marks of lines that go on.
pub(super) fn drop_frame(lines: &mut Vec<Line>) {
    let mut is_below_heading = false;
    lines.retain_mut(|line| {
        let is_outside = is_outside(&line.text);
        is_below_heading |= is_outside && is_heading(line.text.trim());
        if !is_outside && !line.is_blank() {
            line.is_below_heading = std::mem::take(&mut is_below_heading);
        }
        !is_outside
    });
    unwrap(lines);
    if are_most(lines, |text| text.ends_with(['+', '↵'])) {
        for line in lines.iter_mut() {
            if let Some(before) = line.text.strip_suffix(['+', '↵']) {
                line.text = before.trim_end().to_owned();
            }
        }
    }
}

/// Puts lines together that psql's wrapped format cut: marked at their end and, below, at the
/// beginning. No line of a plan begins with such a mark, but for one that a terminal cut within
/// `0.1..2.3`; then others are as wide and have none.
fn unwrap(lines: &mut Vec<Line>) {
    const MARKS: [char; 2] = ['.', '…'];
    if !lines.iter().any(|line| line.text.starts_with(MARKS)) {
        return;
    }
    let columns = |line: &Line| line.text.chars().count();
    let widest = lines.iter().map(columns).max().unwrap_or(0);
    let mut full = lines.iter().filter(|line| columns(line) == widest);
    if !full.all(|line| line.text.ends_with(MARKS)) {
        return;
    }
    let mut whole: Vec<Line> = Vec::with_capacity(lines.len());
    for line in lines.drain(..) {
        let rest = line.text.strip_prefix(MARKS);
        match (whole.last_mut(), rest) {
            (Some(before), Some(rest)) if before.text.ends_with(MARKS) => {
                before.text.pop();
                before.text.push_str(rest);
            }
            _ => whole.push(line),
        }
    }
    *lines = whole;
}

fn is_outside(line: &str) -> bool {
    let line = line.trim();
    let Some(first) = line.chars().next() else {
        return false;
    };
    match first {
        '-' | '+' | '─' | '═' | '┌' | '└' | '├' | '╞' | '╔' | '╚' | '╠' | '=' | ':' => {
            line.chars().count() > 1
                && line
                    .chars()
                    .all(|c| "-+─═┌┐└┘├┤┬┴┼╞╡╪╔╗╚╝╠╣╦╩╬=:| ".contains(c))
        }
        '(' => is_row_count(line),
        'T' => line
            .strip_prefix("Time: ")
            .is_some_and(|time| time.contains(" ms")),
        _ => is_heading(line),
    }
}

/// `(3 rows)`, in any language.
pub(super) fn is_row_count(line: &str) -> bool {
    let inside = line
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    inside
        .and_then(|inside| inside.split_once(' '))
        .is_some_and(|(count, noun)| {
            count.chars().all(|c| c.is_ascii_digit()) && noun.chars().all(char::is_alphabetic)
        })
}

/// The column's name, with its type where a tool shows it.
fn is_heading(line: &str) -> bool {
    let unquoted = |text: &str| text.trim_matches(['"', '\'', '`']).trim().to_owned();
    let name = unquoted(line);
    let is_name = |name: &str| {
        name.eq_ignore_ascii_case("QUERY PLAN") || name.eq_ignore_ascii_case("QUERY_PLAN")
    };
    is_name(&name)
        || ["text", "json", "xml"].iter().any(|kind| {
            let before = name.strip_suffix(kind);
            before.is_some_and(|before| is_name(&unquoted(before.trim())))
        })
}

/// Takes off the numbers of an editor's lines: three at least, each one more than the last.
pub(super) fn drop_line_numbers(lines: &mut [Line]) {
    let numbers: Vec<Option<u64>> = lines
        .iter()
        .map(|line| leading_number(&line.text))
        .collect();
    let mut at = 0;
    while at < lines.len() {
        let Some(first) = numbers[at] else {
            at += 1;
            continue;
        };
        let run = (first..)
            .zip(&numbers[at..])
            .take_while(|(expected, number)| **number == Some(*expected))
            .count();
        if run >= 3 {
            for line in &mut lines[at..at + run] {
                let after = line
                    .text
                    .trim_start()
                    .trim_start_matches(|c: char| c.is_ascii_digit());
                let bar = after.trim_start().strip_prefix('|');
                let after = bar
                    .or_else(|| after.strip_prefix(['.', ':', ')']))
                    .unwrap_or(after);
                line.text = after.to_owned();
            }
        }
        at += run;
    }
}

fn leading_number(line: &str) -> Option<u64> {
    let content = line.trim_start();
    let digits = content.len()
        - content
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    let after = content[digits..].chars().next();
    let ends = after.is_none_or(|c| matches!(c, '.' | ':' | '|' | ')' | '\t' | ' '));
    content[..digits].parse().ok().filter(|_| ends)
}
