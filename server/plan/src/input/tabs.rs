//! Tabs, of which nobody says how wide they were.

use super::Line;

/// How many columns below its parent's arrow a node's arrow stands.
const STEP: usize = 6;

/// What a tab may stand for.
#[derive(Clone, Copy)]
enum Tab {
    /// Blanks up to the next multiple of so many columns.
    Stop(usize),
    /// So many blanks.
    Blanks(usize),
}

/// The likeliest first: terminals and logs, editors, pages that put blanks in their place.
const TABS: [Tab; 5] = [
    Tab::Stop(8),
    Tab::Stop(4),
    Tab::Blanks(4),
    Tab::Blanks(8),
    Tab::Blanks(2),
];

/// Puts blanks in the place of tabs: as many as bring the most arrows to where EXPLAIN puts them.
pub(super) fn expand(lines: &mut [Line]) {
    if !lines.iter().any(|line| line.text.contains('\t')) {
        return;
    }
    let fitting = |tab: &Tab| {
        let arrows = lines.iter().filter_map(|line| {
            let content = line.text.trim_start();
            let blanks = &line.text[..line.text.len() - content.len()];
            content
                .starts_with("->")
                .then(|| expanded(blanks, *tab).len())
        });
        let mut columns = arrows.peekable();
        let first = columns.peek().copied().unwrap_or(0);
        columns
            .filter(|column| column.abs_diff(first) % STEP == 0)
            .count()
    };
    // Of those that fit as well as each other, the last one given wins.
    let tab = TABS.into_iter().rev().max_by_key(fitting);
    for line in lines {
        if line.text.contains('\t') {
            line.text = expanded(&line.text, tab.unwrap_or(TABS[0]));
        }
    }
}

fn expanded(line: &str, tab: Tab) -> String {
    let mut expanded = String::with_capacity(line.len() + 16);
    let mut column = 0;
    for c in line.chars() {
        let columns = match (c, tab) {
            ('\t', Tab::Stop(width)) => width - column % width,
            ('\t', Tab::Blanks(blanks)) => blanks,
            _ => {
                expanded.push(c);
                column += 1;
                continue;
            }
        };
        expanded.extend(std::iter::repeat_n(' ', columns));
        column += columns;
    }
    expanded
}
