//! Columns that a condition wraps into a function or a cast.

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
    use super::wrapped_column;

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
}
