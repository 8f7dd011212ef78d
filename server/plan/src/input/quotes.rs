//! Quotes around a plan or its lines: those of mails, of CSV, of pgAdmin and of programs.

use super::Line;
use super::border::are_most;

/// Takes off the marks of quoted mail.
pub(super) fn drop_mail_quotes(lines: &mut [Line]) {
    if !are_most(lines, |text| text.starts_with('>')) {
        return;
    }
    for line in lines {
        let mut rest = line.text.as_str();
        let mut is_quoted = false;
        while let Some(inside) = rest.trim_start().strip_prefix('>') {
            rest = inside;
            is_quoted = true;
        }
        if is_quoted {
            line.text = rest.strip_prefix(' ').unwrap_or(rest).to_owned();
        }
    }
}

/// Takes off the quotes around each line, or around all of them together.
pub(super) fn drop_quotes(lines: &mut [Line]) {
    if drop_rows_quotes(lines) {
        return;
    }
    let is_filled = |line: &&Line| !line.is_blank() && !is_ruler(&line.text);
    let all = lines.iter().filter(is_filled).take(2).count();
    for quote in ['"', '\''] {
        // The heading may stand without.
        let mut plain = lines
            .iter()
            .filter(is_filled)
            .filter(|line| inside(&line.text, quote).is_none());
        let plain = plain.by_ref().take(2).count();
        if plain < all.min(2) && !is_json_list(lines) {
            let is_doubled = lines
                .iter()
                .filter_map(|line| inside(&line.text, quote))
                .all(|text| has_doubled(text, quote));
            for line in lines.iter_mut() {
                if let Some(text) = inside(&line.text, quote) {
                    line.text = undoubled(text, quote, is_doubled);
                }
            }
            return;
        }
    }
    if !drop_last_quotes(lines) && !drop_needed_quotes(lines) {
        drop_outer_quotes(lines);
    }
}

/// Takes off the quotes of CSV that has them only around lines with a comma or a quote.
fn drop_needed_quotes(lines: &mut [Line]) -> bool {
    let begins_json = |line: &Line| line.text.trim_start().starts_with(['[', '{']);
    if lines.iter().any(begins_json) {
        return false;
    }
    let mut are_some = false;
    for line in lines {
        let inside = inside(&line.text, '"').filter(|text| {
            has_doubled(text, '"') && (text.starts_with(' ') || crate::text::is_line(text))
        });
        if let Some(text) = inside {
            line.text = undoubled(text, '"', true);
            are_some = true;
        }
    }
    are_some
}

/// Takes off the quotes at the ends of all lines, where those at their beginnings were not copied.
fn drop_last_quotes(lines: &mut [Line]) -> bool {
    let is_half = |line: &Line| line.text.ends_with('"') && line.text.matches('"').count() % 2 == 1;
    let mut filled = lines.iter().filter(|line| !line.is_blank());
    let are_halves = lines.len() > 1 && filled.all(is_half);
    if are_halves {
        for line in lines {
            line.text.pop();
        }
    }
    are_halves
}

fn is_ruler(line: &str) -> bool {
    line.chars().all(|c| "-+| ".contains(c))
}

fn is_json_list(lines: &[Line]) -> bool {
    let first = lines.iter().find(|line| !line.is_blank());
    first.is_some_and(|line| line.text.trim() == "[")
}

/// What a statement inserts that a tool made of a row.
fn inserted(line: &str) -> Option<&str> {
    let (table, values) = line.split_once(" VALUES ")?;
    let is_plan = || table.to_ascii_uppercase().contains("QUERY PLAN");
    (table.starts_with("INSERT INTO ") && is_plan()).then_some(values)
}

/// Takes off the quotes of Python's rows, which are of two kinds: those that a line has itself are
/// not used around it.
fn drop_rows_quotes(lines: &mut [Line]) -> bool {
    let content = |line: &Line| {
        let is_row = line.text.trim_start().starts_with(['(', '[']) && line.text.contains(",)");
        let either = inside(&line.text, '\'').or_else(|| inside(&line.text, '"'));
        either.filter(|_| is_row).map(str::to_owned)
    };
    let mut filled = lines.iter().filter(|line| !line.is_blank());
    let has = |quote| lines.iter().any(|line| inside(&line.text, quote).is_some());
    let are_rows = has('"') && has('\'') && filled.all(|line| content(line).is_some());
    if are_rows {
        for line in lines {
            if let Some(text) = content(line) {
                line.text = text.replace("\\'", "'");
            }
        }
    }
    are_rows
}

/// What stands between the quotes of a line such as `"Sort"`, `'Sort',` or `('Sort',)`.
fn inside(line: &str, quote: char) -> Option<&str> {
    let line = line.trim();
    let line = inserted(line).unwrap_or(line);
    // A list begins with a bracket before the first line's own; JSON's has none within.
    let line = line
        .strip_prefix('[')
        .filter(|rest| rest.starts_with('('))
        .unwrap_or(line);
    let line = line.strip_prefix('(').unwrap_or(line);
    let line = line.trim_end_matches([')', ']', ',', ';', '+']).trim_end();
    line.strip_prefix(quote)?.strip_suffix(quote)
}

/// Whether all quotes within stand in pairs, as CSV writes them.
fn has_doubled(text: &str, quote: char) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find(quote) {
        let run = rest[at..].chars().take_while(|&c| c == quote).count();
        if run % 2 == 1 {
            return false;
        }
        rest = &rest[at + run..];
    }
    true
}

fn undoubled(text: &str, quote: char, is_doubled: bool) -> String {
    if is_doubled {
        text.replace(&format!("{quote}{quote}"), &quote.to_string())
    } else {
        text.to_owned()
    }
}

/// One pair of quotes around all lines: a cell of a spreadsheet or of CSV.
fn drop_outer_quotes(lines: &mut [Line]) {
    let is_heading = |line: &Line| line.text.to_ascii_uppercase().contains("QUERY PLAN");
    let is_filled = |line: &Line| !line.is_blank() && !is_ruler(&line.text) && !is_heading(line);
    let Some(first) = lines.iter().position(is_filled) else {
        return;
    };
    let last = lines.iter().rposition(is_filled).unwrap_or(first);
    let Some(quote) = lines[first].text.trim_start().chars().next() else {
        return;
    };
    if !matches!(quote, '"' | '\'') || first == last || !lines[last].text.ends_with(quote) {
        return;
    }
    let begin = lines[first].text.find(quote).unwrap_or(0);
    lines[first].text.replace_range(..=begin, "");
    lines[last].text.pop();
    let is_doubled = lines[first..=last]
        .iter()
        .all(|line| has_doubled(&line.text, quote));
    for line in &mut lines[first..=last] {
        line.text = undoubled(&line.text, quote, is_doubled);
    }
}
