//! Columns that a condition wraps into a function or a cast, or takes a part of.

/// The first expression of a filter that applies a function or a cast to a column.
pub(super) fn wrapped_column(filter: &str) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    for (at, _) in outside_literals(filter).filter(|(_, c)| *c == '(') {
        let end = closing(filter, at)?;
        let inside = &filter[at + 1..end];
        let name = &filter[filter[..at].trim_end_matches(is_name).len()..at];
        let begin = at - name.len();
        let is_function = name.starts_with(|c: char| c.is_ascii_lowercase())
            || matches!(name, "COALESCE" | "EXTRACT");
        if is_function && has_column(inside) && !inside.contains("Plan ") {
            return Some(&filter[begin..=end]);
        }
        if let Some(cast) = filter[end + 1..].strip_prefix("::")
            && has_column(inside)
            && !inside.contains([' ', '('])
        {
            let length = cast.find([' ', ')', ',']).unwrap_or(cast.len());
            if changes_value(&cast[..length]) {
                return Some(&filter[at..end + 3 + length]);
            }
        }
    }
    None
}

/// The first expression of a filter of whose values the planner knows nothing without statistics of
/// its own: a function or a cast of a column, or a part of one that is a document.
pub(super) fn expression(filter: &str) -> Option<&str> {
    wrapped_column(filter).or_else(|| part_of_document(filter))
}

/// The first expression that takes a part out of a column: `(data ->> 'kind'::text)`, with whatever
/// it is cast to.
fn part_of_document(filter: &str) -> Option<&str> {
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut found: Option<(usize, usize)> = None;
    for (at, c) in outside_literals(filter) {
        match c {
            '(' => open.push((at, false)),
            ')' => {
                let (begin, takes_part) = open.pop()?;
                // `((data -> 'a') -> 'b')` is one expression.
                let is_whole = found.is_none_or(|(inner, _)| begin < inner);
                if takes_part && is_whole && has_column(&filter[begin + 1..at]) {
                    found = Some((begin, at + 1));
                }
            }
            '-' | '#' => {
                let rest = &filter[at + 1..];
                let takes_part = rest.starts_with("> ") || rest.starts_with(">> ");
                if let Some(innermost) = open.last_mut().filter(|_| takes_part) {
                    innermost.1 = true;
                }
            }
            _ => {}
        }
    }
    let (begin, end) = found?;
    let has_brackets = filter[..begin].ends_with('(') && filter[end..].starts_with(")::");
    let (begin, end) = if has_brackets {
        (begin - 1, end + 1)
    } else {
        (begin, end)
    };
    let Some(cast) = filter[end..].strip_prefix("::") else {
        return Some(&filter[begin..end]);
    };
    let length = cast.find([' ', ')', ',']).unwrap_or(cast.len());
    Some(&filter[begin..end + 2 + length])
}

/// An expression as `CREATE INDEX` and `CREATE STATISTICS` want it.
pub(super) fn in_brackets(expression: &str) -> String {
    if closing(expression, 0) == Some(expression.len() - 1) {
        expression.to_owned()
    } else {
        format!("({expression})")
    }
}

/// The characters outside literals and quoted names, and the quotes that these begin with.
fn outside_literals(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |&(_, c)| {
        let is_quote = matches!(c, '\'' | '"');
        let is_outside = quote.is_none();
        if quote == Some(c) {
            quote = None;
        } else if is_outside && is_quote {
            quote = Some(c);
        }
        is_outside
    })
}

/// Where the bracket that opens at `at` closes.
fn closing(text: &str, at: usize) -> Option<usize> {
    let mut depth = 0;
    let mut characters = outside_literals(&text[at..]);
    let end = characters.find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        depth == 0
    });
    end.map(|(offset, _)| at + offset)
}

/// Whether something in it is a column: a name outside literals that is neither a function, a type
/// nor a keyword.
fn has_column(text: &str) -> bool {
    let mut before = ' ';
    outside_literals(text).any(|(at, c)| {
        let previous = std::mem::replace(&mut before, c);
        let begins = !previous.is_alphanumeric() && !matches!(previous, '_' | '$' | ':');
        if c == '"' {
            return true;
        }
        if !begins || !c.is_ascii_lowercase() {
            return false;
        }
        let name = &text[at..];
        let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.'));
        let end = end.unwrap_or(name.len());
        !name[end..].starts_with('(')
            && !matches!(&name[..end], "true" | "false" | "year" | "month" | "day")
    })
}

/// Whether a cast to the type makes an index on the column useless; from one kind of text to
/// another it does not.
fn changes_value(kind: &str) -> bool {
    [
        "date",
        "time",
        "timestamp",
        "integer",
        "bigint",
        "smallint",
        "numeric",
        "double",
        "real",
        "uuid",
    ]
    .iter()
    .any(|known| kind.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::{expression, in_brackets, wrapped_column};

    #[test]
    fn columns_within_functions_and_casts() {
        let check = |filter: &str, wrapped: Option<&str>| {
            assert_eq!(wrapped_column(filter), wrapped, "{filter}");
        };
        check("(lower(name) = 'ada'::text)", Some("lower(name)"));
        check(
            "(lower((name)::text) = 'ada'::text)",
            Some("lower((name)::text)"),
        );
        check(
            "((a = 1) AND (date_trunc('day'::text, t.made) = '2026-01-01'::date))",
            Some("date_trunc('day'::text, t.made)"),
        );
        check("((made)::date = '2026-01-01'::date)", Some("(made)::date"));
        check(
            "(EXTRACT(year FROM made) = '2026'::numeric)",
            Some("EXTRACT(year FROM made)"),
        );
        // An index on the column serves these.
        check("(name = lower('ADA'::text))", None);
        check("((name)::text = 'ada'::text)", None);
        check("(made > now())", None);
        check("(made > (now() - '1 day'::interval))", None);
        check("(id = ANY ('{1,2}'::integer[]))", None);
        check("(price > '5'::numeric(10,2))", None);
        check("(note = 'lower(name)'::text)", None);
        check("(id > (InitPlan 1).col1)", None);
        check("(NOT (hashed SubPlan 1))", None);
    }

    #[test]
    fn expressions_that_statistics_can_be_made_of() {
        let check = |filter: &str, wanted: Option<&str>| {
            let found = expression(filter).map(in_brackets);
            assert_eq!(found.as_deref(), wanted, "{filter}");
        };
        check("(lower(name) = 'ada'::text)", Some("(lower(name))"));
        check(
            "((made)::date = '2026-01-01'::date)",
            Some("((made)::date)"),
        );
        check(
            "((data ->> 'kind'::text) = 'view'::text)",
            Some("(data ->> 'kind'::text)"),
        );
        check(
            "((a = 1) AND (((data -> 'a'::text) ->> 'b'::text) = 'c'::text))",
            Some("((data -> 'a'::text) ->> 'b'::text)"),
        );
        check(
            "(((data ->> 'size'::text))::integer > 5)",
            Some("(((data ->> 'size'::text))::integer)"),
        );
        check(
            "((data #>> '{a,b}'::text[]) = 'c'::text)",
            Some("(data #>> '{a,b}'::text[])"),
        );
        check("(note = '(data ->> kind)'::text)", None);
        check("(data @> '{\"a\": 1}'::jsonb)", None);
        check("((a - b) > 5)", None);
        check("(name = 'ada'::text)", None);
    }
}
