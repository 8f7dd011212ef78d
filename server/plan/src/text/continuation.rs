//! Lines that go on in the next one: those a terminal cut, and values with line breaks in them.

/// What a line leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    Nothing,
    Bracket,
    Quote,
}

/// What the text leaves open at its end.
pub(super) fn open(text: &str) -> Open {
    let mut quote = None;
    let mut depth = 0_i32;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            _ => {}
        }
    }
    match quote {
        Some(_) => Open::Quote,
        None if depth > 0 => Open::Bracket,
        None => Open::Nothing,
    }
}

/// Whether the text ends where a value cannot: behind a comma, an operator or a colon.
pub(super) fn ends_early(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with([',', '=', '<', '>', '+', '*', '/'])
        || [" AND", " OR", " NOT"]
            .iter()
            .any(|word| text.ends_with(word))
}

/// Puts a line behind what it goes on with: with so many `blanks` if that was cut at the terminal's
/// edge.
pub(super) fn join(text: &mut String, next: &str, blanks: Option<usize>) {
    let open = open(text);
    if open == Open::Quote && text.ends_with(" +") {
        // psql's mark of a line break in a value.
        text.pop();
        text.truncate(text.trim_end().len());
        text.push('\n');
        text.push_str(next.strip_prefix(' ').unwrap_or(next));
        return;
    }
    if let Some(blanks) = blanks {
        text.extend(std::iter::repeat_n(' ', blanks));
        text.push_str(next);
        return;
    }
    text.push(if open == Open::Quote { '\n' } else { ' ' });
    text.push_str(next.trim());
}
